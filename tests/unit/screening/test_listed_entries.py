"""Listed entities, packed and unpacked."""

from collections.abc import Iterable
from typing import Any

import pytest

from evenhand.model.listing import ListedEntity
from evenhand.screening.index.listed_entries import READ, Entries, EntriesBuilder, Listed, listed_in
from tests.unit.screening.made_up import entity, version

LISTS = [
    (version("house-x"), [entity("e1", "Person", name="Made-up Anna", birthDate="1970-03", alias=["أنا", "安娜"])]),
    (version("house-y"), [entity("m1", name="Made-up Radio", website="radio.example", controlTypology="SC")]),
]


def entries_of(listed: Iterable[Listed]) -> Entries:
    made = EntriesBuilder()
    for each in listed:
        made.add(each)
    return Entries(made.arrays())


def test_an_entity_comes_back_as_it_was_read() -> None:
    """Names in any script, sets and numbers."""
    listed = list(listed_in(LISTS))
    entries = entries_of(listed)

    assert [entries[number] for number in range(len(entries))] == listed
    assert [(each.source, each.id, each.media) for each in listed] == [(0, "e1", False), (1, "m1", True)]


def test_few_stay_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of a million must not fill the memory by being asked; what is unpacked again is the same."""
    monkeypatch.setattr("evenhand.screening.index.listed_entries._MOST_UNPACKED", 1)
    entries = entries_of(listed_in(LISTS))

    first, other, again = entries[0], entries[1], entries[0]

    assert (first, other.id) == (again, "m1")
    assert first is not again
    assert again is entries[0]


def test_no_entity_is_no_entry() -> None:
    """An empty list has a length of none."""
    assert len(entries_of([])) == 0


class Noting(dict[str, tuple[str, ...]]):
    """Properties of nothing that note what is asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:  # type: ignore[override]
        self.asked.add(name)
        return default


def test_what_an_entity_is_compared_by_is_what_is_declared() -> None:
    """An entry amended elsewhere is not screened again: a field read and not declared would lose matches."""
    noting = Noting()

    bare = ListedEntity(id="e", schema="Company", caption="Made-up", properties=noting)
    list(listed_in([(version("house-x"), [bare])]))

    assert noting.asked | {"schema"} == READ
