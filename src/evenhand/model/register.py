"""The gate's snapshot of decisions in force, and the gate's answer to one waiting caller."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from evenhand.model.outcome import Outcome
from evenhand.model.program import When
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


class PurchaseRules(Record, frozen=True, kw_only=True):
    """What the operator asks of an order (`gate.md` §8); a market or level that is not named is not limited.

    `verification` is the level that a market asks for (0-3), `budget_micros` the most that an advertiser of a level,
    as text, may order at once; in `closed_to_political` markets no political advertising is sold. `unknown` is what
    becomes of an order by a party that cannot be found; not set, it is held.
    """

    verification: dict[str, Annotated[int, msgspec.Meta(ge=0, le=3)]] = {}
    closed_to_political: tuple[str, ...] = ()
    budget_micros: dict[str, Annotated[int, msgspec.Meta(ge=0)]] = {}
    unknown: Choice | msgspec.UnsetType = msgspec.UNSET


class RegisterHead(Record, frozen=True, kw_only=True):
    """First line of a register: policy, when it goes stale, and the checkpoint it was made at (text or ``""``).

    `made_at` is the instant of the run that made it; registers of earlier versions have none. `unions` are the
    countries of each union of states; `political_categories` the content categories that make a bid political, by
    taxonomy (`cattax`, as text); `shared_hosts` further hosts that name a platform, not an advertiser. `rows_sha256` is
    over the lines of the plain form behind this one, each with its line feed; one written by hand has none.
    """

    register: Literal[1] = 1
    policy: GatePolicy
    fresh_until: Instant
    checkpoint: str
    made_at: Instant | msgspec.UnsetType = msgspec.UNSET
    unions: dict[str, tuple[str, ...]] = {}
    political_categories: dict[str, tuple[str, ...]] = {}
    shared_hosts: tuple[str, ...] = ()
    purchase: PurchaseRules = PurchaseRules()
    rows_sha256: str | msgspec.UnsetType = msgspec.UNSET


class CampaignDecision(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A decision other than allow about one campaign of an advertiser: orders are bound by it, bids are not.

    `id` is the campaign's, as orders name it. It counts from `begins` on (None: already) and before `until`.
    `instruct` is what a label or limit asks for.
    """

    id: Key
    outcome: Outcome
    decision: Key
    reason: Key
    instruct: tuple[str, ...] = ()
    begins: Instant | None = None
    until: Instant | None = None


class RegisterRow(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One party with the keys a bid can be matched by (`gate.md` §4).

    `when` are conditions under which something stricter than `outcome` holds; `political_campaigns` are the `cid`s of
    campaigns that are political. `verification` is 0 none, 1 declared, 2 document, 3 register. `identifiers` are
    numbers that registers gave, each as `scheme[/jurisdiction]:value`. `campaigns` are decisions about campaigns of an
    advertiser. `sanctioned`: the decision refuses because the
    law forbids dealing with somebody who is listed, or belongs to who is.
    """

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
    identifiers: tuple[Key, ...] = ()
    instruct: tuple[str, ...] = ()
    verification: Annotated[int, msgspec.Meta(ge=0, le=3)] = 0
    political_campaigns: tuple[str, ...] = ()
    when: tuple[When, ...] | None = None
    sanctioned: bool = False
    until: Instant | None = None
    campaigns: tuple[CampaignDecision, ...] = ()


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
