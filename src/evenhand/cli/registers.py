"""Which register a verb of the gate reads, and what a stale one means to it."""

from pathlib import Path
from typing import Annotated, Literal, cast, get_args

import typer

from evenhand.model.errors import BadInput

Stale = Literal["allow", "hold", "refuse", "last"]
RegisterOption = Annotated[
    Path, typer.Option("--register", help="A register, plain or compiled, or a network's folder.", show_default=False)
]
StaleOption = Annotated[
    str | None, typer.Option("--stale", help="Verdict of a stale register: allow, hold, refuse or last (use it).")
]
# A run writes both; the compiled one opens without being read whole.
FILES = ("register.evh", "register.jsonl")


def register_of(path: Path, stale: str | None) -> tuple[Path, Stale | None]:
    """Return a register's file and what a stale one means: the option, else the network's own choice, else None.

    Raises:
        BadInput: the option is none of the four words.
        NetworkUnreadable: a folder that is no network.
    """
    if stale is not None and stale not in get_args(Stale):
        raise BadInput("unknown choice", where="--stale", got=stale, expected=", ".join(get_args(Stale)))
    if not path.is_dir():
        return path, cast(Stale | None, stale)
    from evenhand.store.network import read_network

    network = read_network(path)
    found = (network.out / name for name in FILES)
    file = next((each for each in found if each.exists()), network.out / FILES[-1])
    return file, cast(Stale, stale) if stale else network.settings.gate.stale
