"""A solver's model turned into the facts of a whole request, in Cedar's JSON."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Any, TypeAlias

from evenhand.policy.proofs.smt.query_slice import QuerySlice
from evenhand.policy.proofs.smt.script import FIRST_MS, LAST_MS, ZONE_MS, Script
from evenhand.policy.proofs.smt.smtlib import symbol, under, variant
from evenhand.policy.proofs.smt.solver import Model, ModelValue, string_of
from evenhand.policy.proofs.smt.symbolic_values import RequestCopy
from evenhand.policy.schema import EntityRef, Environment, Primitive, RecordType, SetOf, Type

Key: TypeAlias = tuple[str, int]


@dataclass
class DefaultValues:
    """What stands where a query says nothing: values by path, sets as their elements, all as a model holds them."""

    values: dict[str, ModelValue] = field(default_factory=dict)
    sets: dict[str, frozenset[ModelValue]] = field(default_factory=dict)
    above: dict[str, tuple[Key, ...]] = field(default_factory=dict)

    def over(self, other: "DefaultValues") -> "DefaultValues":
        """Return what is usual here, and elsewhere what is usual there."""
        return DefaultValues(other.values | self.values, other.sets | self.sets, other.above | self.above)


class EntityNames:
    """The ids of entities: those that rules name, and made-up ones for all others, the same in both requests."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._made: dict[Key, str] = {}

    def of(self, kind: str, key: int) -> str:
        """Return the id of an entity."""
        known = self._script.ids(kind)
        if key in known:
            return known[key]
        if (kind, key) not in self._made:
            query_slice = {*known.values(), *(name for (other, _), name in self._made.items() if other == kind)}
            word = kind.rpartition("::")[2].lower()
            free = (f"{word}-{number}" for number in range(1, len(query_slice) + 2))
            self._made[kind, key] = next(name for name in free if name not in query_slice)
        return self._made[kind, key]


class ModelReading:
    """Reads one request out of a model.

    What is read is noted in `seen`, so that the facts of one request can be the usual ones of another.
    """

    def __init__(
        self,
        script: Script,
        environment: Environment,
        names: EntityNames,
        *,
        model: Model,
        query_slice: QuerySlice,
        defaults: DefaultValues,
        copy: RequestCopy,
    ) -> None:
        self._script, self._environment, self._names = script, environment, names
        self._model, self._taken, self._defaults, self._run = model, query_slice, defaults, copy
        self._met: dict[Key, None] = {}
        self.seen = DefaultValues()

    def request(self) -> dict[str, Any]:
        """Return the request with every entity that it refers to."""
        environment = self._environment
        principal = self._value("principal", (), EntityRef(environment.principal))
        resource = self._value("resource", (), EntityRef(environment.resource))
        context = self._json("context", (), environment.context)
        self._met.update(dict.fromkeys(self._script.looked_into.values()))
        self._met.update(dict.fromkeys(self._behind_terms()))
        return {
            "principal": self._uid(environment.principal, int(principal)),
            "action": {"type": environment.action[0], "id": environment.action[1]},
            "resource": self._uid(environment.resource, int(resource)),
            "context": context,
            "entities": self._entities(),
        }

    def _behind_terms(self) -> list[Key]:
        """Return the entities that the query names, if it looks into a term that may be any of them."""
        names = self._taken.names
        indirect = any(name.startswith("|k%") for name in names)
        return [key for name, key in self._script.known.items() if indirect and name in names]

    def _entities(self) -> list[dict[str, Any]]:
        # Actions, and the members of an enumeration, are never in a store.
        known = self._script.schema.entities
        stored = {kind for kind, entity in known.items() if not entity.members}
        done: dict[Key, dict[str, Any]] = {}
        while waiting := [each for each in self._met if each not in done and each[0] in stored]:
            for kind, key in waiting:
                done[kind, key] = self._entity(kind, key)
        return list(done.values())

    def _entity(self, kind: str, key: int) -> dict[str, Any]:
        declared = self._script.schema.entities[kind]
        return {
            "uid": self._uid(kind, key),
            "attrs": self._json(kind, (key,), declared.attributes),
            "parents": [self._uid(*upper) for upper in self._above(kind, key)],
        } | ({"tags": self._tags(kind, key, declared.tags)} if declared.tags is not None else {})

    def _above(self, kind: str, key: int) -> tuple[Key, ...]:
        found = dict[Key, None]()
        is_needed = False
        for name, upper in self._script.uppers(kind).items():
            own = name if self._run.neutral or self._run.own(name) not in self._taken.uses else self._run.own(name)
            for low, high in self._taken.uses.get(own, ()):
                is_needed = True
                if self._argument(low) == key and self._holds(own, (low, high)):
                    found[upper, int(self._argument(high))] = None
        if not is_needed:
            # What is usually above something has nothing above itself, so that there is no ring.
            defaults = self._defaults.above
            return () if any((kind, key) in uppers for uppers in defaults.values()) else defaults.get(kind, ())
        self.seen.above.setdefault(kind, tuple(found))
        return tuple(found)

    def _tags(self, kind: str, key: int, tags: Type) -> dict[str, Any]:
        path = f"{kind}.@tags"
        name = self._own(variant(symbol(path), "has"))
        there = {
            str(self._argument(tag))
            for owner, tag in self._taken.uses.get(name, ())
            if self._argument(owner) == key and self._holds(name, (owner, tag))
        }
        return {tag: self._json(path, (key, tag), tags) for tag in sorted(there)}

    def _json(self, path: str, arguments: tuple[ModelValue, ...], kind: Type) -> Any:
        match kind:
            case RecordType(attributes):
                return {
                    name: self._json(under(path, name), arguments, attribute.type)
                    for name, attribute in attributes.items()
                    if not attribute.optional or self._there(under(path, name), arguments)
                }
            case SetOf(element):
                found = self._elements(path, arguments)
                return [self._plain(each, element) for each in sorted(found, key=lambda each: (str(type(each)), each))]
            case _:
                return self._plain(self._value(path, arguments, kind), kind)

    def _there(self, path: str, arguments: tuple[ModelValue, ...]) -> bool:
        return bool(self._read(variant(symbol(path), "has"), f"{path}%has", arguments, False))

    def _value(self, path: str, arguments: tuple[ModelValue, ...], kind: Type) -> ModelValue:
        if self._run.neutral and self._run.varies(symbol(path)):
            return neutral_value(kind)
        return self._read(symbol(path), path, arguments, neutral_value(kind))

    def _read(self, name: str, path: str, arguments: tuple[ModelValue, ...], nothing: ModelValue) -> ModelValue:
        for each in dict.fromkeys((self._own(name), name)):
            if each[1:-1] in self._model:
                value = self._model[each[1:-1]].at(arguments)
                self.seen.values.setdefault(path, value)
                return value
        return self._defaults.values.get(path, nothing)

    def _elements(self, path: str, arguments: tuple[ModelValue, ...]) -> frozenset[ModelValue]:
        name = variant(symbol(path), "in")
        if self._run.neutral and self._run.varies(name):
            return frozenset()
        for each in dict.fromkeys((self._own(name), name)):
            if each in self._taken.uses:
                members = self._members(each, arguments)
                self.seen.sets.setdefault(path, members)
                return members
        return self._defaults.sets.get(path, frozenset())

    def _members(self, name: str, arguments: tuple[ModelValue, ...]) -> frozenset[ModelValue]:
        return frozenset(
            self._argument(use[-1])
            for use in self._taken.uses[name]
            if tuple(self._argument(each) for each in use[:-1]) == arguments and self._holds(name, use)
        )

    def _own(self, name: str) -> str:
        return name if self._run.neutral else self._run.own(name)

    def _holds(self, name: str, arguments: tuple[str, ...]) -> bool:
        table = self._model.get(name[1:-1])
        return table is not None and bool(table.at(tuple(self._argument(each) for each in arguments)))

    def _argument(self, text: str) -> ModelValue:
        """Return what a literal or constant is in the model; one that the model leaves open may be anything."""
        if text in self._script.known:
            return self._script.known[text][1]
        if text.startswith("|"):
            table = self._model.get(text[1:-1])
            return 0 if table is None else table.at(())
        if text.startswith('"'):
            return string_of(text[1:-1])
        return text == "true" if text in ("true", "false") else int(text[2:], 16 if text[1] == "x" else 2)

    def _uid(self, kind: str, key: int) -> dict[str, str]:
        self._met[kind, key] = None
        return {"type": kind, "id": self._names.of(kind, self._renamed(kind, key))}

    def _renamed(self, kind: str, key: int) -> int:
        if kind != self._run.renamed or key != self._argument("|%old|"):
            return key
        return int(self._argument("|%new|"))

    def _plain(self, value: ModelValue, kind: Type) -> Any:
        match kind:
            case EntityRef(name):
                return {"__entity": self._uid(name, int(value))}
            case Primitive("Bool" | "String"):
                return value
            case Primitive("Long"):
                return _signed(int(value))
            case Primitive(name):
                return {"__extn": extension_call(name, int(value))}
            case SetOf() | RecordType():
                raise AssertionError("sets of sets or records are never encoded, so they are empty")


def neutral_value(kind: Type) -> ModelValue:
    """Return the value of a type that says nothing, as a model holds it."""
    match kind:
        case Primitive("Bool"):
            return False
        case Primitive("String"):
            return ""
        case Primitive("ipaddr"):
            return 32
        case _:
            return 0


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def extension_call(name: str, value: int) -> dict[str, Any]:
    """Return the call that makes a value of an extension type, in Cedar's JSON; numbers are unsigned 64 bits."""
    match name:
        case "datetime" if not FIRST_MS <= _signed(value) <= LAST_MS:
            calls = (extension_call("datetime", 0), extension_call("duration", value))
            return {"fn": "offset", "args": [{"__extn": call} for call in calls]}
        case "decimal":
            scaled = _signed(value)
            text = f"{'-' if scaled < 0 else ''}{abs(scaled) // 10_000}.{abs(scaled) % 10_000:04}"
        case "duration":
            text = f"{_signed(value)}ms"
        case "datetime":
            text = instant_text(_signed(value))
        case _:
            text = _address(value)
    return {"fn": "ip" if name == "ipaddr" else name, "arg": text}


def instant_text(ms: int) -> str:
    """Return an instant as Cedar reads it; the first and last days of the calendar need a zone.

    >>> instant_text(0), instant_text(-1)
    ('1970-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z')
    """
    zone = "+2359" if ms < FIRST_MS + ZONE_MS else "-2359" if ms > LAST_MS - ZONE_MS else "Z"
    local = ms + {"+2359": ZONE_MS, "-2359": -ZONE_MS, "Z": 0}[zone]
    day, time = divmod(local, 86_400_000)
    year, month, date = _civil(day)
    return (
        f"{year:04}-{month:02}-{date:02}T{time // 3_600_000:02}:{time // 60_000 % 60:02}"
        f":{time // 1_000 % 60:02}.{time % 1_000:03}{zone}"
    )


def _civil(day: int) -> tuple[int, int, int]:
    """Return year, month and day of a count of days from 1970-01-01; Python's calendar lacks year 0.

    Source: eras of 400 years, counted from 1 March, so that a leap day is the last of its year.
    """
    era, of_era = divmod(day + 719_468, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    date = of_year - (153 * month + 2) // 5 + 1
    return year + era * 400 + (month >= 10), month + 3 if month < 10 else month - 9, date


def _address(value: int) -> str:
    prefix, address = value & 0xFF, value >> 8 & ((1 << 128) - 1)
    return f"{IPv6Address(address).exploded if value >> 136 else IPv4Address(address >> 96)}/{prefix}"
