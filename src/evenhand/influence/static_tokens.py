"""Do two accounts share more rare things than chance: payers, addresses, trackers, targeting, whatever the moment.

Each kind of thing has its own chance: with k_i tokens of a kind an account holds a given token in proportion to k_i.
Pooling the kinds, as a hypergeometric test over all tokens does, names innocent accounts in worlds where nobody
shares anything but by chance. A shared token counts by its rarity, the negative logarithm of the chance that two
accounts hold it; the sum over the shared tokens is then compound Poisson, whose tail is computed by Panjer's recursion.

What one advertisement carries is one kind: who has its text has its page and host too. Of host, text, picture and tags
that a pair shares only those of the kind count that says most, and something beside the advertisement must be shared.
That is at most the sum over all of them were they independent, whose tail is taken: p is then too large at worst.
"""

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
SELECT kind, object, account, control, holders,
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
_SHARED = """
SELECT x.account AS a, y.account AS b, bool_and(x.control = 0 OR x.control <> y.control) AS apart, count(*) AS shared,
    CAST(sum(CASE WHEN x.kind IN {of_ads} THEN 0 ELSE x.rarity END) + greatest(0, {each_of_ads}) AS BIGINT) AS rarity
FROM tokens AS x JOIN tokens AS y ON x.object = y.object AND x.account < y.account
GROUP BY x.account, y.account
HAVING count(DISTINCT CASE WHEN x.kind IN {of_ads} THEN 'ad' ELSE x.kind END) >= {kinds} ORDER BY a, b
"""
_SUM = "sum(CASE WHEN x.kind = '{kind}' THEN x.rarity ELSE 0 END)"


def compare_tokens(tables: EventTables, accounts: int, alpha: float) -> tuple[StaticPairs, list[UncountedToken]]:
    """Return the pairs that share tokens of several kinds, with p and q, and the tokens that do not count."""
    engine, present = tables.engine, tables.layers
    # A landing page has its host: the same thing must not count as two kinds.
    kinds = [kind for kind in STATIC if kind in present and (kind != "landing_url" or "host" not in present)]
    if len({"ad" if kind in OF_ADS else kind for kind in kinds}) < LEAST_KINDS:
        return _no_pairs(), []
    uncounted = uncounted_tokens(tables, kinds, accounts)
    named = ", ".join(f"'{kind}'" for kind in kinds)
    pairs = accounts * (accounts - 1)
    engine.execute(_TOKENS.format(kinds=named, pairs=pairs, grain=_GRAIN))
    each_of_ads = ", ".join(_SUM.format(kind=kind) for kind in OF_ADS)
    shared_by = _SHARED.format(of_ads=OF_ADS, each_of_ads=each_of_ads, kinds=LEAST_KINDS)
    columns = engine.execute(shared_by).fetchnumpy()
    a, b = np.asarray(columns["a"]), np.asarray(columns["b"])
    shared, rarity = np.asarray(columns["shared"]), np.asarray(columns["rarity"])
    means, rarities = _means(tables, accounts, a, b)
    p = compound_poisson_tails(means, rarities, rarity)
    apart = np.asarray(columns["apart"])
    q = pair_rates(a, b, apart, p, pairs // 2 - int(np.count_nonzero(~apart)))
    q = np.minimum(q, _rates_beside(q <= alpha, a, b, apart, p, accounts))
    return StaticPairs(a, b, apart, shared, means.sum(axis=1), p, q), uncounted


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


def _means(tables: EventTables, accounts: int, a: NDArray[np.int32], b: NDArray[np.int32]) -> tuple[Floats, Whole]:
    """Return how many tokens of each rarity a pair shares by chance, a row a pair, and the rarities."""
    strata = [row for row in tables.engine.execute(_KINDS).fetchall() if row[2]]
    means = np.empty((len(a), len(strata)))
    for column, (kind, _, sharing, held) in enumerate(strata):
        columns = tables.engine.execute(
            "SELECT account, count(*) AS held FROM tokens WHERE kind = ? GROUP BY account", [kind]
        ).fetchnumpy()
        of = np.zeros(accounts)
        of[np.asarray(columns["account"])] = np.asarray(columns["held"])
        means[:, column] = of[a] * of[b] * (float(sharing) / float(held) ** 2)
    return means, np.array([rarity for _, rarity, _, _ in strata], np.int64)


def _no_pairs() -> StaticPairs:
    none, whole, real = np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0)
    return StaticPairs(none, none, np.empty(0, np.bool_), whole, real, real, real)
