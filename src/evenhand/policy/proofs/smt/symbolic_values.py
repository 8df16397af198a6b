"""What an expression stands for in a query, by type, and the facts of a request as such values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from evenhand.policy.proofs.smt.script import Script
from evenhand.policy.proofs.smt.smtlib import (
    KEY,
    NotEncodable,
    both,
    choice,
    dotted,
    either,
    equal,
    implies,
    literal,
    negated,
    sort_of,
    symbol,
    under,
    variant,
)  # fmt: skip
from evenhand.policy.schema import EntityRef, Environment, Primitive, RecordType, SetOf, Type


@dataclass(frozen=True)
class SetValue:
    """A set as a predicate; `listed` are its elements where they are written out."""

    element: Type
    has: Callable[[str], str] = field(compare=False)
    listed: tuple[str, ...] | None = None


@dataclass(frozen=True)
class RecordValue:
    """A record as its fields: whether each is there, and its value."""

    kind: RecordType
    at: Callable[[str], "tuple[str, Symbolic]"] = field(compare=False)


Symbolic: TypeAlias = "str | SetValue | RecordValue"


@dataclass(frozen=True)
class RequestCopy:
    """One of the two requests that a question compares: which attributes are its own.

    `varied` are paths by type (`Advertiser.country`, with all under it); in the other request they are symbols of
    their own, or neutral: 0, false, empty. `renamed` is an entity type of which one entity has another id.
    """

    varied: frozenset[str] = frozenset()
    neutral: bool = False
    renamed: str | None = None

    def varies(self, name: str) -> bool:
        """Return whether a symbol is this run's own; a name with a dot in it counts as the path that it looks like."""
        plain = dotted(name[1:-1])
        return plain in self.stems or plain.startswith(self._beneath)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Return how the symbols of the varied paths begin; `Payer.@parents` is what is above a payer."""
        kinds = (path.removesuffix(".@parents") for path in self.varied if path.endswith(".@parents"))
        paths = (path for path in self.varied if not path.endswith(".@parents"))
        return (*(symbol(path)[1:-1] for path in paths), *(f"{symbol(kind)[1:-1]}%above" for kind in kinds))

    @cached_property
    def _beneath(self) -> tuple[str, ...]:
        """Return how the symbols of what is under the varied paths begin."""
        return tuple(f"{stem}{end}" for stem in self.stems for end in ".%")

    def own(self, name: str) -> str:
        """Return the symbol that stands for another in this run."""
        return variant(name, "b") if self.varies(name) else name


BASE = RequestCopy()


class SymbolicFacts:
    """The facts of a request in one run: its variables, attributes and tags as symbols of the script."""

    def __init__(self, script: Script, environment: Environment, copy: RequestCopy) -> None:
        self._script, self._environment, self._run = script, environment, copy

    def variable(self, name: str) -> Symbolic:
        """Return principal, resource or context."""
        if name == "context":
            return self.at("context", (), self._environment.context)
        kind = self._environment.principal if name == "principal" else self._environment.resource
        return self.at(name, (), EntityRef(kind))

    def attribute(self, kind: str, key: str, name: str) -> tuple[str, Symbolic]:
        """Return whether an entity has an attribute, and the attribute."""
        self._script.look_into(key)
        attributes = self._script.schema.entities[kind].attributes
        return self._record(kind, (self._script.hold(KEY, key),), attributes).at(name)

    def tag(self, kind: str, key: str, name: str) -> tuple[str, Symbolic]:
        """Return whether an entity has a tag, and the tag."""
        self._script.look_into(key)
        tags = self._script.schema.entities[kind].tags
        arguments = (self._script.hold(KEY, key), self._script.hold("String", name))
        path = f"{kind}.@tags"
        assert tags is not None, "validation has refused tags that the schema lacks"
        return self._truth(variant(symbol(path), "has"), arguments), self.at(path, arguments, tags)

    def entity(self, kind: str, entity_id: str) -> str:
        """Return an entity that a rule names.

        Under another name of one entity, a rule's name may mean that one, or nobody any longer.
        """
        key = self._script.entity(kind, entity_id)
        if kind != self._run.renamed:
            return key
        old, new, nobody = (self.constant(name, EntityRef(kind)) for name in ("old", "new", "nobody"))
        return self._script.hold(KEY, choice(equal(key, new), old, choice(equal(key, old), nobody, key)))

    def above(self, lower: str, upper: str, low: str, high: str) -> str:
        """Return whether the entity `high` is above `low`; the names are of their types."""
        return self._script.above(lower, upper, low, high, self._run.own)

    def constant(self, name: str, kind: Type) -> str:
        """Return a constant that is in no rule."""
        return self._script.use(variant(symbol(""), name), (), kind, ())

    def at(self, path: str, arguments: tuple[str, ...], kind: Type) -> Symbolic:
        """Return what stands at a path, of an entity if there are arguments."""
        name = symbol(path)
        match kind:
            case SetOf(element):
                return SetValue(element, lambda each: self._has(variant(name, "in"), (*arguments, each), element))
            case RecordType():
                return self._record(path, arguments, kind)
            case _ if self._run.neutral and self._run.varies(name):
                return _neutral(kind)
            case _:
                return self._script.use(self._run.own(name), arguments, kind, _sorts(arguments))

    def _record(self, path: str, arguments: tuple[str, ...], kind: RecordType) -> RecordValue:
        def at(name: str) -> tuple[str, Symbolic]:
            attribute, inner = kind.attributes[name], under(path, name)
            there = self._truth(variant(symbol(inner), "has"), arguments) if attribute.optional else "true"
            return there, self.at(inner, arguments, attribute.type)

        return RecordValue(kind, at)

    def _truth(self, name: str, arguments: tuple[str, ...]) -> str:
        if self._run.neutral:
            return self._script.use(name, arguments, None, _sorts(arguments))
        return self._script.use(self._run.own(name), arguments, None, _sorts(arguments))

    def _has(self, name: str, arguments: tuple[str, ...], element: Type) -> str:
        if self._run.neutral and self._run.varies(name):
            return "false"
        held = (*arguments[:-1], self._script.hold(sort_of(element), arguments[-1]))
        return self._script.use(self._run.own(name), held, None, (*_sorts(held[:-1]), sort_of(element)))


def merged(cond: str, then: Symbolic, other: Symbolic) -> Symbolic:
    """Return `if cond then then else other`."""
    match then, other:
        case SetValue(element, has), SetValue(_, others):
            return SetValue(element, lambda each: choice(cond, has(each), others(each)))
        case RecordValue(kind, at), RecordValue(_, others_at):
            return RecordValue(kind, lambda name: _merged_field(cond, at(name), others_at(name)))
        case str(), str():
            return choice(cond, then, other)
        case _:
            raise AssertionError("strict validation gives both branches one type")


def _merged_field(cond: str, then: tuple[str, Symbolic], other: tuple[str, Symbolic]) -> tuple[str, Symbolic]:
    return choice(cond, then[0], other[0]), merged(cond, then[1], other[1])


def same(script: Script, left: Symbolic, right: Symbolic) -> str:
    """Return whether two values of one type are equal."""
    match left, right:
        case SetValue(), SetValue():
            return _same_sets(script, left, right)
        case RecordValue(kind), RecordValue():
            fields = ((left.at(name), right.at(name)) for name in kind.attributes)
            return both(
                *(both(equal(a, b), implies(a, same(script, value, other))) for (a, value), (b, other) in fields)
            )
        case str(), str():
            return equal(left, right)
        case _:
            raise AssertionError("strict validation compares values of one type")


def _same_sets(script: Script, left: SetValue, right: SetValue) -> str:
    return _for_all(script, left.element, lambda each: equal(left.has(each), right.has(each)))


def contains_all(script: Script, left: SetValue, right: SetValue) -> str:
    """Return whether every element of the right set is in the left one."""
    if right.listed is not None:
        return both(*(left.has(each) for each in right.listed))
    return _for_all(script, left.element, lambda each: implies(right.has(each), left.has(each)))


def contains_any(script: Script, left: SetValue, right: SetValue) -> str:
    """Return whether the sets share an element."""
    if right.listed is None and left.listed is not None:
        left, right = right, left
    if right.listed is not None:
        return either(*(left.has(each) for each in right.listed))
    return negated(_for_all(script, left.element, lambda each: negated(both(left.has(each), right.has(each)))))


def is_empty(script: Script, arg: SetValue) -> str:
    """Return whether a set has no element."""
    if arg.listed is not None:
        return literal(not arg.listed)
    return _for_all(script, arg.element, lambda each: negated(arg.has(each)))


def any_of(script: Script, arg: SetValue, holds: Callable[[str], str]) -> str:
    """Return whether something holds for an element of a set."""
    if arg.listed is not None:
        return either(*(holds(each) for each in arg.listed))
    return negated(_for_all(script, arg.element, lambda each: implies(arg.has(each), negated(holds(each)))))


def listed(script: Script, element: Type, terms: list[str]) -> SetValue:
    """Return the set of some terms."""
    held = tuple(script.element(element, term) for term in terms)
    return SetValue(element, lambda each: either(*(equal(each, one) for one in held)), held)


def record(kind: RecordType, fields: Mapping[str, Symbolic]) -> RecordValue:
    """Return the record of some values."""
    return RecordValue(kind, lambda name: ("true", fields[name]))


def _for_all(script: Script, element: Type, holds: Callable[[str], str]) -> str:
    """Return whether something holds for every value of a type: for all terms there are, and for a witness."""
    sort_of(element)
    if script.is_closed(element):
        return both(*(holds(each) for each in script.elements(element)))
    witness = script.witness(element)
    script.element(element, witness)
    # Asked once here, so that symbols are declared and an element that cannot be encoded is found at once.
    holds(witness)
    return script.later(lambda: both(*(holds(each) for each in script.elements(element))))


def _neutral(kind: Type) -> str:
    match kind:
        case Primitive("Bool"):
            return "false"
        case Primitive("String"):
            return '""'
        case Primitive("Long" | "decimal" | "datetime" | "duration"):
            return literal(0)
        case _:
            raise NotEncodable("no neutral value of an entity or address")


def _sorts(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sorts of an entity's key and of what else a symbol of it takes: the name of a tag."""
    return (KEY, "String")[: len(arguments)]
