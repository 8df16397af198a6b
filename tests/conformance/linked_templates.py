"""Templates linked: each slot of a scope filled with an entity."""

from collections.abc import Mapping
from dataclasses import replace

from evenhand.policy.syntax_tree import Policy, pst
from evenhand.policy.typed.nodes import Uid


def linked(template: Policy, new_id: str, values: Mapping[str, Uid]) -> Policy:
    """Return a template as the policy `new_id`; values are entities by slot, "principal" or "resource"."""
    return replace(
        template,
        id=new_id,
        principal=_filled(template.principal, values),
        resource=_filled(template.resource, values),
    )


def _filled(scope: pst.PrincipalOrResourceConstraint, values: Mapping[str, Uid]) -> pst.PrincipalOrResourceConstraint:
    match scope:
        case pst.ScopeEq(pst.Slot(name)) | pst.ScopeIn(pst.Slot(name)) | pst.ScopeIsIn(_, pst.Slot(name)):
            *namespace, basename = values[name].type.split("::")
            return replace(scope, entity=pst.EntityUid(pst.EntityType(basename, tuple(namespace)), values[name].id))
        case _:
            return scope
