"""Co-sharing joined on (object, bin) against plain Python that compares every row with every other."""

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.influence.co_sharing import co_sharing
from evenhand.influence.directed_edges import directed_edges
from evenhand.store.duckdb_engine import analysis_engine
from tests.differential import co_sharing_twin as twin
from tests.unit.influence.shares import put_shares

# Few names, so that they meet; contents that are objects, one content on several objects, times before 1970.
ROWS = st.lists(
    st.builds(
        twin.Share,
        object_id=st.sampled_from(("o1", "o2", "c3", "")),
        account_id=st.sampled_from(("b", "a", "d", "B", "c", "é")),
        content_id=st.sampled_from(("c1", "c2", "c3", "c4", "c5", "c6", "c7", "o1")),
        at=st.integers(-40, 40),
    ),
    max_size=24,
)
GIVEN = st.builds(
    twin.Settings,
    window_s=st.integers(0, 25),
    min_participation=st.integers(1, 4),
    remove_loops=st.booleans(),
    edge_weight=st.sampled_from((0.0, 0.3, 0.5, 0.9, 0.99, 1.0)),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give one engine to all examples; each replaces the tables of the one before."""
    with analysis_engine("500MB") as opened:
        yield opened


@given(rows=ROWS, given_=GIVEN, fast_s=st.integers(0, 25))
def test_the_join_finds_what_comparing_every_row_finds(
    rows: list[twin.Share], given_: twin.Settings, fast_s: int, engine: duckdb.DuckDBPyConnection
) -> None:
    """Ties, loops, inactive partners and repeated rows included; under `compat` and without."""
    expected = twin.pairs(rows, given_)
    fast = twin.participating([pair for pair in expected if pair.time_delta <= fast_s], rows, given_.min_participation)

    right = co_sharing(
        engine, put_shares(engine, rows), given_.window_s, given_.min_participation,
        remove_loops=given_.remove_loops, edge_weight=given_.edge_weight,
    )  # fmt: skip
    assert engine.execute(right.groups).fetchall() == sorted(expected)
    assert engine.execute(right.objects).fetchall() == twin.objects(expected)
    for compat, found in ((None, right), ("coortweet", replace(right, compat="coortweet"))):
        assert engine.execute(found.edges).fetchall() == twin.edges(expected, given_.edge_weight, compat)
        got, wanted = engine.execute(found.accounts).fetchall(), twin.accounts(expected, compat)
        assert [(row[0], row[3]) for row in got] == [(row[0], row[3]) for row in wanted]
        assert [row[1:3] for row in got] == [pytest.approx(row[1:3], abs=1e-12) for row in wanted]
    flagged = engine.execute(right.flag_speed_share(fast_s)).fetchall()
    assert sorted(twin.Pair(*row[:-1]) for row in flagged if row[-1]) == sorted(fast)
    assert len(flagged) == len(expected)


@settings(max_examples=25)
@given(rows=ROWS, window_s=st.integers(0, 25), least=st.integers(1, 3), compat=st.sampled_from((None, "toolkit")))
def test_directed_edges_are_those_of_comparing_every_row(
    rows: list[twin.Share], window_s: int, least: int, compat: str | None, engine: duckdb.DuckDBPyConnection
) -> None:
    """Both ends of the window count, nobody accompanies themselves."""
    found = directed_edges(engine, put_shares(engine, rows), window_s, least, compat="toolkit" if compat else None)

    assert engine.execute(found.edges).fetchall() == twin.directed(rows, window_s, least, compat)
