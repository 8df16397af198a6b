"""Expressions of a wanted type in one request environment, strictly valid, at random."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evenhand.policy.schema import Attribute, EntityRef, Environment, Primitive, RecordType, Schema, SetOf, Type
from tests.differential.policy_values import PATTERNS, entity, literal, quoted

BOOL, LONG, STRING = Primitive("Bool"), Primitive("Long"), Primitive("String")
DECIMAL, DATETIME, DURATION, IPADDR = (Primitive(name) for name in ("decimal", "datetime", "duration", "ipaddr"))
ORDERED = (LONG, DATETIME, DURATION)


@dataclass(frozen=True)
class Path:
    """A value of the request by its text, and what must be asked, in order, before it may be read."""

    text: str
    type: Type
    guards: tuple[str, ...]


class Writer:
    """Writes expressions for one environment; `known` are guards that hold where the expression stands."""

    def __init__(self, schema: Schema, environment: Environment, chance: random.Random) -> None:
        self.schema, self.environment, self._chance = schema, environment, chance
        roots = [
            Path("principal", EntityRef(environment.principal), ()),
            Path("resource", EntityRef(environment.resource), ()),
            Path("context", environment.context, ()),
        ]
        self.paths = list(dict.fromkeys(path for root in roots for path in self._under(root, 3)))
        self._types = list(dict.fromkeys(path.type for path in self.paths if not _has_optional(path.type)))

    def write(self, kind: Type, depth: int, known: frozenset[str] = frozenset()) -> str:
        """Return an expression of a type."""
        makers = self._makers(kind) if depth > 0 else []
        if makers and self._chance.random() < 0.7:
            return self._chance.choice(makers)(depth - 1, known)
        return self._read(kind, depth, known)

    def _read(self, kind: Type, depth: int, known: frozenset[str]) -> str:
        """Return a path of a type, behind its guards, or a literal."""
        paths = [path for path in self.paths if path.type == kind]
        if not paths or (self._chance.random() < 0.3 and not _has_optional(kind)):
            return literal(kind, self._chance)
        path = self._chance.choice(paths)
        asked = " && ".join(guard for guard in path.guards if guard not in known)
        if not asked:
            return path.text
        if kind == BOOL and self._chance.random() < 0.5:
            return f"({asked} && {path.text})"
        return f"(if {asked} then {path.text} else {self._other(kind, depth, known)})"

    def _other(self, kind: Type, depth: int, known: frozenset[str]) -> str:
        """Return what stands where a path must not be read: a literal, or a path that needs no guard."""
        free = [path.text for path in self.paths if path.type == kind and known.issuperset(path.guards)]
        if free and (_has_optional(kind) or self._chance.random() < 0.5):
            return self._chance.choice(free)
        return (
            self.write(kind, depth - 1, known) if depth > 1 and not _has_optional(kind) else literal(kind, self._chance)
        )

    def _makers(self, kind: Type) -> list[Callable[[int, frozenset[str]], str]]:
        """Return the ways to make a value of a type."""
        if kind == BOOL:
            return [self._both, self._both, self._both, self._either, self._either, self._not, self._equal, self._equal,
                    self._order, self._order, self._decimal, self._like, self._in, self._in, self._is, self._has,
                    self._sets, self._sets, self._empty, self._ip, self._guarded, self._guarded]  # fmt: skip
        makers: dict[Type, list[Callable[[int, frozenset[str]], str]]] = {
            LONG: [self._sum, self._sum, self._sum, self._minus, self._units],
            DATETIME: [lambda d, k: f"{self.write(DATETIME, d, k)}.offset({self.write(DURATION, d, k)})",
                       lambda d, k: f"{self.write(DATETIME, d, k)}.toDate()"],
            DURATION: [lambda d, k: f"{self.write(DATETIME, d, k)}.durationSince({self.write(DATETIME, d, k)})",
                       lambda d, k: f"{self.write(DATETIME, d, k)}.toTime()"],
        }  # fmt: skip
        return [*makers.get(kind, []), lambda d, k: self._if(kind, d, k)] if not _has_optional(kind) else []

    def _both(self, depth: int, known: frozenset[str]) -> str:
        return f"({self.write(BOOL, depth, known)} && {self.write(BOOL, depth, known)})"

    def _guarded(self, depth: int, known: frozenset[str]) -> str:
        """Return what stands behind a path's guards, and may read all that they allow."""
        path = self._chance.choice([path for path in self.paths if path.guards])
        return f"({' && '.join(path.guards)} && {self.write(BOOL, depth, known.union(path.guards))})"

    def _either(self, depth: int, known: frozenset[str]) -> str:
        return f"({self.write(BOOL, depth, known)} || {self.write(BOOL, depth, known)})"

    def _not(self, depth: int, known: frozenset[str]) -> str:
        return f"!({self.write(BOOL, depth, known)})"

    def _if(self, kind: Type, depth: int, known: frozenset[str]) -> str:
        then, other = self.write(kind, depth, known), self.write(kind, depth, known)
        return f"(if {self.write(BOOL, depth, known)} then {then} else {other})"

    def _equal(self, depth: int, known: frozenset[str]) -> str:
        kind = self._chance.choice(self._types)
        sign = self._chance.choice(("==", "!="))
        return f"({self.write(kind, depth, known)} {sign} {self.write(kind, depth, known)})"

    def _order(self, depth: int, known: frozenset[str]) -> str:
        kind = self._chance.choice(ORDERED)
        sign = self._chance.choice(("<", "<=", ">", ">="))
        return f"({self.write(kind, depth, known)} {sign} {self.write(kind, depth, known)})"

    def _decimal(self, depth: int, known: frozenset[str]) -> str:
        method = self._chance.choice(("lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"))
        return f"{self.write(DECIMAL, depth, known)}.{method}({self.write(DECIMAL, depth, known)})"

    def _like(self, depth: int, known: frozenset[str]) -> str:
        return f'({self.write(STRING, depth, known)} like "{self._chance.choice(PATTERNS)}")'

    def _in(self, depth: int, known: frozenset[str]) -> str:
        """Return a test of membership: in an entity, in a set written out, or in a set that is a fact."""
        left = self._chance.choice([path.type for path in self.paths if isinstance(path.type, EntityRef)])
        above = sorted(self.schema.entities[left.name].ancestors | {left.name})
        kind = EntityRef(self._chance.choice(above))
        right = self.write(self._chance.choice((kind, kind, SetOf(kind))), depth, known)
        return f"({self.write(left, depth, known)} in {right})"

    def _is(self, depth: int, known: frozenset[str]) -> str:
        kind = self._chance.choice([path.type for path in self.paths if isinstance(path.type, EntityRef)])
        name = self._chance.choice([kind.name, *sorted(self.schema.entities)])
        group = self._chance.choice(sorted(self.schema.entities[kind.name].ancestors | {kind.name}))
        ending = f" in {entity(group, self._chance)}" if self._chance.random() < 0.4 else ""
        return f"({self.write(kind, depth, known)} is {name}{ending})"

    def _has(self, *_: object) -> str:
        path = self._chance.choice([path for path in self.paths if path.guards])
        return f"({' && '.join(path.guards)})"

    def _sets(self, depth: int, known: frozenset[str]) -> str:
        kind = self._chance.choice([SetOf(STRING), *(each for each in self._types if isinstance(each, SetOf))])
        left = self.write(kind, depth, known)
        if self._chance.random() < 0.4:
            return f"{left}.contains({self.write(kind.element, depth, known)})"
        return f"{left}.{self._chance.choice(('containsAll', 'containsAny'))}({self.write(kind, depth, known)})"

    def _empty(self, depth: int, known: frozenset[str]) -> str:
        kind = self._chance.choice([SetOf(STRING), *(each for each in self._types if isinstance(each, SetOf))])
        return f"{self.write(kind, depth, known)}.isEmpty()"

    def _ip(self, depth: int, known: frozenset[str]) -> str:
        left = self.write(IPADDR, depth, known)
        if self._chance.random() < 0.5:
            return f"{left}.isInRange({self.write(IPADDR, depth, known)})"
        return f"{left}.{self._chance.choice(('isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'))}()"

    def _sum(self, depth: int, known: frozenset[str]) -> str:
        return f"({self.write(LONG, depth, known)} {self._chance.choice('+-*')} {self.write(LONG, depth, known)})"

    def _minus(self, depth: int, known: frozenset[str]) -> str:
        return f"(-({self.write(LONG, depth, known)}))"

    def _units(self, depth: int, known: frozenset[str]) -> str:
        unit = self._chance.choice(("Milliseconds", "Seconds", "Minutes", "Hours", "Days"))
        return f"{self.write(DURATION, depth, known)}.to{unit}()"

    def _under(self, path: Path, steps: int) -> Iterator[Path]:
        """Yield a path, and those that lead on from it."""
        yield path
        if steps == 0:
            return
        for name, attribute in self._attributes(path.type).items():
            plain = name.isidentifier()
            text = f"{path.text}.{name}" if plain else f"{path.text}[{quoted(name)}]"
            asked = f"{path.text} has {name if plain else quoted(name)}"
            guards = (*path.guards, asked) if attribute.optional else path.guards
            yield from self._under(Path(text, attribute.type, guards), steps - 1)
        tags = self.schema.entities[path.type.name].tags if isinstance(path.type, EntityRef) else None
        if tags is not None:
            for key in ('"k"', '"\\u{e9}"', "context.name"):
                guards = (*path.guards, f"{path.text}.hasTag({key})")
                yield Path(f"{path.text}.getTag({key})", tags, guards)

    def _attributes(self, kind: Type) -> dict[str, Attribute]:
        match kind:
            case EntityRef(name):
                return dict(self.schema.entities[name].attributes.attributes)
            case RecordType(attributes):
                return dict(attributes)
            case _:
                return {}


def _has_optional(kind: Type) -> bool:
    """Return whether a record in a type has an optional attribute, so that no literal is of the type."""
    match kind:
        case SetOf(element):
            return _has_optional(element)
        case RecordType(attributes):
            return any(each.optional or _has_optional(each.type) for each in attributes.values())
        case _:
            return False
