"""Who belongs to a group: accounts that are close to the others more often than a passer-by would be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.influence.communities import Accounts
from evenhand.influence.probabilities import (
    Floats,
    Whole,
    cauchy_combined,
    false_discovery_rates,
    fisher_tail,
    poisson_binomial_tail,
)
from evenhand.influence.shared_cells import Cells, are_close_in_short_bins
from evenhand.influence.synchrony import CountedLayer, trust_in_others

LEAST_MEMBERS: Final = 3  # two are a pair, which has a test of its own
_LEAST_OBJECTS: Final = 2
_PASSER_BY: Final = 0.02
_NOT_BY_CHANCE: Final = 0.5


def close_members(layer: CountedLayer, cells: Cells, members: Accounts) -> dict[int, float]:
    """Return the accounts that are close to the others more often than a passer-by would be, each with its q.

    Those that are not leave, and the rest is looked at again: whom a passer-by was close to no longer counts.
    """
    kept = members
    while len(kept) >= LEAST_MEMBERS:
        rates = _member_rates(layer, cells, kept)
        failing = np.flatnonzero(rates > _PASSER_BY)
        if not len(failing):
            if not are_close_in_short_bins(layer, cells, kept):
                return {}
            return dict(zip(kept.tolist(), rates.tolist(), strict=True))
        kept = np.delete(kept, failing)
    return {}


def _member_rates(layer: CountedLayer, cells: Cells, members: Accounts) -> Floats:
    """Return q of each member: the share of passers-by among those that are as near.

    Of who met others one at a time, on nothing that the group shares, it is the chance that any passer-by is so near:
    members that are beyond doubt say nothing about such a one.
    """
    tails, tests, is_alone = _closeness(layer, cells, members)
    rates = false_discovery_rates(tails, tests)
    return np.where(is_alone, np.maximum(rates, np.minimum(1.0, tails * tests)), rates)


def _closeness(layer: CountedLayer, cells: Cells, members: Accounts) -> tuple[Floats, float, NDArray[np.bool_]]:
    """Return each member's chance of being as near to others in all bins, how many passers-by there are, and who is
    close only where no third member acted in the same bin.

    The chance is 1 for who is close to another on fewer than two objects.
    """  # fmt: skip
    places = cells.of(members)
    bounds = np.flatnonzero(np.diff(cells.cell[places], prepend=-1, append=-1))
    beside = cells.others(cells.cell[places[bounds[:-1]]], members)
    acts: dict[int, list[_Nearness]] = {}
    for number, (first, end) in enumerate(pairwise(bounds.tolist())):
        crowd = beside.t[beside.first[number] : beside.end[number]]
        for place, near in _nearest(cells, places[first:end], crowd, layer) if end - first > 1 else ():
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
    """One act beside those of other members: the chance to be as near to any of these, and to be close."""

    object: int
    is_of_group: bool  # three members or more acted in the bin
    is_close: bool
    as_near: float
    close: float


def _nearest(cells: Cells, places: Whole, crowd: Whole, layer: CountedLayer) -> Iterator[tuple[int, _Nearness]]:
    """Yield the place of each act of one cell that other members have acts in, and its nearness to these.

    `crowd` are the moments of those who are no members.
    """
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
                int(cells.object[place]), len(places) >= LEAST_MEMBERS, nearest <= layer.window,
                *(_chance_near(others, crowd, each, layer.width) for each in (nearest, layer.window)),
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


def _chance_near(moments: Whole, crowd: Whole, window: int, width: int) -> float:
    """Return the chance to be close to one of the moments: the share of the bin, or of the crowd, that is."""
    covered = _coverage(moments, window, width)
    trust = float(trust_in_others(np.array(len(crowd))))
    if not trust:
        return covered
    after = np.minimum(np.searchsorted(moments, crowd), len(moments) - 1)
    nearest = np.minimum(np.abs(moments[after] - crowd), np.abs(moments[np.maximum(after - 1, 0)] - crowd))
    near = (1 + int(np.count_nonzero(nearest <= window))) / (1 + len(crowd))
    return covered + trust * max(0.0, near - covered)


def _coverage(moments: Whole, window: int, width: int) -> float:
    """Return the share of a bin's units that are close to one of the moments, which are ascending."""
    last = np.minimum(moments + window + 1, width)
    first = np.maximum(moments - window, np.concatenate([[0], last[:-1]]))
    return float(np.maximum(last - first, 0).sum()) / width
