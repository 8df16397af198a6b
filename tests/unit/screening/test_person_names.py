"""Initials, order and fathers in the names of persons."""

import pytest

from evenhand.model.listing import ListedEntity
from evenhand.screening import screen
from evenhand.screening.names.name_comparisons import name_terms
from evenhand.screening.names.name_score import score_names
from evenhand.screening.names.normal_form import read_name
from evenhand.screening.names.weights import MARGIN, PERSON
from tests.unit.screening.made_up import advertiser, entity, index_of

LISTED = (
    entity("a", "Person", name="ZORBLATTOV, Boris"),
    entity("b", "Person", name="QUELMER, Dan"),
    entity("c", "Person", name="TURMSCHIN, Igor"),
)


def found(name: str, *listed: ListedEntity) -> list[str]:
    party = advertiser(name, schema="Person")
    return [each.entity_id for each in screen([("advertiser", party)], index_of(*(listed or LISTED)))]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Zorblattov B.R.", ["a"]),
        ("Зорблаттов Б.Р.", ["a"]),
        ("B. R. Zorblattov", ["a"]),
        ("Zorblattov B.B.", ["a"]),
        ("Zorblattov BR", ["a"]),
        ("Quelmer D.M.K.", ["b"]),
        ("Zorblattov R.B.", []),
        ("Zorblattov R.S.", []),
        ("B.R. Nordlicht", []),
    ],
)
def test_a_further_initial_hides_no_listed_person(name: str, expected: list[str]) -> None:
    """Lists have the given name, records a father's or middle name as well; the first initial is the given name."""
    assert found(name) == expected


def test_a_listed_person_with_further_initials_is_found_by_the_given_name() -> None:
    """The mirror: the list has the initials."""
    listed = entity("x", "Person", name="Zorblattov B.R.")

    assert found("Boris Zorblattov", listed) == ["x"]
    assert found("Roman Zorblattov", listed) == []


def test_a_further_initial_takes_away_what_a_word_too_many_does_and_no_more() -> None:
    """A father's name as an initial weighs no more than the same name written out."""
    listed = read_name("ZORBLATTOV, Boris", "name", person=True)
    two, one = (
        score_names(read_name(name, "name", person=True), listed) for name in ("Zorblattov B.R.", "Zorblattov B.")
    )

    assert two is not None
    assert one is not None
    assert two.total == pytest.approx(one.total + 0.2 * PERSON.extra)
    assert two.total > MARGIN
    whole = next(term for term in name_terms(two) if term.name == "name.complete")
    assert whole.ours == "zorblattov b"


def test_another_fathers_name_still_tells_persons_apart() -> None:
    """Where both sides have one, the initial is compared with it."""
    assert found("Zorblattov B.R.", entity("x", "Person", name="ZORBLATTOV, Boris Petrovich")) == []
    assert found("Zorblattov B.P.", entity("x", "Person", name="ZORBLATTOV, Boris Petrovich")) == ["x"]


def test_a_german_spelling_beside_initials_is_read_as_the_english_one() -> None:
    """`Setschin I.W.` is Sechin."""
    assert found("Turmtschin I.W.", entity("x", "Person", name="TURMCHIN, Igor")) == ["x"]
