"""Van Elteren's test: against its plain definition, with few values, pending."""

from collections.abc import Sequence
from itertools import combinations, product
from math import comb, erfc, inf, sqrt
from random import Random
from statistics import variance

import numpy as np
import pytest

from evenhand.audit.rank_test import PERMUTATIONS, Direction, RankedValues, rank_test, values_with_pending

Rows = list[tuple[int, float, bool]]


def _made_up_rows(seed: int, strata: int, size: int, shift: float) -> Rows:
    """Whole days, so that many values tie; members wait longer by `shift`."""
    random = Random(seed)
    members = [(stratum, random.random() < 0.3) for stratum in range(strata) for _ in range(size)]
    return [(stratum, float(int(random.expovariate(0.2) + shift * member)), member) for stratum, member in members]


def _plain_p(rows: Rows, direction: Direction) -> float:
    """Return p as §2 of the design writes it, one stratum after another."""
    t = e = v = 0.0
    for stratum in {each[0] for each in rows}:
        here = [(value, member) for place, value, member in rows if place == stratum]
        n, m = len(here), sum(member for _, member in here)
        if not 0 < m < n:
            continue
        ranks = [_mid_rank(value, [one for one, _ in here]) for value, _ in here]
        weight = 1 / (n + 1)
        t += weight * sum(rank for rank, (_, member) in zip(ranks, here, strict=True) if member)
        e += weight * m * (n + 1) / 2
        v += weight**2 * m * (n - m) / n * variance(ranks)
    deviation = (t - e) / sqrt(v)
    return erfc((deviation if direction == "longer" else -deviation) / sqrt(2)) / 2


def _mid_rank(value: float, values: list[float]) -> float:
    return sum(one < value for one in values) + (sum(one == value for one in values) + 1) / 2


def _columns(rows: Rows) -> tuple[list[int], list[float], list[bool]]:
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


@pytest.mark.parametrize("direction", ["longer", "fewer"])
@pytest.mark.parametrize("shift", [0.0, 2.0, -3.0])
def test_many_strata_give_the_plain_definition(direction: Direction, shift: float) -> None:
    rows = _made_up_rows(2, 12, 17, shift)

    test = rank_test(*_columns(rows), direction, seed=1)

    assert test.p == pytest.approx(_plain_p(rows, direction), rel=1e-9)


def test_the_two_directions_add_up_to_one() -> None:
    columns = _columns(_made_up_rows(3, 5, 20, 1.0))

    fewer, longer = (rank_test(*columns, direction, seed=1).p for direction in ("fewer", "longer"))

    assert fewer + longer == pytest.approx(1.0, rel=1e-12)


def test_strata_without_others_members_or_differences_say_nothing() -> None:
    """Members alone; nobody of the group; all values equal."""
    strata, values = [1, 1, 2, 2, 3, 3], [1.0, 9.0, 1.0, 9.0, 5.0, 5.0]

    test = rank_test(strata, values, [True, True, False, False, True, False], "longer", seed=1)

    assert (test.informative, test.values, test.p) == (0, 0, 1.0)


def test_an_uninformative_stratum_changes_no_p() -> None:
    rows = _made_up_rows(4, 6, 20, 1.0)
    more: Rows = [(99, 3.0, True), (99, 3.0, False), (98, 7.0, False), (97, 1.0, True), (97, 2.0, True)]

    test, again = (rank_test(*_columns(each), "longer", seed=1) for each in (rows, rows + more))

    assert again == test


@pytest.mark.parametrize("direction", ["longer", "fewer"])
def test_the_order_of_rows_changes_no_digit(direction: Direction) -> None:
    rows = _made_up_rows(5, 9, 13, 0.7)
    mixed = rows.copy()
    Random(2).shuffle(mixed)

    assert rank_test(*_columns(mixed), direction, seed=1) == rank_test(*_columns(rows), direction, seed=1)


def test_a_group_of_few_values_is_tested_by_permutations_that_plain_python_repeats() -> None:
    """T of every permutation anew, the smaller side drawn by Floyd's method from the words of `random.Random(seed)`."""
    rows: Rows = [(7, float(value), value in (60, 110)) for value in range(120)]
    rows += [(5, float(value), value != 8) for value in range(10)]
    random = Random(16)
    words = [[random.getrandbits(32) for _ in range(PERMUTATIONS)] for _ in range(3)]
    observed = (61 + 111) / 121 - 9 / 11

    def total(i: int) -> float:
        alone = words[0][i] * 10 >> 32
        first, second = words[1][i] * 119 >> 32, words[2][i] * 120 >> 32
        return (first + 1 + (119 if second == first else second) + 1) / 121 - (alone + 1) / 11

    reached = sum(total(i) >= observed - 1e-9 for i in range(PERMUTATIONS))

    test = rank_test(*_columns(rows), "longer", seed=16)

    assert (test.method, test.values) == ("permutations", 11)
    assert test.p == (1 + reached) / 10_000


@pytest.mark.parametrize(("direction", "p"), [("longer", 0.2), ("fewer", 0.9)])
def test_p_is_exact_where_few_arrangements_are_possible(direction: Direction, p: float) -> None:
    """One member of ten, the largest value but one: 2 of 10 places are as large, 9 of 10 as small."""
    values = [float(value) for value in range(10)]

    test = rank_test([1] * 10, values, [value == 8 for value in values], direction, seed=5)

    assert test.method == "exact"
    assert test.p == pytest.approx(p, rel=1e-12)


@pytest.mark.parametrize(("measures", "direction"), [((0.0, 1.0), "fewer"), ((4.0, 1.0), "longer")])
def test_a_large_group_beside_one_other_is_no_finding(measures: tuple[float, float], direction: Direction) -> None:
    """25 members and one other, who had the only warning, or waited less than they: 1 of 26 arrangements."""
    own, other = measures

    test = rank_test([1] * 26, [own] * 25 + [other], [True] * 25 + [False], direction, seed=1)

    assert test.method == "exact"
    assert test.p == pytest.approx(1 / 26, rel=1e-12)


def test_others_are_counted_where_they_can_show_a_difference() -> None:
    """60 sets of 12 members and one other; in two of them the other has a warning, the rest have no differences."""
    rows: Rows = [
        (stratum, float(place == 12 and stratum < 2), place < 12) for stratum in range(60) for place in range(13)
    ]

    test = rank_test(*_columns(rows), "fewer", seed=1)

    assert (test.informative, test.method) == (2, "exact")
    assert test.p == pytest.approx(1 / 169, rel=1e-12)


def test_three_equals_beside_one_who_waited_less_have_an_exact_p() -> None:
    """Two values tie at the lower end: in half of the arrangements the other has one of them."""
    test = rank_test([1] * 4, [1.0, 2.0, 2.0, 1.0], [True, True, True, False], "longer", seed=1)

    assert (test.method, test.p) == ("exact", 0.5)


def test_few_others_with_many_arrangements_are_permuted() -> None:
    rows: Rows = [(1, float(place), place >= 12) for place in range(90)]

    test = rank_test(*_columns(rows), "longer", seed=1)

    assert (test.method, test.values, test.p) == ("permutations", 78, 1 / 10_000)


@pytest.mark.parametrize("direction", ["longer", "fewer"])
def test_rare_warnings_among_many_are_counted_exactly(direction: Direction) -> None:
    """3 of 2,600 had a warning, 2 of them among the 100 others: the normal distribution would say 1e-8 of "fewer"."""
    rows: Rows = [(1, float(place in (0, 2598, 2599)), place < 2_500) for place in range(2_600)]
    ways = [comb(2_500, members) * comb(100, 3 - members) for members in range(4)]
    share = (sum(ways[:2]) if direction == "fewer" else sum(ways[1:])) / sum(ways)

    test = rank_test(*_columns(rows), direction, seed=1)

    assert test.method == "exact"
    assert test.p == pytest.approx(share, rel=1e-9)


@pytest.mark.parametrize("direction", ["longer", "fewer"])
@pytest.mark.parametrize("seed", range(6))
def test_an_exact_p_is_the_share_of_all_arrangements(direction: Direction, seed: int) -> None:
    """Every arrangement listed, in strata of several sizes with ties."""
    random = Random(seed)
    strata = [[float(random.randrange(4)) for _ in range(size)] for size in (4, 3, 4)]
    members = [random.sample(range(len(values)), random.randrange(1, len(values))) for values in strata]
    rows = [
        (stratum, value, place in members[stratum])
        for stratum, values in enumerate(strata)
        for place, value in enumerate(values)
    ]

    def total(chosen: Sequence[Sequence[int]]) -> float:
        return sum(
            sum(_mid_rank(values[place], values) for place in places) / (len(values) + 1)
            for values, places in zip(strata, chosen, strict=True)
            if len(set(values)) > 1
        )

    choices = product(*(combinations(range(len(own)), len(of)) for own, of in zip(strata, members, strict=True)))
    sign = 1 if direction == "longer" else -1
    reached = [sign * (total(chosen) - total(members)) >= -1e-9 for chosen in choices]

    test = rank_test(*_columns(rows), direction, seed=1)

    assert test.method == "exact"
    assert test.p == pytest.approx(sum(reached) / len(reached), rel=1e-12)


def test_one_group_after_another_gives_what_each_gives_alone() -> None:
    """Draws are shared: no group's p depends on which were tested before."""
    strata, values, _ = _columns(_made_up_rows(6, 8, 15, 0.0))
    ranked = RankedValues(strata, values, seed=3)
    groups = [np.arange(start, 120, 13) for start in range(5)]

    together = [ranked.test(group, "longer") for group in groups]

    assert together == [RankedValues(strata, values, seed=3).test(group, "longer") for group in groups]
    assert {test.method for test in together} == {"permutations"}


def test_a_case_that_waits_longer_than_all_decided_ones_ranks_last() -> None:
    """One that waits no longer than a decided one cannot be placed, nor one whose stratum has no decided case."""
    strata, waited = [1, 1, 1, 1, 1, 2], [5.0, 8.0, 9.0, 7.0, 8.0, 50.0]

    values, ranked = values_with_pending(strata, waited, [False, False, True, True, True, True])

    assert values.tolist()[:3] == [5.0, 8.0, inf]
    assert ranked.tolist() == [True, True, True, False, False, False]


def test_no_case_at_all_is_no_error() -> None:
    values, ranked = values_with_pending([], [], [])

    assert (len(values), len(ranked)) == (0, 0)
    assert RankedValues([], [], seed=1).test([], "longer").informative == 0
