"""Recovery at opening: files must be the history that this key signed; lost tiles are written again."""

from collections.abc import Iterable, Iterator, Sequence

from evenhand.ledger.checkpoint import CHECKPOINT, check_seen_checkpoints, open_checkpoint
from evenhand.ledger.leaf import LEAF_LIMIT
from evenhand.ledger.protocols import Files, Signer, Storage, Verifier
from evenhand.ledger.signed_notes import read_vkey
from evenhand.ledger.tiles import Tile, pack_entries, tiles, unpack_entries
from evenhand.ledger.tree import HASH_SIZE, TILE_HEIGHT, TILE_WIDTH, TileReader, Tree, leaf_hash
from evenhand.model.errors import HistoryConflict, NotVerified
from evenhand.model.log import Checkpoint, SeenCheckpoint, StoredCheckpoint

FULL_CHECK_LIMIT = 1 << 17
RESTORE = (
    "run `evenhand ledger verify`, then put back a backup (of tables in Postgres: the server's own) that is newer than"
    " the published checkpoint"
)

OTHER_TABLES = "correct where the tables are (`postgres` in ledger.toml), or put back the key and tables of one log"


def check_history(
    storage: Storage, files: Files, signer: Signer, seen: Sequence[SeenCheckpoint] = (), known: Tree | None = None
) -> tuple[Tree, Checkpoint | None]:
    """Return the tree over all entries and the published checkpoint; write lost tiles again.

    `seen` are checkpoints that other files were made at: the tables must continue each of them. `known` is the tree of
    this log as this process has checked and repaired it before: then only what was added since is checked, and no
    tile is written again. It is left as it is.

    Up to `FULL_CHECK_LIMIT` entries, every entry and checkpoint is recomputed (payloads are not read): 100,000
    in half a second. Of a larger log, the right edge is checked against the signed root; full tiles are checked when
    they are read, and `verify` reads everything. If the edge does not match, the whole log is checked.

    Raises:
        HistoryConflict: an entry was changed, entries are missing, the tables come from a backup or are older than
            a checkpoint that was seen, the checkpoint is torn, foreign or of another history, or the signing key is
            another log's. Nothing was written.
    """
    _, vkey = storage.name()
    if vkey != signer.vkey:
        raise _other_key(storage, files, signer)
    later = None if known is None else read_later(storage, files, signer, known, seen)
    if later is not None:
        files.clear()
        return later[0].copy(), later[1]
    resumed = _resume(storage, files, signer)
    tree, checkpoint = resumed or _read_whole(storage, files, signer)
    check_seen_checkpoints(seen, tree.size, tree.root_of)
    if resumed is not None:
        files.clear()
    else:
        _repair(storage, files, tree, checkpoint.size if checkpoint else 0)
    return tree, checkpoint


def _other_key(storage: Storage, files: Files, signer: Signer) -> HistoryConflict:
    """Return what to raise where key and tables are not of one log: the public folder says which of them is wrong."""
    (origin, vkey), own = storage.name(), (files.get("vkey") or b"").decode(errors="replace").strip()
    if own == signer.vkey and origin != read_vkey(own).name:
        return HistoryConflict(
            "the tables are another log's", where=storage.where, got=origin, expected=read_vkey(own).name,
            todo=OTHER_TABLES,
        )  # fmt: skip
    return HistoryConflict(
        "signing key of another log", where="private/signing.key", got=signer.vkey, expected=vkey,
        todo="put back the key that this ledger was made with",
    )  # fmt: skip


def read_history(
    storage: Storage, files: Files, verifier: Verifier, seen: Sequence[SeenCheckpoint] = ()
) -> tuple[Tree, Checkpoint | None]:
    """Return what `check_history` does and write nothing; the tables' own key is used, a writer may go on.

    Raises:
        HistoryConflict: as `check_history`.
    """
    tree, checkpoint = _resume(storage, files, verifier) or _read_whole(storage, files, verifier)
    check_seen_checkpoints(seen, tree.size, tree.root_of)
    return tree, checkpoint


def read_later(
    storage: Storage, files: Files, verifier: Verifier, known: Tree, seen: Sequence[SeenCheckpoint] = ()
) -> tuple[Tree, Checkpoint] | None:
    """Return what `read_history` does, of a log that goes on from a tree that was checked; `known` stays as it is.

    Only what was added is checked. None where the log does not end in the tree or go on from it: then `read_history`
    says why, or that it is well.
    """
    try:
        checkpoint = open_checkpoint(files.get(CHECKPOINT) or b"", [read_vkey(storage.name()[1])], verifier)
        stored = list(storage.checkpoints(checkpoint.size))
        later = list(storage.leaves(max(known.size - 1, 0)))
        if not known.size or not later or later[0][::2] != (known.size - 1, known.leaf(known.size - 1)):
            return None
        tree = known if len(later) == 1 else _read_tree(storage, known.copy())
        if not stored or any(row.size > tree.size or row.root != tree.root_of(row.size) for row in stored):
            return None
        if (stored[0].size, stored[0].root) != (checkpoint.size, checkpoint.root):
            return None
        check_seen_checkpoints(seen, tree.size, tree.root_of)
    except (HistoryConflict, NotVerified):
        return None
    return tree, checkpoint


def tile_reader(files: Files) -> TileReader:
    """Return a reader of full tiles from the public folder."""
    return lambda level, number: files.get(Tile(level, number, TILE_WIDTH).path)


def _resume(storage: Storage, files: Files, verifier: Verifier) -> tuple[Tree, Checkpoint] | None:
    """Return tree and checkpoint of a large log from its edge; None if it is small or anything does not fit."""
    try:
        checkpoint = open_checkpoint(files.get(CHECKPOINT) or b"", [read_vkey(storage.name()[1])], verifier)
        if checkpoint.size <= FULL_CHECK_LIMIT:
            return None
        tree = Tree.resume(checkpoint.size, _edge(files, checkpoint.size), tile_reader(files))
        if tree is None or tree.root() != checkpoint.root or not _is_edge(storage, files, tree):
            return None
        stored = list(storage.checkpoints(checkpoint.size))
        _read_tree(storage, tree)
    except (HistoryConflict, NotVerified):
        return None
    if not stored or any(row.size > tree.size or row.root != tree.root_of(row.size) for row in stored):
        return None
    return (tree, checkpoint) if stored[0].size == checkpoint.size else None


def _read_whole(storage: Storage, files: Files, verifier: Verifier) -> tuple[Tree, Checkpoint | None]:
    """Return tree and checkpoint with every entry and checkpoint recomputed."""
    # INVARIANT: published checkpoint, stored checkpoints, entries, in this order: a writer that goes on meanwhile only
    # adds to what is read later, so that no stored checkpoint lacks its entries and no published one its row.
    note, stored = files.get(CHECKPOINT), list(storage.checkpoints())
    tree = _read_tree(storage, Tree(stored_tile=tile_reader(files)))
    roots = {row.size: row.root for row in _check_stored(stored, files, tree, storage.where)}
    return tree, _checked_checkpoint(note, storage, verifier, tree, roots)


def _edge(files: Files, size: int) -> TileReader:
    """Return a reader of the partial tiles at the right of a log of `size`."""
    return lambda level, number: files.get(Tile(level, number, (size >> level * TILE_HEIGHT) % TILE_WIDTH).path)


def _is_edge(storage: Storage, files: Files, tree: Tree) -> bool:
    """Tell whether the tables hold the entries of the last tile of level 0, and the bundle there is theirs."""
    for tile, bundle in bundles(storage, tree.size, tree.size - 1):
        kept = b"".join(leaf_hash(leaf) for leaf in unpack_entries(bundle))
        return kept == tile.cut(tree) and files.get(tile.bundle_path) == bundle
    return False


def _repair(storage: Storage, files: Files, tree: Tree, size: int) -> None:
    """Remove temporary files of a dead process and write again every missing or wrong tile of a tree of `size`."""
    files.clear()
    # As lists: every file is looked at, however many are wrong.
    broken = [_mend_if_different(files, tile.path, tile.cut(tree)) for tile in tiles(size)]
    rewritten = [_mend_if_different(files, tile.bundle_path, bundle) for tile, bundle in bundles(storage, size)]
    if any(broken) or any(rewritten):
        files.sync()


def bundles(storage: Storage, size: int, old: int = 0) -> Iterator[tuple[Tile, bytes]]:
    """Yield the entry bundles that a log of `size` needs and one of `old` entries had not, each with its tile."""
    wanted = (tile for tile in tiles(size, old) if tile.level == 0)
    entries: list[bytes] = []
    tile = next(wanted, None)
    for _, leaf, _ in storage.leaves(tile.start if tile else size):
        if tile is None:
            return
        entries.append(leaf)
        if len(entries) == tile.width:
            yield tile, pack_entries(entries)
            entries, tile = [], next(wanted, None)


def _mend_if_different(files: Files, path: str, data: bytes) -> bool:
    """Write a published file again that is another one than `data`; what the checkpoint covers was durable before it.

    So a crash leaves none of them otherwise, and each that is was changed or removed by somebody.
    """
    found = files.get(path)
    if found == data:
        return False
    files.mend(path, found, data)
    return True


def _read_tree(storage: Storage, tree: Tree) -> Tree:
    """Return `tree` with all entries appended that it does not have yet."""
    for seq, leaf, kept in storage.leaves(tree.size):
        if seq != tree.size:
            raise HistoryConflict(
                f"entry {tree.size} is missing", where=storage.where, got=f"next is {seq}", todo=RESTORE
            )
        if leaf_hash(leaf) != kept or len(leaf) >= LEAF_LIMIT:
            raise HistoryConflict(f"entry {seq} was changed", where=storage.where, todo=RESTORE)
        tree.append(kept)
    return tree


def _check_stored(
    stored: Iterable[StoredCheckpoint], files: Files, tree: Tree, where: str
) -> Iterator[StoredCheckpoint]:
    """Yield the stored checkpoints; raise at the first whose root is not that of the entries."""
    for row in stored:
        if row.size > tree.size:
            raise HistoryConflict(
                f"entries from {tree.size} on are missing", where=where, expected=f"{row.size} entries, as signed",
                todo=RESTORE,
            )  # fmt: skip
        if row.root != tree.root_of(row.size):
            changed = _first_changed(files, tree, row.size)
            which = "an entry or the checkpoint itself" if changed is None else f"entry {changed}"
            raise HistoryConflict(f"{which} was changed", where=f"{where}, checkpoint of size {row.size}", todo=RESTORE)
        yield row


def _first_changed(files: Files, tree: Tree, size: int) -> int | None:
    """Return the first entry that differs from the tiles as published, so that the message can name it."""
    for tile in tiles(size):
        published, ours = files.get(tile.path) or b"", tile.cut(tree)
        for at in range(tile.width if tile.level == 0 else 0):
            place = slice(at * HASH_SIZE, (at + 1) * HASH_SIZE)
            if published[place] and published[place] != ours[place]:
                return tile.number * TILE_WIDTH + at
    return None


def _checked_checkpoint(
    note: bytes | None, storage: Storage, verifier: Verifier, tree: Tree, roots: dict[int, bytes]
) -> Checkpoint | None:
    if note is None:
        if roots:
            raise HistoryConflict("the published checkpoint is missing", where=CHECKPOINT, todo=RESTORE)
        return None
    try:
        checkpoint = open_checkpoint(note, [read_vkey(storage.name()[1])], verifier)
    except NotVerified as error:
        raise HistoryConflict(
            f"damaged checkpoint, or one of another log ({error})",
            where=CHECKPOINT,
            todo="put back the last one this log published",
        ) from None
    if roots.get(checkpoint.size) == checkpoint.root:
        return checkpoint
    if checkpoint.size > max(roots, default=0):
        raise HistoryConflict(
            f"the tables are older than the published checkpoint of size {checkpoint.size}", where=storage.where,
            got=f"{tree.size} entries", todo="they come from a backup; restore a newer one",
        )  # fmt: skip
    raise HistoryConflict(
        f"the published checkpoint of size {checkpoint.size} is of another history", where=CHECKPOINT, todo=RESTORE
    )
