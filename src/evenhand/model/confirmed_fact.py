"""Facts about a party that a person states: before they are recorded, and as they stand in the ledger."""

from datetime import date, datetime
from typing import Final, Literal

from evenhand.model.judgement import Verdict
from evenhand.model.party import PartyKind, VerificationLevel
from evenhand.model.record import Record
from evenhand.model.staff import Signed

OF_LIST: Final = "list:"
"""How `of` begins where it is an entry of a list, not a party of the network."""


class ConfirmedFact(Record, frozen=True, kw_only=True):
    """What a person confirmed of a party by documents seen: the payload of a `confirmed_fact` leaf.

    `share`: `owner_id` holds `share_ppm` millionths of the party. `control`: `owner_id` controls it, or does not.
    `verification`: it is verified at `level` until the day `until`. `circumvention`: it is another name of `of`, a
    refused party (`advertiser:ID`, `payer:ID`) or a listed one (`list:KEY#ENTITY`); older records do not say of whom.
    `documents` are SHA-256 of what was seen, never the documents. `against` is the SHA-256 of what the tables said when
    it was confirmed: where they say something else later, the fact is open again, as a judgement is.
    """

    v: Literal[1] = 1
    kind: Literal["share", "control", "verification", "circumvention"]
    party_kind: PartyKind
    party_id: str
    owner_id: str = ""
    share_ppm: int | None = None
    control: bool | None = None
    level: VerificationLevel | None = None
    until: date | None = None
    of: str = ""
    documents: tuple[str, ...] = ()
    against: str = ""
    by: str
    at: datetime
    why: str
    signed: Signed | None = None
    second: Signed | None = None


class StatedFact(Record, frozen=True, kw_only=True):
    """A confirmed fact with what came of it; `seq` is its leaf, `tables` what the tables say of the same.

    `effect`: `counts` (instead of the tables), `open again` (the tables have changed since, the stricter counts),
    `overtaken` (a later fact says something else), `no party` (who has no row), `next run` (no run has counted it yet).
    """

    seq: int
    fact: ConfirmedFact
    effect: Literal["counts", "open again", "overtaken", "no party", "next run"]
    tables: str = ""


class FactChange(Record, frozen=True, kw_only=True):
    """What a person says of one fact before it is recorded; fields as those of `ConfirmedFact` and `Judgement`.

    A `judgement` names `list` and `entity_id` of the match and a verdict, a `circumvention` the party itself and
    whose other name it is.
    """

    kind: Literal["judgement", "share", "control", "verification", "circumvention"]
    list: str = ""
    entity_id: str = ""
    verdict: Verdict | None = None
    owner_id: str = ""
    share_ppm: int | None = None
    control: bool | None = None
    level: VerificationLevel | None = None
    until: date | None = None
    documents: tuple[str, ...] = ()
    party_id: str = ""
    of: str = ""


def other_name(party_id: str, of: str) -> str:
    """Return in words whose other name a party is."""
    if not of:
        return f"`{party_id}` is a refused party under another name"
    kind = "listed" if of.startswith(OF_LIST) else "refused party"
    return f"`{party_id}` is another name of the {kind} `{of.partition(':')[2]}`"


def fact_text(fact: ConfirmedFact) -> str:
    """Return a confirmed fact in words, without full stop."""
    match fact.kind:
        case "share":
            return f"`{fact.owner_id}` holds {percent(fact.share_ppm or 0)} of `{fact.party_id}`"
        case "control":
            return f"`{fact.owner_id}` {'controls' if fact.control else 'does not control'} `{fact.party_id}`"
        case "circumvention":
            return other_name(fact.party_id, fact.of)
        case _:
            until = f" until {fact.until}" if fact.until is not None else ""
            level = fact.level.name.lower() if fact.level is not None else "none"
            return f"`{fact.party_id}` is verified at level {level}{until}"


def percent(millionths: int) -> str:
    """Return a share in words.

    >>> percent(250_000)
    '25 %'
    """
    return f"{millionths / 10_000:.4f}".rstrip("0").rstrip(".") + " %"
