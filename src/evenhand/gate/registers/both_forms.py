"""Both forms of a register at once: each row is encoded once and its keys are looked at once."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from evenhand.gate.registers.compiler import CompiledForm, compile_register, write_compiled
from evenhand.gate.registers.files import replace_file, write_register
from evenhand.gate.registers.log_checkpoint import log_checkpoint
from evenhand.gate.registers.plain_form import decode_register, head_of
from evenhand.gate.registers.row_keys import row_host
from evenhand.gate.registers.shared_conditions import SharedConditions
from evenhand.model.errors import RegisterInvalid
from evenhand.model.hosts import Suffixes
from evenhand.model.program import When
from evenhand.model.record import canonical_exact
from evenhand.model.register import RegisterHead, RegisterRow

_row = msgspec.json.Decoder(RegisterRow).decode
_when = msgspec.json.Decoder(tuple[When, ...]).decode


def write_registers(
    rows: Sequence[RegisterRow], head: RegisterHead, plain: Path, compiled: Path, suffixes: Suffixes, seed: bytes
) -> tuple[tuple[str, ...], str]:
    """Write what `write_register` and `compile_register` write; return the warnings, and the SHA-256 of the rows.

    The hash is over the plain form without its head line. Cost: a quarter of the two in turn, about 16 µs a row.

    Raises:
        RegisterInvalid: names the row, or the head's checkpoint; the old files stay.
        OSError: the folder cannot be written.
    """
    form = CompiledForm(plain, suffixes, head.shared_hosts, seed)
    try:
        log_checkpoint(head.checkpoint, plain)
        lines = _lines(rows, form)
        head = head_of(head, lines)
        parts = form.parts(head)
    except (RegisterInvalid, msgspec.ValidationError):
        # What is refused is said as ever: in the order of the plain form, and with its lines.
        warnings = write_register(rows, head, plain, suffixes)
        with plain.open("rb") as written:
            head, _ = decode_register(written, plain)
        compile_register(rows, head, compiled, suffixes, seed)
        assert head.rows_sha256, "a register is written with the hash of its rows"
        return warnings, head.rows_sha256
    replace_file(plain, (canonical_exact(head), b"\n", *lines))
    write_compiled(compiled, parts)
    assert head.rows_sha256, "`head_of` has just set it"
    return form.doubts(), head.rows_sha256


def _lines(rows: Sequence[RegisterRow], form: CompiledForm) -> list[bytes]:
    """Return the lines of the plain form in their order, and give every row to the compiled one.

    Raises:
        RegisterInvalid: a row breaks a rule, or is one that the two forms might read differently.
        ValidationError: what was written cannot be read back.
    """
    lines, ends = [], SharedConditions(_end)
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
        lines.append((row.kind, row.id, b"%b\n" % line))
    lines.sort()
    return [line for _, _, line in lines]


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
