"""Properties that one request breaks: a rule applies, errs, applies outside its law's place, or nothing applies."""

import pytest

from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome
from evenhand.policy.proofs.prover import Prover
from evenhand.policy.proofs.questions import Question
from tests.unit.policy.proofs import ask, book, book_of_text, forbid, outcome, result


@pytest.mark.parametrize(("condition", "answer"), [
    ("principal.share > 3 && principal.share < 5", "refuted"),
    ("principal.share > 4 && principal.share < 5", "proved"),
    ('principal.country == "AT" && principal.country == "DE"', "proved"),
    ('principal.host like "a*b" && principal.host like "*c"', "proved"),
    ('principal.host like "a*b*" && principal.host like "*c"', "refuted"),
    ('principal.near.containsAll(["x", "y"]) && !principal.near.contains("x")', "proved"),
    ('principal.near.containsAny(["x", "y"]) && principal.near.isEmpty()', "proved"),
    ('principal.near == ["x", "y"] && principal.near.contains("z")', "proved"),
    ('principal.near == ["x", "x", "y"] && principal.near == ["y", "x"]', "refuted"),
    ('principal in Group::"g" && Group::"g" in Group::"h" && !(principal in Group::"h")', "proved"),
    ('principal in Group::"g" && !(principal in Group::"h")', "refuted"),
    ('Group::"g" in Group::"h" && Group::"h" in Group::"g"', "proved"),
    ("resource.by == principal && resource.by.share > 3 && principal.share < 3", "proved"),
    ("resource.by.share > 3 && principal.share < 3", "refuted"),
    ('principal.since.toDate() > principal.since', "proved"),
    ('principal.since.toTime() >= duration("1d")', "proved"),
    ('principal.hasTag("a") && principal.getTag("a") == "x" && principal.getTag("a") == "y"', "proved"),
    ('principal.hasTag(principal.country) && principal.country == "a" && !principal.hasTag("a")', "proved"),
    ("principal.share * 2 == 7", "proved"),
    ("principal.share * 3 == 21", "refuted"),
    ("{a: principal.share, b: principal.country} == {a: 4, b: \"x\"} && principal.share > 4", "proved"),
    ("(if principal.confirmed then principal.share else 7) > 9 && !principal.confirmed", "proved"),
])  # fmt: skip
def test_a_rule_that_no_facts_can_satisfy_is_dead_and_only_such_a_one(condition: str, answer: str) -> None:
    """The request that shows a rule alive satisfies it in Cedar."""
    rules = book(forbid(condition))

    certificate = ask(rules, "dead", rule="r")

    assert certificate.result == answer
    if certificate.counterexample is not None:
        assert certificate.counterexample.rule == "r"
        assert outcome(rules, certificate.counterexample.a) is Outcome.REFUSE


@pytest.mark.parametrize(("condition", "answer"), [
    ("context has ip && context.ip.isInRange(ip(\"10.0.0.0/8\")) && context.ip.isIpv6()", "proved"),
    ("context has ip && context.ip.isLoopback() && context.ip.isIpv6()", "refuted"),
    ("context has ip && context.ip.isMulticast() && context.ip.isInRange(ip(\"10.0.0.0/8\"))", "proved"),
    ("context has ip && context.ip.isMulticast() && context.ip.isIpv6()", "refuted"),
    ("context has ip && context.ip == ip(\"10.0.0.1\") && !context.ip.isInRange(ip(\"10.0.0.1/32\"))", "proved"),
    ("context has ip && context.ip.isLoopback() && context.ip.isIpv4()", "refuted"),
])  # fmt: skip
def test_addresses_are_bits_with_a_prefix(condition: str, answer: str) -> None:
    """Version 6 is never in a range of version 4."""
    assert (
        result(book(forbid(condition, scope='principal, action == Action::"buy", resource')), "dead", rule="r")
        == answer
    )


def test_a_product_can_err_and_bounds_make_it_safe() -> None:
    """An assumption is part of the statement, and written into the certificate."""
    rules = book(forbid("principal.share * principal.links > 100"))
    bounds = {"User.share": [0, 10_000], "User.links": [0, 1_000_000]}

    certificate = ask(rules, "never_errors")
    assert certificate.counterexample is not None
    assert certificate.counterexample.rule == "r"
    assert outcome(rules, certificate.counterexample.a) is Outcome.HOLD
    safe = ask(rules, "never_errors", assume=bounds)
    assert safe.result == "proved"
    assert "User.share is from 0 to 10000" in safe.assumptions
    assert result(rules, "never_errors", assume={"User.share": [0, 10_000]}) == "refuted"


@pytest.mark.parametrize(("condition", "answer"), [
    ("principal has roots && principal.roots.contains(\"x\")", "proved"),
    ("if principal has roots then principal.roots.contains(\"x\") else principal.confirmed", "proved"),
    ("principal.share + 1 > principal.share", "refuted"),
    ("principal.share < 9223372036854775807 && principal.share + 1 > 0", "proved"),
    ("-principal.share > 3", "refuted"),
    ("principal.share > 0 && -principal.share > 3", "proved"),
    ("principal.since.offset(duration(\"1d\")) > principal.since", "proved"),
    ("principal.since.offset(duration(\"106751991167d\")) > principal.since", "refuted"),
    ("principal has friend && principal.friend.share > 3", "proved"),
    ("principal.share + 1 > principal.share && principal.share < 9", "refuted"),
    ("principal.share < 9 && (principal.level > 3 && principal.share + 1 > 0)", "proved"),
    ("principal.share < principal.level && principal.level < 9 && principal.share + 1 > 0", "proved"),
    ("principal.share < 9 && principal.share + 1 > 0 && principal.level - 1 > 0", "refuted"),
])  # fmt: skip
def test_a_forbid_never_errs_if_every_access_is_guarded_and_every_sum_bounded(condition: str, answer: str) -> None:
    """Instants are those that ISO text can say, so a day can be added to each."""
    assert result(book(forbid(condition)), "never_errors") == answer


def test_rules_that_can_err_alike_are_answered_by_one_query() -> None:
    """What else they ask decides only when they err, and the query says what holds wherever one does."""
    parts = ('context.territories.contains("FR")', "principal.share < 9", "principal.share + 1 > {}")
    buys = 'principal, action == Action::"buy", resource'
    rules = book(
        forbid(" && ".join(parts).format(3), "france", scope=buys),
        forbid(" && ".join((parts[1], 'principal.host == "x"', parts[2])).format(5), "x", scope=buys),
    )

    one, other = (ask(rules, "never_errors", rule=rule) for rule in ("france", "x"))

    assert (one.result, other.result, one.by) == ("proved", "proved", ("solver",))
    assert one.smtlib_sha256 == other.smtlib_sha256


def test_an_error_of_the_permit_is_not_asked_about_unless_named() -> None:
    """Errors of forbids hold; a permit that errs is only not satisfied."""
    text = (
        '@id("p") @effective_from("2017-01-01") permit (principal, action, resource) when { principal.share + 1 > 0 };'
    )
    rules = book_of_text(text)

    assert result(rules, "never_errors") == "proved"
    assert result(rules, "never_errors", rule="p") == "refuted"


def test_a_rulebook_is_complete_if_some_rule_speaks_to_every_request() -> None:
    """A permit for anyone does; two halves do; a hole is shown."""
    adult = '@id("a") @effective_from("2017-01-01") permit (principal, action, resource) when { principal.share > 3 };'

    assert ask(book(), "complete").by == ("reading",)
    assert result(book_of_text(adult + forbid("principal.share <= 3")), "complete") == "proved"
    hole = book_of_text(adult + forbid("principal.share < 3"))
    certificate = ask(hole, "complete")
    assert certificate.counterexample is not None
    assert outcome(hole, certificate.counterexample.a) is Outcome.HOLD


def test_a_law_applies_in_its_place_only_if_the_rule_asks_for_the_place() -> None:
    """And never where requests know no place."""
    basis = {"legal_basis": "Act | 1 | EU"}
    buying = 'principal, action == Action::"buy", resource'
    asks = forbid('context.territories.contains("EU") && principal.confirmed', scope=buying, **basis)
    other = forbid('context.territories.contains("EUX")', scope=buying, **basis)

    assert result(book(asks), "in_scope", rule="r") == "proved"
    assert result(book(other), "in_scope", rule="r") == "refuted"
    assert result(book(forbid("principal.confirmed", **basis)), "in_scope", rule="r", action="pay") == "refuted"
    assert (
        result(book(forbid("principal.confirmed && !principal.confirmed", **basis)), "in_scope", rule="r") == "proved"
    )
    with pytest.raises(BadInput, match="no jurisdiction"):
        ask(book(forbid("principal.confirmed")), "in_scope", rule="r")


def test_a_rule_that_is_not_in_force_cannot_be_asked_about() -> None:
    """Nor one that there never was."""
    with pytest.raises(BadInput, match="no such rule"):
        ask(book(forbid("principal.confirmed", effective_from="2027-01-01")), "dead", rule="r")


def test_a_counterexample_known_from_one_question_answers_the_next() -> None:
    """But not under bounds, which it may break."""
    prover = Prover(book(forbid("principal.share > 3")), second=False)

    first = prover.prove(Question(property="dead", at="2026-03-01", rule="r"))
    second = prover.prove(Question(property="shadowed", at="2026-03-01", rule="r"))
    bounded = prover.prove(Question(property="dead", at="2026-03-01", rule="r", assume={"User.share": (0, 2)}))

    assert first.by == ("solver", "engine")
    assert (second.result, second.by) == ("refuted", ("engine",))
    assert bounded.result == "proved"
