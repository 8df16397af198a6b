"""The gate's snapshot of decisions in force, and the gate's answer to one waiting caller."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from evenhand.model.outcome import Outcome
from evenhand.model.record import Record

Choice = Literal["allow", "hold", "refuse"]
Key = Annotated[str, msgspec.Meta(min_length=1)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


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
    fresh_until: Instant
    checkpoint: str


class RegisterRow(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One party with the keys a bid can be matched by (`gate.md` §4). `when` comes with residual programs."""

    kind: Literal["advertiser", "payer", "seat"]
    id: Key
    outcome: Outcome
    decision: str | None = None
    reason: str | None = None
    names: tuple[str, ...] = ()
    domains: tuple[Key, ...] = ()
    payers: tuple[Key, ...] = ()
    seats: tuple[Key, ...] = ()
    bundles: tuple[Key, ...] = ()
    accounts: tuple[Key, ...] = ()
    instruct: tuple[str, ...] = ()
    verification: Annotated[int, msgspec.Meta(ge=0, le=3)] = 0
    when: None = None
    until: Instant | None = None


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
