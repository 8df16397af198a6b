"""A ledger is a folder: made, opened by one writer at a time, verified by anybody (`ledger.md` §4)."""

import fcntl
import os
import secrets
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
from msgspec import structs

from evenhand.ledger import Ledger, verify_log
from evenhand.ledger.checkpoint import sign_checkpoint
from evenhand.ledger.tree import EMPTY_ROOT
from evenhand.model.errors import BadInput, LedgerBusy, StorageFailed
from evenhand.model.log import LogReport, Problem, StoredHead
from evenhand.model.record import Record
from evenhand.store.files import PublicFiles, sync_path, write_whole
from evenhand.store.keys import SEED_SIZE, Ed25519Verifier, SigningKey, read_key
from evenhand.store.network import SETTINGS_FILE
from evenhand.store.sqlite import SqliteTables, create_tables

RETRY_S = 0.05


def create_ledger(folder: Path, origin: str, *, draw: Callable[[int], bytes] = secrets.token_bytes) -> None:
    """Make the folder of an empty ledger with a new key; killed on the way, nothing stands at `folder`.

    Raises:
        BadInput: the folder is not empty, or `origin` cannot be a log's name.
        StorageFailed: the folder cannot be written.
    """
    key = SigningKey(origin, draw(SEED_SIZE))
    with _one_line(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput("there is something already", where=folder, todo="choose another folder")
        building = folder.with_name(folder.name + ".tmp")
        shutil.rmtree(building, ignore_errors=True)
        _build(building, key)
        building.replace(folder)
        sync_path(folder.parent)


@contextmanager
def open_ledger(
    folder: Path, *, wait_s: float = 0, draw: Callable[[int], bytes] = secrets.token_bytes
) -> Iterator[Ledger]:
    """Hold the ledger for writing: the lock, the check of its whole history, then the ledger.

    Salts are made by `draw`; no ruling ever sees them.

    Raises:
        LedgerBusy: another process holds the lock and kept it for `wait_s` seconds.
        HistoryConflict: what is on disk is not the history that this key signed; nothing was written.
        BadInput: there is no ledger, or its key cannot be read.
        StorageFailed: the disk does not obey.
    """
    folder = _ledger_of(folder)
    if not (folder / "private").is_dir():
        raise BadInput("no ledger to write to", where=folder, expected="a folder with `public` and `private`",
                       todo="restore it from a backup; `evenhand init` makes a new network with a new one")  # fmt: skip
    with _locked(folder / "private" / "lock", wait_s):
        with _one_line(folder):
            key = read_key((folder / "private" / "signing.key").read_bytes())
        _check_settings(folder, key)
        with closing(SqliteTables(folder / "private" / "ledger.sqlite")) as tables:
            yield Ledger(tables, PublicFiles(folder / "public"), key, draw)


def verify_folder(folder: Path, vkey: str | None = None) -> LogReport:
    """Return what holds of the ledger, network or stranger's tlog-tiles folder at `folder`, problem by problem.

    Without `vkey` the folder's own is believed: that shows damage, but not that somebody wrote it all anew.

    Raises:
        BadInput: there is no log.
        StorageFailed: a file cannot be read.
    """
    folder = _ledger_of(folder)
    public = folder / "public" if (folder / "public").is_dir() else folder
    with _one_line(folder):
        own = _read_text(public / "vkey")
        if own is None and not (public / "checkpoint").exists():
            raise BadInput(
                "no log here", where=folder, expected="`vkey`, `checkpoint` and `tile`, or `public` with them"
            )
        problems = [] if vkey in (None, own) else [Problem(kind="vkey", where="vkey is not the key given")]
        key = vkey or own or ""
        if not (folder / "private").is_dir():
            return _with(verify_log(PublicFiles(public), key, Ed25519Verifier()), problems)
        return _with(_verify_both(folder, key), problems + _verify_settings(folder, key))


def _build(folder: Path, key: SigningKey) -> None:
    """Write what `ledger.md` §4 lists, each file durable."""
    private, public = folder / "private", folder / "public"
    public.mkdir(parents=True)
    private.mkdir(mode=0o700)
    write_whole(folder / "ledger.toml", f'origin = "{key.name}"\n'.encode())
    write_whole(private / "signing.key", key.to_file(), mode=0o600)
    write_whole(private / "lock", b"", mode=0o600)
    create_tables(private / "ledger.sqlite", key.name, key.vkey)
    checkpoint = sign_checkpoint(key.name, 0, EMPTY_ROOT, key)
    with closing(SqliteTables(private / "ledger.sqlite")) as tables:
        tables.add_head(StoredHead(size=0, root=EMPTY_ROOT, at=0, note=checkpoint.note))
    write_whole(public / "vkey", f"{key.vkey}\n".encode())
    write_whole(public / "checkpoint", checkpoint.note.encode())


def _ledger_of(folder: Path) -> Path:
    """Return the ledger's folder: a network's folder stands for the ledger in it."""
    return folder / "ledger" if (folder / SETTINGS_FILE).exists() else folder


@contextmanager
def _locked(path: Path, wait_s: float) -> Iterator[None]:
    """Hold the lock of the one writer; the system frees it when the process ends, however it ends."""
    with _one_line(path):
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + wait_s
        while not _try_lock(lock):
            if time.monotonic() >= until:
                raise LedgerBusy("another process writes this ledger", where=path, todo="wait for it or stop it")
            time.sleep(RETRY_S)
        yield
    finally:
        os.close(lock)


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _check_settings(folder: Path, key: SigningKey) -> None:
    if (origin := _read_origin(folder)) != key.name:
        raise BadInput(
            "settings and key name two logs", where=folder / "ledger.toml", got=origin, expected=key.name,
            todo="put back the key or the settings that belong together",
        )  # fmt: skip


def _read_origin(folder: Path) -> str:
    path = folder / "ledger.toml"
    try:
        settings = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Settings)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInput(
            "cannot read the ledger's settings", where=path, got=error, expected='`origin = "..."`'
        ) from None
    return settings.origin


class _Settings(Record, frozen=True, kw_only=True):
    origin: str


def _verify_both(folder: Path, vkey: str) -> LogReport:
    files, verifier = PublicFiles(folder / "public"), Ed25519Verifier()
    try:
        tables = SqliteTables(folder / "private" / "ledger.sqlite", read_only=True)
    except StorageFailed as error:
        return _with(verify_log(files, vkey, verifier), [Problem(kind="database", where=str(error))])
    with closing(tables):
        return verify_log(files, vkey, verifier, tables)


def _verify_settings(folder: Path, vkey: str) -> list[Problem]:
    """Return what is wrong with settings and key; a folder without the key (a backup) may be verified too."""
    problems = []
    try:
        if _read_origin(folder) != vkey.partition("+")[0]:
            problems.append(Problem(kind="settings", where="ledger.toml names another log"))
    except BadInput as error:
        problems.append(Problem(kind="settings", where=str(error)))
    path = folder / "private" / "signing.key"
    try:
        if path.exists() and read_key(path.read_bytes()).vkey != vkey:
            problems.append(Problem(kind="key", where="private/signing.key is another log's"))
    except BadInput as error:
        problems.append(Problem(kind="key", where=f"private/signing.key: {error}"))
    return problems


def _with(report: LogReport, problems: list[Problem]) -> LogReport:
    return structs.replace(report, ok=report.ok and not problems, problems=report.problems + tuple(problems))


def _read_text(path: Path) -> str | None:
    """Return a file of one line; None where there is none. Bytes that are no text stay visible."""
    if not path.exists():
        return None
    return path.read_bytes().decode(errors="backslashreplace").removesuffix("\n")


@contextmanager
def _one_line(where: Path) -> Iterator[None]:
    """Say in one line that a file cannot be read or written."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            "cannot read or write", where=error.filename or where, got=error.strerror,
            todo="check that the file is there and who may use it",
        ) from error  # fmt: skip
