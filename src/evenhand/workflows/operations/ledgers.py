"""A ledger is a folder: made, opened by one writer at a time, verified by anybody (`ledger.md` §4)."""

import json
import logging
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from msgspec import structs

from evenhand.ledger import Ledger, LogReader, read_witness_policy, verify_log
from evenhand.ledger.checkpoint import CHECKPOINT, sign_checkpoint
from evenhand.ledger.protocols import HttpPost, Verifier
from evenhand.ledger.signed_notes import open_note, read_vkey
from evenhand.ledger.subject_salts import SubjectSalts
from evenhand.ledger.tree import EMPTY_ROOT
from evenhand.ledger.witness import Witnesses
from evenhand.ledger.witness_policy import WitnessPolicy
from evenhand.model.errors import BadInput, NotVerified, StorageFailed
from evenhand.model.log import LedgerSettings, LogReport, Problem, SeenCheckpoint, StoredCheckpoint, WitnessReply
from evenhand.store.atomic_files import sync_path, write_whole
from evenhand.store.keys import SEED_SIZE, Ed25519Verifier, SigningKey, read_key
from evenhand.store.ledger_settings import LEDGER_SETTINGS_FILE, read_ledger_settings
from evenhand.store.page_checksums import changed_pages
from evenhand.store.public_files import PublicFiles
from evenhand.workflows.operations.checked_histories import keep_repaired, read_checked, repaired_tree
from evenhand.workflows.operations.known_checkpoints import known_checkpoints, seen_in_tables
from evenhand.workflows.operations.ledger_folder import LedgerFolder, one_line
from evenhand.workflows.operations.ledger_keys import keys_of
from evenhand.workflows.operations.ledger_replica import replica_problems
from evenhand.workflows.operations.ledger_tables import Tables, create_tables_at, open_tables, open_tables_at

_log = logging.getLogger("evenhand.ledger")
Tell = Callable[[Sequence[WitnessReply]], None]


def create_ledger(
    folder: Path,
    origin: str,
    *,
    draw: Callable[[int], bytes] = secrets.token_bytes,
    key_file: Path | None = None,
    postgres: str = "",
) -> str:
    """Make the folder of an empty ledger and return its vkey; killed on the way, nothing stands at `folder`.

    The key is new, or that of `key_file`, which is copied. Tables at an address of `postgres` are made last.

    Raises:
        BadInput: the folder is not empty, `origin` cannot be a log's name, or the key is another log's.
        StorageFailed: the folder cannot be written.
    """
    with one_line(folder):
        key = SigningKey(origin, draw(SEED_SIZE)) if key_file is None else read_key(key_file.read_bytes())
        if key.name != origin:
            raise BadInput("a key of another log", where=key_file, got=key.name, expected=origin)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput("the folder is not empty", where=folder, todo="choose another folder")
        building = folder.with_name(folder.name + ".tmp")
        shutil.rmtree(building, ignore_errors=True)
        _build(LedgerFolder(building), key, postgres)
        building.replace(folder)
        sync_path(folder.parent)
    return key.vkey


@contextmanager
def open_ledger(
    folder: Path,
    *,
    wait_s: float = 0,
    draw: Callable[[int], bytes] = secrets.token_bytes,
    clock: Callable[[], float] = time.time,
    ask: HttpPost | None = None,
    tell: Tell | None = None,
    policy: Path | None = None,
) -> Iterator[Ledger]:
    """Hold the ledger for writing: the lock, the check of its history, then the ledger.

    Salts are made by `draw`; no ruling ever sees them. `clock` (Unix seconds) ends the time of a retiring key.
    With `ask`, the witnesses of `policy`, or else of the settings' policy, are asked to cosign each checkpoint; `tell`
    gets their last answers at the end. Inside of a network the ledger must continue every checkpoint that the
    network's other files were made at. Public files that were not as published are written again; what was found is
    kept in `LedgerFolder.repairs`, and a warning of the logger `evenhand.ledger` tells of it.

    Raises:
        LedgerBusy: another process holds the lock and kept it for `wait_s` seconds.
        HistoryConflict: what is on disk is not the history that this key signed; nothing was written.
        BadInput: there is no ledger, or its key cannot be used.
        StorageFailed: the disk does not obey.
    """
    with ExitStack() as held:
        with one_line(folder):
            where = LedgerFolder.at(folder)
            held.enter_context(where.locked(wait_s))
            settings = read_ledger_settings(where.path)
            key = keys_of(where, clock())
            _check_settings(where, settings, key)
            witnesses = _witnesses(where, settings, ask, policy)
            tables = held.enter_context(closing(open_tables_at(where, settings.postgres, wait_s=wait_s)))
            subjects = SubjectSalts(tables, draw) if settings.salts == "subject" else None
            files = PublicFiles(where.public, each_file=settings.fsync == "file", repairs=where.repairs)
            seen, known = known_checkpoints(where, key.name), repaired_tree(where.path)
            ledger = Ledger(tables, files, key, draw, witnesses, subjects, seen=seen, known=known)
            keep_repaired(where.path, ledger.tree)
            if files.mended:
                _log.warning("evenhand: %s", where.repairs_sentence())
        try:
            yield ledger
        finally:
            if tell is not None:
                tell(ledger.replies)


@contextmanager
def read_ledger(folder: Path) -> Iterator[LogReader]:
    """Hold the ledger for reading, beside its writer: no lock is taken, no key is needed, nothing is written.

    Raises:
        HistoryConflict: what is on disk is not the history that was signed.
        BadInput: there is no ledger with payloads.
        StorageFailed: a file cannot be read.
    """
    where = _whole_ledger(folder)
    with ExitStack() as held:
        with one_line(where.path):
            # Before the checkpoint, which a run publishes before it writes the files that remember it.
            seen = known_checkpoints(where, read_ledger_settings(where.path).origin)
            tables = held.enter_context(closing(open_tables(where, read_only=True)))
            tree, checkpoint = read_checked(where.path, tables, PublicFiles(where.public), Ed25519Verifier(), seen)
        yield LogReader(tables, tree, checkpoint)


def _whole_ledger(folder: Path) -> LedgerFolder:
    """Return the ledger at `folder`.

    Raises:
        BadInput: there is none with payloads.
    """
    where = LedgerFolder.at(folder)
    if not where.is_whole():
        raise BadInput(
            "no ledger with payloads here",
            where=where.path,
            expected="a folder with `public` and `private`",
            todo="run `evenhand run` first",
        )
    return where


def verify_folder(folder: Path, vkey: str | None = None, policy: Path | None = None) -> LogReport:
    """Return what holds of the ledger, network or stranger's tlog-tiles folder at `folder`, problem by problem.

    Without `vkey` the folder's own is believed: that shows damage, but not that somebody wrote it all anew.
    With `policy` the checkpoint must be signed by a log of it and cosigned by its quorum.

    Raises:
        BadInput: there is no log, the policy cannot be read, or `vkey` is not the text of a key.
        StorageFailed: a file cannot be read.
    """
    if vkey is not None:
        read_vkey(vkey, "vkey")
    where = LedgerFolder.at(folder)
    with one_line(where.path):
        own = _read_text(where.public / "vkey")
        if own is None and not (where.public / "checkpoint").exists():
            raise BadInput(
                "no log here", where=where.path, expected="`vkey`, `checkpoint` and `tile`, or `public` with them"
            )
        trusted = None if policy is None else read_witness_policy(policy.read_bytes())
        files, verifier = PublicFiles(where.public), Ed25519Verifier()
        key, problems = _believed(own, vkey, files, verifier)
        problems += [] if trusted is None else _verify_quorum(files, trusted, verifier)
        if not where.is_whole():
            return _with(verify_log(files, key, verifier), problems)
        # Before the checkpoint, which a run publishes before it writes the files that remember it.
        seen = known_checkpoints(where, key.partition("+")[0])
        report = _with(_verify_both(where, key, seen), problems + _verify_settings(where, key))
        return structs.replace(report, repaired=where.repairs_sentence())


def _build(folder: LedgerFolder, key: SigningKey, postgres: str) -> None:
    """Write what `ledger.md` §4 lists, each file durable."""
    private, public = folder.private, folder.path / "public"
    public.mkdir(parents=True)
    private.mkdir(mode=0o700)
    settings = {"origin": key.name, **({"postgres": postgres} if postgres else {})}
    # A string of JSON is one of TOML.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in settings.items()]
    # An address may hold a password.
    write_whole(folder.path / LEDGER_SETTINGS_FILE, "".join(lines).encode(), mode=0o600 if postgres else 0o644)
    write_whole(private / "signing.key", key.to_file(), mode=0o600)
    write_whole(private / "lock", b"", mode=0o600)
    checkpoint = sign_checkpoint(key.name, 0, EMPTY_ROOT, key)
    write_whole(public / "vkey", f"{key.vkey}\n".encode())
    write_whole(public / "checkpoint", checkpoint.note.encode())
    create_tables_at(folder, postgres, key.name, key.vkey)
    with closing(open_tables_at(folder, postgres)) as tables:
        tables.add_checkpoint(StoredCheckpoint(size=0, root=EMPTY_ROOT, at=0, note=checkpoint.note))


def _check_settings(folder: LedgerFolder, settings: LedgerSettings, key: SigningKey) -> None:
    if settings.origin != key.name:
        raise BadInput(
            "settings and key name two logs", where=folder.path / LEDGER_SETTINGS_FILE, got=settings.origin,
            expected=key.name, todo="put back the key or the settings that belong together",
        )  # fmt: skip


def _witnesses(
    folder: LedgerFolder, settings: LedgerSettings, ask: HttpPost | None, policy: Path | None
) -> Witnesses | None:
    path = policy or (folder.path / settings.policy if settings.policy else None)
    if ask is None or path is None:
        return None
    with one_line(path):
        trusted = read_witness_policy(path.read_bytes())
    return Witnesses(trusted, ask, Ed25519Verifier(), settings.witness_deadline_ms / 1000)


def _believed(own: str | None, vkey: str | None, files: PublicFiles, verifier: Verifier) -> tuple[str, list[Problem]]:
    """Return the key to verify with, and a problem if the folder names another than the reader.

    After a rotation both keys sign for a time: then the reader's, if it is one of them, vouches for the folder's.
    """
    if own is not None and vkey in (None, own):
        return own, []
    if vkey is None:
        return "", []
    try:
        both = [read_vkey(vkey), read_vkey(own or "")]
        if len(open_note(files.get(CHECKPOINT) or b"", both, verifier).keys) == 2:
            return own or vkey, []
    except (BadInput, NotVerified):
        pass
    return vkey, [Problem(kind="vkey", where="vkey is not the key given")]


def _verify_quorum(files: PublicFiles, policy: WitnessPolicy, verifier: Verifier) -> list[Problem]:
    try:
        policy.open(files.get(CHECKPOINT) or b"", verifier)
    except NotVerified as error:
        return [Problem(kind="policy", where=f"{CHECKPOINT}: {error}")]
    return []


def _verify_both(folder: LedgerFolder, vkey: str, seen: Sequence[SeenCheckpoint]) -> LogReport:
    files, verifier, address = PublicFiles(folder.public), Ed25519Verifier(), _address(folder)
    try:
        tables = open_tables_at(folder, address, read_only=True)
    except StorageFailed as error:
        if address:
            raise  # a server that does not answer proves nothing wrong
        return _with(verify_log(files, vkey, verifier), [Problem(kind="database", where=str(error))])
    with closing(tables):
        report = verify_log(files, vkey, verifier, tables, is_shared=bool(address))
        if any(each.kind == "name" for each in report.problems):
            return report
        report = _with(report, _verify_seen(seen, tables, report.size))
    report = _with(report, replica_problems(folder.path, vkey))
    # The last resort: a page whose every row is right, such as one with a changed idempotency key.
    return report if report.problems else _with(report, _changed_pages(folder))


def _verify_seen(seen: Sequence[SeenCheckpoint], tables: Tables, published: int) -> list[Problem]:
    """Return where the tables, or the published checkpoint, do not continue what other files were made at."""
    problems = [Problem(kind="history", where=f"{known.where}: {what}") for what, known in seen_in_tables(seen, tables)]
    newest = max(seen, key=lambda known: known.size, default=None)
    if not problems and newest is not None and newest.size > published:
        what = f"{CHECKPOINT} of size {published} is older than the one of size {newest.size} in {newest.where}"
        problems.append(Problem(kind="checkpoint", where=what))
    return problems


def _changed_pages(folder: LedgerFolder) -> list[Problem]:
    pages = changed_pages(folder.tables)
    where = "private/ledger.sqlite: page {} does not fit private/ledger.sqlite-sums"
    return [Problem(kind="database", where=where.format(number)) for number in pages]


def _address(folder: LedgerFolder) -> str:
    """Return where in Postgres the tables are; ``""``, those in the folder, too where no settings can be read."""
    try:
        return read_ledger_settings(folder.path).postgres
    except BadInput:
        return ""  # told by `_verify_settings`


def _verify_settings(folder: LedgerFolder, vkey: str) -> list[Problem]:
    """Return what is wrong with settings and key; a folder without the key (a backup) may be verified too."""
    problems = []
    name = "private/signing.key"
    try:
        settings = read_ledger_settings(folder.path)
        name = settings.key
        if settings.origin != vkey.partition("+")[0]:
            problems.append(Problem(kind="settings", where="ledger.toml names another log"))
    except BadInput as error:
        problems.append(Problem(kind="settings", where=str(error)))
    path = folder.path / name
    try:
        if path.exists() and read_key(path.read_bytes()).vkey != vkey:
            problems.append(Problem(kind="key", where=f"{name} is another log's"))
    except BadInput as error:
        problems.append(Problem(kind="key", where=f"{name}: {error}"))
    return problems


def _with(report: LogReport, problems: list[Problem]) -> LogReport:
    return structs.replace(report, ok=report.ok and not problems, problems=report.problems + tuple(problems))


def _read_text(path: Path) -> str | None:
    """Return a file of one line; None where there is none. Bytes that are no text stay visible."""
    if not path.exists():
        return None
    return path.read_bytes().decode(errors="backslashreplace").removesuffix("\n")
