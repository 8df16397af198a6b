"""The questions that a rulebook can be asked, and those that every release is asked."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from evenhand.model.certificate import Property, Result
from evenhand.model.record import Record
from evenhand.policy.attribute_roles import protected_classes, with_role
from evenhand.policy.schema import Schema
from evenhand.policy.syntax_tree import Policy


class Question(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One question about the rules in force on a day (`policy.md` §11).

    `assume` bounds numbers, both ends included. `other` names the rulebook of a comparison; who asks finds it.
    `rule` is the rule asked about; of `neutral`, that one alone and not all.
    """

    property: Property
    at: str
    class_: str | None = msgspec.field(name="class", default=None)
    attributes: tuple[str, ...] = ()
    attribute: str | None = None
    direction: Literal["up", "down"] | None = None
    rule: str | None = None
    other: str | None = None
    action: str | None = None
    except_legal_basis: bool = True
    level: Literal["outcome", "reasons"] = "outcome"
    assume: dict[str, tuple[int, int]] = {}

    def parameters(self) -> dict[str, Any]:
        """Return what was asked beside the property and the day."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return {name: value for name, value in plain.items() if name not in ("property", "at")}


class ReleaseQuestion(Record, frozen=True, kw_only=True):
    """A question that every release is asked, and the answer that it must have; None where either will do."""

    question: Question
    wanted: Result | None


def release_questions(policies: Iterable[Policy], schema: Schema, at: str) -> list[ReleaseQuestion]:
    """Return all that applies: each class, forbid, direction, and each rule dead or shadowed.

    A rule with a legal basis is asked for its territory where it relies on what is protected. A dead or shadowed rule
    is worth knowing and no fault: one may be dead until a list has entries.
    """
    kept = list(policies)
    whole = [ReleaseQuestion(question=each, wanted="proved") for each in _of_schema(schema, at)]
    forbids = [policy for policy in kept if policy.effect == "forbid"]
    sure = [Question(property="never_errors", at=at, rule=policy.id) for policy in forbids]
    placed = [Question(property="in_scope", at=at, rule=each.id) for each in forbids if "relies_on" in each.annotations]
    # What shows that a rule counts also shows that it applies, so that is asked first.
    known: list[Property] = ["shadowed", "dead"]
    about_effects = [Question(property=name, at=at, rule=policy.id) for name in known for policy in kept]
    return [
        *whole,
        *(ReleaseQuestion(question=each, wanted="proved") for each in (*sure, *placed)),
        *(ReleaseQuestion(question=each, wanted=None) for each in about_effects),
    ]


def _of_schema(schema: Schema, at: str) -> Iterator[Question]:
    for name in protected_classes(schema):
        yield Question(property="neutral", at=at, class_=name)
    if with_role(schema, "association"):
        yield Question(property="not_by_association", at=at)
        yield Question(property="not_by_association_alone", at=at)
    if with_role(schema, "anonymous"):
        yield Question(property="not_by_anonymous", at=at)
    if with_role(schema, "claims") or with_role(schema, "anonymous"):
        yield Question(property="not_by_claims_alone", at=at)
    for path in with_role(schema, "direction"):
        yield Question(property="monotone", at=at, attribute=path)
    yield Question(property="complete", at=at)
