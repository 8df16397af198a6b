"""The care of a ledger's folder: how it stands, what may go, and its public side for a web server."""

from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import apsw

from evenhand.ledger.checkpoint import CHECKPOINT, open_checkpoint
from evenhand.ledger.public_verification import verify_public
from evenhand.ledger.signed_notes import read_vkey
from evenhand.ledger.tiles import tiles
from evenhand.ledger.tree import Tree
from evenhand.ledger.verification import behind_sentence
from evenhand.model.errors import BadInput, EvenhandError, HistoryConflict, NotVerified
from evenhand.model.log import Checkpoint, LedgerSettings
from evenhand.model.record import Record
from evenhand.model.verifier_key import VerifierKey
from evenhand.store.atomic_files import TEMPORARY
from evenhand.store.keys import Ed25519Verifier
from evenhand.store.ledger_settings import LEDGER_SETTINGS_FILE, read_ledger_settings, without_passwords
from evenhand.store.public_files import PublicFiles
from evenhand.workflows.operations.known_checkpoints import known_checkpoints, seen_in_tables
from evenhand.workflows.operations.ledger_folder import OTHERS, LedgerFolder, one_line
from evenhand.workflows.operations.ledger_keys import key_path, read_signing_key
from evenhand.workflows.operations.ledger_replica import replica_unused
from evenhand.workflows.operations.ledger_tables import Tables, open_tables

VKEY = "vkey"


class LedgerStatus(Record, frozen=True, kw_only=True):
    """How a ledger stands: what is signed, what is recorded beyond it, by which versions, and what needs a hand.

    `other_host` says in one sentence that another host wrote to the same tables since; that is no problem.
    """

    origin: str
    size: int
    root: str
    entries: int
    behind: int
    sqlite: str
    version: str
    settings: LedgerSettings
    problems: tuple[str, ...]
    other_host: str = ""


class CompactionReport(Record, frozen=True, kw_only=True):
    """How many old partial files went, and the size of the database before and after, in bytes."""

    removed: int
    bytes_before: int
    bytes_after: int


class Exported(Record, frozen=True, kw_only=True):
    """The size of the log that was exported, its files, and how many of them were new or changed."""

    size: int
    files: int
    written: int


def status(folder: Path) -> LedgerStatus:
    """Return how a ledger stands, read without its lock; nothing is repaired and no payload is read.

    Raises:
        BadInput: there is no ledger, or its settings cannot be read.
        StorageFailed: the tables cannot be read.
    """
    where = LedgerFolder.at(folder)
    where.check_whole()
    settings = read_ledger_settings(where.path)
    with closing(open_tables(where, read_only=True)) as tables, one_line(where.path):
        problems = [*_file_problems(where, settings), *replica_unused(settings)]
        seen = known_checkpoints(where, settings.origin)
        checkpoint = _published(where, tables.name()[1], problems)
        entries = next((seq + 1 for seq, _ in tables.last_leaves()), 0)
        problems += [f"{each.where}: {what}" for what, each in seen_in_tables(seen, tables)]
        size, known = checkpoint.size if checkpoint else 0, max((each.size for each in seen), default=0)
        published = max([each.size for each in tables.checkpoints() if each.note], default=0)
        is_beginning = bool(settings.postgres) and known <= size < published and _begins(tables, checkpoint)
        published = max(published, known)
    if size > entries:
        problems.append(f"the tables hold {entries} entries, the published checkpoint {size}: they are a backup's")
    elif size < published and not is_beginning:
        problems.append(f"the published checkpoint of size {size} is older than one of size {published} before it")
    return LedgerStatus(
        origin=settings.origin, size=size, root=checkpoint.note.split("\n")[2] if checkpoint else "", entries=entries,
        behind=max(entries - size, 0), sqlite=apsw.sqlite_lib_version(), version=version("evenhand"),
        settings=without_passwords(settings), problems=tuple(problems),
        other_host=behind_sentence(size, published) if is_beginning else "",
    )  # fmt: skip


def _begins(tables: Tables, checkpoint: Checkpoint | None) -> bool:
    """Return whether the tables' log has the checkpoint's root at its size, and so goes on from it."""
    tree = Tree(leaf_hash for _, _, leaf_hash in tables.leaves())
    return checkpoint is not None and checkpoint.size <= tree.size and tree.root_of(checkpoint.size) == checkpoint.root


def compact(folder: Path, *, wait_s: float = 0) -> CompactionReport:
    """Remove partial tiles whose full tile is there, and write the database anew without free space.

    Readers that still hold an older checkpoint read the full tile instead (C2SP tlog-tiles).

    Raises:
        LedgerBusy, BadInput, StorageFailed: as `open_ledger`.
    """
    where = LedgerFolder.at(folder)
    with where.locked(wait_s), one_line(where.path):
        removed = 0
        for partial in sorted((where.public / "tile").rglob("*.p")):
            if partial.with_suffix("").is_file():
                removed += sum(1 for each in partial.iterdir() if _unlink(each))
                partial.rmdir()
        with closing(open_tables(where, wait_s=wait_s)) as tables:
            before = tables.bytes_used()
            tables.purge()
            return CompactionReport(removed=removed, bytes_before=before, bytes_after=tables.bytes_used())


def export(folder: Path, out: Path) -> Exported:
    """Write the public folder, as far as its checkpoint needs it, to `out` for a web server.

    It is verified first. An export of the same log that stands at `out` is brought up to date, its checkpoint
    last, so that a reader never finds one whose tiles are not there.

    Raises:
        BadInput: something else stands at `out`.
        HistoryConflict: the export at `out` is newer, or of another history.
        NotVerified: the public folder is damaged.
    """
    where = LedgerFolder.at(folder)
    source, target = PublicFiles(where.public), PublicFiles(out)
    with one_line(where.path):
        key = _key(source)
        checkpoint = open_checkpoint(source.get(CHECKPOINT) or b"", [key], Ed25519Verifier())
        tree, problems = verify_public(source, checkpoint)
        if problems:
            raise NotVerified(
                "the public folder is damaged", where=problems[0].where, todo="run `evenhand ledger verify`"
            )
        old = target.get(CHECKPOINT)
        if old is not None:
            exported = open_checkpoint(old, [key, _key(target)], Ed25519Verifier())
            _check_older(exported, checkpoint, tree.root_of)
        elif out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise BadInput("the folder is not empty", where=out, expected="nothing, or an export of this log")
        return _copy(source, target, checkpoint, old)


def _key(files: PublicFiles) -> VerifierKey:
    return read_vkey((files.get(VKEY) or b"").decode(errors="replace").removesuffix("\n"))


def _check_older(exported: Checkpoint, checkpoint: Checkpoint, root_of: Callable[[int], bytes]) -> None:
    is_older = exported.origin == checkpoint.origin and exported.size <= checkpoint.size
    if not is_older or root_of(exported.size) != exported.root:
        raise HistoryConflict(
            f"the export there has size {exported.size} and is newer, or of another history", where=exported.origin,
            expected=f"what {checkpoint.origin} of size {checkpoint.size} begins with",
            todo="find out which of the two was served",
        )  # fmt: skip


def _copy(source: PublicFiles, target: PublicFiles, checkpoint: Checkpoint, old: bytes | None) -> Exported:
    """Copy what differs; where a partial tile went, its full one stands for it."""
    paths = [(tile.path, tile.full.path) for tile in tiles(checkpoint.size)]
    paths += [(tile.bundle_path, tile.full.bundle_path) for tile in tiles(checkpoint.size) if tile.level == 0]
    needed = [path if source.get(path) is not None else full for path, full in paths]
    written = 0
    for path in [VKEY, *needed]:
        data = source.get(path) or b""
        if target.get(path) != data:
            target.put(path, data)
            written += 1
    target.sync()
    if old != checkpoint.note.encode():
        target.swap_checkpoint(old, checkpoint.note.encode())
        written += 1
    return Exported(size=checkpoint.size, files=len(needed) + 2, written=written)


def _published(where: LedgerFolder, vkey: str, problems: list[str]) -> Checkpoint | None:
    note = PublicFiles(where.public).get(CHECKPOINT)
    if note is None:
        problems.append("no checkpoint is published")
        return None
    try:
        return open_checkpoint(note, [read_vkey(vkey)], Ed25519Verifier())
    except (NotVerified, BadInput) as error:
        problems.append(f"checkpoint: {error}")
        return None


def _file_problems(where: LedgerFolder, settings: LedgerSettings) -> Iterator[str]:
    for path, expected in ((where.private, 0o700), (where.tables, 0o600), (where.path / LEDGER_SETTINGS_FILE, 0o600)):
        # Settings are secret only where they hold a password.
        is_secret = path.name != LEDGER_SETTINGS_FILE or without_passwords(settings) != settings
        if is_secret and path.exists() and (mode := path.stat().st_mode & 0o777) & OTHERS:
            name = path.relative_to(where.path)
            yield f"others than the owner may read {name}: mode {mode:o}, run `chmod {expected:o} {name}`"
    try:
        read_signing_key(key_path(where))
    except EvenhandError as error:
        yield str(error)
    if where.next_key.exists():
        yield "a rotation of keys was cut short: run `evenhand ledger rotate`"
    for path in sorted(where.path.rglob(f"*{TEMPORARY}")):
        yield f"{path.relative_to(where.path)} was left by a writer that died or is at work"


def _unlink(path: Path) -> bool:
    path.unlink()
    return True
