"""Tables that are as in the last run, taken from `state/`: to decode them costs a twentieth of reading them.

INVARIANT: what is taken equals what would be read, with all notes and refusals: `reading_key` covers all of it.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from evenhand.intake import Tables
from evenhand.model.errors import TableUnreadable
from evenhand.model.log import Checkpoint
from evenhand.model.record import sha256_hex
from evenhand.store.atomic_files import file_stamp, write_whole
from evenhand.workflows.evaluation.run_state import INPUTS, READING, read_known_inputs


class UnchangedTables(NamedTuple):
    """The tables of the last run, and whether its register is still in place."""

    tables: Tables
    same_register: bool


class _Reading(msgspec.Struct, frozen=True):
    """By which key the tables of `INPUTS` were read, the hash of that file, and the stamp of the register of them."""

    key: str
    inputs: str
    register: str


def keep_reading(folder: Path, key: str, register: Path) -> None:
    """Note in `state/`, once it is written, by which key its tables were read, and their register."""
    inputs = sha256_hex((folder / INPUTS).read_bytes())
    write_whole(folder / READING, msgspec.json.encode(_Reading(key, inputs, file_stamp(register))))


def keep_register(folder: Path, register: Path) -> None:
    """Note that the register of the same tables was written anew.

    Raises:
        OSError, MsgspecError: nothing was noted of those tables.
    """
    kept = msgspec.json.decode((folder / READING).read_bytes(), type=_Reading)
    renewed = msgspec.structs.replace(kept, register=file_stamp(register))
    write_whole(folder / READING, msgspec.json.encode(renewed))


def unchanged_tables(
    folder: Path, checkpoint: Checkpoint | None, key: Callable[[], str], register: Path
) -> UnchangedTables | None:
    """Return the tables of the last run if `key`, which is asked for only if there are any, is that of today.

    None where anything differs, or is not as that run wrote it.
    """
    try:
        kept = msgspec.json.decode((folder / READING).read_bytes(), type=_Reading)
        if kept.key != key() or sha256_hex((folder / INPUTS).read_bytes()) != kept.inputs:
            return None
    except (OSError, msgspec.MsgspecError, TableUnreadable):
        return None
    known = read_known_inputs(folder, checkpoint)
    if known is None:
        return None
    tables = known.tables
    rows = {name: tables.rows[name] for name in tables.places}  # without what the tests of coordination counted
    hashes = {name: tables.hashes[name] for name in tables.places}
    same_register = bool(kept.register) and kept.register == file_stamp(register)
    return UnchangedTables(replace(tables, rows=rows, hashes=hashes), same_register)
