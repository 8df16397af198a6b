"""A register in use: opened in either form, checked whole, with its checkpoint and its end of freshness."""

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from evenhand.gate.registers.layout import MAGIC
from evenhand.gate.registers.log_checkpoint import (
    AcceptedRegisters,
    LogCheckpoint,
    check_checkpoint,
    check_history,
    log_checkpoint,
)
from evenhand.gate.registers.mapped_register import MappedRegister
from evenhand.gate.registers.plain_form import decode_register
from evenhand.gate.registers.register import PlainRegister, Register
from evenhand.gate.registers.signature import check_signed, signature_path
from evenhand.gate.resolver import Resolver
from evenhand.model.errors import BadInput, NotVerified, RegisterInvalid, RegisterUnexpected
from evenhand.model.hosts import Suffixes


class OpenRegister(NamedTuple):
    """A register in use: its rows, its checkpoint, and until when it is fresh.

    `checkpoint` is `<origin> <tree size>` or "". A verdict uses one of these from its start to its end.
    """

    resolver: Resolver
    checkpoint: str
    log: LogCheckpoint
    fresh_until: datetime
    identity: tuple[int, int, int]


def open_register(path: Path, suffixes: Suffixes | None, expected: AcceptedRegisters) -> OpenRegister:
    """Open a register of either form, checked whole.

    Raises:
        RegisterInvalid: it cannot be read, or breaks a rule of `gate.md` §4.
        RegisterUnexpected: it is not one of those accepted.
    """
    try:
        with path.open("rb") as file:
            identity = identity_of(os.fstat(file.fileno()))
            compiled = file.read(len(MAGIC)) == MAGIC
            file.seek(0)
            known: Mapping[int, str] = {}
            if expected.signed_text is not None:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                known = check_signed(expected.signed_text, expected.signature or signature_path(path), sha256, path)
                file.seek(0)
            register: Register = (
                MappedRegister(file, path) if compiled else PlainRegister(*decode_register(file, path), path, suffixes)
            )
    except (OSError, MemoryError, ValueError) as error:
        raise unreadable(path, error) from error
    log = log_checkpoint(register.head.checkpoint, path)
    if expected.check_note is not None:
        _check_note(expected.check_note, register.head.checkpoint, path)
    check_checkpoint(log, expected, path)
    check_history(known, expected, path)
    checkpoint = f"{log.origin} {log.size}" if log.origin else ""
    return OpenRegister(Resolver(register), checkpoint, log, register.head.fresh_until, identity)


def _check_note(check: Callable[[str], None], note: str, path: Path) -> None:
    try:
        check(note)
    except NotVerified as error:
        raise RegisterUnexpected(
            "the checkpoint is not signed by the log's key:", why="signature", where=path, got=error.what,
            expected="a checkpoint signed by the key that the gate was given",
            todo="the register in use stays; `evenhand ledger check` tells more",
        ) from error  # fmt: skip


def identity_of(stat: os.stat_result) -> tuple[int, int, int]:
    """Return what tells a file from another that was renamed over it."""
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def unreadable(path: Path, error: OSError | MemoryError | ValueError) -> RegisterInvalid:
    """Return the error of a register that cannot be read."""
    if isinstance(error, MemoryError):
        why: object = "not enough memory"
    else:
        why = getattr(error, "strerror", None) or error
    return RegisterInvalid("the register cannot be read:", where=path, got=why, todo="`evenhand run` writes one")


def is_past(opened: OpenRegister, at: datetime) -> bool:
    """Return whether a register is no longer fresh.

    Raises:
        BadInput: `at` is not an instant with a time zone.
    """
    try:
        return at >= opened.fresh_until
    except TypeError:
        raise BadInput(
            "not an instant with a time zone:",
            where="at",
            got=repr(at),
            expected="a `datetime` with a zone, as `datetime.now(UTC)`",
        ) from None
