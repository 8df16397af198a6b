"""A number that only one of two names has hides nobody; numbers that differ tell names apart."""

import pytest

from evenhand.model.finding import Strength
from evenhand.model.listing import ListedEntity
from evenhand.screening import compare, screen
from evenhand.screening.explanation import sentence
from evenhand.screening.names.registrations import without_registration
from tests.each_case import each_case
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, index_of
from tests.unit.screening.test_prefilter import prefilter

COMPANY = {"name": "Zorblatt Media Trading FZE", "country": "qm", "website": "zorblatt.example"}
ADDED = [
    "{} 2", "{} No. 2", "{} FZE 2026", "{} Two", "{} II", "{} 2nd", "2 {}", "{} (2024)", "{} 24/7", "{} #3", "{}-2",
    "{} HRB 12345", "{} (HRB 12345)", "{}, est. 1999", "{} since 1999 Ltd", "{}, Reg. No. 12345",
    "{} ОГРН 1027700132195",
]  # fmt: skip


def strengths(name: str, listed: ListedEntity, **fields: object) -> list[Strength]:
    """Return how sure the findings of a name are; index, prefilter and plain comparison agree."""
    party = advertiser(name, **fields)
    found = [each.strength for each in screen([("advertiser", party)], index_of(listed))]
    assert prefilter([party]).passing(index_of(listed)) >= ({"0"} if found else frozenset())
    match = compare(party, listed, SUFFIXES)
    assert (match.score >= 0.7 or match.name_only) is bool(found)
    return found


@pytest.mark.parametrize("country", ["QM", "QN", ""])
@each_case("written", ADDED)
def test_a_listed_name_with_a_number_is_a_possible_match_in_any_country(written: str, country: str) -> None:
    """Anybody can write a number behind a name; a register's number and a year of founding are no part of one."""
    listed = entity("e", "Company", **COMPANY)

    assert strengths(written.format("Zorblatt Media Trading"), listed, country=country) == ["possible"], written


@pytest.mark.parametrize("schema", ["Person", "Organization"])
@pytest.mark.parametrize("number", ["2", "1961", "No. 2"])
def test_the_same_holds_for_persons_and_with_the_number_on_the_list(number: str, schema: str) -> None:
    """The mirror: a listed name with a number, a client without one."""
    plain, numbered = "Granat Torum", f"Granat Torum {number}"

    assert strengths(numbered, entity("e", schema, name=plain), schema=schema) == ["possible"]
    assert strengths(plain, entity("e", schema, name=numbered), schema=schema) == ["possible"]


@pytest.mark.parametrize(
    ("ours", "listed"),
    [
        ("Zorblatt School No. 5", "Zorblatt School No. 7"),
        ("Zorblatt Media 2 3", "Zorblatt Media 2 4"),
        ("Zorblatt Works II", "Zorblatt Works III"),
        ("One Zorblatt", "Zorblatt"),
        ("Channel 5", "Channel"),
        ("Zorblatt Bakery 2", "Zorblatt Media"),
        ("8Days", "11Days"),
        ("Zorblatt Portals 8Days", "Zorblatt Portals 11Days"),
    ],
)
def test_numbers_on_both_sides_and_number_words_in_front_tell_names_apart(ours: str, listed: str) -> None:
    """School 5 is not School 7, and `One Nation` is no other than `The Nation` but by that word."""
    assert strengths(ours, entity("e", name=listed)) == []
    assert strengths(listed, entity("e", name=ours)) == []


@pytest.mark.parametrize("listed", ["QTVX", "QTV"])
def test_a_short_name_with_a_number_is_shown_for_its_name(listed: str) -> None:
    """Too short for a match, it is all of a listed name but for the number."""
    assert strengths(f"{listed} 7", entity("e", name=listed)) == ["name_only"]
    assert strengths(listed, entity("e", name=f"{listed} 7")) == ["name_only"]
    assert strengths(f"{listed} 7", entity("e", name=f"{listed} 8")) == []


def test_a_number_more_leaves_even_a_website_to_a_person() -> None:
    """With the listed website alone it would be certain."""
    listed, site = entity("e", "Company", **COMPANY), {"domains": ("zorblatt.example",)}

    assert strengths("Zorblatt Media Trading", listed, **site) == ["certain"]
    assert strengths("Zorblatt Media Trading 2", listed, **site) == ["possible"]


def test_the_sentence_says_which_number_only_one_has() -> None:
    """A person decides by it."""
    (finding,) = screen([("advertiser", advertiser("Zorblatt Media 2"))], index_of(entity("e", name="Zorblatt Media")))

    assert "numbers in the names differ (2, none)" in sentence(finding)


@each_case(
    ("written", "name"),
    [
        ("Zorblatt HRB12345", "Zorblatt"),
        ("Zorblatt GmbH, Amtsgericht Köln HRB 12345 B", "Zorblatt GmbH"),
        ("Zorblatt Ltd, company number 01234567", "Zorblatt Ltd"),
        ("Zorblatt CHE-123.456.789", "Zorblatt"),
        ("Zorblatt RCS Paris B 123 456 789", "Zorblatt"),
        ("Zorblatt P.IVA 01234567890", "Zorblatt"),
        ("Зорблатт, основана в 1999 г.", "Зорблатт"),
        ("Zorblatt seit 1921 GmbH", "Zorblatt GmbH"),
        ("Zorblatt © 2024", "Zorblatt"),
        ("HRB 12345 Zorblatt", "Zorblatt"),
        # no words for them, or all there is
        ("Zorblatt Company 2024", "Zorblatt Company 2024"),
        ("Zorblatt Radio FM 104.5", "Zorblatt Radio FM 104.5"),
        ("Zorblatt Inn 24", "Zorblatt Inn 24"),
        ("Brigade 44", "Brigade 44"),
        ("Since 1999", "Since 1999"),
        ("HRB 12345", "HRB 12345"),
        ("Zorblatt 1999", "Zorblatt 1999"),
    ],
)
def test_only_a_number_behind_a_word_for_it_is_taken_off(written: str, name: str) -> None:
    """`Brigade 44` is called so."""
    assert without_registration(written) == name
