"""Paths and contents of a log's tiles and entry bundles (C2SP tlog-tiles)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evenhand.ledger.tree import TILE_HEIGHT, TILE_WIDTH, Tree
from evenhand.model.errors import NotVerified


class Tile(NamedTuple):
    """`width` hashes of row `level`, starting at hash 256 × `number`."""

    level: int
    number: int
    width: int

    @property
    def path(self) -> str:
        """Return the tile's path below the public folder."""
        return f"tile/{self.level}/{self._place}"

    @property
    def bundle_path(self) -> str:
        """Return the path of the entries under this tile of level 0."""
        return f"tile/entries/{self._place}"

    @property
    def full(self) -> "Tile":
        """Return the full tile at this place, which readers fall back to."""
        return self._replace(width=TILE_WIDTH)

    @property
    def start(self) -> int:
        """Return the number of the first hash in its row."""
        return self.number * TILE_WIDTH

    def cut(self, tree: Tree) -> bytes:
        """Return the tile's bytes, taken from `tree`."""
        return tree.hashes(self.level, self.start, self.start + self.width)

    @property
    def _place(self) -> str:
        return number_path(self.number) + (f".p/{self.width}" if self.width < TILE_WIDTH else "")


def tiles(new: int, old: int = 0) -> Iterator[Tile]:
    """Yield the tiles that a tree of `new` leaves needs and one of `old` leaves had not, from level 0 upward."""
    level = 0
    while new:
        if new > old:
            for number in range(old // TILE_WIDTH, -(-new // TILE_WIDTH)):
                yield Tile(level, number, min(TILE_WIDTH, new - number * TILE_WIDTH))
        new, old, level = new >> TILE_HEIGHT, old >> TILE_HEIGHT, level + 1


def number_path(number: int) -> str:
    """Return a tile's number in groups of three digits.

    >>> number_path(1234067)
    'x001/x234/067'
    """
    path = f"{number % 1000:03}"
    while number := number // 1000:
        path = f"x{number % 1000:03}/{path}"
    return path


def pack_entries(entries: Sequence[bytes]) -> bytes:
    """Return an entry bundle: each entry after its length, an unsigned 16-bit big-endian number."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def unpack_entries(bundle: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        NotVerified: the bundle ends inside an entry.
    """
    entries, at = [], 0
    while at < len(bundle):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start])
        if start > len(bundle) or at > len(bundle):
            raise NotVerified("entry bundle ends inside an entry", got=f"{len(bundle)} bytes")
        entries.append(bundle[start:at])
    return entries
