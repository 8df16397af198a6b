"""The rulings of a run: each request ruled again only where its answer could differ (`river.md` §11)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from evenhand.cases.findings import Progress
from evenhand.cases.requests import Request
from evenhand.model.facts import Facts
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.model.ruling import Ruling
from evenhand.policy import ActiveRules, Rulebook, read_part, rule_many, time_bound
from evenhand.policy.ruling import time_bound_many

_BATCH = 1_000
_facts = msgspec.json.Decoder(Facts).decode


class Ruled(msgspec.Struct, frozen=True):
    """A request's ruling and what it was ruled on: facts as read by the active rules, and those rules."""

    read_sha256: str
    active_sha256: str
    time_bound: bool
    ruling: Ruling


def rule_requests(
    asked: Sequence[Request], rulebook: Rulebook, at: datetime, known: Mapping[str, Ruled], progress: Progress
) -> tuple[dict[str, Ruled], tuple[str, ...]]:
    """Return the ruling of every request by key, and sentences on what was ruled again and why.

    A known ruling stands if the facts that active rules read, the active rules and the engine are the same and no
    rule that could apply at another time is left open.
    """
    active = rulebook.active(at.astimezone(UTC).date())
    rules = f"{rulebook.engine} {active.sha256}"
    ruled: dict[str, Ruled] = {}
    again = {"time-bound": 0, "other rules": 0, "new or changed": 0}
    for done, batch in _batches(asked):
        progress("ruling", done, len(asked))
        facts = [_facts(request.facts) for request in batch]
        reads = [_read_sha256(each, active) for each in facts]
        why = [_why(known.get(request.key), read, rules) for request, read in zip(batch, reads, strict=True)]
        waiting = [i for i, reason in enumerate(why) if reason]
        asking = [facts[i] for i in waiting]
        fresh = dict(
            zip(waiting, zip(rule_many(asking, rulebook), time_bound_many(asking, active), strict=True), strict=True)
        )
        for i, request in enumerate(batch):
            if i in fresh:
                ruling, bound = fresh[i]
                ruled[request.key] = Ruled(reads[i], rules, bound, ruling)
                again[why[i]] += 1
            else:
                ruled[request.key] = known[request.key]
    progress("ruling", len(asked), len(asked))
    return ruled, tuple(f"{count} of {len(asked)} requests ruled: {why}" for why, count in again.items() if count)


def ruled_on(request: Request, ruling: Ruling, rulebook: Rulebook, at: datetime) -> Ruled:
    """Return the ruling of one request with what it was ruled on."""
    facts, active = _facts(request.facts), rulebook.active(at.astimezone(UTC).date())
    rules = f"{rulebook.engine} {active.sha256}"
    return Ruled(_read_sha256(facts, active), rules, time_bound(facts, active), ruling)


def strictest_of_twins(asked: Sequence[Request], ruled: Mapping[str, Ruled]) -> tuple[list[Request], dict[str, Ruled]]:
    """Return the requests without their `serve` twins, and by key the rulings that count.

    A twin that is ruled more strictly stands in for its standing request with the facts that it was ruled on, so
    that what is recorded replays to the same ruling.
    """
    standing = {request.key: request for request in asked}
    counting = dict(ruled)
    for twin in asked:
        if twin.key.startswith("serve:"):
            del standing[twin.key]
            key = f"advertiser:{twin.party.id}"
            if ruled[twin.key].ruling.outcome.severity > ruled[key].ruling.outcome.severity:
                standing[key], counting[key] = msgspec.structs.replace(twin, key=key), ruled[twin.key]
    return list(standing.values()), counting


def _batches(asked: Sequence[Request]) -> Iterator[tuple[int, Sequence[Request]]]:
    for start in range(0, len(asked), _BATCH):
        yield start, asked[start : start + _BATCH]


def _read_sha256(facts: Facts, active: ActiveRules) -> str:
    return sha256_hex(canonical_exact(read_part(facts, active)))


def _why(known: Ruled | None, read_sha256: str, rules: str) -> str:
    """Return why a request is ruled again, ``""`` if its known ruling stands."""
    if known is not None and known.active_sha256 != rules:
        return "other rules"
    if known is None or known.read_sha256 != read_sha256:
        return "new or changed"
    return "time-bound" if known.time_bound else ""
