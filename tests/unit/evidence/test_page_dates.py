"""A page's date of publication: the one it marks so, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.evidence.page_dates import is_date_line, published_at, saved_between
from evenhand.model.claims import PublishedAt


def published(line: str, *known: tuple[int, int]) -> PublishedAt:
    return published_at(line, [(0, len(line))], known)[0]


@pytest.mark.parametrize(
    ("line", "day", "time", "zone"),
    [
        ("October 27, 2017 / 9:33 AM / a year ago", "2017-10-27", "09:33", None),
        ("5 March 2019, 14:20 GMT", "2019-03-05", "14:20", "GMT"),
        ("30/08/2018 - 18:40 CEST", "2018-08-30", "18:40", "CEST"),
        ("05.10.2022, 13:20", "2022-10-05", "13:20", None),
        ("08 MAR 2023", "2023-03-08", None, None),
        ("2019-04-30T11:11:00+0530", "2019-04-30", "11:11", "+0530"),
        ("Fri 21 Apr 2023 11.00", "2023-04-21", "11:00", None),
        ("12:05 a.m. on Sept. 3rd, 2021", "2021-09-03", "00:05", None),
        ("the 3rd of May 2021", "2021-05-03", None, None),
        ("29 February 2024, 25:10", "2024-02-29", None, None),
    ],
)
def test_a_date_is_read_in_each_form(line: str, day: str, time: str | None, zone: str | None) -> None:
    """The forms of the design page; a zone stays as it is written, and none is assumed."""
    found = published(line)

    assert (found.date, found.time, found.zone) == (day, time, zone)


def test_the_date_marked_as_published_is_taken_and_never_that_of_an_update() -> None:
    """Pages put both in one line."""
    assert published("Updated 4 April 2024 | 1 April 2024 | Published 3 April 2024").date == "2024-04-03"
    assert published("Last modified 4 April 2024. Published 3 April 2024").date == "2024-04-03"


def test_a_date_of_an_update_alone_is_taken_and_told() -> None:
    """It is the only one that the page has."""
    found, note = published_at("Updated: 4 April 2024", [(0, 21)], [])

    assert (found.date, note) == ("2024-04-04", "the only date of the page is that of an update")


def test_a_date_of_two_readings_is_none_of_them() -> None:
    """A wrong day moves every "on Friday" of the article."""
    found, note = published_at("05/03/2019", [(0, 10)], [])

    assert (found.date, found.ambiguous, note) == (None, True, "day and month cannot be told apart in `05/03/2019`")


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Tuesday 05/03/2019", "2019-03-05"),
        ("05/03/2019 (updated 28/03/2019)", "2019-03-05"),
        ("05/03/2019 (updated 03/28/2019)", "2019-05-03"),
        ("05/05/2019", "2019-05-05"),
    ],
)
def test_a_weekday_or_another_date_of_the_page_tells_day_and_month_apart(line: str, day: str) -> None:
    """What the page itself shows is no guess."""
    assert published(line).date == day


def test_the_dateline_tells_day_and_month_apart() -> None:
    """A report filed on March 5 was published on that day or beside it."""
    assert published("05/03/2019", (3, 5)).date == "2019-03-05"
    assert published("05/03/2019", (5, 2)).date == "2019-05-03"


def test_a_day_that_does_not_exist_is_told() -> None:
    """Neither moved to the next month nor left out silently."""
    found, note = published_at("31 February 2019, 10:00", [(0, 23)], [])

    assert (found.date, found.time) == (None, "10:00")
    assert note == "the date `31 February 2019, 10:00` does not exist"


@pytest.mark.parametrize(
    ("age", "between"),
    [
        ("3 months ago", ("2024-04-30", "2024-05-31")),
        ("two weeks ago", ("2024-02-14", "2024-02-21")),
        ("5 days ago", ("2024-02-05", "2024-02-06")),
        ("an hour ago", ("2024-01-31", "2024-01-31")),
        ("updated a year ago", None),
        ("of 2024", None),
    ],
)
def test_an_age_says_between_which_days_a_page_was_saved(age: str, between: tuple[str, str] | None) -> None:
    """The age of an update says nothing of the publication."""
    assert saved_between("2024-01-31", f"31 January 2024 / {age}") == between


def test_a_sentence_with_a_date_is_no_line_of_a_date() -> None:
    """Only marks and names may stand beside it."""
    assert is_date_line("Ostvik Daily | Posted: 3 April 2024")
    assert is_date_line("21 NOV, 17:32")
    assert is_date_line("11:00 GMT")
    assert not is_date_line("3 April was a Wednesday")
    assert not is_date_line("On 3 April 2024 the minister resigned")


@given(st.text(alphabet="0123456789/.-: apmJuneFri,TZ+ago", max_size=60))
def test_a_text_of_numbers_raises_nothing(line: str) -> None:
    """Days, years and hours that do not exist are nothing unusual."""
    published(line)
    saved_between("9999-12-31", line)
