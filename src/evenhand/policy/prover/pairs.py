"""Properties that two requests or two rulebooks break together: they come to different ends."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome
from evenhand.policy.prover.asked import Asked, Case, each_rule
from evenhand.policy.prover.levels import Crowd, Entry, Levels, Rest, differ, levels, milder, outcome_of, refused
from evenhand.policy.prover.properties import Question, classes, with_role
from evenhand.policy.prover.replay import Marks
from evenhand.policy.prover.scene import Scene
from evenhand.policy.prover.search import Claim
from evenhand.policy.prover.terms import bounded, hold_to_schema, moved, renaming
from evenhand.policy.roles import covers
from evenhand.policy.smt.text import both, either, equal, negated
from evenhand.policy.smt.values import BASE, Run
from evenhand.policy.tree import Policy


def neutral(asked: Asked) -> Iterator[Case]:
    """Yield what would show that an attribute alone changes the outcome, for each that is asked about."""
    for attribute in _attributes(asked):
        left_out = _left_out(asked, attribute)
        run = Run(renamed=attribute.removesuffix(".@id")) if attribute.endswith(".@id") else Run(frozenset({attribute}))
        for scene in asked.scenes:
            rules = {name: rule for name, rule in asked.rules.of(scene).items() if name not in left_out}
            changed = scene.readers(rules, run)
            breach = _difference(asked.question, {name: asked.rules.severities[name] for name in rules})
            yield Case(_two(asked, scene, changed, breach, run=run, outside=left_out), attribute)


def _left_out(asked: Asked, attribute: str) -> frozenset[str]:
    """Return the rules that a question is not about: those with a law for it, or all but the one it names."""
    question, policies = asked.question, asked.rules.policies
    lawful = {each.id for each in policies if question.except_legal_basis and relies_on(each, attribute)}
    others = {each.id for each in policies if question.rule not in (None, each.id)}
    return frozenset(lawful | others)


def _attributes(asked: Asked) -> Sequence[str]:
    question, schema = asked.question, asked.scenes[0].schema
    if question.class_ is None:
        for path in question.attributes:
            hold_to_schema(schema, path)
        return question.attributes
    known = classes(schema)
    if question.class_ not in known:
        raise BadInput("no such class", got=question.class_, expected=", ".join(sorted(known)))
    return known[question.class_]


def relies_on(policy: Policy, attribute: str) -> bool:
    """Return whether a rule is a forbid that names a law, and says that the law lets an attribute matter."""
    notes = policy.annotations
    if policy.effect == "permit" or "legal_basis" not in notes:
        return False
    return any(covers(path.strip(), attribute) for path in notes.get("relies_on", "").split(",") if path.strip())


def not_by_association(asked: Asked) -> Iterator[Case]:
    """Yield what would show that a refusal needs whom the advertiser resembles or meets."""
    return _without(asked, "association")


def not_by_anonymous(asked: Asked) -> Iterator[Case]:
    """Yield what would show that a refusal needs an unnamed source."""
    return _without(asked, "anonymous")


def _without(asked: Asked, role: str) -> Iterator[Case]:
    run = Run(frozenset(with_role(asked.scenes[0].schema, role)), neutral=True)
    for scene in asked.scenes:
        severities = asked.rules.severities
        breach = _by_outcome(_no_longer_refused, severities, severities, lambda a, b: a is Outcome.REFUSE is not b)
        yield Case(_two(asked, scene, scene.readers(asked.rules.of(scene), run), breach, run=run))


def monotone(asked: Asked) -> Iterator[Case]:
    """Yield what would show that more of an attribute makes the outcome milder."""
    path, schema = asked.question.attribute or "", asked.scenes[0].schema
    direction = asked.question.direction or with_role(schema, "direction").get(path)
    if direction not in ("up", "down"):
        raise BadInput("no direction of an attribute", got=path, expected="one with @direction, or `direction`")
    run = Run(frozenset({path}))
    for scene in asked.scenes:
        severities = asked.rules.severities
        changed = scene.readers(asked.rules.of(scene), run)
        more = tuple(moved(scene, run, path, direction)) if changed else ()
        breach = replace(_by_outcome(milder, severities, severities, _is_milder), more=more)
        yield Case(_two(asked, scene, changed, breach, run=run), path)


def shadowed(asked: Asked) -> Iterator[Case]:
    """Yield what would show that a rule makes a difference."""
    for scene, rule in each_rule(asked):
        matters = partial(_matters, asked.rules.severities, rule.id)
        known = asked.known(scene, rule, matters)
        if known is not None:
            yield Case(None, rule=rule.id, known=known)
            continue
        breach = _Breach(lambda _, a, b: differ(a, b), matters)
        crowd = asked.rules.crowd(scene)
        entry = crowd.by_id[rule.id]
        yield Case(_two(asked, scene, [replace(entry, b=None), *scene.likely(entry, crowd)], breach), rule=rule.id)


def _matters(severities: Mapping[str, int], rule_id: str, marks: Marks, _: Marks | None = None) -> bool:
    return outcome_of(severities, marks) != outcome_of(severities, marks, without=rule_id)


def equivalent(asked: Asked) -> Iterator[Case]:
    """Yield what would show that another rulebook comes to another outcome."""
    return _compared(asked, differ, operator.ne)


def no_milder(asked: Asked) -> Iterator[Case]:
    """Yield what would show that another rulebook is milder somewhere."""
    return _compared(asked, milder, _is_milder)


def _compared(
    asked: Asked, terms: Callable[[Levels, Levels], str], wrong: Callable[[Outcome, Outcome], bool]
) -> Iterator[Case]:
    for scene in asked.scenes:
        breach = _by_outcome(terms, asked.rules.severities, asked.others.severities, wrong)
        shared, changed = scene.compared(asked.rules.of(scene).values(), asked.others.of(scene).values())
        yield Case(_two(asked, scene, changed, breach, crowd=Crowd(shared)))


@dataclass(frozen=True)
class _Breach:
    """How two requests break a property: as terms, and by the engine's marks."""

    terms: Callable[[Sequence[Entry], Levels, Levels], str]
    broken: Callable[[Marks, Marks], bool]
    more: tuple[str, ...] = ()


def _by_outcome(
    terms: Callable[[Levels, Levels], str],
    a: Mapping[str, int],
    b: Mapping[str, int],
    wrong: Callable[[Outcome, Outcome], bool],
) -> _Breach:
    return _Breach(lambda _, x, y: terms(x, y), lambda x, y: wrong(outcome_of(a, x), outcome_of(b, y)))


def _difference(question: Question, severities: Mapping[str, int]) -> _Breach:
    if question.level == "reasons":
        ids = frozenset(severities)
        return _Breach(_marks_differ, lambda a, b: _of(a, ids) != _of(b, ids))
    return _by_outcome(differ, severities, severities, operator.ne)


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


def _is_milder(a: Outcome, b: Outcome) -> bool:
    return b.severity < a.severity


def _no_longer_refused(a: Levels, b: Levels) -> str:
    return both(refused(a), negated(refused(b)))
