"""Shares under a heading that says percent, such as `Anteil in %`, written without the sign: `60` is 60 %.

Another row of the column decides, as for days and amounts: where none is above 1, all are parts of 1, as a spreadsheet
keeps 60 %. Where some are above and some are not, these may be either, and are left unreadable.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from evenhand.store.tables import Line, Table

_PERCENT = re.compile("%|percent|prozent|pourcent|porcenta[jg]|yüzde|procent|процент", re.IGNORECASE)
_BARE = re.compile(r"\s*(\d{1,9})(?:[.,](\d{1,30}))?\s*")


def in_percent(table: Table, place: int | None) -> Table:
    """Return a table whose shares, at a place, have a percent sign where its heading says so; None: it has none.

    Cost: under such a heading the rows are read once more.
    """
    if place is None or not _PERCENT.search(table.header[place]):
        return table
    if not any(_is_above_1(line.cells[place]) for line in table.again() if not line.problem):
        return table

    def signed(lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            yield line if line.problem else Line(line.number, _signed(list(line.cells), place))

    return replace(table, lines=signed(table.lines), again=lambda: signed(table.again()))


def _is_above_1(text: str) -> bool:
    found = _BARE.fullmatch(text)
    return found is not None and (int(found[1]) > 1 or (int(found[1]) == 1 and bool((found[2] or "").strip("0"))))


def _signed(cells: list[str], place: int) -> list[str]:
    text = cells[place].strip()
    if _BARE.fullmatch(text) and text.strip("0.,"):
        cells[place] = f"{text} %" if _is_above_1(text) else f"{text} (of 1, or of 100?)"
    return cells
