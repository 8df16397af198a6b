"""Which columns of a table have values: one that has none any more was lost."""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Final

from evenhand.intake.known_rows import KnownCells

SEVERAL: Final = 3


class Filled:
    """Which columns have a value in any of the rows looked at, and which have one in several."""

    def __init__(self, places: Mapping[str, int], known: Collection[str] | None = None) -> None:
        """Begin; `known` are the only columns in which a row with a known record may have a value, None: any."""
        self._places, self._wanted = places, dict.fromkeys(places.values(), SEVERAL)
        self._never = set() if known is None else {place for column, place in places.items() if column not in known}

    def look_at(self, rows: Sequence[Sequence[str]]) -> None:
        """Look at the cells of some rows."""
        others = [cells for cells in rows if type(cells) is not KnownCells] if self._never else rows
        for place, wanted in list(self._wanted.items()):
            among = others if place in self._never else rows
            found = sum(1 for _ in islice((cells for cells in among if cells[place].strip()), wanted))
            self._wanted[place] -= found
            if found == wanted:
                del self._wanted[place]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that have one, in the order of the table."""
        return tuple(column for column, place in self._places.items() if self._wanted.get(place) != SEVERAL)

    @property
    def often(self) -> tuple[str, ...]:
        """Return the columns that have one in at least three rows, in the order of the table."""
        return tuple(column for column, place in self._places.items() if place not in self._wanted)
