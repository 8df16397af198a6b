"""Each property as the claims that would break it: per request environment, and per attribute where it names some."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome
from evenhand.policy.nodes import Rule
from evenhand.policy.properties import Question, classes, with_role
from evenhand.policy.prove_levels import Crowd, Entry, Levels, Rest, differ, levels, milder, outcome_of, refused
from evenhand.policy.prove_scene import Rules, Scene
from evenhand.policy.prove_search import Claim
from evenhand.policy.prove_terms import bounded, kind_at, moved, outside, renaming
from evenhand.policy.replay import Marks
from evenhand.policy.roles import covers
from evenhand.policy.smt import Mark
from evenhand.policy.smt_text import both, either, equal, negated
from evenhand.policy.smt_values import BASE, Run
from evenhand.policy.tree import Policy


@dataclass(frozen=True)
class Case:
    """A claim, and what a counterexample to it is about; no claim where the rules' reading decides.

    `known` is a request that Cedar has answered before and that breaks the property.
    """

    claim: Claim | None
    attribute: str | None = None
    rule: str | None = None
    known: dict[str, Any] | None = None


@dataclass(frozen=True)
class Asked:
    """A question with the rules in force and the environments it is about; `bare` is a claim without content."""

    question: Question
    rules: Rules
    others: Rules
    scenes: Sequence[Scene]
    bare: Callable[[Scene], Claim]

    def known(self, scene: Scene, rule: Rule, broken: Callable[[Marks], bool]) -> dict[str, Any] | None:
        """Return a request answered before that breaks a property of a rule; none under bounds, it may not keep."""
        found = self.rules.known.get((scene.name, rule.id), ()) if not self.question.assume else ()
        return next((facts for facts, marks in found if broken(marks)), None)


def cases_of(asked: Asked) -> Iterator[Case]:
    """Yield what would break the property.

    Raises:
        BadInput: the question names a class, attribute or rule that there is not.
        NotEncodable: a rule has a part that no solver is given.
    """
    return _CASES[asked.question.property](asked)


def _neutral(asked: Asked) -> Iterator[Case]:
    for attribute in _attributes(asked):
        lawful = frozenset(each.id for each in asked.rules.policies if _lawful(each, attribute, asked.question))
        run = Run(renamed=attribute.removesuffix(".@id")) if attribute.endswith(".@id") else Run(frozenset({attribute}))
        for scene in asked.scenes:
            rules = {name: rule for name, rule in asked.rules.of(scene).items() if name not in lawful}
            changed = scene.readers(rules, run)
            breach = _difference(asked.question, rules)
            yield Case(_two(asked, scene, changed, breach, run=run, outside=lawful), attribute)


def _attributes(asked: Asked) -> Sequence[str]:
    question, schema = asked.question, asked.scenes[0].schema
    if question.class_ is None:
        for path in question.attributes:
            kind_at(schema, path.removesuffix(".@id"))
        return question.attributes
    known = classes(schema)
    if question.class_ not in known:
        raise BadInput("no such class", got=question.class_, expected=", ".join(sorted(known)))
    return known[question.class_]


def _lawful(policy: Policy, attribute: str, question: Question) -> bool:
    """Return whether a forbid names the law that lets an attribute matter."""
    notes = policy.annotations
    if not question.except_legal_basis or policy.effect == "permit" or "legal_basis" not in notes:
        return False
    return any(covers(path.strip(), attribute) for path in notes.get("relies_on", "").split(",") if path.strip())


@dataclass(frozen=True)
class _Breach:
    """How two requests break a property: as terms, and by the engine's marks."""

    terms: Callable[[Sequence[Entry], Levels, Levels], str]
    broken: Callable[[Marks, Marks], bool]
    more: tuple[str, ...] = ()


def _by_outcome(
    terms: Callable[[Levels, Levels], str],
    a: Mapping[str, Rule],
    b: Mapping[str, Rule],
    wrong: Callable[[Outcome, Outcome], bool],
) -> _Breach:
    return _Breach(lambda _, x, y: terms(x, y), lambda x, y: wrong(outcome_of(a, x), outcome_of(b, y)))


def _difference(question: Question, rules: Mapping[str, Rule]) -> _Breach:
    if question.level == "reasons":
        ids = frozenset(rules)
        return _Breach(_marks_differ, lambda a, b: _of(a, ids) != _of(b, ids))
    return _by_outcome(differ, rules, rules, operator.ne)


def _of(marks: Marks, ids: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    return marks.satisfied & ids, marks.errors & ids


def _marks_differ(entries: Sequence[Entry], _: Levels, __: Levels) -> str:
    pairs = ((entry.a, entry.b) for entry in entries if entry.a is not None and entry.b is not None)
    return either(*(negated(equal(x, y)) for a, b in pairs for x, y in ((a.satisfied, b.satisfied), (a.errs, b.errs))))


def _two(
    asked: Asked,
    scene: Scene,
    changed: Sequence[Entry],
    breach: _Breach,
    *,
    run: Run = BASE,
    outside: frozenset[str] = frozenset(),
    crowd: Crowd | None = None,
) -> Claim | None:
    """Return the claim that two requests, or rulebooks, come to different ends; None if no rule makes a difference."""
    if not changed:
        return None

    def terms(chosen: Sequence[Entry], rest: Rest) -> list[str]:
        a = levels(((entry, entry.a) for entry in chosen), rest)
        b = levels(((entry, entry.b) for entry in chosen), rest)
        extra = renaming(scene, run.renamed) if run.renamed is not None else []
        return [breach.terms(chosen, a, b), *extra, *breach.more, *bounded(scene, run, asked.question.assume)]

    return replace(
        asked.bare(scene),
        changed=changed,
        crowd=crowd or asked.rules.crowd(scene),
        outside=outside,
        breach=terms,
        broken=breach.broken,
        run=None if run == BASE else run,
    )


def _not_by(role: str) -> Callable[[Asked], Iterator[Case]]:
    def cases(asked: Asked) -> Iterator[Case]:
        run = Run(frozenset(with_role(asked.scenes[0].schema, role)), neutral=True)
        for scene in asked.scenes:
            rules = asked.rules.of(scene)
            breach = _by_outcome(_no_longer_refused, rules, rules, lambda a, b: a is Outcome.REFUSE is not b)
            yield Case(_two(asked, scene, scene.readers(rules, run), breach, run=run))

    return cases


def _monotone(asked: Asked) -> Iterator[Case]:
    path, schema = asked.question.attribute or "", asked.scenes[0].schema
    direction = asked.question.direction or with_role(schema, "direction").get(path)
    if direction not in ("up", "down"):
        raise BadInput("no direction of an attribute", got=path, expected="one with @direction, or `direction`")
    run = Run(frozenset({path}))
    for scene in asked.scenes:
        rules = asked.rules.of(scene)
        changed = scene.readers(rules, run)
        more = tuple(moved(scene, run, path, direction)) if changed else ()
        breach = replace(_by_outcome(milder, rules, rules, _is_milder), more=more)
        yield Case(_two(asked, scene, changed, breach, run=run), path)


def _shadowed(asked: Asked) -> Iterator[Case]:
    for scene, rule in _each(asked):
        rules = asked.rules.of(scene)
        matters = partial(_matters, rules, rule.id)
        known = asked.known(scene, rule, matters)
        if known is not None:
            yield Case(None, rule=rule.id, known=known)
            continue
        breach = _Breach(lambda _, a, b: differ(a, b), matters)
        crowd = asked.rules.crowd(scene)
        entry = crowd.by_id[rule.id]
        yield Case(_two(asked, scene, [replace(entry, b=None), *scene.likely(entry, crowd)], breach), rule=rule.id)


def _matters(rules: Mapping[str, Rule], rule_id: str, marks: Marks, _: Marks | None = None) -> bool:
    return outcome_of(rules, marks) != outcome_of(rules, marks, without=rule_id)


def _dead(asked: Asked) -> Iterator[Case]:
    for scene, rule in _each(asked):
        known = asked.known(scene, rule, partial(_applies_in, rule.id))
        case = _one(asked, scene, rule, lambda mark: [mark.satisfied], lambda marks: marks.satisfied)
        yield case if known is None else Case(None, rule=rule.id, known=known)


def _applies_in(rule_id: str, marks: Marks) -> bool:
    return rule_id in marks.satisfied


def _never_errors(asked: Asked) -> Iterator[Case]:
    for scene, rule in _each(asked):
        yield _one(asked, scene, rule, lambda mark: [mark.errs], lambda marks: marks.errors)


def _one(
    asked: Asked,
    scene: Scene,
    rule: Rule,
    terms: Callable[[Mark], list[str]],
    ids: Callable[[Marks], frozenset[str]],
) -> Case:
    """Return the claim that one request makes a rule apply or err; none if the types tell that it cannot."""
    entry = scene.same([rule])[0]
    breach = terms(entry.mark)
    if "false" in breach:
        return Case(None, rule=rule.id)
    claim = replace(
        asked.bare(scene),
        changed=[entry],
        breach=lambda _, __: [*breach, *bounded(scene, BASE, asked.question.assume)],
        broken=lambda marks, _: rule.id in ids(marks),
    )
    return Case(claim, rule=rule.id)


def _each(asked: Asked) -> Iterator[tuple[Scene, Rule]]:
    """Yield the rules asked for in each environment: the one named, or every forbid."""
    name = asked.question.rule
    forbids = [each.id for each in asked.rules.policies if each.effect == "forbid"] if name is None else [name]
    if name is not None and all(policy.id != name for policy in asked.rules.policies):
        raise BadInput("no such rule in force", got=name, where=asked.question.at)
    found = ((scene, asked.rules.of(scene).get(each)) for each in forbids for scene in asked.scenes)
    return ((scene, rule) for scene, rule in found if rule is not None)


def _complete(asked: Asked) -> Iterator[Case]:
    for scene in asked.scenes:
        crowd = asked.rules.crowd(scene)
        claim = replace(
            asked.bare(scene), crowd=crowd, breach=_nothing_applies, broken=lambda marks, _: not marks.satisfied
        )
        yield Case(None if any(entry.mark.satisfied == "true" for entry in crowd.by_id.values()) else claim)


def _nothing_applies(chosen: Sequence[Entry], rest: Rest) -> list[str]:
    return [levels(((entry, entry.a) for entry in chosen), rest).none]


def _in_scope(asked: Asked) -> Iterator[Case]:
    law = {policy.id: policy.annotations.get("legal_basis", "") for policy in asked.rules.policies}
    for scene, rule in _each(asked):
        jurisdiction = law[rule.id].rpartition("|")[2].strip()
        if not jurisdiction:
            raise BadInput("no jurisdiction of a rule", got=rule.id, expected="a @legal_basis of three parts")
        elsewhere = outside(scene, jurisdiction)
        yield _one(asked, scene, rule, partial(_applies, elsewhere), lambda marks: marks.satisfied)


def _applies(elsewhere: str, mark: Mark) -> list[str]:
    return [mark.satisfied, elsewhere]


def _equivalent(asked: Asked) -> Iterator[Case]:
    return _compared(asked, differ, operator.ne)


def _no_milder(asked: Asked) -> Iterator[Case]:
    return _compared(asked, milder, _is_milder)


def _compared(
    asked: Asked, terms: Callable[[Levels, Levels], str], wrong: Callable[[Outcome, Outcome], bool]
) -> Iterator[Case]:
    for scene in asked.scenes:
        a, b = asked.rules.of(scene), asked.others.of(scene)
        shared, changed = scene.compared(a.values(), b.values())
        yield Case(_two(asked, scene, changed, _by_outcome(terms, a, b, wrong), crowd=Crowd(shared)))


def _is_milder(a: Outcome, b: Outcome) -> bool:
    return b.severity < a.severity


def _no_longer_refused(a: Levels, b: Levels) -> str:
    return both(refused(a), negated(refused(b)))


_CASES: dict[str, Callable[[Asked], Iterator[Case]]] = {
    "neutral": _neutral,
    "not_by_association": _not_by("association"),
    "not_by_anonymous": _not_by("anonymous"),
    "never_errors": _never_errors,
    "monotone": _monotone,
    "dead": _dead,
    "shadowed": _shadowed,
    "complete": _complete,
    "in_scope": _in_scope,
    "equivalent": _equivalent,
    "no_milder": _no_milder,
}
