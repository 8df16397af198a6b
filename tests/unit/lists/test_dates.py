"""Dates and ranges of years as publishers write them."""

import pytest

from evenhand.lists.formats.dates import years


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("1970", "1972", ("1970", "1971", "1972")),
        ("1970", "1970", ("1970",)),
        ("1972", "1970", ()),
        ("1900", "1999", ()),
        ("", "1970", ()),
        ("9" * 5000, "9" * 5000, ()),
        ("²", "1970", ()),
        ("١٩٧٠", "١٩٧٠", ()),
    ],
)
def test_a_range_is_every_year_of_it_or_nothing(first: str, last: str, found: tuple[str, ...]) -> None:
    """A year of 5,000 digits is none, and ends no reader."""
    assert years(first, last) == found
