"""OFAC's types of relations: which end is the holder, and which parties cannot stand so."""

import pytest

from evenhand.lists.formats.ofac_references import RelationType, relation, relation_type


@pytest.mark.parametrize("text", ["Owned or Controlled By", "owned or controlled by:", ""])
def test_a_type_is_known_by_its_words_or_its_number(text: str) -> None:
    """The file's own words count more than our table of numbers."""
    found = relation_type("15003", text)

    assert found
    assert (found.kind, found.turned) == ("ownership_or_control", True)
    assert relation_type("15003", "Something new") is None
    assert relation_type("1", "") is None


@pytest.mark.parametrize(
    ("number", "from_", "to", "doubtful"),
    [
        ("15003", "Organization", "Person", False),
        ("15003", "Person", "Organization", True),
        ("92019", "Vessel", "Organization", True),
        ("92122", "Vessel", "Organization", False),
        ("15002", "Person", "Organization", False),
        ("15002", "Airplane", "Organization", True),
        ("15002", "Organization", "Vessel", True),
        ("91725", "Person", "Organization", False),
        ("91725", "Organization", "Person", True),
        ("15004", "Person", "Person", False),
        ("15004", "Person", "Organization", True),
        ("15004", "Person", "", False),
        ("1555", "Vessel", "Person", False),
    ],
)
def test_a_direction_that_makes_no_sense_is_doubtful(number: str, from_: str, to: str, *, doubtful: bool) -> None:
    """It is kept as published and never turned round silently."""
    type_ = relation_type(number, "")
    assert type_

    found = relation(type_, "a", "b", type_.text, {"a": from_, "b": to} if to else {"a": from_})

    assert found.doubtful is doubtful
    assert {found.subject, found.object} == {"a", "b"}


def test_a_turned_type_has_the_holder_last() -> None:
    """`A owned by B` is `B owns A`."""
    found = relation(RelationType("held by", "ownership", turned=True), "a", "b", "held by", {})

    assert (found.subject, found.object) == ("b", "a")
