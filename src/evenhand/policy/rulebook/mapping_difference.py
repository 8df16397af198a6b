"""What else lists, designations, laws, places and hosts mean under a second rulebook, row by row."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from evenhand.model.facts import Entity
from evenhand.model.record import canonical_exact
from evenhand.model.release import MappingChange
from evenhand.policy.rulebook.list_mapping import ANY, Laws, Territories
from evenhand.policy.rulebook.reading import RulebookContents

# By what a row is about: one cell, or two.
_Rows = Mapping[tuple[str, ...], str]


class _Table(NamedTuple):
    """What each row of a file means, what is said where there is none, and how a row is called."""

    file: str
    rows: _Rows
    absent: str
    called: Callable[..., str]


def mapping_changes(old: RulebookContents, new: RulebookContents) -> tuple[MappingChange, ...]:
    """Return the rows of the mapping that mean something else, by file and row; the layout of a file means nothing.

    INVARIANT: two mappings without a change put the same parties under the same designations, laws and unions, and the
    gate finds the same hosts by them. Notes of laws are for authors, and are no part of it.
    """
    return tuple(
        MappingChange(
            file=one.file, row=one.called(*row),
            before=one.rows.get(row, one.absent), after=other.rows.get(row, other.absent),
        )
        for one, other in zip(_tables(old), _tables(new), strict=True)
        for row in sorted(one.rows.keys() | other.rows.keys())
        if one.rows.get(row) != other.rows.get(row)
    )  # fmt: skip


def _tables(source: RulebookContents) -> tuple[_Table, ...]:
    inside: _Rows = {(name,): _inside(each) for name, each in source.designations.items()}
    platforms: _Rows = {(host,): "a platform's host, by which nobody is found" for host in source.shared_hosts}
    return (
        _Table("designations.csv", _designated(source), "no row", _of_list),
        _Table("designations.json", inside, "no designation", "designation {}".format),
        _Table("laws.csv", _laws(source.laws), "no law", _of_list),
        _Table("territories.csv", _memberships(source.territories), "never", "{} in {}".format),
        _Table("shared_hosts.txt", platforms, "a host like others", "{}".format),
    )


def _of_list(list_key: str, program: str) -> str:
    return f"list {list_key}, any other program" if program == ANY else f"list {list_key}, program {program}"


def _designated(source: RulebookContents) -> _Rows:
    owners = {True: "owners' shares count", False: "owners' shares do not count"}
    return {
        row: f"designation {name}, {owners[counts]}" if name else "no designation"
        for row, (name, counts) in source.mapped.rows.items()
    }


def _inside(entity: Entity) -> str:
    """Return what a designation is in, with whatever else its entity says."""
    parents = ", ".join(sorted(parent.id for parent in entity.parents))
    attributes = sorted(
        f"{name} {canonical_exact(value).decode()}" for name, value in (entity.attrs | entity.tags).items()
    )
    return ", ".join([f"in {parents}" if parents else "in no other", *attributes])


def _laws(laws: Laws) -> _Rows:
    return {
        row: "; ".join(f"{basis} (binds in {place})" for place, basis in several) for row, several in laws.rows.items()
    }


def _memberships(territories: Territories) -> _Rows:
    found: dict[tuple[str, ...], str] = {}
    for each in sorted(set(territories.memberships), key=lambda each: each.since):
        row = each.territory, each.union
        days = f"from {each.since}{f' to the day before {each.until}' if each.until else ''}"
        found[row] = f"{found[row]}, {days}" if row in found else days
    return found
