"""A counterexample side by side, as a page shows it."""

from evenhand.model.outcome import Outcome
from evenhand.policy.proofs.example_sides import example_sides
from tests.unit.policy.proofs import ask, book, forbid


def test_two_requests_are_shown_with_what_differs_first_and_both_outcomes() -> None:
    """Who reads it sees at once what the outcome hangs on."""
    rules = book(forbid('principal.country == "AT"', "country", title="Waits by country"))

    found = example_sides(ask(rules, "neutral", **{"class": "nationality"}), rules)

    assert found is not None
    assert found.question == "the outcome does not depend on nationality"
    assert {side.outcome for side in found.sides} == {Outcome.ALLOW, Outcome.REFUSE}
    assert [side.rules for side in found.sides if side.rules] == [(("country", "Waits by country"),)]
    assert (found.rows[0].path, found.rows[0].differs) == ("User.country", True)
    assert "AT" in found.rows[0].values
    assert not any(row.differs for row in found.rows[1:])


def test_one_request_is_enough_where_a_rule_errs() -> None:
    """An overflow needs no second request; the rule that cannot be evaluated is named."""
    rules = book(forbid("principal.share + 1 > 3", "sum"))

    found = example_sides(ask(rules, "never_errors", rule="sum"), rules)

    assert found is not None
    assert len(found.sides) == 1
    assert found.sides[0].errors == ("sum",)
    assert all(len(row.values) == 1 for row in found.rows)


def test_what_is_proved_has_no_sides() -> None:
    """There is nothing to show."""
    rules = book(forbid("principal.share > 3"))

    assert example_sides(ask(rules, "neutral", **{"class": "nationality"}), rules) is None
