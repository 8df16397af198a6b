"""Which single fact of a case would have to be different for a milder outcome: each is tried with Cedar."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from evenhand.model.decision import Decision
from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome
from evenhand.model.run import FactChange
from evenhand.policy import ActiveRules, Rulebook, rule_many
from evenhand.policy.attribute_roles import covers
from evenhand.policy.number_bands import number_bands
from evenhand.policy.request import day_of
from evenhand.policy.schema import Primitive, RecordType, SetOf
from evenhand.workflows.audit.recorded_facts import as_text, fact_paths, follow, type_at
from evenhand.workflows.audit.recorded_groups import GroupReader
from evenhand.workflows.rulebooks.replay import facts_of

_PARENTS = "@parents"
_PLACES = frozenset({"context.territories", "context.bound_by"})  # with the unions that they are in


class _Trial(NamedTuple):
    """A fact with another value, and the facts of the request with it."""

    fact: str
    value: str | None
    changed_to: str | None
    facts: Facts


def fact_changes(decision: Decision, rulebook: Rulebook) -> tuple[FactChange, ...]:
    """Return the facts that alone would make the outcome milder, the mildest outcome first; none for an allow.

    Tried are the other value of a Boolean, the nearest number of each other band, an empty set, content without one of
    its kinds, an optional record left out, and no membership of what is listed. Protected attributes are not tried:
    they are no reason.
    """
    facts = facts_of(decision)
    day = day_of(facts.context.get("at"))
    if decision.outcome is Outcome.ALLOW or day is None:
        return ()
    trials = list(_trials(facts, rulebook.active(day), GroupReader(rulebook.schema).varied))
    rulings = rule_many([trial.facts for trial in trials], rulebook)
    milder = [
        (ruling.outcome.severity, FactChange(
            fact=trial.fact, value=trial.value, changed_to=trial.changed_to, outcome=ruling.outcome.value
        ))
        for trial, ruling in zip(trials, rulings, strict=True)
        if ruling.outcome.severity < decision.outcome.severity
    ]  # fmt: skip
    best: dict[str, tuple[int, FactChange]] = {}
    for severity, change in milder:
        if change.fact not in best or severity < best[change.fact][0]:
            best[change.fact] = severity, change
    return tuple(change for _, change in sorted(best.values(), key=lambda each: (each[0], each[1].fact)))


def _trials(facts: Facts, active: ActiveRules, protected: Sequence[str]) -> Iterator[_Trial]:
    rules = [rule for rule in active.rules.values() if facts.action.id in rule.actions]
    bands = number_bands(active.policies).starts
    for path in fact_paths(rules, active.schema):
        owner, _, rest = path.partition(".")
        if any(covers(each, path) for each in protected) or _is_principal_again(facts, owner):
            continue
        if rest == _PARENTS:
            yield from _without_parents(facts, path, owner)
            continue
        steps = rest.split(".")
        for record in _records(facts, owner):
            before = follow(record, steps)
            for after in other_values(path, type_at(active.schema, path), before, bands.get(steps[-1], ())):
                changed = _with_value(facts, owner, record, steps, after)
                yield _Trial(path, as_text(before), as_text(after), changed)
    yield from _without_records(facts, active)


def _is_principal_again(facts: Facts, owner: str) -> bool:
    """Return whether entities of a type are the principal under another type: one that pays for itself."""
    return owner != facts.principal.type and any(
        each.uid.type == owner and each.uid.id == facts.principal.id for each in facts.entities
    )


def _records(facts: Facts, owner: str) -> Iterator[Mapping[str, Any]]:
    """Yield the records that an attribute of an owner is in."""
    if owner == "context":
        yield facts.context
    yield from (entity.attrs for entity in facts.entities if entity.uid.type == owner)


def _with_value(facts: Facts, owner: str, record: Mapping[str, Any], steps: Sequence[str], value: Any) -> Facts:
    """Return the facts with one value changed: of the principal also where it is the payer."""
    if owner == "context":
        return msgspec.structs.replace(facts, context=_set(record, steps, value))
    same = {each.uid.id for each in facts.entities if each.attrs is record} & {facts.principal.id}
    return msgspec.structs.replace(
        facts,
        entities=tuple(
            msgspec.structs.replace(each, attrs=_set(each.attrs, steps, value))
            if each.attrs is record or (each.uid.id in same and follow(each.attrs, steps) is not None)
            else each
            for each in facts.entities
        ),
    )


def other_values(path: str, kind: object, before: Any, starts: Sequence[int]) -> Iterator[Any]:
    """Yield the other values of a fact that are tried; `starts` are where the bands of a number begin.

    A campaign always has a kind of content and places: an empty cell is no way out of a rule about them.

    >>> list(other_values("Campaign.content", SetOf(Primitive("String")), ["alcohol", "sport"], ()))
    [['sport'], ['alcohol']]
    >>> list(other_values("context.territories", SetOf(Primitive("String")), ["EU", "IT"], ()))
    []
    """
    match kind, before:
        case Primitive("Bool"), bool():
            yield not before
        case Primitive("Long"), int():
            nearest = {0, *(start - 1 if start <= before else start for start in starts if start > 0)}
            yield from sorted(nearest - {before}, key=lambda number: abs(number - before))
        case SetOf(), [_, *_] if path.endswith(".content"):
            yield from ([*before[:place], *before[place + 1 :]] for place in range(len(before)) if len(before) > 1)
        case SetOf(), [_, *_] if path not in _PLACES:
            yield []
        case _:
            return


def _without_parents(facts: Facts, path: str, owner: str) -> Iterator[_Trial]:
    for entity in facts.entities:
        if entity.uid.type == owner and entity.parents:
            above = ";".join(sorted(uid.id for uid in entity.parents))
            bare = (
                msgspec.structs.replace(each, parents=()) if each.uid.id == entity.uid.id else each
                for each in facts.entities
            )
            yield _Trial(path, above, "none", msgspec.structs.replace(facts, entities=tuple(bare)))


def _without_records(facts: Facts, active: ActiveRules) -> Iterator[_Trial]:
    """Yield the facts without each record that may be absent, as what is known of a news outlet."""
    for place, entity in enumerate(facts.entities):
        kind = active.schema.entities.get(entity.uid.type)
        for name, attribute in kind.attributes.attributes.items() if kind is not None else ():
            if attribute.optional and isinstance(attribute.type, RecordType) and name in entity.attrs:
                rest = {other: value for other, value in entity.attrs.items() if other != name}
                changed = msgspec.structs.replace(entity, attrs=rest)
                entities = (*facts.entities[:place], changed, *facts.entities[place + 1 :])
                path = f"{entity.uid.type}.{name}"
                yield _Trial(path, "known", None, msgspec.structs.replace(facts, entities=entities))


def _set(record: Mapping[str, Any], steps: Sequence[str], value: Any) -> dict[str, Any]:
    first, *rest = steps
    return {**record, first: _set(record[first], rest, value) if rest else value}
