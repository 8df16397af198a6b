"""Closeness in bins half as long: what has just been published is shared over minutes, by a ring within seconds.

In bins of ten minutes both are close far more often than by chance. In bins of five, those who act on one publication
are close little more often than that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

import numpy as np

from evenhand.influence.communities import components
from evenhand.influence.event_tables import EventTables, put_table
from evenhand.influence.probabilities import binomial_tail
from evenhand.influence.synchrony import (
    ComparedPairs,
    CountedLayer,
    close_by_chance,
    pair_rates,
    select_first_acts,
)

WINDOWS: Final = 5  # in a short bin
_CLOSER: Final = 0.7

Counts = Mapping[tuple[int, int], tuple[int, int]]
"""Common short bins and close ones of pairs."""

_CHOSEN = """
SELECT chosen.a, chosen.b, count(*) AS n, count(*) FILTER (WHERE abs(x.t - y.t) <= {window}) AS k
FROM chosen JOIN first_acts AS x ON x.account = chosen.a
JOIN first_acts AS y ON y.account = chosen.b AND x.object = y.object AND x.bin = y.bin
WHERE NOT (x.at_mark AND y.at_mark)
GROUP BY chosen.a, chosen.b ORDER BY chosen.a, chosen.b
"""


def is_close_in_short_bins(n: int, k: int, window: int) -> bool:
    """Tell whether k of n pairs of moments are more than seven tenths of the way from chance to always."""
    chance = close_by_chance(window, WINDOWS * window)
    return k > n * (chance + _CLOSER * (1 - chance))


def short_bin_counts(
    tables: EventTables, layer: CountedLayer, pairs: Sequence[tuple[int, int]], max_cell: int
) -> Counts:
    """Return n and k of each pair in bins of five windows, 0 where these have none of its acts together."""
    if not pairs:
        return {}
    select_first_acts(tables, layer.layer, WINDOWS * layer.window, max_cell)
    first, second = zip(*pairs, strict=True)
    put_table(tables.engine, "chosen", a=("INTEGER", first), b=("INTEGER", second))
    rows = tables.engine.execute(_CHOSEN.format(window=layer.window)).fetchall()
    return dict.fromkeys(pairs, (0, 0)) | {(a, b): (n, k) for a, b, n, k in rows}


def short_bin_tail(n: int, k: int, window: int) -> float:
    """Return the chance of k close ones of n short bins, 1 where there is none."""
    return binomial_tail(n, k, close_by_chance(window, WINDOWS * window))


def _pairs_inside(pairs: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return all pairs of the accounts of each connected component."""
    a, b = (np.array([pair[end] for pair in pairs], np.int32) for end in (0, 1))
    return [list(combinations(accounts.tolist(), 2)) for accounts in components(a, b)]


def _are_close(counts: Counts, pairs: Sequence[tuple[int, int]], layer: CountedLayer) -> bool:
    n, k = (sum(counts[pair][of] for pair in pairs) for of in (0, 1))
    return is_close_in_short_bins(n, k, layer.window)


def without_spread(
    tables: EventTables, tested: ComparedPairs, layers: Sequence[CountedLayer], alpha: float, max_cell: int
) -> ComparedPairs:
    """Return the pairs with p = 1 for those that would be found and are not close in short bins of any layer.

    All accounts that such pairs link have to be close together: of many who act within minutes some two always are.

    q is made anew, as if chance had made these.
    """
    found = np.flatnonzero(tested.q <= alpha)
    pairs = list(zip(tested.a[found].tolist(), tested.b[found].tolist(), strict=True))
    parts = _pairs_inside(pairs)
    is_close = np.zeros(len(found), np.bool_)
    for layer in layers:
        counts = short_bin_counts(tables, layer, [pair for part in parts for pair in part], max_cell)
        close = {pair for part in parts if _are_close(counts, part, layer) for pair in part}
        is_close |= np.array([pair in close and _are_close(counts, [pair], layer) for pair in pairs], np.bool_)
    p = tested.p.copy()
    p[found[~is_close]] = 1.0
    apart = tested.apart
    return replace(tested, p=p, q=pair_rates(tested.a, tested.b, apart, p, int(np.count_nonzero(apart))))
