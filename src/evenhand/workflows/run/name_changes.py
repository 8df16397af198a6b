"""Whether names are none, or many known ids are gone or have another name or website: one column was changed alone.

INVARIANT: nothing missing is allowed silently (architecture, invariant 9). A refused client under another's id would be
looked for by a name that is not its own, and an innocent one refused by a website that is not its own.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from evenhand.intake import Tables
from evenhand.intake.unlikely_names import doubt_of
from evenhand.model.errors import BadInput, NamesChanged
from evenhand.model.party import Payer
from evenhand.model.text_matching import plain
from evenhand.store.network import Network
from evenhand.workflows.delivery.party_names import KnownRow, known_rows
from evenhand.workflows.run.id_changes import NOT_OF_THE_NEW, cause_of, id_changes
from evenhand.workflows.run.key_changes import (
    IDENTIFIERS,
    WEBSITES,
    Change,
    Column,
    changed_keys,
    moved_keys,
    other_values,
)

FEW_NAMES, FEW_EXCHANGED = 20, 3
"""So many names may change at once in a table of any size, and so many that were other ids' names."""

_KINDS = {"advertisers": "advertiser", "payers": "payer"}
_NAMES = Column("name", "name", lambda row: row.names, lambda party: (party.name, *party.aliases), plain)
_SHOWN = 3
_MOST_GONE, _AS_LARGE = Decimal("0.5"), 2  # a table that lost rows and gained few has shrunk: see table_sizes.py


class _Table(NamedTuple):
    """A table of parties, its file, and the rows that its known ids have in the register of the last run."""

    name: str
    file: str
    most: Decimal
    known: Sequence[Payer]
    before: Mapping[str, KnownRow]


def check_names(network: Network, tables: Tables | None, accepted: Collection[str]) -> None:
    """Look at the names, and compare those of known ids, and their websites, with the last run's register.

    The `accepted` tables may have others. Without a readable register there is nothing to compare with, and nothing to
    look at where the tables are that run's own: None.

    Raises:
        NamesChanged: most known ids of a table are gone while as many are new, or `max_renamed` of them are written
            otherwise; or nearly all names are none, and were not these before; or more than `max_renamed` of the
            known ids have another name or website, and at least `FEW_NAMES` of them; or `FEW_EXCHANGED` have a website
            or number that was another id's, or besides that share a name.
        BadInput: an accepted name is no table with names.
    """
    unknown = [each for each in accepted if each not in _KINDS]
    if unknown:
        raise BadInput("no such table", where="--accept-names", got=", ".join(unknown), expected=", ".join(_KINDS))
    if tables is None:
        return
    rows = known_rows(network)
    for name, kind in _KINDS.items():
        if name not in accepted:
            parties = tables.advertisers if name == "advertisers" else tables.payers
            intake = network.settings.intake
            _check_ids(_Table(name, getattr(intake, name), Decimal(intake.max_renamed), parties, {}), kind, rows)
            screened = [each for each in parties if each.id not in tables.unscreened]
            known = [each for each in screened if (kind, each.id) in rows]
            before = {each.id: rows[kind, each.id] for each in known}
            table = _Table(name, getattr(intake, name), Decimal(intake.max_renamed), known, before)
            _check_doubts(table, [each for each in screened if not _was_called_so(each, before)])
            _check_column_of_names(table, kind, rows)
            _check_keys(table)


def _check_ids(table: _Table, kind: str, rows: Mapping[tuple[str, str], KnownRow]) -> None:
    """Refuse a table most of whose known ids are gone, or many written otherwise; `known` are all its parties here."""
    found = id_changes(table.known, kind, rows)
    most = max(_MOST_GONE, table.most)
    is_other = found.gone > most * found.known and _AS_LARGE * found.new >= found.gone
    is_seen = len(found.changes) >= FEW_EXCHANGED or found.gone >= FEW_NAMES
    is_rewritten = found.rewritten >= FEW_NAMES and found.rewritten > table.most * found.known
    if (is_other and is_seen) or is_rewritten:
        what = (
            f"{found.gone:,} of {found.known:,} known ids are gone from the table, and {found.new:,} ids are new in it"
        )
        raise NamesChanged(
            ": ".join(filter(None, (what, cause_of(found.changes)))), where=f"{table.file}, column id",
            expected=f"the ids of the last run: at most {most:.0%} of them gone, and fewer than {FEW_NAMES} or at most"
            f" {_percent(table)} (max_renamed) written otherwise",
            todo="write the ids as they were: in a spreadsheet, format their column as text."
            f" {NOT_OF_THE_NEW}. If it is meant: `evenhand run DIR --accept-names {table.name}`",
            table=table.name,
        )  # fmt: skip


def _was_called_so(party: Payer, before: Mapping[str, KnownRow]) -> bool:
    return party.id in before and party.name in before[party.id].names


def _check_doubts(table: _Table, unknown: Sequence[Payer]) -> None:
    """Refuse names that are none, where nearly all of those are that the last run did not have."""
    if doubt := doubt_of([each.name for each in unknown]):
        raise NamesChanged(
            doubt, where=f"{table.file}, column {_NAMES.name}", expected="names of companies and persons",
            todo=f"see which column has the names, and map it in [intake.columns.{table.name}]. If it is meant:"
            f" `evenhand run DIR --accept-names {table.name}`",
            table=table.name,
        )  # fmt: skip


def _check_column_of_names(table: _Table, kind: str, rows: Mapping[tuple[str, str], KnownRow]) -> None:
    renamed = list(_renamed(table.known, table.before))
    if len(renamed) <= table.most * len(table.known):
        return
    owners = {plain(row.names[0]): party for (of, party), row in rows.items() if of == kind and row.names}
    moved = [each for each in renamed if owners.get(plain(each.now), each.party_id) != each.party_id]
    if len(renamed) >= FEW_NAMES or len(moved) >= FEW_EXCHANGED:
        expected = f"at most {_percent(table)} of them (max_renamed), or fewer than {FEW_NAMES}"
        raise _refusal(table, _NAMES, (renamed, len(table.known)), moved, expected)


def _renamed(parties: Iterable[Payer], before: Mapping[str, KnownRow]) -> Iterator[Change]:
    """Yield the parties that have none of the names that they had; another spelling is no other name."""
    for party in parties:
        names = before[party.id].names
        if names and party.name not in names:
            was = set(map(plain, names))
            if was.isdisjoint(map(plain, (party.name, *party.aliases))):
                yield Change(party.id, names[0], party.name)


def _check_keys(table: _Table) -> None:
    """Look at the websites, then at the numbers, of which only those count that were another id's.

    A number may be written otherwise, or under another heading, without being another number.
    """
    few = f"fewer than {FEW_EXCHANGED} that were another id's"
    others, same = other_values(WEBSITES, table.known, table.before)
    changed, count = changed_keys(WEBSITES, others, table.before)
    count += same
    moved = moved_keys(WEBSITES, others, table.known, table.before)
    if len(moved) >= FEW_EXCHANGED or (len(changed) >= FEW_NAMES and len(changed) > table.most * count):
        expected = f"at most {_percent(table)} of them (max_renamed) or fewer than {FEW_NAMES}, and {few}"
        raise _refusal(table, WEBSITES, (changed, count), moved, expected)
    others, _ = other_values(IDENTIFIERS, table.known, table.before)
    moved = moved_keys(IDENTIFIERS, others, table.known, table.before)
    if len(moved) >= FEW_EXCHANGED:
        raise _refusal(table, IDENTIFIERS, ((), 0), moved, few)


def _percent(table: _Table) -> str:
    return f"{float(table.most) * 100:g} %"


def _refusal(
    table: _Table, column: Column, changed: tuple[Sequence[Change], int], moved: Sequence[Change], expected: str
) -> NamesChanged:
    """Return the error that names the column, with the first examples; those that moved tell the most."""
    others, known = changed
    word = column.word
    what = [f"{len(others):,} of {known:,} known ids have another {word} than in the last run"] if others else []
    what += [f"{len(moved):,} ids have a {word} that was another id's"] if moved else []
    examples = ", ".join(map(str, (moved or others)[:_SHOWN]))
    return NamesChanged(
        f"{'; '.join(what)}: {examples}",
        where=f"{table.file}, column {column.name}",
        expected=expected,
        todo=f"see that {word}s and ids still belong together: was one column sorted alone? If it is meant:"
        f" `evenhand run DIR --accept-names {table.name}`",
        table=table.name,
    )
