"""Moving the tables of a ledger from its file to Postgres, to another Postgres, or back."""

import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import msgspec
from msgspec import structs

from evenhand.ledger.table_verification import TablesReport, verify_tables
from evenhand.ledger.tree import Tree
from evenhand.model.errors import BadInput, HistoryConflict, NotVerified
from evenhand.model.log import LedgerSettings, SealedField, StoredEntry
from evenhand.model.record import Record
from evenhand.store.atomic_files import sync_path, write_whole
from evenhand.store.keys import Ed25519Verifier
from evenhand.store.ledger_settings import LEDGER_SETTINGS_FILE, hidden_address, read_ledger_settings, settings_in
from evenhand.workflows.operations.ledger_folder import LedgerFolder, one_line
from evenhand.workflows.operations.ledger_tables import Tables, create_tables_at, open_tables_at

FILE = "file"
"""Where to move to for the ledger's own file."""
_PAGE = 1_000
_BEGUN = "move.json"
"""Says from before a move until its end where the tables were and where they go."""
_ADDRESS = re.compile(r'^[ \t]*(?:postgres|"postgres"|replica|"replica")[ \t]*=[^\n]*\n?', re.MULTILINE)


class MoveReport(Record, frozen=True, kw_only=True):
    """What was moved, and where from and to: an address without its password, or the file."""

    entries: int
    payloads: int
    source: str
    target: str


def move(folder: Path, to: str, *, wait_s: float = 0) -> MoveReport:
    """Move the tables of a ledger to an address of Postgres, or to its own `FILE`, and return what was moved.

    The copy is verified whole before the settings name it; only then what was moved is removed from where it was.
    Killed anywhere, the ledger goes on where its settings say, and the same command does the rest.

    Raises:
        BadInput: there is no ledger, its tables are there already, other tables stand there, the address cannot be
            used, or the settings have to be changed by hand.
        NotVerified: the copy does not hold, because what was copied does not.
        LedgerBusy: the ledger is in use.
        StorageFailed: a disk or server does not obey.
    """
    where, address = LedgerFolder.at(folder), "" if to == FILE else to
    with ExitStack() as held:
        held.enter_context(where.locked(wait_s))
        settings = read_ledger_settings(where.path)
        left = _removed_left(where, settings.postgres, wait_s)
        if address == settings.postgres:
            if left is None:
                raise BadInput("the ledger's tables are there already", where=where.path, got=_named(where, address))
            with closing(open_tables_at(where, address, read_only=True)) as tables:
                return _report(where, _sound(tables), left, address)
        changed = _with_address(where, settings, address)
        if _stand(where, address):
            raise BadInput(
                "other tables stand there", where=_named(where, address), expected="none of a ledger",
                todo="move elsewhere, or remove those tables if nobody needs them; nothing was moved",
            )  # fmt: skip
        source = held.enter_context(closing(open_tables_at(where, settings.postgres, wait_s=wait_s)))
        with one_line(where.path):
            write_whole(where.private / _BEGUN, json.dumps([settings.postgres, address]).encode(), mode=0o600)
            with _building(where, address, source, wait_s) as target:
                _copy(source, target)
                found = _sound(target)
                _check_same(source, target)
            write_whole(where.path / LEDGER_SETTINGS_FILE, changed.encode(), mode=0o600 if address else 0o644)
            _remove(where, settings.postgres, source)
            (where.private / _BEGUN).unlink()
    return _report(where, found, settings.postgres, address)


def _report(where: LedgerFolder, found: TablesReport, source: str, target: str) -> MoveReport:
    return MoveReport(
        entries=found.entries, payloads=found.payloads, source=_named(where, source), target=_named(where, target)
    )


def _removed_left(where: LedgerFolder, address: str, wait_s: float) -> str | None:
    """Remove what a move that was cut short left, and return where the tables were if they are at `address` since.

    INVARIANT: tables are removed only where the settings name others, whose log goes on from theirs.
    """
    note = where.private / _BEGUN
    if not note.exists():
        return None
    source, target = json.loads(note.read_bytes())
    left = source if address == target else target
    if _stand(where, left):
        with closing(open_tables_at(where, left, wait_s=wait_s)) as old:
            with closing(open_tables_at(where, address, read_only=True)) as new:
                ours, theirs = Tree(each for *_, each in new.leaves()), Tree(each for *_, each in old.leaves())
                if (old.name()[0], theirs.root()) != (new.name()[0], ours.root_of(min(theirs.size, ours.size))):
                    raise HistoryConflict(
                        "a move was cut short, and another log stands where it left tables", where=_named(where, left),
                        todo=f"look what it is; delete {note} to leave it alone",
                    )  # fmt: skip
            _remove(where, left, old)
    note.unlink()
    return str(source) if address == target else None


def _stand(where: LedgerFolder, address: str) -> bool:
    if not address:
        return where.tables.exists()
    from evenhand.store.postgres_schema import has_tables  # noqa: PLC0415  psycopg is an extra

    return has_tables(address)


def _named(where: LedgerFolder, address: str) -> str:
    return hidden_address(address) or str(where.tables)


def _with_address(where: LedgerFolder, settings: LedgerSettings, address: str) -> str:
    """Return the text of the settings with another address, or without one, and without the old one's replica."""
    path = where.path / LEDGER_SETTINGS_FILE
    text = _ADDRESS.sub("", path.read_text(encoding="utf-8-sig"))
    # A string of JSON is one of TOML.
    line = f"postgres = {json.dumps(address, ensure_ascii=False)}\n" if address else ""
    made = text + ("\n" if line and text and not text.endswith("\n") else "") + line
    try:
        is_right = settings_in(made) == structs.replace(settings, postgres=address, replica="")
    except (tomllib.TOMLDecodeError, msgspec.ValidationError):
        is_right = False
    if not is_right:
        raise BadInput(
            "the settings cannot be changed safely", where=path, expected="one line `postgres = …` at most",
            todo="write the key `postgres` in one line of its own, then run again; nothing was moved",
        )  # fmt: skip
    return made


@contextmanager
def _building(where: LedgerFolder, address: str, source: Tables, wait_s: float) -> Iterator[Tables]:
    """Give empty tables of the same log; all that is written into them is durable at the end, or nothing is there."""
    if address:
        create_tables_at(where, address, *source.name())
        with closing(open_tables_at(where, address, wait_s=wait_s)) as target, _at_once(target):
            yield target
        return
    building = LedgerFolder(where.private / "move.tmp")
    building.private.mkdir(mode=0o700, parents=True, exist_ok=True)
    _unlink(building.tables)
    create_tables_at(building, "", *source.name())
    with closing(open_tables_at(building, "")) as target:
        yield target
    sync_path(building.tables)
    for suffix in ("-sums", ""):  # the file last: with it there are tables
        building.tables.with_name(building.tables.name + suffix).replace(
            where.tables.with_name(where.tables.name + suffix)
        )
    sync_path(where.private)
    _unlink(building.tables)
    building.private.rmdir()
    building.path.rmdir()


def _at_once(target: Tables) -> AbstractContextManager[None]:
    from evenhand.store.postgres import PostgresTables  # noqa: PLC0415  psycopg is an extra

    assert isinstance(target, PostgresTables), "tables at an address are there"
    return target.at_once()


def _copy(source: Tables, target: Tables) -> None:
    """Write all rows of one log's tables into another's, which are empty."""
    keys = {seq: key for key, seq in source.idempotency_keys()}
    sealed: dict[int, list[SealedField]] = {}
    for seq, each in source.sealed():
        sealed.setdefault(seq, []).append(each)
    subjects: set[str] = set()
    for page in _pages(source.entries()):
        fresh = {each.subject: each.subject_key for each in page if each.subject_key and each.subject not in subjects}
        if fresh:
            target.add_subject_keys(fresh)
            subjects |= fresh.keys()
        target.append([
            structs.replace(each, key=keys.get(each.seq, ""), sealed=tuple(sealed.get(each.seq, ()))) for each in page
        ])  # fmt: skip
    before: int | None = None
    for checkpoint in source.checkpoints():
        target.add_checkpoint(checkpoint, before)
        before = checkpoint.size
        for witness, line in source.cosignatures(checkpoint.size).items():
            target.add_cosignature(checkpoint.size, witness, line)


def _pages(entries: Iterator[StoredEntry]) -> Iterator[list[StoredEntry]]:
    page: list[StoredEntry] = []
    for each in entries:
        page.append(each)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page


def _sound(tables: Tables) -> TablesReport:
    """Return what tables hold, once each payload opens its leaf and each checkpoint its tree.

    Raises:
        NotVerified: one does not.
    """
    report = verify_tables(tables, tables.name()[1], Ed25519Verifier(), None, Tree())
    if report.problems:
        first = report.problems[0]
        raise NotVerified(f"the tables are damaged ({first.kind})", where=first.where,
                          todo="nothing was moved; run `evenhand ledger verify` and put back a backup")  # fmt: skip
    return report


def _check_same(source: Tables, target: Tables) -> None:
    """Raise HistoryConflict unless a copy is what was copied."""
    if _whole(source) != _whole(target):
        raise HistoryConflict(
            "the copy is not what was copied", expected="the same rows", todo="report this as a fault"
        )


def _whole(tables: Tables) -> tuple[object, ...]:
    """Return what has to be the same of two copies beside the rows that are verified one by one."""
    tree = Tree(leaf_hash for _, _, leaf_hash in tables.leaves())
    return tree.size, tree.root(), sorted(tables.idempotency_keys()), list(tables.sealed()), list(tables.checkpoints())


def _remove(where: LedgerFolder, address: str, source: Tables) -> None:
    """Remove the tables that were moved: what is erased later would stay in them."""
    if address:
        from evenhand.store.postgres import PostgresTables  # noqa: PLC0415  psycopg is an extra

        assert isinstance(source, PostgresTables), "tables at an address are there"
        source.remove()
        return
    source.close()
    _unlink(where.tables)


def _unlink(tables: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-sums"):
        tables.with_name(tables.name + suffix).unlink(missing_ok=True)
