"""What all rows of a table say of how its days and amounts are written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from evenhand.intake.values.notations import (
    DAY_COLUMNS,
    MONEY_COLUMNS,
    DayOrder,
    Decimals,
    Evidence,
    Notation,
    amount_evidence,
    day_evidence,
    notation_of,
    read_alike,
)
from evenhand.store.table_rows import Line, NumberText, batches

_REMEMBERED: Final = 1 << 13  # texts of a column
# An amount says the same with other digits, as long as it begins with nought or does not.
_SAME_DIGITS = bytes.maketrans(b"123456789", b"1" * 9)


def find_notation(
    places: Mapping[str, int], again: Callable[[], Iterable[Line]], dates: DayOrder, decimals: Decimals
) -> Notation:
    """Return how the columns of days and amounts are written, from all rows; `dates` and `decimals` are settings."""
    return notation_of(find_evidence(places, again()), dates, decimals)


def find_evidence(places: Mapping[str, int], rows: Iterable[Line]) -> Evidence:
    """Return what some rows say of the columns of days and amounts; of whole rows alone."""
    found = ColumnEvidence(places)
    if found.by_column:
        for several in batches(rows):
            found.look_at(several)
    return found.by_column


class ColumnEvidence:
    """What the rows of a table say of its columns of days and amounts, besides what is `known` of them."""

    def __init__(self, places: Mapping[str, int], known: Evidence | None = None) -> None:
        self._days = {column: place for column, place in places.items() if column in DAY_COLUMNS}
        self._amounts = {column: place for column, place in places.items() if column in MONEY_COLUMNS}
        self._seen: dict[str, set[str]] = {column: set() for column in (*self._days, *self._amounts)}
        self._known = known or {}
        self.by_column: dict[str, set[str]] = {column: {*self._known.get(column, ())} for column in self._seen}

    def look_at(self, rows: Sequence[Line]) -> None:
        """Look at the cells of rows that are whole."""
        whole = [line.cells for line in rows if not line.problem]
        for column, place in self._days.items():
            self._add(column, {cells[place].strip() for cells in whole}, day_evidence)
        for column, place in self._amounts.items():
            self._add(column, amount_forms([cells[place] for cells in whole]), amount_evidence)

    @property
    def is_as_known(self) -> bool:
        """Return whether cells are read by all that was said as by what was known."""
        return read_alike(self.by_column, self._known)

    def rows_as_known(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield rows and look at them, up to those by which cells are to be read otherwise than by what was known."""
        for several in batches(lines):
            self.look_at(several)
            if not self.is_as_known:
                return
            yield from several

    def _add(self, column: str, texts: set[str], evidence_of: Callable[[str], str]) -> None:
        seen = self._seen[column]
        if len(seen) >= _REMEMBERED:
            seen.clear()
        new = texts - seen
        seen |= new
        self.by_column[column].update(map(evidence_of, new))


def amount_forms(cells: Sequence[str]) -> set[str]:
    """Return texts that say of a column what all of its cells say, most of them once.

    >>> sorted(amount_forms(["1.234,56 €", "9.876,54 €", "0,5"]))
    ['0,1', '1.111,11 €']
    """
    texts = [cell for cell in cells if type(cell) is not NumberText]
    forms = (
        "\n".join(texts)
        .encode(errors="surrogatepass")
        .translate(_SAME_DIGITS)
        .decode(errors="surrogatepass")
        .split("\n")
    )
    found = set(forms) if len(forms) == len(texts) else set(texts)
    return found if len(texts) == len(cells) else found | {""}
