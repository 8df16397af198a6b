"""Rows of the tables about orders: campaigns, their creatives, and the votes they may fall before."""

import calendar
import re
from collections.abc import Collection, Container, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from evenhand.intake.amounts import ToMicros, amount_field
from evenhand.intake.clean_rows import NEEDS_CARE, Field, Fields, text_field
from evenhand.intake.content import CONTENT, Kinds, content_field
from evenhand.intake.quick_cells import quick_host, quick_key, quick_list
from evenhand.intake.row import COUNTS_AS_POLITICAL, BadRow, Row
from evenhand.intake.values import cells
from evenhand.intake.values.cells import Unusable
from evenhand.intake.values.websites import web_host
from evenhand.model.campaign import Campaign, CampaignStatus, Creative, Vote
from evenhand.model.network import Absent
from evenhand.model.text_matching import plain

_STATUS_WORDS = {
    CampaignStatus.PLANNED: (
        "geplant", "prévu", "prévue", "planifié", "planifiée", "planificado", "planificada", "previsto", "prevista",
    ),
    CampaignStatus.RUNNING: (
        "active", "laufend", "läuft", "aktiv", "en cours", "actif", "en curso", "activo", "activa",
    ),
    CampaignStatus.PAUSED: ("pausiert", "en pause", "pausado", "pausada", "en pausa"),
    CampaignStatus.ENDED: (
        "beendet", "terminé", "terminée", "terminado", "terminada", "finalizado", "finalizada",
    ),
}  # fmt: skip
"""Words that can mean nothing else: what is taken for `ended` by mistake is never ruled again."""
_STATUSES = {plain(word): status for status, words in _STATUS_WORDS.items() for word in (status.value, *words)}
_DOUBT = re.compile(r"[^\w\s\u0300-\u036f-]")  # `ended?` is no word for an end; accents may stand beside their letter
_WINDOW_MONTHS = 3
_LANDING_HOST = Field(("landing_url",), lambda row: row.supporting("landing_url", web_host, ""), quick_host(web_host))
_STARTS = Field(("starts",), lambda row: row.optional("starts", cells.day, None))
_YES_OR_NO = "yes or no; or set political in [intake.absent]: what no column or an empty cell means"
_ENDS = Field(("ends",), lambda row: row.optional("ends", cells.day, None))


def campaign_fields(payers: Mapping[str, str], absent: Absent, to_micros: ToMicros, kinds: Kinds) -> Fields[Campaign]:
    """Return how a row of campaigns is read; `kinds` are those of content.

    `payers` gives each known advertiser's payer, itself if it pays itself: who pays where no column says so.
    """
    running = CampaignStatus.RUNNING
    return Fields(Campaign, {
        "advertiser_id": _id_among("advertiser_id", payers, "the id of an advertiser that was not refused"),
        "starts": _STARTS,
        "ends": Field((), _ends, parts=(_STARTS, _ENDS), join=_joined_ends),
        "id": Field(("id",), lambda row: row.required("id", cells.key, ""), quick_key),
        "payer_id": Field(_payer_columns, partial(_payer, payers=payers, absent=absent), quick_key, "payer_id"),
        "status": Field(("status",), lambda row: row.optional("status", _status, running)),
        "territories": Field(
            ("territories",), lambda row: row.several("territories", cells.territory), quick_list(cells.territory)
        ),
        "political": Field(("political", CONTENT), partial(_political, absent=absent)),
        "content": content_field(kinds),
        "landing_host": _LANDING_HOST,
        "budget_micros": amount_field("budget", to_micros),
        "spent_micros": amount_field("spent", to_micros),
    })  # fmt: skip


def _id_among(column: str, known: Collection[str], expected: str) -> Field:
    """Return the field of an id that must be a known one."""

    def read(row: Row) -> str:
        found = row.required(column, cells.key, "")
        if found not in known:
            row.refuse(column, expected)
        return found

    return Field((column,), read, lambda text: text if text in known else None)


def _ends(row: Row) -> date | None:
    starts: date | None = _STARTS.read(row)
    ends: date | None = _ENDS.read(row)
    if starts and ends and ends < starts:
        row.refuse("ends", f"a day not before the start, {starts}")
    return ends


def _joined_ends(starts: date | None, ends: date | None) -> Any:
    """Return when a campaign ends, `NEEDS_CARE` where that is before it starts."""
    return NEEDS_CARE if starts and ends and ends < starts else ends


def _payer_columns(places: Container[str]) -> tuple[str, ...]:
    return ("payer_id",) if "payer_id" in places else ("advertiser_id",)


def _payer(row: Row, payers: Mapping[str, str], absent: Absent) -> str:
    is_unsaid = absent.payer == "advertiser" and not row.has("payer_id")
    pays = payers.get(row.text("advertiser_id"), "") if is_unsaid else ""
    return row.optional("payer_id", cells.key, pays)


def _status(text: str) -> CampaignStatus:
    found = None if _DOUBT.search(text) else _STATUSES.get(plain(text))
    if found is None:
        raise Unusable(f"one of {', '.join(CampaignStatus)}")
    return found


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


def creative_fields(campaigns: Collection[str], kinds: Kinds) -> Fields[Creative]:
    """Return how a row of creatives is read; `campaigns` are the ids of those that were read."""
    return Fields(Creative, {
        "campaign_id": _id_among("campaign_id", campaigns, "the id of a campaign that was not refused"),
        "id": Field(("id",), lambda row: row.required("id", cells.key, ""), quick_key),
        "text": text_field("text"),
        "language": Field(("language",), lambda row: row.supporting("language", cells.language, "")),
        "landing_host": _LANDING_HOST,
        "content": content_field(kinds),
        "media_sha256": Field(("media_sha256",), lambda row: row.supporting("media_sha256", cells.sha256, "")),
    })  # fmt: skip


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
        territory=row.needed("territory", cells.territory),
        first_day=first_day,
        last_day=last_day,
        union_wide_rules=row.needed("union_wide_rules", cells.truth),
        window_opens=opens,
        closes=closes,
    )
    return f"{noun.territory} {first_day}", noun


def _political(row: Row, absent: Absent) -> bool:
    """Return whether a campaign is political: where its content is, whatever the column says, which is listed."""
    if absent.political == "refuse":
        if not row.text("political"):
            row.refuse("political", _YES_OR_NO)
            return True
        stated = row.required("political", cells.truth, instead=True)
    else:
        stated = row.optional("political", cells.truth, absent.political == "yes")
    if stated or not any(each.casefold() == "political" for each in row.values_in(CONTENT)):
        return stated
    if text := row.text("political"):
        row.left_out.append(("political", text, f"yes, as the content is political; it {COUNTS_AS_POLITICAL}"))
    return True


def _months_before(day: date) -> date:
    """Return the day three calendar months earlier, the month's last where it has no such day."""
    month = day.year * 12 + day.month - 1 - _WINDOW_MONTHS
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
