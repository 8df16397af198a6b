"""Countries of bids: three letters or two, and the unions that they are in."""

import pytest

from evenhand.gate.conditions.countries import alpha2_of, territories_of
from tests.each_case import each_case

UNIONS = {"EEA": ("DE", "NO"), "EU": ("DE",)}


@each_case(
    ("written", "read"),
    [
        ("DEU", "DE"), ("deu", "DE"), ("DE", "DE"), ("de", "DE"), ("USA", "US"), ("GBR", "GB"), ("XKX", "XK"),
        ("AUT", "AT"), ("AUS", "AU"), ("CHE", "CH"), ("CHN", "CN"), ("PRK", "KP"), ("KOR", "KR"),
        ("", None), ("Deu", None), ("EU", None), ("UK", None), ("ZZZ", None), ("DEUX", None), ("ＤＥ", None),
        (None, None), (276, None), (["DEU"], None), ({}, None), (b"DEU", None),
    ],
)  # fmt: skip
def test_a_country_is_read_or_unknown(written: object, read: str | None) -> None:
    """OpenRTB asks for three letters; what is no country leaves the place unknown and is never guessed."""
    assert alpha2_of(written) == read


@pytest.mark.parametrize(
    ("country", "found"),
    [("DE", {"DE", "EEA", "EU"}), ("NO", {"NO", "EEA"}), ("US", {"US"}), (None, None)],
)
def test_a_place_is_its_country_and_the_unions_of_it(country: str | None, found: set[str] | None) -> None:
    """Rules ask for unions; without a country nothing is known of either."""
    assert territories_of(country, UNIONS) == found
