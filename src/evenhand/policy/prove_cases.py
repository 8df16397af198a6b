"""Each property as the claims that would break it: per request environment, and per attribute where it names some."""

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome
from evenhand.policy.nodes import Rule
from evenhand.policy.properties import Question, classes, with_role
from evenhand.policy.prove_levels import Entry, Levels, Rest, differ, levels, milder, outcome_of, refused
from evenhand.policy.prove_scene import Scene
from evenhand.policy.prove_search import Claim
from evenhand.policy.prove_terms import bounded, kind_at, moved, outside, renaming
from evenhand.policy.replay import Marks
from evenhand.policy.roles import covers
from evenhand.policy.smt import Mark
from evenhand.policy.smt_text import both, either, equal, negated
from evenhand.policy.smt_values import Run
from evenhand.policy.tree import Policy


@dataclass(frozen=True)
class Case:
    """A claim, and what a counterexample to it is about; no claim where the rules' reading decides."""

    claim: Claim | None
    attribute: str | None = None
    rule: str | None = None


@dataclass(frozen=True)
class Asked:
    """A question with the rules in force and the environments it is about; `bare` is a claim without content."""

    question: Question
    policies: Sequence[Policy]
    others: Sequence[Policy]
    scenes: Sequence[Scene]
    bare: Callable[[Scene], Claim]


def cases_of(asked: Asked) -> Iterator[Case]:
    """Yield what would break the property.

    Raises:
        BadInput: the question names a class, attribute or rule that there is not.
        NotEncodable: a rule has a part that no solver is given.
    """
    return _CASES[asked.question.property](asked)


def _neutral(asked: Asked) -> Iterator[Case]:
    for attribute in _attributes(asked):
        kept = [policy for policy in asked.policies if not _lawful(policy, attribute, asked.question)]
        run = Run(renamed=attribute.removesuffix(".@id")) if attribute.endswith(".@id") else Run(frozenset({attribute}))
        for scene in asked.scenes:
            rules = scene.rules(kept)
            entries = scene.varied(rules, run)
            yield Case(_two(asked, scene, entries, run, _difference(asked.question, rules)), attribute)


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
    a: Sequence[Rule],
    b: Sequence[Rule],
    wrong: Callable[[Outcome, Outcome], bool],
) -> _Breach:
    return _Breach(lambda _, x, y: terms(x, y), lambda x, y: wrong(outcome_of(a, x), outcome_of(b, y)))


def _difference(question: Question, rules: Sequence[Rule]) -> _Breach:
    if question.level == "reasons":
        ids = frozenset(rule.id for rule in rules)
        return _Breach(_marks_differ, lambda a, b: _of(a, ids) != _of(b, ids))
    return _by_outcome(differ, rules, rules, operator.ne)


def _of(marks: Marks, ids: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    return marks.satisfied & ids, marks.errors & ids


def _marks_differ(entries: Sequence[Entry], _: Levels, __: Levels) -> str:
    pairs = ((entry.a, entry.b) for entry in entries if entry.a is not None and entry.b is not None)
    return either(*(negated(equal(x, y)) for a, b in pairs for x, y in ((a.satisfied, b.satisfied), (a.errs, b.errs))))


def _two(asked: Asked, scene: Scene, entries: Sequence[Entry], run: Run, breach: _Breach) -> Claim | None:
    """Return the claim that two requests are treated differently; None if no rule reads where they differ."""
    if not any(entry.differs for entry in entries):
        return None

    def terms(chosen: Sequence[Entry], rest: Rest) -> list[str]:
        a = levels(((entry, entry.a) for entry in chosen), rest)
        b = levels(((entry, entry.b) for entry in chosen), rest)
        extra = renaming(scene, run.renamed) if run.renamed is not None else []
        return [breach.terms(chosen, a, b), *extra, *breach.more, *bounded(scene, run, asked.question.assume)]

    return replace(asked.bare(scene), entries=entries, breach=terms, broken=breach.broken, run=run)


def _not_by(role: str) -> Callable[[Asked], Iterator[Case]]:
    def cases(asked: Asked) -> Iterator[Case]:
        run = Run(frozenset(with_role(asked.scenes[0].schema, role)), neutral=True)
        for scene in asked.scenes:
            rules = scene.rules(asked.policies)
            breach = _by_outcome(_no_longer_refused, rules, rules, lambda a, b: a is Outcome.REFUSE is not b)
            yield Case(_two(asked, scene, scene.varied(rules, run), run, breach))

    return cases


def _monotone(asked: Asked) -> Iterator[Case]:
    path, schema = asked.question.attribute or "", asked.scenes[0].schema
    direction = asked.question.direction or with_role(schema, "direction").get(path)
    if direction not in ("up", "down"):
        raise BadInput("no direction of an attribute", got=path, expected="one with @direction, or `direction`")
    run = Run(frozenset({path}))
    for scene in asked.scenes:
        rules = scene.rules(asked.policies)
        entries = scene.varied(rules, run)
        more = tuple(moved(scene, run, path, direction)) if any(entry.differs for entry in entries) else ()
        breach = replace(_by_outcome(milder, rules, rules, _is_milder), more=more)
        yield Case(_two(asked, scene, entries, run, breach), path)


def _shadowed(asked: Asked) -> Iterator[Case]:
    for scene, rule in _each(asked):
        rules = scene.rules(asked.policies)
        entries = scene.without(rules, rule)
        rest = [each for each in rules if each is not rule]
        claim = _two(asked, scene, entries, Run(), _by_outcome(differ, rules, rest, operator.ne))
        yield Case(None if claim is None else replace(claim, run=None), rule=rule.id)


def _dead(asked: Asked) -> Iterator[Case]:
    for scene, rule in _each(asked):
        yield _one(asked, scene, rule, lambda mark: [mark.satisfied], lambda marks: marks.satisfied)


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
        entries=[entry],
        breach=lambda _, __: [*breach, *bounded(scene, Run(), asked.question.assume)],
        broken=lambda marks, _: rule.id in ids(marks),
        start=frozenset({rule.id}),
    )
    return Case(claim, rule=rule.id)


def _each(asked: Asked) -> Iterator[tuple[Scene, Rule]]:
    """Yield the rules asked for in each environment: the one named, or every forbid."""
    name = asked.question.rule
    if name is not None and all(policy.id != name for policy in asked.policies):
        raise BadInput("no such rule in force", got=name, where=asked.question.at)
    chosen = [each for each in asked.policies if each.id == name or (name is None and each.effect == "forbid")]
    return ((scene, rule) for rule_ in chosen for scene in asked.scenes for rule in scene.rules([rule_]))


def _complete(asked: Asked) -> Iterator[Case]:
    for scene in asked.scenes:
        entries = scene.same(scene.rules(asked.policies))
        claim = replace(
            asked.bare(scene), entries=entries, breach=_nothing_applies, broken=lambda marks, _: not marks.satisfied
        )
        yield Case(None if any(entry.mark.satisfied == "true" for entry in entries) else claim)


def _nothing_applies(chosen: Sequence[Entry], rest: Rest) -> list[str]:
    return [levels(((entry, entry.a) for entry in chosen), rest).none]


def _in_scope(asked: Asked) -> Iterator[Case]:
    law = {policy.id: policy.annotations.get("legal_basis", "") for policy in asked.policies}
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
        a, b = scene.rules(asked.policies), scene.rules(asked.others)
        claim = _two(asked, scene, scene.compared(a, b), Run(), _by_outcome(terms, a, b, wrong))
        yield Case(None if claim is None else replace(claim, run=None))


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
