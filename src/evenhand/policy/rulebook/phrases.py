"""Conditions in plain words: what a rule asks, said from its own tree and the names of the schema."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from evenhand.policy.attribute_words import spoken
from evenhand.policy.schema import EntityRef, Environment, Primitive, RecordType, Schema, Type
from evenhand.policy.syntax_tree import pst

_INDENT = "  "
_COMPARED = {
    "less": "is less than", "less_eq": "is at most", "greater": "is more than", "greater_eq": "is at least",
    "decimal_less_than": "is less than", "decimal_less_eq": "is at most", "decimal_greater": "is more than",
    "decimal_greater_eq": "is at least", "eq": "is", "not_eq": "is not",
}  # fmt: skip
_DATED = {"less": "is before", "less_eq": "is not after", "greater": "is after", "greater_eq": "is not before"}
_OPPOSITE = {
    "less": "greater_eq", "less_eq": "greater", "greater": "less_eq", "greater_eq": "less",
    "eq": "not_eq", "not_eq": "eq",
    "decimal_less_than": "decimal_greater_eq", "decimal_less_eq": "decimal_greater",
    "decimal_greater": "decimal_less_eq", "decimal_greater_eq": "decimal_less_than",
}  # fmt: skip
_MADE = {
    "add": "{} plus {}", "sub": "{} minus {}", "mul": "{} times {}", "offset": "{} moved by {}",
    "duration_since": "the time from {1} to {0}", "get_tag": "the tag {1} of {0}",
}  # fmt: skip
_OF_ONE = {
    "neg": "minus {}", "to_date": "the day (UTC) of {}", "to_time": "the time of day (UTC) of {}",
    "to_milliseconds": "{} in milliseconds", "to_seconds": "{} in seconds", "to_minutes": "{} in minutes",
    "to_hours": "{} in hours", "to_days": "{} in days",
}  # fmt: skip
_TESTED = {
    "is_empty": ("{} is empty", "{} is not empty"),
    "is_ipv4": ("{} is an IPv4 address", "{} is no IPv4 address"),
    "is_ipv6": ("{} is an IPv6 address", "{} is no IPv6 address"),
    "is_loopback": ("{} is a loopback address", "{} is no loopback address"),
    "is_multicast": ("{} is a multicast address", "{} is no multicast address"),
}
_RELATED = {
    "contains": ("{1} is among {0}", "{1} is not among {0}"),
    "contains_all": ("all of {1} are among {0}", "not all of {1} are among {0}"),
    "contains_any": ("one of {1} is among {0}", "none of {1} is among {0}"),
    "is_in_range": ("{} is in the range {}", "{} is not in the range {}"),
    "has_tag": ("{} has the tag {}", "{} does not have the tag {}"),
    "in": ("{} is in {}", "{} is not in {}"),
}
_DURATION = re.compile(r"(\d+)(ms|d|h|m|s)")
_UNIT = re.compile(r"_(bp|micros)$")
_PERIODS = {"d": "day", "h": "hour", "m": "minute", "s": "second", "ms": "millisecond"}


@dataclass(frozen=True)
class PhraseList:
    """Conditions of which all hold, or one."""

    all: bool
    parts: tuple["Phrase", ...]


Phrase = str | PhraseList


def outline(phrase: Phrase, depth: int = 0) -> list[str]:
    """Return conditions as lines, a level deeper where they are among several.

    >>> outline(PhraseList(True, ("it is new", PhraseList(False, ("it is large", "it is old")))))
    ['all of these hold:', '  - it is new', '  - one of these holds:', '    - it is large', '    - it is old']
    """
    if isinstance(phrase, str):
        return [phrase]
    lines = [f"{'all of these hold' if phrase.all else 'one of these holds'}:"]
    for part in phrase.parts:
        first, *more = outline(part, depth + 1)
        lines += [f"{_INDENT}- {first}", *(f"{_INDENT}{line}" for line in more)]
    return lines


def either(words: Iterable[str], joint: str = "or") -> str:
    """Return words as one phrase.

    >>> either(["news"]), either(["news", "opinion", "sport"])
    ('news', 'news, opinion or sport')
    """
    *first, last = words
    return f"{', '.join(first)} {joint} {last}" if first else last


def with_article(noun: str) -> str:
    """Return a noun as one of several.

    >>> with_article("advertiser or payer"), with_article("campaign")
    ('an advertiser or payer', 'a campaign')
    """
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


@dataclass(frozen=True)
class Phrases:
    """Puts expressions of one rule into words; `environments` are those that its scope allows."""

    schema: Schema
    environments: Sequence[Environment]

    def condition(self, expr: pst.Expr, holds: bool = True) -> Phrase:
        """Return what an expression asks; what it asks not, if it is not to hold."""
        match expr:
            case pst.BinaryOp("and" | "or" as op, _, _):
                parts = [self.condition(each, holds) for each in _flat(expr, op)]
                return PhraseList((op == "and") == holds, tuple(parts))
            case pst.UnaryOp("not", arg):
                return self.condition(arg, not holds)
            case pst.IfThenElse(test, then, otherwise):
                branches = [(test, True, then), (test, False, otherwise)]
                chosen = [
                    PhraseList(True, (self.condition(on, yes), self.condition(to, holds))) for on, yes, to in branches
                ]
                return PhraseList(False, tuple(chosen))
            case _:
                return self._test(expr, holds)

    def thing(self, expr: pst.Expr) -> str:
        """Return what an expression stands for."""
        match expr:
            case pst.Var(name):
                return self._variable(name)
            case pst.GetAttr():
                return self._attribute(expr)
            case pst.BinaryOp(op, left, right) if op in _MADE:
                return _MADE[op].format(self.thing(left), self.thing(right))
            case pst.UnaryOp(op, arg) if op in _OF_ONE:
                return _OF_ONE[op].format(self.thing(arg))
            case pst.IfThenElse(test, then, otherwise):
                condition_words = " ".join(outline(self.condition(test)))
                return f"{self.thing(then)} if {condition_words}, else {self.thing(otherwise)}"
            case pst.Record(fields):
                held = [f"{spoken(name)} {self.thing(each)}" for name, each in fields.items()]
                return f"a record of {either(held, 'and')}" if held else "an empty record"
            case _:
                return self._literal(expr)

    @cached_property
    def principal(self) -> str:
        """Return who can be the principal, as `advertiser or payer`."""
        return either(dict.fromkeys(spoken(each.principal) for each in self.environments))

    def _literal(self, expr: pst.Expr) -> str:
        match expr:
            case pst.BoolLit(value):
                return "true" if value else "false"
            case pst.LongLit(value):
                return f"{value:,}"
            case pst.StringLit(value):
                return f"`{value}`"
            case pst.EntityLit(entity):
                return self._named(entity)
            case pst.UnaryOp("duration", pst.StringLit(value)):
                return _period(value)
            case pst.UnaryOp(_, pst.StringLit(value)):
                return value
            case pst.Set(elements):
                return either(map(self.thing, elements), "and")
            case _:
                return " ".join(outline(self.condition(expr)))

    def _named(self, entity: pst.EntityUid) -> str:
        declared = self.schema.entities.get(str(entity.type))
        if declared is not None and declared.members:
            return spoken(entity.id)
        return f"the {spoken(str(entity.type))} `{entity.id}`"

    def _variable(self, name: str) -> str:
        match name:
            case "principal":
                return f"the {self.principal}"
            case "resource":
                return f"the {either(dict.fromkeys(spoken(each.resource) for each in self.environments))}"
            case "context":
                return "the request"
            case _:
                return "the action"

    def _attribute(self, expr: pst.GetAttr) -> str:
        """Return an attribute with its owner; what is in a record is one name with it."""
        name = "time" if expr.attr == "at" else spoken(_UNIT.sub("", expr.attr))
        if expr.base == pst.Var("context") and isinstance(self._type(expr), EntityRef):
            return f"the {name}"
        owner = self.thing(expr.base)
        in_record = isinstance(expr.base, pst.GetAttr) and isinstance(self._type(expr.base), RecordType)
        return f"{owner} {name}" if in_record else f"{owner}'s {name}"

    def _test(self, expr: pst.Expr, holds: bool) -> str:
        match expr:
            case pst.BinaryOp(op, left, right) if op in _COMPARED:
                return self._comparison(op if holds else _OPPOSITE[op], left, right)
            case pst.BinaryOp(op, left, right) if op in _RELATED:
                return _RELATED[op][not holds].format(self.thing(left), self._asked_of(op, right))
            case pst.UnaryOp(op, arg) if op in _TESTED:
                return _TESTED[op][not holds].format(self.thing(arg))
            case _:
                return self._claim(expr, holds)

    def _asked_of(self, op: str, right: pst.Expr) -> str:
        """Return what a set or a group is asked for: all of several, or any."""
        match right:
            case pst.Set(elements) if op != "contains_all":
                return either(map(self.thing, elements))
            case _:
                return self.thing(right)

    def _claim(self, expr: pst.Expr, holds: bool) -> str:
        match expr:
            case pst.HasAttr(base, names):
                value = " ".join(spoken(_UNIT.sub("", each)) for each in names)
                return f"{self.thing(base)} has {'a' if holds else 'no'} value for {value}"
            case pst.Like(base, pattern):
                return f"{self.thing(base)} {'is' if holds else 'is not'} of the form `{shape(pattern)}`"
            case pst.Is():
                return self._kind(expr, holds)
            case pst.GetAttr(base, name):
                return f"{self.thing(base)} {'is' if holds else 'is not'} marked `{spoken(name)}`"
            case pst.BoolLit(value) if value == holds:
                return "always"
            case _:
                return "never"

    def _kind(self, expr: pst.Is, holds: bool) -> str:
        kind = f"{self.thing(expr.base)} {'is' if holds else 'is not'} {with_article(spoken(str(expr.entity_type)))}"
        return kind if expr.in_expr is None else f"{kind} in {self.thing(expr.in_expr)}"

    def _comparison(self, op: str, left: pst.Expr, right: pst.Expr) -> str:
        dated = any(self._type(each) == Primitive("datetime") for each in (left, right))
        words = _DATED.get(op, _COMPARED[op]) if dated else _COMPARED[op]
        in_unit = _unit_of(left) or _unit_of(right)
        return f"{self._valued(left, in_unit)} {words} {self._valued(right, in_unit)}"

    def _valued(self, expr: pst.Expr, in_unit: Callable[[int], str] | None) -> str:
        """Return a number in the unit of what it is compared with."""
        return in_unit(expr.value) if in_unit and isinstance(expr, pst.LongLit) else self.thing(expr)

    def _type(self, expr: pst.Expr) -> Type | None:
        """Return the type that an expression has in one of the environments; None if a name does not say."""
        match expr:
            case pst.UnaryOp("datetime", _) | pst.BinaryOp("offset", _, _):
                return Primitive("datetime")
            case pst.GetAttr() | pst.Var():
                found = (self._type_in(expr, environment) for environment in self.environments)
                return next((each for each in found if each is not None), None)
            case _:
                return None

    def _type_in(self, expr: pst.Expr, environment: Environment) -> Type | None:
        match expr:
            case pst.Var("principal"):
                return EntityRef(environment.principal)
            case pst.Var("resource"):
                return EntityRef(environment.resource)
            case pst.Var("context"):
                return environment.context
            case pst.GetAttr(base, name):
                owner = self._type_in(base, environment)
                record = self.schema.entities[owner.name].attributes if isinstance(owner, EntityRef) else owner
                found = record.attributes.get(name) if isinstance(record, RecordType) else None
                return found.type if found else None
            case _:
                return None


def shape(pattern: Iterable[pst.Char | pst.Wildcard]) -> str:
    """Return the pattern of a `like` as it is written: `*` stands for any text, `\\*` for the sign itself."""
    return "".join("*" if isinstance(each, pst.Wildcard) else each.value.replace("*", r"\*") for each in pattern)


def _flat(expr: pst.Expr, op: Literal["and", "or"]) -> list[pst.Expr]:
    match expr:
        case pst.BinaryOp(same, left, right) if same == op:
            return [*_flat(left, op), *_flat(right, op)]
        case _:
            return [expr]


def _unit_of(expr: pst.Expr) -> Callable[[int], str] | None:
    """Return how a number is said that an attribute of this name is compared with: the unit is in the name."""
    name = expr.attr if isinstance(expr, pst.GetAttr) else ""
    record = expr.base.attr if isinstance(expr, pst.GetAttr) and isinstance(expr.base, pst.GetAttr) else ""
    if name.endswith("_bp") or record.endswith("_bp"):
        return lambda points: f"{points / 100:g} %"
    if name.endswith("_micros"):
        return lambda micros: f"{micros / 1_000_000:,.2f}"
    return None


def _period(text: str) -> str:
    parts = [f"{number} {_PERIODS[unit]}{'' if number == '1' else 's'}" for number, unit in _DURATION.findall(text)]
    return either(parts, "and") if parts and not text.startswith("-") else text
