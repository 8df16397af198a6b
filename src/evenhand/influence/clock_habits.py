"""Acts at full five minutes and full minutes, where programs publish at a set time.

Two such acts are within seconds of each other whenever they are at one mark of the clock, whatever the accounts know of
each other. What punctual accounts do at marks is therefore not compared with what others of them do there; an act
elsewhere is compared with all.
"""

from typing import Final

import numpy as np

from evenhand.influence.communities import Accounts
from evenhand.influence.event_tables import EventTables, put_table
from evenhand.influence.probabilities import binomial_tail, binomial_tails

_MARKS_S: Final = ((300, 30), (60, 5))  # period, and how long a mark lasts
_LEAST_ACTS: Final = 5
_LEAST_SHARE: Final = 0.5
_BY_CHANCE: Final = 0.001  # of an account, or a layer, without the habit

_AT_MARKS = """
SELECT account, count(*) AS acts, count(*) FILTER (WHERE t % {period} < {mark}) AS at_marks
FROM acts WHERE object_type = '{layer}' AND t IS NOT NULL GROUP BY account ORDER BY account
"""


def clock_marks(resolution_s: int) -> list[tuple[int, int]]:
    """Return period and length of the marks that times of a resolution can show, in units of it.

    >>> clock_marks(1), clock_marks(60)
    ([(300, 30), (60, 5)], [(5, 1)])
    """
    units = [(period // resolution_s, max(1, length // resolution_s)) for period, length in _MARKS_S]
    return [(period, length) for period, length in units if period > 2 * length]


def at_marks(resolution_s: int) -> str:
    """Return the condition, in SQL, that `t` is at a mark."""
    return " OR ".join(f"t % {period} < {mark}" for period, mark in clock_marks(resolution_s)) or "FALSE"


def select_punctual(tables: EventTables, layer: str) -> None:
    """Make the table `punctual` (account) of a layer."""
    put_table(tables.engine, "punctual", account=("INTEGER", punctual_accounts(tables, layer).tolist()))


def punctual_accounts(tables: EventTables, layer: str) -> Accounts:
    """Return the accounts of which at least half of the acts are at marks, and far more than by chance.

    All accounts, if all acts together are at marks far more often than by chance: there are others with the habit then,
    of whom too few acts are known to tell them.
    """
    found = np.empty(0, np.int32)
    for period, mark in clock_marks(tables.resolution_s):
        columns = tables.engine.execute(_AT_MARKS.format(period=period, mark=mark, layer=layer)).fetchnumpy()
        account, acts, at_mark = (np.asarray(columns[name]) for name in ("account", "acts", "at_marks"))
        if binomial_tail(int(acts.sum()), int(at_mark.sum()), mark / period) <= _BY_CHANCE:
            return account
        often = (
            (acts >= _LEAST_ACTS)
            & (at_mark >= _LEAST_SHARE * acts)
            & (binomial_tails(acts, at_mark, mark / period) <= _BY_CHANCE)
        )
        found = np.union1d(found, account[often])
    return found
