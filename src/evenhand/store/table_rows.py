"""Rows of a table, whatever its file's format."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

LONGEST_CELL = 131_072
"""A longer cell makes a broken row: what fills it is no name, host or text of an advertisement."""


AT_ONCE: Final = 1024
"""Rows that are looked at together: that costs a fraction of one by one."""


class NestedValues(str):
    """What is wrong with a row in which the values of some `names` hold objects; their cells are empty.

    A reader that uses none of these can take the row.
    """

    __slots__ = ("names",)
    names: tuple[str, ...]

    def __new__(cls, names: tuple[str, ...]) -> "NestedValues":
        """Return the sentence with the first of the names."""
        found = super().__new__(
            cls, f"text, numbers, true, false, null or lists of them in an object; `{names[0][:80]}` holds an object"
        )
        found.names = names
        return found


class Line(NamedTuple):
    """One row as in the file: `number` is the line it begins on, `problem` what a broken row should have been."""

    number: int
    cells: Sequence[str]
    problem: str = ""


class NumberText(str):
    """The digits of a typed number; `1.234` is one and 234 thousandths, never a thousand."""

    __slots__ = ()


def batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield the rows in lists of at most `AT_ONCE`."""
    rest = iter(lines)
    while several := list(islice(rest, AT_ONCE)):
        yield several


def of_other_width(line: Line, width: int) -> Line:
    """Return a row as one that is broken because it is not as wide as the heading."""
    return Line(line.number, line.cells, f"{width} cells as in the heading, not {len(line.cells)}")


def of_length(header: Sequence[str], lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines; one with a cell that is too long is broken, and keeps its other cells."""
    for line in lines:
        longest = max(map(len, line.cells), default=0)
        if longest <= LONGEST_CELL:
            yield line
            continue
        place = next(place for place, cell in enumerate(line.cells) if len(cell) == longest)
        name = header[place] if place < len(header) else f"cell {place + 1}"
        problem = f"cells of at most {LONGEST_CELL:,} characters; `{name[:80]}` has {longest:,}"
        yield Line(line.number, ["" if len(cell) > LONGEST_CELL else cell for cell in line.cells], problem)
