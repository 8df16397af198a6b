"""A residual's program read for the gate: each step over what the gate knows of a request, instead of a request."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from evenhand.model.program import MOST_NODES, Contains, Eq, In, Is, Program, size_of
from evenhand.model.residual import Step
from evenhand.policy.residuals.gate_values import (
    DAY_MS,
    HOUR_MS,
    AlwaysErrs,
    FactsPath,
    GateValue,
    HourOfDay,
    Known,
    LinearTime,
    NeverKnown,
    NotExpressible,
    SetAttribute,
    TextAttribute,
    Truth,
    between,
    line,
    number_of,
    ok_of,
    same_text,
    truth_of,
)
from evenhand.policy.residuals.program_algebra import FALSE, TRUE, all_of, any_of, opposite
from evenhand.policy.residuals.stack_machine import LAZY, applied, constant_of, operand_count
from evenhand.policy.serve_requests import LABEL
from evenhand.policy.typed.nodes import Datetime, Duration

_CONTEXT: dict[str, GateValue] = {
    "at": LinearTime("datetime"),
    "territories": SetAttribute("territories"),
    "political": Truth(Is("political", True)),
    "placement": FactsPath("placement"),
    LABEL: NeverKnown(LABEL),
}
_PLACEMENT: dict[str, GateValue] = {"territory": TextAttribute("country"), "slot": TextAttribute("placement")}

# On the way a program may be longer than in the end, when more of it is decided.
_LONGEST = 4 * MOST_NODES

# Steps that can err although nothing that they look into is missing.
_RISKY = frozenset({"add", "sub", "mul", "neg", "offset", "duration_since", "to_date"})
_UNITS_MS = {
    "to_milliseconds": 1,
    "to_seconds": 1_000,
    "to_minutes": 60_000,
    "to_hours": HOUR_MS,
    "to_days": DAY_MS,
}


def to_gate_program(program: Sequence[Step], since_ms: int) -> Truth:
    """Return a residual's program as one of the gate, for requests that are not served before `since_ms`.

    Raises:
        NotRead: the gate's programs cannot say it.
    """
    stack: list[GateValue] = []
    for step in program:
        count = operand_count(step)
        operands = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        stack.append(_bounded(_read(step, operands, since_ms)))
    (answer,) = stack
    return truth_of(answer)


def _bounded(found: GateValue) -> GateValue:
    """Return a reading that is not far too long: each `==` or `if` of truths can double what it is made of."""
    if isinstance(found, Truth) and any(size_of(each, _LONGEST) > _LONGEST for each in (found.value, found.ok)):
        raise NotExpressible(f"a condition of more than {MOST_NODES} nodes")
    return found


def _read(step: Step, operands: Sequence[GateValue], since_ms: int) -> GateValue:
    match step.op:
        case "const" | "entity":
            return Known(constant_of(step))
        case "var":
            return FactsPath(step.name)
        case "fail":
            return AlwaysErrs()
        case op if op in LAZY:
            return _chosen(op, operands)
    if any(isinstance(each, AlwaysErrs) for each in operands):
        return AlwaysErrs()
    values = [each.value for each in operands if isinstance(each, Known)]
    if step.op in ("set", "record") and len(values) == len(operands):
        return Known(applied(step, values, {}))
    hidden = _hidden(step, operands)
    if hidden is None and step.op not in _READERS:
        raise _not_read(step)
    return hidden or _READERS[step.op](step, operands, since_ms)


def _chosen(op: str, operands: Sequence[GateValue]) -> GateValue:
    """Return `&&`, `||`, `if` or `then`: which operands count hangs on the first."""
    if op == "then":
        first, second = operands
        if ok_of(first) == TRUE:
            return second
        then = truth_of(second)
        return Truth(then.value, all_of((ok_of(first), then.ok)))
    first, *others = map(truth_of, operands)
    match op, others:
        case "and", [second]:
            ok = all_of((first.ok, any_of((opposite(first.value), second.ok))))
            return Truth(all_of((first.value, second.value)), ok)
        case "or", [second]:
            ok = all_of((first.ok, any_of((first.value, second.ok))))
            return Truth(any_of((first.value, second.value)), ok)
        case _:
            then, other = others
            ok = all_of((first.ok, _either(first.value, then.ok, other.ok)))
            return Truth(_either(first.value, then.value, other.value), ok)


def _either(first: Program, then: Program, other: Program) -> Program:
    if then == other:
        return then
    return any_of((all_of((first, then)), all_of((opposite(first), other))))


def _hidden(step: Step, operands: Sequence[GateValue]) -> NeverKnown | None:
    """Return the outcome of a step that asks for something that the gate never knows, None if it does not.

    Facts are whole, so that a resource has its attributes; an entity of which nothing is known may be missing.
    """
    sure = step.op not in _RISKY and all(ok_of(each) == TRUE for each in operands)
    for operand in operands:
        if isinstance(operand, NeverKnown):
            return NeverKnown(operand.name, sure)
        if isinstance(operand, FactsPath) and operand.path == "resource":
            return NeverKnown(f"resource.{step.name}" if step.name else "resource", sure)
        if isinstance(operand, FactsPath) and operand.path == "placement" and step.name not in _PLACEMENT:
            return NeverKnown("placement", sure)
    # What is done to known values alone and is left open looks into an entity that is not there.
    if all(isinstance(each, Known) for each in operands):
        return NeverKnown(step.name or step.op, sure=False)
    return None


def _attr(step: Step, operands: Sequence[GateValue], _since: int) -> GateValue:
    match operands:
        case [FactsPath("context")] if step.name in _CONTEXT:
            return _CONTEXT[step.name]
        case [FactsPath("placement")]:
            return _PLACEMENT[step.name]
        case _:
            raise _not_read(step)


def _has(step: Step, operands: Sequence[GateValue], _since: int) -> GateValue:
    match operands:
        case [FactsPath("context")] if step.name == LABEL:
            return NeverKnown(LABEL)
        case [FactsPath()]:
            return Truth(TRUE)
        case _:
            raise _not_read(step)


def _not(_step: Step, operands: Sequence[GateValue], _since: int) -> GateValue:
    (arg,) = map(truth_of, operands)
    return Truth(opposite(arg.value), arg.ok)


def _eq(step: Step, operands: Sequence[GateValue], since_ms: int) -> GateValue:
    match operands:
        case [Known(), (TextAttribute() | LinearTime() | HourOfDay())]:
            return _eq(step, operands[::-1], since_ms)
        case [TextAttribute(field), Known(value)]:
            return same_text(field, value)
        case [LinearTime() as each, Known(value)]:
            bound = number_of(value, each.kind)
            return between(each.below(bound, since_ms), each.below(bound + 1, since_ms))
        case [HourOfDay() as each, Known(value)]:
            bound = number_of(value, _kind(each))
            return between(each.below(bound), each.below(bound + 1))
        case [left, right] if left == right and not isinstance(left, Truth):
            return Truth(TRUE)
        case _:
            left, right = map(truth_of, operands)
            return Truth(_either(left.value, right.value, opposite(right.value)), all_of((left.ok, right.ok)))


def _less(step: Step, operands: Sequence[GateValue], since_ms: int) -> GateValue:
    """Return `<` or `<=`; the second is `<` the next number, and with the known value on the left its opposite."""
    more = int(step.op == "less_eq")
    match operands:
        case [(LinearTime() | HourOfDay()) as each, Known(value)]:
            return Truth(_below(each, number_of(value, _kind(each)) + more, since_ms))
        case [Known(value), (LinearTime() | HourOfDay()) as each]:
            return Truth(opposite(_below(each, number_of(value, _kind(each)) + 1 - more, since_ms)))
        case _:
            raise _not_read(step)


def _kind(each: LinearTime | HourOfDay) -> Any:
    if isinstance(each, LinearTime):
        return each.kind
    return "long" if each.in_hours else None


def _below(each: LinearTime | HourOfDay, bound: int, since_ms: int) -> Program:
    return each.below(bound, since_ms) if isinstance(each, LinearTime) else each.below(bound)


def _contains(step: Step, operands: Sequence[GateValue], _since: int) -> GateValue:
    match operands:
        case [SetAttribute(field), Known(str() as value)]:
            return Truth(Contains(field, value))
        case [Known(frozenset() as values), TextAttribute(field)]:
            return Truth(_one_of(field, values))
        case _:
            raise _not_read(step)


def _one_of(field: Any, values: frozenset[Any]) -> Program:
    match _texts(values):
        case ():
            return FALSE
        case (value,):
            return Eq(field, value)
        case found:
            return In(field, found)


def _contains_many(step: Step, operands: Sequence[GateValue], _since: int) -> GateValue:
    """Return `containsAll` of known texts, or `containsAny` in either order."""
    match step.op, operands:
        case "contains_all", [SetAttribute(field), Known(frozenset() as values)]:
            return Truth(all_of(_members(field, values)))
        case "contains_any", (
            [SetAttribute(field), Known(frozenset() as values)] | [Known(frozenset() as values), SetAttribute(field)]
        ):
            return Truth(any_of(_members(field, values)))
        case _:
            raise _not_read(step)


def _members(field: Any, values: frozenset[Any]) -> list[Program]:
    return [Contains(field, value) for value in _texts(values)]


def _texts(values: frozenset[Any]) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise NotExpressible("values of two types")
    return tuple(sorted(values))


def _duration_since(step: Step, operands: Sequence[GateValue], since_ms: int) -> GateValue:
    match operands:
        case [LinearTime("datetime") as at, Known(Datetime(start))] if at.is_exact:
            return line("duration", at.sign, at.offset - start, since_ms)
        case [Known(Datetime(end)), LinearTime("datetime") as at] if at.is_exact:
            return line("duration", -1 if at.sign > 0 else 1, end - at.offset, since_ms)
        case _:
            raise _not_read(step)


def _offset(step: Step, operands: Sequence[GateValue], since_ms: int) -> GateValue:
    match operands:
        case [LinearTime("datetime") as at, Known(Duration(by))] if at.is_exact:
            return line("datetime", at.sign, at.offset + by, since_ms)
        case [Known(Datetime(start)), LinearTime("duration") as span] if span.is_exact:
            return line("datetime", span.sign, start + span.offset, since_ms)
        case _:
            raise _not_read(step)


def _to_units(step: Step, operands: Sequence[GateValue], _since: int) -> GateValue:
    match operands:
        case [LinearTime("duration", sign, offset) as span] if span.is_exact:
            return LinearTime("long", sign, offset, _UNITS_MS[step.op])
        case [HourOfDay(shift_h, False)] if step.op == "to_hours":
            return HourOfDay(shift_h, in_hours=True)
        case _:
            raise _not_read(step)


def _to_date(step: Step, operands: Sequence[GateValue], _since: int) -> GateValue:
    match operands:
        case [LinearTime("datetime", sign, offset) as at] if at.is_exact:
            return LinearTime("datetime", sign, offset, by_day=True)
        case _:
            raise _not_read(step)


def _to_time(step: Step, operands: Sequence[GateValue], _since: int) -> GateValue:
    match operands:
        case [LinearTime("datetime", 1, offset) as at] if at.is_exact and offset % HOUR_MS == 0:
            return HourOfDay(offset // HOUR_MS % 24)
        case _:
            raise _not_read(step)


def _not_read(step: Step) -> NotExpressible:
    head, *tail = step.op.split("_")
    return NotExpressible(f"`{head}{''.join(map(str.capitalize, tail))}`")


_Reader: TypeAlias = Callable[[Step, Sequence[GateValue], int], GateValue]

_TO_UNITS: dict[str, _Reader] = dict.fromkeys(_UNITS_MS, _to_units)
_READERS: dict[str, _Reader] = {
    "attr": _attr, "has": _has, "not": _not, "eq": _eq, "less": _less, "less_eq": _less, "contains": _contains,
    "contains_all": _contains_many, "contains_any": _contains_many, "duration_since": _duration_since,
    "offset": _offset, "to_date": _to_date, "to_time": _to_time, **_TO_UNITS,
}  # fmt: skip
