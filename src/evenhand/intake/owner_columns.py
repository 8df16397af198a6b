"""A column of owners in a table of clients or payers: how its cells are read, and what is said of it."""

import json
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from evenhand.intake.clean_rows import Field
from evenhand.intake.columns import NAMES, PARTIES
from evenhand.intake.headings import Headings
from evenhand.intake.owner_headings import names_owners
from evenhand.intake.row import Row
from evenhand.intake.table_notes import several_notes
from evenhand.intake.table_source import Source
from evenhand.intake.values.owner_cells import owners_in
from evenhand.model.party import StatedOwner
from evenhand.store.tables import Table

OWNERS = "owners"
"""The column."""
UNREAD_OWNERS = "No owners are read from "
"""How the note on columns that seem to name owners and are not read begins, and no other note."""


def _owners(row: Row) -> tuple[StatedOwner, ...]:
    found = owners_in(row.text(OWNERS))
    row.left_out += ((OWNERS, part, expected) for part, expected in found.remarks)
    return tuple(StatedOwner(name=each.name, share=each.share) for each in found.owners)


OWNERS_FIELD = Field((OWNERS,), _owners)
"""The owners that a row names; of several columns of owners the cells are joined by `;`."""


def owner_notes(source: Source, table: Table, headings: Headings, parties: Iterable[Any] = ()) -> Iterator[str]:
    """Yield sentences on a table's columns of owners: whom those that are read name, and which ones are not read.

    `parties` are the records of its rows. Who maps `owners` to nothing, or a heading to be left unread, knows of it.
    Cost: where there is such a column the rows are read again.
    """
    read = table.header[headings.places[OWNERS]] if OWNERS in headings.places else ""
    if read:
        yield from _read_notes(read, [each.owners for each in parties if each.owners])
    unread = {*headings.ignored} - headings.declined
    places = [at for at, text in enumerate(table.header) if text in unread and names_owners(text)]
    if source.name not in PARTIES or not places or source.mapping.get(OWNERS) == "":
        return
    rows = [not line.problem and any(line.cells[at].strip() for at in places) for line in table.again()]
    if filled := sum(rows):
        names = [table.header[at] for at in places]
        headed = " and ".join(f"`{name}`" for name in names)
        yield (
            f"{UNREAD_OWNERS}{headed} ({filled:,} of {len(rows):,} rows with a value): a client that a listed party"
            f" owns is not found by it. {_read_so(source.name, read, names)}"
        )


def _read_notes(heading: str, owners: Sequence[Sequence[StatedOwner]]) -> Iterator[str]:
    every = [owner for several in owners for owner in several]
    if not every:
        return
    unknown = sum(owner.share is None for owner in every)
    shares = f"; {unknown:,} without a share, which counts as unknown" if unknown else ""
    named = "1 owner" if len(every) == 1 else f"{len(every):,} owners"
    clients = "1 client" if len(owners) == 1 else f"{len(owners):,} clients"
    yield f"`{heading}` names {named} of {clients}{shares}"
    yield from several_notes("owner", [owner.name for owner in every])


def _read_so(table: str, read: str, names: Sequence[str]) -> str:
    """Return what to set to read columns of owners as well as those `read` already, or to leave them unread."""
    if table == NAMES:
        return "Screen the owners as rows of their own"
    already = [read] if read else []
    every = ";".join([*already, *names])
    mapping = f"{_set(every)} in [intake.columns.{table}]"
    init = f", or --column owners={shlex.quote(every)} of init" if table == "advertisers" else ""
    declined = ";".join([*already, *(f"!{name}" for name in names)])
    several = "; `!` in front of one heading leaves that one alone unread" if len(names) > 1 else ""
    unread = _set(declined if read else "")
    return f"If they own the clients, read them with {mapping}{init}; else leave them unread with {unread}{several}"


def _set(heading: str) -> str:
    return f"owners = {json.dumps(heading, ensure_ascii=False)}"
