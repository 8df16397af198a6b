"""The tree in memory against the plain recursion of RFC 6962 §2.1, its slow twin."""

import gc
import hashlib
import weakref
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger.proofs import is_consistent, is_consistent_subtree, is_included, is_included_in_subtree, is_subtree
from evenhand.ledger.tiles import tiles
from evenhand.ledger.tree import Tree, leaf_hash
from evenhand.model.errors import HistoryConflict

LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(700)]
TREE = Tree(LEAVES)
SIZES = st.integers(1, len(LEAVES))


def plain_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1 over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = plain_split(len(leaves))
    return hashlib.sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def plain_split(width: int) -> int:
    k = 1
    while 2 * k < width:
        k *= 2
    return k


def plain_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1."""
    if len(leaves) == 1:
        return []
    k = plain_split(len(leaves))
    if index < k:
        return [*plain_path(index, leaves[:k]), plain_root(leaves[k:])]
    return [*plain_path(index - k, leaves[k:]), plain_root(leaves[:k])]


def plain_subproof(start: int, end: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of the merkle-tree-certs draft; RFC 6962 §2.1.2 where `start` is 0."""
    if (start, end) == (0, len(leaves)):
        return [] if whole else [plain_root(leaves)]
    k = plain_split(len(leaves))
    if end <= k:
        return [*plain_subproof(start, end, leaves[:k], whole), plain_root(leaves[k:])]
    if start >= k:
        return [*plain_subproof(start - k, end - k, leaves[k:], whole), plain_root(leaves[:k])]
    return [*plain_subproof(0, end - k, leaves[k:], False), plain_root(leaves[:k])]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 700])
def test_root_and_tiles_are_those_of_the_recursion(size: int) -> None:
    """A tile is a cut through the tree, and its hashes are roots of full subtrees."""
    grown = Tree(LEAVES[:size])

    assert grown.root() == TREE.root_of(size) == plain_root(LEAVES[:size])
    for tile in tiles(size):
        width = 256**tile.level
        starts = range(tile.start * width, (tile.start + tile.width) * width, width)
        assert tile.cut(grown) == b"".join(plain_root(LEAVES[at : at + width]) for at in starts)


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 70_000])
def test_trees_of_three_levels_have_the_tiles_of_the_page(size: int) -> None:
    """`ledger.md` §2: size 70,000 has 273 full tiles and one of 112, one full and one of 17, one of width 1."""
    widths = {level: [tile.width for tile in tiles(size) if tile.level == level] for level in range(3)}

    for level in range(3):
        assert sum(widths[level]) == size >> 8 * level
    if size == 70_000:
        assert (widths[0], widths[1], widths[2]) == ([256] * 273 + [112], [256, 17], [1])


@given(SIZES, st.data())
def test_inclusion_proofs_are_those_of_the_recursion(size: int, data: st.DataObject) -> None:
    """And they verify for their own leaf, index and size only."""
    index = data.draw(st.integers(0, size - 1))
    proof, root = TREE.inclusion(index, size), TREE.root_of(size)

    assert proof == plain_path(index, LEAVES[:size])
    assert is_included(index, size, LEAVES[index], proof, root)
    assert not is_included(index, size, LEAVES[index - 1], proof, root) or size == 1
    assert not is_included(index, size, LEAVES[index], [*proof, bytes(32)], root)
    assert not is_included(index, size, LEAVES[index], [each[:31] for each in proof], root) or not proof
    assert not is_included(size, size, LEAVES[index], proof, root)


@given(SIZES, SIZES)
def test_growth_proofs_are_those_of_the_recursion(one: int, other: int) -> None:
    """Every prefix is consistent with every later head, and with no other root."""
    size1, size2 = sorted((one, other))
    proof, root1, root2 = TREE.consistency(size1, size2), TREE.root_of(size1), TREE.root_of(size2)

    assert proof == plain_subproof(0, size1, LEAVES[:size2], True)
    assert is_consistent(size1, size2, proof, root1, root2)
    assert not is_consistent(size1, size2, proof, bytes(32), root2)
    assert not is_consistent(size1, size2, proof, root1, bytes(32))
    assert not is_consistent(size1, size2, [bytes(32), *proof], root1, root2)
    assert not is_consistent(size1, size2, proof[:-1], root1, root2) or not proof
    assert not is_consistent(size2, size1, proof, root2, root1) or size1 == size2


@given(SIZES, st.integers(0, 9), st.data())
def test_subtree_proofs_of_the_recursion_verify(size: int, height: int, data: st.DataObject) -> None:
    """Small proofs and cosignatures of the draft rest on subtrees."""
    start = data.draw(st.integers(0, (size - 1) >> height)) << height
    end = data.draw(st.integers(start + 1, min(size, start + (1 << height))))
    index, root = data.draw(st.integers(start, end - 1)), plain_root(LEAVES[start:end])
    proof = plain_subproof(start, end, LEAVES[:size], True)

    assert is_subtree(start, end)
    assert is_consistent_subtree(start, end, size, proof, root, TREE.root_of(size))
    assert not is_consistent_subtree(start, end, size, proof, bytes(32), TREE.root_of(size))
    assert is_included_in_subtree(index, start, end, LEAVES[index], plain_path(index - start, LEAVES[start:end]), root)


def test_what_is_no_subtree_has_no_proof_and_the_empty_one_needs_none() -> None:
    """[1, 3) is not one node's leaves; [n, n) is part of every tree that reaches it."""
    root = TREE.root_of(8)

    assert not is_consistent_subtree(1, 3, 8, [], plain_root(LEAVES[1:3]), root)
    assert not is_included_in_subtree(1, 1, 3, LEAVES[1], [LEAVES[2]], plain_root(LEAVES[1:3]))
    assert is_consistent_subtree(5, 5, 8, [], plain_root([]), root)
    assert not is_consistent_subtree(5, 9, 8, [], bytes(32), root)


def test_a_proof_is_asked_for_what_is_there() -> None:
    """An index beyond the tree is a fault of the caller, not an empty proof."""
    for ask in (lambda: TREE.inclusion(9, 9), lambda: TREE.consistency(0, 9), lambda: TREE.root_of(701)):
        with pytest.raises(IndexError, match="tree of 700"):
            ask()


@given(st.integers(1, len(LEAVES)), st.integers(0, len(LEAVES)), st.data())
def test_a_tree_of_its_edge_says_what_the_whole_tree_says(size: int, more: int, data: st.DataObject) -> None:
    """Law *Edge*: a writer keeps the right edge only; tiles give the rest, each proved by the row above."""
    whole = Tree(LEAVES[:size])
    resumed = Tree.resume(size, cut_of(whole), cut_of(whole))
    forgetful = Tree(LEAVES[:size], stored_tile=cut_of(whole))
    forgetful.forget(size)
    index = data.draw(st.integers(0, size - 1))

    assert resumed is not None
    for edge in (resumed, forgetful):
        assert edge.root() == whole.root()
        assert edge.inclusion(index, size) == whole.inclusion(index, size)
        assert edge.consistency(index + 1, size) == whole.consistency(index + 1, size)
        assert edge.leaf(index) == LEAVES[index]
        for leaf in LEAVES[size:more]:
            edge.append(leaf)
        assert edge.root() == TREE.root_of(max(size, more))
        assert all(tile.cut(edge) == tile.cut(TREE) for tile in tiles(edge.size))


@pytest.mark.parametrize("size", [255, 256, 257, 65_535, 65_536, 65_537])
def test_an_edge_grows_over_the_borders_of_tiles(size: int) -> None:
    """There a level is begun or filled, and an edge of that level is empty."""
    leaves = [leaf_hash(b"%d" % number) for number in range(size + 3)]
    whole, grown = Tree(leaves[:size]), Tree(leaves)
    edge = Tree.resume(size, cut_of(whole), cut_of(whole))

    assert edge is not None
    for leaf in leaves[size:]:
        edge.append(leaf)
    assert edge.root() == grown.root()
    assert edge.consistency(size, size + 3) == grown.consistency(size, size + 3)
    assert all(tile.cut(edge) == tile.cut(grown) for tile in tiles(size + 3, size))


def test_a_changed_tile_is_not_used_for_a_proof() -> None:
    """The edge proves the row below, that the next: a flipped bit in a tile must not end up in a receipt."""
    good = cut_of(TREE)

    def changed(level: int, number: int) -> bytes | None:
        tile = good(level, number)
        return tile and tile[:99] + bytes([tile[99] ^ 1]) + tile[100:]

    for past in (changed, lambda *_: None, lambda *_: b"short", None):
        tree = Tree(LEAVES, stored_tile=past)
        tree.forget(600)
        assert tree.leaf(650) == LEAVES[650]
        with pytest.raises(HistoryConflict, match="tile 0 of level 0"):
            tree.inclusion(3, 700)


def test_a_tree_that_nobody_has_is_gone_at_once() -> None:
    """A console makes one for each act; with 100,000 leaves seven of them kept 50 MB until the collector came by."""
    tree = Tree(LEAVES, stored_tile=cut_of(TREE))
    tree.forget(600)
    tree.inclusion(3, 700)
    left = weakref.ref(tree)

    gc.disable()
    try:
        del tree
        assert left() is None
    finally:
        gc.enable()


def test_a_tree_is_not_resumed_from_a_torn_edge() -> None:
    """A power cut leaves any part of a file: then the tables are read again, whole."""
    good = cut_of(TREE)

    assert Tree.resume(700, lambda *_: None, good) is None
    assert Tree.resume(700, lambda level, number: (good(level, number) or b"")[:-1], good) is None
    empty = Tree.resume(0, good, good)
    assert empty is not None
    assert empty.root() == plain_root([])


def cut_of(tree: Tree) -> Callable[[int, int], bytes | None]:
    """Return a reader of the tree's tiles."""
    shown = {(tile.level, tile.number): tile.cut(tree) for tile in tiles(tree.size)}
    return lambda level, number: shown.get((level, number))
