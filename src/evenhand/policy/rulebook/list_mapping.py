"""What lists, places and hosts mean under a rulebook.

`designations.csv`, `laws.csv`, `territories.csv`, `shared_hosts.txt`.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from evenhand.model.errors import RulebookInvalid
from evenhand.model.hosts import host_of
from evenhand.policy.annotations import legal_basis

DESIGNATION_COLUMNS = ("list", "program", "designation", "ownership")
LAW_COLUMNS = ("list", "program", "binds", "legal_basis", "note")
TERRITORY_COLUMNS = ("territory", "union", "from", "until")
ANY = "*"

_PLACE = re.compile("[A-Z]{2,3}")


@dataclass(frozen=True)
class Designations:
    """The designation of each (list, program), and whether its owners' shares count (`pipeline.md` §3)."""

    rows: Mapping[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)

    def of(self, list_key: str, programs: Iterable[str]) -> tuple[tuple[str, bool], ...]:
        """Return (designation id, ownership counts) of an entry, one a program, each once, sorted.

        The exact program wins over `*`; an entry without programs has the designation of `*`. A row with an
        empty designation gives none: the list is screened and shown, and puts nobody under anything.
        """
        found = (self.rows.get((list_key, each)) or self.rows.get((list_key, ANY)) for each in set(programs) or {ANY})
        return tuple(sorted({row for row in found if row is not None and row[0]}))

    def may_lead_nowhere(self, list_key: str) -> bool:
        """Return whether an entry of a list can have no designation: a row of it is empty, or `*` has none."""
        return (list_key, ANY) not in self.rows or any(
            not designation for (key, _), (designation, _) in self.rows.items() if key == list_key
        )

    def lists_of(self, designations: Collection[str]) -> frozenset[str]:
        """Return the lists of which a row leads to one of these designations."""
        return frozenset(list_key for (list_key, _), (name, _) in self.rows.items() if name in designations)

    @property
    def named(self) -> dict[str, str]:
        """Return the designations that some list leads to, each with the first list that does."""
        leads: dict[str, str] = {}
        for (list_key, _), (designation, _) in self.rows.items():
            if designation:
                leads.setdefault(designation, list_key)
        return leads

    def missing(self, list_keys: Iterable[str]) -> tuple[str, ...]:
        """Return those of the lists that have no `*` row, sorted."""
        return tuple(sorted(key for key in set(list_keys) if (key, ANY) not in self.rows))


@dataclass(frozen=True)
class Laws:
    """The laws under which the entries of a list are listed: (place where it binds, legal basis) by (list, program)."""

    rows: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def of(self, list_key: str, programs: Iterable[str], places: Collection[str]) -> tuple[str, ...]:
        """Return the legal bases of an entry that bind in one of the places, each once, in the file's order.

        The exact program wins over `*`, which also stands for an entry without programs.
        """
        named = sorted(set(programs)) or [ANY]
        rows = (self.rows.get((list_key, each)) or self.rows.get((list_key, ANY), ()) for each in named)
        return tuple(dict.fromkeys(basis for row in rows for place, basis in row if place in places))

    def without_row(self, list_key: str, programs: Iterable[str], places: Collection[str]) -> tuple[str, ...]:
        """Return the programs of an entry that no row names, of a list with laws by program that bind; sorted."""
        by_program = [row for (key, program), row in self.rows.items() if key == list_key and program != ANY]
        if not any(place in places for row in by_program for place, _ in row):
            return ()
        return tuple(sorted(each for each in set(programs) if (list_key, each) not in self.rows))


@dataclass(frozen=True)
class Membership:
    """A territory is in a union from a day until the day before another; `until` None: it still is."""

    territory: str
    union: str
    since: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Return whether the territory is in the union on that day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Territories:
    """Which places are in which unions on which day."""

    memberships: tuple[Membership, ...] = ()

    def unions_of(self, place: str, day: date) -> tuple[str, ...]:
        """Return the unions a place is in on that day, sorted."""
        return tuple(sorted({each.union for each in self._on(day) if each.territory == place}))

    def members(self, union: str, day: date) -> tuple[str, ...]:
        """Return the places that are in a union on that day, sorted."""
        return tuple(sorted({each.territory for each in self._on(day) if each.union == union}))

    def with_unions(self, places: Iterable[str], day: date) -> tuple[str, ...]:
        """Return places and the unions that they are in on that day, sorted."""
        return tuple(sorted({each for place in places for each in (place, *self.unions_of(place, day))}))

    def expand(self, place: str, day: date) -> tuple[str, ...]:
        """Return a place, its members if it is a union, and the unions that all of these are in on that day, sorted."""
        inside, waiting = {place}, [place]
        while waiting:
            fresh = set(self.members(waiting.pop(), day)) - inside
            inside |= fresh
            waiting += fresh
        return self.with_unions(inside, day)

    def everywhere(self, day: date) -> tuple[str, ...]:
        """Return every place the file names and every union that has a member on that day, sorted."""
        places = {each.territory for each in self.memberships}
        return tuple(sorted(places | {each.union for each in self._on(day)}))

    def _on(self, day: date) -> Iterator[Membership]:
        return (each for each in self.memberships if each.holds_on(day))


def read_designations(known: Collection[str], text: str, where: str) -> Designations:
    """Return the rows of `designations.csv`; `known` are the ids of `designations.json`.

    Raises:
        RulebookInvalid: a wrong heading, a row given twice, an unknown designation, or ownership that counts
            for a list without a designation.
    """
    rows: dict[tuple[str, str], tuple[str, bool]] = {}
    for line, (list_key, program, designation, ownership) in _rows(text, DESIGNATION_COLUMNS, where):
        if (list_key, program) in rows:
            raise RulebookInvalid("duplicate row", where=where, line=line, got=f"{list_key},{program}")
        if designation and designation not in known:
            raise RulebookInvalid(
                "unknown designation", where=where, line=line, got=designation, expected="an id of designations.json"
            )
        if ownership not in ("yes", "no") or (ownership == "yes" and not designation):
            raise RulebookInvalid(
                "invalid ownership",
                where=where,
                line=line,
                got=ownership,
                expected="yes or no; no without a designation",
            )
        rows[list_key, program] = (designation, ownership == "yes")
    return Designations(rows)


def read_laws(text: str, where: str) -> Laws:
    """Return the rows of `laws.csv`; a list and program may have several, one a law.

    Raises:
        RulebookInvalid: a wrong heading, a row given twice, a place that is no code, or a basis not in three parts.
    """
    found: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for line, (list_key, program, binds, basis, _) in _rows(text, LAW_COLUMNS, where):
        if not _PLACE.fullmatch(binds):
            expected = "a code of the place whose law it is, such as EU, GB, UN or US"
            raise RulebookInvalid("invalid place", where=where, line=line, got=binds, expected=expected)
        if legal_basis({"legal_basis": basis}) is None:
            expected = "statute | article | jurisdiction"
            raise RulebookInvalid("invalid legal basis", where=where, line=line, got=basis, expected=expected)
        known = found.get((list_key, program), ())
        if (binds, basis) in known:
            raise RulebookInvalid("duplicate row", where=where, line=line, got=f"{list_key},{program},{binds}")
        found[list_key, program] = (*known, (binds, basis))
    return Laws(found)


def read_territories(text: str, where: str) -> Territories:
    """Return the rows of `territories.csv`: from the first day inclusive to the last exclusive.

    Raises:
        RulebookInvalid: a wrong heading, no ISO date, or an end not after its beginning.
    """
    found: list[Membership] = []
    for line, (territory, union, since, until) in _rows(text, TERRITORY_COLUMNS, where):
        try:
            row = Membership(territory, union, date.fromisoformat(since), date.fromisoformat(until) if until else None)
        except ValueError as error:
            raise RulebookInvalid(
                "invalid date", where=where, line=line, got=f"{since},{until}", expected="ISO dates"
            ) from error
        if row.until is not None and row.until <= row.since:
            raise RulebookInvalid("ends before it begins", where=where, line=line, got=f"{since},{until}")
        found.append(row)
    return Territories(tuple(found))


def read_shared_hosts(text: str, where: str) -> tuple[str, ...]:
    """Return the hosts of `shared_hosts.txt`, sorted; one a line, blank lines and what follows a `#` are left out.

    Raises:
        RulebookInvalid: a line is no host.

    >>> read_shared_hosts("Clips.example  # videos", "shared_hosts.txt")
    ('clips.example',)
    """
    found = set()
    for line, written in enumerate(text.splitlines(), 1):
        name = written.partition("#")[0].strip()
        host = host_of(name)
        if host is not None:
            found.add(host)
        elif name:
            raise RulebookInvalid("invalid host", where=where, line=line, got=name, expected="a host a line")
    return tuple(sorted(found))


def _rows(text: str, columns: tuple[str, ...], where: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    heading = next(reader, [])
    if tuple(heading) != columns:
        raise RulebookInvalid(
            "unexpected heading", where=where, line=1, got=",".join(heading), expected=",".join(columns)
        )
    for cells in reader:
        if len(cells) != len(columns) or not all(cells[:2]):
            raise RulebookInvalid(
                "bad row",
                where=where,
                line=reader.line_num,
                got=",".join(cells),
                expected=f"{len(columns)} cells, the first two filled",
            )
        yield reader.line_num, cells
