"""Groups that act together: discovered on one half of the objects, confirmed on the other.

A pair needs many common objects before it can be told from chance; a group needs few of each pair. Communities are
sought among the close pairs of one half of the objects; how often their members are close on the other half is then
compared with what happens when every moment is drawn anew inside its bin. The objects are divided into halves in four
ways: few objects may all be in one half of one of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from evenhand.influence.communities import Accounts, components, leiden
from evenhand.influence.event_tables import EventTables
from evenhand.influence.membership import LEAST_MEMBERS, close_members
from evenhand.influence.probabilities import (
    Floats,
    binomial_tails,
    false_discovery_rates,
)
from evenhand.influence.redraws import MemberActs, Redraws
from evenhand.influence.shared_cells import Cells, are_close_in_short_bins, member_acts, read_cells
from evenhand.influence.synchrony import (
    DIVISIONS,
    CountedLayer,
)

# One, two and three close bins of as many: the loose net is lost in busy data, the tight one misses small groups.
THRESHOLDS: Final = (0.2, 0.04, 0.008)
_STEPS: Final = (2_000, 20_000, 200_000)  # draws; each step only for what the last one left in doubt
# Bins are not quite uniform: fans who answer within minutes were up to 1.2 times as close as drawn moments, groups
# that act together 5 times. Half of the way is far from both.
_LEAST_RATIO: Final = 2.0
_LEAST_WAY: Final = 0.5  # where chance alone makes more than a third close, twice as many cannot be asked for


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
class _Tried:
    layer: CountedLayer
    cells: Cells
    members: Accounts
    redraws: Redraws


def find_groups(tables: EventTables, layers: Sequence[CountedLayer], alpha: float, max_cell: int) -> list[Group]:
    """Return the confirmed groups of all layers, with q over the communities of one threshold, at a third of `alpha`.

    `layers` are those of the scale on which groups are sought.
    """
    cells = [read_cells(tables, layer, max_cell) for layer in layers]
    found = _found(layers, cells, alpha)
    if not found:
        return []  # whom the bins alone do not name, the crowd does not either
    # A ring of sixty is discovered in parts, each beside the others: these are nobody's crowd.
    alike = _close_together(layers, cells, found)
    of_crowd = [
        replace(of, is_crowd=~np.isin(of.account, _accounts(alike, layer)))
        for layer, of in zip(layers, cells, strict=True)
    ]
    return _close_together(layers, cells, _found(layers, of_crowd, alpha))


def _accounts(groups: Sequence[Group], layer: CountedLayer) -> list[int]:
    return [member for group in groups if group.layer == layer.layer for member in group.members]


def _found(layers: Sequence[CountedLayer], cells: Sequence[Cells], alpha: float) -> list[Group]:
    found: list[Group] = []
    for threshold in THRESHOLDS:
        tried = [
            one for layer, of in zip(layers, cells, strict=True)
            for division in range(len(DIVISIONS)) for half in (0, 1)
            for one in _tried(layer, of, division, half, threshold)
        ]  # fmt: skip
        found += _confirmed(tried, alpha / len(THRESHOLDS))
    return found


def _close_together(layers: Sequence[CountedLayer], cells: Sequence[Cells], found: Sequence[Group]) -> list[Group]:
    """Return the groups that, with all those that they have members in common with, are close in short bins too.

    Of many who act on one publication, some few are always closer to each other than the rest.
    """
    close = []
    for layer, of in zip(layers, cells, strict=True):
        groups = [group for group in found if group.layer == layer.layer]
        ends = [(group.members[0], member) for group in groups for member in group.members]
        a, b = (np.array([pair[end] for pair in ends], np.int32) for end in (0, 1))
        for members in components(a, b):
            if are_close_in_short_bins(layer, of, members):
                inside = set(members.tolist())
                close += [group for group in groups if group.members[0] in inside]
    return close


def _tried(layer: CountedLayer, cells: Cells, division: int, half: int, threshold: float) -> Iterator[_Tried]:
    counts = layer.counts
    n, k = counts.first_n[division], counts.first_k[division]
    if half:
        n, k = counts.n - n, counts.k - k
    near = np.flatnonzero((k >= 1) & counts.apart)
    tails = binomial_tails(n[near], k[near], layer.chance)
    near, tails = near[tails <= threshold], tails[tails <= threshold]
    for members in leiden(counts.a[near], counts.b[near], -np.log10(np.maximum(tails, 1e-300))):
        if len(members) >= LEAST_MEMBERS:
            places = cells.of(members)
            acts = member_acts(layer, cells, places[(cells.halves[places] // DIVISIONS[division] % 2) != half], members)
            if len(acts.left):
                yield _Tried(layer, cells, members, Redraws(acts))


def _confirmed(tried: Sequence[_Tried], alpha: float) -> list[Group]:
    p, q = _rates(tried, alpha)
    found, members = [], dict[tuple[str, bytes], dict[int, float]]()
    for one, tail, rate in zip(tried, p.tolist(), q.tolist(), strict=True):
        if rate <= alpha:
            key = one.layer.layer, one.members.tobytes()  # other divisions discover the same accounts
            if key not in members:
                members[key] = close_members(one.layer, one.cells, one.members)
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
        if one.redraws.acts.close >= _least_close(one.redraws.acts)
    ]  # fmt: skip
    q = p
    for draws in _STEPS:
        for place in undecided:
            tried[place].redraws.draw_until(draws)
            p[place] = tried[place].redraws.p
        q = false_discovery_rates(p)
        undecided = [place for place in undecided if q[place] > alpha and not tried[place].redraws.is_ended]
    return p, q


def _least_close(acts: MemberActs) -> float:
    """Return how many pairs are close in a group: twice as many as by chance, or half of the way to all of them."""
    return min(_LEAST_RATIO * acts.expected, acts.expected + _LEAST_WAY * (len(acts.left) - acts.expected))
