"""Cedar's word on what SQL proposed: no ruling is adopted or shown that Cedar has not made of the same question."""

from collections.abc import Iterable, Sequence
from heapq import nsmallest

import msgspec

from evenhand.model.errors import ProposalDisagrees
from evenhand.model.facts import Facts
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.rulings import QuestionMemory, RuledRequest
from evenhand.workflows.evaluation.shared_pile import shared_by_two
from evenhand.workflows.evaluation.side_process import can_work_beside

_WORTH_A_PROCESS = 1_000  # questions: for fewer a second process costs more than it saves
_AT_ONCE = 200
_MOST_BESIDE = 2_000

_Ruled = tuple[Request, RuledRequest]
_Difference = tuple[int, Ruling]  # the place of a ruling that is not Cedar's, and Cedar's
_decode = msgspec.msgpack.Decoder(_Difference | None).decode


def confirm_decided(
    due: Iterable[_Ruled], rulebook: Rulebook, memory: QuestionMemory, *, beside: Iterable[_Ruled] = ()
) -> None:
    """Let Cedar rule what it has not ruled yet; the first facts of a question ask for others.

    `due` are what is to be adopted, `beside` all that was ruled, of which SQL's proposals are confirmed too: nobody
    else would see that SQL hides a change. Of more than 2,000 such questions those with the lowest hashes are asked.
    Many questions are shared by two processes, which take the next few each until none are left.

    Raises:
        ProposalDisagrees: a ruling is not Cedar's, with the first case.
        ProcessEnded: the second process failed, or was ended.
    """
    open_ones: dict[tuple[object, Ruling], Facts | bytes] = {}
    for request, ruled in due:
        if memory.cedar.get(ruled.facts_sha256) != ruled.ruling:
            about = memory.first.get(ruled.facts_sha256)
            key = ruled.facts_sha256 if about is None else id(about), ruled.ruling
            open_ones.setdefault(key, request.facts if about is None else about)
    further: dict[tuple[object, Ruling], tuple[bytes, Facts]] = {}
    for _, ruled in beside if memory.first else ():
        if (proposed_of := memory.first.get(ruled.facts_sha256)) is not None:
            further.setdefault((id(proposed_of), ruled.ruling), (ruled.facts_sha256, proposed_of))
    drawn = nsmallest(_MOST_BESIDE, further.keys() - open_ones.keys(), key=lambda each: further[each][0])
    open_ones |= {each: further[each][1] for each in drawn}
    proposed, facts = [ruling for _, ruling in open_ones], list(open_ones.values())
    if len(facts) < _WORTH_A_PROCESS or not can_work_beside():
        confirm(proposed, facts, rulebook)
    else:
        _refuse(_found_by_two(proposed, facts, rulebook), proposed, facts)


def confirm(proposed: Sequence[Ruling], facts: Sequence[Facts | bytes], rulebook: Rulebook) -> None:
    """Let Cedar rule the same facts.

    Raises:
        ProposalDisagrees: the two differ, with the first case.
    """
    _refuse(_found(proposed, facts, rulebook), proposed, facts)


def _found_by_two(proposed: Sequence[Ruling], facts: Sequence[Facts | bytes], rulebook: Rulebook) -> _Difference | None:
    """Return the first difference; who finds one takes no more, and all before it are taken."""

    def found(starts: Iterable[int]) -> _Difference | None:
        for start in starts:
            part = slice(start, start + _AT_ONCE)
            if (one := _found(proposed[part], facts[part], rulebook)) is not None:
                return start + one[0], one[1]
        return None

    own, other = shared_by_two(
        "Cedar's confirmation",
        range(0, len(facts), _AT_ONCE),
        found,
        lambda starts: msgspec.msgpack.encode(found(starts)),
    )
    differing = [one for one in (own, _decode(other)) if one is not None]
    return min(differing, key=lambda one: one[0], default=None)


def _found(proposed: Sequence[Ruling], facts: Sequence[Facts | bytes], rulebook: Rulebook) -> _Difference | None:
    """Return the first difference between what is proposed and what Cedar says."""
    ruled = zip(proposed, rule_many(facts, rulebook), strict=True)
    return next(((place, other) for place, (one, other) in enumerate(ruled) if one != other), None)


def _refuse(found: _Difference | None, proposed: Sequence[Ruling], facts: Sequence[Facts | bytes]) -> None:
    if found is None:
        return
    place, other = found
    about = facts[place]
    shown = about if isinstance(about, bytes) else msgspec.json.encode(about)
    raise ProposalDisagrees(
        "SQL and Cedar rule one case differently", got=_worded(proposed[place]),
        expected=f"{_worded(other)}, says Cedar",
        todo=f"nothing was decided; report this with the facts {shown.decode()}",
    )  # fmt: skip


def _worded(ruling: Ruling) -> str:
    return f"{ruling.outcome} ({', '.join((*ruling.reasons, *ruling.errors)) or ruling.decision})"
