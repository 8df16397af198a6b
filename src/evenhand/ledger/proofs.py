"""Checks of proofs of inclusion and growth against roots; no input is trusted."""

from collections.abc import Sequence

from evenhand.ledger.tree import EMPTY_ROOT, HASH_SIZE, node_hash, split
from evenhand.model.errors import NotVerified
from evenhand.model.log import Checkpoint


def verify_growth(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Check that the log at `new` begins with the whole log at `old`.

    Raises:
        NotVerified: another origin, a smaller size, or a proof that does not hold.
    """
    if old.origin != new.origin:
        raise NotVerified("checkpoints of two logs", got=new.origin, expected=old.origin)
    start = old.size == 0 and old.root == EMPTY_ROOT and not proof
    if not start and not is_consistent(old.size, new.size, proof, old.root, new.root):
        raise NotVerified(
            f"size {new.size} does not continue size {old.size}",
            where=new.origin,
            todo="keep both checkpoints: together they show that the log was changed",
        )


def is_included(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether `leaf` (a hash) is at `index` in the tree of `size` and `root` (RFC 6962 §2.1.1)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    inner = (index ^ (size - 1)).bit_length()  # levels where the path has not yet met the right edge
    if len(proof) != inner + (index >> inner).bit_count():
        return False
    node = leaf
    for height, other in enumerate(proof):
        is_left = height < inner and not index >> height & 1
        node = node_hash(node, other) if is_left else node_hash(other, node)
    return node == root


def is_consistent(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> bool:
    """Tell whether the tree of `size1` > 0 is the beginning of the tree of `size2` (RFC 6962 §2.1.2)."""
    return size1 > 0 and is_consistent_subtree(0, size1, size2, proof, root1, root2)


def is_subtree(start: int, end: int) -> bool:
    """Tell whether leaves [`start`, `end`) are one node's: `start` a multiple of the power of two ≥ `end - start`."""
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0


def is_included_in_subtree(index: int, start: int, end: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether `leaf` is at `index` of the log inside the subtree [`start`, `end`) with `root`.

    Source: draft-ietf-plants-merkle-tree-certs, subtrees.
    """
    return is_subtree(start, end) and is_included(index - start, end - start, leaf, proof, root)


def is_consistent_subtree(start: int, end: int, size: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> bool:
    """Tell whether the subtree [`start`, `end`) with `root1` is part of the tree of `size` and `root2`.

    An empty subtree (`start` = `end`) is part of every tree that reaches it.
    Source: draft-ietf-plants-merkle-tree-certs, subtree consistency proofs.
    """
    if not _are_hashes(root1, root2, *proof) or not 0 <= start <= end <= size:
        return False
    if start == end:
        return root1 == EMPTY_ROOT and not proof
    if not is_subtree(start, end):
        return False
    try:
        return _roots(start, end, size, root1, list(proof), whole=True) == (root1, root2)
    except IndexError:  # the proof is too short
        return False


def _roots(start: int, end: int, size: int, root1: bytes, proof: list[bytes], *, whole: bool) -> tuple[bytes, bytes]:
    """Return the roots of subtree and tree that the proof leads to, taking its hashes from the root down.

    `whole`: the subtree is one node of the tree so far, so `root1` is its hash and is not in the proof.
    """
    if (start, end) == (0, size):
        node = root1 if whole else proof.pop()
        return (node, node) if not proof else (b"", b"")
    other, middle = proof.pop(), split(size)
    if end <= middle:
        part, left = _roots(start, end, middle, root1, proof, whole=whole)
        return part, node_hash(left, other)
    if start >= middle:
        part, right = _roots(start - middle, end - middle, size - middle, root1, proof, whole=whole)
        return part, node_hash(other, right)
    part, right = _roots(0, end - middle, size - middle, root1, proof, whole=False)
    return node_hash(other, part), node_hash(other, right)


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
