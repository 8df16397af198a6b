"""What a question says beside the rules: bounds, directions, places and names, as SMT-LIB terms."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from evenhand.model.errors import BadInput
from evenhand.policy.attribute_roles import with_role
from evenhand.policy.proofs.smt.script import Script
from evenhand.policy.proofs.smt.smtlib import bits, both, either, equal, implies, literal, negated, symbol, variant
from evenhand.policy.proofs.smt.symbolic_values import RequestCopy, SetValue, SymbolicFacts
from evenhand.policy.proofs.symbolic_environment import SymbolicEnvironment
from evenhand.policy.schema import EntityRef, Primitive, RecordType, Schema, SetOf, Type

_MOST = (1 << 63) - 1


def kind_at(schema: Schema, path: str) -> Type:
    """Return the type of what stands at a path, as `Advertiser.media.control` or `context.at`.

    Raises:
        BadInput: nothing stands there.
    """
    name, _, rest = path.rpartition("::")
    first, *steps = rest.split(".")
    owner = f"{name}::{first}" if name else first
    starts = [each.context for each in schema.environments] if owner == "context" else []
    starts += [schema.entities[owner].attributes] if owner in schema.entities else []
    kinds = (_followed(start, steps) for start in starts)
    found = next((kind for kind in kinds if kind is not None), None)
    if found is None:
        raise BadInput("no such attribute", got=path, expected="a path by type, as the schema declares it")
    return found


def hold_to_schema(schema: Schema, path: str) -> None:
    """Hold a path to what the schema declares; `Payer.@id`, `Payer.@parents` and `Campaign.@tags` are paths too.

    Raises:
        BadInput: there is no such thing.
    """
    kind, _, own = path.rpartition(".@")
    entity = schema.entities.get(kind)
    if entity is None or own not in ("id", "parents", "tags") or (own == "tags" and entity.tags is None):
        kind_at(schema, path)


def _followed(kind: Type | None, steps: list[str]) -> Type | None:
    for step in steps:
        attribute = kind.attributes.get(step) if isinstance(kind, RecordType) else None
        kind = attribute.type if attribute is not None else None
    return kind


def _kind_in(symbolic: SymbolicEnvironment, path: str) -> Type | None:
    """Return the type of what stands at a path in one environment; contexts may give a name to different things."""
    owner, *steps = path.split(".")
    return _followed(symbolic.environment.context, steps) if owner == "context" else kind_at(symbolic.schema, path)


def bounded(symbolic: SymbolicEnvironment, copy: RequestCopy, assume: Mapping[str, tuple[int, int]]) -> list[str]:
    """Return that numbers lie within bounds, in both requests."""
    script = symbolic.encoder.script
    return [
        both(f"(bvsle {bits(least)} {use.text})", f"(bvsle {use.text} {bits(most)})")
        for path, (least, most) in assume.items()
        if _kind_in(symbolic, path) == Primitive("Long")
        for name in dict.fromkeys((symbol(path), copy.own(symbol(path))))
        for use in script.uses(name)
    ]


def moved(symbolic: SymbolicEnvironment, copy: RequestCopy, path: str, direction: str) -> Iterator[str]:
    """Yield that an attribute is further in a direction in the second request, and there if it is in the first."""
    script, name = symbolic.encoder.script, symbol(path)
    kind = _kind_in(symbolic, path)
    for a, b in _pairs(script, copy, variant(name, "has")):
        yield equal(a, b)
    if isinstance(kind, SetOf):
        yield from _moved_sets(script, copy, variant(name, "in"), kind.element, direction)
        return
    for a, b in _pairs(script, copy, name):
        yield _no_further(*((a, b) if direction == "up" else (b, a)), kind)


def mildest(symbolic: SymbolicEnvironment, besides: Collection[str]) -> Iterator[str]:
    """Yield that attributes with a direction are at their mildest, but for those `besides`, and no party designated.

    Parties are principals and whatever has such an attribute. What has no order that a solver knows is left free.
    """
    directed = {path: way for path, way in with_role(symbolic.schema, "direction").items() if path not in besides}
    for path, direction in directed.items():
        yield from _mildest(symbolic, path, direction)
    script = symbolic.encoder.script
    for kind in dict.fromkeys((symbolic.environment.principal, *(path.partition(".")[0] for path in directed))):
        for name in script.uppers(kind):
            yield from (negated(use.text) for use in script.uses(name))


def _mildest(symbolic: SymbolicEnvironment, path: str, direction: str) -> Iterator[str]:
    script, name = symbolic.encoder.script, symbol(path)
    match _kind_in(symbolic, path), direction:
        case SetOf(), "up":
            yield from (negated(use.text) for use in script.uses(variant(name, "in")))
        case Primitive("Bool"), "up":
            yield from (negated(use.text) for use in script.uses(name))
        case Primitive("Bool"), "down":
            yield from (use.text for use in script.uses(name))
        case Primitive("Long"), "up":
            yield from (equal(use.text, bits(0)) for use in script.uses(name))
        case Primitive("Long"), "down":
            yield from (equal(use.text, bits(_MOST)) for use in script.uses(name))


def _moved_sets(script: Script, copy: RequestCopy, name: str, element: Type, direction: str) -> Iterator[str]:
    for arguments in dict.fromkeys(each[:-1] for each in _arguments(script, copy, name)):
        for each in script.elements(element):
            a, b = (script.again(one, (*arguments, each)) for one in (name, copy.own(name)))
            yield implies(a, b) if direction == "up" else implies(b, a)


def _pairs(script: Script, copy: RequestCopy, name: str) -> list[tuple[str, str]]:
    """Return a symbol's values in both requests, for all that it is asked of."""
    found = _arguments(script, copy, name)
    return [(script.again(name, each), script.again(copy.own(name), each)) for each in found]


def _no_further(low: str, high: str, kind: Type | None) -> str:
    match kind:
        case Primitive("Bool"):
            return implies(low, high)
        case Primitive("Long" | "decimal" | "datetime" | "duration"):
            return f"(bvsle {low} {high})"
        case _:
            raise BadInput(
                "values of the attribute have no order", got=kind, expected="a number, instant, truth or set"
            )


def _arguments(script: Script, copy: RequestCopy, name: str) -> list[tuple[str, ...]]:
    """Return what a symbol is asked of in either request."""
    return list(dict.fromkeys(use.arguments for each in (name, copy.own(name)) for use in script.uses(each)))


def outside(symbolic: SymbolicEnvironment, jurisdiction: str) -> str:
    """Return that a place is not among the territories of a request; true where requests have none."""
    attribute = symbolic.environment.context.attributes.get("territories")
    if attribute is None or attribute.type != SetOf(Primitive("String")):
        return "true"
    value = symbolic.encoder.facts.at("context.territories", (), attribute.type)
    assert isinstance(value, SetValue)
    return negated(value.has(symbolic.encoder.script.element(Primitive("String"), literal(jurisdiction))))


def renaming(symbolic: SymbolicEnvironment, kind: str) -> list[str]:
    """Return that one entity of a type has another id in the second request, and that nobody else has it."""
    facts, script = symbolic.encoder.facts, symbolic.encoder.script
    old, new, nobody = (facts.constant(name, EntityRef(kind)) for name in ("old", "new", "nobody"))
    known = [term for term, name in _references(symbolic, facts) if name == kind]
    referred = list(dict.fromkeys((*known, *script.terms(EntityRef(kind)))))
    query_slice = [*referred, *(name for name, (other, _) in script.looked_into.items() if other == kind)]
    return [
        either(*(equal(old, term) for term in referred)),
        *(negated(equal(new, term)) for term in query_slice),
        *(negated(equal(nobody, term)) for term in (*query_slice, new, *_literals(script, kind))),
        *(negated(equal(old, term)) for term in query_slice if term not in referred),
    ]


def _literals(script: Script, kind: str) -> Iterable[str]:
    return [name for name in script.known if name.startswith(symbol(f'{kind}::"')[:-1])]


def _references(symbolic: SymbolicEnvironment, facts: SymbolicFacts) -> Iterator[tuple[str, str]]:
    """Yield every entity that a request itself refers to, with its type."""
    environment = symbolic.environment
    waiting: list[tuple[str, Type]] = [
        ("principal", EntityRef(environment.principal)),
        ("resource", EntityRef(environment.resource)),
        ("context", environment.context),
    ]
    for path, kind in waiting:
        if isinstance(kind, EntityRef):
            yield str(facts.at(path, (), kind)), kind.name
        elif isinstance(kind, RecordType):
            waiting += [(f"{path}.{name}", attribute.type) for name, attribute in kind.attributes.items()]
