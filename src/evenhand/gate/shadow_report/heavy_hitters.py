"""The most frequent of many texts in a bounded space."""

from typing import Final

KEPT: Final = 4096


class HeavyHitters:
    """Counts texts; keeps `kept` of them at most. A count is never too high, and too low by `error` at most.

    `error` is 0 as long as no more than `kept` different texts came, and never more than one in `kept` + 1 of all
    that came; a text that came more often than `error` is among those kept. Cost, amortised: one look into a dict.

    Source: J. Misra, D. Gries, "Finding repeated elements", Science of Computer Programming 2 (1982).
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._counts: dict[str, int] = {}
        self.error = 0

    def add(self, text: str) -> None:
        """Count a text once."""
        counts = self._counts
        if text in counts or len(counts) < self._kept:
            counts[text] = counts.get(text, 0) + 1
            return
        self._counts = {each: count - 1 for each, count in counts.items() if count > 1}
        self.error += 1

    def top(self, most: int) -> dict[str, int]:
        """Return the most frequent texts with their counts, most frequent first, equal ones by the alphabet."""
        first = sorted(self._counts.items(), key=lambda each: (-each[1], each[0]))
        return dict(first[:most])
