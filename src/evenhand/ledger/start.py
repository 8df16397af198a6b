"""The check before a ledger is written to: what is on disk must be the history that this key signed."""

from collections.abc import Iterator

from evenhand.ledger.checkpoint import CHECKPOINT, open_checkpoint
from evenhand.ledger.note import read_vkey
from evenhand.ledger.ports import Files, Signer, Storage
from evenhand.ledger.tiles import Tile, pack_entries, tiles
from evenhand.ledger.tree import HASH_SIZE, TILE_WIDTH, Tree, leaf_hash
from evenhand.model.errors import HistoryConflict, NotVerified
from evenhand.model.log import Checkpoint, StoredHead

TABLES = "private/ledger.sqlite"
RESTORE = "run `evenhand ledger verify`, then restore from a backup that is newer than the published checkpoint"


def check_history(storage: Storage, files: Files, signer: Signer) -> tuple[Tree, Checkpoint | None]:
    """Return the tree over all entries and the checkpoint that is published; nothing is written.

    Entries and heads are recomputed (payloads are not read): about 100,000 entries in half a second.

    Raises:
        HistoryConflict: an entry was changed, entries are missing, the tables come from a backup, the checkpoint
            is torn, foreign or of another history, or the signing key is another log's.
    """
    _, vkey = storage.name()
    if vkey != signer.vkey:
        raise HistoryConflict(
            "signing key of another log", where="private/signing.key", got=signer.vkey, expected=vkey,
            todo="put back the key that this ledger was made with",
        )  # fmt: skip
    tree = _read_tree(storage)
    sizes = {head.size: head.root for head in _checked_heads(storage, files, tree)}
    return tree, _checked_checkpoint(files, signer, tree, sizes)


def repair(storage: Storage, files: Files, tree: Tree, size: int) -> None:
    """Remove what a dead process left and write again every tile of a tree of `size` that is not as it should be."""
    files.clear()
    broken = [tile for tile in tiles(size) if files.get(tile.path) != tile.cut(tree)]
    for tile in broken:
        files.put(tile.path, tile.cut(tree))
    mended = [tile for tile, bundle in bundles(storage, size) if _put_other(files, tile.bundle_path, bundle)]
    if broken or mended:
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


def _put_other(files: Files, path: str, data: bytes) -> bool:
    if files.get(path) == data:
        return False
    files.put(path, data)
    return True


def _read_tree(storage: Storage) -> Tree:
    tree = Tree()
    for seq, leaf, kept in storage.leaves():
        if seq != tree.size:
            raise HistoryConflict(f"entry {tree.size} is missing", where=TABLES, got=f"next is {seq}", todo=RESTORE)
        if leaf_hash(leaf) != kept:
            raise HistoryConflict(f"entry {seq} was changed", where=TABLES, todo=RESTORE)
        tree.append(kept)
    return tree


def _checked_heads(storage: Storage, files: Files, tree: Tree) -> Iterator[StoredHead]:
    """Yield the heads whose root is that of the entries; the first that is not ends the start."""
    for head in storage.heads():
        if head.size > tree.size:
            raise HistoryConflict(
                f"entries from {tree.size} on are missing", where=TABLES, expected=f"{head.size} entries, as signed",
                todo=RESTORE,
            )  # fmt: skip
        if head.root != tree.root_of(head.size):
            changed = _first_changed(files, tree, head.size)
            which = "an entry or the head itself" if changed is None else f"entry {changed}"
            raise HistoryConflict(f"{which} was changed", where=f"{TABLES}, head of size {head.size}", todo=RESTORE)
        yield head


def _first_changed(files: Files, tree: Tree, size: int) -> int | None:
    """Return the first entry that differs from the tiles as published, so that the message can name it."""
    for tile in tiles(size):
        published, ours = files.get(tile.path) or b"", tile.cut(tree)
        for at in range(tile.width if tile.level == 0 else 0):
            place = slice(at * HASH_SIZE, (at + 1) * HASH_SIZE)
            if published[place] and published[place] != ours[place]:
                return tile.number * TILE_WIDTH + at
    return None


def _checked_checkpoint(files: Files, signer: Signer, tree: Tree, sizes: dict[int, bytes]) -> Checkpoint | None:
    note = files.get(CHECKPOINT)
    if note is None:
        if sizes:
            raise HistoryConflict("the published checkpoint is missing", where=CHECKPOINT, todo=RESTORE)
        return None
    try:
        checkpoint = open_checkpoint(note, [read_vkey(signer.vkey)], signer)
    except NotVerified as error:
        raise HistoryConflict(
            f"torn or foreign checkpoint ({error})", where=CHECKPOINT, todo="put back the last one this log published"
        ) from None
    if sizes.get(checkpoint.size) == checkpoint.root:
        return checkpoint
    if checkpoint.size > max(sizes, default=0):
        raise HistoryConflict(
            f"the tables are older than the published checkpoint of size {checkpoint.size}", where=TABLES,
            got=f"{tree.size} entries", todo="they come from a backup; restore a newer one",
        )  # fmt: skip
    raise HistoryConflict(
        f"the published checkpoint of size {checkpoint.size} is of another history", where=CHECKPOINT, todo=RESTORE
    )
