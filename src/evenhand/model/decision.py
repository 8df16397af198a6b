"""A ruling adopted for one party, and what follows from it."""

from datetime import datetime
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from evenhand.model.finding import Finding
from evenhand.model.outcome import Outcome
from evenhand.model.party import Keys, PartyKind
from evenhand.model.record import Record


class Party(Record, frozen=True, kw_only=True):
    """The advertiser or payer that a decision is about."""

    kind: PartyKind
    id: str


class Inputs(Record, frozen=True, kw_only=True):
    """The hashes a decision was made from, each `sha256:<hex>`, so that it can be replayed exactly.

    `lint` holds codes that a historic rulebook was loaded in spite of.
    """

    rulebook: str
    engine: str
    mapping: str
    lists: dict[str, str]
    tables: dict[str, str]
    scorer: str
    lint: tuple[str, ...] = ()


class PlannedCampaign(Record, frozen=True, kw_only=True):
    """What happens to one campaign, and the money in it that was not spent, in micros."""

    id: str
    action: Literal["stop", "pause", "limit", "label"]
    on: datetime
    remaining_micros: int


class Funds(Record, frozen=True, kw_only=True):
    """What happens to prepaid money; `rules` are those of the refund's own ruling."""

    prepaid_micros: int
    currency: str
    action: Literal["refund", "hold", "freeze", "none"]
    rules: tuple[str, ...] = ()


class Notification(Record, frozen=True, kw_only=True):
    """Who is notified of the decision, and the instant by which."""

    who: Literal["advertiser", "payer", "agency"]
    id: str
    by: datetime


class Plan(Record, frozen=True, kw_only=True):
    """The consequences of a decision. A run never ends an account."""

    account_kept: bool
    campaigns: tuple[PlannedCampaign, ...]
    funds: Funds
    tell: tuple[Notification, ...]


class DecidedBy(Record, frozen=True, kw_only=True):
    """A run (`id` names the program and version) or a person."""

    kind: Literal["run", "person"]
    id: str


class Stage(Record, frozen=True, kw_only=True):
    """What holds before a decision's own outcome does: by those of its rules that ask for less notice."""

    outcome: Outcome
    reasons: tuple[str, ...]
    instruct: tuple[str, ...]
    effective_from: datetime


class Decision(Record, frozen=True, kw_only=True):
    """A ruling adopted for one party at one time: the payload of its leaf (`pipeline.md` §7).

    `scope` is `advertiser`, `payer` or `campaign:<id>`. A ground is (rule, finding kind, entity id or attribute
    path). `facts_sha256` leaves out `context.at`; `read_sha256` also what no active rule reads. It is in force
    at T when `effective_from ≤ T < until` and no later one of the same case is. One other than allow has the party's
    `keys`, which the gate finds it by for as long as it is in force, and what was `unread` of its input when decided.
    `stages`, if there are any, are milder outcomes that hold before `effective_from`, each until the next begins.
    With `sealing` 1 its leaf commits to each of its fields, without it to the whole (`docs/spec/ledger-leaf.md`).
    """

    v: Literal[1] = 1
    id: str
    case: str
    party: Party
    scope: str
    territories: tuple[str, ...]
    outcome: Outcome
    decision: Literal["allow", "deny", "nodecision"]
    reasons: tuple[str, ...]
    errors: tuple[str, ...]
    instruct: tuple[str, ...]
    grounds: tuple[tuple[str, str, str], ...]
    findings: tuple[Finding, ...]
    facts: dict[str, Any]
    facts_sha256: str
    read_sha256: str
    inputs: Inputs
    plan: Plan
    decided_at: datetime
    effective_from: datetime
    until: datetime | None = None
    decided_by: DecidedBy
    approved_by: str | None = None
    supersedes: str | None = None
    changed: tuple[str, ...] = ()
    keys: Keys | None = None
    sealing: Literal[0, 1] = 0
    unread: tuple[str, ...] = ()
    stages: tuple[Stage, ...] | UnsetType = UNSET
