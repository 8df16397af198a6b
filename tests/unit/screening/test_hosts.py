"""Hosts and accounts, read alike for advertisers and listed entities."""

import pytest

from evenhand.screening.parties.hosts import host_in_name, hosts, label_of, lookalikes
from tests.unit.screening.made_up import SUFFIXES


def test_hosts_of_platforms_name_nobody() -> None:
    """A page on a platform is an account, not a domain; hosts may end in a dot."""
    assert hosts(["https://facebook.com/x", "www.Tass.ru.", "//ria.ru/x", "no host"]) == {"tass.ru", "ria.ru"}


def test_a_page_on_a_site_of_others_names_nobody() -> None:
    """Else whoever has the site would be the listed party."""
    assert hosts(["https://www.amazon.de/shops/x", "https://www.ebay.de/"]) == {"ebay.de"}


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("PRESSTV.IR", "presstv.ir"),
        ("Www.tass.ru", "tass.ru"),
        ("Alfa Ltd.", None),
        ("co.uk", None),
        ("t.me", None),
        ("a.1", None),
    ],
)
def test_a_host_may_stand_where_a_name_should(name: str, host: str | None) -> None:
    """Ad accounts are often named by their site."""
    assert host_in_name(name, SUFFIXES) == host


def test_look_alike_labels_are_the_same_word_a_part_or_digits_for_letters() -> None:
    """Short and common words are not looked alike: half the shops would be shown."""
    assert label_of("www.xinhuanet.com", SUFFIXES) == "xinhuanet"
    assert label_of("mir.ru", SUFFIXES) == label_of("news.com", SUFFIXES) == label_of("co.uk", SUFFIXES) == ""
    assert "gazprom" in lookalikes("mygazprom") & lookalikes("gazpr0m") & lookalikes("gazprom-shop")
