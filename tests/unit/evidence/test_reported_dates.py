"""When something was said, against the day of publication (a Friday)."""

from datetime import date

import pytest

from evenhand.evidence.reported_dates import read_said_on
from tests.each_case import each_case

FRIDAY = date(2017, 10, 27)


@each_case(
    ("words", "value"),
    [
        ("on Friday", "2017-10-27"),
        ("last Friday", "2017-10-20"),
        ("next Friday", "2017-11-03"),
        ("on Thursday", "2017-10-26"),
        ("on Monday of last week", "2017-10-16"),
        ("on Friday, October 20", "2017-10-20"),
        ("yesterday", "2017-10-26"),
        ("the day before yesterday", "2017-10-25"),
        ("a couple of days ago", "2017-10-25"),
        ("in April", "2017-04"),
        ("in December", "2016-12"),
        ("in April last year", "2016-04"),
        ("last October", "2016-10"),
        ("on Nov. 3", "2016-11-03"),
        ("the 3rd of March 2015", "2015-03-03"),
        ("earlier this month", "2017-10"),
        ("late last month", "2017-09"),
        ("two months earlier", "2017-08"),
        ("last week", "2017-W42"),
        ("over the weekend", "2017-W42"),
        ("in late 2015", "2015"),
        ("a year ago", "2016"),
        ("29 February", "2016-02-29"),
        ("13/10/2017", "2017-10-13"),
    ],
)
def test_a_date_is_read_against_the_day_of_publication(words: str, value: str) -> None:
    found = read_said_on(f"the council said {words}.", FRIDAY)

    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    "words", ["recently", "they may leave", "troops march north", "on the sun deck", "some time ago"]
)
def test_words_that_give_no_day_have_no_date(words: str) -> None:
    assert read_said_on(words, FRIDAY) is None


def test_a_number_date_that_can_be_read_two_ways_is_ambiguous() -> None:
    found = read_said_on("on 05/03/2017", FRIDAY)

    assert found is not None
    assert (found.value, found.precision) == (None, "ambiguous")


@pytest.mark.parametrize("words", ["30 February 2016", "on 2017-02-29", "31/13/2017"])
def test_a_day_that_does_not_exist_has_no_value_and_keeps_its_place(words: str) -> None:
    found = read_said_on(words, FRIDAY)

    assert found is not None
    assert found.value is None
    assert found.span[1] == len(words)


def test_a_date_without_a_year_has_no_value_where_the_publication_is_not_known() -> None:
    bare, full = read_said_on("on Thursday", None), read_said_on("on 3 May 2016", None)

    assert bare is not None
    assert bare.value is None
    assert full is not None
    assert full.value == "2016-05-03"


def test_the_first_day_and_the_last_of_the_calendar_raise_nothing() -> None:
    for words in (
        "12 weeks ago",
        "999 days ago",
        "999 years ago",
        "999 months ago",
        "next Monday",
        "tomorrow",
        "next week",
    ):
        for published in (date.min, date.max):
            found = read_said_on(words, published)

            assert found is not None
