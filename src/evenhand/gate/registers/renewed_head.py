"""Both forms of a register with another head and the same rows: what a run writes in which no row has changed."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from shutil import copyfileobj

import msgspec

from evenhand.gate.registers.files import replace_file, replacing
from evenhand.gate.registers.layout import DIGEST_BYTES, HEADER, Header
from evenhand.gate.registers.log_checkpoint import log_checkpoint
from evenhand.model.record import canonical, canonical_exact
from evenhand.model.register import RegisterHead

_PIECE = 1 << 20
_head = msgspec.json.Decoder(RegisterHead).decode


def compiled_digest(path: Path) -> str:
    """Return the digest at the end of a compiled form, as hex; ``""`` where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(-DIGEST_BYTES, os.SEEK_END)
            return file.read().hex()
    except OSError:
        return ""


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
        with plain.open("rb") as file:
            first, written = file.readline(), hashlib.file_digest(file, "sha256").hexdigest()
        head = _head(first)
        data = compiled.read_bytes()
    except (OSError, ValueError, msgspec.MsgspecError):  # no UTF-8 is a ValueError
        return None
    body, digest = memoryview(data)[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
    if not first.endswith(b"\n") or written != rows_sha256 or hashlib.sha256(body).digest() != digest:
        return None
    header = Header(*HEADER.unpack_from(body)[1:])
    if _head(body[header.head_at : header.end_at]) != head:
        return None
    renewed = msgspec.structs.replace(change(head), rows_sha256=rows_sha256)
    log_checkpoint(renewed.checkpoint, plain)
    with plain.open("rb") as file, replacing(plain) as fresh:
        fresh.write(canonical_exact(renewed) + b"\n")
        file.seek(len(first))
        copyfileobj(file, fresh, _PIECE)  # in memory the rows would be twice those of the run
    text = canonical(renewed)
    front = msgspec.structs.replace(header, end_at=header.head_at + len(text)).pack()
    parts = (front, body[HEADER.size : header.head_at], text)
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part)
    replace_file(compiled, (*parts, whole.digest()))
    return renewed
