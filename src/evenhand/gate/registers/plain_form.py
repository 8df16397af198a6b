"""The plain form of a register: one JSON object a line, the head first (`gate.md` §4)."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from evenhand.model.errors import RegisterInvalid
from evenhand.model.json_keys import repeated_key
from evenhand.model.record import canonical_exact
from evenhand.model.register import RegisterHead, RegisterRow

T = TypeVar("T")

_head = msgspec.json.Decoder(RegisterHead)
_row = msgspec.json.Decoder(RegisterRow)
_TODO = "do not put this file in place of the register in use; `evenhand run` writes it anew"


def encode_register(head: RegisterHead, rows: Iterable[RegisterRow]) -> bytes:
    """Return the plain form: canonical JSON, rows by kind and id, so that equal registers are equal bytes."""
    in_order = sorted(rows, key=lambda row: (row.kind, row.id))
    lines = [canonical_exact(each) + b"\n" for each in in_order]
    return b"".join((canonical_exact(head_of(head, lines)), b"\n", *lines))


def head_of(head: RegisterHead, lines: Iterable[bytes]) -> RegisterHead:
    """Return a head with the hash of these lines of rows, each with its line feed, so that a cut file is noticed."""
    digest = hashlib.sha256()  # line by line: the whole of a large register would be in memory twice more
    for line in lines:
        digest.update(line)
    return msgspec.structs.replace(head, rows_sha256=digest.hexdigest())


def decode_register(
    lines: Iterable[bytes], where: Path, *, is_whole: bool = True
) -> tuple[RegisterHead, Iterator[RegisterRow]]:
    """Return head and rows of the plain form, the rows one by one as they are asked for; blank lines are skipped.

    Every field has been looked at, the keys have not: that is the work of `checked_keys`. Where `is_whole`, and the
    head has a hash of the rows, they are compared with it behind the last one.

    Raises:
        RegisterInvalid: now or while the rows are read: a line is no JSON object of its kind, or rows were changed,
            added or cut off; names file and line.
    """
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    number, first = next(numbered, (0, b""))
    if not first:
        raise RegisterInvalid("the register is empty", where=where, expected="a head line", todo=_TODO)
    head = _decoded(_head, first, where, number, "head")
    rows = _whole(head, numbered, where) if is_whole else numbered
    return head, (_decoded(_row, line, where, number, "row") for number, line in rows)


def _whole(head: RegisterHead, numbered: Iterable[tuple[int, bytes]], where: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines, and refuse them behind the last one if they are not those that the head was written with."""
    digest = hashlib.sha256()
    for number, line in numbered:
        digest.update(line.rstrip(b"\r\n") + b"\n")
        yield number, line
    if head.rows_sha256 not in (msgspec.UNSET, digest.hexdigest()):
        raise RegisterInvalid(
            "rows of the register were changed, added or cut off after it was written", where=where, todo=_TODO
        )


def _decoded(decoder: msgspec.json.Decoder[T], line: bytes, where: Path, number: int, kind: str) -> T:
    """Return a line's record; a key that is named twice, of which readers take one or the other, is refused.

    A line that is as we write its record names each once, and need not be looked through: that takes a tenth.
    """
    try:
        record = decoder.decode(line)
        if canonical_exact(record) == line or not (key := repeated_key(line)):
            return record
        fault = f"invalid {kind} of a register: a key is there twice:"
        raise RegisterInvalid(fault, where=where, line=number, got=key, todo=_TODO)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RegisterInvalid(f"invalid {kind} of a register: {error}", where=where, line=number, todo=_TODO) from error
