"""What is made of a row's conditions, once for all rows that have the same object: to hash them costs 10 µs a row."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from evenhand.model.program import When
from evenhand.model.register import RegisterRow

Made = TypeVar("Made")

_MOST: Final = 1_000  # objects in memory; of most networks all rows share a few


class SharedConditions(Generic[Made]):
    """Makes something of a row's conditions when a row has them first; `make` takes that row."""

    def __init__(self, make: Callable[[RegisterRow], Made]) -> None:
        self._make = make
        # The object is kept beside what was made, so that its place in memory is its own.
        self._made: dict[int, tuple[tuple[When, ...] | None, Made]] = {}

    def of(self, row: RegisterRow) -> Made:
        """Return what was made of a row's conditions."""
        found = self._made.get(id(row.when))
        if found is None:
            if len(self._made) == _MOST:
                self._made.clear()
            found = self._made[id(row.when)] = row.when, self._make(row)
        return found[1]
