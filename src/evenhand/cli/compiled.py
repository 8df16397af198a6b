"""`evenhand gate compile`: a plain register, from whatever hand, as the file that gates map."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.door import AsJson, print_json, say, suffix_rules
from evenhand.model.errors import BadInput, RegisterInvalid


def compile_file(
    source: Annotated[Path, typer.Argument(metavar="REGISTER.jsonl", help="A register in its plain form.")],
    *,
    out: Annotated[Path, typer.Option("--out", help="File to write.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Compile a register; if any row is refused nothing is written and the file that is there stays."""
    from evenhand.gate import Gate, compile_register
    from evenhand.gate.registers.fingerprint import SEED_BYTES
    from evenhand.gate.registers.plain import decode_register

    if out.exists() and source.exists() and out.samefile(source):
        raise BadInput("the register would replace its own source", where="--out", got=out, expected="another file")
    try:
        with source.open("rb") as lines:
            head, rows = decode_register(lines, source)
            warnings = compile_register(rows, head, out, suffix_rules(), secrets.token_bytes(SEED_BYTES))
    except OSError as error:
        raise RegisterInvalid("cannot be read or written:", where=error.filename or out, got=error.strerror) from error
    register, size = Gate(out, stale=None).register, out.stat().st_size
    if as_json:
        print_json({"rows": register.rows, "keys": register.keys, "bytes": size, "warnings": warnings})
        return
    say(f"{out}: {register.rows:,} rows, {register.keys:,} keys, {size:,} bytes")
    for warning in warnings:
        say(f"warning: {warning}")
