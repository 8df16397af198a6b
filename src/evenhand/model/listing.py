"""What publishers list, by version, and how versions differ."""

from datetime import date
from typing import Final, Literal

from evenhand.model.record import Record

RelationKind = Literal["ownership", "control", "ownership_or_control", "acts_for", "role", "family", "link"]


HOLDINGS: Final = frozenset[RelationKind](("ownership", "ownership_or_control"))
"""The kinds of relations that shares are told of: only over these a holding is passed on."""


NAME_PROPERTIES: Final = ("name", "alias", "previousName", "abbreviation", "weakAlias", "tailNumber")
"""The properties that hold the names of an entry."""
TERRITORY: Final = "territory"
"""The property of codes of parts of a country, and of territories that others claim: `ua-cri`, `us-de`."""


class ListedEntity(Record, frozen=True, kw_only=True):
    """One entry as its publisher lists it, with FollowTheMoney property names (`lists.md` §1).

    `properties` maps a name to its values in published order without duplicates; countries in it are
    ISO 3166 alpha-2 lower case, those of parts of one stand in `territory`. Never our opinion.
    """

    id: str
    schema: str
    caption: str
    properties: dict[str, tuple[str, ...]]
    datasets: tuple[str, ...] = ()

    def values(self, *names: str) -> tuple[str, ...]:
        """Return the values of these properties, in the order named."""
        if len(names) == 1:
            return self.properties.get(names[0], ())
        return tuple([value for name in names for value in self.properties.get(name, ())])


class ListVersion(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One publication of a list, known by its bytes.

    `key` is `<publisher>-<list>`; `sha256` is over the files (`files_sha256`); `published_on` comes from
    the file or the operator, never from the clock. `entries` are all that it publishes.
    `days`, of a version as it counts on a day, are the first and the last day on which the same of its entries are in
    force; None of the publication itself, and where all entries always are.
    """

    key: str
    publisher: str
    sha256: str
    published_on: date | None
    files: dict[str, str]
    reader: str
    reader_version: int
    entries: int
    days: tuple[date, date] | None = None


class ListRelation(Record, frozen=True, kw_only=True):
    """A tie between two parties as a publisher states it; one of them is an entry of the list, or owned by one.

    `subject` owns, controls, acts for or has a role in `object`; family and other links are as published. Ids are
    those of the list's file, ``""`` for a party that is named only. `share` is in millionths, None where
    unknown; `text` are the publisher's own words; `doubtful` that the direction makes no sense for these parties.
    """

    subject: str = ""
    object: str = ""
    subject_name: str = ""
    object_name: str = ""
    kind: RelationKind
    share: int | None = None
    since: date | None = None
    until: date | None = None
    text: str = ""
    doubtful: bool = False


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
