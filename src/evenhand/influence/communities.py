"""Communities of a graph of accounts."""

import graspologic_native
import numpy as np
from numpy.typing import NDArray

from evenhand.influence.probabilities import Floats

Accounts = NDArray[np.int32]
_SEED = 20171026


def leiden(a: Accounts, b: Accounts, weights: Floats) -> list[Accounts]:
    """Return the communities of a weighted graph, each ascending, ordered by their first account.

    The same edges give the same communities, in whatever order they come.
    """
    if not len(a):
        return []
    order = np.lexsort((b, a))
    # Nodes are texts to it: padded, their alphabetical order is that of the numbers.
    edges = [
        (f"{left:09d}", f"{right:09d}", weight)
        for left, right, weight in zip(a[order].tolist(), b[order].tolist(), weights[order].tolist(), strict=True)
    ]
    # Resolution, randomness, iterations, by modularity, trials: its own defaults, which older versions want told.
    _, found = graspologic_native.leiden(edges, None, 1.0, 0.001, 1, True, _SEED, 1)
    nodes = np.unique(np.concatenate([a, b]))
    return _gathered(nodes, np.array([found[f"{node:09d}"] for node in nodes.tolist()], np.int64))


def components(a: Accounts, b: Accounts) -> list[Accounts]:
    """Return the connected components of a graph, each ascending, ordered by their first account."""
    nodes, left, right = _numbered(a, b)
    return _gathered(nodes, least_connected(left, right, len(nodes)))


def least_connected(a: NDArray[np.int64], b: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return, for each of so many nodes, the least that it is connected to, itself included."""
    least = np.arange(count)
    while True:
        before = least.copy()
        np.minimum.at(least, a, before[b])
        np.minimum.at(least, b, before[a])
        least = least[least]
        if np.array_equal(least, before):
            return least


def finding_rates(a: Accounts, b: Accounts, tails: Floats, tests: int) -> Floats:
    """Return q of each edge: the share of chance among the accounts that edges as strong name, two for each by chance.

    Benjamini and Hochberg count edges, and a ring of twelve has 66 of them. With 3 more by chance, 1 in 23, 6 accounts
    of 18 would be named for nothing.
    """
    order = np.argsort(tails, kind="stable")
    _, first = np.unique(np.column_stack([a[order], b[order]]).ravel(), return_index=True)
    named = np.cumsum(np.bincount(first // 2, minlength=len(tails)))
    rates = np.empty(len(tails))
    ranked = np.minimum(1.0, tails[order] * tests * 2 / np.maximum(named, 1))
    rates[order] = np.minimum.accumulate(ranked[::-1])[::-1]
    return rates


def _numbered(a: Accounts, b: Accounts) -> tuple[Accounts, NDArray[np.int64], NDArray[np.int64]]:
    nodes, ends = np.unique(np.concatenate([a, b]), return_inverse=True)
    return nodes, ends[: len(a)], ends[len(a) :]


def _gathered(nodes: Accounts, community: NDArray[np.int64]) -> list[Accounts]:
    if not len(nodes):
        return []
    order = np.argsort(community, kind="stable")
    groups = np.split(nodes[order], np.flatnonzero(np.diff(community[order])) + 1)
    return sorted(groups, key=lambda group: int(group[0]))
