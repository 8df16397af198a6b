"""What an audit could have seen: the smallest effect, comparators needed, and the sentence that says so."""

from fractions import Fraction
from math import comb

import pytest

from evenhand.audit.detectable_effect import (
    comparators_needed,
    describe_not_shown,
    rate_at,
    smallest_detectable_odds_ratio,
)
from evenhand.audit.exact_test import exact_test

TABLES = [[8, 32, 30, 130], [5, 15, 20, 60], [0, 9, 1, 40]]


def _chance(table: list[int], critical: int, ratio: float) -> float:
    """Return P_ψ(A ≥ critical) of one stratum by its weights."""
    a, b, c, d = table
    m, k, n = a + b, a + c, a + b + c + d
    weights = {x: comb(k, x) * comb(n - k, m - x) * ratio**x for x in range(max(0, k - c - d), min(m, k) + 1)}
    return sum(weight for x, weight in weights.items() if x >= critical) / sum(weights.values())


def test_the_smallest_detectable_odds_ratio_is_found_eight_times_in_ten() -> None:
    table = [3, 37, 10, 150]
    critical = next(x for x in range(14) if _chance(table, x, 1.0) <= 0.01)

    ratio = smallest_detectable_odds_ratio([table], 0.01)

    assert ratio is not None
    assert _chance(table, critical, ratio) == pytest.approx(0.8, rel=1e-9)


def test_a_lower_level_and_a_higher_power_need_a_larger_effect() -> None:
    found = smallest_detectable_odds_ratio(TABLES, 0.01)
    lower, surer = (smallest_detectable_odds_ratio(TABLES, *how) for how in ((0.001,), (0.01, 0.95)))

    assert found is not None
    assert lower is not None
    assert surer is not None
    assert 1 < found < min(lower, surer)


def test_many_decisions_are_judged_by_the_normal_approximation_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = [[count * 30 for count in table] for table in TABLES]
    exact = smallest_detectable_odds_ratio(tables, 0.001)
    monkeypatch.setattr("evenhand.audit.detectable_effect.LARGEST_SUPPORT", 10)

    assert smallest_detectable_odds_ratio(tables, 0.001) == pytest.approx(exact, rel=0.01)


def test_too_few_comparators_detect_nothing() -> None:
    """One refused of ten has p 0.1 at best."""
    assert smallest_detectable_odds_ratio([[0, 1, 1, 8]], 0.05) is None
    assert smallest_detectable_odds_ratio([], 0.05) is None


@pytest.mark.parametrize(
    ("members", "refused", "level", "needed"),
    [
        (1, 1, "0.05", 20),
        (1, 1, "0.01", 100),
        (1, 1, "1/200", 200),
        (1, 1, Fraction(1, 300), 300),
        (2, 2, "0.01", 13),
        (30, 10, "0.005", 18),
        (5, 5, "1", 1),
    ],
)
def test_comparators_needed_are_the_fewest_that_suffice(
    members: int, refused: int, level: str | Fraction, needed: int
) -> None:
    """With `needed` allowed beside the group p is below the level, with one fewer it is not."""
    limit = float(Fraction(level)) * (1 - 1e-12)
    assert comparators_needed(members, refused, level) == needed
    assert exact_test([[refused, members - refused, 0, needed]]).p_greater < limit
    if needed > 1:
        assert exact_test([[refused, members - refused, 0, needed - 1]]).p_greater >= limit


def test_a_p_at_the_level_itself_detects_nothing() -> None:
    """q of 1/200 in two tests is 0.01, which is no finding; of 1/201 it is one."""
    level = Fraction("0.01") / 2

    assert smallest_detectable_odds_ratio([[1, 0, 0, 199]], level) is None
    assert smallest_detectable_odds_ratio([[1, 0, 0, 200]], level) is not None


def test_an_odds_ratio_becomes_a_rate() -> None:
    assert rate_at(1.0, 0.3) == pytest.approx(0.3)
    assert rate_at(2.0, 0.5) == pytest.approx(2 / 3)


def test_the_sentence_beside_not_shown_says_what_could_have_been_seen() -> None:
    """Read as prose."""
    at_the_end = [[2, 0, 1, 40]]

    assert describe_not_shown(exact_test(TABLES), TABLES, 0.01) == (
        "Not shown is not equal: the smallest odds ratio that the 95 % interval excludes is 2.11; "
        "the smallest that this audit would have found 8 times in 10 is 3.03."
    )
    assert describe_not_shown(exact_test(at_the_end), at_the_end, 0.01).startswith(
        "Not shown is not equal: the 95 % interval excludes no odds ratio above 1; the smallest"
    )


def test_the_sentence_says_what_would_be_needed_where_nothing_could_have_been_found() -> None:
    """One of six; a group that is most of its stratum; pairs of equals, each pair alone."""
    few, most, pairs = [[1, 0, 0, 5]], [[0, 30, 10, 0]], [[0, 1, 1, 0]] * 6
    beginning = "Not shown is not equal: too few comparators; given that "

    assert describe_not_shown(exact_test(few), few, 0.01) == (
        f"{beginning}1 of these 6 equals was refused, at most 1 of the group's 1 could be among them, "
        "and even that would be no finding; at least 100 comparators with the same facts would be needed, "
        "and there are 5."
    )
    assert describe_not_shown(exact_test(most), most, 0.005) == (
        f"{beginning}10 of these 40 equals were refused, at most 10 of the group's 30 could be among them, "
        "and even that would be no finding; at least 18 comparators with the same facts would be needed, "
        "and there are 10."
    )
    assert describe_not_shown(exact_test(pairs), pairs, 0.01) == (
        f"{beginning}6 of these 12 equals were refused, at most 6 of the group's 6 could be among them, "
        "and even that would be no finding."
    )
