"""What was ordered: campaigns, their creatives, and the votes that change the rules for a while."""

from datetime import date, datetime
from enum import StrEnum

from evenhand.model.record import Record


class CampaignStatus(StrEnum):
    """The state of an order; `ended` is never ruled again."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Campaign(Record, frozen=True, kw_only=True):
    """One advertising order. `payer_id` is ``""`` if undisclosed; money is in micros of the network's currency.

    `content` are ContentKind ids; `landing_host` is a host or ``""``; `territories` are ISO alpha-2 codes,
    empty = the network's.
    """

    id: str
    advertiser_id: str
    payer_id: str = ""
    status: CampaignStatus = CampaignStatus.RUNNING
    starts: date | None = None
    ends: date | None = None
    territories: tuple[str, ...] = ()
    political: bool = False
    content: tuple[str, ...] = ()
    landing_host: str = ""
    budget_micros: int = 0
    spent_micros: int = 0


class Creative(Record, frozen=True, kw_only=True):
    """One advertisement of a campaign; `media_sha256` names bytes that are kept elsewhere."""

    id: str
    campaign_id: str
    text: str = ""
    language: str = ""
    landing_host: str = ""
    content: tuple[str, ...] = ()
    media_sha256: str = ""


class Vote(Record, frozen=True, kw_only=True):
    """A vote in a territory and the window before it in which stricter rules hold, both ends 00:00 UTC.

    `window_opens` is three calendar months before `first_day`, `closes` the day after the last day
    (Regulation (EU) 2024/900, Art. 5(2)).
    """

    territory: str
    first_day: date
    last_day: date
    union_wide_rules: bool
    window_opens: datetime
    closes: datetime
