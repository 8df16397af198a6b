"""Work in many parts shared by two processes, which take the next part from one pile until it is empty."""

import os
from collections.abc import Callable, Iterable, Iterator
from tempfile import TemporaryFile
from typing import Final, TypeVar

from evenhand.workflows.evaluation.side_process import SideProcess

_PLACE: Final = 8  # bytes of a place in the pile
_Own = TypeVar("_Own")


def shared_by_two(
    what: str, starts: Iterable[int], own: Callable[[Iterator[int]], _Own], other: Callable[[Iterator[int]], bytes]
) -> tuple[_Own, bytes]:
    """Return what this process makes of the starts that it takes, and what a second one makes of the others.

    Raises:
        ProcessEnded: the second process failed, or was ended.
    """
    with TemporaryFile(buffering=0) as pile:
        # The position in the file is one for both: each start is taken once, and no lock outlives who held it.
        pile.write(b"".join(start.to_bytes(_PLACE) for start in starts))
        pile.seek(0)
        process = SideProcess(what, lambda: other(_taken(pile.fileno())))
        try:
            return own(_taken(pile.fileno())), process.result()
        finally:
            process.end()


def _taken(pile: int) -> Iterator[int]:
    while taken := os.read(pile, _PLACE):
        yield int.from_bytes(taken)
