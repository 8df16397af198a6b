"""Rows of the tables about orders: campaigns, their creatives, and the votes they may fall before."""

import calendar
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from evenhand.intake.parties import ToMicros
from evenhand.intake.row import BadRow, Row
from evenhand.intake.values import cells
from evenhand.model.campaign import Campaign, CampaignStatus, Creative, Vote
from evenhand.model.network import Absent

_STATUSES = {status.value: status for status in CampaignStatus}
_WINDOW_MONTHS = 3


def campaign(row: Row, payers: Mapping[str, str], absent: Absent, to_micros: ToMicros) -> tuple[str, Campaign]:
    """Return the id and campaign of a row, or refuse it.

    `payers` gives each known advertiser's payer, itself if it pays itself: who pays where no column says so.
    """
    advertiser_id = row.required("advertiser_id", cells.key, "")
    if advertiser_id not in payers:
        row.refuse("advertiser_id", "the id of an advertiser that was not refused")
    pays = payers.get(advertiser_id, "") if absent.payer == "advertiser" and not row.has("payer_id") else ""
    starts, ends = row.optional("starts", cells.day, None), row.optional("ends", cells.day, None)
    if starts and ends and ends < starts:
        row.refuse("ends", f"a day not before the start, {starts}")
    noun = Campaign(
        id=row.required("id", cells.key, ""),
        advertiser_id=advertiser_id,
        payer_id=row.optional("payer_id", cells.key, pays),
        status=row.optional("status", partial(cells.one_of, _STATUSES), CampaignStatus.RUNNING),
        starts=starts,
        ends=ends,
        territories=row.several("territories", cells.country),
        political=_political(row, absent),
        content=row.several("content", cells.code),
        landing_host=row.supporting("landing_url", cells.web_host, ""),
        budget_micros=row.optional("budget", to_micros, 0),
        spent_micros=row.optional("spent", to_micros, 0),
    )
    return noun.id, noun


def rejected_campaign(row: Row, payers: Collection[str]) -> tuple[str, Campaign] | None:
    """Return what can be read of a rejected row of campaigns, None without its id or a known advertiser.

    It is not ruled, so that its decision in force stays; at the gate it counts as political, which is stricter.
    """
    try:
        id_, advertiser_id = row.needed("id", cells.key), row.needed("advertiser_id", cells.key)
    except BadRow:
        return None
    if advertiser_id not in payers:
        return None
    pays = row.optional("payer_id", cells.key, "")
    return id_, Campaign(
        id=id_, advertiser_id=advertiser_id, payer_id=pays, status=CampaignStatus.ENDED, political=True
    )


def creative(row: Row, campaigns: Collection[str]) -> tuple[str, Creative]:
    """Return the id and creative of a row, or refuse it; `campaigns` are the ids of those that were read."""
    campaign_id = row.required("campaign_id", cells.key, "")
    if campaign_id not in campaigns:
        row.refuse("campaign_id", "the id of a campaign that was not refused")
    noun = Creative(
        id=row.required("id", cells.key, ""),
        campaign_id=campaign_id,
        text=row.text("text"),
        language=row.supporting("language", cells.language, ""),
        landing_host=row.supporting("landing_url", cells.web_host, ""),
        content=row.several("content", cells.code),
        media_sha256=row.supporting("media_sha256", cells.sha256, ""),
    )
    return noun.id, noun


def vote(row: Row) -> tuple[str, Vote]:
    """Return a row's vote with the window before it, or refuse it; territory and first day are its id."""
    first_day, last_day = row.needed("first_day", cells.day), row.needed("last_day", cells.day)
    if last_day < first_day:
        raise BadRow("last_day", row.text("last_day"), f"a day not before the first, {first_day}")
    try:
        opens, closes = _midnight(_months_before(first_day)), _midnight(last_day + timedelta(days=1))
    except (ValueError, OverflowError):
        raise BadRow("first_day", row.text("first_day"), "a day with three months before it") from None
    noun = Vote(
        territory=row.needed("territory", cells.country),
        first_day=first_day,
        last_day=last_day,
        union_wide_rules=row.needed("union_wide_rules", cells.truth),
        window_opens=opens,
        closes=closes,
    )
    return f"{noun.territory} {first_day}", noun


def _political(row: Row, absent: Absent) -> bool:
    if absent.political == "refuse":
        return row.required("political", cells.truth, instead=True)
    return row.optional("political", cells.truth, absent.political == "yes")


def _months_before(day: date) -> date:
    """Return the day three calendar months earlier, the month's last where it has no such day."""
    month = day.year * 12 + day.month - 1 - _WINDOW_MONTHS
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
