"""Rows of a table as text: those with the same cells in some columns have one text, with gaps for their other cells."""

from collections.abc import Callable, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

Cell = str | int | float | date | None
GAP = "%s"
_MOST_FORMS = 1_000  # where each row has a form of its own, they are not kept for ever
_IS_EMPTY = "".__eq__


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
        self.own = _cells_at([place for place, shared in enumerate(is_shared) if not shared])
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


def as_text(text: str) -> str:
    """Return a text as a form has it, which is filled in by `%`."""
    return text.replace("%", "%%")


def _cells_at(places: Sequence[int]) -> Callable[[Sequence[Cell]], tuple[Cell, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple(cells[place] for place in places)
