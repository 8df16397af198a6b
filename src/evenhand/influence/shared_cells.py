"""First acts in the bins of objects that accounts share, and how those of some accounts are to each other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.influence.communities import Accounts
from evenhand.influence.event_tables import EventTables
from evenhand.influence.probabilities import Whole
from evenhand.influence.redraws import MemberActs, OtherActs
from evenhand.influence.short_bins import WINDOWS, is_close_in_short_bins
from evenhand.influence.synchrony import CountedLayer, select_first_acts


@dataclass(frozen=True)
class Cells:
    """First acts of a layer in bins that accounts share, one an account in a bin of an object, ordered by account.

    `by_cell` are the places of all acts, ordered by cell and moment; those of cell `i` begin at `starts[i]`.
    Acts of `is_crowd` tell when everybody acted.

    `t` counts from the bin's start; `cell` numbers the bins of objects. Two acts `at_mark` are not compared.
    """

    cell: Whole
    object: NDArray[np.int32]
    halves: NDArray[np.int64]
    account: Accounts
    control: NDArray[np.int32]
    t: Whole
    at_mark: NDArray[np.bool_]
    by_cell: NDArray[np.int64]
    starts: NDArray[np.int64]
    is_crowd: NDArray[np.bool_]

    def others(self, cell: Whole, members: Accounts) -> OtherActs:
        """Return the acts in some cells, each given once, of those who are no members (ascending)."""
        bounds = zip(self.starts[cell].tolist(), self.starts[cell + 1].tolist(), strict=True)
        places = np.concatenate([np.empty(0, np.int64), *(self.by_cell[first:end] for first, end in bounds)])
        places = places[self.is_crowd[places] & ~np.isin(self.account[places], members)]
        first = np.searchsorted(self.cell[places], cell)
        return OtherActs(self.t[places], first, np.append(first[1:], len(places)))

    def of(self, members: Accounts) -> NDArray[np.int64]:
        """Return the places of the acts of some accounts, given ascending, ordered by cell."""
        first, end = np.searchsorted(self.account, members), np.searchsorted(self.account, members, "right")
        places = np.concatenate([np.arange(*bounds) for bounds in zip(first, end, strict=True)])
        return places[np.argsort(self.cell[places], kind="stable")]


_CELLS = """
SELECT dense_rank() OVER (ORDER BY object, bin) AS cell, object, halves, account, control, t - bin AS t, at_mark
FROM first_acts ORDER BY account, object, bin
"""


def read_cells(tables: EventTables, layer: CountedLayer, max_cell: int) -> Cells:
    """Return the cells of a layer; no act of them is `is_crowd` yet."""
    select_first_acts(tables, layer.layer, layer.width, max_cell)
    read = {name: np.asarray(column) for name, column in tables.engine.execute(_CELLS).fetchnumpy().items()}
    by_cell = np.lexsort((read["t"], read["cell"]))
    starts = np.searchsorted(read["cell"][by_cell], np.arange(int(read["cell"].max(initial=0)) + 2))
    return Cells(**read, by_cell=by_cell, starts=starts, is_crowd=np.zeros(len(by_cell), np.bool_))


def member_acts(layer: CountedLayer, cells: Cells, places: Whole, members: Accounts) -> MemberActs:
    """Return the acts of some members at some places, ordered by cell, in pairs, beside the crowd's in those cells."""
    left, right = _pairs_within(cells.cell[places])
    control, at_mark = cells.control[places], cells.at_mark[places]
    apart = ((control[left] == 0) | (control[left] != control[right])) & ~(at_mark[left] & at_mark[right])
    cell, of = np.unique(cells.cell[places], return_inverse=True)
    others = cells.others(cell, members)
    return MemberActs(cells.t[places], left[apart], right[apart], of, others, layer.window, layer.width)


def _pairs_within(cell: Whole) -> tuple[Whole, Whole]:
    """Return the places of every two entries of one cell; cells are ascending."""
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    distance = 1
    while True:  # neighbours at distance 1, 2, … as long as any two of them are of one cell
        same = np.flatnonzero(cell[distance:] == cell[:-distance]) if distance < len(cell) else np.empty(0, np.int64)
        if not len(same):
            return np.concatenate(left), np.concatenate(right)
        left.append(same)
        right.append(same + distance)
        distance += 1


def are_close_in_short_bins(layer: CountedLayer, cells: Cells, members: Accounts) -> bool:
    """Tell whether members are close to each other in bins half as long too."""
    width = WINDOWS * layer.window
    acts = member_acts(layer, cells, cells.of(members), members)
    together = acts.t[acts.left] // width == acts.t[acts.right] // width
    close = together & (np.abs(acts.t[acts.left] - acts.t[acts.right]) <= layer.window)
    n, k = (int(np.count_nonzero(each)) for each in (together, close))
    return is_close_in_short_bins(n, k, layer.window)
