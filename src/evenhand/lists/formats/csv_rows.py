"""CSV read strictly: every row whole, or the file is refused with the line that is not."""

import csv
import io
from collections.abc import Iterator, Sequence

from evenhand.model.errors import ListUnreadable


def decoded(name: str, data: bytes) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    Raises:
        ListUnreadable: a byte is not UTF-8, or is NUL.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        bad = data[error.start : error.start + 4].hex(" ")
        raise ListUnreadable("bytes are not text", where=name, line=line, got=bad, expected="UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ListUnreadable("a NUL byte", where=name, line=line, expected="text")
    return text


def any_rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of any number of columns with its first line; blank lines are passed over.

    Raises:
        ListUnreadable: a quote is never closed, or a cell is longer than 131,072 characters.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise ListUnreadable(f"incomplete row ({error})", where=name, line=line, expected="closed quotes") from None


def rows(name: str, text: str, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its first line (from 1); blank lines are passed over.

    Raises:
        ListUnreadable: a quote is never closed, or a row does not have this number of columns.
    """
    for line, row in any_rows(name, text):
        if len(row) != columns:
            raise ListUnreadable("number of columns", where=name, line=line, got=len(row), expected=str(columns))
        yield line, row


def records(name: str, text: str, header: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows below the heading by column name, each with its first line.

    Raises:
        ListUnreadable: the heading is not `header`, or as for `rows`.
    """
    _check_heading(name, next(any_rows(name, text), (1, []))[1], header)
    below = rows(name, text, len(header))
    next(below)
    for line, row in below:
        yield line, dict(zip(header, row, strict=True))


def _check_heading(name: str, heading: Sequence[str], header: Sequence[str]) -> None:
    if list(heading) == list(header):
        return
    missing = [column for column in header if column not in heading]
    extra = [column for column in heading if column not in header]
    if missing:
        what, got = "missing columns", ",".join(missing)
    elif extra:
        what, got = "unknown columns", ",".join(extra)
    else:
        what, got = "columns in another order or twice", ",".join(heading)
    raise ListUnreadable(what, where=name, line=1, got=got, expected=",".join(header))
