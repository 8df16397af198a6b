"""The three tests together: which accounts move together beyond chance, and which of them did not declare it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evenhand.influence.clock_habits import clock_habits
from evenhand.influence.communities import Accounts, components
from evenhand.influence.event_tables import EventTables
from evenhand.influence.groups import Group, find_groups
from evenhand.influence.short_bins import short_bin_counts, short_bin_tail, without_spread
from evenhand.influence.static_tokens import StaticPairs, compare_tokens
from evenhand.influence.synchrony import (
    ALPHA,
    MAX_CELL,
    SCALES,
    ComparedPairs,
    CountedLayer,
    compare_moments,
    count_layers,
)
from evenhand.model.coordination import ALL, CoordinatedGroup, CoordinatedPair, Coordination
from evenhand.model.record import record_sha256

TOKENS: Final = "tokens"


def find_coordination(tables: EventTables, alpha: float = ALPHA, max_cell: int = MAX_CELL) -> Coordination:
    """Return what the tests find at a share `alpha` of chance findings; the same events give the same result.

    Cells, and tokens, of more than `max_cell` accounts are not compared, they are reported.
    """
    ids = tables.account_ids
    share = alpha / 2  # of moments: one half for pairs, one for groups
    counted, oversized = count_layers(tables, SCALES, max_cell)
    widest = [layer for layer in counted if layer.width == max(each.width for each in counted)]
    moments = without_spread(tables, compare_moments(counted, len(ids)), widest, share, max_cell)
    groups = find_groups(tables, widest, share, max_cell)
    tokens, uncounted = compare_tokens(tables, len(ids), alpha, max_cell)
    habits = {each.layer: clock_habits(tables, each.layer) for each in widest}
    punctual = {account for each in habits.values() for account in each.punctual.tolist()}
    uncertain = {account for each in habits.values() for account in each.uncertain.tolist()} - punctual
    edges = [
        *_moment_edges(moments, widest, share),
        *_token_edges(tokens, alpha),
        *_group_edges(groups, widest),
    ]
    return Coordination(
        pairs=_pairs(_best_edges(edges), tables, widest, max_cell),
        groups=_linked_groups([edge for edge in edges if not edge.declared], groups, tables),
        oversized=tuple(oversized),
        uncounted=tuple(uncounted),
        accounts=len(ids),
        punctual=len(punctual),
        uncertain=len(uncertain),
        punctual_in={layer: _ids_or_all(found.punctual, tables, layer) for layer, found in habits.items()},
        uncertain_in={layer: _ids_or_all(found.uncertain, tables, layer) for layer, found in habits.items()},
        events=tables.events,
        pairs_tested=len(moments.p),
        token_pairs_tested=len(ids) * (len(ids) - 1) // 2 if len(tokens.p) else 0,
    )


def _ids_or_all(accounts: Accounts, tables: EventTables, layer: str) -> tuple[str, ...]:
    if len(accounts) == tables.accounts_with_moments(layer):
        return (ALL,) if len(accounts) else ()
    ids = tables.account_ids
    return tuple(sorted(ids[account] for account in accounts.tolist()))


@dataclass(frozen=True)
class _Edge:
    a: int
    b: int
    layer: str
    n: int
    k: int
    expected: float
    p: float
    q: float
    declared: bool
    by_group: bool = False


def _moment_edges(tested: ComparedPairs, layers: Sequence[CountedLayer], alpha: float) -> Iterator[_Edge]:
    for place in np.flatnonzero(tested.q <= alpha).tolist():
        a, b = int(tested.a[place]), int(tested.b[place])
        for layer in layers:
            at = layer.counts.place(a, b)
            if at is not None:
                n, k = int(layer.counts.n[at]), int(layer.counts.k[at])
                yield _Edge(
                    a, b, layer.layer, n, k, layer.expected(at), float(tested.p[place]), float(tested.q[place]),
                    declared=not tested.apart[place],
                )  # fmt: skip


def _token_edges(tested: StaticPairs, alpha: float) -> Iterator[_Edge]:
    for place in np.flatnonzero(tested.q <= alpha).tolist():
        shared = int(tested.shared[place])
        yield _Edge(
            int(tested.a[place]), int(tested.b[place]), TOKENS, shared, shared, float(tested.expected[place]),
            float(tested.p[place]), float(tested.q[place]), declared=not tested.apart[place],
        )  # fmt: skip


def _group_edges(groups: Sequence[Group], layers: Sequence[CountedLayer]) -> Iterator[_Edge]:
    for layer in layers:
        counts = layer.counts
        for group in groups:
            if group.layer == layer.layer:
                members = np.array(group.members, np.int32)
                inside = np.isin(counts.a, members) & np.isin(counts.b, members) & (counts.k >= 1) & counts.apart
                member_q = dict(zip(group.members, group.member_q, strict=True))
                for at in np.flatnonzero(inside).tolist():
                    a, b, n = int(counts.a[at]), int(counts.b[at]), int(counts.n[at])
                    yield _Edge(
                        a, b, layer.layer, n, int(counts.k[at]), layer.expected(at), float(layer.tails[at]),
                        max(group.q, member_q[a], member_q[b]), declared=False, by_group=True,
                    )  # fmt: skip


def _best_edges(edges: Sequence[_Edge]) -> list[_Edge]:
    best: dict[tuple[int, int, str], _Edge] = {}
    for edge in edges:
        key = (edge.a, edge.b, edge.layer)
        # What a pair shows by itself is told before what only its group shows.
        if key not in best or (edge.by_group, edge.q) < (best[key].by_group, best[key].q):
            best[key] = edge
    return list(best.values())


def _pairs(
    edges: Sequence[_Edge], tables: EventTables, layers: Sequence[CountedLayer], max_cell: int
) -> tuple[CoordinatedPair, ...]:
    ids = tables.account_ids
    short: dict[tuple[int, int, str], float] = {}
    for layer in layers:
        chosen = [(edge.a, edge.b) for edge in edges if edge.layer == layer.layer]
        counts = short_bin_counts(tables, layer, chosen, max_cell)
        short |= {(a, b, layer.layer): short_bin_tail(n, k, layer.window) for (a, b), (n, k) in counts.items()}
    pairs = []
    for edge in edges:
        a, b = sorted((ids[edge.a], ids[edge.b]))
        pairs.append(
            CoordinatedPair(
                a=a, b=b, layer=edge.layer, n=edge.n, k=edge.k, expected=edge.expected, p=edge.p, q=edge.q,
                by_group=edge.by_group, declared=edge.declared,
                p_short_bins=short.get((edge.a, edge.b, edge.layer)),
            )
        )  # fmt: skip
    return tuple(sorted(pairs, key=lambda pair: (pair.q, pair.p, pair.a, pair.b, pair.layer)))


def _linked_groups(
    edges: Sequence[_Edge], confirmed: Sequence[Group], tables: EventTables
) -> tuple[CoordinatedGroup, ...]:
    ids, controls = tables.account_ids, tables.controls
    a, b = (np.array([getattr(edge, end) for edge in edges], np.int32) for end in "ab")
    least: dict[int, float] = defaultdict(lambda: 1.0)
    for edge in edges:
        for account in (edge.a, edge.b):
            least[account] = min(least[account], edge.q)
    found = []
    for group in components(a, b):
        accounts = group.tolist()
        named, inside = _named(accounts, controls), set(accounts)
        members = tuple(sorted(ids[account] for account in accounts))
        found.append(
            CoordinatedGroup(
                id=f"g-{record_sha256(members)[:12]}",
                members=members,
                named=tuple(sorted(ids[account] for account in named)),
                layers=tuple(sorted({edge.layer for edge in edges if edge.a in inside})),
                q=max(least[account] for account in named),
                p_confirm=min((each.p for each in confirmed if inside.issuperset(each.members)), default=None),
            )
        )
    return tuple(sorted(found, key=lambda group: (group.q, -len(group.members), group.id)))


def _named(accounts: Sequence[int], controls: Sequence[int]) -> list[int]:
    """Return whom a finding names: not those who declared what links them, unless all declared something."""
    sizes = Counter(controls[account] for account in accounts if controls[account])
    undeclared = [account for account in accounts if sizes[controls[account]] <= 1]
    return undeclared or list(accounts)
