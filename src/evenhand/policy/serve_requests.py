"""What a request to serve an advertisement is at the gate: which of its fields a bid tells, and which it never does."""

from collections.abc import Iterator
from typing import Final

from evenhand.policy.attribute_access import AttributeAccess
from evenhand.policy.schema import EntityRef, Environment, Schema

SERVING: Final = ("Advertiser", ("Action", "serve"), "Creative")
"""Principal, action and resource of the requests that the gate answers."""

# Fields of the context that only a request brings; every other one is known beforehand or known not to be there.
REQUEST_FIELDS: Final = frozenset({"at", "territories", "political", "placement", "label_present"})
LABEL: Final = "label_present"  # the one of them that no bid tells
PLACEMENT_FIELDS: Final = frozenset({"territory", "slot"})  # all that a bid tells of where it is shown


def serving(schema: Schema) -> Environment | None:
    """Return the environment of the requests that the gate answers, None where the schema has none."""
    found = (each for each in schema.environments if (each.principal, each.action, each.resource) == SERVING)
    return next(found, None)


def never_told(reads: AttributeAccess, schema: Schema) -> tuple[str, ...]:
    """Return what a policy reads of a request to serve and no bid tells, as rules write it: `resource.content`.

    It is what the conditions of the gate have as unknown: the gate holds a bid of which the rest of the rule does not
    say that the policy cannot matter.

    Source: `gate.md` §4.
    """
    environment = serving(schema)
    found = ((each, path) for each, paths in reads.by_environment if each == environment for path in paths)
    return tuple(sorted({name for each, path in found for name in _never_told(path, each)}))


def _never_told(path: str, environment: Environment) -> Iterator[str]:
    kind, _, name = path.rpartition(".")
    placement = environment.context.attributes.get("placement")
    if path == f"context.{LABEL}":
        yield path
    elif path.startswith(f"{environment.resource}."):
        inner = path.removeprefix(f"{environment.resource}.")
        yield "resource" if inner.startswith("@") else f"resource.{inner}"
    elif placement is not None and placement.type == EntityRef(kind) and name not in PLACEMENT_FIELDS:
        yield "context.placement" if name.startswith("@") else f"context.placement.{name}"
