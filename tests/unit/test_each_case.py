"""Cases that one test goes through: all are tried, and each that fails is told with its values."""

import pytest

from tests.each_case import each_case


def test_all_cases_are_tried_and_those_that_fail_are_named() -> None:
    """As many tests would say it; a case in which an error is missed fails by another class of pytest's."""
    tried = []

    @each_case("low", [1, pytest.param(2, id="two")])
    @each_case(("name", "high"), [("a", 1), ("b", 2)])
    def compare(low: int, name: str, high: int) -> None:
        tried.append((low, name, high))
        if name == "b":
            with pytest.raises(ValueError, match="x"):
                int("1")
        assert low <= high

    with pytest.raises(BaseExceptionGroup, match="3 of 4 cases") as found:
        compare()

    assert tried == [(1, "a", 1), (1, "b", 2), (2, "a", 1), (2, "b", 2)]
    assert [each.__notes__ for each in found.value.exceptions] == [
        ["case: low=1, name='b', high=2"], ["case: low=2, name='a', high=1"], ["case: low=2, name='b', high=2"],
    ]  # fmt: skip


@each_case("number", range(3))
def test_fixtures_are_common_to_the_cases(number: int, request: pytest.FixtureRequest) -> None:
    """Pytest sees a test with the other arguments alone."""
    assert "number" not in request.fixturenames
    assert number < 3


def test_no_case_is_a_fault() -> None:
    """A list that came out empty would hold nothing."""
    with pytest.raises(AssertionError, match="no case"):
        each_case("number", [])(test_no_case_is_a_fault)
