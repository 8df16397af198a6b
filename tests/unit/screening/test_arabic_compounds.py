"""Arabic names that a list writes as one word and a record as two."""

import pytest

from evenhand.screening import screen
from tests.unit.screening.made_up import advertiser, entity, index_of


@pytest.mark.parametrize("name", ["كريم زربلالله", "كريم زربل الله", "كريم زربل\u200cالله"])
def test_a_compound_with_allah_is_found_written_together_and_apart(name: str) -> None:
    """Lists have Nasrallah, records `Nasr Allah` too."""
    listed = entity("x", "Person", name="ZARBALALLAH, Karim")

    found = screen([("advertiser", advertiser(name, schema="Person"))], index_of(listed))

    assert [each.entity_id for each in found] == ["x"]


def test_a_compound_that_the_list_writes_as_two_words_is_found_too() -> None:
    """The mirror: both readings stand on both sides."""
    listed = entity("x", "Person", name="كريم زربل الله")

    found = screen([("advertiser", advertiser("Karim Zarbalallah", schema="Person"))], index_of(listed))

    assert [each.entity_id for each in found] == ["x"]


def test_general_words_of_arabic_are_read_in_english() -> None:
    """The words tell no organisation by themselves; a name of nothing else is compared as a whole."""
    listed = entity("x", name="ISLAMIC RESISTANCE MOVEMENT")

    found = screen([("advertiser", advertiser("حركة المقاومة الإسلامية"))], index_of(listed))

    assert [each.entity_id for each in found] == ["x"]
