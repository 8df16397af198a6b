"""The plain evaluator: what a rule says of a request, read from its typed tree; the twin of SQL, residual and prover.

Every expression is a pair (ok, value). Inside, an error is an exception, because Cedar too stops at the first one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from evenhand.model.outcome import Outcome, strictest
from evenhand.model.ruling import Ruling
from evenhand.policy import nodes
from evenhand.policy.extensions import within_long
from evenhand.policy.nodes import Datetime, Duration, Expr, Fields, Ip, Rule, Uid, Value
from evenhand.policy.values import Request, StoredEntity

DAY_MS = 86_400_000


class _NotOk(ArithmeticError):
    """An attribute, tag or entity is not there."""


def evaluate(expr: Expr, request: Request) -> tuple[bool, Value | None]:
    """Return (ok, value) of an expression; the value is None where it is not ok.

    Source: `policy.md` §6.
    """
    try:
        return True, _value(expr, request)
    except ArithmeticError:
        return False, None


def applies(rule: Rule, request: Request) -> tuple[bool, bool]:
    """Return (ok, satisfied) of a rule; one out of scope is ok and not satisfied."""
    if not _value(rule.scope, request):
        return True, False
    ok, value = evaluate(rule.condition, request)
    return ok, value is True


def rule_plainly(rules: Iterable[Rule], request: Request) -> Ruling:
    """Return the ruling of all the rules of the request's environment; a forbid without a verdict refuses.

    Source: `policy.md` §4.
    """
    answers = [(rule, *applies(rule, request)) for rule in rules]
    permits = [rule.id for rule, _, satisfied in answers if satisfied and rule.effect == "permit"]
    forbids = [rule for rule, _, satisfied in answers if satisfied and rule.effect == "forbid"]
    outcomes = [Outcome(rule.verdict or Outcome.REFUSE) for rule in forbids]
    if any(rule.effect == "forbid" for rule, ok, _ in answers if not ok) or not (forbids or permits):
        outcomes.append(Outcome.HOLD)
    return Ruling(
        outcome=strictest(outcomes),
        decision="allow" if permits and not forbids else "deny",
        reasons=tuple(sorted([rule.id for rule in forbids] or permits)),
        errors=tuple(sorted(rule.id for rule, ok, _ in answers if not ok)),
    )


def _value(expr: Expr, request: Request) -> Any:
    return _READERS[type(expr)](expr, request)


def _const(expr: nodes.Const, _: Request) -> Value:
    return expr.value


def _var(expr: nodes.Var, request: Request) -> Value:
    value: Value = getattr(request, expr.name)
    return value


def _attr(expr: nodes.Attr, request: Request) -> Any:
    base = _value(expr.base, request)
    owner = _stored(base, request).attrs if isinstance(base, Uid) else base
    if expr.name not in owner:
        raise _NotOk(expr.name)
    return owner[expr.name]


def _has(expr: nodes.Has, request: Request) -> Any:
    base = _value(expr.base, request)
    if isinstance(base, Uid):
        return base in request.store and expr.name in request.store[base].attrs
    return expr.name in base


def _tag(expr: nodes.Tag, request: Request) -> Value:
    tags, key = _stored(_value(expr.base, request), request).tags, _value(expr.key, request)
    if key not in tags:
        raise _NotOk(key)
    return tags[key]


def _has_tag(expr: nodes.HasTag, request: Request) -> bool:
    base, key = _value(expr.base, request), _value(expr.key, request)
    return base in request.store and key in request.store[base].tags


def _stored(uid: Uid, request: Request) -> StoredEntity:
    if uid not in request.store:
        raise _NotOk(uid)
    return request.store[uid]


def _member(expr: nodes.Member, request: Request) -> bool:
    left, right = _value(expr.left, request), _value(expr.right, request)
    groups = right if isinstance(right, frozenset) else {right}
    above = request.store[left].ancestors if left in request.store else frozenset()
    return left in groups or not above.isdisjoint(groups)


def _and(expr: nodes.And, request: Request) -> Any:
    return _value(expr.left, request) and _value(expr.right, request)


def _or(expr: nodes.Or, request: Request) -> Any:
    return _value(expr.left, request) or _value(expr.right, request)


def _if(expr: nodes.If, request: Request) -> Any:
    return _value(expr.then if _value(expr.cond, request) else expr.other, request)


def _arith(expr: nodes.Arith, request: Request) -> int:
    left, right = _value(expr.left, request), _value(expr.right, request)
    match expr.op:
        case "add":
            return within_long(left + right)
        case "sub":
            return within_long(left - right)
        case "mul":
            return within_long(left * right)


def _like(expr: nodes.Like, request: Request) -> Any:
    """Return whether a text matches, by code point: each run of text as early as it can be, the last one at the end."""
    text, pattern = _value(expr.arg, request), expr.pattern
    first, last = pattern[0] if pattern else "", pattern[-1] if pattern else ""
    if len(pattern) < 2 and first is not None:
        return text == first
    head, tail = first or "", last or ""
    if len(head) + len(tail) > len(text) or not (text.startswith(head) and text.endswith(tail)):
        return False
    at, end = len(head), len(text) - len(tail)
    for run in pattern[1:-1]:
        if run is not None:
            at = text.find(run, at, end) + len(run)
            if at < len(run):
                return False
    return True


def _make_set(expr: nodes.MakeSet, request: Request) -> frozenset[Value]:
    return frozenset(_value(element, request) for element in expr.elements)


def _make_record(expr: nodes.MakeRecord, request: Request) -> Fields:
    return Fields({name: _value(value, request) for name, value in expr.fields})


def _call(expr: nodes.Call, request: Request) -> Value:
    return _METHODS[expr.op](*(_value(arg, request) for arg in expr.args))


def _truncated(unit_ms: int) -> Callable[[Duration], int]:
    """Return a method that counts whole units, toward zero."""
    return lambda span: abs(span.ms) // unit_ms * (1 if span.ms >= 0 else -1)


def _length(ip: Ip) -> int:
    return 32 if ip.version == 4 else 128


def _bounds(ip: Ip) -> tuple[int, int]:
    host = _length(ip) - ip.prefix
    first = ip.address >> host << host
    return first, first + (1 << host) - 1


def _is_loopback(ip: Ip) -> bool:
    return _bounds(ip)[0] >> 24 == 127 if ip.version == 4 else _bounds(ip)[0] == 1


def _is_multicast(ip: Ip) -> bool:
    bits, top = (4, 0b1110) if ip.version == 4 else (8, 0xFF)
    return ip.address >> _length(ip) - bits == top and ip.prefix >= bits


def _is_in_range(ip: Ip, other: Ip) -> bool:
    (first, last), (start, end) = _bounds(ip), _bounds(other)
    return ip.version == other.version and start <= first and last <= end


_METHODS: dict[nodes.CallOp, Callable[..., Value]] = {
    "is_ipv4": lambda ip: ip.version == 4,
    "is_ipv6": lambda ip: ip.version == 6,
    "is_loopback": _is_loopback,
    "is_multicast": _is_multicast,
    "is_in_range": _is_in_range,
    "offset": lambda at, span: Datetime(within_long(at.ms + span.ms)),
    "duration_since": lambda at, start: Duration(within_long(at.ms - start.ms)),
    "to_date": lambda at: Datetime(within_long(at.ms // DAY_MS * DAY_MS)),
    "to_time": lambda at: Duration(at.ms % DAY_MS),
    "to_milliseconds": lambda span: span.ms,
    "to_seconds": _truncated(1_000),
    "to_minutes": _truncated(60_000),
    "to_hours": _truncated(3_600_000),
    "to_days": _truncated(DAY_MS),
}

_READERS: dict[type, Callable[[Any, Request], Any]] = {
    nodes.Const: _const, nodes.Var: _var, nodes.Attr: _attr, nodes.Has: _has, nodes.Tag: _tag, nodes.HasTag: _has_tag,
    nodes.Member: _member, nodes.And: _and, nodes.Or: _or, nodes.If: _if, nodes.Arith: _arith, nodes.Like: _like,
    nodes.MakeSet: _make_set, nodes.MakeRecord: _make_record, nodes.Call: _call,
    nodes.Not: lambda expr, request: not _value(expr.arg, request),
    nodes.Neg: lambda expr, request: within_long(-_value(expr.arg, request)),
    nodes.Eq: lambda expr, request: _value(expr.left, request) == _value(expr.right, request),
    nodes.Less: lambda expr, request: _value(expr.left, request) < _value(expr.right, request),
    nodes.LessEq: lambda expr, request: _value(expr.left, request) <= _value(expr.right, request),
    nodes.Contains: lambda expr, request: _value(expr.element, request) in _value(expr.set, request),
    nodes.ContainsAll: lambda expr, request: _value(expr.left, request) >= _value(expr.right, request),
    nodes.ContainsAny: lambda expr, request: not _value(expr.left, request).isdisjoint(_value(expr.right, request)),
    nodes.IsEmpty: lambda expr, request: not _value(expr.arg, request),
}  # fmt: skip
