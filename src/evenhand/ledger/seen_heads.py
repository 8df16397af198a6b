"""Heads that other files were made at: a ledger that does not continue them would sign a second history."""

from collections.abc import Callable, Iterable, Iterator

from evenhand.model.errors import HistoryConflict
from evenhand.model.log import SeenHead

GO_ON = (
    "put back the newest copy of the ledger; if it is lost, docs/how-to/back-up.md says how to go on "
    "(A ledger older than its checkpoints)"
)


def check_seen(seen: Iterable[SeenHead], size: int, root_of: Callable[[int], bytes]) -> None:
    """Raise if a ledger of `size` entries does not continue every head that was seen; `root_of` is its tree's.

    Raises:
        HistoryConflict: the ledger is older than such a head, or has another root at its size.
    """
    for what, head in seen_problems(seen, size, root_of):
        raise HistoryConflict(what, where=head.where, todo=GO_ON)


def seen_problems(
    seen: Iterable[SeenHead], size: int, root_of: Callable[[int], bytes]
) -> Iterator[tuple[str, SeenHead]]:
    """Yield what is wrong with a ledger of `size` entries beside the heads that were seen, the largest head first."""
    for head in sorted(seen, key=lambda each: -each.size):
        if head.size > size:
            yield f"made at the checkpoint of size {head.size}, but the ledger is older and has {size} entries", head
        elif head.root != root_of(head.size):
            yield f"made at another checkpoint of size {head.size} than the ledger's: two histories were signed", head
