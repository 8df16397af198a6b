"""The arithmetic of shares: what the counted hold of whom, and over which links it leads back to them."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evenhand.model.ownership import OwnershipRule, RuleName
from evenhand.model.party import MILLIONTHS
from evenhand.screening.ownership.ownership_rows import Flags, Numbers, OwnershipRows, Places

RULES: dict[RuleName, OwnershipRule] = {
    "aggregate_50": OwnershipRule(threshold_bp=5000, strict=False, aggregate=True),
    "over_50_single": OwnershipRule(threshold_bp=5000, strict=True, aggregate=False),
}
"""OFAC adds holders up and 50 % is enough; UK: one holder alone with strictly more (`screening.md` §8)."""

_NOBODY = -1


@dataclass(frozen=True)
class Run:
    """One fixed point, by party number: who is listed, who is counted (they and all caught), what they hold of whom.

    In a high run an unknown share of a counted holder stands for all that is left of the company. `weight` is what
    each holding adds, in millionths.
    """

    edges: OwnershipRows
    listed: Flags
    counted: Flags
    share: Numbers
    weight: Numbers

    def holders_of(self, company: int) -> Places:
        """Return the counted holdings in a company, largest first, then by the owner's id."""
        into = self.edges.into(company)
        counted = into[self._leads[into]]
        return counted[np.argsort(-self.weight[counted], kind="stable")]

    def shortest(self, company: int) -> list[int]:
        """Return the holdings of the way with the fewest links from a company up to a listed owner.

        Equal ways are told apart by the owner's id.
        """
        return self._way(company, self._shortest)

    def heaviest(self, company: int) -> list[int]:
        """Return the holdings of the way whose smallest holding is largest: OFAC's rule multiplies nothing.

        Equal ways are told apart by the number of links, then by the owner's id.
        """
        return self._way(company, self._heaviest)

    def _way(self, company: int, links: Places) -> list[int]:
        way = [int(links[company])]
        while not self.listed[owner := self.edges.owner[way[-1]]]:
            way.append(int(links[owner]))
        return way

    @cached_property
    def _leads(self) -> Flags:
        """Return which holdings a way can lead over: those that add something and whose owner is counted."""
        return (self.weight > 0) & self.counted[self.edges.owner]

    @cached_property
    def _shortest(self) -> Places:
        return self._links(self._leads)

    @cached_property
    def _heaviest(self) -> Places:
        """Return each party's link on its heaviest way: the fewest links over holdings that do not narrow it."""
        edges, leads = self.edges, np.flatnonzero(self._leads)
        narrowest = np.minimum(self._widest()[edges.owner[leads]], self.weight[leads])
        best = np.zeros(len(edges.ids), np.int64)
        np.maximum.at(best, edges.owned[leads], narrowest)
        tight = np.zeros(len(edges.owner), np.bool_)
        tight[leads[narrowest == best[edges.owned[leads]]]] = True
        return self._links(tight)

    def _links(self, leads: Flags) -> Places:
        """Return each party's link towards a listed owner by breadth first over some holdings, -1 for none."""
        edges = self.edges
        links = np.full(len(edges.ids), _NOBODY, np.int32)
        front = np.flatnonzero(self.listed)
        while len(front):
            out = _out_of(front, edges, leads)
            out = out[links[edges.owned[out]] == _NOBODY]
            # INVARIANT: `front` ascends and so do the owners of `out`: a company's first link is the smallest id's.
            companies, at = np.unique(edges.owned[out], return_index=True)
            links[companies] = out[at]
            front = companies[self.counted[companies] & ~self.listed[companies]]
        return links

    def _widest(self) -> Numbers:
        """Return of each counted party the smallest holding on its heaviest way, `MILLIONTHS` for the listed.

        Cost: O(n log n) over the holdings of caught parties (Dijkstra, with the smaller of two for the sum).
        """
        edges = self.edges
        between = self._leads & (self.counted & ~self.listed)[edges.owned]
        widest = np.where(self.listed, MILLIONTHS, 0)
        at_once = np.flatnonzero(between & self.listed[edges.owner])
        np.maximum.at(widest, edges.owned[at_once], self.weight[at_once])
        inner = np.flatnonzero(between & ~self.listed[edges.owner])
        _widen(widest, edges.owner[inner], edges.owned[inner], self.weight[inner], ~self.listed)
        return widest


def run_of(edges: OwnershipRows, starts: Iterable[str], rule: OwnershipRule, *, high: bool) -> Run:
    """Return the least fixed point: add every company that the counted hold enough of, until none is left.

    A holding of a caught company counts in full, not multiplied; a company below the threshold passes nothing
    on; a ring cannot lift itself. Each holding is looked at once, all those of a round together: O(holdings).

    Source: OFAC, Revised Guidance on Entities Owned by Persons Whose Property and Interests in Property Are
    Blocked, 13 Aug 2014.
    """
    listed = np.zeros(len(edges.ids), np.bool_)
    listed[[edges.number[each] for each in starts if each in edges.number]] = True
    weight = edges.known + edges.rest[edges.owned] * (edges.unknown & high)
    weight = np.where(edges.owner == edges.owned, 0, np.minimum(weight, MILLIONTHS))  # nobody's own shares count
    adds = weight > 0
    counted, share = listed.copy(), np.zeros(len(edges.ids), np.int64)
    known, is_open = np.zeros_like(share), np.zeros_like(listed)
    front = np.flatnonzero(listed)
    while len(front):
        out = _out_of(front, edges, adds)
        companies = edges.owned[out]
        if rule.aggregate:
            np.add.at(known, companies, edges.known[out])
            is_open[companies[edges.unknown[out] & high]] = True
            share[companies] = np.minimum(known[companies] + edges.rest[companies] * is_open[companies], MILLIONTHS)
        else:
            np.maximum.at(share, companies, weight[out])
        front = np.unique(companies[(share[companies] >= rule.least) & ~counted[companies]])
        counted[front] = True
    return Run(edges, listed, counted, share, weight)


def _out_of(parties: Numbers, edges: OwnershipRows, wanted: Flags) -> Numbers:
    """Return the wanted holdings of some parties, in the order of the parties."""
    first = edges.first[parties]
    counts = edges.first[parties + 1] - first
    ends = np.cumsum(counts)
    out: Numbers = np.repeat(first - ends + counts, counts) + np.arange(ends[-1])
    return out[wanted[out]]


def _widen(widest: Numbers, owner: Places, owned: Places, weight: Numbers, is_open: Flags) -> None:
    """Raise `widest` over holdings ordered by owner until no way is wider; the widest party is settled first."""
    first = np.searchsorted(owner, np.arange(len(widest) + 1, dtype=np.int32))
    heap = [(-int(widest[party]), int(party)) for party in np.flatnonzero((widest > 0) & is_open)]
    heapq.heapify(heap)
    wide, begin, companies, weights = widest.data, first.data, owned.data, weight.data
    while heap:
        narrowest, party = heapq.heappop(heap)
        if -narrowest < wide[party]:
            continue
        for link in range(begin[party], begin[party + 1]):
            now = min(-narrowest, weights[link])
            if now > wide[companies[link]]:
                wide[companies[link]] = now
                heapq.heappush(heap, (-now, companies[link]))
