"""A log that is read: its entries, and the proofs that they are in it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from evenhand.ledger.fingerprints import Fingerprints
from evenhand.ledger.leaf import fingerprint, opens, read_leaf
from evenhand.ledger.protocols import Storage
from evenhand.ledger.recovery import RESTORE
from evenhand.ledger.sealing_forms import SealingForms
from evenhand.ledger.subject_salts import salt_of
from evenhand.ledger.tree import Tree
from evenhand.model.errors import HistoryConflict, NotFound
from evenhand.model.log import Checkpoint, Leaf, StoredCheckpoint, StoredEntry

_MOST_OPENED = 20_000
"""Of so many entries that were read one by one the fingerprint is kept, 100 bytes each."""


class LogReader:
    """One log whose history was checked (`start`); `tree` has at least the entries of `checkpoint`."""

    def __init__(self, storage: Storage, tree: Tree, checkpoint: Checkpoint | None) -> None:
        self._storage, self._tree, self._checkpoint = storage, tree, checkpoint
        self.origin = storage.name()[0]
        self._made = Fingerprints()

    @property
    def storage(self) -> Storage:
        """Return the tables, for those who read beside or clean up; only the ledger itself appends."""
        return self._storage

    @property
    def tree(self) -> Tree:
        """Return the tree, for who keeps a log open and reads on."""
        return self._tree

    @property
    def size(self) -> int:
        """Return the number of durable entries, published or not."""
        return self._tree.size

    @property
    def checkpoint(self) -> Checkpoint | None:
        """Return the latest published checkpoint."""
        return self._checkpoint

    def entries(self, kind: str | None = None, start: int = 0) -> Iterator[tuple[int, Leaf, bytes | None]]:
        """Yield seq, leaf and payload of entries of `kind` (None: all) from `start`; payload None if it is gone.

        Raises:
            HistoryConflict: a payload is not the one that its leaf commits to.
        """
        return self.entries_of(None if kind is None else (kind,), start)

    def entries_of(self, kinds: Collection[str] | None, start: int = 0) -> Iterator[tuple[int, Leaf, bytes | None]]:
        """Yield the same of several kinds (None: all), in the order of the log.

        Raises:
            HistoryConflict: a payload is not the one that its leaf commits to.
        """
        forms = SealingForms()
        for entry in self._storage.entries(start):
            leaf = read_leaf(entry.leaf)
            if kinds is None or leaf.kind in kinds:
                yield entry.seq, leaf, self._opened(entry, leaf, forms)

    def places_of(self, kinds: Collection[str], start: int = 0) -> Iterator[tuple[int, str]]:
        """Yield seq and kind of the entries of some kinds, payloads unread: a quick look for records that are few."""
        for seq, data, _ in self._storage.leaves(start):
            kind = read_leaf(data).kind
            if kind in kinds:
                yield seq, kind

    def seq_of(self, key: str) -> int | None:
        """Return the place of the record with this idempotency key, None if there is none or it was erased."""
        found = self._storage.known([key]).get(key)
        return found[0] if found is not None else None

    def payload(self, seq: int) -> bytes | None:
        """Return the payload of one entry, None if it is gone."""
        entry = self._storage.entry(seq)
        if entry is None:
            raise NotFound("no such entry", where=self.origin, got=seq, expected=f"an index below {self.size}")
        return self._opened(entry, read_leaf(entry.leaf), keep=len(self._made) < _MOST_OPENED)

    def opened(self, seqs: Iterable[int]) -> dict[int, bytes]:
        """Return the fingerprints of those of these entries, 20,000 at most, that were made here, opened, or known."""
        found = ((seq, self._made.get(seq)) for seq in islice(seqs, _MOST_OPENED))
        return {seq: fingerprint for seq, fingerprint in found if fingerprint is not None}

    def know(self, opened: Mapping[int, bytes]) -> None:
        """Take what `opened` gave of this log earlier: an entry with such a fingerprint was opened, and is so no more.

        INVARIANT: a fingerprint is over leaf, salt and payload: an entry of which a byte was changed since is opened.
        """
        self._made.update(opened)

    def root(self, size: int) -> bytes:
        """Return the root hash of the log's first `size` entries."""
        return self._tree.root_of(size)

    def leaf_hash(self, seq: int) -> bytes:
        """Return the hash of one entry as the tree has it."""
        return self._tree.leaf(seq)

    def last(self, kind: str, start: int = 0) -> tuple[int, bytes | None] | None:
        """Return seq and payload of the last entry of `kind` from `start` on, None if there is none."""
        for seq, leaf in self._storage.last_leaves():
            if seq < start:
                return None
            if read_leaf(leaf).kind == kind:
                return seq, self.payload(seq)
        return None

    def last_checkpoints(self, most: int) -> list[StoredCheckpoint]:
        """Return the last checkpoints that were committed, `most` of them or all, in order of size."""
        back = most
        while True:
            found = list(self._storage.checkpoints(max(0, self.size - back)))
            if len(found) >= most or back >= self.size:
                return found[-most:]
            back *= 4

    def times(self) -> Iterator[tuple[int, str]]:
        """Yield seq and time, to the minute, of every entry from the last backward; cost: one leaf each."""
        for seq, leaf in self._storage.last_leaves():
            yield seq, read_leaf(leaf).at

    def inclusion(self, seq: int, size: int) -> list[bytes]:
        """Return the proof that entry `seq` is in the log of `size`, from the leaf's sibling upward."""
        return self._tree.inclusion(seq, size)

    def consistency(self, size1: int, size2: int) -> list[bytes]:
        """Return the proof that the log of `size2` begins with the log of `size1` (> 0)."""
        return self._tree.consistency(size1, size2)

    def _opened(
        self, entry: StoredEntry, leaf: Leaf, forms: SealingForms | None = None, *, keep: bool = False
    ) -> bytes | None:
        """Return the payload of an entry, if its leaf commits to it; `keep` for one that may be read again."""
        if entry.body is None:
            return None
        salt, made = salt_of(entry), self._made.get(entry.seq)
        known = fingerprint(entry.leaf, salt, entry.body) if salt is not None and (made is not None or keep) else None
        # What this object made or opened before need not be opened: sealing its fields costs a hundred times as much.
        if known is None or made != known:
            if not opens(leaf, salt, entry.body, forms):
                raise HistoryConflict(
                    f"payload of entry {entry.seq} was changed", where=self._storage.where, todo=RESTORE
                )
            if known is not None and keep:
                self._made[entry.seq] = known
        return entry.body
