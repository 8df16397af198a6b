"""The published tree of a log, read from tiles as far as a proof needs them."""

from collections.abc import Callable, Iterator

from evenhand.ledger.checkpoint import CHECKPOINT, open_checkpoint
from evenhand.ledger.leaf import read_leaf
from evenhand.ledger.protocols import Files, Verifier
from evenhand.ledger.recovery import tile_reader
from evenhand.ledger.signed_notes import read_vkey
from evenhand.ledger.tiles import Tile, unpack_entries
from evenhand.ledger.tree import HASH_SIZE, TILE_HEIGHT, TILE_WIDTH, Tree, leaf_hash
from evenhand.model.errors import NotFound, NotVerified
from evenhand.model.log import Checkpoint, Leaf

MEND = "run `evenhand ledger verify`; `evenhand ledger checkpoint` writes lost files again"


def open_public_log(files: Files, vkey: str, verifier: Verifier) -> tuple[Checkpoint, Tree]:
    """Return the published checkpoint and its tree, of which only the right edge is read now.

    Raises:
        NotVerified: the signature does not hold, or the tiles do not hash to the signed root.
        BadInput: `vkey` is no key.
    """
    checkpoint = open_checkpoint(files.get(CHECKPOINT) or b"", [read_vkey(vkey)], verifier)

    def edge(level: int, number: int) -> bytes | None:
        tile = _tile_of(checkpoint.size, level, number)
        data = _read(files, tile, lambda tile: tile.path)
        return None if data is None else data[: tile.width * HASH_SIZE]

    tree = Tree.resume(checkpoint.size, edge, tile_reader(files))
    if tree is None or tree.root() != checkpoint.root:
        raise NotVerified("tiles do not hash to the signed root", where=checkpoint.origin, todo=MEND)
    return checkpoint, tree


def read_public_leaf(files: Files, checkpoint: Checkpoint, tree: Tree, index: int) -> bytes:
    """Return the bytes of one published entry.

    Raises:
        NotFound: the checkpoint does not reach that far.
        NotVerified: the bundle is missing, or the entry is not the one in the tree.
    """
    if not 0 <= index < checkpoint.size:
        raise NotFound(
            "no such published entry", where=checkpoint.origin, got=index, expected=f"an index below {checkpoint.size}",
            todo="if it is recorded already, run `evenhand ledger checkpoint` first",
        )  # fmt: skip
    tile = _tile_of(checkpoint.size, 0, index // TILE_WIDTH)
    entries = unpack_entries(_read(files, tile, lambda tile: tile.bundle_path) or b"")
    at = index - tile.start
    if at >= len(entries) or leaf_hash(entries[at]) != tree.leaf(index):
        raise NotVerified(f"entry {index} is missing or was changed", where=tile.bundle_path, todo=MEND)
    return entries[at]


def read_public_leaves(files: Files, size: int) -> Iterator[Leaf]:
    """Yield the leaves of a log of this size in order; the bundles are not held against the tree.

    Raises:
        NotVerified: a bundle is missing or torn, or an entry is no leaf of its place.
    """
    for number in range(-(-size // TILE_WIDTH)):
        tile = _tile_of(size, 0, number)
        entries = unpack_entries(_read(files, tile, lambda tile: tile.bundle_path) or b"")[: tile.width]
        for seq, entry in enumerate(entries, tile.start):
            leaf = read_leaf(entry)
            if leaf.seq != seq:
                raise NotVerified(f"the leaf at {seq} is another entry's", where=tile.bundle_path, got=leaf.seq)
            yield leaf
        if len(entries) != tile.width:
            raise NotVerified("entries are missing", where=tile.bundle_path, got=len(entries), expected=f"{tile.width}")


def _tile_of(size: int, level: int, number: int) -> Tile:
    return Tile(level, number, min(TILE_WIDTH, (size >> level * TILE_HEIGHT) - number * TILE_WIDTH))


def _read(files: Files, tile: Tile, path: Callable[[Tile], str]) -> bytes | None:
    """Return a tile's file, or the full tile's where the partial was removed."""
    data = files.get(path(tile))
    return files.get(path(tile.full)) if data is None else data
