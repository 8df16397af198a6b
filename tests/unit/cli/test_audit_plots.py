"""Plots: where a mark stands is what the number says."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.render.audit_plots import LinearScale, LogScale, bars, interval, quantiles, shares_over_time

RATIOS = st.floats(min_value=1e-6, max_value=1e6)


def places(svg: str) -> list[float]:
    return [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", svg)]


@given(st.lists(RATIOS, min_size=1), RATIOS)
def test_a_ratio_and_its_inverse_stand_as_far_from_the_middle(ratios: list[float], ratio: float) -> None:
    """Refused twice as often and half as often are the same distance."""
    scale = LogScale(ratios)

    assert scale.place(ratio) + scale.place(1 / ratio) == pytest.approx(100)
    assert 0 <= scale.place(ratio) <= 100


@given(st.lists(RATIOS, min_size=2))
def test_a_greater_ratio_never_stands_further_left(ratios: list[float]) -> None:
    """The picture keeps the order of the numbers."""
    scale = LogScale(ratios)

    stand = [scale.place(ratio) for ratio in sorted(ratios)]

    assert stand == sorted(stand)


def test_the_ends_of_the_line_are_the_ticks_named_below_it() -> None:
    """What is named stands where it is named; zero and infinity stand at the ends."""
    scale = LogScale([0.04, 3])

    assert scale.ticks() == (0.01, 1.0, 100.0)
    assert [scale.place(tick) for tick in scale.ticks()] == pytest.approx([2, 50, 98])
    assert (scale.place(0), scale.place(math.inf), LogScale([]).place(1.0)) == (2, 98, 50)


def test_an_interval_has_a_middle_a_span_and_a_dot() -> None:
    """Without a ratio only the middle is drawn: nothing is made up."""
    scale = LogScale([10])

    assert places(interval(scale, 10, 1, 10)) == [50, 50, 50, 98, 98]
    assert places(interval(scale, None, None, None)) == [50, 50]


def test_amounts_stand_between_zero_and_the_most() -> None:
    """A scale of nothing is still a scale."""
    assert places(quantiles(LinearScale([4]), (0, 1, 2, 3, 4))) == [0, 100, 25, 75, 50]
    assert places(bars(LinearScale([10]), (10, 5, 1))) == [0, 100, 0, 50, 0, 10]
    assert LinearScale([]).place(0) == 0


def test_months_go_from_left_to_right_and_a_change_stands_between_two() -> None:
    """The second of two months begins in the middle."""
    svg = shares_over_time([(0.1, 0.2, 0.3), (0.2, 0.3, 0.4)], 0.4, (1,))

    assert '<path class="change" d="M50.00 0L50.00 40.0"/>' in svg
    assert '<path class="trend" d="M25.00 20.00L75.00 10.00"/>' in svg
    assert shares_over_time([], 1.0) == ""
