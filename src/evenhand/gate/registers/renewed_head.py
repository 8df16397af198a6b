"""Both forms of a register with another head and the same rows: what a run writes in which nothing has changed."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from evenhand.gate.registers.files import replace_file
from evenhand.gate.registers.layout import DIGEST_BYTES, HEADER, Header
from evenhand.gate.registers.log_checkpoint import log_checkpoint
from evenhand.model.record import canonical, canonical_exact, sha256_hex
from evenhand.model.register import RegisterHead

_head = msgspec.json.Decoder(RegisterHead).decode


def renew_head(
    plain: Path, compiled: Path, rows_sha256: str, change: Callable[[RegisterHead], RegisterHead]
) -> RegisterHead | None:
    """Put another head before the rows of both forms and return it; None, and nothing written, where a form is damaged.

    `rows_sha256` is what `write_registers` returned. Keys stay hashed by the seed that they were written with: no row
    is new, so nobody can have chosen keys by it.

    INVARIANT: rows that are not those that were written, byte for byte, never get a head that says they are fresh.

    Raises:
        RegisterInvalid: the checkpoint of the new head is none.
        OSError: the folder cannot be written; the old files stay, or the plain form alone is new.
    """
    try:
        first, end, rows = plain.read_bytes().partition(b"\n")
        head = _head(first)
        data = compiled.read_bytes()
    except (OSError, ValueError, msgspec.MsgspecError):  # no UTF-8 is a ValueError
        return None
    body, digest = memoryview(data)[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
    if not end or sha256_hex(rows) != rows_sha256 or hashlib.sha256(body).digest() != digest:
        return None
    header = Header(*HEADER.unpack_from(body)[2:])
    if _head(body[header.head_at : header.end_at]) != head:
        return None
    renewed = msgspec.structs.replace(change(head), rows_sha256=rows_sha256)
    log_checkpoint(renewed.checkpoint, plain)
    replace_file(plain, (canonical_exact(renewed), b"\n", rows))
    text = canonical(renewed)
    front = msgspec.structs.replace(header, end_at=header.head_at + len(text)).pack()
    fresh = (front, body[HEADER.size : header.head_at], text)
    whole = hashlib.sha256()
    for part in fresh:
        whole.update(part)
    replace_file(compiled, (*fresh, whole.digest()))
    return renewed
