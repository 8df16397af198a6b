"""Whose website is imitated: hosts of others that look like an advertiser's own."""

from random import Random

from evenhand.influence.lookalike_hosts import lookalike_hosts
from evenhand.model.hosts import host_of
from tests.suffixes import SUFFIXES

OWN = [("bakery", "cornerbakery.com"), ("radio", "harbour-radio.org")]


def found(*used: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Return what looks like what, and how."""
    rows = [(account, host_of(host) or "") for account, host in used]
    return [(each.own, each.other, each.how) for each in lookalike_hosts(OWN, rows, SUFFIXES)]


def test_the_same_word_under_another_suffix_looks_like_it() -> None:
    assert found(("x", "www.cornerbakery.ltd")) == [("cornerbakery.com", "cornerbakery.ltd", "other suffix")]


def test_like_signs_and_slips_look_like_it() -> None:
    assert found(("y", "comerbakery.com"), ("z", "cornerbakrry.com")) == [
        ("cornerbakery.com", "comerbakery.com", "like signs"),
        ("cornerbakery.com", "cornerbakrry.com", "slip"),
    ]
    assert [how for _, _, how in found(("x", "соrnеrbаkеry.com"))] == ["like signs"]


def test_a_host_of_the_same_advertiser_imitates_nobody() -> None:
    assert found(("bakery", "cornerbakery.de")) == []


def test_other_words_short_words_and_platforms_look_like_nobody() -> None:
    assert found(("x", "cornershop.com"), ("y", "bake.com"), ("z", "facebook.com"), ("w", "com")) == []


def test_a_word_that_very_many_have_is_nobodys_own() -> None:
    suffixes = ["de", "fr", "it", "es", "nl", "be", "at", "ch", "pl", "cz", "se", "no", "fi", "dk", "pt", "ie", "gr",
                "hu", "ro", "bg", "lt"]  # fmt: skip

    assert found(*((f"a{place}", f"cornerbakery.{each}") for place, each in enumerate(suffixes))) == []


def test_accounts_of_both_are_named_and_order_changes_nothing() -> None:
    used = [("x", "cornerbakery.ltd"), ("w", "shop.cornerbakery.ltd"), ("v", "cornerbakery.com")]

    [only] = lookalike_hosts(OWN, used, SUFFIXES)

    assert (only.accounts, only.other_accounts) == (("bakery", "v"), ("w", "x"))
    assert lookalike_hosts(OWN[::-1], Random(1).sample(used, 3), SUFFIXES) == [only]
