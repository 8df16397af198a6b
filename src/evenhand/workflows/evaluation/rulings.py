"""The rulings of a run: each request ruled again only where its answer could differ (`pipeline.md` §11)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

import msgspec

from evenhand.model.facts import Facts
from evenhand.model.record import canonical_exact
from evenhand.model.ruling import Ruling
from evenhand.policy import ActiveRules, Rulebook, rule_many, time_bound
from evenhand.policy.distinct_questions import DistinctQuestions
from evenhand.store.spark_engine import SparkEngine
from evenhand.workflows.evaluation.facts import instant
from evenhand.workflows.evaluation.facts_forms import FactsForm, FilledForm
from evenhand.workflows.evaluation.facts_reading import FactsReader
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.evaluation.requests import Request

_BY_DATE, _RULES, _FACTS = "depends on the date", "rules changed", "new or changed"
_BATCH = 1_000  # requests between two signs of progress
# Making a query and a table of facts costs as much as a thousand rulings of Cedar.
_WORTH_SQL = 1_000
_facts = msgspec.json.Decoder(Facts).decode


class RuledRequest(msgspec.Struct, frozen=True, gc=False):
    """A request's ruling and what it was ruled on: facts whole and as read by the active rules, and those rules.

    Both hashes of facts leave out `context.at`; they are 32 bytes, for as hex they would be a tenth of a run's memory.
    """

    facts_sha256: bytes
    read_sha256: bytes
    active_sha256: str
    time_bound: bool
    ruling: Ruling


@dataclass(frozen=True)
class QuestionMemory:
    """Which facts asked what: so that Cedar is asked once.

    By `facts_sha256`: Cedar's own ruling of these facts (`cedar`), or the facts that were asked in their place
    (`first`), of which only SQL has said something yet.
    """

    cedar: dict[bytes, Ruling] = field(default_factory=dict)
    first: dict[bytes, Facts] = field(default_factory=dict)


@dataclass(frozen=True)
class _Rules:
    """What rules the requests of one run."""

    rulebook: Rulebook
    active: ActiveRules
    at: datetime
    spark: SparkEngine | None = None

    def rulings(self, asking: "Sequence[_Asking]", memory: QuestionMemory) -> list[tuple[Ruling, bool]]:
        """Return the ruling of each request and whether the clock counts; each question is asked once.

        Of many questions SQL proposes both, and Cedar confirms later.
        """
        distinct = DistinctQuestions(self.active.question_form)
        places = [distinct.place_of(self.reader.question(each.request), each.facts) for each in asking]
        by_sql = len(distinct.asked) >= _WORTH_SQL
        answers = self._proposed(distinct.asked) if by_sql else self._ruled(distinct.asked)
        for each, place in zip(asking, places, strict=True):
            if by_sql:
                memory.first[each.facts_sha256] = distinct.asked[place]
            else:
                memory.cedar[each.facts_sha256] = answers[place][0]
        return [answers[place] for place in places]

    def _ruled(self, facts: Sequence[Facts]) -> list[tuple[Ruling, bool]]:
        return list(zip(rule_many(facts, self.rulebook), time_bound(facts, self.active), strict=True))

    def _proposed(self, facts: Sequence[Facts]) -> list[tuple[Ruling, bool]]:
        from evenhand.policy.sql import Proposer  # noqa: PLC0415  few requests need no SQL: 8 MB, 0.1 s

        proposed = Proposer(self.rulebook, spark=self.spark).propose(facts)
        return list(zip(proposed.rulings, proposed.time_bound, strict=True))

    @cached_property
    def reader(self) -> FactsReader:
        """Return what reads facts as these rules do."""
        return FactsReader(self.active)

    @cached_property
    def name(self) -> str:
        """Return what names the engine and the set of active rules."""
        return f"{self.rulebook.engine} {self.active.sha256}"


def facts_hashes(due: Sequence[Request], at: datetime) -> dict[str, bytes]:
    """Return by key the SHA-256 of each request's facts without the instant, which is the first `at` in them.

    Cost: 3 µs each.
    """
    clock, timeless = _clock(at), dict[FactsForm, FactsForm]()

    def found(stated: bytes | FilledForm) -> bytes:
        if isinstance(stated, bytes):
            return sha256(stated.replace(clock, b"", 1)).digest()
        if stated.form not in timeless:
            timeless[stated.form] = FactsForm(stated.form.shape.replace(clock, b"", 1))
        return sha256(timeless[stated.form].filled(stated.values)).digest()

    return {each.key: found(each.stated) for each in due}


class _Asking(NamedTuple):
    """A request that is ruled, the hashes of its facts, and why."""

    request: Request
    facts_sha256: bytes
    read_sha256: bytes
    why: str

    def facts(self) -> Facts:
        """Return the facts."""
        return _facts(self.request.facts)


def rule_requests(
    due: Sequence[Request], rulebook: Rulebook, at: datetime, known: Mapping[str, RuledRequest], progress: Progress,
    memory: QuestionMemory | None = None, *, hashes: Mapping[str, bytes] | None = None,
    spark: SparkEngine | None = None,
) -> tuple[dict[str, RuledRequest], tuple[str, ...]]:  # fmt: skip
    """Return the ruling of every request by key, and sentences on what was ruled again and why.

    A known ruling stands if the facts that active rules read, the active rules and the engine are the same and no
    rule that could apply at another time is left open. Where the facts are the same as a whole, what is read of them
    is not looked for; `hashes` are their `facts_hashes`, where somebody has them. Rulings of many are SQL's proposals:
    who adopts one lets Cedar confirm it, and the `memory` says what that need not ask again (`confirmations.py`). With
    `spark` they are made there.
    """
    rules, hashes = _rules(rulebook, at, spark), facts_hashes(due, at) if hashes is None else hashes
    ruled: dict[str, RuledRequest] = {}
    asking: list[_Asking] = []
    for done, request in enumerate(due):
        if not done % _BATCH:
            progress("ruling", done, len(due))
        facts_sha256, last = hashes[request.key], known.get(request.key)
        if last is not None and _stands(last, facts_sha256, rules.name):
            ruled[request.key] = last
            continue
        read_sha256 = rules.reader.sha256(request)
        why = _why(last, read_sha256, rules.name)
        if last is not None and not why:
            ruled[request.key] = msgspec.structs.replace(last, facts_sha256=facts_sha256)
        else:
            asking.append(_Asking(request, facts_sha256, read_sha256, why))
    for each, (ruling, bound) in zip(asking, rules.rulings(asking, memory or QuestionMemory()), strict=True):
        ruled[each.request.key] = RuledRequest(each.facts_sha256, each.read_sha256, rules.name, bound, ruling)
    again = Counter(each.why for each in asking)
    progress("ruling", len(due), len(due))
    reasons = (_BY_DATE, _RULES, _FACTS)
    return ruled, tuple(_again(again[why], len(due), why) for why in reasons if again[why])


def again_by_date(count: int, requests: int) -> tuple[str, ...]:
    """Return the sentence that so many of all requests were ruled again because the clock could change their ruling."""
    return (_again(count, requests, _BY_DATE),) if count else ()


def moved(facts: bytes, since: datetime, to: datetime) -> bytes:
    """Return a request's facts at another instant, which is the first `at` in them."""
    return facts.replace(_clock(since), _clock(to), 1)


def ruled_on(request: Request, ruling: Ruling, rulebook: Rulebook, at: datetime) -> RuledRequest:
    """Return the ruling of one request with what it was ruled on."""
    rules, facts = _rules(rulebook, at), _facts(request.facts)
    (bound,) = time_bound([facts], rules.active)
    (facts_sha256,) = facts_hashes([request], at).values()
    return RuledRequest(facts_sha256, rules.reader.sha256(request), rules.name, bound, ruling)


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


def _again(count: int, requests: int, why: str) -> str:
    return f"Re-evaluated: {count:,} of {requests:,} request{'' if requests == 1 else 's'} ({why})"


def _clock(at: datetime) -> bytes:
    return b'"at":' + canonical_exact(instant(at))


def _rules(rulebook: Rulebook, at: datetime, spark: SparkEngine | None = None) -> _Rules:
    return _Rules(rulebook, rulebook.active(at.astimezone(UTC).date()), at, spark)


def _stands(known: RuledRequest, facts_sha256: bytes, rules: str) -> bool:
    return not known.time_bound and (known.facts_sha256, known.active_sha256) == (
        facts_sha256, rules,
    )  # fmt: skip


def _why(known: RuledRequest | None, read_sha256: bytes, rules: str) -> str:
    """Return why a request is ruled again, ``""`` if its known ruling stands."""
    if known is not None and known.active_sha256 != rules:
        return _RULES
    if known is None or known.read_sha256 != read_sha256:
        return _FACTS
    return _BY_DATE if known.time_bound else ""
