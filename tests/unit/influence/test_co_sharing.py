"""Pairs, edges, accounts and objects of shares at almost the same time, and what the original tools get wrong."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

import duckdb
import pytest

from evenhand.influence.co_sharing import CoSharing, co_sharing
from evenhand.influence.directed_edges import directed_edges
from evenhand.influence.share_pairs import CellLimits
from evenhand.model.errors import BadInput
from evenhand.store.duckdb_engine import analysis_engine
from tests.unit.influence.shares import Share, put_shares

NOON = 1_600_000_000


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give one engine to all tests; each replaces the tables of the one before."""
    with analysis_engine("500MB") as opened:
        yield opened


def rows(found: CoSharing, query: str) -> list[tuple[object, ...]]:
    """Return what a query of a result answers."""
    return found.engine.execute(query).fetchall()


def together(pages: int, accounts: Iterable[str], apart_s: int = 5) -> list[Share]:
    """Return accounts that share one page after another, an hour between pages, some seconds between accounts."""
    return [
        (f"page{page}", account, f"{account}-{page}", NOON + page * 3600 + number * apart_s)
        for number, account in enumerate(accounts)
        for page in range(pages)
    ]


def test_both_ends_of_the_window_are_in_it(engine: duckdb.DuckDBPyConnection) -> None:
    shares = put_shares(engine, together(2, "ab", apart_s=60))

    for window_s, pairs in ((60, 2), (59, 0)):
        found = co_sharing(engine, shares, window_s)
        assert len(rows(found, found.groups)) == pairs


def test_of_two_shares_in_one_second_the_older_is_of_the_account_that_comes_first_in_the_input(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    """What decides is where the account is first seen, not where this share stands."""
    early = ("other", "z", "z0", NOON - 9_000)
    tie = [("page", "a", "a1", NOON), ("page", "z", "z1", NOON)]

    for given, older in (([*tie], "a"), ([early, *tie], "z")):
        found = co_sharing(engine, put_shares(engine, given), 10, min_participation=1)
        ((_, _, _, account, *_),) = rows(found, found.groups)
        assert account == older


def test_contents_of_an_edge_belong_to_its_accounts_and_under_compat_to_the_older_and_the_newer(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    """First defect of CooRTweet 2.1.3: accounts are put in order, their contents are not."""
    given = [
        ("p", "b", "b1", NOON), ("p", "a", "a1", NOON + 5), ("p", "a", "a2", NOON + 6), ("q", "a", "a3", NOON),
        ("q", "b", "b2", NOON + 1), ("q", "b", "b3", NOON + 2), ("r", "a", "a4", NOON), ("r", "b", "b4", NOON),
    ]  # fmt: skip
    found = co_sharing(engine, put_shares(engine, given), 10)

    ((a, b, weight, _, n_a, n_b, symmetry, _),) = rows(found, found.edges)
    ((_, _, _, _, older, newer, wrong, _),) = rows(found, replace(found, compat="coortweet").edges)

    assert (a, b, weight, n_a, n_b, symmetry) == ("a", "b", 5, 4, 4, 1.0)
    assert (older, newer, wrong) == (3, 5, 0.6)


def test_two_edges_with_equal_numbers_count_twice_in_an_accounts_mean_and_once_under_compat(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    """Second defect: the mean is over different edges only."""
    given = [
        share
        for number, (other, delta) in enumerate((("b", 4), ("c", 4), ("d", 10)))
        for share in ((f"p{number}", "a", f"a{number}", NOON), (f"p{number}", other, f"{other}0", NOON + delta))
    ]
    found = co_sharing(engine, put_shares(engine, given), 10, min_participation=1)

    right = dict(row[:2] for row in rows(found, found.accounts))
    compat = dict(row[:2] for row in rows(found, replace(found, compat="coortweet").accounts))

    assert (right["a"], compat["a"]) == (6.0, 7.0)


def test_accounts_of_an_object_are_those_on_either_side_of_its_pairs_even_under_compat(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    """Third defect, never reproduced: which side was counted followed from the order of vertices in R."""
    found = co_sharing(engine, put_shares(engine, together(2, "abcd")), 60, compat="coortweet")

    assert rows(found, found.objects) == [("page0", 4), ("page1", 4)]


def test_an_edge_is_above_the_threshold_if_it_is_heavier_than_the_quantile(engine: duckdb.DuckDBPyConnection) -> None:
    """Weights 1, 1, 3: the middle is 1, the 0.9 quantile 2.6, the last quantile 3."""
    given = [*together(3, "ab"), ("other", "a", "a9", NOON), ("other", "c", "c9", NOON), ("other", "b", "b9", NOON + 9)]
    shares = put_shares(engine, given)

    above = {}
    for quantile in (0.5, 0.9, 1.0):
        found = co_sharing(engine, shares, 8, min_participation=1, edge_weight=quantile)
        above[quantile] = {row[:2]: row[-1] for row in rows(found, found.edges)}

    assert above == {
        0.5: {("a", "b"): 1, ("a", "c"): 0}, 0.9: {("a", "b"): 1, ("a", "c"): 0}, 1.0: {("a", "b"): 0, ("a", "c"): 0},
    }  # fmt: skip


def test_fast_pairs_need_the_participation_by_themselves(engine: duckdb.DuckDBPyConnection) -> None:
    """One fast pair among slow ones does not make its accounts fast."""
    once = [*together(3, "ab", apart_s=20), ("quick", "a", "a8", NOON - 1000), ("quick", "b", "b8", NOON - 999)]
    twice = [*once, ("again", "a", "a9", NOON - 5000), ("again", "b", "b9", NOON - 5000)]

    for given, flagged in ((once, 0), (twice, 2)):
        found = co_sharing(engine, put_shares(engine, given), 60)
        assert sum(row[-1] for row in rows(found, found.flag_speed_share(5))) == flagged


def test_the_toolkit_counts_a_post_once_and_we_on_every_object(engine: duckdb.DuckDBPyConnection) -> None:
    """Its database keeps the first row of a post; a post can share two pages."""
    given = [("p", "a", "a1", NOON), ("q", "a", "a1", NOON), ("q", "b", "b1", NOON + 1), ("p", "c", "c1", NOON + 1)]
    shares = put_shares(engine, given)

    ours = engine.execute(directed_edges(engine, shares, 60).edges).fetchall()
    theirs = engine.execute(directed_edges(engine, shares, 60, compat="toolkit").edges).fetchall()

    assert ours == [("a", "b", 1), ("a", "c", 1), ("b", "a", 1), ("c", "a", 1)]
    assert theirs == [("a", "c", 1), ("c", "a", 1)]


def test_no_account_accompanies_itself(engine: duckdb.DuckDBPyConnection) -> None:
    """The toolkit 1.5.2 gives every account such an edge."""
    shares = put_shares(engine, together(2, "aab"))

    assert all(a != b for a, b, _ in engine.execute(directed_edges(engine, shares, 60).edges).fetchall())


def test_a_cell_that_is_too_large_is_left_out_and_reported(engine: duckdb.DuckDBPyConnection) -> None:
    """Its pairs with the next minute are counted too; what else happened is paired."""
    start = NOON - NOON % 60
    crowd = [("crowd", f"c{number}", f"c{number}-0", start + number % 60) for number in range(50)]
    late = [("crowd", f"late{number}", f"l{number}", start + 60 + number) for number in range(3)]
    given = [*together(2, "ab"), *crowd, *late]

    found = co_sharing(engine, put_shares(engine, given), 60, min_participation=1, limits=CellLimits(shares=49))

    (cell,) = found.oversized
    assert (cell.object_id, cell.bin_starts, cell.bin_s, cell.accounts) == ("crowd", start, 60, 50)
    assert cell.pairs == 50 * 49 // 2 + 50 * 3
    assert rows(found, found.objects) == [("crowd", 3), ("page0", 2), ("page1", 2)]


def test_the_largest_cells_are_left_out_where_all_together_would_be_too_much(engine: duckdb.DuckDBPyConnection) -> None:
    """Many middling cells need as much memory as a huge one."""
    shares = put_shares(
        engine,
        [(f"p{page}", f"a{number}", f"{page}-{number}", NOON) for page in range(6) for number in range(5 + page)],
    )

    found = co_sharing(engine, shares, 60, limits=CellLimits(pairs=150))

    assert [cell.object_id for cell in found.oversized] == ["p3", "p4", "p5"]
    assert [row[0] for row in rows(found, found.objects)] == ["p0", "p1", "p2"]


@pytest.mark.parametrize("given", [[], [("p", "a", "a1", NOON)], [("p", "a", f"a{n}", NOON) for n in range(9)]])
def test_nothing_one_row_or_one_account_gives_empty_tables(
    given: list[Share], engine: duckdb.DuckDBPyConnection
) -> None:
    found = co_sharing(engine, put_shares(engine, given), 60, min_participation=1)

    for query in (found.groups, found.edges, found.accounts, found.objects, found.flag_speed_share(5)):
        assert rows(found, query) == []
    assert engine.execute(directed_edges(engine, "given_shares", 60).edges).fetchall() == []


def test_the_number_of_threads_changes_no_byte() -> None:
    """Sums are of decimals and every query ends in an order that leaves no choice."""
    draw = random.Random(5)
    given = [
        (f"p{draw.randrange(40)}", f"a{draw.randrange(60)}", f"c{number}", NOON + draw.randrange(4_000))
        for number in range(6_000)
    ]
    answers = set()
    for threads in (1, 2, 4):
        with analysis_engine("500MB") as engine:
            engine.execute(f"SET threads = {threads}")
            found = co_sharing(engine, put_shares(engine, given), 60)
            queries = (found.groups, found.edges, found.accounts, found.objects, found.flag_speed_share(10))
            answers.add(repr([rows(found, query) for query in queries]))

    assert len(answers) == 1


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"window_s": -1}, "window_s"), ({"window_s": 2**31}, "window_s"), ({"min_participation": 0}, "participation"),
        ({"edge_weight": 1.5}, "edge_weight"), ({"edge_weight": float("nan")}, "edge_weight"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_meant_is_refused(
    wrong: dict[str, float], named: str, engine: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(BadInput, match=named):
        co_sharing(engine, put_shares(engine, []), **{"window_s": 60, **wrong})  # type: ignore[arg-type]


def test_a_window_below_nothing_is_refused_for_directed_edges(engine: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(BadInput, match="window_s"):
        directed_edges(engine, put_shares(engine, []), -1)
