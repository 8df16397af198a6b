"""Verification of a log's public folder: bundles and tiles against the signed root."""

from collections.abc import Callable
from typing import NamedTuple

from evenhand.ledger.protocols import Files
from evenhand.ledger.tiles import Tile, tiles, unpack_entries
from evenhand.ledger.tree import HASH_SIZE, Tree, leaf_hash
from evenhand.model.errors import NotVerified
from evenhand.model.log import Checkpoint, Problem


class PublishedTile(NamedTuple):
    """A published tile and the hashes of the entries below it; None where the file cannot be used."""

    tile: Tile
    hashes: bytes | None
    entries: bytes | None


def verify_public(files: Files, checkpoint: Checkpoint) -> tuple[Tree, list[Problem]]:
    """Return the tree of the signed root, and each file that differs from it.

    Files that the checkpoint's size does not need are not looked at. The signed root decides which file was
    changed: of entries and level-0 tiles, those that hash to it are right, and the others are reported.
    """
    shown = [_read(files, tile) for tile in tiles(checkpoint.size)]
    tree, problems = _believed(shown, checkpoint)
    for published in shown:
        problems += _differences("tile", published.tile.path, published.tile, published.hashes, tree)
        if published.tile.level == 0:
            problems += _differences("entry", published.tile.bundle_path, published.tile, published.entries, tree)
    return tree, problems


def _read(files: Files, tile: Tile) -> PublishedTile:
    hashes = _first(files, tile, lambda published: published.path, _cut_hashes)
    entries = _first(files, tile, lambda published: published.bundle_path, unpack_entries) if tile.level == 0 else None
    return PublishedTile(
        tile,
        None if hashes is None else b"".join(hashes),
        None if entries is None else b"".join(map(leaf_hash, entries)),
    )


def _first(
    files: Files, tile: Tile, path: Callable[[Tile], str], parse: Callable[[bytes], list[bytes]]
) -> list[bytes] | None:
    """Return what a tile's file holds, or the full tile's where the partial was removed; None: missing or torn."""
    for candidate in (tile, tile.full):
        data = files.get(path(candidate))
        if data is None:
            continue
        try:
            items = parse(data)
        except NotVerified:
            return None
        return items[: tile.width] if len(items) == candidate.width else None
    return None


def _cut_hashes(data: bytes) -> list[bytes]:
    if len(data) % HASH_SIZE:
        raise NotVerified("tile ends inside a hash", got=f"{len(data)} bytes")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def _believed(shown: list[PublishedTile], checkpoint: Checkpoint) -> tuple[Tree, list[Problem]]:
    """Return the tree that leads to the signed root, or the entries' own and a `root` problem if none does."""
    lowest = [published for published in shown if published.tile.level == 0]
    of_entries = _grow([published.entries or published.hashes for published in lowest], lowest)
    if of_entries.root() == checkpoint.root:
        return of_entries, []
    of_tiles = _grow([published.hashes or published.entries for published in lowest], lowest)
    if of_tiles.root() == checkpoint.root:
        return of_tiles, []
    return of_entries, [Problem(kind="root", where="neither entries nor tiles hash to the signed root")]


def _grow(rows: list[bytes | None], lowest: list[PublishedTile]) -> Tree:
    tree = Tree()
    for row, published in zip(rows, lowest, strict=True):
        for leaf in _cut_hashes(row or bytes(published.tile.width * HASH_SIZE)):
            tree.append(leaf)
    return tree


def _differences(kind: str, path: str, tile: Tile, found: bytes | None, tree: Tree) -> list[Problem]:
    """Return the first place where a file differs from the tree; at level 0 that is an entry's index."""
    right = tile.cut(tree)
    if found == right:
        return []
    if found is None or tile.level:
        return [Problem(kind=kind, where=path)]
    place = next(
        at for at in range(0, len(right), HASH_SIZE) if found[at : at + HASH_SIZE] != right[at : at + HASH_SIZE]
    )
    return [Problem(kind=kind, where=path, index=tile.start + place // HASH_SIZE)]
