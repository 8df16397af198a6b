"""One row of a table, read column by column; what cannot be used is kept beside it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, TypeVar

from evenhand.intake.columns import number_schemes
from evenhand.intake.values.bid_keys import bundle_values, seat_values
from evenhand.intake.values.cells import NO_AMOUNTS, NO_NAMES_IN_ANY_CASE, PLACEHOLDERS, Unusable, list_values
from evenhand.intake.values.notations import MONEY_COLUMNS
from evenhand.intake.values.person_names import PARTS, full_name
from evenhand.intake.values.websites import account_values, website_values
from evenhand.store.table_rows import NumberText

Value = TypeVar("Value")
Default = TypeVar("Default")

# Columns of hosts, apps, countries, register numbers, dates and kinds of content.
_MAY_SAY_NOTHING = frozenset({
    "domains", "landing_url", "website", "country", "owner_country", "territories", "identifiers", "accounts",
    "birth_date", "first_seen", "verified_on", "verified_until", "as_of", "until", "starts", "ends", "legal_form",
    "content", "owners", "bundles",
    *number_schemes(),
})  # fmt: skip
_VALUES_IN: Final[Mapping[str, Callable[[str], list[str]]]] = {
    "domains": website_values, "website": website_values, "accounts": account_values, "account": account_values,
    "bundles": bundle_values, "seats": seat_values,
}  # fmt: skip
NOTHING_SAID: Final[Mapping[str, Set[str]]] = dict.fromkeys(_MAY_SAY_NOTHING, PLACEHOLDERS) | dict.fromkeys(
    MONEY_COLUMNS, NO_AMOUNTS
)
"""What stands for no value, casefolded, by column."""
COUNTS_AS_POLITICAL: Final = "counts as political"
"""In what was expected of a cell that its row contradicts: nothing is unread of it, the stricter of both is taken."""


class BadRow(Exception):
    """A cell that the row cannot do without is unusable."""

    def __init__(self, column: str, value: str, expected: str) -> None:
        super().__init__(column, value, expected)
        self.column, self.value, self.expected = column, value, expected

    @property
    def where(self) -> tuple[str, str, str]:
        """Return column, value and what was expected."""
        return self.column, self.value, self.expected


class Row:
    """One row by our columns. An absent column reads as an empty cell; values left out go to `left_out`.

    A `lenient` row is one that was rejected: an unusable cell goes to `faults`, so that the rest can be read. It
    `is_whole` unless it has more or fewer cells than the heading, so that some may be under the wrong one.
    """

    __slots__ = ("_cells", "_has_parts", "_places", "_plainly", "faults", "is_whole", "left_out", "lenient", "line")

    def __init__(
        self,
        line: int,
        cells: Sequence[str],
        places: Mapping[str, int],
        plainly: Mapping[str, Callable[[str], str]] | None = None,
        *,
        lenient: bool = False,
        is_whole: bool = True,
    ) -> None:
        self.line, self._cells, self._places, self._plainly = line, cells, places, plainly or {}
        self.lenient, self.is_whole, self._has_parts = lenient, is_whole, "last_name" in places
        self.left_out: list[tuple[str, str, str]] = []
        self.faults: list[BadRow] = []

    def as_lenient(self, width: int = 0, *, is_whole: bool = True) -> "Row":
        """Return the row as one that was rejected, filled up with empty cells to a width."""
        cells = [*self._cells, *[""] * (width - len(self._cells))]
        return Row(self.line, cells, self._places, self._plainly, lenient=True, is_whole=is_whole)

    @property
    def cells(self) -> Iterable[str]:
        """Return all cells of the row, of columns that are not ours too."""
        return self._cells

    def has(self, column: str) -> bool:
        """Return whether the file has the column."""
        return column in self._places

    def has_any(self, columns: Set[str]) -> bool:
        """Return whether the file has one of some columns."""
        return not columns.isdisjoint(self._places)

    def text(self, column: str) -> str:
        """Return the cell, trimmed; ``""`` where the column is absent, or something stands for no value in it.

        A name is put together of a person's first and last name where its own cell is empty.
        """
        if self._has_parts and (column == "name" or column in PARTS):
            return self._named(column, self.own(column))
        place = self._places.get(column)
        if place is None:
            return ""
        text = self._cells[place].strip()
        nothing = NOTHING_SAID.get(column)
        return "" if text and nothing and text.casefold() in nothing else text

    def _named(self, column: str, text: str) -> str:
        is_empty = not text or text.casefold() in NO_NAMES_IN_ANY_CASE
        if column in PARTS:
            return "" if is_empty else text
        return (full_name(*map(self.text, PARTS)) or text) if is_empty else text

    @property
    def is_named_as_person(self) -> bool:
        """Return whether the row has no name but the parts of a person's, a first name among them."""
        return self._has_parts and bool(self.text("first_name")) and self.text("name") != self.own("name")

    def own(self, column: str) -> str:
        """Return the cell itself, trimmed; a name is not put together of its parts."""
        place = self._places.get(column)
        return "" if place is None else self._cells[place].strip()

    def needed(self, column: str, read: Callable[[str], Value]) -> Value:
        """Return the value of a required cell; an empty or unusable one refuses the row, a lenient one too."""
        text = self.text(column)
        if not text:
            raise BadRow(column, "", "a value")
        return self._read(column, read, text)

    def required(self, column: str, read: Callable[[str], Value], instead: Value) -> Value:
        """Return the value of a required cell as `needed` does; in a lenient row `instead` of an unusable one."""
        try:
            return self.needed(column, read)
        except BadRow as bad:
            if not self.lenient:
                raise
            self.faults.append(bad)
            return instead

    def refuse(self, column: str, expected: str) -> None:
        """Refuse the row for a value that does not fit the others; a lenient row notes it."""
        bad = BadRow(column, self.text(column), expected)
        if not self.lenient:
            raise bad
        self.faults.append(bad)

    def optional(self, column: str, read: Callable[[str], Value], empty: Default) -> Value | Default:
        """Return the value of a cell, `empty` where there is none; an unusable one refuses the row."""
        text = self.text(column)
        if not text:
            return empty
        try:
            return self._read(column, read, text)
        except BadRow as bad:
            if not self.lenient:
                raise
            self.faults.append(bad)
            return empty

    def supporting(self, column: str, read: Callable[[str], Value], empty: Default) -> Value | Default:
        """Return the value of a cell that the row can do without; an unusable one is left out and listed."""
        return next(iter(self._usable(column, [self.text(column)], read)), empty)

    def several(self, column: str, read: Callable[[str], Value | None]) -> tuple[Value, ...]:
        """Return the values of a list cell, each once; unusable ones are left out and listed, None is another's."""
        texts = self.texts(column)
        return tuple(dict.fromkeys(each for each in self._usable(column, texts, read) if each is not None))

    def texts(self, column: str) -> list[str]:
        """Return the texts of a list cell's values, separated by `;`, a line break, or as those of its column are."""
        text = self.text(column)
        return _VALUES_IN.get(column, list_values)(text) if text else []

    def values_in(self, column: str) -> Iterator[str]:
        """Yield the texts of a list cell's values, trimmed, without those that stand for no value."""
        return self._filled(column, self.texts(column))

    def _filled(self, column: str, texts: list[str]) -> Iterator[str]:
        for text in filter(None, map(str.strip, texts)):
            if not (len(texts) > 1 and column in _MAY_SAY_NOTHING and text.casefold() in PLACEHOLDERS):
                yield text

    def _usable(self, column: str, texts: list[str], read: Callable[[str], Value]) -> Iterator[Value]:
        for text in self._filled(column, texts):
            try:
                yield read(self._plain(column, text))
            except Unusable as error:
                self.left_out.append((column, text, str(error)))

    def _read(self, column: str, read: Callable[[str], Value], text: str) -> Value:
        try:
            return read(self._plain(column, text))
        except Unusable as error:
            raise BadRow(column, text, str(error)) from None

    def _plain(self, column: str, text: str) -> str:
        """Return a cell's text as its kind of value is written plainly, whatever this file's way of writing it."""
        plainly = self._plainly.get(column)
        if plainly is None or isinstance(self._cells[self._places[column]], NumberText):
            return text
        return plainly(text)


def every_fault(
    first: BadRow, row: Row, read: Callable[[Row], object]
) -> tuple[list[BadRow], list[tuple[str, str, str]]]:
    """Return all faults of a rejected row, that which rejected it first, and its values that are left out besides.

    `row` is the rejected row as a lenient one, `read` its reader.
    """
    try:
        read(row)
    except BadRow as bad:
        row.faults.append(bad)
    others = {fault.column: fault for fault in row.faults if fault.column != first.column}
    return [first, *others.values()], row.left_out
