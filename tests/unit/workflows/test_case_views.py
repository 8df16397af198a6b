"""Which decision of a party comes first on its page, what its point is, and what is to be done."""

import pytest

from evenhand.model.outcome import Outcome
from evenhand.render.case_views import case_views
from evenhand.workflows.delivery.next_steps import next_action, next_step
from evenhand.workflows.queries import explain
from tests.networks import DAY_1, MadeNetwork


def test_what_is_in_force_comes_before_what_waits_and_the_strictest_first(begun: MadeNetwork) -> None:
    """The head of the page is the first of them: it must not be milder than what holds."""
    views = case_views(explain(begun.network, "bakery", DAY_1))
    waiting = case_views(explain(begun.network, "outlet", DAY_1))

    severities = [each.case.decision.outcome.severity for each in views]
    assert severities == sorted(severities, reverse=True)
    assert not any(each.waits for each in views)
    assert [each.waits for each in waiting] == [True]


def test_the_point_of_a_decision_is_its_rule_where_no_finding_says_more(begun: MadeNetwork) -> None:
    """An allow says that nothing was found; a restriction is never without its reason."""
    views = case_views(explain(begun.network, "bakery", DAY_1))

    for view in views:
        allowed = view.case.decision.outcome is Outcome.ALLOW
        assert (view.point == "No adverse findings.") is (allowed and not view.matches)
        assert view.point.endswith(".")


@pytest.mark.parametrize("party", ["bakery", "outlet", "namesake"])
def test_a_page_names_no_command_and_no_file_as_the_next_step(begun: MadeNetwork, party: str) -> None:
    """Who works in a browser has links; the terminal and the workbook name commands."""
    explained = explain(begun.network, party, DAY_1)
    for case in (*explained.in_force, *explained.waiting):
        waits = case.waits_until is not None
        action = next_action(case.decision, letter=case.statement, waits=waits)
        step = next_step(case.decision, letter=case.statement, waits=waits)
        assert "evenhand" not in action
        assert "out/reasons" not in action
        assert action.split(" ")[0] == step.split(" ")[0]
