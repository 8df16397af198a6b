"""What every reader is made of and what it gives: formats, entries, their properties and relations."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from evenhand.lists.formats.countries import country_code
from evenhand.model.listing import ListedEntity, ListRelation, RelationKind

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


_CRAFT = ("Vessel", "Airplane", "Vehicle")
_WHOLE = 1_000_000


def is_doubtful(kind: RelationKind, subject: str, object_: str) -> bool:
    """Return whether parties of these schemata cannot be related this way round: a person owned, a ship acting.

    ``""`` is a schema that is not known. Which end is wrong is not ours to say: nothing is turned round.
    """
    match kind:
        case "ownership" | "control" | "ownership_or_control":
            return subject in _CRAFT or object_ == "Person"
        case "acts_for":
            return subject in _CRAFT or object_ in _CRAFT
        case "role":
            return subject in _CRAFT or object_ in ("Person", *_CRAFT)
        case "family":
            return any(schema not in ("Person", "") for schema in (subject, object_))
        case _:
            return False


def share_of(percentage: str) -> int | None:
    """Return a percentage in millionths, None if the text is none between 0 and 100.

    >>> share_of("50"), share_of("33.34 %"), share_of("25-50")
    (500000, 333400, None)
    """
    try:
        share = Decimal(percentage.strip(" %").replace(",", ".")) * 10_000
    except ArithmeticError:
        return None
    return int(share) if share.is_finite() and 0 <= share <= _WHOLE else None
