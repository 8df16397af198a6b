"""The ledger: records in, durable before they are acknowledged; every checkpoint continues the one before."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from msgspec import structs

from evenhand.ledger.checkpoint import sign_checkpoint
from evenhand.ledger.commit_queue import BATCH_BYTES, BATCH_RECORDS
from evenhand.ledger.field_commitments import SALT_SIZE
from evenhand.ledger.fingerprints import Fingerprints
from evenhand.ledger.leaf import Committed, commit_record, fingerprint, make_leaf, minute_of
from evenhand.ledger.log_reader import LogReader
from evenhand.ledger.protocols import Files, Signer, Storage
from evenhand.ledger.recovery import bundles, check_history
from evenhand.ledger.sealing_forms import SealingForms
from evenhand.ledger.signed_notes import sign_note
from evenhand.ledger.subject_salts import SubjectSalts, subject_salt
from evenhand.ledger.tiles import tiles
from evenhand.ledger.tree import Tree, leaf_hash
from evenhand.ledger.witness import Witnesses
from evenhand.model.errors import StorageFailed
from evenhand.model.log import (
    Checkpoint,
    LogRecord,
    Receipt,
    SeenCheckpoint,
    StoredCheckpoint,
    StoredEntry,
    WitnessReply,
)


class Ledger(LogReader):
    """One log, open for writing by one process; opening it checks its history and writes lost tiles again.

    `draw(n)` returns n fresh random bytes, of which each record's salt is made, unless `subjects` makes it of the
    key of the record's subject. `witnesses` are asked to cosign every checkpoint that is published; `replies` holds
    what they answered the last time. `seen` are checkpoints that other files were made at, which this ledger must
    continue. `known` is its tree as this process opened it before (`recovery.check_history`).

    Raises:
        HistoryConflict: what is on disk is not this ledger's history (`recovery.check_history`); nothing was written.
        StorageFailed: the disk fails.
    """

    def __init__(
        self,
        storage: Storage,
        files: Files,
        signer: Signer,
        draw: Callable[[int], bytes],
        witnesses: Witnesses | None = None,
        subjects: SubjectSalts | None = None,
        *,
        seen: Sequence[SeenCheckpoint] = (),
        known: Tree | None = None,
    ) -> None:
        self._storage, self._files, self._signer, self._draw = storage, files, signer, draw
        self._witnesses, self._subjects = witnesses, subjects
        self.replies: list[WitnessReply] = []
        self._broken = False
        self._made = Fingerprints()
        self._forms = SealingForms()
        self.origin = ""
        with self._writing():
            self.origin = storage.name()[0]
            self._tree, self._checkpoint = check_history(storage, files, signer, seen, known)
            stored = list(storage.checkpoints(self._published))
            self._last_size = max((row.size for row in stored), default=None)
            # A process that died between publishing a checkpoint and keeping its note left the row without it.
            if self._checkpoint and stored[0].size == self._published and stored[0].note is None:
                storage.add_note(self._published, self._checkpoint.note)

    @property
    def behind(self) -> int:
        """Return how many durable entries no published checkpoint covers yet."""
        return self.size - self._published

    def append(self, records: Iterable[LogRecord], at: datetime) -> list[Receipt]:
        """Add records in order and return their receipts in that order; they are durable when this returns.

        A record whose key is known gets the receipt of the first with that key, marked `duplicate`. A key whose
        record was erased is not known any more.
        Transactions take up to 1,000 records: of the one that fails nothing is stored, earlier ones stay.

        Raises:
            RecordRefused: a payload is not canonical or above 1 MiB, or a field malformed.
            StorageFailed: the disk fails; open the ledger again and retry, the keys prevent duplicates.
        """
        return [receipt for batch in _batches(records) for receipt in self._append(batch, at)]

    def draw_salts(self, count: int) -> list[bytes] | None:
        """Return salts for that many records which are committed to elsewhere; None where a salt needs its entry."""
        return None if self._subjects else [self._draw(SALT_SIZE) for _ in range(count)]

    def append_committed(self, batch: Sequence[Committed], at: datetime) -> list[Receipt]:
        """Add records as `append` does, in one transaction, that `commit_record` has let pass and committed to.

        Raises:
            StorageFailed: the disk fails; nothing of them is stored.
        """
        return self._append([each.record for each in batch], at, batch)

    def publish(self, at: datetime) -> Checkpoint:
        """Sign and publish a checkpoint over all entries; unchanged size gives the published one again.

        Order: the checkpoint's row (so that no second one of this size can be signed), signature, tiles and bundles,
        one sync, the witnesses, the checkpoint. Killed anywhere, the process leaves the old checkpoint or the new one.
        Witnesses that did not cosign the published checkpoint are asked again where its size is unchanged.
        """
        pending = self.begin_publication(at)
        return self.finish_publication(pending) if isinstance(pending, Pending) else pending

    def sign(self, text: str) -> str:
        """Return a note of a text, ending in a line feed, that the log's key signed.

        The text must be no checkpoint: a signed checkpoint has a row, so that there is no second one of its size.
        """
        return sign_note(text, self._signer)

    def begin_publication(self, at: datetime) -> "Pending | Checkpoint":
        """Commit a checkpoint over all entries and return what is left to publish; the checkpoint if it is published.

        The first half of `publish`, for the thread that appends; `finish_publication` may run in another one
        meanwhile, and must have ended before the next `begin_publication`.
        """
        with self._writing():
            self._tree.forget(self._published)
            if self._checkpoint and self.behind == 0 and not self._witnesses:
                return self._checkpoint
            size, root = self.size, self._tree.root()
            # INVARIANT: the row is committed before the signature leaves, so no second one of this size is signed.
            if self._last_size != size:
                row = StoredCheckpoint(size=size, root=root, at=int(at.timestamp()))
                self._storage.add_checkpoint(row, self._last_size)
                self._last_size = size
            return Pending(size, root, [(tile.path, tile.cut(self._tree)) for tile in tiles(size, self._published)])

    def finish_publication(self, publication: "Pending") -> Checkpoint:
        """Sign the committed checkpoint, write tiles and bundles, and publish it once those are durable.

        Raises:
            HistoryConflict: a quorum of witnesses has seen another history; nothing was published.
        """
        with self._writing():
            old, size = self._checkpoint, publication.size
            new = signed = sign_checkpoint(self.origin, size, publication.root, self._signer)
            for path, tile in publication.tiles:
                self._files.put(path, tile)
            for place, bundle in bundles(self._storage, size, self._published):
                self._files.put(place.bundle_path, bundle)
            self._storage.settle()
            self._files.sync()
            new = self._cosigned(new)
            if new != old:
                self._files.swap_checkpoint(old.note.encode() if old else None, new.note.encode())
            self._checkpoint = new
            # INVARIANT: a published checkpoint has its note in the tables: so `verify` finds an older one put back.
            self._storage.add_note(size, signed.note)
        return new

    def _append(
        self, batch: list[LogRecord], at: datetime, committed: Sequence[Committed | None] = ()
    ) -> list[Receipt]:
        with self._writing():
            known = dict(self._storage.known([record.key for record in batch if record.key]))
            keys = self._subjects.keys({record.subject for record in batch}) if self._subjects else {}
        minute = minute_of(at)
        receipts: list[Receipt] = []
        new: list[StoredEntry] = []
        for record, given in zip(batch, committed or [None] * len(batch), strict=True):
            if record.key in known:
                seq, kept = known[record.key]
                receipts.append(Receipt(seq=seq, leaf_hash=kept, duplicate=True))
                continue
            entry = self._entry(record, self.size + len(new), minute, keys.get(record.subject), given)
            new.append(entry)
            receipts.append(Receipt(seq=entry.seq, leaf_hash=entry.leaf_hash))
            if record.key:
                known[record.key] = entry.seq, entry.leaf_hash
        with self._writing():
            self._storage.append(new)
        for entry in new:
            self._tree.append(entry.leaf_hash)
        return receipts

    def _entry(
        self, record: LogRecord, seq: int, minute: str, key: bytes | None, given: Committed | None
    ) -> StoredEntry:
        if given is None:
            salt = subject_salt(key, seq) if key else self._draw(SALT_SIZE)
            commitment = commit_record(record, salt, self._forms)
        else:
            salt, commitment = given.salt, given.commitment
        leaf = make_leaf(record, seq, minute, commitment)
        if len(self._made) < _MOST_MADE:
            self._made[seq] = fingerprint(leaf, salt, record.payload)
        return StoredEntry(
            seq=seq, leaf=leaf, leaf_hash=leaf_hash(leaf), body=record.payload, salt=b"" if key else salt,
            subject=record.subject, key=record.key,
            sealed=record.sealed, erases=record.erases, erases_fields=record.erases_fields,
        )  # fmt: skip

    @property
    def _published(self) -> int:
        return self._checkpoint.size if self._checkpoint else 0

    def _cosigned(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return the checkpoint with the lines of those witnesses that cosigned it; an empty log shows them nothing."""
        if self._witnesses is None or checkpoint.size == 0:
            return checkpoint
        lines, sizes = self._storage.cosignatures(checkpoint.size), self._storage.cosigned_sizes()
        self.replies = self._witnesses.cosign(checkpoint, lines, sizes, self._tree.consistency)
        for reply in self.replies:
            if reply.line and reply.witness not in lines:
                self._storage.add_cosignature(checkpoint.size, reply.witness, reply.line)
        self._witnesses.check_quorum(checkpoint, self.replies)
        return structs.replace(checkpoint, note=checkpoint.note + "".join(reply.line for reply in self.replies))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """After a failed write the state of the disk is unknown: refuse further writes; a new object checks it."""
        if self._broken:
            raise StorageFailed("an earlier write failed", where=self.origin, todo="open the ledger again")
        try:
            yield
        except OSError as error:
            self._broken = True
            raise StorageFailed(
                "cannot write the ledger", where=error.filename or self.origin, got=error.strerror,
                todo="free space or repair the disk, then run again; committed records are safe",
            ) from error  # fmt: skip
        except BaseException:
            self._broken = True
            raise


_MOST_MADE = 200_000
"""Entries of its own that a ledger knows again: 6 MB."""


class Pending(NamedTuple):
    """A checkpoint that is committed and not yet signed: its size and root, and the new tiles by path."""

    size: int
    root: bytes
    tiles: list[tuple[str, bytes]]


def _batches(records: Iterable[LogRecord]) -> Iterator[list[LogRecord]]:
    batch: list[LogRecord] = []
    held = 0
    for record in records:
        batch.append(record)
        held += len(record.payload)
        if len(batch) == BATCH_RECORDS or held >= BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
