"""The audit's statistics against scipy and statsmodels, which are never loaded at run time."""

from math import inf, log

import numpy as np
import pytest
from numpy.typing import NDArray

from evenhand.audit.exact_test import exact_test
from evenhand.audit.rank_test import Direction, rank_test
from evenhand.audit.stratum_weights import informative_strata
from evenhand.audit.test_families import false_discovery_rates
from tests.oracles import contingency, contingency_tables, stats


def _made_up_tables(seed: int, strata: int, largest: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(1, largest, size=(strata, 4))


@pytest.mark.parametrize("table", [*_made_up_tables(1, 12, 40).tolist(), [0, 9, 4, 20], [7, 0, 3, 30], [2, 5, 0, 11]])
def test_one_stratum_gives_fishers_exact_test_and_the_conditional_odds_ratio(table: list[int]) -> None:
    square = np.array(table).reshape(2, 2)
    ratio = contingency.odds_ratio(square, kind="conditional")
    limits = ratio.confidence_interval(0.95)

    test = exact_test([table])

    assert test.p_two == pytest.approx(stats.fisher_exact(square).pvalue, rel=1e-9)
    assert test.p_greater == pytest.approx(stats.fisher_exact(square, alternative="greater").pvalue, rel=1e-9)
    assert test.p_less == pytest.approx(stats.fisher_exact(square, alternative="less").pvalue, rel=1e-9)
    assert test.odds_ratio == pytest.approx(ratio.statistic, rel=1e-6)
    assert test.ci_low == pytest.approx(limits.low, rel=1e-6)
    assert test.ci_high == (inf if limits.high == inf else pytest.approx(limits.high, rel=1e-6))


def _made_up_equal_tables(seed: int, strata: int, ratio: float) -> NDArray[np.int64]:
    """One odds ratio in all strata, other rates."""
    generator = np.random.default_rng(seed)
    rate = generator.uniform(0.1, 0.6, strata)
    members, others = generator.integers(40, 90, strata), generator.integers(60, 200, strata)
    a = generator.binomial(members, ratio * rate / (1 - rate + ratio * rate))
    c = generator.binomial(others, rate)
    return np.stack([a, members - a, c, others - c], axis=1)


@pytest.mark.parametrize("seed", range(4))
def test_many_strata_are_near_the_pooled_estimate_of_statsmodels(seed: int) -> None:
    """Another estimator of the same ratio, and another test: near it in large strata."""
    tables = _made_up_equal_tables(seed, 10, 1.0 + seed / 4)
    strata = contingency_tables.StratifiedTable([table.reshape(2, 2) for table in tables])

    test = exact_test(tables)

    assert test.odds_ratio == pytest.approx(strata.oddsratio_pooled, rel=0.02)
    assert (test.ci_low, test.ci_high) == pytest.approx(strata.oddsratio_pooled_confint(), rel=0.06)
    assert test.p_two == pytest.approx(strata.test_null_odds(correction=True).pvalue, rel=0.1, abs=0.005)


def test_the_start_of_the_search_is_the_mantel_haenszel_estimate() -> None:
    """½ is added to both of its sums, so that it is finite."""
    tables = _made_up_tables(9, 20, 90)
    a, b, c, d = tables.T.astype(float)
    size = tables.sum(axis=1)
    expected = ((a * d / size).sum() + 0.5) / ((b * c / size).sum() + 0.5)

    assert informative_strata(tables).log_odds_ratio == pytest.approx(log(expected), rel=1e-12)


@pytest.mark.parametrize(("direction", "alternative"), [("longer", "greater"), ("fewer", "less")])
def test_one_stratum_gives_the_wilcoxon_test_of_scipy(direction: Direction, alternative: str) -> None:
    generator = np.random.default_rng(1)
    members = generator.random(150) < 0.3
    days = np.floor(generator.exponential(5, 150) + members)  # whole days: many are equal
    expected = stats.mannwhitneyu(
        days[members], days[~members], alternative=alternative, method="asymptotic", use_continuity=False
    )

    test = rank_test([1] * 150, days, members, direction, seed=1)

    assert test.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert (test.informative, test.values, test.method) == (1, members.sum(), "normal")


@pytest.mark.parametrize("seed", range(5))
def test_false_discovery_rates_are_those_of_scipy(seed: int) -> None:
    """Ties, ones and the smallest numbers among them."""
    drawn = np.random.default_rng(seed).choice([1e-300, 1e-9, 0.001, 0.02, 0.02, 0.3, 1.0], 40)
    p = [*drawn.tolist(), *np.random.default_rng(seed).random(20).tolist()]

    assert false_discovery_rates(p) == pytest.approx(
        stats.false_discovery_control(p, method="bh").tolist(), rel=1e-12, abs=0
    )
