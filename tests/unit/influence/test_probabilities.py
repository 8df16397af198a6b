"""Tails against whole numbers, and against scipy, which is not in the plain install."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.influence.probabilities import (
    binomial_tail,
    cauchy_combined,
    compound_poisson_tails,
    false_discovery_rates,
    poisson_binomial_tail,
)
from tests.oracles import stats


@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.001, 0.999))
@example(315, 137, 0.999)
@example(3_000, 490, 0.5)
def test_the_binomial_tail_is_that_of_whole_numbers(n: int, k: int, q: float) -> None:
    """Also far below what is expected, where the first term is nothing: that is as likely as can be, not impossible."""
    hit, all_of = q.as_integer_ratio()
    chances = (comb(n, j) * hit**j * (all_of - hit) ** (n - j) for j in range(k, n + 1))

    assert binomial_tail(n, k, q) == pytest.approx(float(Fraction(sum(chances), all_of**n)), rel=1e-9, abs=1e-300)


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0.01, 0.99))
def test_the_poisson_binomial_tail_of_equal_chances_is_binomial(drawn: list[float], q: float) -> None:
    hits = len(drawn) // 2

    assert poisson_binomial_tail([q] * len(drawn), hits) == pytest.approx(binomial_tail(len(drawn), hits, q), abs=1e-12)


@given(st.floats(1e-4, 8), st.integers(1, 30), st.integers(1, 5))
def test_the_compound_tail_of_one_size_is_poisson(mean: float, jumps: int, size: int) -> None:
    (tail,) = compound_poisson_tails(np.array([[mean]]), np.array([size]), np.array([jumps * size]))

    assert tail == pytest.approx(stats.poisson.sf(jumps - 1, mean), abs=2e-14)


def test_the_compound_tail_of_two_sizes_is_that_of_many_draws() -> None:
    rates, sizes, draw = np.array([[0.8, 0.3]]), np.array([2, 5]), np.random.default_rng(1)
    sums = draw.poisson(rates[0], (400_000, 2)) @ sizes

    tails = compound_poisson_tails(np.repeat(rates, 4, axis=0), sizes, np.array([2, 5, 7, 11]))

    assert tails == pytest.approx([np.mean(sums >= total) for total in (2, 5, 7, 11)], abs=0.004)


def test_a_compound_tail_is_the_same_in_parts_and_never_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are computed a few at a time, and a sum beyond the last step counts as that step."""
    draw = np.random.default_rng(3)
    means, sizes, totals = draw.random((40, 3)), np.array([3, 4, 9]), draw.integers(0, 60, 40)
    whole = compound_poisson_tails(means, sizes, totals)

    monkeypatch.setattr("evenhand.influence.probabilities._ROWS_AT_ONCE", 7)
    parts = compound_poisson_tails(means, sizes, totals)
    monkeypatch.setattr("evenhand.influence.probabilities._LARGEST", 20)
    capped = compound_poisson_tails(means, sizes, totals)

    assert parts.tolist() == whole.tolist()
    assert (capped >= whole).all()
    assert (capped[totals <= 20] == whole[totals <= 20]).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_false_discovery_rates_are_those_of_scipy(tails: list[float]) -> None:
    ours = false_discovery_rates(np.array(tails))

    assert ours == pytest.approx(stats.false_discovery_control(tails), abs=1e-12)


def test_tests_that_are_not_given_count_as_tests() -> None:
    assert false_discovery_rates(np.array([0.001, 0.01]), 100) == pytest.approx([0.1, 0.5])


def test_a_p_of_one_does_not_hide_a_small_one() -> None:
    (both, alone) = cauchy_combined(np.array([[1e-8, 1.0], [1e-8, np.nan]]))

    assert alone == pytest.approx(1e-8)
    assert both == pytest.approx(2e-8, rel=0.01)
