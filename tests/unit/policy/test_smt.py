"""Rules as SMT-LIB terms: each construct says to a solver what it says to Cedar."""

import re
from importlib.metadata import PackageNotFoundError

import pytest

from evenhand.model.outcome import Outcome
from evenhand.policy.proofs.cedar_replay import CedarReplay
from evenhand.policy.proofs.counterexample import instant_text
from evenhand.policy.proofs.prover import Prover
from evenhand.policy.proofs.questions import Question
from evenhand.policy.proofs.smt.script import FIRST_MS, LAST_MS
from evenhand.policy.proofs.smt.smtlib import (
    NotEncodable,
    both,
    choice,
    either,
    equal,
    implies,
    like,
    literal,
    negated,
    sort_of,
    symbol,
)
from evenhand.policy.proofs.smt.solver import (
    Session,
    _quick_bound,
    second_opinion,
    second_solver,
    solve,
    string_of,
)
from evenhand.policy.proofs.smt.symbolic_values import BASE
from evenhand.policy.proofs.symbolic_environment import RulesInForce, SymbolicEnvironment
from evenhand.policy.schema import EntityRef, Primitive, RecordType, SetOf
from evenhand.policy.typed.extension_types import instant
from evenhand.policy.typed.nodes import Datetime, Decimal, Ip
from tests.unit.policy.proofs import AT, ask, book, forbid, outcome

SCHEMA = """
entity Kind enum ["news", "sport", "news"];
entity Org;
entity Team in [Org, Team];
entity User in [Team] {
  n: Long, m: Long, s: String, b: Bool, d: decimal, at: datetime, span: duration, kind: Kind,
  words: Set<String>, more: Set<String>, numbers: Set<Long>, kinds: Set<Kind>, flags: Set<Bool>, teams: Set<Team>,
  boss: User,
  r: { x: Long, y?: String, deep: { z: Set<String> } },
  q: { x: Long, y?: String, deep: { z: Set<String> } },
  opt?: { x: Long },
} tags Set<String>;
entity Doc { owner: User } tags Long;
action other;
action see appliesTo { principal: User, resource: Doc, context: { ip: ipaddr, other: ipaddr, who: User } };
"""


def answer(condition: str) -> str:
    """Return whether a rule is dead; a request that shows it alive satisfies it in Cedar."""
    rules = book(forbid(condition), schema=SCHEMA)
    certificate = ask(rules, "dead", rule="r")
    if certificate.counterexample is not None:
        assert outcome(rules, certificate.counterexample.a) is Outcome.REFUSE
    assert certificate.why is None, certificate.why
    return certificate.result


@pytest.mark.parametrize("condition", [
    "principal.d.greaterThan(decimal(\"0.5\")) && principal.d.lessThan(decimal(\"0.5001\"))",
    "principal.words.containsAny(principal.more) && !principal.more.containsAny(principal.words)",
    "principal.words.containsAll(principal.more) && principal.more.contains(\"x\") && !principal.words.contains(\"x\")",
    "principal.words == principal.more && principal.words.contains(\"s\") && !principal.more.contains(\"s\")",
    "principal.words == principal.more && principal.words.contains(principal.s)"
    " && !principal.more.contains(principal.s)",
    "principal.words != principal.more && principal.words.isEmpty() && principal.more.isEmpty()",
    "principal.kinds.isEmpty() && principal.kinds.contains(principal.kind)",
    "principal.flags.isEmpty() && (principal.flags.contains(true) || principal.flags.contains(false))",
    'principal.kind != Kind::"news" && principal.kind != Kind::"sport"',
    "[principal.n, 3].contains(principal.m) && principal.m != 3 && principal.n != principal.m",
    "[principal.n].isEmpty()",
    "principal.numbers.containsAll([principal.n, 4]) && !principal.numbers.contains(4)",
    "[1, principal.n].containsAll([principal.m]) && principal.m > principal.n && principal.m > 1",
    "[1, 2].containsAny(principal.numbers) && principal.numbers.isEmpty()",
    "principal.r == principal.q && principal.r.x != principal.q.x",
    "principal.r == principal.q && principal.r has y && !(principal.q has y)",
    "principal.r == principal.q && principal.r.deep.z.contains(\"a\") && !principal.q.deep.z.contains(\"a\")",
    "(if principal.b then principal.r else principal.q).x > 3 && principal.r.x < 3 && principal.q.x < 3",
    "(if principal.b then principal.words else principal.more).contains(\"x\") && !principal.words.contains(\"x\")"
    " && !principal.more.contains(\"x\")",
    "principal in principal.teams && principal.teams.isEmpty()",
    'principal in [Team::"a", Team::"b"] && !(principal in Team::"a") && !(principal in Team::"b")',
    'principal in Team::"a" && Team::"a" in Org::"o" && !(principal in Org::"o")',
    "principal.boss == principal && principal.boss.n > principal.n",
    "principal.hasTag(\"t\") && principal.getTag(\"t\").contains(\"x\") && principal.getTag(\"t\").isEmpty()",
    "resource.hasTag(\"t\") && resource.getTag(\"t\") > 3 && resource.getTag(\"t\") < 3",
    "principal.at.durationSince(principal.at) != duration(\"0ms\")",
    "principal.span.toDays() > 0 && principal.span.toHours() < 24",
    "principal.span.toMinutes() * 60 > principal.span.toSeconds() && principal.span > duration(\"0ms\")"
    " && principal.span < duration(\"1d\")",
    "principal.span.toMilliseconds() < 0 && principal.span > duration(\"0ms\")",
    "context.ip.isIpv4() == context.ip.isIpv6()",
    "context.ip.isInRange(context.other) && context.ip.isIpv4() && context.other.isIpv6()",
    "context.ip.isLoopback() && context.ip.isMulticast()",
    "principal.s like \"\" && principal.s == \"a\"",
    "principal.s like \"a\" && principal.s == \"b\"",
    "!(principal.s like \"*\")",
    "principal.s like \"*b*\" && principal.s == \"ac\"",
    "{x: principal.n, y: {z: 3}} == {x: 4, y: {z: principal.m}} && principal.m != 3",
    "context.who in principal && context.who != principal",
])  # fmt: skip
def test_what_cedar_can_never_find_true_no_solver_does(condition: str) -> None:
    """Each is a contradiction by the meaning of one construct."""
    assert answer(condition) == "proved"


@pytest.mark.parametrize("condition", [
    "principal.words == principal.more && !principal.words.isEmpty()",
    "principal.words != principal.more",
    "[action, Action::\"other\"].contains(Action::\"see\") && principal.b",
    "principal.words.containsAll(principal.more) && !principal.more.containsAll(principal.words)",
    "principal.words.containsAny(principal.more)",
    "principal.numbers == [1, principal.n, 3] && principal.n > 5",
    "principal.kinds.containsAll([Kind::\"news\", Kind::\"sport\"])",
    "principal.flags == [true]",
    "principal in principal.teams",
    'principal in Team::"a" && Team::"a" in Org::"o"',
    "principal.boss.boss.boss == principal && principal.boss != principal",
    "principal.r == principal.q && principal.r has y && principal.r.y like \"*\\u{e9}|q\\\"*\"",
    "(if principal.b then principal.r else principal.q).deep.z.contains(principal.s)",
    "(if principal.b then principal.boss else context.who).n > 7",
    "principal.hasTag(principal.s) && principal.getTag(principal.s) == [\"x\", \"y\"]",
    "resource.hasTag(\"odd|\\\"key\") && resource.getTag(\"odd|\\\"key\") == -5",
    "principal.at < datetime(\"0000-01-01\")",
    "principal.at > datetime(\"9999-12-31T23:59:59.999Z\")",
    "principal.at.toDate() == principal.at && principal.at.toTime() == duration(\"0ms\")"
    " && principal.at < datetime(\"1970-01-01\")",
    "principal.span == duration(\"-1d2h3m\")",
    "principal.d == decimal(\"-0.0001\")",
    "principal.n * principal.n == 49 && principal.n < 0",
    "-principal.n == 7 && principal.n - principal.m == -9",
    "context.ip.isInRange(ip(\"10.0.0.0/8\")) && context.ip.isInRange(context.other) && !(context.other == context.ip)",
    "context.ip.isIpv6() && context.ip.isInRange(ip(\"fe80::/10\"))",
    "context.ip.isMulticast() && context.ip.isIpv4()",
    "principal has opt && principal.opt == {x: 4}",
    "principal.s == \"\\u{1f600}\\u{0}\\n\"",
    "principal.s like \"a*b*c\" && principal.s != \"abc\"",
])  # fmt: skip
def test_what_a_solver_finds_true_cedar_finds_true(condition: str) -> None:
    """The model becomes facts, and the facts go through Cedar."""
    assert answer(condition) == "refuted"


def test_many_conditions_do_not_end_the_process() -> None:
    """One conjunction, deeper than Python can call."""
    clauses = " ".join(f"when {{ principal.n != {number} }}" for number in range(900))
    rules = book(forbid("principal.b").replace(";", f"{clauses};"), schema=SCHEMA)

    assert ask(rules, "dead", rule="r").result == "refuted"


@pytest.mark.parametrize("condition", [
    "principal.s == \"\\u{10ffff}\"", "principal.s like \"*\\u{3ffff}\"",
])  # fmt: skip
def test_a_character_that_no_solver_has_leaves_the_answer_unknown(condition: str) -> None:
    """SMT-LIB's strings end at U+2FFFF."""
    certificate = ask(book(forbid(condition), schema=SCHEMA), "dead", rule="r")

    assert (certificate.result, "character" in (certificate.why or "")) == ("unknown", True)


def test_a_group_of_actions_asked_of_a_term_leaves_the_answer_unknown() -> None:
    """What an action is in is decided beforehand, but for one behind a record."""
    condition = "{a: action}.a in {b: action}.b && principal.b"

    assert "group of actions" in (ask(book(forbid(condition), schema=SCHEMA), "dead", rule="r").why or "")


def test_the_kept_text_is_what_a_second_solver_can_read() -> None:
    """One text for both, printed by neither."""
    conditions = (
        'principal.n * principal.m > 3 && principal.d.lessThan(decimal("0.5")) && principal.words == principal.more',
        'principal.s like "a*|\\"*\\u{e9}" && context.ip.isInRange(context.other) && principal in Team::"q\\"|"',
    )
    rules = book(*(forbid(each, f"r{place}") for place, each in enumerate(conditions)), schema=SCHEMA)
    scene = SymbolicEnvironment(rules.schema, rules.schema.environments[0])

    for entry in scene.same(RulesInForce(rules.policies[1:], rules.handle).of(scene).values()):
        text = scene.encoder.script.take([entry.rule_terms.satisfied], BASE.own).text
        assert text.isascii()
        assert "define-fun" not in text
        assert solve(text, 5_000).answer == "sat"
        if second_solver() is not None:
            assert second_opinion(text, 5_000) == "sat"


@pytest.mark.skipif(second_solver() is None, reason="not here: the second solver is an optional package")
def test_what_the_second_solver_cannot_decide_in_time_is_unknown() -> None:
    """A product of products is hard for it."""
    names = "".join(f"(declare-const {name} (_ BitVec 64))" for name in "ab")
    bounds = "".join(f"(assert (bvugt {name} #x00000000ffffffff))" for name in "ab")
    hard = f"{names}{bounds}(assert (= (bvmul a b (bvadd a #x0000000000000003)) #x123456789abcdef1))"

    assert second_opinion(hard, 1) == "unknown"


def test_terms_are_made_simple_where_a_constant_decides() -> None:
    """What is decided needs no solver."""
    assert (both("a", "true", "a"), both("a", "false"), both()) == ("a", "false", "true")
    assert (either("a", "false"), either("a", "true"), either("a", "b")) == ("a", "true", "(or a b)")
    assert (negated("true"), negated("(not a)"), negated("a")) == ("false", "a", "(not a)")
    assert (choice("true", "a", "b"), choice("false", "a", "b"), choice("c", "a", "a")) == ("a", "b", "a")
    assert (choice("c", "true", "false"), choice("c", "a", "b")) == ("c", "(ite c a b)")
    assert (equal("a", "a"), equal("#x01", "#x02"), equal("a", "true"), equal("false", "a")) == (
        "true",
        "false",
        "a",
        "(not a)",
    )
    assert implies("a", "b") == "(or (not a) b)"


def test_literals_are_written_so_that_no_text_can_break_out() -> None:
    """Quotes, bars and backslashes are code points."""
    assert literal('a"|\\é') == '"a\\u{22}\\u{7c}\\u{5c}\\u{e9}"'
    assert string_of(literal('a"|\\é')[1:-1]) == 'a"|\\é'
    assert (literal(True), literal(-1)) == ("true", "#x" + "f" * 16)
    assert (literal(Decimal(1)), literal(Datetime(0))) == ("#x0000000000000001", "#x" + "0" * 16)
    assert len(literal(Ip(4, 1, 32))) == len("#b") + 137
    assert re.fullmatch(r"\|[ -}~]*\|", symbol("a|b\\c%d~é"))
    assert len({symbol(each) for each in ("a|b", "a~7c.b", "a%7c.b", "a7c.b")}) == 4


@pytest.mark.parametrize(("pattern", "term"), [
    ((), '(= s "")'), ((None,), "true"), (("a",), '(= s "a")'), (("a", None), '(str.prefixof "a" s)'),
    ((None, "a"), '(str.suffixof "a" s)'), ((None, "a", None), '(str.contains s "a")'),
    (("a", None, "b"), '(str.in_re s (re.++ (str.to_re "a") re.all (str.to_re "b")))'),
])  # fmt: skip
def test_a_pattern_is_the_simplest_term_that_means_it(pattern: tuple[str | None, ...], term: str) -> None:
    """A regular language only where a star stands inside."""
    assert like("s", pattern) == term


def test_sets_of_sets_have_no_sort() -> None:
    """They are named and refused."""
    assert sort_of(EntityRef("User")) == "(_ BitVec 32)"
    for kind in (SetOf(Primitive("Long")), RecordType({})):
        with pytest.raises(NotEncodable):
            sort_of(kind)


@pytest.mark.parametrize(
    "ms", [FIRST_MS, FIRST_MS + 1, -62_167_219_200_000, -1, 0, 951_782_400_000, 4_107_542_400_000, LAST_MS - 1, LAST_MS]
)
def test_every_instant_that_iso_text_can_say_is_said(ms: int) -> None:
    """Year 0, leap days, and the first and last day by a zone."""
    assert instant(instant_text(ms)) == Datetime(ms)


def test_facts_that_do_not_fit_have_no_marks() -> None:
    """Neither a store nor a request that the schema does not know."""
    rules = book(forbid("principal.n > 3"), schema=SCHEMA)
    facts = ask(rules, "dead", rule="r").counterexample
    assert facts is not None
    replay = CedarReplay(rules.policies, rules.handle)

    assert replay.results(facts.a) is not None
    assert replay.results({**facts.a, "context": {}}) is None
    assert replay.results({**facts.a, "entities": [{**facts.a["entities"][0], "attrs": {}}]}) is None


def test_a_second_solver_that_is_not_installed_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an optional package."""

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("evenhand.policy.proofs.smt.solver.version", missing)

    assert second_solver.__wrapped__() is None


def test_what_no_solver_can_read_is_unknown_and_harms_no_later_query() -> None:
    """A fault in a text is never a proof."""
    session = Session()

    assert session.solve("(assert (and true", 1_000).answer == "unknown"
    assert session.solve("(declare-fun a () Bool)\n(assert (= a #x01))", 1_000).answer == "unknown"
    assert session.solve("(declare-fun b () Bool)\n(assert b)", 1_000).answer == "sat"
    assert session.solve("(declare-fun b () Bool)\n(assert (and b (not b)))", 1_000).answer == "unsat"


def test_what_has_been_refuted_is_remembered_by_its_text() -> None:
    """And of no other text."""
    session = Session()

    for _ in range(2):
        assert session.refutes("(declare-fun b () Bool)\n(assert (and b (not b)))", 1_000)
        assert not session.refutes("(declare-fun b () Bool)\n(assert b)", 1_000)
    assert not session.refutes("(assert (and true", 1_000)


def test_a_permit_of_every_request_is_known_to_permit_until_it_is_taken_out() -> None:
    """What any other permit does is free where a query leaves it out."""
    some = '@id("some") @effective_from("2017-01-01") permit (principal, action, resource) when { principal.b };'
    rules = book(some, schema=SCHEMA)
    symbolic = SymbolicEnvironment(rules.schema, rules.schema.environments[0])
    shared_rules = RulesInForce(rules.policies, rules.handle).shared_rules(symbolic)

    assert shared_rules.rest((), symbolic.free).permits == "true"
    assert shared_rules.rest(("some",), symbolic.free).permits == "true"
    assert "free" in shared_rules.rest(("open",), symbolic.free).permits
    assert shared_rules.rest(("open", "some"), symbolic.free).permits == "false"


@pytest.mark.parametrize(("condition", "bound"), [
    ("principal.n + 1 > principal.m && principal.words.contains(principal.s)", "rlimit"),
    ("principal.d.lessThan(decimal(\"0.5\")) && principal.at.offset(principal.span) == principal.at", "rlimit"),
    ("principal.n * 3 == 6", "timeout"),
    ("principal.span.toDays() == 7", "timeout"),
    ("principal.at.toDate() == datetime(\"2026-03-01\")", "timeout"),
    ("principal.s like \"a*\"", "timeout"),
    ("principal.s like \"a*b*\"", "timeout"),
])  # fmt: skip
def test_a_query_is_bounded_by_steps_but_by_the_clock_where_they_can_be_long(condition: str, bound: str) -> None:
    """To write out multiplications in bits took half a second in no more steps than are counted in two milliseconds."""
    prover = Prover(book(forbid(condition), schema=SCHEMA), second=False)

    prover.prove(Question(property="dead", at=AT, rule="r"))

    assert {name for text in prover.queries.values() for name in _quick_bound(text, 1_000)} == {bound}
