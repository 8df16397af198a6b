"""Rows whose cells need no care, read column by column: each distinct text of a column is understood once.

What a cell becomes is what the reader of rows makes of it alone. A row with a cell that it would reject, leave out or
list is not read here, but by that reader, which can read every row and is the plain twin.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec

from evenhand.intake.row import BadRow, Row
from evenhand.intake.values.cells import NO_NAMES, NO_NAMES_IN_ANY_CASE, PLACEHOLDERS, Unusable
from evenhand.intake.values.person_names import PARTS
from evenhand.model.visible_text import visible
from evenhand.store.table_rows import Line, NumberText

Value = TypeVar("Value", bound=msgspec.Struct)
Read = TypeVar("Read")
Plainly = Mapping[str, Callable[[str], str]]

SHOWN_TO_PEOPLE: Final = ("id", "name", *PARTS, "alias", "owner_name", "agency", "text")
"""Columns in which what shows nothing is listed."""
_REMEMBERED: Final = 1 << 13  # texts of a field: dates, codes and countries repeat
_CARE: Final = object()
_KEY = re.compile(r"[!-*,-~]+")  # a plus sign may be in a number that a spreadsheet has cut
_NAME = re.compile(r"[A-Za-z][ -~]*[!-~]")
_AMOUNT = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?")


class Field(NamedTuple):
    """A field of a record: the columns that it is made of, and how a row gives it.

    Columns may depend on which ones the file has. `quick` reads most cells where it has only one of them, the one that
    it is `quick_for` if that is not any; it gives None where `read` must be asked.
    """

    columns: tuple[str, ...] | Callable[[Container[str]], tuple[str, ...]]
    read: Callable[[Row], Any]
    quick: Callable[[str], Any] | None = None
    quick_for: str = ""


def quick_key(text: str) -> str | None:
    """Return an id of printable ASCII characters as it is."""
    return text if _KEY.fullmatch(text) else None


def quick_name(text: str) -> str | None:
    """Return a name of printable ASCII characters that begins with a letter as it is."""
    is_name = _NAME.fullmatch(text) and text not in NO_NAMES and text.casefold() not in NO_NAMES_IN_ANY_CASE
    return text if is_name else None


def quick_text(text: str) -> str | None:
    """Return an ASCII text without blanks around it as it is."""
    return text if text.isascii() and text == text.strip() else None


def quick_micros(text: str) -> int | None:
    """Return an amount in the network's own currency in micros, as `cells.money` does.

    >>> quick_micros("1566.05"), quick_micros("1,50"), quick_micros("7 USD")
    (1566050000, None, None)
    """
    found = _AMOUNT.fullmatch(text)
    return int(found[1] + (found[2] or "").ljust(2, "0")) * 10_000 if found else None


def quick_host(read: Callable[[str], Read]) -> Callable[[str], Read | None]:
    """Return what reads a cell of one host as it is, if `read` can use it."""

    def quick(text: str) -> Read | None:
        if not text.isascii() or text.casefold() in PLACEHOLDERS or text != text.strip() or ";" in text:
            return None
        try:
            return read(text)
        except Unusable:
            return None

    return quick


def text_field(column: str) -> Field:
    """Return the field of a text that is taken as it is."""
    return Field((column,), lambda row: row.text(column), quick_text)


@dataclass(frozen=True)
class Fields(Generic[Value]):
    """How the rows of a table become records of a type: its fields by name, in the order in which they are read."""

    record: type[Value]
    by_name: Mapping[str, Field]

    def read(self, row: Row) -> tuple[str, Value]:
        """Return the id and record of any row, or refuse it."""
        values = {name: field.read(row) for name, field in self.by_name.items()}
        return values["id"], self.record(**values)


class CleanRows(Generic[Value]):
    """Reads those rows of one table that need no care."""

    def __init__(self, fields: Fields[Value], places: Mapping[str, int], plainly: Plainly) -> None:
        self._record = fields.record
        cells = {name: _Cells(field, places, plainly) for name, field in fields.by_name.items()}
        self._columns = {name: each for name, each in cells.items() if each.places}
        self._absent = {name: each.read([]) for name, each in cells.items() if not each.places}
        self._never = _CARE in self._absent.values()
        usual = {each.name: each.default for each in msgspec.structs.fields(fields.record)}
        self._absent = {name: value for name, value in self._absent.items() if value != usual[name]}

    def read(self, lines: Sequence[Line]) -> list[Value | None]:
        """Return the record of each row, None where it needs care."""
        whole = [line.cells for line in lines if not line.problem]
        if self._never or not whole:
            return [None] * len(lines)
        records = self._records(whole)
        return [None if line.problem else next(records) for line in lines]

    def _records(self, rows: Sequence[Sequence[str]]) -> Iterator[Value | None]:
        columns, clean = list(zip(*rows, strict=True)), [True] * len(rows)
        fields = [cells.read_all(columns, clean) for cells in self._columns.values()]
        record, names, absent = self._record, tuple(self._columns), self._absent
        for values, is_clean in zip(zip(*fields, strict=True), clean, strict=True):
            yield record(**absent, **dict(zip(names, values, strict=True))) if is_clean else None


class _Cells(dict[Any, Any]):
    """What the texts of a field's cells become; remembers those that it has met."""

    def __init__(self, field: Field, places: Mapping[str, int], plainly: Plainly) -> None:
        columns = field.columns if isinstance(field.columns, tuple) else field.columns(places)
        columns = tuple(each for each in columns if each in places)
        self.places = [places[each] for each in columns]
        self._field, self._plainly = field, plainly
        self._at = {column: at for at, column in enumerate(columns)}
        self._shown = [each for each in SHOWN_TO_PEOPLE if each in columns]
        self._quick = field.quick if len(columns) == 1 and field.quick_for in ("", columns[0]) else None
        self._need_care = False

    def read_all(self, columns: Sequence[Sequence[str]], clean: list[bool]) -> list[Any]:
        """Return the field of each row; a row that needs care is not `clean` any more."""
        self._need_care = False
        mine = [columns[place] for place in self.places]
        if NumberText in set(chain.from_iterable(map(type, column) for column in mine)):
            found = list(map(self.read, zip(*mine, strict=True)))  # no key tells a number from the same text
        elif self._quick is not None:
            quick = map(self._quick, mine[0])
            found = [self[text] if value is None else value for value, text in zip(quick, mine[0], strict=True)]
        else:
            found = list(map(self.__getitem__, mine[0] if len(mine) == 1 else zip(*mine, strict=True)))
        if self._need_care:
            clean[:] = [was and value is not _CARE for was, value in zip(clean, found, strict=True)]
        return found

    def __missing__(self, key: Any) -> Any:
        """Return what a text becomes, or the texts of several columns."""
        value = self.read([key] if len(self.places) == 1 else key)
        if value is not _CARE:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[key] = value
        return value

    def read(self, cells: Sequence[str]) -> Any:
        """Return what the reader of rows makes of the field's cells, `_CARE` if it has anything to say of them."""
        row = Row(0, cells, self._at, self._plainly)
        try:
            value = self._field.read(row)
        except BadRow:
            value = _CARE
        if row.left_out or any(_hides(row.text(column)) for column in self._shown):
            value = _CARE
        self._need_care |= value is _CARE
        return value


def _hides(text: str) -> bool:
    return not text.isascii() and visible(text) != text
