"""Delimited text as people export it: which encoding, which delimiter, which line a row begins on."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, NoReturn

from evenhand.model.errors import TableUnreadable
from evenhand.store.table_rows import AT_ONCE, Line, of_other_width
from evenhand.store.text_encodings import WESTERN, Guess, guess_encoding

_DELIMITERS = ",;\t|"
_CHUNK = 1 << 20
_OPEN, _TOO_LONG = "unexpected end", "field larger"
# The reader of the standard library gives up at a length; beyond this one, an open quote has swallowed the file, or a
# cell holds a file.
_LONGEST = 1 << 26
csv.field_size_limit(_LONGEST)
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class RowList(NamedTuple):
    """Some rows in order, how many cells they have, and how many characters a cell has at most."""

    rows: list[Line]
    widths: set[int]
    longest: int


class Encoding(NamedTuple):
    """How a file's bytes are read; `guessed_at` is the first line that is not UTF-8, None if nothing was guessed."""

    name: str
    guessed_at: int | None = None


def encoding_of(path: Path) -> Encoding:
    """Return the encoding of a text file: what its byte order mark says, else UTF-8, else what its letters say.

    A file that is not UTF-8 is read in the one-byte encoding in which its words are likely, cp1252 where nothing tells
    (latin-1 where that leaves a byte undefined): names in it may be wrong, so the first such line is reported.

    Raises:
        TableUnreadable: it is not UTF-8, and two encodings are nearly as likely, or none is.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _BOMS.items():
        if start.startswith(mark):
            return Encoding(name)
    guessed_at = _first_undecodable_line(path, "utf-8")
    if guessed_at is None:
        return Encoding("utf-8")
    with path.open("rb") as file:
        guess = guess_encoding(file)
    _check_clear(path, guess, guessed_at)
    if guess.name == WESTERN and _first_undecodable_line(path, WESTERN) is not None:
        return Encoding("latin-1", guessed_at)
    return Encoding(guess.name, guessed_at)


def _check_clear(path: Path, guess: Guess, guessed_at: int) -> None:
    """Refuse a file that may well be in another encoding than the likeliest: its names would be others."""
    if guess.is_clear and (guess.name == WESTERN or _first_undecodable_line(path, guess.name) is None):
        return
    raise TableUnreadable(
        "is not UTF-8, and its letters do not say clearly in which encoding it is", where=path.name, line=guessed_at,
        got=f"{guess.name} or {guess.other}" if guess.other else None, expected="UTF-8",
        todo="save it as UTF-8, or convert it with `iconv -f ENCODING -t UTF-8`",
    )  # fmt: skip


def read_delimited(path: Path, encoding: str) -> Iterator[Line]:
    """Yield the rows of a delimited file, the heading first; blank lines are skipped.

    Quoted cells may hold line breaks. The delimiter is the one of comma, semicolon, tab and bar that the
    heading has most of. A row with a misplaced quote has a `problem`, and its cells are the texts between delimiters.

    Raises:
        TableUnreadable: a quote that never closes swallows the rest of the file, or bytes are no text.
    """
    delimiter = delimiter_of(path, encoding)
    with path.open(encoding=encoding, newline="") as file:
        for line, _ in _one_by_one(path, encoding, file, delimiter):
            yield line


def read_in_lists(path: Path, encoding: str) -> Iterator[RowList]:
    """Yield the rows of a delimited file in lists, as `read_delimited` does, which is the plain twin.

    Raises:
        TableUnreadable: as `read_delimited`.
    """
    delimiter, number = delimiter_of(path, encoding), 1
    with path.open(encoding=encoding, newline="") as file:
        while True:
            lines, rest = _next_lines(file)
            rows, ends = _whole_rows(lines, delimiter)
            numbered = zip(rows, ends, strict=False)  # of the last row, the end is left over
            longest = lines if ends[-1] == len(rows) else chain.from_iterable(rows)
            filled = [Line(number + end, cells) for cells, end in numbered if any(cells)]
            yield RowList(filled, set(map(len, rows)), _longest(longest))
            number, left = number + ends[-1], lines[ends[-1] :]
            if left or rest is not file:  # a row is broken, or goes on in further lines
                several, end = [], number + len(left)
                for line, after in _one_by_one(path, encoding, chain(left, rest), delimiter, number):
                    several.append(line)
                    number = after
                    if after >= end:
                        break
                widths = {len(line.cells) for line in several}
                yield RowList(several, widths, _longest(cell for line in several for cell in line.cells))
            if not lines:
                return


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)


def _next_lines(file: Iterable[str]) -> tuple[list[str], Iterable[str]]:
    """Return the next lines, and what comes after them: the file, or the error that it ends with."""
    lines: list[str] = []
    try:
        for line in islice(file, AT_ONCE):
            lines.append(line)  # one by one: what was read before an error must not be lost
    except UnicodeError as error:
        return lines, map(_raise, [error])
    return lines, file


def _raise(error: UnicodeError) -> NoReturn:
    raise error


def _whole_rows(lines: list[str], delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return the rows before the first that is broken or does not end, and how many lines are before and after each."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows, ends = [], [0]
    with suppress(csv.Error):
        for cells in reader:
            rows.append(cells)
            ends.append(reader.line_num)
    return rows, ends


def _one_by_one(
    path: Path, encoding: str, lines: Iterable[str], delimiter: str, first: int = 1
) -> Iterator[tuple[Line, int]]:
    """Yield each row that is not blank, and the number of the line after it."""
    read: list[str] = []
    reader = csv.reader(_remembered(lines, read), delimiter=delimiter, strict=True)
    while True:
        number = first + reader.line_num
        read.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells = [cell.strip(' "') for line in read for cell in line.rstrip("\r\n").split(delimiter)]
            yield _broken(path, number, first + reader.line_num - 1, cells, str(error)), first + reader.line_num
            continue
        except UnicodeError as error:
            raise TableUnreadable(f"bytes are no {encoding}", where=path.name, line=number) from error
        if any(cells):
            yield Line(number, cells), first + reader.line_num


def read_line(path: Path, number: int, text: str, delimiter: str) -> Line:
    """Return a row that is one line, without its end, as `read_delimited` reads it; a blank one has no text."""
    try:
        return Line(number, next(csv.reader([text], delimiter=delimiter, strict=True), []))
    except csv.Error as error:
        cells = [cell.strip(' "') for cell in text.split(delimiter)]
        return _broken(path, number, number, cells, str(error))


def rows_of_lines(path: Path, numbered: Iterable[tuple[int, str]], delimiter: str, width: int) -> Iterator[Line]:
    """Yield rows that are a line each, given by number and text; blank ones are skipped, of another width broken."""
    for number, text in numbered:
        line = read_line(path, number, text, delimiter)
        if line.problem or any(line.cells):
            yield line if line.problem or len(line.cells) == width else of_other_width(line, width)


def ends_open(text: str, delimiter: str) -> bool:
    """Return whether a row that begins with this line goes on in the next one, or is longer than can be read."""
    try:
        next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return _OPEN in str(error) or _TOO_LONG in str(error)
    return False


def delimiter_of(path: Path, encoding: str) -> str:
    """Return the one of comma, semicolon, tab and bar that the heading has most of."""
    with path.open(encoding=encoding, newline="") as file:
        try:
            heading = next((line for line in file if line.strip()), "")
        except UnicodeError as error:
            raise TableUnreadable(f"bytes are no {encoding}", where=path.name, line=1) from error
    return heading_delimiter(heading)


def heading_delimiter(heading: str) -> str:
    """Return the delimiter that a heading has most of."""
    return max(_DELIMITERS, key=heading.count)


def _remembered(file: Iterable[str], read: list[str]) -> Iterator[str]:
    """Yield the lines of a file, and add each to those `read` of a row."""
    for line in file:
        read.append(line)
        yield line


def _broken(path: Path, first: int, last: int, cells: list[str], error: str) -> Line:
    if _TOO_LONG in error and first == last:
        raise TableUnreadable(
            f"a cell of this row is longer than {_LONGEST:,} characters", where=path.name, line=first,
            todo="see that the row is whole and ends; take it out, or export the table again",
        )  # fmt: skip
    if _OPEN in error or _TOO_LONG in error:
        raise TableUnreadable(
            "a quoted cell that begins in this row never ends",
            where=path.name,
            line=first,
            todo="close the quote, or export the table again if the file was cut",
        )
    read_as_one = f"; lines {first} to {last} were read as one row" if last > first else ""
    return Line(first, cells, f"quotes around whole cells, doubled inside them{read_as_one}")


def _first_undecodable_line(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                # `start` counts from bytes that the decoder kept of the chunk before; none of those is a line end.
                return line + chunk.count(b"\n", 0, error.start)
            line += chunk.count(b"\n")
    return None if not decoder.getstate()[0] else line
