"""A log of requests and responses, a JSON object a line, plain or gzip, read and answered line by line (`gate.md` §10).

What cannot be read is told by its line and passed over: a log is what happened to be written, not what was handed in.
"""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import msgspec

from evenhand.gate.filter import filter_bids
from evenhand.gate.gate import Gate
from evenhand.gate.nonbids import tell_buyers
from evenhand.gate.wire.bid_spans import member_span
from evenhand.gate.wire.openrtb import read_whole
from evenhand.model.errors import RequestUnreadable
from evenhand.model.service import Tell

LONGEST_LINE: Final = 1 << 20
"""Bytes. A longer line is malformed and never held: what a bomb unpacks to is read and dropped."""

_CHUNK = 1 << 18
_GZIP = b"\x1f\x8b"
_MARK = b"\xef\xbb\xbf"  # a byte order mark, which some editors write at the beginning
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(1970, 2200)


class Line(NamedTuple):
    """A line that can be judged: where it stands, from 1, and its parts as they are written.

    `id` is any JSON value, `null` if there was none; `at` is aware, None if the line does not say when it was.
    """

    number: int
    id: bytes
    at: datetime | None
    request: bytes
    response: bytes


class Fault(NamedTuple):
    """A line that cannot be judged, and what is wrong with it."""

    number: int
    what: str


Read: TypeAlias = Callable[[int], bytes]


class _Envelope(msgspec.Struct, gc=False):
    """A line as it is written; other keys pass unread, of a key that is there twice the last counts."""

    id: msgspec.Raw = msgspec.Raw(b"null")
    at: str | int | float | None = None
    request: msgspec.Raw = msgspec.Raw(b"")
    response: msgspec.Raw = msgspec.Raw(b"")


_envelope = msgspec.json.Decoder(_Envelope).decode


@contextmanager
def open_log(path: Path) -> Iterator[Iterator[Line | Fault]]:
    """Give the lines of a log in their order; blank ones are counted in the numbers and passed over.

    gzip is known by its first bytes, not by the name. Memory: at most two lines and a chunk of 256 KiB.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        if file.peek(len(_GZIP))[: len(_GZIP)] == _GZIP:  # a pipe cannot be wound back
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield read_lines(io.BufferedReader(unpacked).read1)
        else:
            yield read_lines(file.read)


def read_lines(read: Read) -> Iterator[Line | Fault]:
    """Yield what stands on each line that is not blank; `read` gives at most so many bytes, none at the end."""
    known = _Instants()
    for number, text in enumerate(_texts(read), 1):
        if isinstance(text, str):
            yield Fault(number, text)
        elif line := (text.removeprefix(_MARK) if number == 1 else text).strip():
            yield _line(number, line, known)


def _texts(read: Read) -> Iterator[bytes | str]:
    """Yield each line without its end, or what is wrong with one that is too long or cut off by broken gzip."""
    held, too_long = b"", False
    try:
        while chunk := read(_CHUNK):
            first, *others = chunk.split(b"\n")
            held, too_long = _longer(held, first, too_long=too_long)
            for other in others:
                yield _TOO_LONG if too_long else held
                held, too_long = other, False
    except (EOFError, zlib.error, gzip.BadGzipFile):
        # INVARIANT: what was unpacked before the break has been yielded; only the line that is cut is lost.
        yield "the gzip data ends or breaks here; nothing after it can be read"
        return
    yield _TOO_LONG if too_long else held


_TOO_LONG = f"longer than {LONGEST_LINE:,} bytes"


def _longer(held: bytes, more: bytes, *, too_long: bool) -> tuple[bytes, bool]:
    """Return a line with what was read next of it, or nothing of it once it is too long."""
    if too_long or len(held) + len(more) > LONGEST_LINE:
        return b"", True
    return held + more, False


def _line(number: int, text: bytes, known: "_Instants") -> Line | Fault:
    try:
        if not text.isascii():
            text.decode()  # parts that are skipped are checked too
        read = _read(text)
        at = None if read.at is None else known.instant(read.at)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        return Fault(number, f"not a line of a log: {error}")
    except (ValueError, OverflowError):
        return Fault(number, "`at` is neither an ISO time with offset nor milliseconds since 1970")
    request, response = bytes(read.request), bytes(read.response)
    for name, part in (("request", request), ("response", response)):
        if part[:1] != b"{":
            return Fault(number, f"`{name}` is missing or not an object")
    return Line(number, bytes(read.id), at, request, response)


def _read(text: bytes) -> _Envelope:
    """Return a line's parts as they are written; half a character, escaped alone, spoils none (`read_whole`)."""
    read, whole = read_whole(_envelope, text)
    if whole is text:
        return read
    for name in ("id", "request", "response"):
        if span := member_span(whole, name):
            setattr(read, name, msgspec.Raw(text[slice(*span)]))
    return read


class _Instants:
    """Reads the instants of a log, in which many lines have the one before."""

    def __init__(self) -> None:
        self._written: str | int | float | None = None
        self._at = _EPOCH

    def instant(self, written: str | int | float) -> datetime:
        """Return an instant in UTC; a ValueError or OverflowError if it is none."""
        if written != self._written:
            at = datetime.fromisoformat(written) if isinstance(written, str) else _of_milliseconds(written)
            if at.tzinfo is None or at.year not in _YEARS:
                raise ValueError
            self._at, self._written = at.astimezone(UTC), written
        return self._at


def _of_milliseconds(written: int | float) -> datetime:
    return _EPOCH + timedelta(milliseconds=written)


_json = msgspec.json.Encoder().encode


def filtered_line(line: Line, gate: Gate, at: datetime, tell: Tell = "nothing") -> bytes | Fault:
    """Return `{"id", "removed", "response"}` as one line of JSON, or what is wrong with the line's request.

    The line's own instant counts, else `at`. `response` is null where no bid is left; a response that could not be
    read also says `"malformed":true`, and passed or was dropped as the register's head says.
    `tell` is what `tell_buyers` adds.

    Raises:
        RegisterInvalid: the register is stale at the line's instant and nobody chose what that means.
    """
    try:
        filtered = filter_bids(line.request, line.response, gate, line.at or at)
    except RequestUnreadable as error:
        return Fault(line.number, str(error))
    left = tell_buyers(filtered, line.response, tell)
    parts = {
        "id": msgspec.Raw(line.id),
        "removed": filtered.removed,
        "response": None if left is None else msgspec.Raw(left),
    }
    return _json({**parts, "malformed": True} if filtered.malformed else parts) + b"\n"
