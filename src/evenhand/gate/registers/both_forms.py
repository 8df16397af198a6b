"""Both forms of a register at once: each row is encoded once and its keys are looked at once."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec
from msgspec.structs import replace

from evenhand.gate.registers.compiler import CompiledForm, compile_register, write_compiled
from evenhand.gate.registers.files import replacing, write_register
from evenhand.gate.registers.log_checkpoint import log_checkpoint
from evenhand.gate.registers.plain_form import decode_register
from evenhand.gate.registers.row_keys import row_host
from evenhand.gate.registers.shared_conditions import SharedConditions
from evenhand.model.errors import RegisterInvalid
from evenhand.model.hosts import Suffixes
from evenhand.model.program import When
from evenhand.model.record import canonical_exact
from evenhand.model.register import RegisterHead, RegisterRow

_ANY_SHA256 = "0" * 64
_row = msgspec.json.Decoder(RegisterRow).decode
_when = msgspec.json.Decoder(tuple[When, ...]).decode


def write_registers(
    rows: Sequence[RegisterRow], head: RegisterHead, plain: Path, compiled: Path, suffixes: Suffixes, seed: bytes
) -> tuple[tuple[str, ...], str]:
    """Write what `write_register` and, of its rows, `compile_register` write; return warnings and SHA-256 of the rows.

    The hash is over the plain form without its head line. Cost: a quarter of the two in turn, about 16 µs a row, and
    of the plain form no more than a line is in memory.

    Raises:
        RegisterInvalid: names the row, or the head's checkpoint; the old files stay.
        OSError: the folder cannot be written.
    """
    form = CompiledForm(plain, suffixes, head.shared_hosts, seed)
    in_order = sorted(rows, key=lambda row: (row.kind, row.id))
    try:
        log_checkpoint(head.checkpoint, plain)
        with replacing(plain) as file:
            head = _write_plain(file, in_order, head, form)
            parts = form.parts(head)
    except (RegisterInvalid, msgspec.ValidationError):
        plain.with_name(f"{plain.name}.part").unlink(missing_ok=True)
        # What is refused is said as ever: with the lines of the plain form.
        warnings = write_register(in_order, head, plain, suffixes)
        with plain.open("rb") as written:
            head, _ = decode_register(written, plain)
        compile_register(in_order, head, compiled, suffixes, seed)
        return warnings, _hash_in(head)
    write_compiled(compiled, parts)
    return form.doubts(), _hash_in(head)


def _write_plain(file: IO[bytes], rows: Iterable[RegisterRow], head: RegisterHead, form: CompiledForm) -> RegisterHead:
    """Write the plain form of rows in their order, give every row to the compiled one, and return the head written.

    The head stands before the lines that it has the hash of: its place is kept, and filled when they are written.
    """
    place, digest = canonical_exact(replace(head, rows_sha256=_ANY_SHA256)), hashlib.sha256()
    file.write(place + b"\n")
    for line in _lines(rows, form):
        digest.update(line)
        file.write(line)
    head = replace(head, rows_sha256=digest.hexdigest())
    first = canonical_exact(head)
    assert len(first) == len(place), "heads differ in a hash alone, which has the same length"
    file.seek(0)
    file.write(first)
    return head


def _hash_in(head: RegisterHead) -> str:
    assert head.rows_sha256, "a register is written with the hash of its rows"
    return head.rows_sha256


def _lines(rows: Iterable[RegisterRow], form: CompiledForm) -> Iterator[bytes]:
    """Yield the line of each row, and give the row to the compiled form.

    Raises:
        RegisterInvalid: a row breaks a rule, or is one that the two forms might read differently.
        ValidationError: what is to be written cannot be read back.
    """
    ends = SharedConditions(_end)
    for row in rows:
        hosts = form.add(row)
        if hosts == row.domains:
            line = canonical_exact(row)
        elif hosts == tuple(map(row_host, hosts)):
            line = canonical_exact(replace(row, domains=hosts))
        else:
            raise RegisterInvalid("a host is another one when it is read again")
        end = ends.of(row)
        _row(line.removesuffix(end) + b"}" if line.endswith(end) else line)
        yield b"%b\n" % line


def _end(row: RegisterRow) -> bytes:
    """Return the end of a row's line: its conditions, which are read back here, once for all rows that share them.

    Raises:
        ValidationError: they cannot be read back.
    """
    if not row.when:
        return b"}"
    text = canonical_exact(row.when)
    _when(text)
    return b',"when":%b}' % text
