"""The exact conditional test: worked cases, ends, far tails, many strata."""

import sys
from math import inf, isclose

import numpy as np
import pytest

from evenhand.audit.exact_test import exact_test
from tests.unit.audit.plain_exact_test import plain_exact_test


def test_one_refused_of_twenty_has_a_p_of_one_in_twenty() -> None:
    """19 comparators are needed for 0.05."""
    test = exact_test([[1, 0, 0, 19]])

    assert test.p_greater == pytest.approx(0.05, rel=1e-12)
    assert test.p_mid_greater == pytest.approx(0.025, rel=1e-12)
    assert (test.odds_ratio, test.ci_high, test.method) == (inf, inf, "exact")


def test_tables_without_an_informative_stratum_say_nothing() -> None:
    """A margin of zero: a group alone, nobody refused, all refused, no table at all."""
    for tables in ([], [[3, 4, 0, 0]], [[0, 5, 0, 7]], [[5, 0, 7, 0]], [[0, 0, 1, 2]]):
        test = exact_test(tables)

        assert (test.informative, test.p_greater, test.p_two, test.odds_ratio) == (0, 1.0, 1.0, None)
        assert (test.ci_low, test.ci_high) == (None, None)


def test_a_group_refused_whole_has_an_infinite_odds_ratio() -> None:
    test = exact_test([[4, 0, 1, 9], [3, 0, 2, 8]])

    assert (test.odds_ratio, test.ci_high) == (inf, inf)
    assert test.ci_low is not None
    assert test.ci_low > 1


def test_a_group_never_refused_has_an_odds_ratio_of_zero() -> None:
    test = exact_test([[0, 4, 9, 1], [0, 3, 8, 2]])

    assert (test.odds_ratio, test.ci_low) == (0.0, 0.0)
    assert test.ci_high is not None
    assert test.ci_high < 1
    assert test.p_greater == 1.0


def test_a_group_of_one_is_tested_in_its_stratum() -> None:
    """One member, refused where 3 of 10 others were: 4 refused among 11, so p is 4/11."""
    assert exact_test([[1, 0, 3, 7]]).p_greater == pytest.approx(4 / 11, rel=1e-12)


@pytest.mark.parametrize(
    "tables",
    [
        [[500, 1, 1, 499]],
        [[510, 0, 3, 520]],
        [[1, 499, 500, 1]],
        [[900, 100, 100, 900]],
        [[600, 0, 0, 600]],
        [[300, 2, 1, 200], [200, 3, 5, 300], [9, 1, 1, 9]],
        [[60, 0, 0, 90_000]],
    ],
)
def test_far_tails_are_right_down_to_the_smallest_numbers(tables: list[list[int]]) -> None:
    """p from 10⁻²³⁶ to below 10⁻³²³ (then 0), and limits that a convolution at equal odds loses."""
    expected = plain_exact_test(tables)

    test = exact_test(tables)

    assert min(test.p_greater, test.p_less) < 1e-200
    for name, value in expected.items():
        tolerance = 1e-3 if 0 < (value or 0) < 1e-308 else 1e-9  # below 10⁻³⁰⁸ floats have fewer digits
        assert getattr(test, name) == pytest.approx(value, rel=tolerance, abs=0), name


def test_no_p_is_above_one() -> None:
    """Sums of probabilities round to more than 1, which a false discovery rate refuses."""
    generator = np.random.default_rng(16)

    for _ in range(300):
        test = exact_test(generator.integers(0, 9, size=(int(generator.integers(1, 9)), 4)))

        assert max(test.p_two, test.p_greater, test.p_less, test.p_mid_greater, test.p_mid_less) <= 1.0


def test_very_many_possible_counts_are_tested_by_the_normal_approximation() -> None:
    """The same strata, a little smaller, are tested exactly: the figures meet."""
    tables = [[400, 5_600, 2_300, 37_700], [700, 5_300, 4_200, 35_800]]
    exact, normal = exact_test(tables), exact_test(tables * 3)

    assert (exact.method, normal.method) == ("exact", "normal")
    assert normal.odds_ratio == pytest.approx(exact.odds_ratio, rel=1e-9)
    assert exact.ci_low < normal.ci_low < normal.odds_ratio < normal.ci_high < exact.ci_high


def test_the_normal_approximation_is_near_the_exact_test(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = np.array([[400, 5_600, 2_600, 37_400], [610, 5_390, 4_200, 35_800]])
    exact = exact_test(tables)
    monkeypatch.setattr(sys.modules["evenhand.audit.exact_test"], "LARGEST_SUPPORT", 100)

    normal = exact_test(tables)

    assert normal.method == "normal"
    assert isclose(normal.p_greater, exact.p_greater, rel_tol=0.02)
    for name in ("p_less", "p_two", "p_mid_greater", "p_mid_less", "odds_ratio", "ci_low", "ci_high"):
        assert getattr(normal, name) == pytest.approx(getattr(exact, name), rel=0.02), name


def test_a_normal_approximation_at_an_end_keeps_the_end() -> None:
    """All members refused among very many: infinite, not a number made by rounding."""
    whole = exact_test([[30_000, 0, 30_000, 30_000]])
    none = exact_test([[0, 30_000, 30_000, 30_000]])

    assert (whole.method, whole.odds_ratio, whole.ci_high) == ("normal", inf, inf)
    assert (none.odds_ratio, none.ci_low, none.p_greater) == (0.0, 0.0, 1.0)
