"""From the rows that a bid leads to, to one verdict: codes, their effects, the strictest of them (`gate.md` §5)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from evenhand.model.outcome import Outcome, strictest
from evenhand.model.register import GatePolicy, RegisterRow, Verdict

_BLOCKING = frozenset({Outcome.HOLD, Outcome.REFUSE})
_INSTRUCTED = frozenset({Outcome.LABEL, Outcome.LIMIT})


class Concerned(NamedTuple):
    """The rows that a bid leads to, as they stand at its instant, by the way that leads there."""

    seat: list[RegisterRow]
    named: list[RegisterRow]
    bundle: list[RegisterRow]


def standing(rows: Iterable[RegisterRow], at: datetime) -> list[RegisterRow]:
    """Return the rows as they stand at an instant: past `until` a party is known and nothing holds against it."""
    return [row if row.until is None or at < row.until else _lapsed(row) for row in rows]


def without_disputed(behind: list[RegisterRow]) -> list[RegisterRow]:
    """Return the rows that a seat speaks for: its own, and its parties' if they are one or all blocked.

    Like a shared name, a seat that an allowed party shares never refuses by itself (`gate.md` §6).
    """
    parties = [row for row in behind if row.kind != "seat"]
    if len(parties) > 1 and not all(row.outcome in _BLOCKING for row in parties):
        return [row for row in behind if row.kind == "seat"]
    return behind


def adomain_effects(hosts: Sequence[str | None], is_known: bool, policy: GatePolicy) -> dict[str, Outcome]:
    """Return the code and the operator's choice for each thing that is wrong with an `adomain` itself."""
    effects = {}
    if None in hosts:
        effects["adomain-malformed"] = Outcome(policy.malformed)
    if not hosts:
        effects["adomain-missing"] = Outcome(policy.missing)
    if not is_known and any(hosts):
        effects["adomain-unknown"] = Outcome(policy.unknown)
    return effects


def verdict_of(concerned: Concerned, chosen: dict[str, Outcome], checkpoint: str, stale: bool) -> Verdict:
    """Return the verdict: the strictest of the rows' outcomes and of what the operator chose.

    Among equally strict rows that block, the one of the first code is named; else the one that the bid names.
    Decision and reason are None where the operator's choice is stricter than every row.
    """
    blocked = [
        (code, row)
        for code, rows in zip(("seat-blocked", "advertiser-blocked", "bundle-blocked"), concerned, strict=True)
        for row in rows
        if row.outcome in _BLOCKING
    ]
    rows = [row for _, row in blocked] or [*concerned.named, *concerned.bundle, *concerned.seat]
    row = max(rows, key=lambda each: each.outcome.severity, default=None)
    outcome = strictest([*chosen.values(), *(each.outcome for each in rows)])
    acted_on = row if row is not None and row.outcome is outcome else None
    return Verdict(
        outcome="unknown" if row is None and outcome is Outcome.ALLOW else outcome,
        advertiser=row.id if row else None,
        decision=acted_on.decision if acted_on else None,
        reason=acted_on.reason if acted_on else None,
        codes=tuple(dict.fromkeys([*(code for code, _ in blocked), *chosen])),
        stale=stale,
        checkpoint=checkpoint,
        instruct=acted_on.instruct if acted_on and outcome in _INSTRUCTED else msgspec.UNSET,
    )


def _lapsed(row: RegisterRow) -> RegisterRow:
    return msgspec.structs.replace(row, outcome=Outcome.ALLOW, decision=None, reason=None, instruct=())
