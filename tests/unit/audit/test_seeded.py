"""The made set that other implementations are measured on: every row of its expected report is reproduced."""

import json
from typing import Any

import msgspec
import pytest

from evenhand.audit import audit_table, read_plan
from tests.data import DATA, needs_data

FOLDER = DATA / "audit"
ROUNDING = 1e-6

pytestmark = needs_data


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """Return the report as its JSON."""
    report = audit_table(FOLDER / "seeded.csv", read_plan(FOLDER / "seeded.plan.json"))
    found: dict[str, Any] = json.loads(msgspec.json.encode(report))
    return found


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "seeded.expected.json").read_text())
    return found


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "seeded.truth.json").read_text())
    return found


def agrees(row: dict[str, Any], reference: dict[str, Any], *, without: tuple[str, ...] = ()) -> bool:
    """Tell whether a row has every value of the reference, numbers within rounding."""
    return all(
        row[key] == (pytest.approx(value, rel=ROUNDING) if isinstance(value, float) else value)
        for key, value in reference.items()
        if key not in without
    )


def test_every_odd_decision_is_the_planted_one(made: dict[str, Any], truth: dict[str, Any]) -> None:
    """141 refused, 66 let off, 8 with as many each way; and none invented."""
    names = {
        side: sorted(each["advertiser"] for each in made["inconsistent"] if each["side"] == side)
        for side in ("adverse", "favoured", "tie")
    }

    assert names == {
        "adverse": truth["inconsistent_adverse"],
        "favoured": truth["inconsistent_favoured"],
        "tie": truth["tied"],
    }
    assert [len(each) for each in names.values()] == [141, 66, 8]


def test_comparators_and_nearest_decisions_are_those_of_the_reference(
    made: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Who is named beside a decision must not depend on the implementation."""
    assert all(
        agrees(row, reference)
        for row, reference in zip(made["inconsistent"], expected["inconsistent_first_20"], strict=False)
    )
    assert len(made["untestable"]) == 32
    assert all(map(agrees, made["untestable"], expected["untestable"]))
    assert [made[key] for key in ("rows", "decisions", "strata")] == [30002, 19305, 229]


def test_every_group_has_the_figures_and_the_verdict_of_the_reference(
    made: dict[str, Any], expected: dict[str, Any]
) -> None:
    """K05 and L3 worse, size S explained by them and by spend, K30 not shown."""
    rows = {(row["attribute"], row["value"]): row for row in made["groups"]}

    wrong = [each for each in expected["groups"] if not agrees(rows[each["attribute"], each["value"]], each)]

    assert (len(rows), wrong) == (56, [])
    assert agrees(made["spend"], expected["spend"])
    assert all(map(agrees, made["policy_changes"], expected["policy_changes"]))


def test_findings_on_the_road_to_a_decision_are_those_of_the_reference(
    made: dict[str, Any], expected: dict[str, Any], truth: dict[str, Any]
) -> None:
    """Groups or others of fewer than 20 values are permuted, which the reference did not do: only p differs."""
    rows = {(row["attribute"], row["value"], row["measure"]): row for row in made["selection"]}
    found = [row for row in made["selection"] if row["verdict"] == "worse"]

    for reference in expected["selection"]:
        row = rows[reference["attribute"], reference["value"], reference["measure"]]
        permuted = row["method"] == "permutations"
        assert agrees(row, reference, without=("p", "q") if permuted else ("q",))
    assert [{key: row[key] for key in ("attribute", "value", "measure")} for row in found] == truth["selection"]
