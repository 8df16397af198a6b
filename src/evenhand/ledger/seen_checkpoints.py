"""Checkpoints that other files were made at: a ledger that does not continue them would sign a second history."""

from collections.abc import Callable, Iterable, Iterator

from evenhand.model.errors import HistoryConflict
from evenhand.model.log import SeenCheckpoint

GO_ON = (
    "put back the newest copy of the ledger; if it is lost, docs/how-to/back-up.md says how to go on "
    "(A ledger older than its checkpoints)"
)


def check_seen_checkpoints(seen: Iterable[SeenCheckpoint], size: int, root_of: Callable[[int], bytes]) -> None:
    """Raise if a ledger of `size` entries does not continue every checkpoint that was seen; `root_of` is its tree's.

    Raises:
        HistoryConflict: the ledger is older than such a checkpoint, or has another root at its size.
    """
    for what, checkpoint in seen_checkpoint_problems(seen, size, root_of):
        raise HistoryConflict(what, where=checkpoint.where, todo=GO_ON)


def seen_checkpoint_problems(
    seen: Iterable[SeenCheckpoint], size: int, root_of: Callable[[int], bytes]
) -> Iterator[tuple[str, SeenCheckpoint]]:
    """Yield each seen checkpoint that a ledger of `size` entries does not continue, and why; the largest first."""
    for checkpoint in sorted(seen, key=lambda known: -known.size):
        if checkpoint.size > size:
            yield (
                f"made at the checkpoint of size {checkpoint.size}, but the ledger is older and has {size} entries",
                checkpoint,
            )
        elif checkpoint.root != root_of(checkpoint.size):
            yield (
                f"made at another checkpoint of size {checkpoint.size} than the ledger's: two histories were signed",
                checkpoint,
            )
