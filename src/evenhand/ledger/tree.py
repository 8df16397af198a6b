"""The Merkle tree of RFC 6962: its right edge in memory, the rest there or in tiles that are checked when read."""

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from evenhand.model.errors import HistoryConflict

HASH_SIZE = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY_ROOT = hashlib.sha256(b"").digest()
TILE_SIZE = HASH_SIZE * TILE_WIDTH
_MOST_ROOTS = 64
_MOST_TILES = 64


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962 §2.1)."""
    # INVARIANT: leaves are hashed with a 0x00 prefix; a node can never pass as a leaf.
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(width: int) -> int:
    """Return the largest power of two below `width` (≥ 2): where RFC 6962 parts a tree in two."""
    return 1 << (width - 1).bit_length() - 1


class Tree:
    """A growing tree that keeps every eighth level: row L holds the roots of full subtrees of 256**L leaves.

    Those rows are what tiles are cut from. Append costs about one node hash, `root` O(log n), a proof
    O(256 log n) hashes. Measured: 100,000 leaves in 0.2 s, 3.2 MB; `forget` gives that memory back, and what is
    then asked for is read with `stored_tile`, which returns the full tile of a level and number, None where it is gone.
    """

    def __init__(self, leaf_hashes: Iterable[bytes] = (), stored_tile: "TileReader | None" = None) -> None:
        self.size = 0
        self._rows = [Row(0, bytearray())]
        self._peaks: list[bytes] = []
        self._stored_tile = stored_tile
        self._tiles: dict[tuple[int, int], Row] = {}
        self._roots: dict[int, bytes] = {}
        for leaf in leaf_hashes:
            self.append(leaf)

    @classmethod
    def resume(cls, size: int, edge: "TileReader", stored_tile: "TileReader") -> "Tree | None":
        """Return the tree of `size` leaves, of which only the right edge is read; None where that is not whole.

        `edge` returns the partial tile of a level and number. Anyone who knows the root compares it: then the edge is
        proved, and through it every tile that is read later.
        """
        tree = cls(stored_tile=stored_tile)
        for level in range(_levels(size)):
            number, width = divmod(size >> level * TILE_HEIGHT, TILE_WIDTH)
            tile = edge(level, number) if width else b""
            if tile is None or len(tile) != width * HASH_SIZE:
                return None
            tree._rows[level:] = [Row(number * TILE_WIDTH, bytearray(tile))]
        tree._peaks = [tree._hash(start, stop) for start, stop in _peaks(size)]
        tree.size = size
        return tree

    def copy(self) -> "Tree":
        """Return the same tree, which may be appended to while others read this one; cost: its memory once."""
        made = Tree(stored_tile=self._stored_tile)
        made.size, made._peaks, made._roots = self.size, list(self._peaks), dict(self._roots)
        made._rows = [Row(row.first, bytearray(row.hashes)) for row in self._rows]
        return made

    def forget(self, size: int) -> None:
        """Keep of the tree's first `size` leaves only the right edge: `stored_tile` returns their full tiles."""
        for level, row in enumerate(self._rows):
            keep = (size >> level * TILE_HEIGHT) // TILE_WIDTH * TILE_WIDTH
            if keep > row.first:
                # A new row: another thread may be in the middle of a proof with the old one.
                self._rows[level] = Row(keep, row.hashes[(keep - row.first) * HASH_SIZE :])

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the right."""
        node, height = leaf, 0
        self._rows[0].hashes.extend(leaf)
        while self.size >> height & 1:
            node = node_hash(self._peaks.pop(), node)
            height += 1
            if height % TILE_HEIGHT == 0:
                self._row(height // TILE_HEIGHT).hashes.extend(node)
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for left in reversed(self._peaks[:-1]):
            node = node_hash(left, node)
        return node

    def root_of(self, size: int) -> bytes:
        """Return the root that the tree had at `size` leaves.

        Those that were asked for last are kept: a tree that grows keeps the roots that it had, and who reads a log all
        day asks for the same few of them.
        """
        self._check(0 <= size <= self.size)
        if size not in self._roots:
            kept = {} if len(self._roots) >= _MOST_ROOTS else self._roots
            self._roots = kept | {size: self._hash(0, size) if size else EMPTY_ROOT}
        return self._roots[size]

    def leaf(self, index: int) -> bytes:
        """Return the leaf hash at `index`."""
        return self.hashes(0, index, index + 1)

    def hashes(self, level: int, start: int, stop: int) -> bytes:
        """Return hashes `start` to `stop` of row `level`, one after the other: a tile or a part of one.

        Raises:
            HistoryConflict: a published tile is missing or is not the one that was signed.
        """
        first, row = self._rows[level]
        if start < first:
            first, row = self._tile(level, start // TILE_WIDTH)
        return bytes(row[(start - first) * HASH_SIZE : (stop - first) * HASH_SIZE])

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the proof that leaf `index` is in the tree of `size`, from the leaf's sibling upward."""
        self._check(0 <= index < size <= self.size)
        proof, start, stop = [], 0, size
        while stop - start > 1:
            middle = start + split(stop - start)
            if index < middle:
                proof.append(self._hash(middle, stop))
                stop = middle
            else:
                proof.append(self._hash(start, middle))
                start = middle
        return proof[::-1]

    def consistency(self, size1: int, size2: int) -> list[bytes]:
        """Return the proof that the tree of `size1` (> 0) is the beginning of the tree of `size2`."""
        self._check(0 < size1 <= size2 <= self.size)
        proof, start, stop = [], 0, size2
        while size1 < stop:
            middle = start + split(stop - start)
            if size1 <= middle:
                proof.append(self._hash(middle, stop))
                stop = middle
            else:
                proof.append(self._hash(start, middle))
                start = middle
        if start:
            proof.append(self._hash(start, stop))
        return proof[::-1]

    def _row(self, level: int) -> "Row":
        if level == len(self._rows):
            self._rows.append(Row(0, bytearray()))
        return self._rows[level]

    def _tile(self, level: int, number: int) -> "Row":
        """Return a forgotten tile; those that were read last are kept.

        Not by a cache of the method: that refers to the tree, which then stays until the collector of rings comes by.
        """
        tile = self._tiles.get((level, number))
        if tile is None:
            tile = self._read_tile(level, number)
            kept = {} if len(self._tiles) >= _MOST_TILES else self._tiles
            self._tiles = kept | {(level, number): tile}
        return tile

    def _read_tile(self, level: int, number: int) -> "Row":
        # INVARIANT: a forgotten tile is full, so its root is a hash of the row above: no hash is used unproved.
        tile = self._stored_tile(level, number) if self._stored_tile else None
        if tile is None or len(tile) != TILE_SIZE or _fold(tile) != self.hashes(level + 1, number, number + 1):
            raise HistoryConflict(
                "a published tile is missing or was changed", where=f"tile {number} of level {level}",
                todo="run `evenhand ledger verify`",
            )  # fmt: skip
        return Row(number * TILE_WIDTH, bytearray(tile))

    def _hash(self, start: int, stop: int) -> bytes:
        """Return the hash of leaves `start` to `stop`; `start` is a multiple of the next power of two."""
        width = stop - start
        if width & (width - 1):
            middle = start + split(width)
            return node_hash(self._hash(start, middle), self._hash(middle, stop))
        level, height = divmod(width.bit_length() - 1, TILE_HEIGHT)
        first = start >> level * TILE_HEIGHT
        return _fold(self.hashes(level, first, first + (1 << height)))

    def _check(self, holds: bool) -> None:
        if not holds:
            raise IndexError(f"outside of a tree of {self.size} leaves")


class Row(NamedTuple):
    """Hashes of one level, one after the other, and which of the level is the first of them."""

    first: int
    hashes: bytearray


TileReader = Callable[[int, int], bytes | None]


def _fold(row: bytes) -> bytes:
    """Return the root over a row of hashes whose number is a power of two."""
    while len(row) > HASH_SIZE:
        pairs = (row[at : at + 2 * HASH_SIZE] for at in range(0, len(row), 2 * HASH_SIZE))
        row = b"".join(node_hash(pair[:HASH_SIZE], pair[HASH_SIZE:]) for pair in pairs)
    return row


def _levels(size: int) -> int:
    return max(1, -(-size.bit_length() // TILE_HEIGHT))


def _peaks(size: int) -> Iterable[tuple[int, int]]:
    """Yield first and last + 1 of the full subtrees that a tree of `size` leaves is made of, from the left."""
    start = 0
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            yield start, start + (1 << height)
            start += 1 << height
