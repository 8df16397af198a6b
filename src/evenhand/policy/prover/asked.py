"""A question made ready: the rules in force, the environments, and what each claim about them begins with."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evenhand.model.errors import BadInput
from evenhand.policy.prover.properties import Question
from evenhand.policy.prover.replay import Marks
from evenhand.policy.prover.scene import Rules, Scene
from evenhand.policy.prover.search import Claim
from evenhand.policy.typed.nodes import Rule


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


def each_rule(asked: Asked) -> Iterator[tuple[Scene, Rule]]:
    """Yield the rules asked for in each environment: the one named, or every forbid."""
    name = asked.question.rule
    forbids = [each.id for each in asked.rules.policies if each.effect == "forbid"] if name is None else [name]
    if name is not None and all(policy.id != name for policy in asked.rules.policies):
        raise BadInput("no such rule in force", got=name, where=asked.question.at)
    found = ((scene, asked.rules.of(scene).get(each)) for each in forbids for scene in asked.scenes)
    return ((scene, rule) for scene, rule in found if rule is not None)
