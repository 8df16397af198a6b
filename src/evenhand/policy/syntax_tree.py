"""Policies as syntax trees: parsed, and put together again.

The nodes of `cedarpy.pst` follow the engine and are outside its promise of stability (`policy.md` §5): this module
alone imports them, and others take them from here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace

import cedarpy
from cedarpy import pst

from evenhand.policy.schema import Environment, Schema

__all__ = [
    "Policy",
    "allows",
    "conjuncts",
    "entities_among",
    "environments_of",
    "literals",
    "named",
    "nodes",
    "parse",
    "pst",
    "to_handle",
]

Policy = pst.Template


def parse(text: str) -> tuple[Policy, ...]:
    """Return the policies of a Cedar text in its order.

    Raises:
        ValueError: the text is no Cedar, is nested deeper than 100 levels, or holds a template.
    """
    parsed = cedarpy.policies_to_pst(text)
    if parsed.templates:
        raise ValueError("a template (`?principal` or `?resource`), which a rulebook can never link")
    return tuple(parsed.static_policies[f"policy{place}"] for place in range(len(parsed.static_policies)))


def to_handle(policies: Iterable[Policy]) -> cedarpy.PolicySet:
    """Return the engine's handle of policies; each keeps its own id, so that answers name it."""
    named = {policy.id: policy for policy in policies}
    return cedarpy.PolicySet.from_pst(pst.PolicySet(templates={}, static_policies=named, template_links=()))


def named(policy: Policy, policy_id: str) -> Policy:
    """Return the policy under another id."""
    return replace(policy, id=policy_id)


def literals(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Return (type, id) of every entity that a policy names anywhere, its scope too, sorted."""
    return entities_among(nodes(policy))


def entities_among(parts: Iterable[object]) -> tuple[tuple[str, str], ...]:
    """Return (type, id) of every entity among nodes, sorted."""
    return tuple(sorted({(str(each.type), each.id) for each in parts if isinstance(each, pst.EntityUid)}))


def nodes(part: object) -> tuple[object, ...]:
    """Return every node in a part of a policy, the part itself too, in any order."""
    found: list[object] = []
    waiting: list[object] = [part]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting += part
        elif names := _field_names(type(part)):
            found.append(part)
            waiting += [value for name in names if not isinstance(value := getattr(part, name), str)]
        elif isinstance(part, Mapping):
            waiting += part.values()
    return tuple(found)


_FIELD_NAMES: dict[type, tuple[str, ...]] = {}


def _field_names(kind: type) -> tuple[str, ...]:
    """Return the names of the fields that nodes of a class have; none of what is no node."""
    if kind not in _FIELD_NAMES:
        _FIELD_NAMES[kind] = tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()
    return _FIELD_NAMES[kind]


def environments_of(policy: Policy, schema: Schema) -> Iterator[Environment]:
    """Yield the request environments that a policy's scope allows."""
    return (environment for environment in schema.environments if allows(policy, environment, schema))


def allows(policy: Policy, environment: Environment, schema: Schema) -> bool:
    """Return whether a policy's scope allows requests of an environment."""
    return (
        _allows_action(policy.action, schema.groups[environment.action])
        and _allows_type(policy.principal, environment.principal)
        and _allows_type(policy.resource, environment.resource)
    )


def conjuncts(policy: Policy) -> Iterator[pst.Clause]:
    """Yield what must all hold, in the order in which it is tried; an `unless` stays whole."""
    for clause in policy.clauses:
        match clause:
            case pst.When(expr):
                yield from (pst.When(each) for each in _operands(expr))
            case pst.Unless():
                yield clause


def _operands(expr: pst.Expr) -> Iterator[pst.Expr]:
    match expr:
        case pst.BinaryOp("and", left, right):
            yield from _operands(left)
            yield from _operands(right)
        case _:
            yield expr


def _allows_type(scope: pst.PrincipalOrResourceConstraint, name: str) -> bool:
    match scope:
        case pst.ScopeIs(entity_type) | pst.ScopeIsIn(entity_type, _):
            return str(entity_type) == name
        case pst.ScopeEq(pst.EntityUid(entity_type, _)):
            return str(entity_type) == name
        case _:
            return True


def _allows_action(scope: pst.ActionConstraint, groups: frozenset[tuple[str, str]]) -> bool:
    match scope:
        case pst.ActionEq(entity):
            return (str(entity.type), entity.id) in groups
        case pst.ActionIn(entities):
            return any((str(entity.type), entity.id) in groups for entity in entities)
        case _:
            return True
