"""The root of an increasing function: steep, flat, far away, with a rough slope or none."""

from math import atan, exp

import pytest

from evenhand.audit.root_search import root


def test_a_cube_root_is_found_from_either_side() -> None:
    for start in (-50.0, 0.0, 90.0):
        assert root(lambda x: (x**3 - 5, 3 * x * x), start) == pytest.approx(5 ** (1 / 3), rel=1e-13)


def test_a_flat_function_is_not_overshot() -> None:
    """Newton's steps alone run away from the root of the arc tangent."""
    assert root(lambda x: (atan(x - 3), 1 / (1 + (x - 3) ** 2)), 40.0) == pytest.approx(3.0, rel=1e-13)


def test_a_slope_that_is_not_known_costs_steps_only() -> None:
    for slope in (0.0, 0.1, 5.0):
        assert root(lambda x, slope=slope: (exp(x) - 2, slope), -9.0) == pytest.approx(0.6931471805599453, rel=1e-9)


def test_a_root_at_the_start_is_given_back() -> None:
    assert root(lambda x: (x - 1.5, 1.0), 1.5) == 1.5
