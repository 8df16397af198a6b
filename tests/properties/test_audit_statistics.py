"""Laws of the audit's tests, on drawn tables."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.audit.exact_test import ExactTest, exact_test
from tests.unit.audit.plain_exact_test import plain_exact_test

COUNTS = st.integers(0, 9)
TABLES = st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), max_size=5)
NAMES = ("p_two", "p_greater", "p_less", "p_mid_greater", "p_mid_less", "odds_ratio", "ci_low", "ci_high")
UNINFORMATIVE = st.sampled_from([(3, 4, 0, 0), (0, 0, 5, 6), (0, 5, 0, 9), (7, 0, 2, 0), (0, 0, 0, 0)])


def _assert_near(test: ExactTest, expected: dict[str, float | None], names: tuple[str, ...] = NAMES) -> None:
    for name in names:
        got, value = getattr(test, name), expected[name]
        assert got == (value if value is None else pytest.approx(value, rel=1e-9, abs=0)), name


@given(TABLES)
def test_the_exact_test_agrees_with_exact_fractions(tables: list[tuple[int, int, int, int]]) -> None:
    expected = plain_exact_test(tables)

    test = exact_test(tables)

    assert test.informative == expected["informative"]
    _assert_near(test, expected, tuple(name for name in NAMES if name in expected))


@given(TABLES)
def test_swapping_group_and_rest_inverts_the_odds_ratio_and_swaps_the_tails(
    tables: list[tuple[int, int, int, int]],
) -> None:
    test, swapped = exact_test(tables), exact_test([(c, d, a, b) for a, b, c, d in tables])

    inverse = {0.0: inf, inf: 0.0, None: None}
    ratios = {
        "odds_ratio": inverse[test.odds_ratio] if test.odds_ratio in inverse else 1 / test.odds_ratio,
        "ci_low": inverse[test.ci_high] if test.ci_high in inverse else 1 / test.ci_high,
        "ci_high": inverse[test.ci_low] if test.ci_low in inverse else 1 / test.ci_low,
    }
    tails = {"p_greater": test.p_less, "p_less": test.p_greater, "p_two": test.p_two}
    mids = {"p_mid_greater": test.p_mid_less, "p_mid_less": test.p_mid_greater}
    _assert_near(swapped, {**ratios, **tails, **mids})


@given(TABLES, st.lists(UNINFORMATIVE, max_size=4), st.randoms(use_true_random=False))
def test_uninformative_strata_and_the_order_of_tables_change_no_digit(
    tables: list[tuple[int, int, int, int]], more: list[tuple[int, int, int, int]], random: object
) -> None:
    mixed = [*tables, *more]
    random.shuffle(mixed)  # type: ignore[attr-defined]

    assert exact_test(mixed) == exact_test(tables)
