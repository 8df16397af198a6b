"""Certificates: what they say, when they say unknown, and how they read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.certificate import Certificate
from evenhand.model.record import sha256_hex
from evenhand.policy import Rulebook, rule
from evenhand.policy.attribute_roles import protected_classes
from evenhand.policy.proofs import counterexample_search as prove_search
from evenhand.policy.proofs.dependence import dependence, paths
from evenhand.policy.proofs.prover import Prover, prover_rulebook
from evenhand.policy.proofs.questions import Question, release_questions
from evenhand.policy.proofs.report import describe_certificate
from evenhand.policy.proofs.smt.solver import Session, SolverResult, second_solver
from evenhand.policy.proofs.symbolic_environment import RulesInForce
from evenhand.policy.rulebook.reading import read_folder
from tests.rulebook_overlays import OVERLAYS
from tests.unit.policy.made_up import HOUSE
from tests.unit.policy.proofs import AT, SCHEMA, ask, book, forbid

HARD = forbid(
    "principal.share * principal.links * principal.whispers * context.n + 1 == principal.level * principal.spend * 7"
    " && principal.share * principal.spend * principal.level == principal.links * context.n * context.n + 3"
)


def test_a_certificate_says_what_was_asked_of_which_text_and_by_whom() -> None:
    """Everything that a reader needs to ask again."""
    certificate = ask(book(forbid("principal.share > 3")), "monotone", attribute="User.share")

    assert (certificate.property, certificate.parameters) == ("monotone", {"attribute": "User.share"})
    assert (certificate.rulebook_sha256, certificate.at) == ("book", AT)
    assert certificate.environments == ("User buy Ad", "User pay Ad")
    assert certificate.solver.startswith("z3 ")
    assert len(certificate.smtlib_sha256[0]) == 64
    assert certificate.seconds > 0
    assert any("store" in each for each in certificate.assumptions)
    assert msgspec.json.decode(msgspec.json.encode(certificate), type=Certificate) == certificate


def test_the_same_question_has_the_same_query_whatever_was_asked_before() -> None:
    """A hash that hung on the order of questions could not be checked; the text that it names is kept."""
    rules = book(
        forbid("principal.share > 3 && principal.share + context.n > 5"), forbid('principal.country == "AT"', "country")
    )
    fresh, used = Prover(rules, second=False), Prover(rules, second=False)
    used.prove(Question(property="neutral", at=AT, class_="nationality"))
    used.prove(Question(property="dead", at=AT, rule="r"))

    first, later = (each.prove(Question(property="monotone", at=AT, attribute="User.share")) for each in (fresh, used))

    assert first.smtlib_sha256 == later.smtlib_sha256
    for name in first.smtlib_sha256:
        assert sha256_hex(fresh.queries[name].encode()) == name


def test_a_question_of_a_later_day_knows_the_rules_that_begin_by_then() -> None:
    """Which rules read an attribute is kept from one question to the next, and those of a new rule are added."""
    rules = book(
        forbid("principal.share > 3", "old"), forbid('principal.country == "AT"', "new", effective_from="2026-06-01")
    )
    prover = Prover(rules, second=False)
    asked = [Question(property="neutral", at=day, class_="nationality") for day in (AT, "2026-07-01")]

    assert [prover.prove(each).result for each in asked] == ["proved", "refuted"]


def test_what_the_solver_cannot_decide_in_time_is_unknown() -> None:
    """Never proved."""
    prover = Prover(book(HARD), second=False, timeout_ms=20)

    certificate = prover.prove(Question(property="dead", at=AT, rule="r"))

    assert (certificate.result, certificate.counterexample) == ("unknown", None)
    assert certificate.why == "the solver gave up"


@pytest.mark.skipif(second_solver() is None, reason="not here: the second solver is an optional package")
@pytest.mark.parametrize(
    ("condition", "answer"),
    [("principal.share + 1 == 9", "refuted"), ("principal.share > 3 && principal.share < 4", "proved")],
)
def test_the_second_solver_is_asked_each_query_that_decides(condition: str, answer: str) -> None:
    """It reads the same text."""
    certificate = Prover(book(forbid(condition)), second=True).prove(Question(property="dead", at=AT, rule="r"))

    assert (certificate.result, certificate.second_result) == (answer, answer)
    assert (certificate.second_solver or "").startswith("cvc5 ")


@pytest.mark.parametrize(("said", "results"), [("sat", ("unknown", "unknown")), ("unknown", ("proved", "unknown"))])
def test_solvers_that_disagree_prove_nothing(
    said: str, results: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that gives up is named beside the other's proof."""
    monkeypatch.setattr(prove_search, "second_solver", lambda: "another 1.0")
    monkeypatch.setattr("evenhand.policy.proofs.prover.second_solver", lambda: "another 1.0")
    monkeypatch.setattr(prove_search, "second_opinion", lambda *_: said)
    rules = book(forbid("principal.share > 3 && principal.share < 4"))

    certificate = Prover(rules, second=True).prove(Question(property="dead", at=AT, rule="r"))

    assert (certificate.result, certificate.second_result) == results
    assert certificate.second_solver == "another 1.0"


def test_without_the_second_solver_its_place_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody was asked."""
    monkeypatch.setattr(prove_search, "second_solver", lambda: None)
    monkeypatch.setattr("evenhand.policy.proofs.prover.second_solver", lambda: None)

    certificate = Prover(book(forbid("principal.share > 3")), second=True).prove(
        Question(property="dead", at=AT, rule="r")
    )

    assert (certificate.result, certificate.second_solver, certificate.second_result) == ("refuted", None, None)


def test_a_counterexample_that_cedar_does_not_confirm_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be internal error, and is not shown."""
    rules = book(forbid("principal.share > 3"))
    monkeypatch.setattr(RulesInForce, "ask", lambda *_: None)

    certificate = ask(rules, "dead", rule="r")

    assert (certificate.result, certificate.counterexample) == ("unknown", None)
    assert "does not fit" in (certificate.why or "")


@pytest.mark.parametrize("patience", [0, 1, 10])
def test_a_search_that_goes_on_too_long_takes_in_all_rules(patience: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten rules speak one after the other before it is seen that the last is shadowed; the answer is the same."""
    ones = (forbid(f"principal.share == {number}", f"r{number}") for number in range(21, 30))
    rules = book(forbid("principal.share > 20", "last"), *ones, forbid("principal.share > 29", "rest"))
    monkeypatch.setattr(prove_search, "_PATIENCE", patience)

    assert ask(rules, "shadowed", rule="last").result == "proved"
    assert ask(rules, "shadowed", rule="rest").result == "proved"
    assert ask(rules, "complete").result == "proved"


def test_a_model_that_contradicts_cedar_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that says sat and shows other facts proves nothing either way."""
    rules = book(forbid("principal.share > 3"))
    monkeypatch.setattr(Session, "solve", lambda *_: SolverResult("sat", {}))

    assert "does not replay" in (ask(rules, "dead", rule="r").why or "")


def apart(a: dict[str, Any], b: dict[str, Any]) -> set[str]:
    """Return where two requests differ, by type, what they say of associations and unnamed sources left aside."""
    if a["principal"] != b["principal"]:
        return {f"{a['principal']['type']}.@id"}
    left, right = (dict(leaves("context", each["context"])) for each in (a, b))
    for facts, found in ((a, left), (b, right)):
        for entity in facts["entities"]:
            found |= dict(leaves(entity["uid"]["type"], entity["attrs"]))
            found[f"{entity['uid']['type']}.@parents"] = entity["parents"]
    differ = {path for path in left | right if left.get(path) != right.get(path)}
    return {path for path in differ if ".association." not in path and not path.endswith("anonymous_sources")}


def leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and not value.keys() & {"__entity", "__extn"}:
        for name, each in value.items():
            yield from leaves(f"{path}.{name}", each)
    else:
        yield path, value


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_refutation_of_an_overlay_is_what_the_product_itself_rules(
    house_with_overlays: Path, overlay: str
) -> None:
    """The counterexample goes through the same reading as recorded facts, under the day's rules."""
    name = f"variants/{overlay}.cedar"
    prover = Prover(prover_rulebook(read_folder(house_with_overlays, historic=True, variant=name)), second=False)
    rulebook = Rulebook.load(house_with_overlays, historic=True, variant=name)
    questions = [each.question for each in release_questions(prover.rulebook.policies, prover.rulebook.schema, AT)]
    for question in questions:
        if question.property in ("neutral", "monotone", "not_by_association", "not_by_anonymous"):
            found = prover.prove(question).counterexample
            if found is not None:
                a, b = (rule(msgspec.json.encode(each), rulebook) for each in (found.a, found.b))
                assert "nodecision" not in (a.decision, b.decision)
                assert a.outcome != b.outcome, question
                assert apart(found.a, found.b or {}) == ({found.attribute} if found.attribute else set()), question


def test_the_house_rulebook_has_every_property_that_a_release_needs() -> None:
    """And none of its rules is dead or shadowed on the day."""
    prover = Prover(prover_rulebook(read_folder(HOUSE)), second=False)
    standing = release_questions(prover.rulebook.policies, prover.rulebook.schema, AT)

    answers = [(each.wanted, prover.prove(each.question)) for each in standing]

    assert [each.parameters for wanted, each in answers if wanted not in (None, each.result)] == []
    told = {(each.property, each.result) for wanted, each in answers if wanted is None}
    assert told == {("dead", "refuted"), ("shadowed", "refuted")}


def test_the_standing_questions_are_what_the_schema_and_the_rules_call_for() -> None:
    """Each class, direction and forbid; a law's place where the law is relied on."""
    law = forbid("principal.confirmed", "law", legal_basis="Act | 1 | EU", relies_on="User.country")
    rules = book(forbid("principal.share > 3"), law)

    asked = [each.question for each in release_questions(rules.policies, rules.schema, AT)]

    def of(name: str) -> list[Any]:
        return [each.class_ or each.attribute or each.rule for each in asked if each.property == name]

    assert of("neutral") == ["nationality", "spend", "identity"]
    assert of("monotone") == ["User.share", "User.level", "User.kinds", "User.confirmed"]
    assert (of("never_errors"), of("in_scope")) == (["r", "law"], ["law"])
    assert of("dead") == of("shadowed") == ["open", "r", "law"]
    of_all = (
        "not_by_association", "not_by_association_alone", "not_by_anonymous", "not_by_claims_alone", "complete"
    )  # fmt: skip
    assert [len(of(name)) for name in of_all] == [1] * 5
    bare = "entity U; action s appliesTo { principal: U, resource: U };"
    few = [each.question.property for each in release_questions((), book(schema=bare).schema, AT)]
    assert few == ["neutral", "complete"]


def test_a_class_has_its_attributes_and_their_proxies() -> None:
    """The ids of anyone who can ask are a class of their own."""
    assert protected_classes(book().schema) == {
        "nationality": ("User.country", "User.host", "User.roots"),
        "spend": ("User.spend",),
        "identity": ("User.@id",),
    }


def test_the_dependence_report_says_what_matters_by_which_rule_and_by_which_law() -> None:
    """A masked rule reads an attribute that does not matter; one that cannot be told is not denied."""
    rules = book(
        forbid('principal.country == "AT"', "law", legal_basis="Act | 1 | EU", relies_on="User.country"),
        forbid("principal.share > 5", "wide"),
        forbid("principal.share > 9 && principal.spend > 3", "masked"),
        forbid("principal.odd.contains([principal.level]) && principal.level > 3", "odd"),
    )

    found = {each.attribute: each for each in dependence(Prover(rules, second=False), AT)}

    assert list(found) == paths(rules.schema)
    country, spend, odd = found["User.country"], found["User.spend"], found["User.level"]
    assert (country.matters, country.roles) == (True, {"protected": "nationality"})
    assert [(each.rule, each.legal_basis, each.relies) for each in country.rules] == [("law", "Act | 1 | EU", True)]
    assert (spend.matters, [each.rule for each in spend.rules]) == (False, ["masked"])
    assert (odd.matters, [(each.rule, each.relies) for each in odd.rules]) == (None, [("odd", False)])
    assert found["User.links"].matters is False
    assert country.example is not None


def test_a_refutation_is_told_as_two_users_where_they_differ_and_what_each_gets() -> None:
    """Read as prose."""
    rules = book(forbid('principal.country == "AT"', title="No one from there"))

    words = describe_certificate(ask(rules, "neutral", **{"class": "nationality"}, action="pay"), rules).splitlines()

    assert words[0] == "the outcome does not depend on nationality: refuted"
    pair = sorted(line[4:] for line in words if line.startswith(("  a: ", "  b: ")))
    assert pair == [f" User `user-1` (made up) asks for pay of Ad `ad-1`: {end}" for end in ("allowed", "refused")]
    assert "     by r: No one from there" in words
    (differ,) = (line for line in words if "differ" in line)
    told = [f"  they differ in user's country: {each} (User.country)" for each in ("a `AT`, b ``", "a ``, b `AT`")]
    assert differ in told


@pytest.mark.parametrize(("asked", "said"), [
    ({"property_": "dead", "rule": "r"}, ["rule r applies to no request: refuted", "     by r: a rule without title"]),
    ({"property_": "never_errors"}, ["no forbid ever errs: refuted", "     because r errs"]),
    ({"property_": "never_errors", "rule": "open"}, ["rule open never errs: proved"]),
    ({"property_": "shadowed", "rule": "r"}, ["without rule r every outcome is the same: refuted"]),
    ({"property_": "complete"}, ["every request is covered by some rule: proved"]),
    ({"property_": "monotone", "attribute": "User.share"},
     ["a worse value never softens the outcome: user's share (User.share): refuted"]),
    ({"property_": "neutral", "attributes": ["User.host", "User.spend"]},
     ["the outcome does not depend on user's host (User.host), user's spend (User.spend): proved"]),
    ({"property_": "not_by_association"}, ["no refusal rests on whom a party resembles or meets: proved"]),
    ({"property_": "not_by_anonymous"}, ["no refusal needs an unnamed source: proved"]),
])  # fmt: skip
def test_each_property_has_its_words(asked: dict[str, Any], said: list[str]) -> None:
    """The claim, then its answer."""
    rules = book(forbid('principal.share + 1 > 3 && principal has roots && principal.roots.contains("x")'))

    words = describe_certificate(ask(rules, **asked), rules).splitlines()

    assert words[0] == said[0]
    assert set(said) <= set(words)


def test_an_unknown_and_a_comparison_have_their_words() -> None:
    """The reason; and the same request under the other rulebook."""
    odd = book(forbid("principal.odd.contains([principal.share])"))
    less = book(forbid("principal.share > 4"), schema=SCHEMA)
    more = book(forbid("principal.share > 3", legal_basis="Act | 1 | EU"), schema=SCHEMA)

    assert "\n  why: no solver is given rule r" in describe_certificate(ask(odd, "dead", rule="r"), odd)
    words = describe_certificate(ask(more, "no_milder", less, other="b.cedar"), more, less)
    assert words.startswith("b.cedar is nowhere milder: refuted\n  a: ")
    assert "  a under the other rulebook: User" in words
    assert (
        describe_certificate(ask(more, "equivalent", more), more, more)
        == "the other rulebook has the same outcome everywhere: proved"
    )
    assert describe_certificate(ask(more, "in_scope", rule="r"), more).startswith(
        "rule r applies only where its law does: refuted"
    )


def test_facts_are_told_by_type_and_what_is_nothing_is_left_out() -> None:
    """References by id, instants and addresses by their text, sets by their elements."""
    condition = (
        'principal has friend && principal.friend != principal && context.territories == ["EU", "US"] && context has ip'
        ' && context.ip == ip("10.0.0.1") && principal.hasTag("t") && principal.getTag("t") == "x"'
        ' && principal in Group::"g" && principal.confirmed && principal.near.isEmpty()'
    )
    rules = book(forbid(condition, scope='principal, action == Action::"buy", resource'))

    words = describe_certificate(ask(rules, "dead", rule="r"), rules)

    for line in (
        "with countries where the campaign runs: `EU`, `US` (context.territories)",
        "with ip: `10.0.0.1/32` (context.ip)", "with user's tags, t: `x` (User.@tags.t)",
        "with user's lists: `g`", "with user's confirmed: yes (User.confirmed)",
    ):  # fmt: skip
        assert line in words
    assert "near" not in words
