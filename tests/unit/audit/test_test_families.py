"""A family of tests: q values, two levels, and findings that explain each other."""

import pytest

from evenhand.audit.test_families import FamilyTest, false_discovery_rates, judge_family

STRONG, WEAK = [[30, 70, 20, 880]], [[1, 9, 100, 900]]
"""Tables with p below 10⁻¹⁵ and with p 0.66."""


def _tables_never(test: FamilyTest, confirmed: tuple[FamilyTest, ...]) -> list[list[int]]:
    raise AssertionError("nothing is tested again here")


def _test(name: str, p: float, informative: int = 3, retested: bool = False) -> FamilyTest:
    return FamilyTest(name=name, informative=informative, p=p, retested=retested)


def test_q_values_never_fall_as_p_rises_and_end_at_one() -> None:
    assert false_discovery_rates([0.01, 0.02, 0.03, 0.9]) == pytest.approx([0.04, 0.04, 0.04, 0.9])
    assert false_discovery_rates([1.0, 1.0]) == [1.0, 1.0]
    assert false_discovery_rates([]) == []


def test_two_levels_part_findings_from_what_is_watched() -> None:
    """q of 4 tests: 0.004, 0.04, 0.2, 0.9."""
    tests = [_test("a", 0.001), _test("b", 0.02), _test("c", 0.15), _test("d", 0.9)]

    verdicts = judge_family(tests, 0.01, 0.05, _tables_never)

    assert [each.verdict for each in verdicts] == ["worse", "watch", "not_shown", "not_shown"]
    assert [each.q for each in verdicts] == pytest.approx([0.004, 0.04, 0.2, 0.9])


def test_a_q_at_the_level_is_not_below_it() -> None:
    verdicts = judge_family([_test("a", 0.01)], 0.01, 0.05, _tables_never)

    assert verdicts[0].verdict == "watch"


def test_untestable_tests_are_no_part_of_the_family() -> None:
    """A hundred groups without comparators must not hide a finding of another."""
    tests = [_test(f"alone {number}", 1.0, informative=0) for number in range(100)]

    verdicts = judge_family([*tests, _test("found", 0.009)], 0.01, 0.05, _tables_never)

    assert verdicts[-1].verdict == "worse"
    assert {(each.q, each.verdict) for each in verdicts[:-1]} == {(None, "untestable")}


def test_a_finding_that_vanishes_without_those_confirmed_before_it_is_explained() -> None:
    """Large spenders are let off, so that small ones seem to be refused more often."""
    spend = FamilyTest(name="spend=top tenth", informative=9, p=1e-31, finding="favoured", retested=True)
    tests = [_test("size=S", 1e-12, retested=True), _test("country=K05", 1e-37, retested=True), spend]
    asked = []

    def tables(test: FamilyTest, confirmed: tuple[FamilyTest, ...]) -> list[list[int]]:
        asked.append((test.name, [each.name for each in confirmed]))
        return WEAK if test.name == "size=S" else [[1, 99, 300, 600]]

    size, country, let_off = judge_family(tests, 0.01, 0.05, tables)

    assert asked == [("spend=top tenth", ["country=K05"]), ("size=S", ["country=K05", "spend=top tenth"])]
    assert (country.verdict, country.explained_by, country.retest_p) == ("worse", None, None)
    assert (let_off.verdict, let_off.explained_by) == ("favoured", None)
    assert (size.verdict, size.explained_by) == ("explained", ("country=K05", "spend=top tenth"))
    assert size.retest_p is not None
    assert size.retest_p > 0.01


def test_a_finding_explained_by_others_explains_none() -> None:
    """The third is tested again without the first, not without the second, which the first explains."""
    tests = [_test(name, p, retested=True) for name, p in (("a", 1e-9), ("b", 1e-8), ("c", 1e-7))]
    asked = []

    def tables(test: FamilyTest, confirmed: tuple[FamilyTest, ...]) -> list[list[int]]:
        asked.append((test.name, [each.name for each in confirmed]))
        return WEAK if test.name == "b" else STRONG

    verdicts = judge_family(tests, 0.01, 0.05, tables)

    assert asked == [("b", ["a"]), ("c", ["a"])]
    assert [each.verdict for each in verdicts] == ["worse", "explained", "worse"]


def test_a_finding_without_comparators_left_is_explained() -> None:
    """Without the members of the first nobody is left to compare with: p is 1."""
    tests = [_test("a", 1e-9, retested=True), _test("b", 1e-8, retested=True)]

    verdicts = judge_family(tests, 0.01, 0.05, lambda *_: [])

    assert (verdicts[1].verdict, verdicts[1].retest_p) == ("explained", 1.0)


def test_selection_and_what_is_only_watched_are_not_tested_again() -> None:
    tests = [_test("a", 1e-9, retested=True), _test("examined", 1e-8), _test("b", 0.02, retested=True)]

    verdicts = judge_family(tests, 0.01, 0.05, _tables_never)

    assert [each.verdict for each in verdicts] == ["worse", "worse", "watch"]


def test_a_run_without_tests_has_no_verdicts() -> None:
    assert judge_family([], 0.01, 0.05, _tables_never) == ()
