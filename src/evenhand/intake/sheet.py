"""A table's rows, read column by column; what cannot be used is kept in one list with its place."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from evenhand.intake.clean_rows import SHOWN_TO_PEOPLE, CleanRows, Fields, LeftOut, Plainly
from evenhand.intake.filled_columns import Filled
from evenhand.intake.headed_table import read_headed
from evenhand.intake.headings import Headings
from evenhand.intake.known_rows import KeptSheet, KnownCells, LastSheet, known_table
from evenhand.intake.owner_columns import OWNERS, owner_notes
from evenhand.intake.parties import made_id
from evenhand.intake.register_numbers import COMPARED_ALL_THE_SAME
from evenhand.intake.rejected_input import LONGEST_SHOWN, refused
from evenhand.intake.row import COUNTS_AS_POLITICAL, BadRow, Row, every_fault
from evenhand.intake.table_notes import (
    file_remarks,
    name_notes,
    repeated_notes,
    several_notes,
    sums_left_out,
    together_notes,
    understood,
    website_notes,
)
from evenhand.intake.table_source import Source
from evenhand.intake.total_rows import RowsAboveTotals
from evenhand.intake.values.cells import Unusable, key
from evenhand.intake.values.column_evidence import ColumnEvidence, find_evidence
from evenhand.intake.values.notations import Evidence, notation_of
from evenhand.model.run import Refused, TableRead
from evenhand.model.visible_text import hidden_characters, visible
from evenhand.store.table_rows import batches
from evenhand.store.tables import Line, Table

_TAKEN = (COMPARED_ALL_THE_SAME, COUNTS_AS_POLITICAL)
Value = TypeVar("Value")
Keyed = TypeVar("Keyed", bound=msgspec.Struct)


class Unread(NamedTuple):
    """A cell that was rejected, and the id of the party whose facts it belongs to, ``""`` where nobody can tell."""

    table: str
    column: str
    value: str
    party: str
    line: int = 0

    def __str__(self) -> str:
        """Return it as a decision records it; without its line, which other rows move."""
        return f"{self.table}.{self.column or 'row'}: {self.value[:LONGEST_SHOWN]}"


@dataclass(frozen=True)
class Reader(Generic[Value]):
    """How the rows of one table are read.

    `read` gives a row's id (``""``: none) and noun or raises `BadRow`; `salvage` gives what is left of a rejected row,
    None where nothing is. `subject` is the column with the id of the party whose facts the row belongs to, ``""``: of
    everybody. `join` adds to a noun what a second row of its id says. With `fields`, rows that need no care are read
    by columns.
    """

    read: Callable[[Row], tuple[str, Value]]
    subject: str = ""
    salvage: Callable[[Row], tuple[str, Value] | None] = lambda _: None
    join: Callable[[Value, Value], Value] | None = None
    fields: Fields[Any] | None = None


def reader_of(
    fields: Fields[Keyed],
    subject: str,
    salvage: Callable[[Row], tuple[str, Keyed] | None] = lambda _: None,
    join: Callable[[Keyed, Keyed], Keyed] | None = None,
) -> Reader[Keyed]:
    """Return the reader of rows that become records by their fields."""
    return Reader(fields.read, subject, salvage, join, fields)


class Sheet(Generic[Value]):
    """One table as records: in file order, with the line of each id, the file's hash and what was refused.

    `unscreened` says of the ids of salvaged records why their rows were rejected; `unread` are all rejected cells.
    `repeated` has the lines of rows that say the same as an earlier row of their id, each with that row's line.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.items: list[Value] = []
        self.refused: list[Refused] = []
        self.lines: dict[str, int] = {}
        self.unscreened: dict[str, Refused] = {}
        self.unread: list[Unread] = []
        self.repeated: list[tuple[int, int]] = []
        self.places: dict[str, int] = {}
        self.filled: tuple[str, ...] = ()
        self.often: tuple[str, ...] = ()
        self.sha256 = ""
        self.rows = self.rejected = 0
        self.understood: TableRead | None = None
        self.evidence: Evidence = {}
        self._placed: dict[str, int] = {}
        self._left_out: dict[str, list[LeftOut]] = {}

    def has_equal(self, id_: str, noun: Value, line: int, left_out: Sequence[LeftOut]) -> bool:
        """Return whether an earlier row of an id says the same in all columns that are read, and note it if so.

        Rows of which other values are left out do not say the same: what they said is unknown.
        """
        place = self._placed.get(id_)
        if place is None or self.items[place] != noun or self._left_out.get(id_, []) != list(left_out):
            return False
        self.repeated.append((line, self.lines[id_]))
        return True

    def put(self, id_: str, noun: Value, line: int, left_out: Sequence[LeftOut] = ()) -> None:
        """Add a noun, whose id must be new, and from whose row these values are left out."""
        if id_ and self.lines.setdefault(id_, line) != line:
            raise BadRow("id", id_, f"an id of its own; line {self.lines[id_]} has it already")
        if id_:
            self._placed[id_] = len(self.items)
            if left_out:
                self._left_out[id_] = list(left_out)
        self.items.append(noun)

    def kept(self) -> KeptSheet:
        """Return what a next reading can take up, of a table whose records have ids."""
        remarked = {each.line for each in self.refused}
        ids: Sequence[str] = [item.id for item in self.items]  # type: ignore[attr-defined]  # they are `Keyed`
        lines = [self.lines[id_] if id_ not in self.unscreened else 0 for id_ in ids]
        lines = [0 if line in remarked else line for line in lines]
        return KeptSheet(self.sha256, tuple(lines), {name: frozenset(found) for name, found in self.evidence.items()})

    def salvage(self, reader: Reader[Value], row: Row, why: Refused) -> None:
        """Add what can be read of a rejected row: a party that was not screened, or more of one that was read."""
        found = reader.salvage(row)
        if found is None:
            return
        id_, noun = found
        place = self._placed.get(id_)
        if place is None:
            self.put(id_, noun, row.line)
        elif reader.join is not None:
            if self.items[place] == noun:
                return  # the same row twice hides nothing
            self.items[place] = reader.join(self.items[place], noun)
        if id_:
            self.unscreened[id_] = why


def read_sheet(source: Source, reader: Reader[Value], last: LastSheet[Value] | None = None) -> Sheet[Value]:
    """Return a table as a reader reads its rows; those that it read the `last` time, too, need not be read again.

    A second row of an id is refused and names the first, but for one that says the same, which is taken once. Rejected
    rows are salvaged when all others are read. A table without a file is empty.

    Raises:
        TableUnreadable: the file is no table, or a required column is missing.
    """
    if not source.file:
        return Sheet(source.name)
    table, headings = read_headed(source)
    last = None if headings.together else last
    known = None if last is None else known_table(source.folder / source.file, table, headings.places, last)
    if known is not None:
        evidence = ColumnEvidence(headings.places, known.evidence)
        return _read_as(evidence, source, reader, headings, known.table, last)
    first = next(batches(table.lines), [])
    before = find_evidence(headings.places, first)
    lines: Iterator[Line] = chain(first, table.lines)
    while True:
        # The first rows nearly always say how days and amounts are written; where others say more, all are read again.
        evidence = ColumnEvidence(headings.places, before)
        sheet = _read_as(evidence, source, reader, headings, replace(table, lines=evidence.rows_as_known(lines)))
        if evidence.is_as_known:
            return sheet
        before, lines = evidence.by_column, table.again()


def _read_as(
    evidence: ColumnEvidence, source: Source, reader: Reader[Value], headings: Headings, table: Table,
    last: LastSheet[Value] | None = None,
) -> Sheet[Value]:  # fmt: skip
    """Return a table as a reader reads its rows, days and amounts by the `evidence` before them."""
    sheet: Sheet[Value] = Sheet(source.name)
    sheet.places, sheet.evidence = headings.places, evidence.by_column
    _tell_of_file(sheet, source.place, table, headings)
    lines = RowsAboveTotals(source.name, table, headings.places)
    filled = Filled(sheet.places, None if last is None else last.filled)
    plainly = notation_of(evidence.by_column, source.dates, source.decimals).plainly
    rejected = _read_lines(sheet, source.place, lines, plainly, reader, filled)
    sheet.refused += sums_left_out(source.place, lines)
    notes = (
        *name_notes(table.header, headings.places),
        *together_notes(table.header, headings.together),
        *lines.notes,
        *website_notes(source.name, source.mapping, headings.places, sheet.filled),
        *owner_notes(source, table, headings, sheet.items if OWNERS in sheet.places else ()),
        *repeated_notes(sheet.repeated),
        *several_notes("other name", (alias for item in sheet.items for alias in getattr(item, "aliases", ()))),
    )
    notation = notation_of(evidence.by_column, source.dates, source.decimals)  # now by all rows
    sheet.understood = understood(source.name, source.file, table, headings, notation, notes)
    for lenient, why in rejected:
        sheet.salvage(reader, lenient, why)
    return sheet


def _read_lines(
    sheet: Sheet[Value], file: str, lines: RowsAboveTotals, plainly: Plainly, reader: Reader[Value], filled: Filled
) -> list[tuple[Row, Refused]]:
    """Read each row into the sheet, and return those that were rejected, with the reason."""
    rejected: list[tuple[Row, Refused]] = []
    clean = None if reader.fields is None else CleanRows(reader.fields, sheet.places, plainly)
    for several in batches(lines):
        sheet.rows += len(several)
        read: list[Sequence[str]] = []
        for line, (record, left_out) in zip(several, _records(several, clean), strict=True):
            if record is not None and sheet.has_equal(record.id, record, line.number, left_out):
                continue
            if record is not None and record.id not in sheet.lines:
                sheet.put(record.id, record, line.number, left_out)
                if left_out:
                    _tell_of_row(sheet, file, Row(line.number, line.cells, sheet.places), left_out, reader)
                read.append(line.cells)
                continue
            row = Row(line.number, line.cells, sheet.places, plainly)
            try:
                if _read_row(sheet, file, row, line.problem, reader):
                    read.append(line.cells)
            except BadRow as bad:
                rejected += _reject(sheet, file, bad, row, reader, is_whole=not line.problem, width=lines.width)
        filled.look_at(read)
    sheet.filled, sheet.often = filled.columns, filled.often
    return rejected


def _records(lines: Sequence[Line], clean: CleanRows[Any] | None) -> Iterable[tuple[Any, Sequence[LeftOut]]]:
    """Return each row's record, known or read by columns, None where it needs care, and the values left out of it."""
    known = [line.cells.record if type(line.cells) is KnownCells else None for line in lines]
    unknown = [line for line, record in zip(lines, known, strict=True) if record is None]
    read = zip(repeat(None, len(unknown)), repeat(())) if clean is None else clean.read(unknown)
    return read if len(unknown) == len(lines) else [next(read) if record is None else (record, ()) for record in known]


def _read_row(sheet: Sheet[Value], file: str, row: Row, problem: str, reader: Reader[Value]) -> bool:
    """Read a row into the sheet, with all that is to be told of it, or refuse it; False if an earlier one is equal."""
    if problem:
        raise BadRow("", " | ".join(row.cells), problem)
    id_, noun = reader.read(row)
    if sheet.has_equal(id_, noun, row.line, row.left_out):
        return False
    sheet.put(id_, noun, row.line, row.left_out)
    _tell_of_row(sheet, file, row, row.left_out, reader)
    return True


def _tell_of_row(sheet: Sheet[Value], file: str, row: Row, left_out: Sequence[LeftOut], reader: Reader[Value]) -> None:
    """Note the values that are left out of a row that is read, and what in it shows nothing."""
    sheet.refused += (refused(file, row.line, *each, what="value") for each in left_out)
    sheet.unread += _unread(sheet.name, row, reader.subject, _lost(left_out))
    sheet.refused += _hidden(file, row, [each for each in SHOWN_TO_PEOPLE if each in sheet.places])


def _reject(
    sheet: Sheet[Value], file: str, bad: BadRow, row: Row, reader: Reader[Value], *, is_whole: bool, width: int
) -> Iterator[tuple[Row, Refused]]:
    """Note all faults of a rejected row, and yield it to be read as far as it can be, if somebody can tell whose."""
    faults, values = every_fault(bad, row.as_lenient(), reader.read) if is_whole else ([bad], [])
    rejections = [refused(file, row.line, *fault.where) for fault in faults]
    sheet.rejected += 1
    sheet.refused += (*rejections, *(refused(file, row.line, *value, what="value") for value in values))
    lenient = row.as_lenient(width, is_whole=is_whole)
    # Where cells are missing or too many, nobody knows which is which.
    subject = reader.subject if is_whole or reader.subject == "id" else ""
    cells = [*(fault.where[:2] for fault in faults), *_lost(values)]
    sheet.unread += _unread(sheet.name, lenient, subject, cells)
    if is_whole or reader.subject == "id":
        yield lenient, rejections[0]


def _hidden(file: str, row: Row, columns: Iterable[str]) -> Iterator[Refused]:
    """Yield what shows nothing in the names and texts of a row; they stay as they are, and screening reads past it."""
    for column in columns:
        text = row.text(column)
        if not text.isascii() and visible(text) != text:
            found = ", ".join(hidden_characters(text)[:5])
            expected = f"text without hidden characters ({found}); it is used as it is"
            yield refused(file, row.line, column, visible(text), expected, what="value")


def _lost(values: Iterable[LeftOut]) -> list[tuple[str, str]]:
    """Return column and value of the values that were told of and are not used."""
    return [(column, value) for column, value, expected in values if not any(taken in expected for taken in _TAKEN)]


def _unread(table: str, row: Row, subject: str, cells: Iterable[tuple[str, str]]) -> Iterator[Unread]:
    party = row.text(subject) if subject else ""
    if not _is_key(party):
        party = made_id(table, row.line) if subject == "id" else ""
    for column, value in cells:
        yield Unread(table, column, value, party, row.line)


def _is_key(text: str) -> bool:
    try:
        return bool(key(text))
    except Unusable:
        return False


def _tell_of_file(sheet: Sheet[Any], file: str, table: Table, headings: Headings) -> None:
    sheet.sha256 = table.sha256
    sheet.refused += file_remarks(sheet.name, file, table, headings)
