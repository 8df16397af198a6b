"""Which of what two accounts share the tests do not count, and what is said of two accounts without a link."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import or_
from typing import Final

from msgspec.structs import replace

from evenhand.influence.pair_sentences import layer_words
from evenhand.influence.static_tokens import LEAST_KINDS
from evenhand.model.coordination import ALL, OF_ADS, STATIC, Coordination, EdgeEvidence, SharedAct

_BY_HABIT: Final = "both at full minutes, where these accounts act by habit"
_MAYBE_BY_HABIT: Final = (
    "both at full minutes, where many accounts act by habit; that these do not cannot be told from what they did"
)
_TOO_MANY: Final = "too many acted on it at that time to compare all"
_HOST_COUNTS: Final = "its host is compared instead"
_ONE_KIND: Final = "alike in one kind of thing alone"
_AN_AD: Final = "what an advertisement carries"


class CountedActs:
    """What the tests of a network count: `bin_s` and moments as in the evidence, `kinds` of things that occur."""

    def __init__(self, found: Coordination, kinds: Iterable[str], bin_s: int) -> None:
        self.found, self.bin_s, self.has_hosts = found, bin_s, "host" in set(kinds)
        self.tokens = {(each.object_type, each.object_id): each.why for each in found.uncounted}
        self.cells = {
            (each.object_type, each.object_id, each.bin_starts) for each in found.oversized if each.bin_s == bin_s
        }

    def moment(self, act: SharedAct, accounts: Sequence[str], *, at_marks: bool) -> SharedAct:
        """Return an act of two accounts with why its moment does not count, if so; `at_marks` are both."""
        second = int(act.a_at.timestamp())
        if (act.object_type, act.object_id, second - second % self.bin_s) in self.cells:
            return replace(act, uncounted=_TOO_MANY)
        if at_marks:
            punctual, uncertain = (
                [account in ids or ids == (ALL,) for account in accounts]
                for ids in (each.get(act.object_type, ()) for each in (self.found.punctual_in, self.found.uncertain_in))
            )
            if all(punctual):
                return replace(act, uncounted=_BY_HABIT)
            if all(map(or_, punctual, uncertain)):
                return replace(act, uncounted=_MAYBE_BY_HABIT)
        return act

    def things(self, acts: Sequence[SharedAct]) -> list[SharedAct]:
        """Return things that two accounts have in common, each with why it does not count, if so."""
        marked = [replace(act, uncounted=self._thing(act)) for act in acts]
        kinds = {_kind(act) for act in marked if not act.uncounted}
        if len(kinds) >= LEAST_KINDS:
            return marked
        return [act if act.uncounted else replace(act, uncounted=_ONE_KIND) for act in marked]

    def _thing(self, act: SharedAct) -> str:
        if act.object_type == "landing_url" and self.has_hosts:
            return _HOST_COUNTS
        return self.tokens.get((act.object_type, act.object_id), "")


def unlinked_sentences(evidence: EdgeEvidence, community: str = "") -> Iterator[str]:
    """Yield that two accounts are not linked and, of moments and of things in common, why not.

    `community` is the one in which both are all the same, through others.
    """
    moments, things = ([act for act in evidence.acts if act.is_thing is held] for held in (False, True))
    if community:
        yield (
            f"{evidence.a} and {evidence.b} are both in {community}: each is linked with others there, not with the"
            " other."
        )
    else:
        yield f"{evidence.a} and {evidence.b} are not linked."
    if not moments and not things:
        yield "They share nothing that is compared."
    if counted := [act for act in moments if not act.uncounted]:
        close = sum(act.is_close for act in counted)
        yield (
            f"They acted on {len(counted):,} of the same things in the same ten minutes, {close:,} within one minute: "
            f"{'of one alone nothing can be said' if len(counted) == 1 else 'no more than chance allows'}."
        )
    for why in (_BY_HABIT, _MAYBE_BY_HABIT):
        if marks := [act for act in moments if act.uncounted == why]:
            are = "1 moment in common does" if len(marks) == 1 else f"{len(marks):,} moments in common do"
            yield f"{are} not count: {why}."
    if alone := [act for act in things if act.uncounted == _ONE_KIND]:
        yield (
            f"They are alike in one kind of thing alone ({_kinds(alone)}): not linked by that. Two kinds must be "
            "shared, and what one advertisement carries (host, page, text, picture, tags) is one kind."
        )
    elif shared := [act for act in things if not act.uncounted]:
        yield f"What they have in common ({_kinds(shared)}) is no more than chance allows."


def _kind(act: SharedAct) -> str:
    return _AN_AD if act.object_type in OF_ADS else act.object_type


def _kinds(acts: Sequence[SharedAct]) -> str:
    counts: Mapping[str, int] = {kind: sum(act.object_type == kind for act in acts) for kind in STATIC}
    return ", ".join(f"{layer_words(kind).replace('_', ' ')}: {number:,}" for kind, number in counts.items() if number)
