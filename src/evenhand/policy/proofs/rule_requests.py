"""A request made from a rule's own literals, so that most rules are shown at work without a solver.

What is made is a guess: Cedar says what rules make of it, and a solver is asked where it shows nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from evenhand.policy.proofs.counterexample import extension_call, neutral_value
from evenhand.policy.proofs.smt.script import FIRST_MS, LAST_MS
from evenhand.policy.schema import EntityRef, Primitive, RecordType, Schema, SetOf, Type
from evenhand.policy.typed import nodes
from evenhand.policy.typed.extension_types import CONSTRUCTORS, LEAST, MOST
from evenhand.policy.typed.nodes import Const, Expr, Rule, Uid

# What a number of each type can be; of instants, what ISO text can say.
_RANGES = {"Long": (LEAST, MOST), "decimal": (LEAST, MOST), "duration": (LEAST, MOST), "datetime": (FIRST_MS, LAST_MS)}

_MASK = (1 << 64) - 1

Facts: TypeAlias = dict[str, Any]


class _NotSuggested(Exception):
    """The rule does not say by itself what the facts must be."""


@dataclass(frozen=True)
class _Place:
    """Where a value of the facts stands."""

    record: Facts
    name: str
    kind: Type

    @property
    def value(self) -> Any:
        """Return the value; that of an optional attribute is made if it is not there."""
        if self.name not in self.record:
            self.record[self.name] = _nothing(self.kind)
        return self.record[self.name]


def request_for(rule: Rule, facts: Facts, schema: Schema) -> Facts | None:
    """Return the facts changed so that a rule may be satisfied; None if its conditions do not suggest how."""
    changed: Facts = msgspec.json.decode(msgspec.json.encode(facts))
    try:
        guess = _Guess(changed, schema)
        guess.make(rule.scope, True)
        guess.make(rule.condition, True)
    except _NotSuggested:
        return None
    return changed


class _Guess:
    """Facts that are changed, condition after condition; a later one may undo what an earlier one did."""

    def __init__(self, facts: Facts, schema: Schema) -> None:
        self._facts, self._schema = facts, schema
        self._entities = {(each["uid"]["type"], each["uid"]["id"]): each for each in facts["entities"]}

    def make(self, expr: Expr, wanted: bool) -> None:
        """Make a condition true or false; one that is decided by the types, or not understood, is left alone."""
        match expr:
            case _ if expr.truth is not None:
                return
            case nodes.Not(arg):
                self.make(arg, not wanted)
            case nodes.And(left, right) | nodes.Or(left, right):
                self.make(left, wanted)
                # Of an alternative one is enough.
                if isinstance(expr, nodes.And) is wanted:
                    self.make(right, wanted)
            case nodes.Less() | nodes.LessEq():
                self._order(expr, wanted)
            case nodes.Contains() | nodes.ContainsAll() | nodes.ContainsAny() | nodes.IsEmpty():
                self._sets(expr, wanted)
            case _:
                self._values(expr, wanted)

    def _values(self, expr: Expr, wanted: bool) -> None:
        match expr:
            case nodes.Attr():
                self._put(expr, wanted)
            case nodes.Eq(left, right) if wanted:
                self._equal(left, right)
            case nodes.Has():
                self._has(expr, wanted)
            case nodes.Member(left, Const(Uid(kind, name))):
                self._member(left, {"type": kind, "id": name}, wanted)
            case nodes.Like(arg, pattern) if wanted:
                self._put(arg, "".join(run or "" for run in pattern))

    def _sets(self, expr: Expr, wanted: bool) -> None:
        match expr:
            case nodes.Contains(of, element):
                self._elements(of, [element], wanted)
            case nodes.ContainsAll(left, nodes.MakeSet(elements)) | nodes.ContainsAny(left, nodes.MakeSet(elements)):
                one_is_enough = isinstance(expr, nodes.ContainsAny) is wanted
                self._elements(left, list(elements[:1] if one_is_enough else elements), wanted)
            case nodes.IsEmpty(arg) if wanted:
                self._put(arg, [])

    def _elements(self, of: Expr, elements: list[Expr], wanted: bool) -> None:
        """Put elements into a set, or take them out."""
        values: list[Any] = self._place(of).value
        for element in elements:
            value = _json(element)
            if wanted and value not in values:
                values.append(value)
            elif not wanted and value in values:
                values.remove(value)

    def _order(self, expr: nodes.Less | nodes.LessEq, wanted: bool) -> None:
        """Move a number to where a comparison with a literal holds, if it does not yet."""
        bound, number = (expr.right, expr.left) if isinstance(expr.right, Const) else (expr.left, expr.right)
        limit, upward = _number(bound), (number is expr.right) is wanted
        # The limit itself is on one side of `<` and on the other of `<=`.
        if isinstance(expr, nodes.Less) is wanted:
            limit += 1 if upward else -1
        value, put = self._number_at(number)
        if value < limit if upward else value > limit:
            put(limit)

    def _number_at(self, expr: Expr) -> tuple[int, Callable[[int], None]]:
        """Return a number of the facts, and what puts another in its place; of a span, the earlier instant moves."""
        if isinstance(expr, nodes.Call) and expr.op == "duration_since":
            later, earlier = (self._number_at(each) for each in expr.args)
            return later[0] - earlier[0], lambda value: earlier[1](later[0] - value)
        place = self._place(expr)

        def put(value: int) -> None:
            place.record[place.name] = _number_json(place.kind, value)

        return _number_of(place.value), put

    def _equal(self, left: Expr, right: Expr) -> None:
        literal, other = (right, left) if isinstance(right, Const) else (left, right)
        value = _json(literal)
        self._put(other, value)
        if isinstance(value, dict) and "__entity" in value:
            self._store(value["__entity"])

    def _has(self, expr: nodes.Has, wanted: bool) -> None:
        record, kind = self._record(expr.base)
        if not wanted:
            record.pop(expr.name, None)
        elif expr.name not in record:
            record[expr.name] = _nothing(kind.attributes[expr.name].type)

    def _member(self, lower: Expr, upper: dict[str, str], wanted: bool) -> None:
        entity = self._entity(lower)
        parents: list[dict[str, str]] = entity["parents"]
        if wanted and upper not in (*parents, entity["uid"]):
            parents.append(upper)
            self._store(upper)
        elif not wanted and upper in parents:
            parents.remove(upper)

    def _store(self, uid: dict[str, str]) -> None:
        """Put an entity that facts refer to into the store."""
        kind = self._schema.entities.get(uid["type"])
        if kind is None or kind.members or (uid["type"], uid["id"]) in self._entities:
            return
        tags: Facts = {} if kind.tags is None else {"tags": {}}
        entity = {"uid": uid, "attrs": _nothing(kind.attributes), "parents": []} | tags
        self._entities[uid["type"], uid["id"]] = entity
        self._facts["entities"].append(entity)

    def _put(self, expr: Expr, value: Any) -> None:
        place = self._place(expr)
        place.record[place.name] = value

    def _place(self, expr: Expr) -> _Place:
        if not isinstance(expr, nodes.Attr):
            raise _NotSuggested
        record, _ = self._record(expr.base)
        return _Place(record, expr.name, expr.type)

    def _record(self, base: Expr) -> tuple[Facts, RecordType]:
        """Return a record of the facts, or the attributes of an entity, with the type."""
        match base.type:
            case EntityRef(name):
                return self._entity(base)["attrs"], self._schema.entities[name].attributes
            case RecordType() as kind:
                record: Facts = self._facts["context"] if isinstance(base, nodes.Var) else self._place(base).value
                return record, kind
            case _:
                raise _NotSuggested

    def _entity(self, expr: Expr) -> Facts:
        match expr:
            case nodes.Var(name):
                uid = self._facts[name]
            case nodes.Attr():
                uid = self._place(expr).value["__entity"]
            case _:
                raise _NotSuggested
        found: Facts | None = self._entities.get((uid["type"], uid["id"]))
        if found is None:
            raise _NotSuggested
        return found


def _nothing(kind: Type) -> Any:
    """Return the neutral value of a type in Cedar's JSON."""
    match kind:
        case RecordType(attributes):
            return {name: _nothing(each.type) for name, each in attributes.items() if not each.optional}
        case SetOf():
            return []
        case EntityRef():
            raise _NotSuggested
        case Primitive("Bool" | "String" | "Long"):
            return neutral_value(kind)
        case Primitive(name):
            return {"__extn": extension_call(name, int(neutral_value(kind)))}


def _json(expr: Expr) -> Any:
    """Return a literal in Cedar's JSON."""
    match expr:
        case Const(Uid(kind, name)):
            return {"__entity": {"type": kind, "id": name}}
        case Const(bool() | str() as value):
            return value
        case _:
            return _number_json(expr.type, _number(expr))


def _number_json(kind: Type, value: int) -> Any:
    """Return a number in Cedar's JSON."""
    name = kind.name if isinstance(kind, Primitive) else ""
    least, most = _RANGES.get(name, (0, -1))
    if not least <= value <= most:
        raise _NotSuggested
    return value if name == "Long" else {"__extn": extension_call(name, value & _MASK)}


def _number(expr: Expr) -> int:
    """Return a number written in a rule: whole, ten-thousandths or milliseconds."""
    if not isinstance(expr, Const):
        raise _NotSuggested
    return _whole(expr.value)


def _number_of(value: Any) -> int:
    """Return a number that stands in the facts."""
    match value:
        case {"__extn": {"fn": str(name), "arg": str(text)}} if name in _RANGES:
            return _whole(CONSTRUCTORS[name](text))
        case _:
            return _whole(value)


def _whole(value: Any) -> int:
    match value:
        case bool():
            raise _NotSuggested
        case int(number) | nodes.Decimal(number) | nodes.Datetime(number) | nodes.Duration(number):
            return number
        case _:
            raise _NotSuggested
