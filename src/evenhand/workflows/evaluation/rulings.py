"""The rulings of a run: each request ruled again only where its answer could differ (`pipeline.md` §11)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from evenhand.model.errors import ProposalDisagrees
from evenhand.model.facts import Facts
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.model.ruling import Ruling
from evenhand.policy import ActiveRules, Rulebook, rule_many, select_relevant_facts, time_bound
from evenhand.policy.distinct_questions import DistinctQuestions
from evenhand.workflows.evaluation.facts import instant
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.evaluation.requests import Request

if TYPE_CHECKING:
    from evenhand.policy.sql import Proposer

_BY_DATE, _RULES, _FACTS = "depends on the date", "rules changed", "new or changed"
_BATCH = 10_000
_FIRST = 1_000
# Making a query and a table of facts costs as much as a thousand rulings of Cedar.
_WORTH_SQL = 1_000
# With the query there already, a table of facts costs as much as so many.
_WORTH_SQL_AGAIN = 50
_facts = msgspec.json.Decoder(Facts).decode


class RuledRequest(msgspec.Struct, frozen=True):
    """A request's ruling and what it was ruled on: facts whole and as read by the active rules, and those rules.

    Both hashes of facts leave out `context.at`.
    """

    facts_sha256: str
    read_sha256: str
    active_sha256: str
    time_bound: bool
    ruling: Ruling


@dataclass(frozen=True)
class _Rules:
    """What rules the requests of one run."""

    rulebook: Rulebook
    active: ActiveRules
    at: datetime

    def rulings(self, facts: Sequence[Facts]) -> Iterable[tuple[Ruling, bool]]:
        """Return each ruling and whether the clock counts; a question that an earlier batch asked keeps its answer."""
        places = [self._questions.place(each) for each in facts]
        self._answers.extend(self._answered(self._questions.asked[len(self._answers) :]))
        return [self._answers[place] for place in places]

    def _answered(self, fresh: Sequence[Facts]) -> Iterable[tuple[Ruling, bool]]:
        """Return the answers to these questions; of many, SQL proposes both and Cedar confirms later."""
        least = _WORTH_SQL_AGAIN if "_proposer" in vars(self) else _WORTH_SQL
        if len(fresh) < least:
            return zip(rule_many(fresh, self.rulebook), time_bound(fresh, self.active), strict=True)
        proposed = self._proposer.propose(fresh)
        return zip(proposed.rulings, proposed.time_bound, strict=True)

    @cached_property
    def _questions(self) -> DistinctQuestions:
        return DistinctQuestions(self.active.question_form)

    @cached_property
    def _answers(self) -> list[tuple[Ruling, bool]]:
        return []

    @cached_property
    def _proposer(self) -> "Proposer":
        from evenhand.policy.sql import Proposer  # noqa: PLC0415  few requests need no SQL: 8 MB, 0.1 s

        return Proposer(self.rulebook)

    @cached_property
    def name(self) -> str:
        """Return what names the engine and the set of active rules."""
        return f"{self.rulebook.engine} {self.active.sha256}"

    @cached_property
    def _clock(self) -> bytes:
        return b'"at":' + canonical_exact(instant(self.at))

    def facts_sha256(self, request: Request) -> str:
        """Return the hash of a request's facts without the instant, which is the first `at` in them."""
        return sha256_hex(request.facts.replace(self._clock, b"", 1))

    def read_sha256(self, facts: Facts) -> str:
        """Return the hash of what the active rules read."""
        return sha256_hex(canonical_exact(select_relevant_facts(facts, self.active)))


def rule_requests(
    due: Sequence[Request], rulebook: Rulebook, at: datetime, known: Mapping[str, RuledRequest], progress: Progress
) -> tuple[dict[str, RuledRequest], tuple[str, ...]]:
    """Return the ruling of every request by key, and sentences on what was ruled again and why.

    A known ruling stands if the facts that active rules read, the active rules and the engine are the same and no
    rule that could apply at another time is left open. Where the facts are the same as a whole (30 µs to see), what
    is read of them is not looked for (150 µs). Rulings of many are SQL's proposals: who adopts one lets Cedar
    confirm it (`confirm`).
    """
    rules = _rules(rulebook, at)
    ruled: dict[str, RuledRequest] = {}
    again = {_BY_DATE: 0, _RULES: 0, _FACTS: 0}
    for done, batch in _batches(due):
        progress("ruling", done, len(due))
        hashes = {request.key: rules.facts_sha256(request) for request in batch}
        same = {request.key for request in batch if _stands(known.get(request.key), hashes[request.key], rules.name)}
        ruled |= {key: known[key] for key in same}
        other = [request for request in batch if request.key not in same]
        for request, why, each in _rule_again(other, hashes, known, rules):
            ruled[request.key] = each
            if why:
                again[why] += 1
    progress("ruling", len(due), len(due))
    of = f"of {len(due):,} request{'' if len(due) == 1 else 's'}"
    return ruled, tuple(f"Re-evaluated: {count:,} {of} ({why})" for why, count in again.items() if count)


def ruled_on(request: Request, ruling: Ruling, rulebook: Rulebook, at: datetime) -> RuledRequest:
    """Return the ruling of one request with what it was ruled on."""
    rules, facts = _rules(rulebook, at), _facts(request.facts)
    (bound,) = time_bound([facts], rules.active)
    return RuledRequest(rules.facts_sha256(request), rules.read_sha256(facts), rules.name, bound, ruling)


def strictest_of_twins(
    due: Sequence[Request], ruled: Mapping[str, RuledRequest]
) -> tuple[list[Request], dict[str, RuledRequest]]:
    """Return the requests without their `serve` twins, and by key the rulings that count.

    A twin that is ruled more strictly replaces its standing request with the facts that it was ruled on, so
    that what is recorded replays to the same ruling.
    """
    standing = {request.key: request for request in due}
    counting = dict(ruled)
    for twin in due:
        if twin.key.startswith("serve:"):
            del standing[twin.key]
            key = f"advertiser:{twin.party.id}"
            if ruled[twin.key].ruling.outcome.severity > ruled[key].ruling.outcome.severity:
                standing[key], counting[key] = msgspec.structs.replace(twin, key=key), ruled[twin.key]
    return list(standing.values()), counting


def _batches(due: Sequence[Request]) -> Iterator[tuple[int, Sequence[Request]]]:
    """Yield a small batch, so that anyone who waits sees a rate within the first second, then large ones."""
    for start in (0, *range(_FIRST, len(due), _BATCH)):
        yield start, due[start : start + (_BATCH if start else _FIRST)]


def _rules(rulebook: Rulebook, at: datetime) -> _Rules:
    return _Rules(rulebook, rulebook.active(at.astimezone(UTC).date()), at)


def _stands(known: RuledRequest | None, facts_sha256: str, rules: str) -> bool:
    return known is not None and not known.time_bound and (known.facts_sha256, known.active_sha256) == (
        facts_sha256, rules,
    )  # fmt: skip


def _rule_again(
    batch: Sequence[Request], hashes: Mapping[str, str], known: Mapping[str, RuledRequest], rules: _Rules
) -> Iterator[tuple[Request, str, RuledRequest]]:
    """Yield each request with why it was ruled (``""``: its known ruling stands) and its ruling."""
    facts = [_facts(request.facts) for request in batch]
    reads = [rules.read_sha256(each) for each in facts]
    why = [_why(known.get(request.key), read, rules.name) for request, read in zip(batch, reads, strict=True)]
    asking = [each for each, reason in zip(facts, why, strict=True) if reason]
    fresh = iter(rules.rulings(asking))
    for request, read, reason in zip(batch, reads, why, strict=True):
        if reason:
            ruling, bound = next(fresh)
            yield request, reason, RuledRequest(hashes[request.key], read, rules.name, bound, ruling)
        else:
            yield request, "", msgspec.structs.replace(known[request.key], facts_sha256=hashes[request.key])


def _why(known: RuledRequest | None, read_sha256: str, rules: str) -> str:
    """Return why a request is ruled again, ``""`` if its known ruling stands."""
    if known is not None and known.active_sha256 != rules:
        return _RULES
    if known is None or known.read_sha256 != read_sha256:
        return _FACTS
    return _BY_DATE if known.time_bound else ""


def confirm(proposed: Sequence[Ruling], facts: Sequence[Facts | bytes], rulebook: Rulebook) -> None:
    """Let Cedar rule the same facts: no ruling is adopted or shown that Cedar has not made too.

    Raises:
        ProposalDisagrees: the two differ, with the first case.
    """
    for one, other, about in zip(proposed, rule_many(facts, rulebook), facts, strict=True):
        if one != other:
            shown = about if isinstance(about, bytes) else msgspec.json.encode(about)
            raise ProposalDisagrees(
                "SQL and Cedar rule one case differently", got=_worded(one),
                expected=f"{_worded(other)}, says Cedar",
                todo=f"nothing was decided; report this with the facts {shown.decode()}",
            )  # fmt: skip


def _worded(ruling: Ruling) -> str:
    return f"{ruling.outcome} ({', '.join((*ruling.reasons, *ruling.errors)) or ruling.decision})"
