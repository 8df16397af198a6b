"""Backups of the private side of a ledger, and putting one back without forking the log."""

import shutil
from contextlib import closing, suppress
from pathlib import Path

from evenhand.ledger.checkpoint import CHECKPOINT, check_seen_checkpoints, open_checkpoint
from evenhand.ledger.recovery import bundles
from evenhand.ledger.signed_notes import read_vkey
from evenhand.ledger.table_verification import verify_tables
from evenhand.ledger.tiles import tiles
from evenhand.ledger.tree import Tree
from evenhand.model.errors import BadInput, HistoryConflict, NotVerified, StorageFailed
from evenhand.model.log import Checkpoint, StoredCheckpoint
from evenhand.model.record import Record
from evenhand.store.atomic_files import sync_path, write_whole
from evenhand.store.keys import Ed25519Verifier, SigningKey
from evenhand.store.ledger_settings import LEDGER_SETTINGS_FILE, read_ledger_settings
from evenhand.store.public_files import PublicFiles
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.operations.known_checkpoints import known_checkpoints
from evenhand.workflows.operations.ledger_folder import LedgerFolder, one_line
from evenhand.workflows.operations.ledger_keys import key_path, read_signing_key, sign_checkpoints

VKEY = "vkey"


class BackupReport(Record, frozen=True, kw_only=True):
    """What a backup holds, and after how many days it must go: it keeps payloads that are erased later."""

    entries: int
    bytes: int
    backup_days: int


class RestoreReport(Record, frozen=True, kw_only=True):
    """What stands now: entries, the size of the published checkpoint, and whether the signing key is there."""

    entries: int
    size: int
    key: bool


def backup(folder: Path, out: Path) -> BackupReport:
    """Write settings and a consistent copy of the tables to `out`, not the signing key; a writer may go on.

    Raises:
        BadInput: there is no ledger, or something stands at `out`.
        StorageFailed: the disk does not obey.
    """
    where = LedgerFolder.at(folder)
    where.check_whole()
    settings = read_ledger_settings(where.path)
    _check_own_file(where)
    with one_line(out):
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise BadInput("the folder is not empty", where=out, todo="choose another folder")
        building = LedgerFolder(out.with_name(out.name + ".tmp"))
        shutil.rmtree(building.path, ignore_errors=True)
        try:
            _build(building, where)
            building.path.replace(out)
        except BaseException:
            shutil.rmtree(building.path, ignore_errors=True)  # it holds payloads
            raise
        sync_path(out.parent)
        copied = LedgerFolder(out)
        with closing(SqliteTables(copied.tables, read_only=True)) as tables:
            entries = next((seq + 1 for seq, _ in tables.last_leaves()), 0)
        return BackupReport(entries=entries, bytes=copied.tables.stat().st_size, backup_days=settings.backup_days)


def _build(building: LedgerFolder, where: LedgerFolder) -> None:
    building.private.mkdir(parents=True, mode=0o700)
    with closing(SqliteTables(where.tables, read_only=True)) as tables:
        tables.copy_to(building.tables)
    building.tables.chmod(0o600)
    sync_path(building.tables)
    write_whole(building.path / LEDGER_SETTINGS_FILE, (where.path / LEDGER_SETTINGS_FILE).read_bytes())


def restore(source: Path, folder: Path) -> RestoreReport:
    """Put the tables of a backup into the ledger at `folder`, which may be new, and mend its public files.

    The log must go on from what was published: the backup has to hold everything below the checkpoint there, and
    below every checkpoint and every entry of the tables there, if those can be read; in a network also below the
    checkpoints that its other files were made at.

    Raises:
        HistoryConflict: the backup is older than what is there, or of another history; nothing was changed.
        NotVerified: the backup is damaged.
        LedgerBusy: the ledger is in use.
        BadInput, StorageFailed: a file is missing or cannot be used.
    """
    copy, where = LedgerFolder(source), LedgerFolder.at(folder)
    copy.check_whole()
    _check_own_file(where)
    with one_line(where.path), closing(SqliteTables(copy.tables, read_only=True)) as tables:
        tree = _sound_tree(tables)
        where.private.mkdir(parents=True, mode=0o700, exist_ok=True)
        with where.locked(0):
            vkey, published = _published(where, tables)
            check_seen_checkpoints(known_checkpoints(where, tables.name()[0]), tree.size, tree.root_of)
            _check_continues(where, tree, published)
            key = None if vkey == tables.name()[1] else _rotated_key(where, vkey)
            _put_back(copy, where, tables)
    with where.locked(0), closing(SqliteTables(where.tables)) as tables:
        if key is not None and published is not None:  # a key rotated since the backup
            tables.rename(vkey)
            sign_checkpoints(tables, key, published)
        size = _publish_again(where, tables, tree, vkey, published)
    return RestoreReport(entries=tree.size, size=size, key=key_path(where).exists())


def _check_own_file(where: LedgerFolder) -> None:
    if (where.path / LEDGER_SETTINGS_FILE).exists() and read_ledger_settings(where.path).postgres:
        raise BadInput(
            "the tables are in Postgres", where=where.path / LEDGER_SETTINGS_FILE,
            todo="use the server's own backups; a start refuses tables that are older than the published checkpoint",
        )  # fmt: skip


def _sound_tree(tables: SqliteTables) -> Tree:
    report = verify_tables(tables, tables.name()[1], Ed25519Verifier(), None, Tree())
    if report.problems:
        first = report.problems[0]
        raise NotVerified(f"the backup is damaged ({first.kind})", where=first.where, todo="take another backup")
    return Tree(leaf_hash for _, _, leaf_hash in tables.leaves())


def _published(where: LedgerFolder, tables: SqliteTables) -> tuple[str, Checkpoint | None]:
    """Return the log's key and the published checkpoint at `where`; the key may have been rotated since the backup."""
    files = PublicFiles(where.path / "public")
    origin, vkey = tables.name()
    note, shown = files.get(CHECKPOINT), files.get(VKEY)
    if note is None:
        return vkey, None
    if shown is not None:
        vkey = shown.decode(errors="replace").removesuffix("\n")
    try:
        published = open_checkpoint(note, [read_vkey(vkey)], Ed25519Verifier())
    except NotVerified as error:
        raise HistoryConflict(f"the published checkpoint cannot be trusted ({error})", where=where.path,
                              todo="put back the last one that was published") from None  # fmt: skip
    if published.origin != origin:
        raise HistoryConflict("backup of another log", where=where.path, got=origin, expected=published.origin)
    return vkey, published


def _rotated_key(where: LedgerFolder, vkey: str) -> SigningKey:
    """Return the log's present key, which is not yet under the checkpoints of a backup from before its rotation."""
    key = read_signing_key(key_path(where))
    if key.vkey != vkey:
        raise BadInput("signing key of another log", where=key_path(where), got=key.vkey, expected=vkey)
    return key


def _check_continues(where: LedgerFolder, tree: Tree, published: Checkpoint | None) -> None:
    signed = [] if published is None else [(published.size, published.root, "the published checkpoint")]
    entries = 0
    with suppress(StorageFailed), closing(SqliteTables(where.tables, read_only=True)) as present:
        signed += [(row.size, row.root, "a checkpoint of the tables there") for row in present.checkpoints()]
        entries = next((seq + 1 for seq, _ in present.last_leaves()), 0)
    for size, root, what in signed:
        if size > tree.size:
            raise HistoryConflict(
                f"the backup is older than {what}", where=where.path, got=f"{tree.size} entries",
                expected=f"at least {size}", todo="take a newer backup",
            )  # fmt: skip
        if tree.root_of(size) != root:
            raise HistoryConflict(f"the backup is of another history than {what} of size {size}", where=where.path)
    if entries > tree.size:
        raise HistoryConflict(
            "the tables there hold entries that the backup has not", where=where.tables, got=f"{tree.size} entries",
            expected=f"at least {entries}", todo="if they cannot be used any more, move them away first",
        )  # fmt: skip


def _put_back(copy: LedgerFolder, where: LedgerFolder, tables: SqliteTables) -> None:
    fresh = where.tables.with_name(where.tables.name + ".tmp")
    fresh.unlink(missing_ok=True)
    try:
        tables.copy_to(fresh)
        fresh.chmod(0o600)
        sync_path(fresh)
        if not (where.path / LEDGER_SETTINGS_FILE).exists():
            write_whole(where.path / LEDGER_SETTINGS_FILE, (copy.path / LEDGER_SETTINGS_FILE).read_bytes())
    except BaseException:
        fresh.unlink(missing_ok=True)  # it holds payloads
        raise
    # What the old file's log still holds belongs to the old file.
    for suffix in ("-wal", "-shm", "-sums"):
        where.tables.with_name(where.tables.name + suffix).unlink(missing_ok=True)
    fresh.replace(where.tables)
    sync_path(where.private)


def _publish_again(
    where: LedgerFolder, tables: SqliteTables, tree: Tree, vkey: str, published: Checkpoint | None
) -> int:
    """Write tiles and, where none is there, the last signed checkpoint that the backup holds; return its size."""
    public = where.path / "public"
    public.mkdir(exist_ok=True)
    files = PublicFiles(public)
    stored = list(tables.checkpoints())
    if published is not None and published.size not in [row.size for row in stored]:
        row = StoredCheckpoint(size=published.size, root=published.root, at=0, note=published.note)
        tables.add_checkpoint(row, after=stored[-1].size if stored else None)
    signed = [row for row in stored if row.note is not None]
    size = published.size if published else max((row.size for row in signed), default=0)
    for tile in tiles(size):
        files.put(tile.path, tile.cut(tree))
    for tile, bundle in bundles(tables, size):
        files.put(tile.bundle_path, bundle)
    files.sync()
    write_whole(public / VKEY, f"{vkey}\n".encode())
    if published is None and signed:
        files.swap_checkpoint(None, (signed[-1].note or "").encode())
    return size
