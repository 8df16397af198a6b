"""Verification of the tables behind a log: rows, payloads and checkpoints against what is published."""

from dataclasses import dataclass, field

from evenhand.ledger.checkpoint import open_checkpoint
from evenhand.ledger.leaf import opens, read_leaf
from evenhand.ledger.payload_verification import PayloadChecks
from evenhand.ledger.protocols import Storage, Verifier
from evenhand.ledger.recovery import OTHER_TABLES
from evenhand.ledger.signed_notes import read_vkey
from evenhand.ledger.subject_salts import salt_of
from evenhand.ledger.tree import HASH_SIZE, Tree, leaf_hash
from evenhand.model.errors import BadInput, NotVerified, StorageFailed
from evenhand.model.log import Checkpoint, ErasedEntry, Problem, StoredCheckpoint, StoredEntry


@dataclass
class TablesReport:
    """How many entries and payloads the tables hold, which were erased, and what is wrong with them.

    `where` is what they are called, `published` the size of the largest checkpoint that was published.
    """

    where: str
    entries: int = 0
    payloads: int = 0
    published: int = 0
    erasures: tuple[ErasedEntry, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: str, where: str, index: int | None = None) -> None:
        """Note one problem."""
        self.problems.append(Problem(kind=kind, where=where, index=index))


def verify_tables(
    storage: Storage, vkey: str, verifier: Verifier, checkpoint: Checkpoint | None, published: Tree
) -> TablesReport:
    """Return what is wrong with the tables of a log whose public side gave the tree `published`.

    Kinds: `name` (another log's tables, of which nothing more is said), `database` (cannot be read), `row` (missing,
    changed, another leaf than published, leaf malformed), `payload` (missing though no later leaf says that it was
    erased, there although one says so, or not the one committed to), `sealed` (the same of a sealed value), `head`.
    """
    report = TablesReport(storage.where)
    try:
        origin, kept = storage.name()
        if (ours := vkey.partition("+")[0]) and origin != ours:
            report.add("name", f"{storage.where}: the tables of the log {origin}, not of {ours}; {OTHER_TABLES}")
            return report
        if kept != vkey:
            report.add("name", f"{storage.where}: meta")
        for line in storage.damage():
            report.add("database", f"{storage.where}: {line}")
        tree = _verify_rows(storage, published, report)
        _verify_checkpoints(storage, vkey, verifier, checkpoint, tree, report)
    except StorageFailed as error:
        report.add("database", str(error))
    return report


def _verify_rows(storage: Storage, published: Tree, report: TablesReport) -> Tree:
    """Return the tree of all rows: as published up to there, as the rows say beyond."""
    tree, payloads = Tree(), PayloadChecks(storage.where)
    for entry in storage.entries():
        while tree.size < entry.seq:
            _miss(tree, published, report)
        right = published.leaf(tree.size) if tree.size < published.size else entry.leaf_hash
        if not leaf_hash(entry.leaf) == entry.leaf_hash == right:
            report.add("row", f"{report.where}: entry", entry.seq)
        _verify_entry(entry, report, payloads)
        tree.append(right)
    while tree.size < published.size:
        _miss(tree, published, report)
    payloads.end(storage.sealed())
    report.erasures = payloads.erasures
    report.problems += payloads.problems
    return tree


def _miss(tree: Tree, published: Tree, report: TablesReport) -> None:
    report.add("row", f"{report.where}: entry is missing", tree.size)
    tree.append(published.leaf(tree.size) if tree.size < published.size else bytes(HASH_SIZE))


def _verify_entry(entry: StoredEntry, report: TablesReport, payloads: PayloadChecks) -> None:
    report.entries += 1
    report.payloads += entry.body is not None
    try:
        leaf = read_leaf(entry.leaf)
    except NotVerified:
        report.add("row", f"{report.where}: entry is no leaf", entry.seq)
        return
    if leaf.seq != entry.seq:
        report.add("row", f"{report.where}: entry says seq {leaf.seq}", entry.seq)
    if entry.body is None:
        payloads.is_missing(entry.seq)
    elif opens(leaf, salt_of(entry), entry.body):
        payloads.is_sound(entry.seq, leaf.kind, entry.body)
    else:
        report.add("payload", f"{report.where}: payload", entry.seq)


def _verify_checkpoints(
    storage: Storage, vkey: str, verifier: Verifier, checkpoint: Checkpoint | None, tree: Tree, report: TablesReport
) -> None:
    published: StoredCheckpoint | None = None
    for stored in storage.checkpoints():
        if (
            stored.size > tree.size
            or stored.root != tree.root_of(stored.size)
            or not _is_signed(stored, vkey, verifier)
        ):
            report.add("head", f"{report.where}: head of size {stored.size}")
        if stored.note is not None:
            report.published = stored.size
        if checkpoint is not None and stored.size == checkpoint.size:
            published = stored
    if checkpoint is not None and (published is None or not _is_published(checkpoint, published, storage)):
        report.add("head", f"{report.where}: head of the checkpoint's size {checkpoint.size}")


def _is_signed(stored: StoredCheckpoint, vkey: str, verifier: Verifier) -> bool:
    """Tell whether the note, if there is one, says what its row says; a rotated key signs all notes anew."""
    if stored.note is None:
        return True
    try:
        signed = open_checkpoint(stored.note.encode(), [read_vkey(vkey)], verifier)
    except (NotVerified, BadInput):
        return False
    return (signed.size, signed.root) == (stored.size, stored.root)


def _is_published(checkpoint: Checkpoint, stored: StoredCheckpoint, storage: Storage) -> bool:
    """Tell whether the checkpoint is the stored note with none but the kept lines of witnesses below it."""
    if stored.note is None:
        return True
    lines = checkpoint.note.removeprefix(stored.note).splitlines(keepends=True)
    kept = storage.cosignatures(stored.size).values()
    return checkpoint.note.startswith(stored.note) and all(line in kept for line in lines)
