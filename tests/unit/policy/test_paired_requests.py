"""Properties that two requests break: neutrality, association, direction, shadowed rules, two rulebooks."""

from typing import Any

import pytest

from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome
from evenhand.policy.proofs.prover import prover_rulebook
from evenhand.policy.rulebook import read_folder
from evenhand.store.shipped_rulebooks import shipped_rulebook
from tests.unit.policy.proofs import SCHEMA, ask, book, book_of_text, both, forbid, outcome, result


def told(facts: dict[str, Any], kind: str = "User") -> dict[str, Any]:
    """Return the attributes of the requester."""
    found = next(
        each for each in facts["entities"] if each["uid"] == facts["principal"] and each["uid"]["type"] == kind
    )
    return dict(found["attrs"])


def test_a_rule_that_reads_a_country_is_not_neutral_and_two_users_show_it() -> None:
    """The pair differs in the country alone, and Cedar treats it differently."""
    rules = book(forbid('principal.country == "AT" && principal.level < 2'))

    found = ask(rules, "neutral", **{"class": "nationality"}).counterexample

    assert sorted(both(found, rules)) == [Outcome.ALLOW, Outcome.REFUSE]
    assert found is not None
    assert found.attribute == "User.country"
    a, b = told(found.a), told(found.b or {})
    assert {name for name in a | b if a.get(name) != b.get(name)} == {"country"}


def test_what_no_rule_reads_is_neutral_without_a_solver() -> None:
    """And the certificate says so."""
    certificate = ask(book(forbid("principal.share > 1")), "neutral", **{"class": "nationality"})

    assert (certificate.result, certificate.by, certificate.smtlib_sha256) == ("proved", ("reading",), ())


@pytest.mark.parametrize("reader", ['principal.roots.contains("x")', "principal.roots.isEmpty()"])
def test_whether_an_attribute_is_there_is_varied_too(reader: str) -> None:
    """An optional attribute tells by its absence."""
    assert result(book(forbid(f"principal has roots && {reader}")), "neutral", attributes=["User.roots"]) == "refuted"
    assert result(book(forbid("principal has roots")), "neutral", attributes=["User.roots"]) == "refuted"


def test_a_proxy_is_varied_with_its_class() -> None:
    """A host of a country is a country by another way."""
    rules = book(forbid('principal.host like "*.at"', verdict="hold"))

    assert result(rules, "neutral", **{"class": "nationality"}) == "refuted"
    assert result(rules, "neutral", **{"class": "spend"}) == "proved"


def test_a_rule_that_is_always_masked_is_neutral_but_not_in_its_reasons() -> None:
    """Neutrality is of outcomes; who asks for reasons too is told."""
    rules = book(
        forbid("principal.share > 5", "mask"), forbid('principal.share > 9 && principal.country == "AT"', "read")
    )

    assert result(rules, "neutral", attributes=["User.country"]) == "proved"
    assert result(rules, "neutral", attributes=["User.country"], level="reasons") == "refuted"
    assert result(rules, "neutral", attributes=["User.country"], level="reasons", rule="mask") == "proved"


def test_an_error_that_hangs_on_spend_is_not_neutral_even_if_the_value_never_matters() -> None:
    """Errors hold (`policy.md` §11)."""
    rules = book(forbid("principal.spend + 1 == principal.spend"))

    found = ask(rules, "neutral", **{"class": "spend"}).counterexample

    assert sorted(both(found, rules)) == [Outcome.ALLOW, Outcome.HOLD]


def test_a_law_that_is_relied_on_is_left_out_unless_laws_are_asked_about() -> None:
    """A law without reliance, and reliance without a law, excuse nothing."""
    law = {"legal_basis": "Act | 1 | EU", "relies_on": "User.country, User.roots"}
    condition = 'principal.country == "AT"'

    assert result(book(forbid(condition, **law)), "neutral", attributes=["User.country"]) == "proved"
    assert result(book(forbid(condition, **law)), "neutral", **{"class": "nationality"}) == "proved"
    for notes in (
        {"legal_basis": law["legal_basis"]},
        {"relies_on": law["relies_on"]},
        {**law, "relies_on": "User.host"},
    ):
        assert result(book(forbid(condition, **notes)), "neutral", attributes=["User.country"]) == "refuted"
    rules = book(forbid(condition, **law))
    assert result(rules, "neutral", attributes=["User.country"], except_legal_basis=False) == "refuted"


def test_a_law_left_out_takes_its_mask_with_it() -> None:
    """What the law hides today, the house rule does of itself."""
    law = forbid('principal.country == "AT"', "law", legal_basis="Act | 1 | EU", relies_on="User.country")
    rules = book(
        law, forbid('principal.country == "AT" && principal.spend >= 0', "own"), forbid("principal.spend < 0", "rest")
    )

    found = ask(rules, "neutral", attributes=["User.country"]).counterexample

    assert found is not None
    assert found.b is not None
    assert outcome(rules, found.a, without=["law"]) != outcome(rules, found.b, without=["law"])


def test_a_rule_that_names_a_client_is_not_neutral_to_identity() -> None:
    """The same facts under another id are treated otherwise; nothing but the id is changed."""
    rules = book(forbid('principal == User::"u1" && principal.share > 3'))

    found = ask(rules, "neutral", **{"class": "identity"}).counterexample

    assert found is not None
    assert sorted(both(found, rules)) == [Outcome.ALLOW, Outcome.REFUSE]
    assert found.attribute == "User.@id"
    assert told(found.a) == told(found.b or {})


def test_referring_to_oneself_is_no_matter_of_identity() -> None:
    """A user renamed is renamed everywhere."""
    assert result(book(forbid("resource.by == principal")), "neutral", **{"class": "identity"}) == "proved"


@pytest.mark.parametrize("condition", [
    'resource.by in User::"u1"', 'principal has friend && principal.friend == User::"u1"',
    '[User::"u1", principal].contains(resource.by) && resource.size > 3',
])  # fmt: skip
def test_a_client_named_behind_another_term_is_found_too(condition: str) -> None:
    """Anyone who is named is renamed, wherever the request refers to it."""
    rules = book(forbid(condition))

    found = ask(rules, "neutral", **{"class": "identity"}).counterexample

    assert sorted(both(found, rules)) == [Outcome.ALLOW, Outcome.REFUSE]


def test_groups_and_tags_can_be_asked_about() -> None:
    """What an entity is in, and its tags, are facts like others."""
    rules = book(forbid('principal in Group::"g" || (principal.hasTag("t") && principal.getTag("t") == "x")'))

    for attribute in ("User.@parents", "User.@tags"):
        found = ask(rules, "neutral", attributes=[attribute]).counterexample
        assert sorted(both(found, rules)) == [Outcome.ALLOW, Outcome.REFUSE]
    assert (
        result(book(forbid("principal.share > 3")), "neutral", attributes=["User.@parents", "User.@tags"]) == "proved"
    )


def test_a_refusal_that_needs_whom_one_meets_is_shown_and_a_hold_is_not() -> None:
    """Association may hold, never refuse."""
    guilt = book(forbid("principal.links >= 3"))
    found = ask(guilt, "not_by_association").counterexample

    assert both(found, guilt) == (Outcome.REFUSE, Outcome.ALLOW)
    assert result(book(forbid("principal.links >= 3", verdict="hold")), "not_by_association") == "proved"
    assert (
        result(book(forbid('principal.near.contains("x") && principal.share > 3')), "not_by_association") == "refuted"
    )
    assert result(book(forbid("principal.links >= 3 && principal.links < 2")), "not_by_association") == "proved"
    for condition in ("principal.known.well", 'principal.known.by == "x"', 'principal.near == ["x"]'):
        assert result(book(forbid(condition)), "not_by_association") == "refuted"
    assert result(book(forbid('!principal.known.well && principal.known.by == ""')), "not_by_association") == "proved"


@pytest.mark.parametrize(("condition", "answer"), [
    ("principal.links >= 3", "refuted"),
    ("principal.links >= 3 && principal.share > 3", "proved"),
    ("principal.links >= 3 && principal.level < 2", "proved"),
    ("principal.links >= 3 && principal.confirmed", "proved"),
    ('principal.links >= 3 && principal in Group::"g"', "proved"),
    ('principal.links >= 3 && (principal.share > 3 || !(principal in Group::"g"))', "refuted"),
    ("principal.links >= 3 && principal.spend > 5", "refuted"),
    ("principal.share > 3", "proved"),
])  # fmt: skip
@pytest.mark.parametrize("verdict", ["hold", "refuse"])
def test_whom_one_meets_restricts_only_together_with_what_speaks_against_one(
    condition: str, answer: str, verdict: str
) -> None:
    """What a party spends speaks against nobody, and neither does being in no group."""
    rules = book(forbid(condition, verdict=verdict))

    found = ask(rules, "not_by_association_alone")

    assert found.result == answer
    if found.counterexample is not None:
        assert both(found.counterexample, rules)[1] is Outcome.ALLOW


def test_a_refusal_that_would_stand_without_the_unnamed_source_does_not_need_it() -> None:
    """`needs` is about what is left when the source falls away."""
    sole = forbid("principal.whispers >= 7")
    beside = forbid("principal.whispers >= 7 && principal.confirmed", "beside")

    assert result(book(sole), "not_by_anonymous") == "refuted"
    assert result(book(beside, forbid("principal.confirmed", "own")), "not_by_anonymous") == "proved"


@pytest.mark.parametrize(("condition", "answer"), [
    ("principal.tales >= 2", "refuted"),
    ("principal.whispers >= 7", "refuted"),
    ("principal.whispers + 1 > principal.tales && principal.tales > 0 && principal.tales < 9", "refuted"),
    ("principal.tales >= 2 && principal.confirmed", "proved"),
    ("principal.tales >= 2 && principal.share > 3", "proved"),
    ('principal.tales >= 2 && principal in Group::"g"', "proved"),
    ("principal.tales >= 2 && principal.spend > 5", "refuted"),
    ("principal.confirmed", "proved"),
])  # fmt: skip
def test_what_reports_say_restricts_for_good_only_together_with_something_else(condition: str, answer: str) -> None:
    """E1: a refusal, limit or label lasts; a hold waits for a person, and may rest on claims alone."""
    rules = book(forbid(condition))

    found = ask(rules, "not_by_claims_alone")

    assert found.result == answer
    if found.counterexample is not None:
        assert both(found.counterexample, rules) == (Outcome.REFUSE, Outcome.ALLOW)
    assert result(book(forbid(condition, verdict="hold")), "not_by_claims_alone") == "proved"
    assert result(book(forbid(condition, verdict="limit")), "not_by_claims_alone") == answer


def test_a_refusal_on_claims_is_found_behind_a_hold_that_a_person_lifts() -> None:
    """The hold is gone when a person has looked; the other rule would be left."""
    rules = book(forbid("principal.tales >= 2", "first", "hold"), forbid("principal.tales >= 2", "second", "limit"))

    assert result(rules, "not_by_claims_alone") == "refuted"


@pytest.mark.parametrize("name", ["house", "two-names-2017"])
def test_no_shipped_rulebook_restricts_for_good_on_claims_alone(name: str) -> None:
    """E1 holds of every rulebook that ships with rules for advertisers."""
    rules = prover_rulebook(read_folder(shipped_rulebook(name), historic=True))

    assert result(rules, "not_by_claims_alone") == "proved"


@pytest.mark.parametrize(("attribute", "condition", "answer"), [
    ("User.share", "principal.share >= 5", "proved"),
    ("User.share", "principal.share >= 5 && principal.share < 9", "refuted"),
    ("User.level", "principal.level < 2", "proved"),
    ("User.level", "principal.level > 2", "refuted"),
    ("User.confirmed", "principal.confirmed", "proved"),
    ("User.confirmed", "!principal.confirmed", "refuted"),
    ("User.kinds", 'principal has kinds && principal.kinds.contains(Kind::"news")', "proved"),
    ("User.kinds", "principal has kinds && principal.kinds.isEmpty()", "refuted"),
    ("User.share", "principal.country == \"AT\"", "proved"),
])  # fmt: skip
def test_moving_in_an_attributes_direction_is_never_milder(attribute: str, condition: str, answer: str) -> None:
    """Numbers, truths and sets; a number that counts down is moved down."""
    rules = book(forbid(condition))

    certificate = ask(rules, "monotone", attribute=attribute)

    assert certificate.result == answer
    if answer == "refuted":
        a, b = both(certificate.counterexample, rules)
        assert b.severity < a.severity


def test_a_direction_can_be_asked_for_where_the_schema_has_none() -> None:
    """Instants and sets of words have an order too; words themselves have none."""
    since = book(forbid('principal.since < datetime("2024-01-01")'))
    near = book(forbid('principal.near.containsAll(["x", "y"]) && !principal.near.isEmpty()'))

    assert result(since, "monotone", attribute="User.since", direction="down") == "proved"
    assert result(since, "monotone", attribute="User.since", direction="up") == "refuted"
    assert result(near, "monotone", attribute="User.near", direction="up") == "proved"
    assert result(near, "monotone", attribute="User.near", direction="down") == "refuted"
    with pytest.raises(BadInput, match="no order"):
        ask(book(forbid('principal.country == "AT"')), "monotone", attribute="User.country", direction="up")
    with pytest.raises(BadInput, match="no direction"):
        ask(since, "monotone", attribute="User.since")


def test_fewer_labels_can_mean_a_hold_where_nothing_else_speaks() -> None:
    """Where no rule is satisfied the outcome is hold: a label is milder than no rule at all."""
    label = forbid("principal.share > 5", verdict="label")
    alone = book_of_text(label)

    assert result(alone, "monotone", attribute="User.share") == "refuted"
    assert result(book(label), "monotone", attribute="User.share") == "proved"


def test_a_rule_behind_a_stricter_one_is_shadowed_and_one_before_it_is_not() -> None:
    """Each verdict against each threshold."""
    rules = book(
        forbid("principal.share > 5", "wide"),
        forbid("principal.share > 9", "narrow"),
        forbid("principal.share > 3", "soft", "hold"),
    )

    assert result(rules, "shadowed", rule="narrow") == "proved"
    assert result(rules, "shadowed", rule="wide") == "refuted"
    assert result(rules, "shadowed", rule="soft") == "refuted"
    assert result(rules, "shadowed", rule="open") == "refuted"


def test_of_two_rules_that_are_the_same_each_is_shadowed() -> None:
    """The twin stays when one goes."""
    rules = book(forbid("principal.share > 5", "one"), forbid("5 < principal.share", "two"))

    assert [result(rules, "shadowed", rule=each) for each in ("one", "two")] == ["proved", "proved"]


def test_a_rule_whose_error_alone_matters_is_not_shadowed() -> None:
    """An error holds, whatever the value would have been."""
    rules = book(
        forbid("principal.share > 5", "mask"), forbid("principal.share > 5 && context.n + 1 > context.n", "errs")
    )

    assert result(rules, "shadowed", rule="errs") == "proved"
    mild = book(
        forbid("principal.share > 5", "mask", "label"),
        forbid("principal.share > 5 && context.n + 1 < context.n", "errs"),
    )
    assert result(mild, "shadowed", rule="errs") == "refuted"


def test_a_rulebook_in_other_words_is_the_same_and_one_without_a_rule_is_milder() -> None:
    """`no_milder` asks whether the other is milder anywhere."""
    one = book(forbid("principal.share >= 5 && principal.confirmed"))
    same = book(forbid("principal.confirmed && !(principal.share < 5)", "other-words"))
    less = book(forbid("principal.share >= 6 && principal.confirmed"))

    assert result(one, "equivalent", same) == "proved"
    assert result(one, "equivalent", one) == "proved"
    assert result(one, "equivalent", less) == "refuted"
    assert (result(one, "no_milder", less), result(less, "no_milder", one)) == ("refuted", "proved")
    certificate = ask(one, "equivalent", less)
    assert certificate.parameters["other_sha256"] == "book"
    found = certificate.counterexample
    assert found is not None
    assert outcome(one, found.a) != outcome(less, found.a)


def test_rulebooks_of_two_schemas_are_not_compared() -> None:
    """Facts of one would be no facts of the other."""
    with pytest.raises(BadInput, match="different schemas"):
        ask(book(), "equivalent", book(schema=SCHEMA.replace("size: Long", "size: String")))


def test_rules_outside_their_dates_are_in_no_proof() -> None:
    """The set in force on the day of the question."""
    soon = forbid('principal.country == "AT"', effective_from="2026-03-02")
    past = forbid('principal.country == "AT"', "past", effective_until="2026-03-01")

    assert result(book(soon, past), "neutral", attributes=["User.country"]) == "proved"
    assert result(book(soon, past), "neutral", attributes=["User.country"], at="2026-03-02") == "refuted"
    assert result(book(soon, past), "neutral", attributes=["User.country"], at="2026-02-28") == "refuted"


def test_a_question_can_be_about_one_action() -> None:
    """Only its environments are looked at and named."""
    rules = book(forbid('principal.country == "AT"', scope='principal, action == Action::"pay", resource'))

    assert result(rules, "neutral", attributes=["User.country"], action="buy") == "proved"
    certificate = ask(rules, "neutral", attributes=["User.country"], action="pay")
    assert (certificate.result, certificate.environments) == ("refuted", ("User pay Ad",))


@pytest.mark.parametrize(("asked", "said"), [
    ({"class": "weather"}, "no such class"),
    ({"attributes": ["User.weather"]}, "no such attribute"),
    ({"attributes": ["User.country.part"]}, "no such attribute"),
    ({"attributes": ["Ad.@tags"]}, "no such attribute"),
    ({"attributes": ["Nobody.@id"]}, "no such attribute"),
    ({"attributes": ["User.share"], "assume": {"User.shares": [0, 1]}}, "no such attribute"),
    ({"attributes": ["User.share"], "action": "sell"}, "no such action"),
    ({"attributes": ["User.share"], "at": "1 March"}, "invalid date"),
])  # fmt: skip
def test_a_question_about_what_there_is_not_is_an_error_and_no_proof(asked: dict[str, Any], said: str) -> None:
    """A slip in a name would make every property true."""
    with pytest.raises(BadInput, match=said):
        ask(book(), "neutral", **asked)


def test_a_name_with_odd_characters_is_a_name_like_another() -> None:
    """Bars, percent signs and quotes are no way out of a text."""
    odd = SCHEMA.replace("size: Long", '"si|ze %has\\\\": Long, "si": Bool')
    rules = book(forbid('resource["si|ze %has\\\\"] > 3'), schema=odd)

    assert result(rules, "neutral", attributes=["Ad.si|ze %has\\"]) == "refuted"
    assert result(rules, "neutral", attributes=["Ad.si"]) == "proved"


def test_what_cannot_be_encoded_is_unknown_where_it_matters_and_no_matter_elsewhere() -> None:
    """A set of sets is given to no solver; a proof holds whatever that rule does."""
    odd = forbid("principal.odd.contains([principal.share])", "odd")
    country = forbid('principal.country == "AT" && principal.share > 3', "country")

    assert result(book(odd), "neutral", attributes=["User.country"]) == "proved"
    assert result(book(odd, country), "neutral", attributes=["User.country"]) == "refuted"
    assert "odd" in (ask(book(odd), "neutral", attributes=["User.share"]).why or "")
    assert result(book(odd), "dead", rule="odd") == "unknown"
    tagged = forbid('principal.odd.contains([principal.share]) && principal.hasTag("t")', "tagged")
    assert result(book(tagged), "neutral", attributes=["User.@tags"]) == "unknown"
    assert result(book(odd), "neutral", attributes=["User.@tags"]) == "proved"
    assert result(book(odd), "equivalent", book(odd)) == "proved"
    assert result(book(odd), "neutral", **{"class": "identity"}) == "unknown"


def test_a_neutral_value_that_there_is_not_leaves_the_answer_unknown() -> None:
    """An association that is an entity has no neutral value."""
    schema = SCHEMA.replace("friend?: User", '@association("whom") friend: User')
    rules = book(forbid("principal.friend == principal"), schema=schema)

    assert "neutral value" in (ask(rules, "not_by_association").why or "")


def test_facts_that_are_usual_make_no_ring_of_groups() -> None:
    """Anyone who is allowed must be in a group here; the group itself is in none."""
    team = "entity Team in [Team] { n: Long }; action see appliesTo { principal: Team, resource: Team };"
    rules = book(
        forbid('!(principal in Team::"a") || principal == Team::"a"', "members"),
        forbid('(if principal.n > 3 then Team::"a" else principal).n > 5', "named"),
        schema=team,
    )

    assert result(rules, "dead", rule="named") == "refuted"
    assert result(rules, "shadowed", rule="named") == "refuted"


def test_a_name_of_the_context_may_mean_two_things() -> None:
    """A bound or direction counts where it is a number."""
    two = "entity U { n: Long }; action a appliesTo { principal: U, resource: U, context: { x: Long } };"
    two += "action b appliesTo { principal: U, resource: U, context: { x?: Set<String> } };"
    rules = book(
        forbid("context.x > 3", "number", scope='principal, action == Action::"a", resource'),
        forbid("context has x && context.x.isEmpty()", "words", scope='principal, action == Action::"b", resource'),
        schema=two,
    )

    assert result(rules, "monotone", attribute="context.x", direction="up", action="a") == "proved"
    assert result(rules, "monotone", attribute="context.x", direction="up") == "refuted"
    assert result(rules, "dead", rule="number", assume={"context.x": [0, 2]}) == "proved"
    assert result(rules, "dead", rule="words", assume={"context.x": [0, 2]}) == "refuted"


def test_an_attribute_with_a_dot_in_its_name_is_not_taken_for_another() -> None:
    """Nor is one called like tags; asked for as a class, they are varied like others."""
    odd = """
    entity U { @protected("odd") "c.d": Long, "a.b": Long, a: { b: Long }, @protected("sign") "@tags": Long } tags Long;
    action s appliesTo { principal: U, resource: U };
    """
    both_read = book(forbid('principal["a.b"] > 3 && principal.a.b < 3'), schema=odd)
    tag = book(forbid('principal["@tags"] > 3 && principal.hasTag("x") && principal.getTag("x") < 3'), schema=odd)

    assert result(both_read, "dead", rule="r") == "refuted"
    assert result(tag, "dead", rule="r") == "refuted"
    assert result(book(forbid('principal["c.d"] > 3'), schema=odd), "neutral", **{"class": "odd"}) == "refuted"
    assert result(tag, "neutral", **{"class": "sign"}) == "refuted"
    assert result(book(forbid("principal.a.b > 3"), schema=odd), "neutral", **{"class": "sign"}) == "proved"
