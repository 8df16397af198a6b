"""A table's rows, read column by column; what cannot be used is kept in one list with its place."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, NamedTuple, TypeVar

from evenhand.intake.cells import PLACEHOLDERS, Unusable, key
from evenhand.intake.headings import match_headings
from evenhand.model.run import Refused
from evenhand.model.visible import hidden_characters, visible
from evenhand.store.tables import Table, read_rows

Value = TypeVar("Value")
Default = TypeVar("Default")

_LONGEST_SHOWN = 200
_MOST_HEADINGS = 50
_SHOWN_TO_PEOPLE = ("id", "name", "alias", "owner_name", "agency", "text")
# Columns of hosts, countries, register numbers and dates.
_MAY_SAY_NOTHING = frozenset({
    "domains", "landing_url", "website", "country", "owner_country", "territories", "identifiers", "accounts",
    "birth_date", "first_seen", "verified_on", "verified_until", "as_of", "until", "starts", "ends",
})  # fmt: skip


class BadRow(Exception):
    """A cell that the row cannot do without is unusable."""

    def __init__(self, column: str, value: str, expected: str) -> None:
        super().__init__(column, value, expected)
        self.column, self.value, self.expected = column, value, expected


class Row:
    """One row by our columns. An absent column reads as an empty cell; values left out go to `left_out`.

    A `lenient` row is one that was rejected: an unusable optional cell is left out, so that the rest can be read. It
    `is_whole` unless it has more or fewer cells than the heading, so that some may be under the wrong one.
    """

    __slots__ = ("_cells", "_places", "is_whole", "left_out", "lenient", "line")

    def __init__(
        self, line: int, cells: list[str], places: Mapping[str, int], *, lenient: bool = False, is_whole: bool = True
    ) -> None:
        self.line, self._cells, self._places, self.lenient, self.is_whole = line, cells, places, lenient, is_whole
        self.left_out: list[tuple[str, str, str]] = []

    @property
    def cells(self) -> Iterable[str]:
        """Return all cells of the row, of columns that are not ours too."""
        return self._cells

    def has(self, column: str) -> bool:
        """Return whether the file has the column."""
        return column in self._places

    def text(self, column: str) -> str:
        """Return the cell, trimmed; ``""`` where the column is absent, or something stands for no value in it."""
        place = self._places.get(column)
        text = "" if place is None else self._cells[place].strip()
        return "" if text and column in _MAY_SAY_NOTHING and text.casefold() in PLACEHOLDERS else text

    def needed(self, column: str, read: Callable[[str], Value]) -> Value:
        """Return the value of a required cell; an empty or unusable one refuses the row."""
        text = self.text(column)
        if not text:
            raise BadRow(column, "", "a value")
        return _read(column, read, text)

    def optional(self, column: str, read: Callable[[str], Value], empty: Default) -> Value | Default:
        """Return the value of a cell, `empty` where there is none; an unusable one refuses the row."""
        text = self.text(column)
        if not text:
            return empty
        try:
            return _read(column, read, text)
        except BadRow as bad:
            if not self.lenient:
                raise
            self.left_out.append((column, text, bad.expected))
            return empty

    def supporting(self, column: str, read: Callable[[str], str]) -> str:
        """Return the value of a cell that the row can do without; an unusable one is left out and told."""
        return next(iter(self._usable(column, [self.text(column)], read)), "")

    def several(self, column: str, read: Callable[[str], Value]) -> tuple[Value, ...]:
        """Return the values of a list cell, parted by `;`, without repeats; unusable ones are left out and told."""
        text = self.text(column)
        return tuple(dict.fromkeys(self._usable(column, text.split(";"), read))) if text else ()

    def _usable(self, column: str, texts: list[str], read: Callable[[str], Value]) -> Iterator[Value]:
        for text in filter(None, map(str.strip, texts)):
            if len(texts) > 1 and column in _MAY_SAY_NOTHING and text.casefold() in PLACEHOLDERS:
                continue
            try:
                yield read(text)
            except Unusable as error:
                self.left_out.append((column, text, str(error)))


class Unread(NamedTuple):
    """A cell that was rejected, and the id of the party whose facts it belongs to, ``""`` where nobody can tell."""

    table: str
    column: str
    value: str
    party: str

    def __str__(self) -> str:
        """Return it as a decision records it; without its line, which other rows move."""
        return f"{self.table}.{self.column or 'row'}: {self.value[:_LONGEST_SHOWN]}"


@dataclass(frozen=True)
class Reader(Generic[Value]):
    """How the rows of one table are read.

    `read` gives a row's id (``""``: none) and noun or raises `BadRow`; `salvage` gives what is left of a rejected row,
    None where nothing is. `subject` is the column with the id of the party whose facts the row belongs to, ``""``: of
    everybody. `join` adds to a noun what a second row of its id says.
    """

    read: Callable[[Row], tuple[str, Value]]
    subject: str = ""
    salvage: Callable[[Row], tuple[str, Value] | None] = lambda _: None
    join: Callable[[Value, Value], Value] | None = None


class Filled:
    """Which columns have a value in any of the rows looked at."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self._places, self._empty = places, set(places.values())

    def look_at(self, cells: Sequence[str]) -> None:
        """Look at the cells of one row."""
        if self._empty:
            self._empty -= {place for place in self._empty if cells[place].strip()}

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that have one, in the order of the table."""
        return tuple(column for column, place in self._places.items() if place not in self._empty)


class Sheet(Generic[Value]):
    """One table as nouns: in file order, with the line of each id, the file's hash and what was refused.

    `unscreened` says of the ids of salvaged nouns why their rows were rejected; `unread` are all rejected cells.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.items: list[Value] = []
        self.refused: list[Refused] = []
        self.lines: dict[str, int] = {}
        self.unscreened: dict[str, Refused] = {}
        self.unread: list[Unread] = []
        self.places: dict[str, int] = {}
        self.filled: tuple[str, ...] = ()
        self.sha256 = ""
        self.rows = 0
        self._placed: dict[str, int] = {}

    def put(self, id_: str, noun: Value, line: int) -> None:
        """Add a noun, whose id must be new."""
        if id_ and self.lines.setdefault(id_, line) != line:
            raise BadRow("id", id_, f"an id of its own; line {self.lines[id_]} has it already")
        if id_:
            self._placed[id_] = len(self.items)
        self.items.append(noun)

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


def read_sheet(folder: Path, file: str, name: str, mapping: Mapping[str, str], reader: Reader[Value]) -> Sheet[Value]:
    """Return a table as a reader reads its rows.

    A second row of an id is refused and names the first. Rejected rows are salvaged when all others are read. A table
    without a file is empty.

    Raises:
        TableUnreadable: the file is no table, or a required column is missing.
    """
    sheet: Sheet[Value] = Sheet(name)
    if not file:
        return sheet
    table = read_rows(folder / file)
    headings = match_headings(name, file, table.header, mapping)
    sheet.places = headings.places
    _tell_of_file(sheet, file, table, headings.ignored)
    rejected: list[tuple[Row, Refused]] = []
    filled, shown = Filled(headings.places), [each for each in _SHOWN_TO_PEOPLE if each in headings.places]
    for line, cells, problem in table.lines:
        sheet.rows += 1
        row = Row(line, cells, headings.places)
        try:
            if problem:
                raise BadRow("", " | ".join(cells), problem)
            sheet.put(*reader.read(row), line)
            filled.look_at(cells)
            sheet.refused += (refused(file, line, *each, what="value") for each in row.left_out)
            sheet.unread += _unread(name, row, reader.subject, [each[:2] for each in row.left_out])
            sheet.refused += _hidden(file, row, shown)
        except BadRow as bad:
            why = refused(file, line, bad.column, bad.value, bad.expected)
            sheet.refused.append(why)
            padded = [*cells, *[""] * len(table.header)][: max(len(cells), len(table.header))]
            lenient = Row(line, padded, headings.places, lenient=True, is_whole=not problem)
            # Where cells are missing or too many, nobody knows which is which.
            subject = "" if problem and reader.subject != "id" else reader.subject
            sheet.unread += _unread(name, lenient, subject, [(bad.column, bad.value)])
            if not problem or reader.subject == "id":
                rejected.append((lenient, why))
    sheet.filled = filled.columns
    for lenient, why in rejected:
        sheet.salvage(reader, lenient, why)
    return sheet


def _hidden(file: str, row: Row, columns: Iterable[str]) -> Iterator[Refused]:
    """Yield what shows nothing in the names and texts of a row; they stay as they are, and screening reads past it."""
    for column in columns:
        text = row.text(column)
        if not text.isascii() and visible(text) != text:
            found = ", ".join(hidden_characters(text)[:5])
            expected = f"text without hidden characters ({found}); it is used as it is"
            yield refused(file, row.line, column, visible(text), expected, what="value")


def _unread(table: str, row: Row, subject: str, cells: Iterable[tuple[str, str]]) -> Iterator[Unread]:
    party = row.text(subject) if subject else ""
    for column, value in cells:
        yield Unread(table, column, value, party if _is_key(party) else "")


def _is_key(text: str) -> bool:
    try:
        return bool(key(text))
    except Unusable:
        return False


def _read(column: str, read: Callable[[str], Value], text: str) -> Value:
    try:
        return read(text)
    except Unusable as error:
        raise BadRow(column, text, str(error)) from None


def _tell_of_file(sheet: Sheet[Value], file: str, table: Table, ignored: tuple[str, ...]) -> None:
    sheet.sha256 = table.sha256
    if table.guessed is not None:
        encoding, line = table.guessed
        sheet.refused.append(refused(file, line, "", f"read as {encoding}", "UTF-8; names may be wrong", what="value"))
    told = list(filter(None, ignored))
    if len(told) > _MOST_HEADINGS:
        rest = f"{len(told) - _MOST_HEADINGS:,} further headings"
        sheet.refused.append(refused(file, 1, "", rest, f"columns of {sheet.name}; ignored", what="value"))
    for heading in told[:_MOST_HEADINGS]:
        sheet.refused.append(refused(file, 1, heading, heading, f"a column of {sheet.name}; ignored", what="value"))


def refused(
    file: str, line: int, column: str, value: str, expected: str, what: Literal["row", "value"] = "row"
) -> Refused:
    """Return what was left out with its place, a long value cut."""
    return Refused(file=file, line=line, column=column, value=value[:_LONGEST_SHOWN], expected=expected, what=what)
