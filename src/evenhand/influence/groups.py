"""Groups that act together: discovered on one half of the objects, confirmed on the other.

A pair needs many common objects before it can be told from chance; a group needs few of each pair. Communities are
sought among the close pairs of one half of the objects; how often their members are close on the other half is then
compared with what happens when every moment is drawn anew inside its bin.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.influence.communities import Accounts, leiden
from evenhand.influence.event_tables import EventTables
from evenhand.influence.probabilities import (
    Floats,
    Whole,
    binomial_tails,
    false_discovery_rates,
    poisson_binomial_tail,
)
from evenhand.influence.redraws import MemberActs, Redraws
from evenhand.influence.synchrony import CountedLayer, select_first_acts

# One, two and three close bins of as many: the loose net is lost in busy data, the tight one misses small groups.
THRESHOLDS: Final = (0.2, 0.04, 0.008)
_STEPS: Final = (2_000, 20_000, 200_000)  # draws; each step only for what the last one left in doubt
_LEAST_MEMBERS: Final = 3  # two are a pair, which has a test of its own
_LEAST_OBJECTS: Final = 2
# Bins are not quite uniform: fans who answer within minutes were up to 1.2 times as close as drawn moments, groups
# that act together 5 times. Half of the way is far from both.
_LEAST_RATIO: Final = 2.0
_PASSER_BY: Final = 0.05


@dataclass(frozen=True)
class Group:
    """Accounts that were confirmed to act together, as numbers, ascending.

    `close` pairs of moments on the confirming half, where draws had `expected` on average. `p` is twice that of the
    draws, since each half confirms the other; `q` is over all communities that were tried.
    """

    layer: str
    members: tuple[int, ...]
    close: int
    expected: float
    p: float
    q: float


@dataclass(frozen=True)
class Cells:
    """First acts of a layer in bins that accounts share, one an account in a bin of an object, ordered by account.

    `t` counts from the bin's start; `cell` numbers the bins of objects.
    """

    cell: Whole
    object: NDArray[np.int32]
    half: NDArray[np.int32]
    account: Accounts
    control: NDArray[np.int32]
    t: Whole

    def of(self, members: Accounts) -> NDArray[np.int64]:
        """Return the places of the acts of some accounts, given ascending, ordered by cell."""
        first, end = np.searchsorted(self.account, members), np.searchsorted(self.account, members, "right")
        places = np.concatenate([np.arange(*bounds) for bounds in zip(first, end, strict=True)])
        return places[np.argsort(self.cell[places], kind="stable")]


@dataclass(frozen=True)
class _Tried:
    layer: CountedLayer
    cells: Cells
    members: Accounts
    redraws: Redraws


def find_groups(tables: EventTables, layers: Sequence[CountedLayer], alpha: float, max_cell: int) -> list[Group]:
    """Return the confirmed groups of all layers, with q over the communities of one threshold, at a third of `alpha`.

    `layers` are those of the scale on which groups are sought.
    """
    cells = [_read_cells(tables, layer, max_cell) for layer in layers]
    found: list[Group] = []
    for threshold in THRESHOLDS:
        tried = [
            one for layer, of in zip(layers, cells, strict=True) for half in (0, 1)
            for one in _tried(layer, of, half, threshold)
        ]  # fmt: skip
        found += _confirmed(tried, alpha / len(THRESHOLDS))
    return found


def _read_cells(tables: EventTables, layer: CountedLayer, max_cell: int) -> Cells:
    select_first_acts(tables, layer.layer, layer.width, max_cell)
    query = """
    SELECT dense_rank() OVER (ORDER BY object, bin) AS cell, object, half, account, control, t - bin AS t
    FROM first_acts ORDER BY account, object, bin"""
    return Cells(**{name: np.asarray(column) for name, column in tables.engine.execute(query).fetchnumpy().items()})


def _tried(layer: CountedLayer, cells: Cells, half: int, threshold: float) -> Iterator[_Tried]:
    counts = layer.counts
    n = counts.n_first if half == 0 else counts.n - counts.n_first
    k = counts.k_first if half == 0 else counts.k - counts.k_first
    near = np.flatnonzero((k >= 1) & counts.apart)
    tails = binomial_tails(n[near], k[near], layer.chance)
    near, tails = near[tails <= threshold], tails[tails <= threshold]
    for members in leiden(counts.a[near], counts.b[near], -np.log10(np.maximum(tails, 1e-300))):
        if len(members) >= _LEAST_MEMBERS:
            places = cells.of(members)
            acts = _member_acts(layer, cells, places[cells.half[places] != half])
            if len(acts.left):
                yield _Tried(layer, cells, members, Redraws(acts))


def _member_acts(layer: CountedLayer, cells: Cells, places: Whole) -> MemberActs:
    left, right = _pairs_within(cells.cell[places])
    control = cells.control[places]
    apart = (control[left] == 0) | (control[left] != control[right])
    return MemberActs(cells.t[places], left[apart], right[apart], layer.window, layer.width)


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


def _confirmed(tried: Sequence[_Tried], alpha: float) -> list[Group]:
    undecided = [one.redraws for one in tried]
    for draws in _STEPS:
        for redraws in undecided:
            redraws.draw_until(draws)
        p = np.minimum(1.0, 2 * np.array([one.redraws.p for one in tried]))
        q = false_discovery_rates(p)
        undecided = [
            one.redraws for one, rate in zip(tried, q, strict=True) if rate > alpha and not one.redraws.is_ended
        ]
    found = []
    for one, tail, rate in zip(tried, p.tolist(), q.tolist(), strict=True):
        members = (
            _members(one) if rate <= alpha and one.redraws.acts.close >= _LEAST_RATIO * one.redraws.expected else ()
        )
        if len(members) >= _LEAST_MEMBERS - 1:
            redraws = one.redraws
            found.append(Group(one.layer.layer, members, redraws.acts.close, redraws.expected, tail, rate))
    return found


def _members(tried: _Tried) -> tuple[int, ...]:
    """Return the accounts that are close to the others more often than a passer-by would be.

    Those that are not leave, and the rest is looked at again: whom a passer-by was close to no longer counts.
    """
    kept = tried.members
    while len(kept) >= _LEAST_MEMBERS - 1:
        near, tails, possible = _closeness(tried, kept)
        rates = false_discovery_rates(tails, possible)
        still = near[rates <= _PASSER_BY]
        if len(still) == len(kept):
            return tuple(still.tolist())
        kept = still
    return ()


def _closeness(tried: _Tried, members: Accounts) -> tuple[Accounts, Floats, int]:
    """Return who is close to another member on two objects, the chance of each, and how many could have been."""
    cells, window, width = tried.cells, tried.layer.window, tried.layer.width
    places = cells.of(members)
    bounds = np.flatnonzero(np.diff(cells.cell[places], prepend=-1, append=-1))
    chances: dict[int, list[float]] = {}
    hits: dict[int, list[int]] = {}
    for first, end in pairwise(bounds.tolist()):
        for place in places[first:end] if end - first > 1 else ():
            control = cells.control[place]
            others = [
                int(cells.t[other]) for other in places[first:end]
                if other != place and (not control or cells.control[other] != control)
            ]  # fmt: skip
            if others:
                account, t = int(cells.account[place]), int(cells.t[place])
                chances.setdefault(account, []).append(_coverage(others, window, width))
                if any(abs(t - other) <= window for other in others):
                    hits.setdefault(account, []).append(int(cells.object[place]))
    near = sorted(account for account, objects in hits.items() if len(set(objects)) >= _LEAST_OBJECTS)
    tails = np.array([poisson_binomial_tail(chances[account], len(hits[account])) for account in near])
    return np.array(near, np.int32), tails, _possible_members(cells, cells.cell[places])


def _possible_members(cells: Cells, shared: Whole) -> int:
    """Return how many accounts acted in at least two of some cells: any of them could have been taken for a member."""
    acts = np.bincount(cells.account[np.isin(cells.cell, shared)])
    return int(np.count_nonzero(acts >= _LEAST_OBJECTS))


def _coverage(moments: Sequence[int], window: int, width: int) -> float:
    """Return the share of a bin's units that are close to one of the moments."""
    covered, end = 0, 0
    for moment in sorted(moments):
        first, last = max(end, moment - window), min(width, moment + window + 1)
        covered += max(0, last - first)
        end = max(end, last)
    return covered / width
