"""The arithmetic of shares: what the counted hold of whom, and over which links it leads back to them."""

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from evenhand.model.errors import OwnershipUnreadable
from evenhand.model.party import MILLIONTHS, Ownership

_OVERFULL = 1_010_000


class Rule(NamedTuple):
    """When a company is caught: at `threshold` millionths, of all counted holders together or of one alone."""

    threshold: int
    adds_up: bool


class Holding(NamedTuple):
    """What one owner holds of one company on the day: known millionths, and whether some more is unknown."""

    owner: str
    owned: str
    known: int
    unknown: bool
    rows: tuple[Ownership, ...]


@dataclass(frozen=True)
class Graph:
    """The holdings of a day by either end. `rest` is what the known shares leave of a company, in millionths."""

    by_owner: Mapping[str, Sequence[Holding]]
    by_owned: Mapping[str, Sequence[Holding]]
    rest: Mapping[str, int]
    overfull: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """One fixed point: `starts` are the listed, `counted` they and all caught, `share` what these hold of whom.

    In the high run an unknown share of a counted holder stands for all that is left of the company.
    """

    graph: Graph
    starts: frozenset[str]
    counted: frozenset[str]
    share: Mapping[str, int]
    high: bool

    def weight(self, holding: Holding) -> int:
        """Return what a holding adds in this run, in millionths."""
        more = self.graph.rest[holding.owned] if self.high and holding.unknown else 0
        return min(holding.known + more, MILLIONTHS)

    def holders_of(self, company: str) -> list[Holding]:
        """Return the counted holdings of a company, largest first."""
        counted = [h for h in self.graph.by_owned.get(company, ()) if h.owner in self.counted and self._adds(h)]
        return sorted(counted, key=lambda h: (-self.weight(h), h.owner))

    def links(self, *, heaviest: bool) -> dict[str, Holding]:
        """Return of each company the holding over which its shortest or its heaviest way to a listed owner begins.

        The heaviest way is the one whose smallest holding is largest: OFAC's rule multiplies nothing. Equal ways
        are told apart by the owner's id. Cost: O(n log n) over the counted holdings (Dijkstra).
        """
        found: dict[str, Holding] = {}
        cost = dict.fromkeys(self.starts, -MILLIONTHS if heaviest else 0)
        reached: dict[str, int] = {}
        heap = [(each, owner) for owner, each in cost.items()]
        heapq.heapify(heap)
        while heap:
            so_far, owner = heapq.heappop(heap)
            if so_far > cost[owner]:
                continue
            for holding in filter(self._adds, self.graph.by_owner.get(owner, ())):
                now = max(so_far, -self.weight(holding)) if heaviest else so_far + 1
                if now < reached.get(holding.owned, 1 << 62):
                    reached[holding.owned], found[holding.owned] = now, holding
                    if holding.owned in self.counted and holding.owned not in self.starts:
                        cost[holding.owned] = now
                        heapq.heappush(heap, (now, holding.owned))
        return found

    def path(self, company: str, links: Mapping[str, Holding]) -> tuple[str, ...]:
        """Return the ids from a company up to the listed owner over `links`."""
        path = [company, links[company].owner]
        while path[-1] not in self.starts:
            path.append(links[path[-1]].owner)
        return tuple(path)

    def _adds(self, holding: Holding) -> bool:
        """Return whether a holding can count: a company's own shares and a share of nothing never do."""
        return holding.owner != holding.owned and (holding.known > 0 or (self.high and holding.unknown))


def graph_of(shares: Iterable[Ownership]) -> Graph:
    """Return the holdings in the rows of a day, control left out; lines of one owner and company are added.

    `ownership_or_control` counts as an unknown share, whatever it states (`screening.md` §8).

    Raises:
        OwnershipUnreadable: a share is negative.
    """
    pairs: dict[tuple[str, str], list[Ownership]] = {}
    for row in shares:
        if row.share is not None and row.share < 0:
            raise OwnershipUnreadable(
                "share is negative", where=f"{row.owner} of {row.owned}", got=row.share, expected="0 to 1,000,000"
            )
        if row.kind != "control":
            pairs.setdefault((row.owner, row.owned), []).append(row)
    by_owner: dict[str, list[Holding]] = {}
    by_owned: dict[str, list[Holding]] = {}
    for (owner, owned), rows in pairs.items():
        known = [row.share for row in rows if row.share is not None and row.kind == "ownership"]
        holding = Holding(owner, owned, sum(known), len(known) < len(rows), tuple(rows))
        by_owner.setdefault(owner, []).append(holding)
        by_owned.setdefault(owned, []).append(holding)
    known_of = {owned: sum(h.known for h in holdings) for owned, holdings in by_owned.items()}
    rest = {owned: max(0, MILLIONTHS - known) for owned, known in known_of.items()}
    return Graph(by_owner, by_owned, rest, tuple(sorted(each for each, known in known_of.items() if known > _OVERFULL)))


def in_force(shares: Iterable[Ownership], on: date) -> list[Ownership]:
    """Return the rows that hold on a day: begun, not past `until`, and of the newest `as_of` of their kind.

    Two rows of one owner, company, kind and `as_of` are parts of one holding; an earlier `as_of` is an older
    statement of it and gives way.
    """
    groups: dict[tuple[str, str, str], list[Ownership]] = {}
    for row in shares:
        if (row.as_of is None or row.as_of <= on) and (row.until is None or on <= row.until):
            groups.setdefault((row.owner, row.owned, row.kind), []).append(row)
    return [row for rows in groups.values() for row in _newest(rows)]


def run_of(graph: Graph, starts: Collection[str], rule: Rule, *, high: bool) -> Run:
    """Return the least fixed point: add every company that the counted hold enough of, until none is left.

    A holding of a caught company counts in full, not multiplied; a company below the threshold passes nothing
    on; a ring cannot lift itself. Each holding is looked at once: O(holdings).

    Source: OFAC, Revised Guidance on Entities Owned by Persons Whose Property and Interests in Property Are
    Blocked, 13 Aug 2014.
    """
    run = Run(graph, frozenset(starts), frozenset(), {}, high)
    queue, counted = sorted(starts), set(starts)
    known: dict[str, int] = {}
    share: dict[str, int] = {}
    is_open: set[str] = set()
    for owner in queue:  # grows while it is walked
        for holding in filter(run._adds, graph.by_owner.get(owner, ())):
            company = holding.owned
            if rule.adds_up:
                known[company] = known.get(company, 0) + holding.known
                if high and holding.unknown:
                    is_open.add(company)
                share[company] = min(known[company] + graph.rest[company] * (company in is_open), MILLIONTHS)
            else:
                share[company] = max(share.get(company, 0), run.weight(holding))
            if share[company] >= rule.threshold and company not in counted:
                counted.add(company)
                queue.append(company)
    return Run(graph, run.starts, frozenset(counted), share, high)


def _newest(rows: list[Ownership]) -> list[Ownership]:
    if len(rows) == 1:
        return rows
    newest = max(row.as_of or date.min for row in rows)
    return [row for row in rows if (row.as_of or date.min) == newest]
