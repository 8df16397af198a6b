"""Accounts that act at full five minutes, as programs that publish at a set time do.

Their moments are not uniform inside a bin: of two such accounts with one page in the same ten minutes both are often at
the same mark, whatever they know of each other.
"""

from typing import Final

import numpy as np

from evenhand.influence.communities import Accounts
from evenhand.influence.event_tables import EventTables
from evenhand.influence.probabilities import binomial_tails

_PERIOD_S: Final = 300
_MARK_S: Final = 30
_LEAST_ACTS: Final = 5
_LEAST_SHARE: Final = 0.5
_BY_CHANCE: Final = 0.001  # of an account without the habit

_AT_MARKS = """
SELECT account, count(*) AS acts, count(*) FILTER (WHERE t % {period} < {mark}) AS at_marks
FROM acts WHERE object_type = '{layer}' AND t IS NOT NULL GROUP BY account ORDER BY account
"""


def clock_marks(resolution_s: int) -> tuple[int, int]:
    """Return the period of the marks and how long each lasts, in units of the resolution."""
    return max(1, _PERIOD_S // resolution_s), max(1, _MARK_S // resolution_s)


def punctual_accounts(tables: EventTables, layer: str) -> Accounts:
    """Return the accounts of which at least half of the acts are at marks, and far more than by chance."""
    period, mark = clock_marks(tables.resolution_s)
    columns = tables.engine.execute(_AT_MARKS.format(period=period, mark=mark, layer=layer)).fetchnumpy()
    acts, at_marks = np.asarray(columns["acts"]), np.asarray(columns["at_marks"])
    often = (
        (acts >= _LEAST_ACTS)
        & (at_marks >= _LEAST_SHARE * acts)
        & (binomial_tails(acts, at_marks, mark / period) <= _BY_CHANCE)
    )
    return np.asarray(columns["account"])[often]
