"""Compare plain Cedar policy sets, or find what is needless in one: `python -m tests.conformance.policy_analyzer F`.

The last line is one JSON object: `{"comparisons","rows","agree","unsupported","disagree":[id, …]}`; rows are counted
by what is expected, `disagree` names each case once whose rows are not those expected. `--answers` writes
`{"id","rows":[{"principal","action","resource","answer"}]}` a line, for `policies` one row a finding. A set is more
permissive where it allows all that the other does, and more.

What counts as a finding follows Cedar's own analyzer, policy by policy: a policy that applies to no request is in
none; a forbid that applies to all requests, or a permit that does, is in no `overridden`.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import cedarpy

from evenhand.model.errors import BadInput
from evenhand.policy.proofs.cedar_replay import RuleResults
from evenhand.policy.proofs.counterexample import DefaultValues
from evenhand.policy.proofs.counterexample_search import BreachQuery, SolverUsage, search_breach
from evenhand.policy.proofs.outcome_terms import ComparedRule, SharedRules
from evenhand.policy.proofs.smt.smtlib import both, either, negated
from evenhand.policy.proofs.symbolic_environment import RulesInForce, SymbolicEnvironment
from evenhand.policy.schema import read_schema
from evenhand.policy.syntax_tree import Policy, named, parse
from evenhand.policy.typed.nodes import Rule
from tests.conformance.cases import Arguments, answering, execute, out_path, read_cases, say, write_rows

TIMEOUT_MS = 20_000
KINDS = ("compare", "policies")
ANSWERS = {(True, True): "equivalent", (True, False): "less", (False, True): "more", (False, False): "incomparable"}

Row = dict[str, Any]


class Unsupported(Exception):
    """The prover cannot tell."""


class Expected(TypedDict):
    """What is expected in one request environment."""

    principal: str
    action: str
    resource: str
    expect: str | dict[str, Any]


class Case(TypedDict):
    """A comparison; `pset2` is there for `compare`."""

    kind: str
    schema: str
    pset1: str
    pset2: NotRequired[str | None]
    rows: NotRequired[list[Expected] | None]


def work(chosen: argparse.Namespace) -> dict[str, Any]:
    """Answer the cases of a file, write the answers where asked, return the report."""
    cases = list(read_cases([chosen.file], Case))
    answers = []
    for case in cases:
        with answering(case):
            answers.append({"id": case["id"], **answer(case)})
        if "why" in answers[-1]:
            say(case, f"unsupported: {' '.join(answers[-1]['why'].split())}")
    write_rows(chosen.answers, answers)
    return compare(cases, answers)


def main(argv: list[str] | None = None) -> int:
    """Run the file that the command line names and print the report as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--answers", type=out_path)
    return execute(arguments, work, argv)


def answer(case: dict[str, Any]) -> dict[str, Any]:
    """Return the rows of one case; `why` says what could not be told.

    Raises:
        BadInput: two sets are to be compared and there is one.
    """
    if case["kind"] not in KINDS:
        return {"rows": [], "why": f"unknown kind `{case['kind']}`; known: {', '.join(KINDS)}"}
    if case["kind"] == "compare" and case.get("pset2") is None:
        raise BadInput("no `pset2`", expected="two policy sets where `kind` is `compare`", todo="add it")
    try:
        return {"rows": list(rows(case))}
    except (Unsupported, ValueError) as error:
        return {"rows": [], "why": str(error)}


def compare(cases: Sequence[dict[str, Any]], answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the report, and say how answers differ; a case without expected rows is counted and not compared."""
    report: dict[str, Any] = {"comparisons": len(cases), "rows": 0, "agree": 0, "unsupported": 0, "disagree": []}
    for case, said in zip(cases, answers, strict=True):
        expected = [_row(each, "expect") for each in case.get("rows") or ()]
        report["rows"] += len(expected)
        if "why" in said:
            report["unsupported"] += len(expected)
            continue
        found = {_row(each, "answer") for each in said["rows"]}
        report["agree"] += sum(each in found for each in expected)
        if case.get("rows") is not None and found != set(expected):
            report["disagree"].append(case["id"])
            say(case, f"not found {sorted(set(expected) - found)}, not expected {sorted(found - set(expected))}")
    return report


def rows(case: dict[str, Any]) -> Iterator[Row]:
    """Yield what holds of a case, per request environment."""
    schema, handle = read_schema(case["schema"]), cedarpy.Schema.from_str(case["schema"])
    names = ("pset1", "pset2") if case["kind"] == "compare" else ("pset1",)
    sets = [_policies(case[name]) for name in names]
    asked = [RulesInForce(policies, handle) for policies in sets]
    for environment in schema.environments:
        pair = Pair(SymbolicEnvironment(schema, environment, any_instant=True), asked)
        found = [pair.permissive()] if case["kind"] == "compare" else pair.findings()
        place = {"principal": environment.principal, "action": environment.action[1], "resource": environment.resource}
        for each in found:
            yield {**place, "answer": each}


def _policies(text: str) -> list[Policy]:
    """Return policies under their `@id`; without one, or where it is given twice, as Cedar counts them."""
    found = parse(text)
    given = Counter(policy.annotations.get("id") for policy in found)
    ids = (policy.annotations.get("id") for policy in found)
    return [
        policy if name is None or given[name] > 1 else named(policy, name)
        for policy, name in zip(found, ids, strict=True)
    ]


class Pair:
    """One or two policy sets in one request environment."""

    def __init__(self, scene: SymbolicEnvironment, asked: Sequence[RulesInForce]) -> None:
        self._scene, self._asked = scene, asked
        self._known: dict[tuple[str, str], bool] = {}
        self._rules = [list(rules.of(scene).values()) for rules in asked]

    def permissive(self) -> str:
        """Return how the first set compares with the second."""
        a, b = self._rules
        return ANSWERS[self._allows_no_more(0, a, 1, b), self._allows_no_more(1, b, 0, a)]

    def findings(self) -> Iterator[dict[str, Any]]:
        """Yield what is needless in the set."""
        some = [rule for rule in self._rules[0] if self._can(rule, applies=True)]
        left = list(some)
        for rule in some:
            if rule in left:
                alike = [each for each in left if self._same(rule, each)]
                left = [each for each in left if each not in alike]
                if len(alike) > 1:
                    yield {"finding": "redundant", "rules": [each.id for each in alike]}
        for rule in some:
            for by in some:
                if rule is not by and self._within(rule, by) and self._counts(rule, by):
                    yield {
                        "finding": "shadowed" if rule.effect == by.effect else "overridden",
                        "rule": rule.id,
                        "by": by.id,
                    }

    def _counts(self, rule: Rule, by: Rule) -> bool:
        if rule.effect == by.effect:
            return not self._within(by, rule)
        sometimes = self._can(rule, applies=False) and self._can(by, applies=False)
        return (rule.effect, by.effect) == ("permit", "forbid") and sometimes

    def _same(self, rule: Rule, other: Rule) -> bool:
        return rule is other or (
            rule.effect == other.effect and self._within(rule, other) and self._within(other, rule)
        )

    def _can(self, rule: Rule, applies: bool) -> bool:
        """Return whether a rule applies to some request, or to some request not."""
        term = self._entry(rule).rule_terms.satisfied
        return self._found([term if applies else negated(term)], lambda x, _: (rule.id in x.satisfied) is applies)

    def _within(self, rule: Rule, by: Rule) -> bool:
        """Return whether one applies wherever the other does; asked once of each pair."""
        if (rule.id, by.id) not in self._known:
            terms = [self._entry(rule).rule_terms.satisfied, negated(self._entry(by).rule_terms.satisfied)]
            found = self._found(terms, lambda x, _: rule.id in x.satisfied and by.id not in x.satisfied)
            self._known[rule.id, by.id] = not found
        return self._known[rule.id, by.id]

    def _allows_no_more(self, one: int, a: list[Rule], two: int, b: list[Rule]) -> bool:
        terms = [self._allows(a), negated(self._allows(b))]
        return not self._found(terms, lambda x, y: _allowed(a, x) and not _allowed(b, y), one, two)

    def _allows(self, rules: list[Rule]) -> str:
        marks = [(rule.effect, self._entry(rule).rule_terms.satisfied) for rule in rules]
        permits, forbids = (either(*(term for each, term in marks if each == name)) for name in ("permit", "forbid"))
        return both(permits, negated(forbids))

    def _found(
        self, terms: list[str], broken: Callable[[RuleResults, RuleResults], bool], one: int = 0, two: int = 0
    ) -> bool:
        """Return whether some request makes all terms true; Cedar must say the same of it."""
        if "false" in terms:
            return False
        query = BreachQuery(
            symbolic=self._scene,
            changed=[self._entry(rule) for rules in self._rules for rule in rules],
            shared_rules=SharedRules(()),
            breach=lambda _, __: terms,
            broken=broken,
            rules=self._asked[one],
            others=self._asked[two],
            defaults=DefaultValues(),
        )
        found = search_breach(query, SolverUsage(TIMEOUT_MS, second=False))
        if found is not None and found.why is not None:
            raise Unsupported(found.why)
        return found is not None

    def _entry(self, rule: Rule) -> ComparedRule:
        return self._scene.same([rule])[0]


def _allowed(rules: list[Rule], marks: RuleResults) -> bool:
    effects = {rule.effect for rule in rules if rule.id in marks.satisfied}
    return effects == {"permit"}


def _row(row: Row, answer_name: str) -> str:
    said = row[answer_name]
    if isinstance(said, dict) and "rules" in said:
        said = said | {"rules": sorted(said["rules"])}
    return json.dumps([row["principal"], row["action"], row["resource"], said], sort_keys=True)


if __name__ == "__main__":
    sys.exit(main())
