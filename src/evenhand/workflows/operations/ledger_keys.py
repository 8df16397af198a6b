"""The keys of a ledger: read only where nobody else can, and rotated without a moment unsigned."""

import secrets
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from evenhand.ledger.recovery import check_history
from evenhand.ledger.signed_notes import signature_line
from evenhand.model.errors import BadInput
from evenhand.model.log import Checkpoint
from evenhand.model.record import Record
from evenhand.store.atomic_files import sync_path, write_whole
from evenhand.store.keys import SEED_SIZE, SigningKey, read_key
from evenhand.store.ledger_settings import read_ledger_settings
from evenhand.store.public_files import PublicFiles
from evenhand.workflows.operations.known_checkpoints import known_checkpoints
from evenhand.workflows.operations.ledger_folder import OTHERS, LedgerFolder, one_line
from evenhand.workflows.operations.ledger_tables import Tables, open_tables


class Rotation(Record, frozen=True, kw_only=True):
    """The log's new key, the one that signs beside it, and until when (Unix seconds)."""

    vkey: str
    retiring: str
    until: int


def read_signing_key(path: Path) -> SigningKey:
    """Return the log's key.

    Raises:
        BadInput: the file can be read by others than its owner, or holds no key.
        StorageFailed: it cannot be read.
    """
    with one_line(path):
        mode = path.stat().st_mode
        if mode & OTHERS:
            raise BadInput(
                "others may read or write the signing key", where=path, got=f"{mode & 0o777:o}", expected="600",
                todo=f"run `chmod 600 {path.name}` there; if others could read it, `evenhand ledger rotate`",
            )  # fmt: skip
        return read_key(path.read_bytes())


def keys_of(folder: LedgerFolder, now_s: float) -> SigningKey:
    """Return the ledger's key, with the retiring one beside it until its time is over.

    Raises:
        BadInput: a key is missing, open to others, or not one; or a rotation was cut short.
        StorageFailed: a file cannot be read.
    """
    if folder.next_key.exists():
        raise BadInput("a rotation of keys was cut short", where=folder.next_key, todo="run `evenhand ledger rotate`")
    return read_signing_key(key_path(folder)).beside(*_retiring(folder, now_s))


def rotate(
    folder: Path, at: datetime, days: int, *, wait_s: float = 0, draw: Callable[[int], bytes] = secrets.token_bytes
) -> Rotation:
    """Give the log a new key; for `days` both sign every checkpoint, so that readers can change policies.

    Every step may be repeated: cut short anywhere, the next call ends what was begun, with the same new key.

    Raises:
        BadInput: the present key cannot be used.
        HistoryConflict: what is on disk is not this ledger's history; then no checkpoint was signed.
    """
    where = LedgerFolder.at(folder)
    until = int(at.timestamp()) + days * 86_400
    with where.locked(wait_s), one_line(where.path):
        old = read_signing_key(key_path(where))
        new = _next_key(where, old, draw)
        with closing(open_tables(where, wait_s=wait_s)) as tables:
            if tables.name()[1] == old.vkey:
                write_whole(where.retiring, old.to_file() + f"until {until}\n".encode(), mode=0o600)
                _sign_beside(where, tables, old, new)
                write_whole(where.public / "vkey", f"{new.vkey}\n".encode())
                tables.rename(new.vkey)
        where.next_key.replace(key_path(where))
        sync_path(where.private)
    return Rotation(vkey=new.vkey, retiring=old.vkey, until=until)


def key_path(folder: LedgerFolder) -> Path:
    """Return where the settings say that the signing key lies."""
    return folder.path / read_ledger_settings(folder.path).key


def _next_key(folder: LedgerFolder, old: SigningKey, draw: Callable[[int], bytes]) -> SigningKey:
    if not folder.next_key.exists():
        write_whole(folder.next_key, SigningKey(old.name, draw(SEED_SIZE)).to_file(), mode=0o600)
    return read_signing_key(folder.next_key)


def _sign_beside(where: LedgerFolder, tables: Tables, old: SigningKey, new: SigningKey) -> None:
    """Add the new key's line to every checkpoint, so that each verifies under it; lines of witnesses stay."""
    files = PublicFiles(where.public)
    _, checkpoint = check_history(tables, files, old, known_checkpoints(where, old.name))
    if checkpoint is None:
        return
    published = sign_checkpoints(tables, new, checkpoint)
    if published != checkpoint.note:
        files.swap_checkpoint(checkpoint.note.encode(), published.encode())


def sign_checkpoints(tables: Tables, key: SigningKey, checkpoint: Checkpoint) -> str:
    """Add a key's line to the note of every checkpoint, and return the published one's."""
    published = _with_line(checkpoint.note, key)
    for stored in list(tables.checkpoints()):
        if stored.note is not None:
            tables.add_note(stored.size, published if stored.size == checkpoint.size else _with_line(stored.note, key))
    return published


def _with_line(note: str, key: SigningKey) -> str:
    line = signature_line(note.rpartition("\n\n")[0] + "\n", key)
    return note if line in note else note + line


def _retiring(folder: LedgerFolder, now_s: float) -> tuple[SigningKey, ...]:
    if not folder.retiring.exists():
        return ()
    with one_line(folder.retiring):
        key, _, until = folder.retiring.read_bytes().partition(b"\n")
    word, _, second = until.decode(errors="replace").strip().partition(" ")
    if word != "until" or not second.isdecimal():
        raise BadInput("no time in the retiring key's file", where=folder.retiring, expected="a key, `until SECONDS`")
    return (read_key(key),) if now_s < int(second) else ()
