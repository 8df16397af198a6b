"""A plan is read whole or refused, with the field that is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.audit import read_plan
from evenhand.audit.plan import default_plan_path, parse_plan
from evenhand.model.audit import AuditPlan
from evenhand.model.errors import PlanInvalid
from tests.each_case import each_case

PLAN: dict[str, Any] = {
    "plan": 1,
    "advertiser": "advertiser",
    "seq": "seq",
    "outcome": "outcome",
    "adverse": ["refuse"],
    "favourable": ["allow"],
    "facts": ["verified", "strikes"],
    "rulebook": "rulebook",
    "groups": ["country"],
}


def parse(**changes: Any) -> AuditPlan:
    return parse_plan(json.dumps({**PLAN, **changes}).encode(), "made.plan.json")


def test_a_plan_without_optional_columns_is_whole() -> None:
    """A network that records no spend can still be audited for the rest."""
    plan = parse()

    assert (plan.q, plan.q_watch, plan.spend, plan.selection_facts) == ("0.01", "0.05", None, ())


@each_case(
    ("changes", "message"),
    [
        ({"fact": ["x"]}, "unknown field `fact`"),
        ({"facts": []}, "`facts` is empty"),
        ({"groups": []}, "`groups` is empty"),
        ({"facts": ["verified", "verified"]}, "`facts` names one twice `verified`"),
        ({"facts": ["", "verified"]}, "`facts` has an empty name"),
        ({"facts": "verified"}, "at `$.facts`"),
        ({"spend": ""}, "`spend` is empty"),
        ({"groups": ["outcome"]}, "the outcome is a fact or a group too"),
        ({"groups": ["country", "strikes"]}, "a column is in `facts` and in `groups` `strikes`; expected each column"),
        ({"selection_facts": ["country"]}, "a column is in `selection_facts` and in `groups` `country`"),
        ({"facts": ["verified", "seq"]}, "`seq` is a fact too `seq`; expected other columns in `facts`"),
        ({"facts": ["advertiser"]}, "`advertiser` is a fact too `advertiser`"),
        ({"facts": ["day"], "decided_at": "day"}, "`decided_at` is a fact too `day`"),
        ({"adverse": []}, "`adverse` is empty"),
        ({"adverse": ["allow", "refuse"]}, "an outcome is adverse and favourable `allow`"),
        ({"q": "high"}, "`q` is no level `high`"),
        ({"q": "nan"}, "`q` is no level"),
        ({"q_watch": "1"}, "`q_watch` is no level `1`"),
        ({"q": "0_1"}, "`q` is no level"),
        ({"q": "0.1"}, "`q` is higher than `q_watch`"),
        ({"q": 0.01}, "at `$.q`"),
        ({"plan": 2}, "at `$.plan`"),
        ({"drift": ["week"]}, "at `$.drift[0]`"),
    ],
)
def test_a_wrong_plan_is_refused_with_the_field_that_is_wrong(changes: dict[str, Any], message: str) -> None:
    """Whoever wrote it can mend it from the one line."""
    with pytest.raises(PlanInvalid) as refused:
        parse(**changes)

    assert str(refused.value).startswith("made.plan.json: ")
    assert message in str(refused.value)


def test_a_field_named_twice_is_refused() -> None:
    """Readers differ on which of the two counts."""
    text = json.dumps(PLAN)[:-1] + ', "seq": "other"}'

    with pytest.raises(PlanInvalid, match="field named twice `seq`"):
        parse_plan(text.encode(), "made.plan.json")


def test_a_missing_plan_is_named_with_what_to_do(tmp_path: Path) -> None:
    """The default name is a guess that the reader did not make."""
    path = default_plan_path(tmp_path / "made.csv")

    with pytest.raises(PlanInvalid, match=r"made\.plan\.json: no plan can be read.*name it with --plan"):
        read_plan(path)


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_no_text_ends_in_another_error(text: bytes) -> None:
    """A plan comes from outside: what is none is refused in words."""
    with pytest.raises(PlanInvalid):
        parse_plan(text, "made.plan.json")
