"""What every reader is made of and what it gives: formats, entries and their properties."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from evenhand.lists.formats.countries import country_code
from evenhand.model.listing import ListedEntity, ListRelation

Files = Mapping[str, bytes]


class Entry(NamedTuple):
    """One entity with the file and line (from 1) that it begins in."""

    file: str
    line: int
    entity: ListedEntity


class Format(NamedTuple):
    """One format that lists come in.

    `members` picks the format's own files out of a folder's, by name and first bytes: empty if there are none,
    at most `files` for one list.
    `entries` reads them in published order, for a list's key, with the relations that are published beside them, and
    counts what it leaves out by kind.
    `may_be_empty` says that a file with its heading and no entry is a whole list, if its key says that it is our own.
    `version` rises whenever the same bytes would read differently. `publisher` is ``""`` where the key says it.
    """

    reader: str
    version: int
    files: int
    publisher: str
    members: Callable[[Files], Files]
    entries: Callable[[Files, str, Counter[str]], Iterator[Entry | ListRelation]]
    published_on: Callable[[Files], date | None]
    may_be_empty: bool = False


class Properties:
    """Values by property name, in the order added, blanks collapsed, without empties and duplicates.

    What cannot be kept is counted in `left_out`, by kind.
    """

    def __init__(self, left_out: Counter[str]) -> None:
        self._values: dict[str, dict[str, None]] = {}
        self._left_out = left_out

    def add(self, name: str, *values: str) -> None:
        """Add values to a property."""
        for value in values:
            text = " ".join(value.split())
            if text:
                self._values.setdefault(name, {})[text] = None

    def add_country(self, name: str, text: str) -> None:
        """Add the code of a country's name; a name without a code is counted as left out."""
        code = country_code(text)
        self.add(name, code)
        if text and not code:
            self._left_out["country without a code"] += 1

    def values(self, *names: str) -> tuple[str, ...]:
        """Return the values of these properties so far, in the order named."""
        return tuple(value for name in names for value in self._values.get(name, ()))

    def entity(self, id_: str, schema: str, caption: str, key: str) -> ListedEntity:
        """Return the entity with these properties, of the list `key`."""
        values = {name: tuple(values) for name, values in self._values.items()}
        return ListedEntity(
            id=id_, schema=schema, caption=" ".join(caption.split()), properties=values, datasets=(key,)
        )


def undated(files: Files) -> None:
    """Return None: the files of this format carry no date of publication."""
