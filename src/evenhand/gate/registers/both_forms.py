"""Both forms of a register at once: each row is encoded once and its keys are looked at once.

Rows that are those of the register in place get another head, and are not compiled again.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec
from msgspec.structs import replace

from evenhand.gate.registers.compiler import CompiledForm, compile_register, write_compiled
from evenhand.gate.registers.files import replacing, with_hosts, write_register
from evenhand.gate.registers.host_warnings import HostWarnings
from evenhand.gate.registers.log_checkpoint import log_checkpoint
from evenhand.gate.registers.plain_form import decode_register
from evenhand.gate.registers.renewed_head import compiled_digest, renew_head
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
_IS_LONGER = re.compile(r"www\.").match


def write_registers(
    rows: Sequence[RegisterRow], head: RegisterHead, plain: Path, compiled: Path, suffixes: Suffixes, seed: bytes,
    *, last: str = "",
) -> tuple[tuple[str, ...], str]:  # fmt: skip
    """Write what `write_register` and, of its rows, `compile_register` write; return warnings and SHA-256 of the rows.

    The hash is over the plain form without its head line. `last` is the `compiled_digest` that the same program wrote
    last: where the rows are those of then, only the head is written, and keys stay hashed by the seed of then.
    Cost: a quarter of the two in turn, about 16 µs a row (6 where all are as they were), and of the plain form no more
    than a line is in memory.

    Raises:
        RegisterInvalid: names the row, or the head's checkpoint; the old files stay.
        OSError: the folder cannot be written.
    """
    form = CompiledForm(plain, suffixes, head.shared_hosts, seed)
    in_order = sorted(rows, key=lambda row: (row.kind, row.id))
    try:
        log_checkpoint(head.checkpoint, plain)
        is_known = last and last == compiled_digest(compiled)
        if is_known and (renewed := _renewed(in_order, head, plain, compiled, suffixes)):
            return renewed
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


def _renewed(
    rows: Sequence[RegisterRow], head: RegisterHead, plain: Path, compiled: Path, suffixes: Suffixes
) -> tuple[tuple[str, ...], str] | None:
    """Put another head before rows that are those in place, and return what `write_registers` does; None for others.

    A line says all of its row: where the lines are the same, so are the keys. What may be a public suffix by now is
    looked at again.
    """
    rows_sha256 = _same_rows(rows, plain)
    if not rows_sha256:
        return None
    doubts, parties = HostWarnings(suffixes, head.shared_hosts), dict[str, str]()
    for row in rows:
        for host in row.domains:
            if suffixes.suffix_of(host) == host:
                return None
            parties[host] = f"{row.kind} {row.id}"
            doubts.add(host, parties[host])
    if renew_head(plain, compiled, rows_sha256, lambda _: head) is None:
        return None
    return doubts.sentences(parties.get), rows_sha256


def _same_rows(rows: Iterable[RegisterRow], plain: Path) -> str:
    """Return the hash of rows, in their order, if a plain form in place has these and no others; else ``""``."""
    digest = hashlib.sha256()
    try:
        with plain.open("rb") as file:
            file.readline()
            for row, written in zip(rows, file, strict=True):
                # Of most domains the host is written, without `www.`; where more is another, the lines are.
                plain_row = with_hosts(row) if any(map(_IS_LONGER, row.domains)) else row
                if b"%b\n" % canonical_exact(plain_row) != written:
                    return ""
                digest.update(written)
    except (OSError, ValueError):  # more lines or fewer
        return ""
    return digest.hexdigest()


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
