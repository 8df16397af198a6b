"""What the service counts: one row of whole numbers a worker, in memory that all workers of one service share."""

import mmap
from bisect import bisect_left
from typing import Final

from evenhand.gate.effects import REPORTED, UNKNOWN_ID
from evenhand.gate.orders.purchase import CODES as ORDER_CODES

OUTCOMES: Final = ("allow", "label", "limit", "hold", "refuse", "unknown")
CODES: Final = (*REPORTED, UNKNOWN_ID, *(code for code in ORDER_CODES if code not in REPORTED), "other")
WHYS: Final = (
    "syntax", "form", "depth", "request", "head", "path", "method", "length", "size", "media", "expectation",
    "timeout", "connections", "register", "fault", "packed",
)  # fmt: skip
RELOADS: Final = ("taken", "refused")
NOT_TAKEN: Final = ("unreadable", "damaged", "origin", "size", "root", "signature", "unsigned")
BOUNDS_NS: Final = (
    5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
    100_000_000, 1_000_000_000,
)  # fmt: skip

_FAMILIES: Final = {
    "verdicts_total": OUTCOMES,
    "codes_total": CODES,
    "bodies_refused_total": WHYS,
    "register_reload_total": RELOADS,
    "register_refused_total": NOT_TAKEN,
    "malformed_total": ("",),
    "seconds": tuple(str(bound) for bound in (*BOUNDS_NS, "inf")),
    "seconds_sum": ("",),
}
_START: Final = {
    name: sum(len(labels) for labels in list(_FAMILIES.values())[:number]) for number, name in enumerate(_FAMILIES)
}
_SIZE: Final = sum(map(len, _FAMILIES.values()))

VERDICT: Final = {outcome: _START["verdicts_total"] + number for number, outcome in enumerate(OUTCOMES)}
CODE: Final = {code: _START["codes_total"] + number for number, code in enumerate(CODES)}
REFUSED: Final = {why: _START["bodies_refused_total"] + number for number, why in enumerate(WHYS)}
RELOAD: Final = {result: _START["register_reload_total"] + number for number, result in enumerate(RELOADS)}
UNTAKEN: Final = {why: _START["register_refused_total"] + number for number, why in enumerate(NOT_TAKEN)}
MALFORMED: Final = _START["malformed_total"]
_SECONDS: Final = _START["seconds"]
_SUM: Final = _START["seconds_sum"]
_OTHER: Final = CODE["other"]


_REMOVALS: Final[dict[tuple[str, tuple[str, ...]], tuple[int, ...]]] = {}
_MOST_REMOVALS: Final = 1024  # ways to be removed whose slots are kept


def _slots_of(outcome: str, codes: tuple[str, ...]) -> tuple[int, ...]:
    """Return where a removed bid is counted, and keep it for the next that goes in the same way."""
    slots = (VERDICT[outcome], *(CODE.get(code, _OTHER) for code in codes))
    if len(_REMOVALS) < _MOST_REMOVALS:
        _REMOVALS[outcome, codes] = slots
    return slots


class Counters:
    """Counts of one worker, and the sums over all; made before the workers are, so that they share it.

    Each worker writes its own row only, so nothing is locked; a worker that is started again goes on with its row.
    """

    def __init__(self, workers: int) -> None:
        self._all = memoryview(mmap.mmap(-1, workers * _SIZE * 8)).cast("Q")
        self._workers = workers
        self.use(0)

    def use(self, worker: int) -> None:
        """Write to the row of this worker from now on."""
        self._own = self._all[worker * _SIZE : (worker + 1) * _SIZE]

    def add(self, slot: int) -> None:
        """Count one at a slot: `VERDICT[…]`, `REFUSED[…]`, `RELOAD[…]`, `UNTAKEN[…]` or `MALFORMED`."""
        self._own[slot] += 1

    def add_codes(self, codes: tuple[str, ...]) -> None:
        """Count each code once; one that is not in the closed list counts as `other`."""
        own = self._own
        for code in codes:
            own[CODE.get(code, _OTHER)] += 1

    def add_removal(self, outcome: str, codes: tuple[str, ...]) -> None:
        """Count a bid that was removed: its outcome, and each of its codes once."""
        own = self._own
        slots = _REMOVALS.get((outcome, codes)) or _slots_of(outcome, codes)
        for slot in slots:
            own[slot] += 1

    def add_time(self, taken_ns: int) -> None:
        """Count one answer in the histogram."""
        own = self._own
        own[_SECONDS + bisect_left(BOUNDS_NS, taken_ns)] += 1
        own[_SUM] += taken_ns

    def total(self, slot: int) -> int:
        """Return the sum of a slot over all workers."""
        return sum(self._all[slot::_SIZE])

    def times(self) -> tuple[list[int], int]:
        """Return how many answers fell into each bucket, the last without bound, and their sum in nanoseconds."""
        buckets = [self.total(_SECONDS + number) for number in range(len(BOUNDS_NS) + 1)]
        return buckets, self.total(_SUM)
