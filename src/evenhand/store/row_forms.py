"""Rows of a table as text: those with the same cells in some columns have one text, with gaps for their other cells."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from evenhand.model.visible_text import are_printable

Cell = str | int | float | date | None
GAP = "%s"
_MOST_FORMS = 1_000  # where each row has a form of its own, they are not kept for ever
_IS_EMPTY = "".__eq__
_TOGETHER = 128  # rows that are looked at in one go
_FILLED = ({str}, {int})  # kinds of cells that fill a gap as they are, where they hold something


class AlikeRows(NamedTuple):
    """Rows that are `cells` but for those at `places`, in which each of `own` has its own."""

    cells: Sequence[Cell]
    places: Sequence[int]
    own: Sequence[Sequence[Cell]]

    def rows(self) -> Iterator[list[Cell]]:
        """Yield each row whole."""
        for own in self.own:
            cells = list(self.cells)
            for place, cell in zip(self.places, own, strict=True):
                cells[place] = cell
            yield cells

    def first(self, rows: int) -> "AlikeRows":
        """Return the first so many rows."""
        return self._replace(own=self.own[:rows])

    def parts(self, size: int = _TOGETHER) -> "Iterator[AlikeRows]":
        """Yield the rows in parts of a size."""
        return (self._replace(own=self.own[start : start + size]) for start in range(0, len(self.own), size))


class RowForm(NamedTuple):
    """The text of rows with a gap for each own cell that holds something; `as_is`: all do, and are what fills it."""

    text: str
    as_is: bool


class RowForms:
    """Forms of rows, made once for all rows with the same shared cells and the same kinds of other ones.

    `is_shared` says by column whether most rows have one of few texts or days in it; numbers are in no such column:
    1 and 1.0 are one cell to a form.
    """

    def __init__(self, is_shared: Sequence[bool], make: Callable[[Sequence[Cell]], RowForm]) -> None:
        """Begin with no form; `make` gives the one of a row."""
        self._places = [place for place, shared in enumerate(is_shared) if not shared]
        self.own = _cells_at(self._places)
        self._shared = _cells_at([place for place, shared in enumerate(is_shared) if shared])
        self._make, self._forms = make, dict[Any, RowForm]()

    def find(self, cells: Sequence[Cell], own: Sequence[Cell]) -> RowForm:
        """Return the form of a row; `own` are its cells that are not shared."""
        key = self._shared(cells), tuple(map(type, own)), tuple(map(_IS_EMPTY, own))
        form = self._forms.get(key)
        if form is None:
            if len(self._forms) == _MOST_FORMS:
                self._forms.clear()
            form = self._forms[key] = self._make(cells)
        return form

    def fitting(self, rows: AlikeRows, marks: Sequence[str]) -> Iterator[tuple[AlikeRows, bool]]:
        """Yield the rows in parts, and whether their own cells fill the form of the first as they are.

        Cells do that are numbers, and texts that hold something and none of the `marks`: short, printable and ASCII.
        A part that does not is parted again, down to single rows.
        """
        places = [place for place in self._places if rows.cells[place] is not None]
        if places != list(rows.places):
            yield from ((part, False) for part in rows.parts(1))
            return
        waiting = list(rows.parts())[::-1]
        while waiting:
            part = waiting.pop()
            if _fill_as_they_are(part.own, marks):
                yield part, True
            elif len(part.own) == 1:
                yield part, False
            else:
                waiting += list(part.parts((len(part.own) + 1) // 2))[::-1]


def _fill_as_they_are(own: Sequence[Sequence[Cell]], marks: Sequence[str]) -> bool:
    if any(set(map(type, column)) not in _FILLED for column in zip(*own, strict=True)):
        return False
    texts = [cell for cell in chain.from_iterable(own) if isinstance(cell, str)]
    return "" not in texts and are_printable(texts, marks)


def as_text(text: str) -> str:
    """Return a text as a form has it, which is filled in by `%`."""
    return text.replace("%", "%%")


def _cells_at(places: Sequence[int]) -> Callable[[Sequence[Cell]], tuple[Cell, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple(cells[place] for place in places)
