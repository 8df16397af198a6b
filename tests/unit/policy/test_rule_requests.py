"""A request made from a rule's own literals: Cedar says that the rule is satisfied, and no solver is asked."""

import pytest

from evenhand.policy.proofs.cedar_replay import CedarReplay, needed_text
from evenhand.policy.proofs.prover import Prover
from evenhand.policy.proofs.questions import Question
from evenhand.policy.proofs.rule_requests import request_for
from evenhand.policy.proofs.symbolic_environment import SymbolicEnvironment
from evenhand.policy.syntax_tree import parse
from tests.unit.policy.proofs import AT, SCHEMA, ask, book, forbid

SUGGESTED = (
    "principal.share > 5",
    "principal.share >= 5 && principal.share < 6",
    "!(principal.share <= 7) && 9 > principal.share",
    "principal.confirmed && !(principal.level >= 0)",
    'principal.country == "AT" && principal.host like "*.example"',
    'principal has kinds && principal.kinds.contains(Kind::"news")',
    'principal in Group::"blocked"',
    'principal has roots && principal.roots.containsAny(["AT", "DE"]) && principal.near.containsAll(["x", "y"])',
    'principal has roots && principal.roots.isEmpty() && !principal.near.contains("x")',
    'principal.since > datetime("2026-01-01")',
    'principal.known.by == "somebody" && principal.known.well',
    "resource.by.share > 3 || principal.share > 5",
    'principal.since > datetime("2026-01-01") && context.at.durationSince(principal.since) < duration("1d")',
    'action == Action::"buy" && context has ip',
    'action == Action::"buy" && context.territories.contains("AT") && principal.share > 5',
)
# Of what two facts make together, a rule does not say what each must be; nor where an instant would have to lie
# that no ISO text says.
NOT_SUGGESTED = (
    "principal.share + 1 == 9",
    "principal.share == principal.spend && principal.share * 2 == 8",
    "principal has friend && principal.share > 5",
    'context.n == 3 && principal.hasTag("x") && principal.getTag("x") == "y"',
)


WITH_DAY = SCHEMA.replace("context: { n: Long }", "context: { n: Long, at: datetime }").replace(
    "context: { territories", "context: { at: datetime, territories"
)


def satisfied(condition: str) -> bool | None:
    """Return whether Cedar says that the rule is satisfied by the request made for it; None if none was made."""
    rules = book(forbid(condition), schema=WITH_DAY)
    for environment in rules.schema.environments:
        symbolic = SymbolicEnvironment(rules.schema, environment)
        permitted = Prover(rules, second=False).prove(
            Question(property="dead", at=AT, rule="open", action=environment.action[1])
        )
        assert permitted.counterexample is not None
        rule = symbolic.rules(rules.policies)[1]
        facts = request_for(rule, permitted.counterexample.a, rules.schema)
        if facts is not None:
            results = CedarReplay(rules.policies, rules.handle).results(facts)
            return results is not None and "r" in results.satisfied
    return None


@pytest.mark.parametrize("condition", SUGGESTED)
def test_a_rule_of_plain_conditions_is_shown_at_work_by_its_own_literals(condition: str) -> None:
    """Comparisons, sets, texts, groups and what is optional."""
    assert satisfied(condition)

    certificate = ask(book(forbid(condition), schema=WITH_DAY), "shadowed", rule="r")

    assert (certificate.result, certificate.by, certificate.smtlib_sha256) == ("refuted", ("engine",), ())


@pytest.mark.parametrize("condition", NOT_SUGGESTED)
def test_what_the_literals_do_not_say_a_solver_is_asked(condition: str) -> None:
    """The answer is the same as if nothing had been tried."""
    assert not satisfied(condition)

    certificate = ask(book(forbid(condition), schema=WITH_DAY), "shadowed", rule="r")

    assert (certificate.result, certificate.by) == ("refuted", ("solver", "engine"))


@pytest.mark.parametrize(
    "condition",
    [
        'principal.since > datetime("9999-12-31T23:59:59.999-2359")',
        "principal.share > 9223372036854775807",
        "principal.share > 5 && principal.share < 6",
    ],
)
def test_a_rule_that_no_facts_satisfy_is_proved_to_make_no_difference(condition: str) -> None:
    """An instant that no ISO text says, or a number that there is not, is never suggested."""
    assert ask(book(forbid(condition), schema=WITH_DAY), "shadowed", rule="r").result == "proved"


def test_bounds_are_kept_by_asking_a_solver() -> None:
    """A suggested request need not keep them."""
    rules = book(forbid("principal.share > 5"))

    assert ask(rules, "shadowed", rule="r", assume={"User.share": (0, 4)}).result == "proved"
    assert ask(rules, "shadowed", rule="r", assume={"User.share": (0, 9)}).by == ("solver", "engine")


@pytest.mark.parametrize(
    ("conditions", "needed"),
    [
        ('when { context.territories.contains("AT") && principal.share > 5 }', ("territories", "AT")),
        ('when { principal.near.contains("x") && context.territories.contains("AT") }', ("territories", "AT")),
        ('when { context has ip } when { context.territories.contains("AT") }', ("territories", "AT")),
        ('when { principal.share + 1 > 5 && context.territories.contains("AT") }', None),
        ('when { context.territories.contains("AT") || principal.share > 5 }', None),
        ('unless { context.territories.contains("AT") }', None),
        ('when { !context.territories.contains("AT") }', None),
    ],
)
def test_a_rule_is_asked_only_where_its_first_text_is_there(conditions: str, needed: tuple[str, str] | None) -> None:
    """Only what comes before anything that may err, and must hold, counts."""
    (policy,) = parse(f'@id("r") forbid (principal, action == Action::"buy", resource) {conditions};')

    assert needed_text(policy) == needed


def test_a_rule_is_asked_of_a_request_whose_principal_is_not_stored() -> None:
    """It errs before it comes to the text, and an error counts."""
    condition = 'principal.near.contains("x") && context.territories.contains("AT")'
    rules = book(forbid(condition, scope='principal, action == Action::"buy", resource'))
    allowed = ask(rules, "dead", rule="open", action="buy").counterexample
    assert allowed is not None
    stored = [each for each in allowed.a["entities"] if each["uid"] != allowed.a["principal"]]

    replay = CedarReplay(rules.policies, rules.handle)
    whole, missing = (replay.results({**allowed.a, "entities": each}) for each in (allowed.a["entities"], stored))

    assert whole is not None
    assert missing is not None
    assert (whole.errors, missing.errors) == (frozenset(), {"r"})
