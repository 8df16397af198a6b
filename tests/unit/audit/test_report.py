"""What a table of decisions shows: odd decisions, groups, the road to a decision, and what cannot be tested."""

import csv
import json
from random import Random
from typing import Any

import msgspec
import pytest

from evenhand.audit import audit_table
from evenhand.model.audit import AuditReport
from tests.unit.audit.made_tables import DECISIONS, FIXTURES, committed_plan, drawn_rows, report, row

SIDES = ("adverse", "favoured", "tie")
TRUTH = json.loads((FIXTURES / "decisions.truth.json").read_text())


@pytest.fixture(scope="module")
def committed() -> AuditReport:
    return audit_table(DECISIONS, committed_plan())


def found(report: AuditReport, verdict: str) -> set[str]:
    return {f"{test.attribute}={test.value}" for test in report.groups if test.verdict == verdict}


def test_every_planted_odd_decision_is_found_and_none_invented(committed: AuditReport) -> None:
    """Pairs are exact: there is nothing to miss by chance, unless a stratum has no other side."""
    listed = {side: sorted(each.advertiser for each in committed.inconsistent if each.side == side) for side in SIDES}
    alone = {each.advertiser for each in committed.untestable}

    assert listed["adverse"] == [name for name in TRUTH["harsh"] if name not in alone]
    assert set(listed["favoured"]) <= set(TRUTH["let_off"])
    assert len(listed["favoured"]) == 16


def test_only_the_planted_groups_are_worse(committed: AuditReport) -> None:
    """An innocent group that is accused would be the unequal treatment that the audit is about."""
    assert found(committed, "worse") == set(TRUTH["worse"])
    assert found(committed, "watch") == set()
    assert committed.spend is not None
    assert committed.spend.verdict == "favoured"


def test_the_planted_differences_on_the_road_to_a_decision_are_found(committed: AuditReport) -> None:
    """Who is looked at, warned and kept waiting is decided by people, before any rule."""
    worse = {test.measure: f"{test.attribute}={test.value}" for test in committed.selection if test.verdict == "worse"}

    assert worse == {"examined": "country=C09", "flags_before": "language=L1", "days_to_decision": "language=L2"}


def test_a_rulebook_that_changes_within_a_day_is_told_by_its_name(committed: AuditReport) -> None:
    """On 15 March decisions before and after half past two are under two rulebooks: no pair crosses them."""
    with DECISIONS.open(newline="") as file:
        rows = [each for each in csv.DictReader(file) if each["rulebook"] == "p2"]
    first = min(rows, key=lambda each: each["decided_at"])

    (change,) = committed.policy_changes
    assert (change.from_, change.to, change.at, change.seq) == ("p1", "p2", first["decided_at"], int(first["seq"]))
    assert {each.stratum["rulebook"] for each in committed.inconsistent} == {"p1", "p2"}


def test_the_order_of_rows_changes_nothing(committed: AuditReport) -> None:
    """Two exports of one table must give one report, to the last digit."""
    with DECISIONS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    Random(5).shuffle(rows)

    shuffled = audit_table({name: [each[name] for each in rows] for name in rows[0]}, committed_plan())

    assert msgspec.json.encode(shuffled) == msgspec.json.encode(committed)


def test_two_countries_that_change_names_change_places(committed: AuditReport) -> None:
    """The audit has no opinion of any country."""
    other = {"C05": "C02", "C02": "C05"}
    with DECISIONS.open(newline="") as file:
        rows = [{**each, "country": other.get(each["country"], each["country"])} for each in csv.DictReader(file)]

    mirrored = audit_table({name: [each[name] for each in rows] for name in rows[0]}, committed_plan())

    assert found(mirrored, "worse") == {"country=C02"}
    assert len(mirrored.inconsistent) == len(committed.inconsistent)


def test_a_finding_that_another_explains_is_no_finding() -> None:
    """All of one harshly treated country are small: being small is not what they are refused for."""
    others = [row(n, "refuse" if n % 50 == 0 else "allow", "AC"[n % 2], size="SL"[n // 2 % 2]) for n in range(400)]
    harsh = [row(n, "refuse" if n % 5 < 2 else "allow", "B", size="S") for n in range(400, 500)]

    groups = {f"{test.attribute}={test.value}": test for test in report([*others, *harsh]).groups}

    assert groups["country=B"].verdict == "worse"
    assert (groups["size=S"].verdict, groups["size=S"].explained_by) == ("explained", ("country=B",))
    assert groups["size=S"].p < 1e-6


def test_drift_is_tested_only_where_the_plan_asks_for_it(committed: AuditReport) -> None:
    """No test that was not in the plan; what it adds counts in the same family."""
    drifting = audit_table(DECISIONS, committed_plan(drift=("month",)))

    assert committed.time == ()
    assert [test.value for test in drifting.time] == [f"from 2026-0{month}" for month in range(2, 7)]
    assert drifting.tests == committed.tests + len(drifting.time)
    assert {test.verdict for test in drifting.time} <= {"not_shown", "watch"}


def test_a_list_version_after_which_more_are_refused_is_found() -> None:
    """The same facts under the same rulebook: what changed is the day."""
    rows = [
        row(number, "refuse" if number > 60 and number % 3 else "allow", "AB"[number % 2], lists=f"v{number // 61}")
        for number in range(120)
    ]

    (later,) = report(rows, lists="lists", drift=("lists",)).time

    assert (later.attribute, later.value, later.verdict) == ("lists", "from v1", "worse")


def test_one_refused_among_nineteen_allowed_is_odd_and_has_its_comparator() -> None:
    """The comparator of the lowest number; what differs between the two is named."""
    rows = [row(7, "hold", "B"), *(row(number) for number in range(20, 39))]

    (odd,) = report(rows).inconsistent

    assert (odd.advertiser, odd.side, odd.outcome) == ("a7", "adverse", "hold")
    assert (odd.comparator, odd.comparator_seq, odd.comparator_outcome, odd.comparators) == ("a20", 20, "allow", 19)
    assert (odd.differs_in, odd.stratum) == (("country",), {"strikes": "0", "verified": "true", "rulebook": "p1"})
    assert (odd.groups["country"], odd.comparator_groups["country"]) == ("B", "A")


def test_as_many_each_way_is_a_tie_on_both_sides() -> None:
    """Neither side is the usual one."""
    odd = report([row(1, "refuse"), row(2), row(3, "refuse"), row(4)]).inconsistent

    assert [(each.seq, each.side, each.comparators) for each in odd] == [(n, "tie", 2) for n in (1, 2, 3, 4)]


def test_unknown_equals_unknown_and_nothing_else() -> None:
    """An empty cell is a value: it is compared with empty cells only."""
    rows = [row(1, "refuse", strikes=None), row(2, strikes=""), row(3), row(4, strikes=None)]

    (odd,) = report(rows).inconsistent

    assert (odd.seq, odd.comparator_seq, odd.comparators, odd.stratum["strikes"]) == (1, 2, 2, None)


def test_strata_are_the_same_facts_only() -> None:
    """Groups never part or join decisions: with a hundred countries there are as many strata as with one."""
    rows = [row(number, country=f"K{number}", strikes=str(number % 3)) for number in range(100)]

    assert report(rows).strata == 3


def test_an_adverse_decision_of_its_own_kind_cannot_be_tested_and_names_the_nearest() -> None:
    """Two broadcasters of one country alone with their facts: nobody can say how others would have fared."""
    rows = [
        row(1, "refuse", "A", strikes="9"),
        row(2, "refuse", "A", strikes="9"),
        row(3, "allow", "A", strikes="8"),
        row(4, "allow", "B", strikes="8", verified=None),
        row(5, "allow", "B", strikes="8"),
        row(6, "allow", "C", strikes="8", rulebook="p2"),
    ]

    untestable = report(rows).untestable

    assert [(each.seq, each.nearest_seq, each.differs_in) for each in untestable] == [
        (1, 5, ("strikes",)),
        (2, 5, ("strikes",)),
    ]


@pytest.mark.parametrize("country", ["RU", "DE"], ids=["abroad", "mirror"])
@pytest.mark.parametrize("blank", [None, "none"])
def test_an_unknown_value_is_no_other_group(country: str, blank: str | None) -> None:
    """Two listed outlets of one country: a blank size of one of them makes them comparable with nobody."""
    outlets = [row(1, "refuse", country, strikes="9"), row(2, "refuse", country, strikes="9", size=blank)]

    found = report([*outlets, row(3, "allow", "FR", size="L")])

    assert [each.seq for each in found.untestable] == [1, 2]
    assert [(each.attribute, each.adverse, each.compared) for each in found.coverage] == [
        ("country", 2, 0),
        ("size", 2, 0),
    ]


def test_another_group_by_one_attribute_is_none_by_the_next() -> None:
    """Three refused with the same facts: of two countries, and all of one size where it is known."""
    rows = [row(1, "refuse", "A"), row(2, "refuse", "B", size=None), row(3, "refuse", None, size="S")]

    found = report(rows)

    assert [(each.attribute, each.compared) for each in found.coverage] == [("country", 2), ("size", 0)]
    assert [each.seq for each in found.untestable] == [3]


def test_where_everybody_is_of_one_group_no_nearest_is_named() -> None:
    """There is no decision of another group at all."""
    (alone,) = report([row(1, "refuse"), row(2, strikes="1")]).untestable

    assert (alone.nearest, alone.nearest_seq, alone.differs_in) == (None, None, ())


@pytest.mark.parametrize("outcome", ["refuse", "allow"])
def test_all_with_one_outcome_can_show_nothing(outcome: str) -> None:
    """All refused, or nobody: no odds ratio, no verdict, and status 0."""
    shown = report([row(number, outcome, "AB"[number % 2]) for number in range(40)])

    assert (shown.inconsistent, shown.found) == ((), False)
    assert {(test.verdict, test.q, test.odds_ratio, test.p) for test in shown.groups} == {("untestable", None, None, 1)}


def test_a_group_of_one_and_a_group_refused_whole_have_their_rows() -> None:
    """Every value has a row, however rare; what cannot be bounded is infinite, not large."""
    rows = [row(1, "refuse", "B"), *(row(number) for number in range(2, 40)), row(40, None, "C")]

    groups = {test.value: test for test in report(rows).groups if test.attribute == "country"}

    assert (groups["B"].n, groups["B"].adverse, groups["B"].odds_ratio, groups["B"].p) == (
        1,
        1,
        "inf",
        pytest.approx(1 / 39),
    )
    assert (groups["C"].n, groups["C"].rate, groups["C"].verdict) == (0, None, "untestable")


def test_erased_decisions_are_counted_and_never_compared() -> None:
    """What was erased cannot be shown to be equal."""
    rows = [row(1, "refuse"), row(2, erased=True), row(3, strikes=None, verified=None, erased=True)]

    shown = report(rows, erased="erased")

    assert (shown.decisions, shown.erased, shown.strata, shown.inconsistent) == (3, 2, 1, ())
    assert "Erased, so that they cannot be tested: 2 decisions." in shown.limits
    assert shown.advertisers == shown.rows - 2


def test_decisions_without_a_rulebook_are_not_compared() -> None:
    """Who knows under which rule they were made?"""
    shown = report([row(1, "refuse", rulebook=None), row(2, rulebook=None), row(3)])

    assert (shown.decisions, shown.inconsistent, shown.untestable) == (3, (), ())
    assert "Under no named rulebook, so that they cannot be compared: 2 of the decisions." in shown.limits


def test_a_missing_optional_column_switches_its_test_off_and_is_named() -> None:
    """Whether the plan or the table lacks it."""
    shown = report([row(1), row(2, "refuse")], spend="spend_usd")

    assert shown.spend is None
    assert "The table has no column `spend_usd`, which the plan names as `spend`." in shown.limits
    assert any("`flags_before`: warnings before action were not tested" in limit for limit in shown.limits)


def test_a_case_that_has_waited_longer_than_all_decided_ranks_last() -> None:
    """A group whose cases are left lying must not look quick for lack of decisions."""
    quick = [
        row(n, "allow", "A", opened_at="2026-01-01T00:00:00Z", decided_at=f"2026-01-0{2 + n % 5}T00:00:00Z")
        for n in range(60)
    ]
    waiting = [row(n, None, "B", opened_at="2026-01-02T00:00:00Z", rulebook=None, seq=None) for n in range(100, 140)]
    last = [row(500, "allow", "A", opened_at="2026-03-01T00:00:00Z", decided_at="2026-03-02T00:00:00Z")]

    shown = report([*quick, *waiting, *last], opened_at="opened_at", decided_at="decided_at")

    tests = {test.value: test for test in shown.selection if test.attribute == "country"}
    assert (tests["B"].n, tests["B"].verdict, tests["A"].verdict) == (40, "worse", "not_shown")


def test_a_treatment_that_a_law_prescribes_is_reported_as_such() -> None:
    """Never hidden: which law, which facts, how many."""
    rows = [row(1, "refuse", law="Regulation (EU) 1/2026", strikes="7"), row(2)]

    (treated,) = report(rows, law="law").by_law

    assert (treated.law, treated.decisions, treated.adverse, treated.stratum["strikes"]) == (
        "Regulation (EU) 1/2026", 1, 1, "7",
    )  # fmt: skip


def test_a_fact_that_is_a_function_of_a_group_is_listed() -> None:
    """Where only one country is ever verified, nobody of another country is its equal: named, not judged."""
    rows = [row(n, country="ABC"[n % 3], verified="true" if n % 3 else "false", strikes=str(n % 2)) for n in range(60)]

    shown = report(rows)

    assert [(each.fact, each.attribute, each.share) for each in shown.dependent_facts] == [("verified", "country", 1.0)]
    assert not shown.found


def test_a_fact_of_which_one_value_is_unknown_varies() -> None:
    """That it is known for one country alone gives the country away as well."""
    rows = [row(n, country="AB"[n % 2], verified="true" if n % 2 else None) for n in range(60)]

    assert [(each.fact, each.attribute) for each in report(rows).dependent_facts] == [("verified", "country")]


def test_a_run_without_a_registered_plan_says_so_first() -> None:
    """A plan that was written after the data were seen is none."""
    shown = report([row(1)])

    assert shown.exploratory
    assert shown.first_line.startswith("Exploratory audit")


def test_an_attribute_of_very_many_values_has_a_row_for_each() -> None:
    """However rare: a group of two is a group."""
    rows = [row(n, "refuse" if n % 10 == 0 else "allow", f"K{n // 2}", strikes=str(n % 7)) for n in range(2000)]

    shown = report(rows, groups=("country",))

    assert [len(shown.groups), {test.n for test in shown.groups}] == [1000, {2}]
    assert (shown.tests, shown.groups[0].verdict) == (1000, "not_shown")


@pytest.mark.parametrize("seed", range(3))
def test_the_two_sides_of_an_outcome_are_treated_alike(seed: int) -> None:
    """Exchange what is adverse and what is favourable: the same decisions are odd, on the other side."""
    rows = drawn_rows(Random(seed), 60)
    other = {"adverse": "favoured", "favoured": "adverse", "tie": "tie"}

    odd = report(rows).inconsistent
    exchanged = report(rows, adverse=("allow",), favourable=("refuse", "hold")).inconsistent

    assert odd
    assert [(each.seq, other[each.side], each.comparators) for each in odd] == [
        (each.seq, each.side, each.comparators) for each in exchanged
    ]


def test_an_empty_table_gives_an_empty_report_where_that_is_asked_for() -> None:
    """Nothing was decided, so nothing is found: a network may have matches that nobody judged yet."""
    empty: dict[str, list[Any]] = {name: [] for name in row(1)}

    plan = msgspec.structs.replace(committed_plan(), facts=("strikes",), groups=("country",), rulebook="rulebook")

    shown = audit_table(empty, plan, may_be_empty=True)

    assert (shown.rows, shown.groups, shown.found) == (0, (), False)


def test_values_that_look_like_one_are_named_with_their_column() -> None:
    """They split what should be compared; nobody sees it in the counts."""
    rows = [row(1, "refuse", strikes="0 "), row(2), row(3, country="a"), row(4, size=" "), row(5, size=None)]

    shown = report(rows)

    said = "that differ only in blanks around them or in capitals are compared as different:"
    assert [limit for limit in shown.limits if said in limit] == [
        f"Values of `strikes` {said} `0` and `0 `.",
        f"Values of `country` {said} `A` and `a`.",
        f"Values of `size` {said} nothing and ` `.",
    ]


def test_of_many_values_that_look_like_one_three_sets_are_shown() -> None:
    """The reader needs the column more than all of them."""
    rows = [row(2 * number + upper, country="Xx"[upper] + str(number)) for number in range(5) for upper in (0, 1)]

    (limit,) = (limit for limit in report(rows).limits if "in capitals" in limit)

    assert limit.endswith(" `X0` and `x0`; `X1` and `x1`; `X2` and `x2`; and 2 more such sets.")
