"""Do two accounts act within the same seconds more often than chance: interval jitter on pairs.

Given in which bin of length D an account shared an object, its moment inside the bin is uniform and independent of
all others (after the interval jitter of spike trains). Of n bins in which both shared the object, k have both moments
at most W apart; k is then binomial with a chance that W and D alone give. Neither how popular an object is nor how
active an account is changes that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.influence.clock_habits import at_marks, select_punctual
from evenhand.influence.communities import finding_rates
from evenhand.influence.event_tables import EventTables
from evenhand.influence.probabilities import (
    Floats,
    Whole,
    binomial_tails,
    cauchy_combined,
    false_discovery_rates,
)
from evenhand.model.coordination import TIMED, OversizedCell


@dataclass(frozen=True)
class Scale:
    """Closeness and the bin inside which it is tested, both in seconds."""

    window_s: int
    bin_s: int

    def units(self, resolution_s: int) -> tuple[int, int]:
        """Return both in units of the resolution; a window of 0 cannot be tested."""
        return self.window_s // resolution_s, self.bin_s // resolution_s


# Longer scales name people who read the same feed (explanation/influence.md).
SCALES: Final = (Scale(10, 100), Scale(60, 600))
ALPHA: Final = 0.05
MAX_CELL: Final = 2_000
FEW_OTHERS: Final = 10
"""Of so many others in a bin their moments count as much as its length."""
MAX_PAIRS: Final = 8_000_000
"""Pairs of acts that are compared on one scale of one layer: so many fit into the 2 GB that an analysis has."""


def close_by_chance(window: int, width: int) -> float:
    """Return the chance that two moments of one bin are at most `window` units apart, both ends included.

    >>> round(close_by_chance(60, 600), 4)
    0.1915
    """
    if window >= width - 1:
        return 1.0
    return (width + 2 * window * width - window * (window + 1)) / width**2


@dataclass(frozen=True)
class PairCounts:
    """Pairs of accounts (a < b) of one layer and scale: n common bins, k close ones.

    `added` is what the others who acted in these bins add to the chance of being close, on average over the bins.
    `apart` is true unless both declared the same control; `first_n` and `first_k` count those of the first half of the
    objects, a row a division.
    """

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    apart: NDArray[np.bool_]
    n: Whole
    k: Whole
    added: Floats
    first_n: Whole
    first_k: Whole

    def place(self, a: int, b: int) -> int | None:
        """Return where a pair stands, or None if it is not among them."""
        first, end = np.searchsorted(self.a, a), np.searchsorted(self.a, a, "right")
        at = int(first + np.searchsorted(self.b[first:end], b))
        return at if at < end and self.b[at] == b else None


_ACTS_OF_CELLS = """
CREATE OR REPLACE TEMP TABLE acts_of_cells AS
SELECT object, halves, account, control, t - t % {width} AS bin, min(t) AS t,
    count(*) OVER (PARTITION BY object, t - t % {width}) AS size
FROM acts WHERE object_type = '{layer}' AND t IS NOT NULL GROUP BY object, halves, account, control, t - t % {width}
"""
_SIZES = "SELECT size, count(*) AS acts FROM acts_of_cells WHERE size >= 2 GROUP BY size ORDER BY size"
_FIRST_ACTS = """
CREATE OR REPLACE TEMP TABLE first_acts AS
SELECT object, halves, acts.account, control, bin, t, punctual.account IS NOT NULL AND ({at_marks}) AS at_mark, size
FROM acts_of_cells AS acts LEFT JOIN punctual ON acts.account = punctual.account WHERE size BETWEEN 2 AND {largest}
"""
_OVERSIZED = """
SELECT objects.object_id, cells.bin, cells.size
FROM (SELECT DISTINCT object, bin, size FROM acts_of_cells WHERE size > {largest}) AS cells
JOIN objects USING (object) ORDER BY cells.object, cells.bin
"""
# How many pairs of a cell are close, of how many of them each act is one, and how much those beside two acts say.
_CROWDS = """
CREATE OR REPLACE TEMP TABLE crowded_acts AS
SELECT *, CASE WHEN size < 4 THEN 0 ELSE
    CAST(sum(near) OVER (PARTITION BY object, bin) AS BIGINT) END AS both_ways, (size - 2) * (size - 2) AS squared
FROM (
    SELECT *, CASE WHEN size < 4 THEN 0 ELSE count(*) OVER (
        PARTITION BY object, bin ORDER BY t RANGE BETWEEN {window} PRECEDING AND {window} FOLLOWING
    ) - 1 END AS near FROM first_acts
) AS counted
"""
# In whole thousandths: their sum is the same in every order.
_ADDED = """CAST(sum(CASE WHEN x.size < 4 THEN 0 ELSE CAST(round(1000.0
        * (x.squared / greatest(x.squared + {many}, 1)) * (x.squared / greatest(x.squared + {many}, 1))
        * greatest((x.both_ways / 2 - x.near - y.near + CASE WHEN abs(x.t - y.t) <= {window} THEN 1 ELSE 0 END)
            / greatest((x.size - 2) * (x.size - 3) / 2, 1) - {chance}, 0)) AS BIGINT) END) AS BIGINT)"""
_PAIRS = """
SELECT x.account AS a, y.account AS b, bool_and(x.control = 0 OR x.control <> y.control) AS apart,
    count(*) AS n, count(*) FILTER (WHERE abs(x.t - y.t) <= {window}) AS k,
    {added} AS added,
    {firsts}
FROM crowded_acts AS x JOIN crowded_acts AS y ON x.object = y.object AND x.bin = y.bin AND x.account < y.account
WHERE NOT (x.at_mark AND y.at_mark)
GROUP BY x.account, y.account
HAVING count(*) >= 2 OR count(*) FILTER (WHERE abs(x.t - y.t) <= {window}) >= 1
ORDER BY a, b
"""


_FIRST = """count(*) FILTER (WHERE x.halves % {twice} < {bit}) AS n_{bit},
    count(*) FILTER (WHERE x.halves % {twice} < {bit} AND abs(x.t - y.t) <= {window}) AS k_{bit}"""
DIVISIONS: Final = (1, 2, 4, 8)
"""Bits of `halves`: a group of four objects has them all in one half of one division in eight."""


def select_first_acts(tables: EventTables, layer: str, width: int, max_cell: int = MAX_CELL) -> list[OversizedCell]:
    """Make `first_acts`: each account's first moment in each bin of each object; return the cells left out of it.

    Those are the cells of more than `max_cell` accounts, and the largest where all would give more pairs than fit.
    """
    select_punctual(tables, layer)
    tables.engine.execute(_ACTS_OF_CELLS.format(layer=layer, width=width))
    largest = _largest_cell(tables.engine.execute(_SIZES).fetchall(), max_cell)
    tables.engine.execute(_FIRST_ACTS.format(largest=largest, at_marks=at_marks(tables.resolution_s)))
    rows = tables.engine.execute(_OVERSIZED.format(largest=largest)).fetchall()
    unit = tables.resolution_s
    return [
        OversizedCell(
            object_type=layer, object_id=name, bin_starts=start * unit, bin_s=width * unit, accounts=size,
            pairs=size * (size - 1) // 2,
        )
        for name, start, size in rows
    ]  # fmt: skip


def _largest_cell(sizes: Sequence[tuple[int, int]], max_cell: int) -> int:
    """Return the largest number of accounts in a cell so that all cells of at most so many can be compared."""
    pairs, largest = 0, 1
    for size, acts in sizes:
        pairs += acts * (size - 1) // 2
        if size > max_cell or pairs > MAX_PAIRS:
            break
        largest = size
    return largest


def trust_in_others(others: Whole) -> Floats:
    """Return how much the moments of so many others say of where a bin's moments are: of few little, of many all.

    The rest is the bin's length: it alone counts where nobody else acted.
    """
    squared = others.astype(np.float64) ** 2
    return squared / (squared + FEW_OTHERS**2)


def pair_counts(tables: EventTables, window: int, chance: float) -> PairCounts:
    """Return the pairs of `first_acts` that can be tested: at least two common bins, or a close one.

    A bin in which two punctual accounts both acted at a mark of the clock is none of them. `chance` is that of being
    close in a bin where nobody else acted.
    """
    tables.engine.execute(_CROWDS.format(window=window))
    added = _ADDED.format(many=FEW_OTHERS**2, window=window, chance=chance)
    firsts = ",\n    ".join(_FIRST.format(bit=bit, twice=2 * bit, window=window) for bit in DIVISIONS)
    columns = tables.engine.execute(_PAIRS.format(window=window, firsts=firsts, added=added)).fetchnumpy()
    read = {name: np.asarray(values) for name, values in columns.items()}
    first_n, first_k = (np.stack([read.pop(f"{count}_{bit}") for bit in DIVISIONS]) for count in "nk")
    read["added"] = read["added"] / (1000 * np.maximum(read["n"], 1))
    return PairCounts(**read, first_n=first_n, first_k=first_k)


@dataclass(frozen=True)
class ComparedPairs:
    """All pairs that could be tested: p over their layers and scales, q over those that did not declare it."""

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    apart: NDArray[np.bool_]
    p: Floats
    q: Floats


@dataclass(frozen=True)
class CountedLayer:
    """The counts of one layer on one scale, its window and bin in units of the resolution."""

    layer: str
    window: int
    width: int
    counts: PairCounts
    chance: float
    tails: Floats

    def expected(self, at: int) -> float:
        """Return how many common bins of a pair are close by chance."""
        return float(self.counts.n[at] * (self.chance + self.counts.added[at]))


def count_layers(
    tables: EventTables, scales: Sequence[Scale] = SCALES, max_cell: int = MAX_CELL
) -> tuple[list[CountedLayer], list[OversizedCell]]:
    """Return the pairs of every layer and scale that the resolution allows, and the cells that were too large."""
    counted, oversized = [], []
    for layer in tables.layers:
        for scale in scales if layer in TIMED else ():
            window, width = scale.units(tables.resolution_s)
            if not window:
                continue
            oversized += select_first_acts(tables, layer, width, max_cell)
            chance = close_by_chance(window, width)
            counts = pair_counts(tables, window, chance)
            tails = binomial_tails(counts.n, counts.k, chance, counts.added)
            counted.append(CountedLayer(layer, window, width, counts, chance, tails))
    return counted, oversized


def compare_moments(counted: Sequence[CountedLayer], accounts: int) -> ComparedPairs:
    """Return every pair that shared at least two bins of one layer on one scale, with its p and q."""
    keys = [_keys(each.counts, accounts)[each.counts.n >= 2] for each in counted]
    every = np.unique(np.concatenate(keys)) if keys else np.empty(0, np.int64)
    tails = np.full((len(every), len(counted)), np.nan)
    apart = np.ones(len(every), np.bool_)
    for column, (each, tested) in enumerate(zip(counted, keys, strict=True)):
        place, enough = np.searchsorted(every, tested), each.counts.n >= 2
        tails[place, column] = each.tails[enough]
        apart[place] = each.counts.apart[enough]
    p = cauchy_combined(tails) if len(every) else np.empty(0)
    a, b = (every // max(accounts, 1)).astype(np.int32), (every % max(accounts, 1)).astype(np.int32)
    return ComparedPairs(a, b, apart, p, pair_rates(a, b, apart, p, int(np.count_nonzero(apart))))


def pair_rates(a: NDArray[np.int32], b: NDArray[np.int32], apart: NDArray[np.bool_], p: Floats, tests: int) -> Floats:
    """Return q of each pair, over `tests` pairs; that of a declared pair is over all, and nobody's finding."""
    q = false_discovery_rates(p, tests + int(np.count_nonzero(~apart)))
    q[apart] = finding_rates(a[apart], b[apart], p[apart], tests)
    return q


def _keys(counts: PairCounts, accounts: int) -> Whole:
    return counts.a.astype(np.int64) * accounts + counts.b
