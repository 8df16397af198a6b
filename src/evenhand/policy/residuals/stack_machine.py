"""Postfix programs: constants and operations as steps, and the machine that runs them on pairs (ok, value)."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from evenhand.model.residual import Step
from evenhand.policy.typed import operations
from evenhand.policy.typed.extension_types import address, address_text
from evenhand.policy.typed.nodes import Datetime, Decimal, Duration, Fields, Ip, Uid, Value
from evenhand.policy.typed.operations import STRICT
from evenhand.policy.typed.values import Request, Store

Pair: TypeAlias = tuple[bool, Value]

# What a pair that is not ok holds in place of a value; nobody reads it.
NOT_OK: Pair = (False, False)
FAIL = Step("fail")

# Steps whose operands need not all be ok.
LAZY = {"and": 2, "or": 2, "then": 2, "if": 3}
_TWO = {
    "tag",
    "has_tag",
    "in",
    "eq",
    "less",
    "less_eq",
    "add",
    "sub",
    "mul",
    "contains",
    "contains_all",
    "contains_any",
}
_TWO |= {"is_in_range", "offset", "duration_since"}


def run(program: Sequence[Step], request: Request) -> Pair:
    """Return (ok, value) of a program; the value counts only where it is ok."""
    stack: list[Pair] = []
    for step in program:
        count = operand_count(step)
        operands = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        stack.append(_stepped(step, operands, request))
    (answer,) = stack
    return answer


def applied(step: Step, args: Sequence[Any], store: Store) -> Value:
    """Return what an operation makes of operands that are ok.

    Raises:
        ArithmeticError: the pair is not ok.
    """
    match step.op:
        case "set":
            return frozenset(args)
        case "record":
            return Fields(zip(map(str, step.parts), args, strict=True))
        case "like":
            return operations.like(args[0], step.parts)
        case "attr":
            return operations.attribute(args[0], step.name, store)
        case "has":
            return operations.has_attribute(args[0], step.name, store)
        case "tag" | "has_tag" | "in":
            return _LOOKUPS[step.op](*args, store)
        case op:
            value: Value = STRICT[op](*args)
            return value


def constant(value: Value) -> tuple[Step, ...]:
    """Return the steps that put a value on the stack; sets and records in an order that is always the same."""
    match value:
        case bool() | int() | str():
            return (Step("const", {bool: "Bool", int: "Long", str: "String"}[type(value)], value),)
        case Decimal(number):
            return (Step("const", "decimal", number),)
        case Datetime(number) | Duration(number):
            return (Step("const", type(value).__name__.lower(), number),)
        case Ip():
            return (Step("const", "ipaddr", address_text(value)),)
        case Uid(kind, name):
            return (Step("entity", kind, name),)
        case _:
            return _composed(value)


def constant_of(step: Step) -> Value:
    """Return the value that a step `const` or `entity` puts on the stack."""
    return Uid(step.name, str(step.value)) if step.op == "entity" else _CONSTANTS[step.name](step.value)


def operand_count(step: Step) -> int:
    """Return how many operands a step takes from the stack."""
    match step.op:
        case "const" | "entity" | "var" | "fail":
            return 0
        case "set":
            return step.count
        case "record":
            return len(step.parts)
        case op:
            return LAZY.get(op) or (2 if op in _TWO else 1)


def _composed(value: frozenset[Value] | Fields) -> tuple[Step, ...]:
    if isinstance(value, Fields):
        names = tuple(sorted(value))
        return (*(step for name in names for step in constant(value[name])), Step("record", parts=names))
    elements = sorted((constant(each) for each in value), key=repr)
    return (*(step for steps in elements for step in steps), Step("set", count=len(elements)))


def _stepped(step: Step, operands: Sequence[Pair], request: Request) -> Pair:
    match step.op:
        case "const" | "entity":
            return True, constant_of(step)
        case "var":
            return True, getattr(request, step.name)
        case "fail":
            return NOT_OK
        case op if op in LAZY:
            return _chosen(op, *operands)
    if not all(ok for ok, _ in operands):
        return NOT_OK
    try:
        return True, applied(step, [value for _, value in operands], request.store)
    except ArithmeticError:
        return NOT_OK


def _chosen(op: str, first: Pair, second: Pair, third: Pair = NOT_OK) -> Pair:
    """Return the pair of `&&`, `||`, `if`, or of `then`: the second where the first is ok."""
    ok, value = first
    if not ok:
        return NOT_OK
    match op:
        case "and":
            return second if value else first
        case "or":
            return first if value else second
        case "if":
            return second if value else third
        case _:
            return second


_LOOKUPS: dict[str, Callable[..., Value]] = {
    "tag": operations.tag, "has_tag": operations.has_tag, "in": operations.member,
}  # fmt: skip
_CONSTANTS: dict[str, Callable[[Any], Value]] = {
    "Bool": bool, "Long": int, "String": str,
    "decimal": Decimal, "datetime": Datetime, "duration": Duration, "ipaddr": address,
}  # fmt: skip
