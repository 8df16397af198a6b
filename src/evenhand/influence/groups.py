"""Groups that act together: discovered on one half of the objects, confirmed on the other.

A pair needs many common objects before it can be told from chance; a group needs few of each pair. Communities are
sought among the close pairs of one half of the objects; how often their members are close on the other half is then
compared with what happens when every moment is drawn anew inside its bin. The objects are divided into halves in four
ways: few objects may all be in one half of one of them.
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
    cauchy_combined,
    false_discovery_rates,
    fisher_tail,
    poisson_binomial_tail,
)
from evenhand.influence.redraws import MemberActs, Redraws
from evenhand.influence.synchrony import DIVISIONS, CountedLayer, select_first_acts

# One, two and three close bins of as many: the loose net is lost in busy data, the tight one misses small groups.
THRESHOLDS: Final = (0.2, 0.04, 0.008)
_STEPS: Final = (2_000, 20_000, 200_000)  # draws; each step only for what the last one left in doubt
_LEAST_MEMBERS: Final = 3  # two are a pair, which has a test of its own
_LEAST_OBJECTS: Final = 2
# Bins are not quite uniform: fans who answer within minutes were up to 1.2 times as close as drawn moments, groups
# that act together 5 times. Half of the way is far from both.
_LEAST_RATIO: Final = 2.0
_PASSER_BY: Final = 0.02
_NOT_BY_CHANCE: Final = 0.5


@dataclass(frozen=True)
class Group:
    """Accounts that were confirmed to act together, as numbers, ascending, each with its q as a member.

    `close` pairs of moments on the confirming half, where draws had `expected` on average. `p` is that of the
    draws; `q` is over all communities that were tried, each half of each division of the objects by itself.
    """

    layer: str
    members: tuple[int, ...]
    member_q: tuple[float, ...]
    close: int
    expected: float
    p: float
    q: float


@dataclass(frozen=True)
class Cells:
    """First acts of a layer in bins that accounts share, one an account in a bin of an object, ordered by account.

    `t` counts from the bin's start; `cell` numbers the bins of objects. Two acts `at_mark` are not compared.
    """

    cell: Whole
    object: NDArray[np.int32]
    halves: NDArray[np.int64]
    account: Accounts
    control: NDArray[np.int32]
    t: Whole
    at_mark: NDArray[np.bool_]

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
            one for layer, of in zip(layers, cells, strict=True)
            for division in range(len(DIVISIONS)) for half in (0, 1)
            for one in _tried(layer, of, division, half, threshold)
        ]  # fmt: skip
        found += _confirmed(tried, alpha / len(THRESHOLDS))
    return found


_CELLS = """
SELECT dense_rank() OVER (ORDER BY object, bin) AS cell, object, halves, account, control, t - bin AS t, at_mark
FROM first_acts ORDER BY account, object, bin
"""


def _read_cells(tables: EventTables, layer: CountedLayer, max_cell: int) -> Cells:
    select_first_acts(tables, layer.layer, layer.width, max_cell)
    read = {name: np.asarray(column) for name, column in tables.engine.execute(_CELLS).fetchnumpy().items()}
    return Cells(**read)


def _tried(layer: CountedLayer, cells: Cells, division: int, half: int, threshold: float) -> Iterator[_Tried]:
    counts = layer.counts
    n, k = counts.first_n[division], counts.first_k[division]
    if half:
        n, k = counts.n - n, counts.k - k
    near = np.flatnonzero((k >= 1) & counts.apart)
    tails = binomial_tails(n[near], k[near], layer.chance)
    near, tails = near[tails <= threshold], tails[tails <= threshold]
    for members in leiden(counts.a[near], counts.b[near], -np.log10(np.maximum(tails, 1e-300))):
        if len(members) >= _LEAST_MEMBERS:
            places = cells.of(members)
            acts = _member_acts(layer, cells, places[(cells.halves[places] // DIVISIONS[division] % 2) != half])
            if len(acts.left):
                yield _Tried(layer, cells, members, Redraws(acts))


def _member_acts(layer: CountedLayer, cells: Cells, places: Whole) -> MemberActs:
    left, right = _pairs_within(cells.cell[places])
    control, at_mark = cells.control[places], cells.at_mark[places]
    apart = ((control[left] == 0) | (control[left] != control[right])) & ~(at_mark[left] & at_mark[right])
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
    p, q = _rates(tried, alpha)
    found, members = [], dict[tuple[str, bytes], dict[int, float]]()
    for one, tail, rate in zip(tried, p.tolist(), q.tolist(), strict=True):
        if rate <= alpha:
            key = one.layer.layer, one.members.tobytes()  # other divisions discover the same accounts
            if key not in members:
                members[key] = _members(one)
            if of := members[key]:
                acts = one.redraws.acts
                found.append(
                    Group(one.layer.layer, tuple(of), tuple(of.values()), acts.close, acts.expected, tail, rate)
                )
    return found


def _rates(tried: Sequence[_Tried], alpha: float) -> tuple[Floats, Floats]:
    """Return p and q of every community; nothing is drawn for one that is hardly closer than chance."""
    p = np.ones(len(tried))
    undecided = [
        place for place, one in enumerate(tried)
        if one.redraws.acts.close >= _LEAST_RATIO * one.redraws.acts.expected
    ]  # fmt: skip
    q = p
    for draws in _STEPS:
        for place in undecided:
            tried[place].redraws.draw_until(draws)
            p[place] = tried[place].redraws.p
        q = false_discovery_rates(p)
        undecided = [place for place in undecided if q[place] > alpha and not tried[place].redraws.is_ended]
    return p, q


def _members(tried: _Tried) -> dict[int, float]:
    """Return the accounts that are close to the others more often than a passer-by would be, each with its q.

    Those that are not leave, and the rest is looked at again: whom a passer-by was close to no longer counts.
    """
    kept = tried.members
    while len(kept) >= _LEAST_MEMBERS:
        rates = _member_rates(tried, kept)
        failing = np.flatnonzero(rates > _PASSER_BY)
        if not len(failing):
            return dict(zip(kept.tolist(), rates.tolist(), strict=True))
        kept = np.delete(kept, failing)
    return {}


def _member_rates(tried: _Tried, members: Accounts) -> Floats:
    """Return q of each member: the share of passers-by among those that are as near.

    Of who met others one at a time, on nothing that the group shares, it is the chance that any passer-by is so near:
    members that are beyond doubt say nothing about such a one.
    """
    tails, tests, is_alone = _closeness(tried, members)
    rates = false_discovery_rates(tails, tests)
    return np.where(is_alone, np.maximum(rates, np.minimum(1.0, tails * tests)), rates)


def _closeness(tried: _Tried, members: Accounts) -> tuple[Floats, float, NDArray[np.bool_]]:
    """Return each member's chance of being as near to others in all bins, how many passers-by there are, and who is
    close only where no third member acted in the same bin.

    The chance is 1 for who is close to another on fewer than two objects.
    """  # fmt: skip
    cells, places = tried.cells, tried.cells.of(members)
    bounds = np.flatnonzero(np.diff(cells.cell[places], prepend=-1, append=-1))
    acts: dict[int, list[_Nearness]] = {}
    for first, end in pairwise(bounds.tolist()):
        for place, near in _nearest(cells, places[first:end], tried.layer) if end - first > 1 else ():
            acts.setdefault(int(cells.account[place]), []).append(near)
    combined = np.array([_member_tail(acts.get(account, [])) for account in members.tolist()])
    possible = _possible_members(cells, cells.cell[places])
    others = possible - int(np.count_nonzero(combined <= _NOT_BY_CHANCE))
    # Storey 2004: of those whom only chance brought there, so many are above that level.
    tests = min(possible, (1 + max(others, 0)) / (1 - _NOT_BY_CHANCE))
    is_alone = np.array([
        not any(act.is_of_group for act in acts.get(account, ()) if act.is_close) for account in members.tolist()
    ])  # fmt: skip
    return combined, tests, is_alone


@dataclass(frozen=True)
class _Nearness:
    """One act beside those of other members: shares of its bin that are as near to any of these, and that are close."""

    object: int
    is_of_group: bool  # three members or more acted in the bin
    is_close: bool
    as_near: float
    close: float


def _nearest(cells: Cells, places: Whole, layer: CountedLayer) -> Iterator[tuple[int, _Nearness]]:
    """Yield the place of each act of one cell that others have acts in, and its nearness to these."""
    moments, controls, marks = cells.t[places], cells.control[places], cells.at_mark[places]
    for place, moment, control, at_mark in zip(
        places.tolist(), moments.tolist(), controls.tolist(), marks.tolist(), strict=True
    ):
        apart = controls != control if control else np.ones(len(places), np.bool_)
        apart &= ~marks if at_mark else places != place
        if apart.any():
            others = np.sort(moments[apart])
            nearest = int(np.abs(others - moment).min())
            yield place, _Nearness(
                int(cells.object[place]), len(places) >= _LEAST_MEMBERS, nearest <= layer.window,
                _coverage(others, nearest, layer.width), _coverage(others, layer.window, layer.width),
            )  # fmt: skip


def _member_tail(acts: Sequence[_Nearness]) -> float:
    """Return the chance of being as near, and close as often: the one tells few acts, the other many in full bins."""
    close = [act for act in acts if act.is_close]
    if len({act.object for act in close}) < _LEAST_OBJECTS:
        return 1.0
    nearness = fisher_tail([act.as_near for act in acts])
    often = poisson_binomial_tail([act.close for act in acts], len(close))
    return float(cauchy_combined(np.array([[nearness, often]]))[0])


def _possible_members(cells: Cells, shared: Whole) -> int:
    """Return how many accounts acted in at least two of some cells: any of them could have been taken for a member."""
    acts = np.bincount(cells.account[np.isin(cells.cell, shared)])
    return int(np.count_nonzero(acts >= _LEAST_OBJECTS))


def _coverage(moments: Whole, window: int, width: int) -> float:
    """Return the share of a bin's units that are close to one of the moments, which are ascending."""
    last = np.minimum(moments + window + 1, width)
    first = np.maximum(moments - window, np.concatenate([[0], last[:-1]]))
    return float(np.maximum(last - first, 0).sum()) / width
