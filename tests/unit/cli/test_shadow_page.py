"""The shadow page: whole, harmless, readable without network or script."""

import msgspec
import pytest

from evenhand.cli.render.shadow_table import MOST_ON_PAGE, render_shadow
from evenhand.gate.effects import REPORTED
from evenhand.gate.shadow_report.report import ShadowReport
from evenhand.gate.shadow_report.suspects import WHY
from evenhand.render.shadow_words import CODES, KINDS
from tests.unit.cli.page_checks import check_headings, check_needs_nothing
from tests.unit.cli.shadows import AT, EMPTY_SHADOW, MADE_SHADOW, ROWS
from tests.unit.cli.test_report import Reader, read


def page(report: ShadowReport = MADE_SHADOW, days: int | None = 30) -> str:
    return render_shadow(report, "october<b>.ndjson", AT, days)


def text(reader: Reader) -> str:
    return " ".join(reader.words)


@pytest.mark.parametrize("report", [MADE_SHADOW, EMPTY_SHADOW])
def test_every_element_is_closed_and_headings_come_in_order(report: ShadowReport) -> None:
    """A screen reader walks by headings; a skipped level is a lost one."""
    check_headings(page(report))


@pytest.mark.parametrize("report", [MADE_SHADOW, EMPTY_SHADOW])
def test_links_lead_to_places_on_the_page_and_nothing_is_loaded_or_run(report: ShadowReport) -> None:
    """It opens from a mail, without network; the policy admits the style alone."""
    check_needs_nothing(page(report))


def test_what_came_from_outside_is_shown_and_not_run() -> None:
    """Ids, hosts and messages of a log are other people's words."""
    html = page()

    assert "<b>" not in html
    assert "\u202e" not in html
    assert "seat <script>\\u202e&" in text(read(html))


def test_the_page_says_who_why_how_much_and_what_to_look_at() -> None:
    """Everything that the report holds, in words."""
    words = text(read(page()))

    assert "1,300 of 8,000 bids would have been removed" in words
    assert "3,006 lines, 1,001 outside the days asked for, 5 could not be read" in words
    assert "from 3 October 2026, 13:00 UTC to 2 November 2026, 12:00 UTC" in words
    assert "the register of ads.made-up.example/log at size 160, the last 30 days before" in words
    assert "For 7 lines the register was past its time" in words
    assert "advertiser quandar-holding Refused On hold 1,200 92.3 % 2.03 EUR 0.2500 USD d-5f0c9a7e2b41" in words
    assert "The first: line 1,007, seatbid 0, bid 2" in words
    assert "4 removed bids whose price is no number" in words
    assert "those of 1 response that the gate cannot read" in words
    assert "each count may be too low by 3" in words
    assert "202 for 1,190 bids, 104 for 40 bids, 201 for 70 bids." in words


def test_an_empty_report_is_a_page_too() -> None:
    """A log without bids is an answer."""
    words = text(read(page(EMPTY_SHADOW, days=None)))

    assert "0 of 0 bids would have been removed" in words
    assert "a register without checkpoint. Nothing was removed" in words
    assert "Nothing does." in words
    assert "Nobody by a decision." in words


def test_of_many_parties_the_page_shows_the_first_and_says_where_the_rest_is() -> None:
    """A page of ten thousand rows opens nowhere."""
    html = page(msgspec.structs.replace(MADE_SHADOW, rows=ROWS[:1] * (MOST_ON_PAGE + 1)))

    assert html.count('<td data-label="Outcome">') == MOST_ON_PAGE
    assert "The first 500 of 501, most bids first." in text(read(html))


def test_every_code_and_every_kind_has_its_words() -> None:
    """A new code must be thought of here as well."""
    assert CODES.keys() == REPORTED.keys()
    assert KINDS.keys() == WHY.keys()


def test_the_page_says_what_a_currency_of_question_marks_is() -> None:
    """It stands among the sums, so its bids are not left out of the money."""
    unread = msgspec.structs.replace(MADE_SHADOW, spend_at_risk={"???": 1.5})

    assert "1.50 ???" in text(read(page(unread)))
    assert "??? adds up prices whose currency is not three capital letters" in text(read(page(unread)))
