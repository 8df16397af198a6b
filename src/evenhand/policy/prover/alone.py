"""Properties that one request breaks: a rule applies, errs, applies elsewhere, or nothing applies."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from evenhand.model.errors import BadInput
from evenhand.policy.prover.asked import Asked, Case, each_rule
from evenhand.policy.prover.levels import Entry, Rest, levels
from evenhand.policy.prover.replay import Marks
from evenhand.policy.prover.scene import Scene
from evenhand.policy.prover.terms import bounded, outside
from evenhand.policy.smt.encoding import Mark
from evenhand.policy.smt.values import BASE
from evenhand.policy.typed.nodes import Rule


def dead(asked: Asked) -> Iterator[Case]:
    """Yield what would show that a rule applies to some request."""
    for scene, rule in each_rule(asked):
        known = asked.known(scene, rule, partial(_applies_in, rule.id))
        case = _one(asked, scene, rule, lambda mark: [mark.satisfied], lambda marks: marks.satisfied)
        yield case if known is None else Case(None, rule=rule.id, known=known)


def _applies_in(rule_id: str, marks: Marks) -> bool:
    return rule_id in marks.satisfied


def never_errors(asked: Asked) -> Iterator[Case]:
    """Yield what would show that a rule errs, or one of all forbids."""
    for scene, rule in each_rule(asked):
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


def complete(asked: Asked) -> Iterator[Case]:
    """Yield what would show that no rule speaks for some request."""
    for scene in asked.scenes:
        crowd = asked.rules.crowd(scene)
        claim = replace(
            asked.bare(scene), crowd=crowd, breach=_nothing_applies, broken=lambda marks, _: not marks.satisfied
        )
        yield Case(None if any(entry.mark.satisfied == "true" for entry in crowd.by_id.values()) else claim)


def _nothing_applies(chosen: Sequence[Entry], rest: Rest) -> list[str]:
    return [levels(((entry, entry.a) for entry in chosen), rest).none]


def in_scope(asked: Asked) -> Iterator[Case]:
    """Yield what would show that a rule applies where its law's jurisdiction is not among the territories."""
    law = {policy.id: policy.annotations.get("legal_basis", "") for policy in asked.rules.policies}
    for scene, rule in each_rule(asked):
        jurisdiction = law[rule.id].rpartition("|")[2].strip()
        if not jurisdiction:
            raise BadInput("no jurisdiction of a rule", got=rule.id, expected="a @legal_basis of three parts")
        elsewhere = outside(scene, jurisdiction)
        yield _one(asked, scene, rule, partial(_applies, elsewhere), lambda marks: marks.satisfied)


def _applies(elsewhere: str, mark: Mark) -> list[str]:
    return [mark.satisfied, elsewhere]
