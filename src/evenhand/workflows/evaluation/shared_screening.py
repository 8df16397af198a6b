"""Many parties compared with an index by two processes, which take the next few from one pile until it is empty."""

import os
from collections.abc import Callable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import Final

import msgspec

from evenhand.model.finding import Finding
from evenhand.model.party import PartyKind, Payer
from evenhand.screening import Index, screen
from evenhand.workflows.evaluation.side_process import SideProcess, can_work_beside

Progress = Callable[[str, int, int], None]
Kinded = tuple[PartyKind, Payer]

_WORTH_A_PROCESS = 4_000  # parties: for fewer a second process costs more than it saves
_AT_ONCE = 256
_PLACE: Final = 8  # bytes of a place in the pile

_decode = msgspec.msgpack.Decoder(list[Finding]).decode


def is_worth_two(parties: int) -> bool:
    """Return whether so many parties are screened faster by two processes."""
    return parties >= _WORTH_A_PROCESS and can_work_beside()


def findings_of(parties: Sequence[Kinded], index: Index, progress: Progress) -> list[Finding]:
    """Return the findings of parties; those of each stand together, best first, in any order of the parties.

    Raises:
        ProcessEnded: the second process failed, or was ended.
    """
    if is_worth_two(len(parties)):
        found = _found_by_two(parties, index, progress)
    else:
        found = _found(parties, index, range(0, len(parties), _AT_ONCE), progress)
    progress("screening", len(parties), len(parties))
    return found


def _found_by_two(parties: Sequence[Kinded], index: Index, progress: Progress) -> list[Finding]:
    with TemporaryFile(buffering=0) as pile:
        # The position in the file is one for both: each batch is taken once, and no lock outlives who held it.
        pile.write(b"".join(start.to_bytes(_PLACE) for start in range(0, len(parties), _AT_ONCE)))
        pile.seek(0)
        process = SideProcess("screening", lambda: _encoded(parties, index, pile.fileno()))
        try:
            found = _found(parties, index, _taken(pile.fileno()), progress)
            return found + _decode(process.result())
        finally:
            process.end()


def _encoded(parties: Sequence[Kinded], index: Index, pile: int) -> bytes:
    return msgspec.msgpack.encode(_found(parties, index, _taken(pile), lambda *_: None))


def _taken(pile: int) -> Iterator[int]:
    while taken := os.read(pile, _PLACE):
        yield int.from_bytes(taken)


def _found(parties: Sequence[Kinded], index: Index, starts: Iterator[int] | range, progress: Progress) -> list[Finding]:
    found: list[Finding] = []
    for start in starts:
        progress("screening", start, len(parties))
        found += screen(parties[start : start + _AT_ONCE], index)
    return found
