"""Which register a verb of the gate reads, and what a stale one means to it."""

from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from evenhand.model.errors import BadInput
from evenhand.model.service import REGISTER_FILES, STALE_WORDS, StaleChoice, Tell

RegisterOption = Annotated[
    Path, typer.Option("--register", help="A register, plain or compiled, or a network's folder.", show_default=False)
]
StaleOption = Annotated[
    str | None, typer.Option("--stale", help="Verdict of a stale register: allow, hold, refuse or use-last.")
]
TellOption = Annotated[
    str, typer.Option("--tell", help="What responses tell buyers of removed bids: nothing, codes or reasons.")
]


def register_of(path: Path, stale: str | None) -> tuple[Path, StaleChoice | None]:
    """Return a register's file and what a stale one means: the option, else the network's own choice, else None.

    Raises:
        BadInput: the option is none of the words.
        NetworkUnreadable: a folder that is no network.
    """
    choice = stale_of(stale)
    if not path.is_dir():
        return path, choice
    from evenhand.store.network import read_network

    network = read_network(path)
    found = (network.out / name for name in REGISTER_FILES)
    file = next((each for each in found if each.exists()), network.out / REGISTER_FILES[-1])
    return file, choice or network.settings.gate.stale


def names_beside(register: Path) -> dict[tuple[str, str], str]:
    """Return the first name of each party by kind and id: of a plain register, or of the one beside a compiled one.

    None where there is none of the same checkpoint: names of another run could be somebody else's.
    """
    from evenhand.gate import Gate
    from evenhand.gate.registers.plain_form import decode_register

    plain = register if register.suffix == ".jsonl" else register.with_suffix(".jsonl")
    if not plain.is_file():
        return {}
    head, rows = decode_register(plain.read_bytes().split(b"\n"), plain)
    if plain != register and head.checkpoint != Gate(register, "last").register.head.checkpoint:
        return {}
    return {(row.kind, row.id): row.names[0] for row in rows if row.names}


def stale_of(word: str | None) -> StaleChoice | None:
    """Return what `--stale` says.

    Raises:
        BadInput: none of the words.
    """
    if word is None or word in STALE_WORDS:
        return STALE_WORDS[word] if word else None
    raise BadInput("unknown choice", where="--stale", got=word, expected="allow, hold, refuse, use-last")


def tell_of(word: str) -> Tell:
    """Return what `--tell` says.

    Raises:
        BadInput: none of the three words.
    """
    if word not in get_args(Tell):
        raise BadInput("unknown choice", where="--tell", got=word, expected=", ".join(get_args(Tell)))
    return cast(Tell, word)
