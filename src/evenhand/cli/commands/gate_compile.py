"""`evenhand gate compile`: a plain register, from whatever hand, as the file that gates map."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import AsJson, print_json, say, suffix_rules
from evenhand.model.errors import BadInput, RegisterInvalid

if TYPE_CHECKING:
    from evenhand.gate.claims.buyers import Buyer


def compile_file(
    source: Annotated[Path, typer.Argument(metavar="REGISTER.jsonl", help="A register in its plain form.")],
    *,
    out: Annotated[Path, typer.Option("--out", help="File to write.", show_default=False)],
    buyers: Annotated[
        Path | None, typer.Option(help="A buyers.json: warn of seats that it says are a blocked party's.")
    ] = None,
    system: Annotated[str, typer.Option(help="Host of that buying system, if its seats are `host/seat` for us.")] = "",
    as_json: AsJson = False,
) -> None:
    """Compile a register; if any row is refused nothing is written and the file that is there stays."""
    from evenhand.gate import Gate, compile_register
    from evenhand.gate.registers.fingerprint import SEED_BYTES
    from evenhand.gate.registers.plain_form import decode_register
    from evenhand.gate.seat_claims import seats_of_blocked

    if out.exists() and source.exists() and out.samefile(source):
        raise BadInput("the register would replace its own source", where="--out", got=out, expected="another file")
    claims = None if buyers is None else _claims(buyers)
    try:
        with source.open("rb") as lines:
            head, rows = decode_register(lines, source)
            warnings = compile_register(rows, head, out, suffix_rules(), secrets.token_bytes(SEED_BYTES), source)
    except OSError as error:
        raise RegisterInvalid("cannot be read or written:", where=error.filename or out, got=error.strerror) from error
    gate, size = Gate(out, stale=None), out.stat().st_size
    register = gate.register
    if claims is not None:
        warnings += tuple(seats_of_blocked(claims, gate.opened.resolver, system))
    if as_json:
        print_json({"rows": register.rows, "keys": register.keys, "bytes": size, "warnings": warnings})
        return
    say(f"{out}: {register.rows:,} rows, {register.keys:,} keys, {size:,} bytes")
    for warning in warnings:
        say(f"warning: {warning}")


def _claims(path: Path) -> "tuple[Buyer, ...]":
    """Return what a buyers.json says of seats."""
    from evenhand.gate.claims.buyers import read_buyers

    try:
        return read_buyers(path.read_bytes(), path)
    except OSError as error:
        raise BadInput("cannot be read:", where=path, got=error.strerror, expected="a buyers.json") from error
