"""Rows whose cells need no care, read column by column: each distinct text of a column is understood once.

What a cell becomes is what the reader of rows makes of it alone, with the values that it leaves out. A row with a cell
that it would reject, or of which it shows what is hidden, is not read here, but by that reader, which can read every
row and is the plain twin.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from operator import is_
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec

from evenhand.intake.quick_cells import quick_text
from evenhand.intake.row import BadRow, Row
from evenhand.intake.values.person_names import PARTS
from evenhand.model.visible_text import visible
from evenhand.store.table_rows import Line, NumberText

Value = TypeVar("Value", bound=msgspec.Struct)
Plainly = Mapping[str, Callable[[str], str]]
LeftOut = tuple[str, str, str]

SHOWN_TO_PEOPLE: Final = ("id", "name", *PARTS, "alias", "owner_name", "owners", "agency", "text")
"""Columns in which what shows nothing is listed."""
_REMEMBERED: Final = 1 << 13  # texts of a field: dates, codes and countries repeat


class _Care(tuple[()]):
    """Empty, so that what joins the parts of a field need not look for it."""

    __slots__ = ()


NEEDS_CARE: Final = _Care()
"""What a cell becomes that only the reader of rows can read."""
_needs_care = partial(is_, NEEDS_CARE)


class Field(NamedTuple):
    """A field of a record: the columns that it is made of, and how a row gives it.

    Columns may depend on which ones the file has. `quick` reads most cells where it has only one of them, the one that
    it is `quick_for` if that is not any; it gives None where `read` must be asked. A field with `parts` has the columns
    of these: `join` gives what `read` does from what each of them becomes, or `NEEDS_CARE`.
    """

    columns: tuple[str, ...] | Callable[[Container[str]], tuple[str, ...]]
    read: Callable[[Row], Any]
    quick: Callable[[str], Any] | None = None
    quick_for: str = ""
    parts: "tuple[Field, ...]" = ()
    join: Callable[..., Any] | None = None


def text_field(column: str) -> Field:
    """Return the field of a text that is taken as it is."""
    return Field((column,), lambda row: row.text(column), quick_text)


def joined_field(parts: tuple[Field, ...], join: Callable[..., Any]) -> Field:
    """Return a field that is joined of parts, whatever they are."""
    return Field((), lambda row: join(*(part.read(row) for part in parts)), parts=parts, join=join)


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
        cells = {name: _cells_of(field, places, plainly) for name, field in fields.by_name.items()}
        self._columns = {name: each for name, each in cells.items() if each.places}
        self._absent = {name: each.absent for name, each in cells.items() if not each.places}
        self._never = any(map(_needs_care, self._absent.values()))
        usual = {each.name: each.default for each in msgspec.structs.fields(fields.record)}
        self._absent = {name: value for name, value in self._absent.items() if value != usual[name]}

    def read(self, lines: Sequence[Line]) -> Iterator[tuple[Value | None, Sequence[LeftOut]]]:
        """Yield of each row its record, None where it needs care, and its values that are left out."""
        whole = [line.cells for line in lines if not line.problem]
        if self._never or not whole:
            return zip(repeat(None, len(lines)), repeat(()))
        read = self._read(whole)
        if len(whole) == len(lines):
            return read
        return ((None, ()) if line.problem else next(read) for line in lines)

    def _read(self, rows: Sequence[Sequence[str]]) -> Iterator[tuple[Value | None, Sequence[LeftOut]]]:
        columns, marks = list(zip(*rows, strict=True)), _Marks([True] * len(rows), defaultdict(list))
        fields = [cells.read_all(columns, marks) for cells in self._columns.values()]
        record, names = self._record, (*self._columns, *self._absent)
        absent = (repeat(value, len(rows)) for value in self._absent.values())
        records = [
            record(**dict(zip(names, values, strict=True))) if is_clean else None
            for values, is_clean in zip(zip(*fields, *absent, strict=True), marks.clean, strict=True)
        ]
        left_out = marks.left_out
        return zip(records, [left_out.get(at, ()) for at in range(len(rows))], strict=True)


class _Marks(NamedTuple):
    """Of some rows: whether each is clean, and the values that are left out of it, by its place."""

    clean: list[bool]
    left_out: dict[int, list[LeftOut]]


def _cells_of(field: Field, places: Mapping[str, int], plainly: Plainly) -> "_Cells | _Joined":
    return _Joined(field, places, plainly) if field.parts else _Cells(field, places, plainly)


class _Joined:
    """What the parts of a field become, joined."""

    def __init__(self, field: Field, places: Mapping[str, int], plainly: Plainly) -> None:
        assert field.join is not None, "a field with parts says how they are joined"
        self._join, self._parts = field.join, [_cells_of(part, places, plainly) for part in field.parts]
        self.places: list[int] = [place for part in self._parts for place in part.places]
        self.absent: Any = None if self.places else self._join(*(part.absent for part in self._parts))

    def read_all(self, columns: Sequence[Sequence[str]], marks: _Marks) -> list[Any]:
        """Return the field of each row, and mark what the parts mark."""
        found = list(map(self._join, *(part.read_all(columns, marks) for part in self._parts)))
        if any(map(_needs_care, found)):
            _mark_care(found, marks)
        return found


class _Cells(dict[Any, Any]):
    """What the texts of a field's cells become; remembers those that it has met."""

    def __init__(self, field: Field, places: Mapping[str, int], plainly: Plainly) -> None:
        columns = field.columns if isinstance(field.columns, tuple) else field.columns(places)
        columns = tuple(each for each in columns if each in places)
        self.places: list[int] = [places[each] for each in columns]
        self._field, self._plainly = field, plainly
        self._at = {column: at for at, column in enumerate(columns)}
        self._shown = [each for each in SHOWN_TO_PEOPLE if each in columns]
        self._quick = field.quick if len(columns) == 1 and field.quick_for in ("", columns[0]) else None
        self._left_out: dict[Any, Sequence[LeftOut]] = {}
        self._need_care = False
        self.absent: Any = None if self.places else self._read([])[0]

    def read_all(self, columns: Sequence[Sequence[str]], marks: _Marks) -> list[Any]:
        """Return the field of each row; mark one that needs care as not clean, and note what is left out of it."""
        if len(self) >= _REMEMBERED:
            self.clear()
            self._left_out.clear()
        self._need_care = False
        mine = [columns[place] for place in self.places]
        keys: Sequence[Any] = mine[0] if len(mine) == 1 else list(zip(*mine, strict=True)) or [()] * len(marks.clean)
        if any(NumberText in set(map(type, column)) for column in mine):
            return self._read_numbers(list(zip(*mine, strict=True)), marks)
        if self._quick is not None:
            found = [
                self[key] if value is None else value for value, key in zip(map(self._quick, keys), keys, strict=True)
            ]
        else:
            found = list(map(self.__getitem__, keys))
        if self._left_out:
            for at, key in enumerate(keys):
                if key in self._left_out:
                    marks.left_out[at] += self._left_out[key]
        if self._need_care:
            _mark_care(found, marks)
        return found

    def _read_numbers(self, rows: Sequence[Sequence[str]], marks: _Marks) -> list[Any]:
        """Return the field of rows of which some cells are typed: no key tells a number from the same text."""
        found = []
        for at, cells in enumerate(rows):
            value, left_out = self._read(cells)
            found.append(value)
            if left_out:
                marks.left_out[at] += left_out
        _mark_care(found, marks)
        return found

    def __missing__(self, key: Any) -> Any:
        """Return what a text becomes, or the texts of several columns."""
        value, left_out = self._read([key] if len(self.places) == 1 else key)
        if value is NEEDS_CARE:
            self._need_care = True
            return value
        if left_out:
            self._left_out[key] = left_out
        self[key] = value
        return value

    def _read(self, cells: Sequence[str]) -> tuple[Any, Sequence[LeftOut]]:
        """Return what the reader of rows makes of the field's cells, and what it leaves out of them."""
        row = Row(0, cells, self._at, self._plainly)
        try:
            value = self._field.read(row)
        except BadRow:
            return NEEDS_CARE, ()
        is_hidden = any(_hides(row.text(column)) for column in self._shown)
        return (NEEDS_CARE, ()) if is_hidden else (value, row.left_out)


def _mark_care(found: Sequence[Any], marks: _Marks) -> None:
    marks.clean[:] = [was and value is not NEEDS_CARE for was, value in zip(marks.clean, found, strict=True)]


def _hides(text: str) -> bool:
    return not text.isascii() and visible(text) != text
