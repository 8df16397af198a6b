"""A delimited file in UTF-8 of which every row is one line, as its lines: what is known need not be split into cells.

The plain twin is `read_rows`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from evenhand.store.delimited_text import ends_open, heading_delimiter, read_line, rows_of_lines
from evenhand.store.table_rows import Line, of_length

_OTHER_FORMATS = (b"PAR1", b"PK")


class TextRows(NamedTuple):
    """The lines of a file without their ends, its delimiter and the names in its heading, which is line `heading`."""

    path: Path
    delimiter: str
    names: tuple[str, ...]
    heading: int
    lines: list[str]

    @property
    def numbered(self) -> Iterator[tuple[int, str]]:
        """Yield number and text of each line below the heading."""
        return enumerate(self.lines[self.heading :], self.heading + 1)

    def read(self, numbered: Iterable[tuple[int, str]]) -> Iterator[Line]:
        """Yield some of the rows, given by number and text, as `read_rows` does; blank ones are skipped."""
        return of_length(self.names, rows_of_lines(self.path, numbered, self.delimiter, len(self.names)))


def text_rows(path: Path, data: bytes) -> TextRows | None:
    """Return the bytes of a file as rows of a line each; None where they may be anything else.

    `path` is named in errors.
    """
    if data.startswith(_OTHER_FORMATS) or b"\0" in data:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeError:
        return None
    if "\r" in text:
        if text.count("\r") != text.count("\r\n"):
            return None
        text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    place = next((place for place, line in enumerate(lines) if line.strip()), None)
    if place is None or any(lines[:place]) or lines[place].lstrip().startswith("{"):
        return None
    delimiter = heading_delimiter(lines[place])
    if '"' in text and any(ends_open(line, delimiter) for line in lines if '"' in line):
        return None
    heading = read_line(path, place + 1, lines[place], delimiter)
    rows = TextRows(path, delimiter, tuple(name.strip() for name in heading.cells), place + 1, lines)
    # Where the first rows are wider, all of them may end with further delimiters.
    return None if heading.problem or not any(heading.cells) or _begins_wider(rows) else rows


def _begins_wider(rows: TextRows) -> bool:
    first = (read_line(rows.path, number, text, rows.delimiter) for number, text in rows.numbered)
    filled = (line for line in first if any(line.cells))
    return any(len(line.cells) > len(rows.names) for line, _ in zip(filled, range(2), strict=False))
