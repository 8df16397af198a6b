"""The checkpoints at which `state/` and the register were made: a network's ledger must continue them."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from evenhand.gate.registers.layout import HEADER, MAGIC
from evenhand.ledger.checkpoint import parse_checkpoint, seen_checkpoint_problems
from evenhand.ledger.protocols import Storage
from evenhand.ledger.tree import Tree
from evenhand.model.errors import NotVerified
from evenhand.model.log import SeenCheckpoint
from evenhand.store.network import SETTINGS_FILE
from evenhand.workflows.operations.ledger_folder import LedgerFolder

_MOST_BYTES = 1 << 22  # of a register's head


class _Meta(msgspec.Struct):
    """Of `state/meta.json` what says at which checkpoint it was written."""

    origin: str
    size: int
    root: bytes


class _Head(msgspec.Struct):
    """Of a register's head the checkpoint that it was made at."""

    checkpoint: str


def known_checkpoints(folder: LedgerFolder, origin: str) -> tuple[SeenCheckpoint, ...]:
    """Return the checkpoints of the log `origin` in the other files of its network, none where there is none.

    A file that is missing, cannot be read or belongs to another log says nothing: all of these are derived and may
    be deleted. No signature is checked, because a checkpoint that nobody signed must stop a start as well.
    """
    network = folder.path.parent
    if not (network / SETTINGS_FILE).is_file():
        return ()
    found = []
    for path, read in _READERS.items():
        try:
            name, size, root = read(network / path)
        except (OSError, msgspec.MsgspecError, NotVerified, ValueError):
            continue
        if name == origin:
            found.append(SeenCheckpoint(where=str(network / path), size=size, root=root))
    return tuple(found)


def seen_in_tables(seen: Iterable[SeenCheckpoint], tables: Storage) -> Iterator[tuple[str, SeenCheckpoint]]:
    """Yield each seen checkpoint that the tables do not continue, and why; without any, no leaf is read."""
    seen = tuple(seen)
    if seen:
        tree = Tree(leaf_hash for _, _, leaf_hash in tables.leaves())
        yield from seen_checkpoint_problems(seen, tree.size, tree.root_of)


def _state(path: Path) -> tuple[str, int, bytes]:
    meta = msgspec.json.decode(path.read_bytes(), type=_Meta)
    return meta.origin, meta.size, meta.root


def _plain_register(path: Path) -> tuple[str, int, bytes]:
    with path.open("rb") as file:
        return _of_register(file.readline(_MOST_BYTES))


def _compiled_register(path: Path) -> tuple[str, int, bytes]:
    with path.open("rb") as file:
        magic, *_, start, end = HEADER.unpack(file.read(HEADER.size).ljust(HEADER.size, b"\0"))
        if magic != MAGIC or not 0 <= end - start <= _MOST_BYTES:
            raise ValueError
        file.seek(start)
        return _of_register(file.read(end - start))


def _of_register(head: bytes) -> tuple[str, int, bytes]:
    note = msgspec.json.decode(head, type=_Head).checkpoint
    return parse_checkpoint(note.rpartition("\n\n")[0] + "\n")


_READERS: dict[str, Callable[[Path], tuple[str, int, bytes]]] = {
    "state/meta.json": _state,
    "out/register.jsonl": _plain_register,
    "out/register.evh": _compiled_register,
}
