"""Rows of a table as text: those with the same cells in some columns have one text, with gaps for their other cells."""

from collections.abc import Callable, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

Cell = str | int | float | date | None
Kinds = tuple[type, ...]
GAP = "%s"
_MOST_FORMS = 1_000  # where each row has a form of its own, they are not kept for ever


class RowForm(NamedTuple):
    """The text of rows with a gap for each own cell that holds something.

    `filled` gives these cells from the own ones of a row, and `texts` those of them that are texts.
    """

    text: str
    filled: Callable[[Sequence[Cell]], tuple[Cell, ...]]
    texts: Callable[[Sequence[Cell]], tuple[Any, ...]]
    has_days: bool


class RowForms:
    """Forms of rows, made once for all rows with the same shared cells and the same kinds of other ones.

    `is_shared` says by column whether most rows have one of few texts or days in it; numbers are in no such column:
    1 and 1.0 are one cell to a form.
    """

    def __init__(self, is_shared: Sequence[bool], make: Callable[[Sequence[Cell]], str]) -> None:
        """Begin with no form; `make` gives the text of a row's."""
        self._own = _cells_at([place for place, shared in enumerate(is_shared) if not shared])
        self._shared = _cells_at([place for place, shared in enumerate(is_shared) if shared])
        self._make, self._forms = make, dict[Any, RowForm]()

    def own(self, cells: Sequence[Cell]) -> tuple[tuple[Cell, ...], Kinds]:
        """Return the cells of a row that are not shared, with None for an empty text, and their types."""
        own = self._own(cells)
        if "" in own:
            own = tuple([None if cell == "" else cell for cell in own])
        return own, tuple(map(type, own))

    def find(self, cells: Sequence[Cell], kinds: Kinds) -> RowForm:
        """Return the form of a row whose own cells are of these types."""
        key = self._shared(cells), kinds
        form = self._forms.get(key)
        if form is None:
            if len(self._forms) == _MOST_FORMS:
                self._forms.clear()
            filled = [place for place, kind in enumerate(kinds) if kind is not type(None)]
            form = self._forms[key] = RowForm(
                self._make(cells),
                _cells_at(filled),
                _cells_at([gap for gap, place in enumerate(filled) if issubclass(kinds[place], str)]),
                any(issubclass(kind, date) for kind in kinds),
            )
        return form


def as_text(text: str) -> str:
    """Return a text as a form has it, which is filled in by `%`."""
    return text.replace("%", "%%")


def _cells_at(places: Sequence[int]) -> Callable[[Sequence[Cell]], tuple[Cell, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple([cells[place] for place in places])
