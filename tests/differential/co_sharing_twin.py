"""Co-sharing in plain Python, step by step as the original describes it: every row of an object with every other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple


class Share(NamedTuple):
    """One row of the input."""

    object_id: str
    account_id: str
    content_id: str
    at: int


class Pair(NamedTuple):
    """Two shares, the older first, in the columns of `groups`."""

    object_id: str
    content_id: str
    content_id_y: str
    account_id: str
    account_id_y: str
    time_delta: int


@dataclass(frozen=True)
class Settings:
    """What `co_sharing` is given."""

    window_s: int
    min_participation: int
    remove_loops: bool
    edge_weight: float


def pairs(rows: Sequence[Share], given: Settings) -> list[Pair]:
    """Return the pairs that stay, in no order."""
    used = [row for row in rows if _count(rows, row.account_id) >= given.min_participation]
    first = {row.account_id: place for place, row in reversed(list(enumerate(used)))}
    ordered = sorted(used, key=lambda row: first[row.account_id])
    close = [_older_first(x, y) for x, y in combinations(ordered, 2) if _close(x, y, given.window_s)]
    if given.remove_loops:
        close = [pair for pair in close if not _loop(pair)]
    return participating(close, used, given.min_participation)


def participating(found: Sequence[Pair], rows: Iterable[Share], least: int) -> list[Pair]:
    """Keep the pairs of which either content belongs to an account with enough rows whose contents are in pairs."""
    contents = {content for pair in found for content in (pair.content_id, pair.content_id_y)}
    inside = [row for row in rows if row.content_id in contents]
    kept = {row.content_id for row in inside if _count(inside, row.account_id) >= least}
    return [pair for pair in found if pair.content_id in kept or pair.content_id_y in kept]


def _count(rows: Iterable[Share], account: str) -> int:
    return sum(row.account_id == account for row in rows)


def _close(x: Share, y: Share, window_s: int) -> bool:
    return x.object_id == y.object_id and abs(x.at - y.at) <= window_s


def _older_first(x: Share, y: Share) -> Pair:
    older, newer = (y, x) if x.at > y.at else (x, y)
    return Pair(
        x.object_id, older.content_id, newer.content_id, older.account_id, newer.account_id, newer.at - older.at
    )


def _loop(pair: Pair) -> bool:
    return (
        pair.account_id == pair.account_id_y
        or pair.content_id == pair.content_id_y
        or pair.object_id in {pair.content_id, pair.content_id_y}
    )


Edge = tuple[str, str, int, float, int, int, float, int]


def edges(found: Sequence[Pair], edge_weight: float, compat: str | None) -> list[Edge]:
    """Return the rows of `edges`, sorted."""
    between = _between(found)
    weights = sorted(len(of) for of in between.values())
    rows = []
    for (a, b), of in sorted(between.items()):
        first, second = _contents(of, a, compat)
        rows.append(
            (
                a, b, len(of), sum(pair.time_delta for pair in of) / len(of), first, second,
                min(first, second) / max(first, second), int(len(of) > _quantile(weights, edge_weight)),
            )
        )  # fmt: skip
    return rows


def _between(found: Iterable[Pair]) -> dict[tuple[str, str], list[Pair]]:
    between = defaultdict(list)
    for pair in found:
        a, b = sorted((pair.account_id, pair.account_id_y))
        between[a, b].append(pair)
    return between


def _contents(of: Iterable[Pair], a: str, compat: str | None) -> tuple[int, int]:
    swapped = [pair.account_id != a and not compat for pair in of]
    ends = [(pair.content_id, pair.content_id_y)[:: -1 if swap else 1] for pair, swap in zip(of, swapped, strict=True)]
    return len({first for first, _ in ends}), len({second for _, second in ends})


def _quantile(weights: Sequence[int], share: float) -> float:
    """Return R's quantile of type 7, in doubles as R computes it."""
    index = 1 + (len(weights) - 1) * share
    low, high = weights[int(index) - 1], weights[min(int(index), len(weights) - 1)]
    return low if low == high else (1 - index % 1) * low + index % 1 * high


def accounts(found: Sequence[Pair], compat: str | None) -> list[tuple[str, float, float, int]]:
    """Return the rows of `accounts`, sorted."""
    ends, shared = defaultdict(list), defaultdict(set)
    for (a, b), of in _between(found).items():
        first, second = _contents(of, a, compat)
        numbers = (
            Fraction(sum(pair.time_delta for pair in of), len(of)),
            Fraction(min(first, second), max(first, second)),
        )
        for account in {a, b}:
            ends[account].append(numbers)
    for pair in found:
        shared[pair.account_id].add(pair.content_id)
        shared[pair.account_id_y].add(pair.content_id_y)
    return [
        (account, _mean(delta for delta, _ in of), _mean(symmetry for _, symmetry in of), len(shared[account]))
        for account, of in sorted((account, set(of) if compat else of) for account, of in ends.items())
    ]


def _mean(values: Iterator[Fraction]) -> float:
    every = list(values)
    return float(sum(every, Fraction(0)) / len(every))


def objects(found: Iterable[Pair]) -> list[tuple[str, int]]:
    """Return the rows of `objects`, sorted."""
    sharing = defaultdict(set)
    for pair in found:
        sharing[pair.object_id] |= {pair.account_id, pair.account_id_y}
    return sorted((name, len(each)) for name, each in sharing.items())


def directed(rows: Sequence[Share], window_s: int, least: int, compat: str | None) -> list[tuple[str, str, int]]:
    """Return the directed edges, sorted; under `compat` of the rows that the toolkit's database would hold."""
    if compat:
        first = {row.content_id: row for row in reversed(rows)}
        rows = [row for row in rows if first[row.content_id] is row and row.object_id]
    met = defaultdict(set)
    for x in rows:
        for y in rows:
            if x.account_id != y.account_id and _close(x, y, window_s):
                met[x.account_id, y.account_id].add(x.content_id)
    return sorted((a, b, len(contents)) for (a, b), contents in met.items() if len(contents) >= least)
