"""Do two accounts share more rare things than chance: payers, addresses, trackers, targeting, whatever the moment.

Each kind of thing has its own chance: with k_i tokens of a kind an account holds a given token in proportion to k_i.
Pooling the kinds, as a hypergeometric test over all tokens does, names innocent accounts in worlds where nobody
shares anything but by chance. A shared token counts by its rarity, the negative logarithm of the chance that two
accounts hold it; the sum over the shared tokens is then compound Poisson, whose tail is computed by Panjer's recursion.

What one advertisement carries is one kind: who has its text has its page and host too. Of host, text, picture and tags
that a pair shares only those of the kind count that says most, and something beside the advertisement must be shared.
That is at most the sum over all of them were they independent, whose tail is taken: p is then too large at worst.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.influence.common_tokens import uncounted_tokens
from evenhand.influence.event_tables import EventTables
from evenhand.influence.probabilities import Floats, Whole, compound_poisson_tails, false_discovery_rates
from evenhand.influence.synchrony import pair_rates
from evenhand.model.coordination import OF_ADS, STATIC, UncountedToken

LEAST_KINDS: Final = 2  # what an advertisement carries is one
_GRAIN: Final = 4  # steps of rarity in one nat
_MOST_JOINED: Final = 2_000_000  # tokens that pairs share, compared at once: some 300 MB


@dataclass(frozen=True)
class StaticPairs:
    """Pairs of accounts (a < b) that share tokens of two kinds that are not both of an advertisement.

    `expected` is how many tokens are shared by chance.

    `q` is over all pairs of accounts, whether they share anything or not.
    """

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    apart: NDArray[np.bool_]
    shared: Whole
    expected: Floats
    p: Floats
    q: Floats


_TOKENS = """
CREATE OR REPLACE TEMP TABLE tokens AS
SELECT kind, CASE WHEN kind IN {of_ads} THEN 'ad' ELSE kind END AS family, object, account, control, holders,
    CAST(round(ln(CAST({pairs} AS DOUBLE) / greatest(holders * (holders - 1), 1)) * {grain}) AS BIGINT) AS rarity
FROM (
    SELECT object_type AS kind, object, account, control, count(*) OVER (PARTITION BY object) AS holders
    FROM (SELECT DISTINCT object_type, object, account, control FROM acts WHERE object_type IN ({kinds}))
) WHERE object NOT IN (SELECT object FROM uncounted)
"""
_KINDS = """
SELECT kind, rarity, sum(holders - 1) AS sharing, sum(count(*)) OVER (PARTITION BY kind) AS held
FROM tokens GROUP BY kind, rarity ORDER BY kind, rarity
"""
# Who shares nothing, or things of one family alone, is in no pair.
_COMPARED = """
CREATE OR REPLACE TEMP TABLE compared AS SELECT * FROM tokens WHERE holders >= 2 AND account IN (
    SELECT account FROM tokens WHERE holders >= 2 GROUP BY account HAVING count(DISTINCT family) >= {kinds}
)
"""
# A pair shares something beside the family that is shared most: only pairs that do are looked at whole.
_OTHERS = """
CREATE OR REPLACE TEMP TABLE others AS SELECT object, account FROM compared WHERE family <> (
    SELECT family FROM (SELECT family, object, count(*) AS holders FROM compared GROUP BY family, object)
    GROUP BY family ORDER BY sum(holders * (holders - 1)) DESC, family LIMIT 1
)
"""
_SHARED = """
WITH pairs AS (
    SELECT DISTINCT x.account AS a, y.account AS b
    FROM others AS x JOIN others AS y ON x.object = y.object AND x.account < y.account
    WHERE x.account BETWEEN {first} AND {last}
)
SELECT a, b, bool_and(x.control = 0 OR x.control <> y.control) AS apart, count(*) AS shared,
    CAST(sum(CASE WHEN x.family = 'ad' THEN 0 ELSE x.rarity END) + greatest(0, {each_of_ads}) AS BIGINT) AS rarity
FROM pairs JOIN compared AS x ON x.account = a JOIN compared AS y ON y.account = b AND y.object = x.object
GROUP BY a, b HAVING count(DISTINCT x.family) >= {kinds} ORDER BY a, b
"""
_JOINED = """
SELECT account, CAST(sum(later) AS BIGINT) AS later FROM (
    SELECT account, count(*) OVER (PARTITION BY object)
        - row_number() OVER (PARTITION BY object ORDER BY account) AS later FROM others
) GROUP BY account HAVING sum(later) > 0 ORDER BY account
"""
_SUM = "sum(CASE WHEN x.kind = '{kind}' THEN x.rarity ELSE 0 END)"


def compare_tokens(
    tables: EventTables, accounts: int, alpha: float, most_holders: int
) -> tuple[StaticPairs, list[UncountedToken]]:
    """Return the pairs that share tokens of several kinds, with p and q, and the tokens that do not count.

    Those that more than `most_holders` accounts have do not. Pairs are compared in parts: the memory that is taken does
    not grow with how many share a token.
    """
    present = tables.layers
    # A landing page has its host: the same thing must not count as two kinds.
    kinds = [kind for kind in STATIC if kind in present and (kind != "landing_url" or "host" not in present)]
    if accounts < 2 or len({"ad" if kind in OF_ADS else kind for kind in kinds}) < LEAST_KINDS:
        return _no_pairs(), []
    uncounted = uncounted_tokens(tables, kinds, accounts, most_holders)
    named = ", ".join(f"'{kind}'" for kind in kinds)
    pairs = accounts * (accounts - 1)
    tables.engine.execute(_TOKENS.format(of_ads=OF_ADS, kinds=named, pairs=pairs, grain=_GRAIN))
    for query in (_COMPARED.format(kinds=LEAST_KINDS), _OTHERS):
        tables.engine.execute(query)
    chance = _Chance(tables, accounts)
    parts = [_part(tables, chance, first, last) for first, last in _ranges(tables)]
    a, b, apart, shared, expected, p = map(np.concatenate, zip(_NOTHING, *parts, strict=True))
    q = pair_rates(a, b, apart, p, pairs // 2 - int(np.count_nonzero(~apart)))
    q = np.minimum(q, _rates_beside(q <= alpha, a, b, apart, p, accounts))
    return StaticPairs(a, b, apart, shared, expected, p, q), uncounted


_Part = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_], Whole, Floats, Floats]
_NOTHING: _Part = (
    np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.bool_), np.empty(0, np.int64), np.empty(0),
    np.empty(0),
)  # fmt: skip


def _ranges(tables: EventTables) -> Iterator[tuple[int, int]]:
    """Yield the first and last account of each part of the pairs, by the earlier account of a pair.

    A part shares no more than `_MOST_JOINED` tokens, but for one account alone that shares more.
    """
    columns = tables.engine.execute(_JOINED).fetchnumpy()
    account, later = np.asarray(columns["account"]), np.asarray(columns["later"], np.int64)
    first, up_to = 0, np.cumsum(later)
    while first < len(account):
        before = int(up_to[first] - later[first])
        end = max(first + 1, int(np.searchsorted(up_to, before + _MOST_JOINED, side="right")))
        yield int(account[first]), int(account[end - 1])
        first = end


def _part(tables: EventTables, chance: "_Chance", first: int, last: int) -> _Part:
    """Return the pairs whose earlier account is one of these, how many tokens they share and would by chance, and p."""
    columns = tables.engine.execute(_SHARED.format(
        each_of_ads=", ".join(_SUM.format(kind=kind) for kind in OF_ADS), kinds=LEAST_KINDS, first=first, last=last
    )).fetchnumpy()  # fmt: skip
    a, b, shared = np.asarray(columns["a"]), np.asarray(columns["b"]), np.asarray(columns["shared"])
    means = chance.means(a, b)
    p = compound_poisson_tails(means, chance.rarities, np.asarray(columns["rarity"]))
    return a, b, np.asarray(columns["apart"]), shared, means.sum(axis=1), p


def _rates_beside(
    found: NDArray[np.bool_],
    a: NDArray[np.int32],
    b: NDArray[np.int32],
    apart: NDArray[np.bool_],
    p: Floats,
    accounts: int,
) -> Floats:
    """Return q of pairs of an account that was found with one that was not, over all of these; of others 1."""
    core = np.unique(np.concatenate([a[found & apart], b[found & apart]]))
    beside = apart & (np.isin(a, core) != np.isin(b, core))
    rates = np.ones(len(p))
    rates[beside] = false_discovery_rates(p[beside], len(core) * (accounts - len(core)))
    return rates


class _Chance:
    """How many tokens of each rarity two accounts share by chance; `rarities` are in its order."""

    def __init__(self, tables: EventTables, accounts: int) -> None:
        strata = [row for row in tables.engine.execute(_KINDS).fetchall() if row[2]]
        self.rarities = np.array([rarity for _, rarity, _, _ in strata], np.int64)
        self._strata = [(kind, float(sharing) / float(held) ** 2) for kind, _, sharing, held in strata]
        self._of = {kind: _held(tables, accounts, kind) for kind, _ in self._strata}

    def means(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> Floats:
        """Return how many each pair shares by chance, a row a pair."""
        means = np.empty((len(a), len(self._strata)))
        for column, (kind, chance) in enumerate(self._strata):
            of = self._of[kind]
            means[:, column] = of[a] * of[b] * chance
        return means


def _held(tables: EventTables, accounts: int, kind: str) -> Floats:
    """Return how many tokens of a kind each account has."""
    columns = tables.engine.execute(
        "SELECT account, count(*) AS held FROM tokens WHERE kind = ? GROUP BY account", [kind]
    ).fetchnumpy()
    of = np.zeros(accounts)
    of[np.asarray(columns["account"])] = np.asarray(columns["held"])
    return of


def _no_pairs() -> StaticPairs:
    none, whole, real = np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0)
    return StaticPairs(none, none, np.empty(0, np.bool_), whole, real, real, real)
