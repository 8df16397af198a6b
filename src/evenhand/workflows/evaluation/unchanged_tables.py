"""Tables that are as in the last run, taken from `state/`: to decode them costs a twentieth of reading them.

Where some of them are not, the rows that are can be taken (`evenhand.intake.known_rows`).
INVARIANT: what is taken equals what would be read, with all notes and refusals: `reading_key` covers all of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from evenhand.intake import Tables
from evenhand.intake.known_rows import KeptSheet
from evenhand.intake.network_tables import LastTables
from evenhand.model.errors import TableUnreadable
from evenhand.model.log import Checkpoint
from evenhand.model.record import sha256_hex
from evenhand.store.atomic_files import file_stamp, write_whole
from evenhand.workflows.evaluation.run_state import INPUTS, READING, SHEETS, read_known_inputs


class UnchangedTables(NamedTuple):
    """The tables of the last run, and whether its register is still in place."""

    tables: Tables
    same_register: bool


class _Reading(msgspec.Struct, frozen=True):
    """By which key the tables of `INPUTS` were read, the hash of that file, and the stamp of the register of them.

    `by` is the key of all but the bytes of the tables, ``""`` where a run of an earlier version read them.
    """

    key: str
    inputs: str
    register: str
    by: str = ""


class ReadingKeys(NamedTuple):
    """By which keys tables were read: of all that they depend on, and of all but their bytes.

    `sheets` is what is kept of the reading of each table, packed; None: what is kept already.
    """

    key: str
    by: str
    sheets: Mapping[str, msgspec.Raw] | None = None


class _Sheets(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is kept of the reading of each table, and the bytes that it was read from."""

    sheets: dict[str, KeptSheet]
    data: dict[str, bytes]


_sheets = msgspec.msgpack.Decoder(_Sheets).decode


def packed_sheets(kept: Mapping[str, KeptSheet]) -> dict[str, msgspec.Raw]:
    """Return what is kept of the reading of each table in a tenth of its memory: a run needs it at its end alone."""
    return {name: msgspec.Raw(msgspec.msgpack.encode(each)) for name, each in kept.items()}


def keep_reading(folder: Path, read: ReadingKeys, register: Path, files: Mapping[str, Path]) -> None:
    """Note in `state/`, once it is written, by which keys its tables were read from which files, and their register."""
    if read.sheets is not None:
        data = {name: files[name].read_bytes() for name in read.sheets if files[name].is_file()}
        write_whole(folder / SHEETS, msgspec.msgpack.encode((read.sheets, data)), mode=0o640)  # a `_Sheets`
    inputs = sha256_hex((folder / INPUTS).read_bytes())
    write_whole(folder / READING, msgspec.json.encode(_Reading(read.key, inputs, file_stamp(register), read.by)))


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


def last_tables(folder: Path, checkpoint: Checkpoint | None, by: str) -> LastTables | None:
    """Return how the last run read its tables, of which some may be as they were; None if it read `by` another key."""
    try:
        kept = msgspec.json.decode((folder / READING).read_bytes(), type=_Reading)
        if kept.by != by or sha256_hex((folder / INPUTS).read_bytes()) != kept.inputs:
            return None
        sheets = _sheets((folder / SHEETS).read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None
    known = read_known_inputs(folder, checkpoint)
    return None if known is None else LastTables(known.tables, sheets.sheets, sheets.data)
