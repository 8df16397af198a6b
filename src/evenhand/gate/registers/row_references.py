"""A reference to a row of the register: where it stands, and in its low bits what most bids need to know of it."""

from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from evenhand.model.outcome import Outcome
from evenhand.model.program import When
from evenhand.model.register import CampaignDecision, RegisterRow

SEVERITY: Final = 0b111
HAS_UNTIL: Final = 1 << 3
HAS_WHEN: Final = 1 << 4
NOT_ONLY_POLITICAL: Final = 1 << 5
KIND_SHIFT: Final = 6
KIND: Final = 0b11 << KIND_SHIFT
HAS_SEATS: Final = 1 << 8
HAS_CAMPAIGNS: Final = 1 << 9
SANCTIONED: Final = 1 << 10
PLACE_SHIFT: Final = 16

KINDS: Final = ("advertiser", "payer", "seat")
SEAT: Final = KINDS.index("seat") << KIND_SHIFT
OUTCOMES: Final = tuple(Outcome)
HOLD: Final = Outcome.HOLD.severity
# A reference with none of these bits is of a row that lets every bid pass that is not political, and asks for nothing.
CONCERNS: Final = SEVERITY | HAS_UNTIL | NOT_ONLY_POLITICAL

# The ends that a compiled row can say: it counts microseconds since 1970, 0 is none, and years end with four digits.
_FIRST_END: Final = datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
_LAST_END: Final = datetime.max.replace(tzinfo=UTC)


class RowContent(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate needs of a row once a key has led to it; the keys themselves are the register's."""

    kind: Literal["advertiser", "payer", "seat"]
    id: str
    outcome: Outcome
    decision: str | None = None
    reason: str | None = None
    payers: tuple[str, ...] = ()
    instruct: tuple[str, ...] = ()
    verification: int = 0
    until: datetime | None = None
    when: tuple[When, ...] = ()
    political_campaigns: tuple[str, ...] = ()
    sanctioned: bool = False
    campaigns: tuple[CampaignDecision, ...] = ()


def row_content(row: RegisterRow) -> RowContent:
    """Return a row without its keys, as both forms say it: no empty reason, the end in UTC from 1970 to 9999."""
    return RowContent(
        kind=row.kind,
        id=row.id,
        outcome=row.outcome,
        decision=row.decision,
        reason=row.reason or None,
        payers=row.payers,
        instruct=row.instruct,
        verification=row.verification,
        until=None if row.until is None else row_end(row.until),
        when=row.when or (),
        political_campaigns=row.political_campaigns,
        sanctioned=row.sanctioned,
        campaigns=tuple(map(_campaign_content, row.campaigns)),
    )


def _campaign_content(each: CampaignDecision) -> CampaignDecision:
    """Return a decision about a campaign with its times as both forms say them."""
    return msgspec.structs.replace(
        each,
        begins=None if each.begins is None else row_end(each.begins),
        until=None if each.until is None else row_end(each.until),
    )


def row_end(until: datetime) -> datetime:
    """Return an instant at which a row or a decision of it begins or ends, as both forms say it."""
    return min(max(until, _FIRST_END), _LAST_END).astimezone(UTC)


def flags_of(row: RegisterRow, *, only_political: bool) -> int:
    """Return the low bits of a row's reference; `only_political`: no condition holds where nothing is political."""
    flags = row.outcome.severity | KINDS.index(row.kind) << KIND_SHIFT
    if row.until is not None:
        flags |= HAS_UNTIL
    if row.when:
        flags |= HAS_WHEN if only_political else HAS_WHEN | NOT_ONLY_POLITICAL
    if row.seats:
        flags |= HAS_SEATS
    if row.political_campaigns:
        flags |= HAS_CAMPAIGNS
    if row.sanctioned:
        flags |= SANCTIONED
    return flags
