"""Facts about a party that a person states: before they are recorded, and as they stand in the ledger."""

from datetime import date, datetime
from typing import Literal

from evenhand.model.judgement import Verdict
from evenhand.model.party import PartyKind, VerificationLevel
from evenhand.model.record import Record
from evenhand.model.staff import Signed


class ConfirmedFact(Record, frozen=True, kw_only=True):
    """What a person confirmed of a party by documents seen: the payload of a `confirmed_fact` leaf.

    `share`: `owner_id` holds `share_ppm` millionths of the party. `control`: `owner_id` controls it, or does not.
    `verification`: it is verified at `level` until the day `until`. `documents` are SHA-256 of what was seen, never
    the documents. `against` is the SHA-256 of what the tables said when it was confirmed: where they say something
    else later, the fact is open again, as a judgement is.
    """

    v: Literal[1] = 1
    kind: Literal["share", "control", "verification"]
    party_kind: PartyKind
    party_id: str
    owner_id: str = ""
    share_ppm: int | None = None
    control: bool | None = None
    level: VerificationLevel | None = None
    until: date | None = None
    documents: tuple[str, ...] = ()
    against: str = ""
    by: str
    at: datetime
    why: str
    signed: Signed | None = None
    second: Signed | None = None


class FactChange(Record, frozen=True, kw_only=True):
    """What a person says of one fact before it is recorded; fields as those of `ConfirmedFact` and `Judgement`.

    A `judgement` names `list` and `entity_id` of the match and a verdict.
    """

    kind: Literal["judgement", "share", "control", "verification"]
    list: str = ""
    entity_id: str = ""
    verdict: Verdict | None = None
    owner_id: str = ""
    share_ppm: int | None = None
    control: bool | None = None
    level: VerificationLevel | None = None
    until: date | None = None
    documents: tuple[str, ...] = ()
