"""Pairs that share things of several kinds: those that share something rarer first, against every pair in one query."""

from collections.abc import Mapping

import duckdb
import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.influence import static_tokens
from evenhand.influence.probabilities import compound_poisson_tails
from evenhand.influence.static_tokens import StaticPairs, compare_tokens
from evenhand.model.coordination import OF_ADS
from tests.unit.influence.events import Event, tables_of

KINDS = ("address", "payer", "tracker_id", "host", "creative_text", "hashtag")
PLAIN = f"""
SELECT x.account AS a, y.account AS b, bool_and(x.control = 0 OR x.control <> y.control) AS apart, count(*) AS shared,
    sum(CASE WHEN x.kind IN {OF_ADS} THEN 0 ELSE x.rarity END)::BIGINT AS beside,
    {", ".join(f"sum(CASE WHEN x.kind = '{kind}' THEN x.rarity ELSE 0 END)::BIGINT AS {kind}" for kind in OF_ADS)}
FROM tokens AS x JOIN tokens AS y ON x.object = y.object AND x.account < y.account
GROUP BY x.account, y.account
HAVING count(DISTINCT CASE WHEN x.kind IN {OF_ADS} THEN 'ad' ELSE x.kind END) >= 2 ORDER BY a, b
"""
ACCOUNTS = [f"a{number}" for number in range(12)]
# Few things of each kind, so that they meet; some kinds are often shared, some hardly, and some are not there.
THINGS = [f"{kind}:Hill Street {number}" for kind in KINDS for number in range(len(kind))]
HELD = st.lists(st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(THINGS)), max_size=60)
DECLARED = st.dictionaries(st.sampled_from(ACCOUNTS), st.sampled_from(("one", "two")), max_size=5)
ALL = [(account, f"{kind}:Hill Street 1") for account in ACCOUNTS for kind in KINDS]


@given(HELD, DECLARED)
@example(ALL, {})
@example(ALL[: len(KINDS)], {})
@example([("a0", "host:Hill Street 0"), ("a1", "creative_text:Hill Street 0")], {})
def test_the_same_pairs_are_found_with_the_same_chance(
    held: list[tuple[str, str]], declared: Mapping[str, str]
) -> None:
    """Whoever shares what, to the last digit."""
    events: list[Event] = [(account, thing, 1) for account, thing in held]
    with tables_of(events, declared) as tables:
        accounts = len(tables.account_ids)
        found, _ = compare_tokens(tables, accounts, 0.05, 8)
        kinds = {thing.partition(":")[0] for _, thing in held}
        if accounts < 2 or len({"ad" if kind in OF_ADS else kind for kind in kinds}) < 2:
            assert not len(found.p)
            return
        assert isinstance(tables.engine, duckdb.DuckDBPyConnection)
        plain = {name: np.asarray(of) for name, of in tables.engine.execute(PLAIN).fetchnumpy().items()}
        chance = static_tokens._Chance(tables, accounts)

    rarity = plain["beside"] + np.max([plain[kind] for kind in OF_ADS], axis=0)
    expected = compound_poisson_tails(chance.means(plain["a"], plain["b"]), chance.rarities, rarity)
    assert pairs_of(found) == list(zip(*(plain[name].tolist() for name in ("a", "b", "apart", "shared")), strict=True))
    assert found.p.tolist() == expected.tolist()


def pairs_of(found: StaticPairs) -> list[tuple[object, ...]]:
    """Return the pairs, whether they are apart, and how many things they share."""
    return list(zip(*(column.tolist() for column in (found.a, found.b, found.apart, found.shared)), strict=True))
