"""The rulings of a run: each request ruled again only where its answer could differ (`pipeline.md` §11)."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import NamedTuple

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
from evenhand.workflows.evaluation.shared_batches import shared

_BY_DATE, _RULES, _FACTS = "depends on the date", "rules changed", "new or changed"
_BATCH = 1_000
# For fewer requests a second process costs more than it saves.
_WORTH_A_PROCESS = 4_000
# Making a query and a table of facts costs as much as a thousand rulings of Cedar.
_WORTH_SQL = 1_000
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
class Asked:
    """Which facts asked what: so that Cedar is asked once, whoever confirms.

    By facts as bytes: Cedar's own ruling of them (`cedar`), or the facts that were asked in their place (`first`), of
    which only SQL has said something yet.
    """

    cedar: dict[bytes, Ruling] = field(default_factory=dict)
    first: dict[bytes, Facts] = field(default_factory=dict)


@dataclass(frozen=True)
class _Rules:
    """What rules the requests of one run."""

    rulebook: Rulebook
    active: ActiveRules
    at: datetime

    def rulings(self, asking: Sequence[tuple[Request, bytes]], asked: Asked) -> list[tuple[Ruling, bool]]:
        """Return the ruling of each request and whether the clock counts, from the questions that they are.

        Of many questions SQL proposes both, and Cedar confirms later.
        """
        distinct = DistinctQuestions(self.active.question_form)
        places = [distinct.place_of(question, partial(_facts, request.facts)) for request, question in asking]
        by_sql = len(distinct.asked) >= _WORTH_SQL
        answers = self._proposed(distinct.asked) if by_sql else self._ruled(distinct.asked)
        for (request, _), place in zip(asking, places, strict=True):
            if by_sql:
                asked.first[request.facts] = distinct.asked[place]
            else:
                asked.cedar[request.facts] = answers[place][0]
        return [answers[place] for place in places]

    def _ruled(self, facts: Sequence[Facts]) -> list[tuple[Ruling, bool]]:
        return list(zip(rule_many(facts, self.rulebook), time_bound(facts, self.active), strict=True))

    def _proposed(self, facts: Sequence[Facts]) -> list[tuple[Ruling, bool]]:
        from evenhand.policy.sql import Proposer  # noqa: PLC0415  few requests need no SQL: 8 MB, 0.1 s

        proposed = Proposer(self.rulebook).propose(facts)
        return list(zip(proposed.rulings, proposed.time_bound, strict=True))

    @cached_property
    def questions(self) -> DistinctQuestions:
        """Return what tells questions apart; what is asked is kept elsewhere."""
        return DistinctQuestions(self.active.question_form)

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
    due: Sequence[Request], rulebook: Rulebook, at: datetime, known: Mapping[str, RuledRequest], progress: Progress,
    asked: Asked | None = None,
) -> tuple[dict[str, RuledRequest], tuple[str, ...]]:  # fmt: skip
    """Return the ruling of every request by key, and sentences on what was ruled again and why.

    A known ruling stands if the facts that active rules read, the active rules and the engine are the same and no
    rule that could apply at another time is left open. Where the facts are the same as a whole (3 µs to see), what
    is read of them is not looked for (70 µs, of many in two processes). Rulings of many are SQL's proposals: who
    adopts one lets Cedar confirm it (`confirm`), and `asked` takes what that need not ask again.
    """
    rules = _rules(rulebook, at)
    hashes = {request.key: rules.facts_sha256(request) for request in due}
    other = [request for request in due if not _stands(known.get(request.key), hashes[request.key], rules.name)]
    reads = _read(other, known, rules, lambda done: progress("ruling", len(due) - len(other) + done, len(due)))
    asking = [(request, read.question) for request, read in zip(other, reads, strict=True) if read.why]
    fresh = iter(rules.rulings(asking, Asked() if asked is None else asked))
    again = Counter(read.why for read in reads)
    ruled = {request.key: known[request.key] for request in due if request.key in known}
    for request, read in zip(other, reads, strict=True):
        if read.why:
            ruling, bound = next(fresh)
            made = RuledRequest(hashes[request.key], read.read_sha256, rules.name, bound, ruling)
        else:
            made = msgspec.structs.replace(known[request.key], facts_sha256=hashes[request.key])
        ruled[request.key] = made
    progress("ruling", len(due), len(due))
    of = f"of {len(due):,} request{'' if len(due) == 1 else 's'}"
    reasons = (_BY_DATE, _RULES, _FACTS)
    return ruled, tuple(f"Re-evaluated: {again[why]:,} {of} ({why})" for why in reasons if again[why])


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


def _rules(rulebook: Rulebook, at: datetime) -> _Rules:
    return _Rules(rulebook, rulebook.active(at.astimezone(UTC).date()), at)


def _stands(known: RuledRequest | None, facts_sha256: str, rules: str) -> bool:
    return known is not None and not known.time_bound and (known.facts_sha256, known.active_sha256) == (
        facts_sha256, rules,
    )  # fmt: skip


class _Read(NamedTuple):
    """What rules read of a request's facts, why it is ruled (`""`: its known ruling stands), and its question."""

    read_sha256: str
    why: str
    question: bytes


def _read(
    requests: Sequence[Request], known: Mapping[str, RuledRequest], rules: _Rules, progress: Callable[[int], None]
) -> list[_Read]:
    """Return what is read of each request, of many in two processes; `progress` is told how many are done."""
    starts = range(0, len(requests), _BATCH)

    def read(start: int) -> list[_Read]:
        return [_read_one(each, known, rules) for each in requests[start : start + _BATCH]]

    is_worth_two = len(requests) >= _WORTH_A_PROCESS
    batches = shared("reading facts", starts, read, list[_Read], progress, worth=is_worth_two)
    return [each for start in starts for each in batches[start]]


def _read_one(request: Request, known: Mapping[str, RuledRequest], rules: _Rules) -> _Read:
    facts = _facts(request.facts)
    read_sha256 = rules.read_sha256(facts)
    why = _why(known.get(request.key), read_sha256, rules.name)
    return _Read(read_sha256, why, rules.questions.question(facts) if why else b"")


def _why(known: RuledRequest | None, read_sha256: str, rules: str) -> str:
    """Return why a request is ruled again, ``""`` if its known ruling stands."""
    if known is not None and known.active_sha256 != rules:
        return _RULES
    if known is None or known.read_sha256 != read_sha256:
        return _FACTS
    return _BY_DATE if known.time_bound else ""


def confirm(
    proposed: Sequence[Ruling], facts: Sequence[Facts | bytes], rulebook: Rulebook, asked: Asked | None = None
) -> None:
    """Let Cedar rule the same facts: no ruling is adopted or shown that Cedar has not made too.

    What Cedar was `asked` before keeps its answer, and of facts that asked the same the first are asked.

    Raises:
        ProposalDisagrees: the two differ, with the first case.
    """
    for one, other, about in zip(proposed, _by_cedar(facts, rulebook, asked or Asked()), facts, strict=True):
        if one != other:
            shown = about if isinstance(about, bytes) else msgspec.json.encode(about)
            raise ProposalDisagrees(
                "SQL and Cedar rule one case differently", got=_worded(one),
                expected=f"{_worded(other)}, says Cedar",
                todo=f"nothing was decided; report this with the facts {shown.decode()}",
            )  # fmt: skip


def _by_cedar(facts: Sequence[Facts | bytes], rulebook: Rulebook, asked: Asked) -> Iterator[Ruling]:
    """Yield Cedar's ruling of each of the facts."""
    first = [asked.first.get(each, each) if isinstance(each, bytes) else each for each in facts]
    answered = [asked.cedar.get(each) if isinstance(each, bytes) else None for each in facts]
    # By what they are, not by what they hold: the same facts asked in the place of many are one object.
    open_ones = {id(each): each for each, answer in zip(first, answered, strict=True) if answer is None}
    ruled = dict(zip(open_ones, rule_many(open_ones.values(), rulebook), strict=True))
    for each, answer in zip(first, answered, strict=True):
        yield ruled[id(each)] if answer is None else answer


def _worded(ruling: Ruling) -> str:
    return f"{ruling.outcome} ({', '.join((*ruling.reasons, *ruling.errors)) or ruling.decision})"
