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

_MARKS_S: Final = ((300, 5, 35), (60, 2, 7))  # period, how much before it a mark begins, how long it lasts
_LEAST_ACTS: Final = 5
_LEAST_SHARE: Final = 0.5
_BY_CHANCE: Final = 0.001  # of an account, or a layer, without the habit

_AT_MARKS = """
SELECT account, count(*) AS acts, count(*) FILTER (WHERE {at_mark}) AS at_marks
FROM acts WHERE object_type = '{layer}' AND t IS NOT NULL GROUP BY account ORDER BY account
"""


def clock_marks(resolution_s: int) -> list[tuple[int, int, int]]:
    """Return period, lead and length of the marks that times of a resolution can show, in units of it.

    A clock may be some seconds fast: a mark begins before the full minute.

    >>> clock_marks(1), clock_marks(60)
    ([(300, 5, 35), (60, 2, 7)], [(5, 0, 1)])
    """
    units = [tuple(each // resolution_s for each in mark) for mark in _MARKS_S]
    return [(period, lead, max(1, length)) for period, lead, length in units if period > 2 * max(1, length)]


def at_marks(resolution_s: int) -> str:
    """Return the condition, in SQL, that `t` is at a mark."""
    return " OR ".join(map(_at_mark, clock_marks(resolution_s))) or "FALSE"


def _at_mark(mark: tuple[int, int, int]) -> str:
    period, lead, length = mark
    return f"(t + {lead}) % {period} < {length}"


def select_punctual(tables: EventTables, layer: str) -> None:
    """Make the table `punctual` (account) of a layer."""
    put_table(tables.engine, "punctual", account=("INTEGER", punctual_accounts(tables, layer).tolist()))


def punctual_accounts(tables: EventTables, layer: str) -> Accounts:
    """Return the accounts of which at least half of the acts are at marks, and far more than by chance.

    All accounts, if all acts together are at marks far more often than by chance: there are others with the habit then,
    of whom too few acts are known to tell them.
    """
    found = np.empty(0, np.int32)
    for mark in clock_marks(tables.resolution_s):
        period, _, length = mark
        columns = tables.engine.execute(_AT_MARKS.format(at_mark=_at_mark(mark), layer=layer)).fetchnumpy()
        account, acts, at_mark = (np.asarray(columns[name]) for name in ("account", "acts", "at_marks"))
        if binomial_tail(int(acts.sum()), int(at_mark.sum()), length / period) <= _BY_CHANCE:
            return account
        often = (
            (acts >= _LEAST_ACTS)
            & (at_mark >= _LEAST_SHARE * acts)
            & (binomial_tails(acts, at_mark, length / period) <= _BY_CHANCE)
        )
        found = np.union1d(found, account[often])
    return found
