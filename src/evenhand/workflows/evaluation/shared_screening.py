"""Many parties compared with an index by two processes, which take the next few from one pile until it is empty.

Where a cluster has workers that can, they screen instead (`spark_screening.py`).
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from evenhand.model.finding import Finding
from evenhand.screening import Index, screen
from evenhand.workflows.evaluation.shared_pile import shared_by_two
from evenhand.workflows.evaluation.side_process import can_work_beside
from evenhand.workflows.evaluation.spark_screening import Kinded, Workers

Progress = Callable[[str, int, int], None]

_WORTH_A_PROCESS = 4_000  # parties: for fewer a second process costs more than it saves
_AT_ONCE = 256

_decode = msgspec.msgpack.Decoder(list[Finding]).decode


def is_worth_two(parties: int) -> bool:
    """Return whether so many parties are screened faster by two processes."""
    return parties >= _WORTH_A_PROCESS and can_work_beside()


def findings_of(
    parties: Sequence[Kinded], index: Index, progress: Progress, workers: Workers | None = None
) -> list[Finding]:
    """Return the findings of parties; those of each stand together, best first, in any order of the parties.

    `workers` screen what they can, against the same index.

    Raises:
        ProcessEnded: the second process failed, or was ended.
        EngineUnavailable: Spark failed.
    """
    found, rest = ([], parties) if workers is None else workers.found(parties)
    if is_worth_two(len(rest)):
        found += _found_by_two(rest, index, progress)
    else:
        found += _found(rest, index, range(0, len(rest), _AT_ONCE), progress)
    progress("screening", len(parties), len(parties))
    return found


def _found_by_two(parties: Sequence[Kinded], index: Index, progress: Progress) -> list[Finding]:
    own, other = shared_by_two(
        "screening",
        range(0, len(parties), _AT_ONCE),
        lambda taken: _found(parties, index, taken, progress),
        lambda taken: msgspec.msgpack.encode(_found(parties, index, taken, lambda *_: None)),
    )
    return own + _decode(other)


def _found(parties: Sequence[Kinded], index: Index, starts: Iterator[int] | range, progress: Progress) -> list[Finding]:
    found: list[Finding] = []
    for start in starts:
        progress("screening", start, len(parties))
        found += screen(parties[start : start + _AT_ONCE], index)
    return found
