"""What advertisers did, row by row: tables of events and bids, and of the control that accounts declared.

Rows are read one after the other, so that a table of any size takes little memory; what was left out is known once
all are read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from evenhand.intake.act_times import EARLIEST, LATEST, day_order, fault_of_second, read_time
from evenhand.intake.headings import column_called, match_headings
from evenhand.intake.object_names import NO_THING, NoObject, checked_objects
from evenhand.intake.rejected_input import refused
from evenhand.intake.table_source import Source
from evenhand.intake.values import cells
from evenhand.intake.values.notations import AMBIGUOUS_DAY
from evenhand.model.coordination import OBJECT_TYPES
from evenhand.model.errors import TableUnreadable
from evenhand.model.hosts import Suffixes
from evenhand.model.run import Refused
from evenhand.store.table_rows import NestedValues
from evenhand.store.tables import Line, Table

LONGEST_ID: Final = 2_048
MOST_LISTED: Final = 10_000
_NUMBER = re.compile(r"(-?\d{1,20})(?:\.\d*)?")
_NO_CONTROL: Final = (cells.PLACEHOLDERS - {"x"}) | NO_THING | {"0", "0.0", "na", "no", "false"}
_ONE_ORDER = (
    "a date that can be read in one way only: write it as YYYY-MM-DD, or set `dates` to dmy or mdy in [intake] of"
    " evenhand.toml"
)
_WITHOUT_ZONE = "times without a zone, read as UTC"


class Event(NamedTuple):
    """One act: who did what when; `ts` are seconds since 1970 UTC."""

    account_id: str
    object_type: str
    object_id: str
    ts: int
    content_id: str


class Bid(NamedTuple):
    """One bid: `ts` are seconds since 1970 UTC, the others as OpenRTB spells them."""

    ts: int
    adomain: str
    cid: str
    crid: str
    seat: str


class _Unusable(Exception):
    """A cell cannot be used: its column, value and what was expected."""


class RowReader:
    """A table that is read once, row by row; afterwards it knows what was left out of it.

    Of rejected rows 10,000 are listed, the others counted. `notes` are sentences on what a person should look at.
    """

    def __init__(self, source: Source) -> None:
        self._table = source.read()
        self._places, self._file = _places_of(source, self._table), source.file
        self._used = {self._table.header[place] for place in self._places.values()}
        self.same = same_in_all_rows(source)
        self.sha256, self.rows, self.rejected = self._table.sha256, 0, 0
        self._listed: list[Refused] = []
        self._zoned: tuple[bool, int] | None = None
        self._differing = 0
        self._dates, self._orders = source.dates, dict[str, str]()

    @property
    def refused(self) -> tuple[Refused, ...]:
        """Return what was left out."""
        beyond = self.rejected - len(self._listed)
        if beyond <= 0:
            return tuple(self._listed)
        more = refused(self._file, 0, "", f"{beyond:,} further rows", "rows like those listed above", "row")
        return (*self._listed, more)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what a person should look at besides."""
        without = (_WITHOUT_ZONE,) if self._zoned is not None and not self._zoned[0] else ()
        rows = "1 row has" if self._differing == 1 else f"{self._differing:,} rows have"
        two = (f"{rows} another moment in `ts` than in `at`; `at` counts",) if self._differing else ()
        return tuple(f"{self._file}: {each}" for each in (*without, *two))

    def events(self, suffixes: Suffixes, lines: Iterable[Line] | None = None) -> Iterator[Event]:
        """Yield the acts of a table of events, or of those of its lines alone: a list of objects is an act on each."""
        self.check_times()
        for row, line in self._read(lines):
            try:
                kind = _kind(row.get("object_type", ""))
                account, objects = _id(row, "account_id"), _objects(kind, _id(row, "object_id"), suffixes)
                ts, content = self._moment(row, line), _id(row, "content_id", required=False)
                yield from (Event(account, kind, each, ts, content) for each in objects)
            except _Unusable as bad:
                self._reject(line, *bad.args)

    def check_times(self) -> None:
        """Refuse a table of events without a column of times.

        Raises:
            TableUnreadable: there is none.
        """
        if not {"ts", "at"} & self._places.keys():
            raise _no_time(self._file, self._table.header)

    @property
    def places(self) -> Mapping[str, int]:
        """Return where each column that is known stands."""
        return self._places

    @property
    def zoned(self) -> tuple[bool, int] | None:
        """Return whether the times of the table have a zone, and the line that says so; None before there is one."""
        return self._zoned

    def add_good(self, rows: int, differing: int, zoned: tuple[bool, int] | None) -> None:
        """Count rows that somebody else has read: how many, of how many `ts` and `at` differ, what zone they have."""
        self.rows, self._differing, self._zoned = self.rows + rows, self._differing + differing, zoned

    def bids(self) -> Iterator[Bid]:
        """Yield the rows of a log of bids."""
        for row, line in self._read():
            try:
                named = (_id(row, column, required=False) for column in ("adomain", "cid", "crid", "seat"))
                yield Bid(self._second(row, "time", line), *named)
            except _Unusable as bad:
                self._reject(line, *bad.args)

    def controls(self) -> Iterator[tuple[str, str, int]]:
        """Yield account, control and line of a table of declared control."""
        for row, line in self._read():
            try:
                account, control = _id(row, "account_id"), _id(row, "control_id")
                if is_no_control(control):
                    raise _Unusable("control_id", control, "the id of a control, not a mark of nothing")
                yield account, control, line
            except _Unusable as bad:
                self._reject(line, *bad.args)

    def _read(self, lines: Iterable[Line] | None = None) -> Iterator[tuple[Mapping[str, str], int]]:
        places = tuple(self._places.items())
        for line, texts, problem in self._table.lines if lines is None else lines:
            self.rows += 1
            fault = self._fault(problem)
            if fault:
                self._reject(line, "", " | ".join(texts), fault)
            else:
                yield {column: texts[place].strip() for column, place in places} | self.same, line

    def _fault(self, problem: str) -> str:
        """Return what is wrong with a row: of values that hold objects only those that are used count."""
        if not isinstance(problem, NestedValues):
            return problem
        used = tuple(name for name in problem.names if name in self._used)
        return NestedValues(used) if used else ""

    def _reject(self, line: int, column: str, value: str, expected: str) -> None:
        self.rejected += 1
        if len(self._listed) < MOST_LISTED:
            self._listed.append(refused(self._file, line, column, value, expected))

    def _moment(self, row: Mapping[str, str], line: int) -> int:
        """Return when an act was, by `at` where there is one, and count rows of which `ts` says something else."""
        if not row.get("at"):
            return self._second(row, "ts", line)
        second, other = self._second(row, "at", line), row.get("ts", "")
        number = _NUMBER.fullmatch(other)
        self._differing += bool(other) and other != row["at"] and (number is None or int(number[1]) != second)
        return second

    def _second(self, row: Mapping[str, str], column: str, line: int) -> int:
        """Return a cell's second since 1970; every time of a table has a zone, or none has."""
        text = row.get(column, "")
        if not text:
            raise _Unusable(column, "", "a time")
        number = _NUMBER.fullmatch(text)
        if number is not None:
            return _checked_second(column, text, int(number[1]))
        at = self._time(column, text)
        zoned = at.tzinfo is not None
        known, first = self._zoned = self._zoned or (zoned, line)
        if zoned != known:
            raise _Unusable(column, text, f"a time {'with' if known else 'without'} a zone, as in line {first}")
        second = int((at if zoned else at.replace(tzinfo=UTC)).timestamp())
        if not EARLIEST <= second < LATEST:
            raise _Unusable(column, text, "a time from 1990 to 2099")
        return second

    def _time(self, column: str, text: str) -> datetime:
        """Return the time in a cell; whether its day or its month comes first, all rows of the column say."""
        try:
            return read_time(text, self._orders.get(column, self._dates))
        except cells.Unusable as error:
            if str(error) == AMBIGUOUS_DAY and column not in self._orders:
                place = self._places[column]
                rows = (line.cells[place].strip() for line in self._table.again() if not line.problem)
                self._orders[column] = day_order(rows)
                return self._time(column, text)
            raise _Unusable(column, text, str(error).replace(AMBIGUOUS_DAY, _ONE_ORDER)) from None


def places_of(source: Source) -> Mapping[str, int]:
    """Return where each column of a table of acts stands that the file has.

    Raises:
        TableUnreadable: the file is no table, or a required column is missing.
    """
    return _places_of(source, source.read())


def _places_of(source: Source, table: Table) -> Mapping[str, int]:
    header = (*table.header, *filter(_is_said_of_all, source.mapping.values()))  # as if the file had them
    headings = match_headings(source.name, source.file, header, source.mapping, table.heading_line)
    same = same_in_all_rows(source)
    return {column: place for column, place in headings.places.items() if column not in same}


def same_in_all_rows(source: Source) -> dict[str, str]:
    """Return by column what the settings say of all rows of a table of acts: `object_type = "= landing_url"`."""
    return {
        column_called(source.name, column) or column: text[1:].strip()
        for column, text in source.mapping.items()
        if _is_said_of_all(text)
    }


def _is_said_of_all(text: str) -> bool:
    return text.startswith("=") and bool(text[1:].strip())


def is_no_control(text: str) -> bool:
    """Return whether an id of a control, an agency or a payer says that there is none.

    >>> is_no_control("N/A"), is_no_control("0"), is_no_control("keine"), is_no_control("c-1")
    (True, True, True, False)
    """
    return text.strip().casefold() in _NO_CONTROL


def usable_account(text: str) -> str | None:
    """Return the account that a cell names, None where it cannot be used."""
    try:
        return _id({"account_id": text.strip()}, "account_id")
    except _Unusable:
        return None


def usable_object(kind: str, text: str, suffixes: Suffixes) -> tuple[str, str] | tuple[None, None]:
    """Return the kind and the name of the one object of two cells, None for both where they cannot be used."""
    kind = kind.strip()
    try:
        known, objects = _kind(kind), _objects(kind, _id({"object_id": text.strip()}, "object_id"), suffixes)
    except _Unusable:
        return None, None
    return (known, objects[0]) if len(objects) == 1 else (None, None)


def _kind(text: str) -> str:
    if text not in OBJECT_TYPES:
        raise _Unusable("object_type", text, f"one of {', '.join(sorted(OBJECT_TYPES))}")
    return text


def _objects(kind: str, text: str, suffixes: Suffixes) -> tuple[str, ...]:
    try:
        return checked_objects(kind, text, suffixes)
    except NoObject as error:
        raise _Unusable("object_id", text, str(error)) from None


def _checked_second(column: str, text: str, second: int) -> int:
    if fault := fault_of_second(second):
        raise _Unusable(column, text, fault)
    return second


def _id(row: Mapping[str, str], column: str, *, required: bool = True) -> str:
    text = row.get(column, "")
    if required and not text:
        raise _Unusable(column, "", "a value")
    if len(text) > LONGEST_ID:
        raise _Unusable(column, text, f"at most {LONGEST_ID:,} characters, not {len(text):,}")
    try:
        return cells.key(text)
    except cells.Unusable as error:
        raise _Unusable(column, text, str(error)) from None


def _no_time(file: str, header: tuple[str, ...]) -> TableUnreadable:
    return TableUnreadable(
        "has no column `ts` or `at`; found", where=file, line=1, got=", ".join(header),
        todo="name the column of times in [intake.columns.events] of evenhand.toml",
    )  # fmt: skip
