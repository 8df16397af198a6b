"""The gate's snapshot of decisions in force, and the gate's answer to one waiting caller."""

from datetime import datetime
from typing import Literal

import msgspec

from evenhand.model.outcome import Outcome
from evenhand.model.record import Record

Choice = Literal["allow", "hold", "refuse"]


class GatePolicy(Record, frozen=True, kw_only=True):
    """What the operator chose for bids that name nobody we know; there is no default (`gate.md` §5)."""

    unknown: Choice
    missing: Choice
    malformed: Choice
    mismatch: Literal["note", "hold", "refuse"]


class RegisterHead(Record, frozen=True, kw_only=True):
    """First line of a register: policy, when it goes stale, and the checkpoint it was made at (text or ``""``)."""

    register: Literal[1] = 1
    policy: GatePolicy
    fresh_until: datetime
    checkpoint: str


class RegisterRow(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One party with the keys a bid can be matched by (`gate.md` §4). `when` comes with residual programs."""

    kind: Literal["advertiser", "payer", "seat"]
    id: str
    outcome: Outcome
    decision: str | None = None
    reason: str | None = None
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    payers: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    instruct: tuple[str, ...] = ()
    verification: int = 0
    when: None = None
    until: datetime | None = None


class Verdict(Record, frozen=True, kw_only=True):
    """The gate's answer: `unknown` where no row is concerned; codes as in `gate.md` §5.

    `advertiser` is the row's id; `checkpoint` names origin and size of the register's log.
    """

    outcome: Outcome | Literal["unknown"]
    advertiser: str | None
    decision: str | None
    reason: str | None
    codes: tuple[str, ...]
    stale: bool
    checkpoint: str
    instruct: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
