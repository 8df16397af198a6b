"""Declarations and definitions of one environment, and the part of them that a query needs, as SMT-LIB text."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeAlias

from evenhand.policy.proofs.smt.query_slice import QuerySlice, SliceBuilder, SymbolDefinition
from evenhand.policy.proofs.smt.smtlib import (
    KEY,
    bits,
    both,
    equal,
    implies,
    is_literal,
    negated,
    sort_of,
    symbol,
    variant,
)  # fmt: skip
from evenhand.policy.schema import EntityRef, Primitive, Schema, Type

# Shorter terms are repeated, longer ones named: a name costs about as much.
_SHORT = 48

# What ISO text can say: 0000-01-01T00:00+2359 to 9999-12-31T23:59:59.999-2359.
ZONE_MS = 86_340_000
FIRST_MS, LAST_MS = -62_167_219_200_000 - ZONE_MS, 253_402_300_799_999 + ZONE_MS

Own: TypeAlias = Callable[[str], str]


@dataclass(frozen=True)
class Uses:
    """How a symbol is used: its arguments, each a literal or a symbol."""

    symbol: str
    arguments: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the term."""
        return f"({self.symbol} {' '.join(self.arguments)})" if self.arguments else self.symbol


@dataclass(frozen=True)
class _Above:
    """A symbol that says whether one entity is above another."""

    lower: str
    upper: str

    @property
    def symbol(self) -> str:
        """Return the symbol itself."""
        return variant(symbol(self.lower), f"above.{symbol(self.upper)[1:-1]}")


@dataclass
class Script:
    """Everything ever said of one environment; `take` gives the little that a query needs.

    Every argument of a symbol is a literal or itself a symbol without arguments, so that a model tells what it is.
    `known` are the names of entities that a rule writes, with type and key; `looked_into` those among them that must
    be in the store, because a rule reads their attributes or what is above them. With `any_instant` an instant need
    not be one that ISO text can say.
    """

    schema: Schema
    any_instant: bool = False
    known: dict[str, tuple[str, int]] = field(default_factory=dict)
    looked_into: dict[str, tuple[str, int]] = field(default_factory=dict)
    _kinds: dict[str, tuple[Type | None, tuple[str, ...]]] = field(default_factory=dict)
    _said: dict[str, Callable[[], SymbolDefinition]] = field(default_factory=dict)
    _claims: int = 0
    _keys: dict[str, dict[str | None, int]] = field(default_factory=dict)
    _uses: dict[str, dict[tuple[str, ...], str]] = field(default_factory=dict)
    _universe: dict[Type, dict[str, None]] = field(default_factory=dict)
    _above: dict[str, _Above] = field(default_factory=dict)

    def use(self, name: str, arguments: tuple[str, ...], kind: Type | None, argument_sorts: tuple[str, ...]) -> str:
        """Return a symbol applied to arguments, declared when first met; `kind` None is a truth."""
        text = Uses(name, arguments).text
        uses = self._uses.setdefault(name, {})
        if arguments not in uses:
            sort = "Bool" if kind is None else sort_of(kind)
            self._declare(name, argument_sorts, sort)
            self._kinds[_stem(name)] = (kind, argument_sorts)
            uses[arguments] = "true" if kind is None else self.domain(text, kind)
        return text

    def again(self, name: str, arguments: tuple[str, ...]) -> str:
        """Return a symbol applied as it, or the one it stands for in the other request, has been before."""
        kind, sorts = self._kinds[_stem(name)]
        return self.use(name, arguments, kind, sorts)

    def above(self, lower: str, upper: str, low: str, high: str, own: Own) -> str:
        """Return whether the entity `high` is above `low`; the names are of their types.

        `own` gives the symbol that stands for another in one of two requests.
        """
        level = _Above(lower, upper)
        name = own(level.symbol)
        self._above[name] = level
        self.look_into(low)
        return self.use(name, (low, high), None, (KEY, KEY))

    def define(self, sort: str, text: str) -> str:
        """Return a name for a long term, the term itself for a short one."""
        if len(text) <= _SHORT:
            return text
        name = f"|n%{_digest(sort, text)}|"
        self._said.setdefault(name, lambda: SymbolDefinition(means=text))
        return name

    def hold(self, sort: str, text: str) -> str:
        """Return a literal or symbol equal to a term."""
        if is_literal(text) or (text[0] == "|" and not text.startswith("|n%")):
            return text
        name = f"|k%{_digest(sort, text)}|"
        self._said.setdefault(name, lambda: SymbolDefinition(declared=f"() {sort}", holds=f"(= {name} {text})"))
        return name

    def witness(self, kind: Type) -> str:
        """Return a new constant of a type."""
        return self.use(self._fresh("w"), (), kind, ())

    def later(self, build: Callable[[], str]) -> str:
        """Return a name for a truth that is written out when a query needs it."""
        name = self._fresh("q")
        self._said[name] = lambda: SymbolDefinition(means=build())
        return name

    def entity(self, kind: str, entity_id: str) -> str:
        """Return the key of an entity that a rule names; those of an enumeration are counted from 0."""
        keys = self._known_keys(kind)
        key = keys.setdefault(entity_id, len(keys))
        name = symbol(f'{kind}::"{entity_id}"')
        self.known[name] = (kind, key)
        self._said.setdefault(name, lambda: SymbolDefinition(means=bits(key, 32)))
        return name

    def ids(self, kind: str) -> dict[int, str]:
        """Return the ids of the entities that have a key of their own."""
        return {key: entity_id for entity_id, key in self._known_keys(kind).items() if entity_id is not None}

    def _known_keys(self, kind: str) -> dict[str | None, int]:
        """Return the keys by id; 0 is nobody's, but in an enumeration."""
        if kind not in self._keys:
            members = self._members(kind)
            self._keys[kind] = dict(zip(members, range(len(members)), strict=True)) if members else {None: 0}
        return self._keys[kind]

    def _members(self, kind: str) -> tuple[str, ...]:
        """Return the ids of an enumeration, each once; none of another type, actions among them."""
        known = self.schema.entities.get(kind)
        return () if known is None else tuple(dict.fromkeys(known.members))

    def look_into(self, key: str) -> None:
        """Note that a rule looks into an entity, if it names it."""
        if key in self.known:
            self.looked_into[key] = self.known[key]

    def uppers(self, lower: str) -> dict[str, str]:
        """Return the symbols that say what is above a type's entities, each with the type that may be above."""
        levels = dict.fromkeys(self._above.values())
        return {level.symbol: level.upper for level in levels if level.lower == lower}

    def element(self, kind: Type, text: str) -> str:
        """Return a term, held, as one that sets of its type may have or lack."""
        held = self.hold(sort_of(kind), text)
        self._universe.setdefault(kind, {})[held] = None
        return held

    def elements(self, kind: Type) -> list[str]:
        """Return every term that sets of a type need be asked for: no query tells more elements apart.

        A set is a predicate. Whatever holds for some element holds for one of these: each such claim brings a
        witness of its own along. So sets may be taken to be finite, and no query has a quantifier.
        """
        match kind:
            case Primitive("Bool"):
                return ["false", "true"]
            case EntityRef(name) if self._members(name):
                return [self.entity(name, member) for member in self._members(name)]
            case _:
                return list(self._universe.get(kind, ()))

    def is_closed(self, kind: Type) -> bool:
        """Return whether the elements of a type are all known beforehand."""
        return kind == Primitive("Bool") or (isinstance(kind, EntityRef) and bool(self._members(kind.name)))

    def domain(self, text: str, kind: Type) -> str:
        """Return what holds of every value of a type."""
        match kind:
            case EntityRef(name) if self._members(name):
                return f"(bvult {text} {bits(len(self._members(name)), 32)})"
            case Primitive("datetime") if not self.any_instant:
                return both(f"(bvsge {text} {bits(FIRST_MS)})", f"(bvsle {text} {bits(LAST_MS)})")
            case Primitive("ipaddr"):
                return _well_formed(text)
            case _:
                return "true"

    def uses(self, name: str) -> list[Uses]:
        """Return how a symbol has been used so far."""
        return [Uses(name, arguments) for arguments in self._uses.get(name, ())]

    def is_of_facts(self, name: str) -> bool:
        """Return whether a symbol stands for facts or for an entity that a rule names, and is no short name."""
        return name in self._uses or name in self.known

    def terms(self, kind: Type) -> list[str]:
        """Return every term of a type that facts give a value, constants that are in no rule left out."""
        symbols = [name for name, (each, _) in self._kinds.items() if each == kind and not name.startswith("|%")]
        return [use.text for name in symbols for use in self.uses(f"{name}|")]

    def footprint(self, terms: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
        """Return every symbol that terms rest on, literals' names included, with what it is applied to."""
        gathering = self._gathering()
        for term in terms:
            gathering.state(term)
        return gathering.uses()

    def take(self, asserts: Iterable[str], *own: Own) -> QuerySlice:
        """Return the text that states the assertions with everything they rest on.

        `own` are the requests that it speaks of: each gives the symbol that stands for another in it.
        """
        gathering = self._gathering()
        for text in asserts:
            gathering.state(text)
        for text in [text for each in own for text in self._order(gathering.uses(), each)]:
            gathering.state(text)
        uses = gathering.uses()
        for name, found in uses.items():
            for arguments in found if name in self._uses else ():
                gathering.state(self._uses[name][arguments])
        return QuerySlice(gathering.text(), frozenset(gathering.names), uses)

    def _gathering(self) -> SliceBuilder:
        return SliceBuilder(lambda name: self._said[name]())

    def _order(self, uses: dict[str, list[tuple[str, ...]]], own: Own) -> Iterator[str]:
        """Yield that `in` has no rings and is closed, for the entities that a query compares in one request."""
        levels = dict.fromkeys(self._above.values())
        pairs = [(level, low, high) for level in levels for low, high in uses.get(own(level.symbol), ())]
        for level, low, high in pairs:
            here = self.above(level.lower, level.upper, low, high, own)
            if level.lower == level.upper:
                yield negated(both(here, equal(low, high)))
            for upper, other, highest in list(pairs):
                same = equal(high, other) if level.upper == upper.lower and _may_meet(high, other) else "false"
                if same != "false":
                    there = self.above(upper.lower, upper.upper, other, highest, own)
                    yield implies(both(same, here, there), self.above(level.lower, upper.upper, low, highest, own))
                    if (far := (_Above(level.lower, upper.upper), low, highest)) not in pairs:
                        pairs.append(far)

    def _declare(self, name: str, argument_sorts: tuple[str, ...], sort: str) -> None:
        self._said.setdefault(name, lambda: SymbolDefinition(declared=f"({' '.join(argument_sorts)}) {sort}"))

    def _fresh(self, letter: str) -> str:
        self._claims += 1
        return f"|{letter}%{self._claims}|"


def _digest(sort: str, text: str) -> str:
    """Return a name for a term that hangs on the term alone, so that a query's text does not hang on earlier ones."""
    return blake2b(f"{sort} {text}".encode(), digest_size=8).hexdigest()


def _stem(name: str) -> str:
    return name.removesuffix("|").removesuffix("%b")


def _may_meet(one: str, other: str) -> bool:
    """Return whether two terms can be one entity: two literals cannot unless they are the same."""
    return one == other or not (one.startswith("|") and '::"' in one and '::"' in other)


def _well_formed(ip: str) -> str:
    """Return that an address of version 4 lies in the upper 32 bits, and that its prefix is not too long."""
    six, low = f"((_ extract 136 136) {ip})", f"((_ extract 103 8) {ip})"
    prefix = f"((_ extract 7 0) {ip})"
    four = both(f"(= {low} (_ bv0 96))", f"(bvule {prefix} #x20)")
    return f"(ite (= {six} #b1) (bvule {prefix} #x80) {four})"
