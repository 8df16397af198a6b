"""Acts at full five minutes and full minutes, where programs publish at a set time.

Two such acts are within seconds of each other whenever they are at one mark of the clock, whatever the accounts know of
each other. What punctual accounts do at marks is therefore not compared with what others of them do there; an act
elsewhere is compared with all. Accounts of which it is certain that they have no such habit are compared at marks too.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.influence.communities import Accounts
from evenhand.influence.event_tables import EventTables, put_table
from evenhand.influence.probabilities import Whole, binomial_tail, binomial_tails

_MARKS_S: Final = ((300, 5, 35), (60, 2, 7))  # period, how much before it a mark begins, how long it lasts
_LEAST_ACTS: Final = 5
_USUAL_SHARE: Final = 0.5  # of the acts of a punctual account
_LEAST_SHARE: Final = 0.25  # of an account that does others by hand: not by chance for any of all accounts
_BY_CHANCE: Final = 0.001  # of an account, or the acts of all, without the habit
_NO_SIGN: Final = 0.05  # an account that is at marks so rarely that chance gives more shows no sign of the habit

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


@dataclass(frozen=True)
class ClockHabits:
    """The accounts of a layer of which two acts at marks are not compared.

    `punctual` are at marks by habit, `uncertain` may be: all acts of others together are at marks far more often than
    by chance, and what these did does not show that they have no part in it.
    """

    punctual: Accounts
    uncertain: Accounts


def select_punctual(tables: EventTables, layer: str) -> None:
    """Make the table `punctual` (account) of a layer, with those that may be."""
    found = clock_habits(tables, layer)
    accounts = np.union1d(found.punctual, found.uncertain)
    put_table(tables.engine, "punctual", account=("INTEGER", accounts.tolist()))


def clock_habits(tables: EventTables, layer: str) -> ClockHabits:
    """Return the accounts that act at marks by habit, and those that may.

    Punctual is who has half of the acts at marks and far more than by chance, or a quarter and more than chance gives
    any of all accounts. Of few acts nobody can tell; if those of all others together are at marks too often, there are
    more with the habit. Who surely has less than half of the acts there, and not more than chance allows, is none.
    """
    counts = [_counted(tables, layer, mark) for mark in clock_marks(tables.resolution_s)]
    if not counts:
        return ClockHabits(np.empty(0, np.int32), np.empty(0, np.int32))
    account = counts[0].account
    punctual = np.any([each.is_often for each in counts], axis=0)
    uncertain = np.zeros(len(account), np.bool_)
    for each in counts:
        rest = int(each.acts[~punctual].sum()), int(each.at_marks[~punctual].sum())
        if binomial_tail(*rest, each.chance) <= _BY_CHANCE:
            uncertain |= ~punctual & ~each.is_not
    return ClockHabits(account[punctual], account[uncertain])


@dataclass(frozen=True)
class _Counted:
    """By account of a layer: acts, those at one kind of mark, and the chance of these."""

    account: Accounts
    acts: Whole
    at_marks: Whole
    chance: float

    @property
    def is_often(self) -> NDArray[np.bool_]:
        tails, shares = binomial_tails(self.acts, self.at_marks, self.chance), self.at_marks / self.acts
        usual = (shares >= _USUAL_SHARE) & (tails <= _BY_CHANCE)
        partly = (shares >= _LEAST_SHARE) & (tails * len(tails) <= _BY_CHANCE)
        return (self.acts >= _LEAST_ACTS) & (usual | partly)

    @property
    def is_not(self) -> NDArray[np.bool_]:
        below = binomial_tails(self.acts, self.acts - self.at_marks, 1 - _USUAL_SHARE) <= _BY_CHANCE
        return below & (binomial_tails(self.acts, self.at_marks, self.chance) > _NO_SIGN)


def _counted(tables: EventTables, layer: str, mark: tuple[int, int, int]) -> _Counted:
    period, _, length = mark
    columns = tables.engine.execute(_AT_MARKS.format(at_mark=_at_mark(mark), layer=layer)).fetchnumpy()
    account, acts, at_mark = (np.asarray(columns[name]) for name in ("account", "acts", "at_marks"))
    return _Counted(account, acts, at_mark, length / period)
