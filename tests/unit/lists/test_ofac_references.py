"""What OFAC's advanced XML refers to: dates and places."""

import pytest

from evenhand.lists.formats.ofac_references import References, date_of, period
from evenhand.lists.formats.xml_elements import Element, elements

EMPTY = References("made-up.xml", None)


def element(text: str) -> Element:
    """Return the one element of a text."""
    (found,) = elements("made-up.xml", f"<r>{text}</r>".encode(), root="r", wanted=("x",))
    return found


def point(tag: str, day: str) -> str:
    """Return a point in time as the format writes it."""
    year, _, rest = day.partition("-")
    month, _, day = rest.partition("-")
    return f"<{tag}><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></{tag}>"


@pytest.mark.parametrize(
    ("first", "last", "dates"),
    [
        ("1970-3-2", "1970-3-2", ("1970-03-02",)),
        ("1970-2-1", "1970-2-28", ("1970-02",)),
        ("1970-1-1", "1970-12-31", ("1970",)),
        ("1970-1-1", "1972-12-31", ("1970", "1971", "1972")),
        ("1970-3-2", "1970-6-2", ("1970",)),
        ("1970-3-2", "", ("1970-03-02",)),
        ("1970", "1970", ("1970",)),
        ("1900-1-1", "1999-12-31", ()),
        ("", "", ()),
        ("1970-13-1", "", ()),
    ],
)
def test_a_period_is_a_day_a_month_or_every_year_of_it(first: str, last: str, dates: tuple[str, ...]) -> None:
    """OFAC writes a year that is all it knows as its first and last day."""
    found = element(f"<x><Start>{point('From', first)}</Start><End>{point('To', last)}</End></x>")

    assert period(found) == dates


def test_a_point_without_parts_is_no_date() -> None:
    """Empty elements are null in this format."""
    assert date_of(element("<x><Year/></x>")) == ""


def test_a_place_without_a_country_may_name_it_as_unknown_part() -> None:
    """OFAC writes a country into the part `Unknown` where it has nothing else."""
    sets = "<x><LocPartTypeValues><LocPartType ID='1'>Unknown</LocPartType></LocPartTypeValues></x>"
    part = (
        "<LocationPart LocPartTypeID='1'><LocationPartValue><Value>Iceland</Value></LocationPartValue></LocationPart>"
    )

    assert References("made-up.xml", element(sets)).place(element(f"<x>{part}</x>")) == ("Iceland", "Iceland")
    assert EMPTY.place(element("<x><LocationCountry CountryID='1'/></x>")) == ("", "")


@pytest.mark.parametrize(
    ("points", "dates"),
    [
        (("1961-1-1", "1961-1-1", "1961-12-31", "1961-12-31"), ("1961",)),
        (("1968-2-1", "1968-2-1", "1968-2-29", "1968-2-29"), ("1968-02",)),
        (("1984-1-1", "1984-12-31", "1986-1-1", "1986-12-31"), ("1984", "1985", "1986")),
        (("1946-9-26", "1946-9-26", "1946-12-7", "1946-12-7"), ("1946",)),
        (("1975-4-13", "1975-4-13", "1975-4-13", "1975-4-13"), ("1975-04-13",)),
    ],
)
def test_both_edges_of_a_period_have_a_from_and_a_to(points: tuple[str, ...], dates: tuple[str, ...]) -> None:
    """The forms of the file: a year, a month, a range of years, one of days, a day."""
    a, b, c, d = points
    found = element(
        f"<x><Start>{point('From', a)}{point('To', b)}</Start><End>{point('From', c)}{point('To', d)}</End></x>"
    )

    assert period(found) == dates


def test_a_country_that_the_publisher_does_not_know_is_none() -> None:
    """`undetermined` is a row of its table of countries; the part `Unknown` may still name one."""
    sets = (
        "<x><CountryValues><Country ID='1'>undetermined</Country></CountryValues>"
        "<AreaCodeValues><AreaCode ID='1' CountryID='1' Description='undetermined'/></AreaCodeValues>"
        "<LocPartTypeValues><LocPartType ID='1'>Unknown</LocPartType></LocPartTypeValues></x>"
    )
    part = (
        "<LocationPart LocPartTypeID='1'><LocationPartValue><Value>Iceland</Value></LocationPartValue></LocationPart>"
    )
    references = References("made-up.xml", element(sets))

    assert references.place(element("<x><LocationAreaCode AreaCodeID='1'/></x>")) == ("", "")
    assert references.place(element(f"<x><LocationCountry CountryID='1'/>{part}</x>")) == ("Iceland", "Iceland")
