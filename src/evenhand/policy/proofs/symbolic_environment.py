"""One request environment with the rules of a rulebook in it, encoded once for all questions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

import cedarpy

from evenhand.policy.annotations import in_force
from evenhand.policy.proofs.cedar_replay import CedarReplay, RuleResults
from evenhand.policy.proofs.outcome_terms import ComparedRule, SharedRules, severity_of
from evenhand.policy.proofs.smt.encoding import Encoder, RuleTerms
from evenhand.policy.proofs.smt.smtlib import NotEncodable, symbol, variant
from evenhand.policy.proofs.smt.solver import Session
from evenhand.policy.proofs.smt.symbolic_values import RequestCopy
from evenhand.policy.schema import Environment, Schema
from evenhand.policy.syntax_tree import Policy, allows
from evenhand.policy.typed.lowering import lower
from evenhand.policy.typed.node_builder import NodeBuilder
from evenhand.policy.typed.node_parts import names_of
from evenhand.policy.typed.nodes import Expr, Rule

Use: TypeAlias = tuple[str, tuple[str, ...]]

# Requests kept for each rule; the first is mostly the best, being made for that rule.
_KNOWN = 2


@dataclass(frozen=True, eq=False)
class ProverRulebook:
    """A rulebook as the prover takes it: strictly valid policies under their rules' ids, with their schema."""

    policies: tuple[Policy, ...]
    schema: Schema
    handle: cedarpy.Schema
    sha256: str
    schema_sha256: str

    def on(self, day: date) -> tuple[Policy, ...]:
        """Return the policies in force on a UTC day."""
        return tuple(policy for policy in self.policies if in_force(policy.annotations, day))


class RulesInForce:
    """The rules of a rulebook that are in force on a day, asked of Cedar and of the prover.

    `severities` says how strict the outcome is where each is satisfied, 0 for a permit. `known` are requests that
    Cedar has answered, by environment and by each rule that spoke: the counterexample to one question is often one to
    the next.
    """

    def __init__(self, policies: Sequence[Policy], handle: cedarpy.Schema) -> None:
        self.policies = policies
        self.severities = {each.id: severity_of(each.effect, each.annotations.get("verdict")) for each in policies}
        self._replay = CedarReplay(policies, handle)
        self._of: dict[str, dict[str, Rule]] = {}
        self._shared_rules: dict[str, SharedRules] = {}
        self.known: dict[tuple[str, str], list[tuple[dict[str, Any], RuleResults]]] = {}

    def of(self, symbolic: "SymbolicEnvironment") -> dict[str, Rule]:
        """Return the rules of one environment by id."""
        if symbolic.name not in self._of:
            self._of[symbolic.name] = {rule.id: rule for rule in symbolic.rules(self.policies)}
        return self._of[symbolic.name]

    def shared_rules(self, symbolic: "SymbolicEnvironment") -> SharedRules:
        """Return the rules of one environment as both sides of a comparison have them."""
        if symbolic.name not in self._shared_rules:
            self._shared_rules[symbolic.name] = SharedRules(symbolic.same(self.of(symbolic).values()))
        return self._shared_rules[symbolic.name]

    def results(self, facts: dict[str, Any]) -> RuleResults | None:
        """Return what each rule makes of a request, as Cedar says; None if it does not fit the schema."""
        return self._replay.results(facts)

    def ask(self, symbolic: "SymbolicEnvironment", facts: dict[str, Any]) -> RuleResults | None:
        """Return the same, and note the request under each rule that spoke."""
        results = self.results(facts)
        for rule_id in results.satisfied | results.errors if results is not None else ():
            known = self.known.setdefault((symbolic.name, rule_id), [])
            if results is not None and len(known) < _KNOWN:
                known.append((facts, results))
        return results


class SymbolicEnvironment:
    """The rules of one request environment; those of several rulebooks share nodes and terms.

    With `any_instant` facts may hold instants that no ISO text says, as Cedar's own JSON can.
    """

    def __init__(self, schema: Schema, environment: Environment, any_instant: bool = False) -> None:
        self.schema, self.environment = schema, environment
        self.encoder, self.session = Encoder(schema, environment, any_instant), Session()
        self._maker = NodeBuilder()
        self._rules: dict[int, tuple[Policy, Rule | None]] = {}
        self._entries: dict[int, ComparedRule] = {}
        self._index: dict[str, set[int]] = {}
        self._readers_of: dict[RequestCopy, tuple[int, set[int]]] = {}
        self._uses: dict[int, frozenset[Use]] = {}
        self._spoke: dict[Use, dict[tuple[str, frozenset[Use]], None]] = {}
        self._opaque: dict[int, Rule] = {}
        self._why: dict[int, str] = {}
        self._numbers: dict[tuple[Expr, Expr], int] = {}

    @property
    def name(self) -> str:
        """Return the environment as certificates write it: `principal action resource`."""
        environment = self.environment
        return f"{environment.principal} {environment.action[1]} {environment.resource}"

    def rules(self, policies: Iterable[Policy]) -> list[Rule]:
        """Return the rules of policies that this environment's requests can come under."""
        found = (self._rule(policy) for policy in policies)
        return [rule for rule in found if rule is not None]

    def _rule(self, policy: Policy) -> Rule | None:
        if id(policy) not in self._rules:
            applies = allows(policy, self.environment, self.schema)
            rule = lower(policy, self.schema, self.environment, self._maker) if applies else None
            self._rules[id(policy)] = (policy, rule)
        return self._rules[id(policy)][1]

    def _base(self, rule: Rule) -> RuleTerms:
        """Return when a rule is satisfied and errs.

        Of a rule that cannot be encoded, both are terms that nothing binds: a proof holds whatever it does.
        """
        try:
            return self.encoder.rule_terms(rule)
        except NotEncodable as error:
            self._opaque[id(rule)], self._why[id(rule)] = rule, str(error)
            return self._free(rule, "rule")

    def _free(self, rule: Rule, kind: str) -> RuleTerms:
        number = self._numbers.setdefault((rule.scope, rule.condition), len(self._numbers))
        satisfied, errs = (self.free(f"{kind}.{number}.{what}") for what in ("satisfied", "errs"))
        return RuleTerms(satisfied, errs)

    def free(self, name: str) -> str:
        """Return a truth that nothing binds."""
        return self.encoder.script.use(variant(symbol(name), "free"), (), None, ())

    def why_opaque(self, rules: Iterable[Rule]) -> str | None:
        """Return which of the rules cannot be encoded, and why; None if all can."""
        return next((f"rule {rule.id}: {self._why[id(rule)]}" for rule in rules if id(rule) in self._why), None)

    def same(self, rules: Iterable[Rule]) -> list[ComparedRule]:
        """Return the rules as both sides have them."""
        return [self._entry(rule) for rule in rules]

    def readers(self, rules: Mapping[str, Rule], copy: RequestCopy) -> list[ComparedRule]:
        """Return the rules that read what a run has of its own, b in that run; all others treat both runs alike.

        Raises:
            NotEncodable: a rule cannot be encoded in that run.
        """
        # INVARIANT: every rule is encoded before the index is asked; what is not in it yet would seem to read nothing.
        self.same(rule for rule in rules.values() if id(rule) not in self._entries)
        found = self._readers(copy)
        entries = self.same(rule for rule in rules.values() if id(rule) in found)
        varied = (replace(each, b=self._other(each.rule, copy)) for each in entries)
        return [each for each in varied if each.differs]

    def compared(self, a: Iterable[Rule], b: Iterable[Rule]) -> tuple[list[ComparedRule], list[ComparedRule]]:
        """Return the rules that do the same in two rulebooks, and those that only one of them has."""
        left, right = ({_deed(each): each for each in self.same(rules)} for rules in (a, b))
        shared = [each for deed, each in left.items() if deed in right]
        only_a = [replace(each, b=None) for deed, each in left.items() if deed not in right]
        return shared, [*only_a, *(replace(each, a=None) for deed, each in right.items() if deed not in left)]

    def _entry(self, rule: Rule) -> ComparedRule:
        if id(rule) not in self._entries:
            base = self._base(rule)
            self._entries[id(rule)] = ComparedRule(rule, severity_of(rule.effect, rule.verdict), base, base)
        return self._entries[id(rule)]

    def _asked(self, entry: ComparedRule) -> frozenset[Use]:
        """Return what a rule asks of entities and of the context; from then on it is in the index of readers."""
        key, base = id(entry.rule), self._entry(entry.rule).rule_terms
        if key not in self._uses:
            uses = self.encoder.script.footprint((base.satisfied, base.errs))
            used = ((name, each) for name, found in uses.items() for each in found)
            self._uses[key] = frozenset(use for use in used if use[1] or use[0].startswith("|context."))
            for name in filter(self.encoder.script.is_of_facts, uses):
                self._index.setdefault(name, set()).add(key)
        return self._uses[key]

    def note(self, about: ComparedRule, spoke: Iterable[ComparedRule]) -> None:
        """Note rules that spoke where a rule was to be shown at work, with what they ask and it asks too."""
        for entry in spoke:
            if shared := self._asked(entry) & self._asked(about):
                self._spoke.setdefault(min(shared), {})[entry.rule.id, shared] = None

    def likely(self, about: ComparedRule, shared_rules: SharedRules) -> list[ComparedRule]:
        """Return the rules that spoke where what they and a rule ask was asked; a query begins with them."""
        own = self._asked(about)
        noted = (each for use in sorted(own) for each in self._spoke.get(use, ()))
        names = dict.fromkeys(name for name, shared in noted if shared <= own and name != about.rule.id)
        return [shared_rules.by_id[name] for name in names if name in shared_rules.by_id]

    def _readers(self, copy: RequestCopy) -> set[int]:
        """Return the rules that read what a run has of its own: looked up again once more rules are known."""
        known, found = self._readers_of.get(copy, (0, set[int]()))
        if known != len(self._entries):
            found = self._find_readers(copy)
            self._readers_of[copy] = len(self._entries), found
        return found

    def _find_readers(self, copy: RequestCopy) -> set[int]:
        for key in self._entries.keys() - self._uses.keys():
            self._asked(self._entries[key])
        found = {each for name, rules in self._index.items() if _touches(copy, name) for each in rules}
        for rule in self._opaque.values():
            if copy.renamed is not None or not names_of(rule.scope, rule.condition).isdisjoint(_parts(copy)):
                found.add(id(rule))
        return found

    def _other(self, rule: Rule, copy: RequestCopy) -> RuleTerms:
        return self._free(rule, "other") if id(rule) in self._opaque else self.encoder.rule_terms(rule, copy)


def _touches(copy: RequestCopy, name: str) -> bool:
    if copy.renamed is not None:
        return name.startswith(symbol(f'{copy.renamed}::"')[:-1])
    return copy.varies(name)


def _deed(entry: ComparedRule) -> tuple[int, RuleTerms | None]:
    return entry.severity, entry.a


def _parts(copy: RequestCopy) -> set[str]:
    return {part for path in copy.varied for part in path.split(".")}
