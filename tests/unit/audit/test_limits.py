"""What an audit cannot say, and why: nobody else, one outcome, too few comparators."""

from evenhand.model.audit import AuditReport
from tests.unit.audit.made_tables import report, row


def about(shown: AuditReport, attribute: str) -> list[str]:
    """Return the limits of one attribute."""
    return [limit for limit in shown.limits if f"of `{attribute}`" in limit]


def test_groups_whose_equals_had_one_outcome_are_told_from_groups_without_equals() -> None:
    """A and B share their facts and were all allowed; C alone has others; D was not decided."""
    rows = [row(1), row(2, country="B"), row(3, "refuse", "C", strikes="1"), row(4, None, "D")]

    shown = report(rows)

    assert about(shown, "country") == [
        "Of 4 values of `country`, 2 cannot be tested: where there are others, all with the same facts had the same"
        " outcome.",
        "Of 4 values of `country`, 1 cannot be tested: nobody else has the same facts.",
        "Of 4 values of `country`, 1 cannot be tested: there is no decision.",
    ]
    assert about(shown, "size") == ["Of 1 value of `size`, 1 cannot be tested: nobody else has the same facts."]


def test_the_note_of_a_limit_is_that_of_the_largest_group_without_a_difference() -> None:
    """A group that cannot be tested has a note too, and may be larger."""
    rows = [row(1, "refuse", "B"), row(2), *(row(number, country="C", strikes="9") for number in range(3, 9))]

    (untestable, not_shown, largest) = about(report(rows), "country") + [
        limit for limit in report(rows).limits if limit.startswith("The largest of them is")
    ]

    assert untestable == "Of 3 values of `country`, 1 cannot be tested: nobody else has the same facts."
    assert not_shown == "Of 3 values of `country`, no difference was shown of 2."
    assert largest.startswith("The largest of them is ")
    assert "too few comparators; given that 1 of these 2 equals was refused" in largest


def test_one_refusal_in_two_tests_needs_200_comparators() -> None:
    """Beside 199 q is 0.01, which is no finding; beside 200 it is less."""
    verdicts = []
    for others in (199, 200):
        rows = [row(0, "refuse", "B"), *(row(number) for number in range(1, others + 1))]
        (group,) = (test for test in report(rows).groups if test.value == "B")
        verdicts.append((group.verdict, group.q and round(group.q, 9)))

    assert verdicts == [("watch", 0.01), ("worse", round(2 / 201, 9))]


def test_one_case_beside_a_large_group_accuses_nobody_of_warnings_or_days() -> None:
    """25 refused at once after 4 days, one after a warning and 1 day: 1 of 26 arrangements is as extreme."""
    times = {"opened_at": "2026-01-01T00:00:00Z"}
    rows = [row(number, "refuse", "DE", warned="0", decided_at="2026-01-05T00:00:00Z", **times) for number in range(25)]
    rows.append(row(25, "refuse", "FR", warned="1", decided_at="2026-01-02T00:00:00Z", **times))

    shown = report(rows, flags_before="warned", opened_at="opened_at", decided_at="decided_at")

    tests = {(test.value, test.measure): test for test in shown.selection}
    for measure in ("flags_before", "days_to_decision"):
        test = tests["DE", measure]
        assert (test.verdict, test.method, round(test.p, 12)) == ("not_shown", "exact", round(1 / 26, 12))
