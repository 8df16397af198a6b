"""What publishers list, by version, and how versions differ."""

from datetime import date
from typing import Literal

from evenhand.model.record import Record


class ListedEntity(Record, frozen=True, kw_only=True):
    """One entry as its publisher lists it, with FollowTheMoney property names (`screening.md` §2).

    `properties` maps a name to its values in published order without duplicates; countries in it are
    ISO 3166 alpha-2 lower case. Never our opinion.
    """

    id: str
    schema: str
    caption: str
    properties: dict[str, tuple[str, ...]]
    datasets: tuple[str, ...] = ()

    def values(self, *names: str) -> tuple[str, ...]:
        """Return the values of these properties, in the order named."""
        return tuple(value for name in names for value in self.properties.get(name, ()))


class ListVersion(Record, frozen=True, kw_only=True):
    """One publication of a list, known by its bytes.

    `key` is `<publisher>-<list>`; `sha256` is over the files (`files_sha256`); `published_on` comes from
    the file or the operator, never from the clock.
    """

    key: str
    publisher: str
    sha256: str
    published_on: date | None
    files: dict[str, str]
    reader: str
    reader_version: int
    entries: int


class FieldChange(Record, frozen=True, kw_only=True):
    """How one field of an entry differs between two versions; sets are shown as sorted lists."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class ListChange(Record, frozen=True, kw_only=True):
    """One entry that was added, removed or amended between two versions."""

    op: Literal["added", "removed", "amended"]
    id: str
    fields: tuple[FieldChange, ...] = ()
