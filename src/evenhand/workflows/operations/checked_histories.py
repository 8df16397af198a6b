"""Histories of ledgers that this process has checked: who reads one all day checks only what was added since.

A command reads a ledger once and checks it whole. A server asks for `keep_checked` at its start.
"""

import threading
from collections.abc import Sequence
from pathlib import Path

from evenhand.ledger.protocols import Files, Storage, Verifier
from evenhand.ledger.recovery import read_history, read_later
from evenhand.ledger.tree import Tree
from evenhand.model.log import Checkpoint, SeenCheckpoint

_lock = threading.Lock()
_trees: dict[Path, Tree | None] = {}
_repaired: dict[Path, Tree] = {}
"""As they were when this process last opened them for writing, which mends what is lost of their public files."""


def keep_checked(ledger: Path) -> None:
    """Let later readings of the ledger in this folder go on from the first that is checked whole."""
    with _lock:
        _trees.setdefault(ledger.absolute(), None)


def forget_checked(ledger: Path) -> None:
    """Let every reading of the ledger in this folder check it whole again."""
    with _lock:
        _trees.pop(ledger.absolute(), None)
        _repaired.pop(ledger.absolute(), None)


def repaired_tree(ledger: Path) -> Tree | None:
    """Return the tree of a kept ledger as it was last opened for writing, None where this process never did."""
    with _lock:
        return _repaired.get(ledger.absolute())


def keep_repaired(ledger: Path, tree: Tree) -> None:
    """Let the next opening for writing go on from a tree; of a ledger that is not kept nothing is remembered."""
    where = ledger.absolute()
    with _lock:
        known = _repaired.get(where)
        if where in _trees and (known is None or known.size != tree.size):
            _repaired[where] = tree.copy()


def read_checked(
    ledger: Path, tables: Storage, files: Files, verifier: Verifier, seen: Sequence[SeenCheckpoint]
) -> tuple[Tree, Checkpoint | None]:
    """Return tree and published checkpoint of a ledger, as `read_history` does.

    Raises:
        HistoryConflict: what is on disk is not the history that was signed.
    """
    where = ledger.absolute()
    with _lock:
        is_kept, known = where in _trees, _trees.get(where)
        found = None if known is None else read_later(tables, files, verifier, known, seen)
        tree, checkpoint = found or read_history(tables, files, verifier, seen)
        if is_kept:
            _trees[where] = tree
    return tree, checkpoint
