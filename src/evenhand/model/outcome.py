"""The five outcomes of a ruling, mildest first."""

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """What happens to the party: `allow < label < limit < hold < refuse` (`policy.md` §4)."""

    ALLOW = "allow"
    LABEL = "label"
    LIMIT = "limit"
    HOLD = "hold"
    REFUSE = "refuse"

    @property
    def severity(self) -> int:
        """Return 0 for allow up to 4 for refuse."""
        return _ORDER[self]


_ORDER = {outcome: rank for rank, outcome in enumerate(Outcome)}


def strictest(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the strictest of the outcomes; allow if there are none.

    >>> strictest([Outcome.LABEL, Outcome.HOLD]).value
    'hold'
    """
    return max(outcomes, key=lambda outcome: outcome.severity, default=Outcome.ALLOW)
