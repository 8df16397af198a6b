"""Pieces of SQL that mean the same in both dialects; where they must be written differently, both are here.

Built from sqlglot's nodes by ourselves: finished text is never transpiled (`policy.md` §8). Pieces are shared
between expressions and never changed.
"""

from collections.abc import Iterable
from functools import reduce
from typing import Literal, TypeAlias

from sqlglot import exp

from evenhand.policy.typed.nodes import ArithOp

Dialect: TypeAlias = Literal["duckdb", "spark"]
Sql: TypeAlias = exp.Expr

TRUE: Sql = exp.true()
FALSE: Sql = exp.false()

BIGINT = exp.DataType.build("BIGINT")
_HUGEINT = exp.DataType.build("INT128")
_LEAST = -(2**63)
_EXACT: dict[ArithOp, type[exp.Binary]] = {"add": exp.Add, "sub": exp.Sub, "mul": exp.Mul}


def boolean(value: bool) -> Sql:
    """Return TRUE or FALSE."""
    return TRUE if value else FALSE


def both(*args: Sql) -> Sql:
    """Return the conjunction; what is written TRUE drops out."""
    return _joined(exp.And, args, neutral=TRUE, absorbing=FALSE)


def either(*args: Sql) -> Sql:
    """Return the disjunction; what is written FALSE drops out."""
    return _joined(exp.Or, args, neutral=FALSE, absorbing=TRUE)


def negated(arg: Sql) -> Sql:
    """Return the negation."""
    if arg is TRUE or arg is FALSE:
        return boolean(arg is FALSE)
    return exp.Not(this=_wrapped(arg))


def choice(cond: Sql, then: Sql, other: Sql) -> Sql:
    """Return `then` where the condition is true, else `other`."""
    if then is other or cond is TRUE:
        return then
    if cond is FALSE:
        return other
    return exp.Case(ifs=[exp.If(this=cond, true=then)], default=other)


def equal(left: Sql, right: Sql) -> Sql:
    """Return whether two scalars are equal."""
    return exp.EQ(this=_wrapped(left), expression=_wrapped(right))


def less(left: Sql, right: Sql) -> Sql:
    """Return whether one scalar is less than another."""
    return exp.LT(this=_wrapped(left), expression=_wrapped(right))


def less_eq(left: Sql, right: Sql) -> Sql:
    """Return whether one scalar is at most another."""
    return exp.LTE(this=_wrapped(left), expression=_wrapped(right))


def is_there(arg: Sql) -> Sql:
    """Return whether a checked sum, difference or product stayed within int64; SQL's NULL says nothing else."""
    return exp.Not(this=exp.Is(this=_wrapped(arg), expression=exp.Null()))


def long(value: int) -> Sql:
    """Return an int64.

    The least one is written as a difference: `-9223372036854775808::BIGINT` casts before it negates.
    """
    number: Sql = exp.Literal.number(value)
    if value == _LEAST:
        number = exp.Sub(this=exp.Literal.number(_LEAST + 1), expression=exp.Literal.number(1))
    return exp.Cast(this=number, to=BIGINT)


def text(value: str, dialect: Dialect) -> Sql:
    r"""Return a string; Spark reads `\0` before two more digits as one octal number, so NUL is a call there."""
    if dialect == "duckdb" or "\0" not in value:
        return exp.Literal.string(value)
    first, *rest = (exp.Literal.string(run) for run in value.split("\0"))
    nul = call("CHAR", exp.Literal.number(0))
    return call("CONCAT", first, *(part for run in rest for part in (nul, run)))


def checked(op: ArithOp, left: Sql, right: Sql, dialect: Dialect) -> Sql:
    """Return a sum, difference or product of int64, NULL beyond int64.

    Never bare: DuckDB ends the whole query on overflow and does not promise to leave a branch unevaluated.
    """
    if dialect == "spark":
        return call({"add": "TRY_ADD", "sub": "TRY_SUBTRACT", "mul": "TRY_MULTIPLY"}[op], left, right)
    exact = _EXACT[op](this=exp.Cast(this=left, to=_HUGEINT), expression=exp.Cast(this=right, to=_HUGEINT))
    return exp.TryCast(this=exact, to=BIGINT)


def within(arg: Sql, size: int) -> Sql:
    """Return the remainder in [0, size): `%` alone takes the sign of what it divides."""
    divisor = long(size)
    remainder = exp.Mod(this=_wrapped(arg), expression=divisor)
    return exp.Mod(this=exp.Paren(this=exp.Add(this=exp.Paren(this=remainder), expression=divisor)), expression=divisor)


def quotient(arg: Sql, size: int) -> Sql:
    """Return how often `size` goes into a number, toward zero."""
    return exp.IntDiv(this=_wrapped(arg), expression=long(size))


def like(arg: Sql, pattern: tuple[str | None, ...], dialect: Dialect) -> Sql:
    """Return whether a text is like a pattern of runs and, as None, of any text; case and code points count."""
    if None not in pattern:
        return equal(arg, text("".join(run for run in pattern if run is not None), dialect))
    escaped = "".join("%" if run is None else _escaped(run) for run in pattern)
    matched = exp.Like(this=_wrapped(arg), expression=_wrapped(text(escaped, dialect)))
    return exp.Escape(this=matched, expression=exp.Literal.string("\\")) if "\\" in escaped else matched


def has_bits(mask: Sql, bits: Sql) -> Sql:
    """Return whether a mask shares a bit with another."""
    return exp.NEQ(this=shared(mask, bits), expression=long(0))


def has_all_bits(mask: Sql, bits: Sql) -> Sql:
    """Return whether a mask has every bit of another."""
    return exp.EQ(this=shared(mask, bits), expression=_wrapped(bits))


def shared(left: Sql, right: Sql) -> Sql:
    """Return the bits that two masks share."""
    return exp.Paren(this=exp.BitwiseAnd(this=_wrapped(left), expression=_wrapped(right)))


def united(masks: Iterable[Sql]) -> Sql:
    """Return the bits that any of the masks has."""
    whole: Sql | None = None
    for mask in masks:
        whole = mask if whole is None else exp.BitwiseOr(this=whole, expression=_wrapped(mask))
    return long(0) if whole is None else whole


def array(elements: Iterable[Sql]) -> Sql:
    """Return a list of at least one element."""
    return exp.Array(expressions=list(elements))


def has(elements: Sql, element: Sql, dialect: Dialect) -> Sql:
    """Return whether a list has an element."""
    return call("LIST_CONTAINS" if dialect == "duckdb" else "ARRAY_CONTAINS", elements, element)


def has_any(left: Sql, right: Sql, dialect: Dialect) -> Sql:
    """Return whether two lists share an element."""
    return call("LIST_HAS_ANY" if dialect == "duckdb" else "ARRAYS_OVERLAP", left, right)


def has_all(left: Sql, right: Sql, dialect: Dialect) -> Sql:
    """Return whether a list has every element of another."""
    if dialect == "duckdb":
        return call("LIST_HAS_ALL", left, right)
    return is_empty(call("ARRAY_EXCEPT", right, left), dialect)


def is_empty(elements: Sql, dialect: Dialect) -> Sql:
    """Return whether a list has no element."""
    return equal(call("LEN" if dialect == "duckdb" else "SIZE", elements), long(0))


def call(name: str, *args: Sql) -> Sql:
    """Return a call of a function by its own name: sqlglot would write some names in another way."""
    return exp.Anonymous(this=name, expressions=list(args))


def column(name: str) -> Sql:
    """Return a column."""
    return exp.column(name, quoted=True)


def _joined(kind: type[exp.Connector], args: Iterable[Sql], neutral: Sql, absorbing: Sql) -> Sql:
    """Return what a connector makes of its operands; one and the same stands once."""
    kept: list[Sql] = []
    for arg in args:
        if arg is absorbing:
            return absorbing
        if arg is not neutral and all(arg is not each for each in kept):
            kept.append(arg)
    return reduce(lambda whole, arg: kind(this=_wrapped(whole), expression=_wrapped(arg)), kept) if kept else neutral


def _wrapped(arg: Sql) -> Sql:
    """Return an expression in brackets if it could bind in another way without."""
    return exp.Paren(this=arg) if isinstance(arg, _LOOSE) else arg


def _escaped(run: str) -> str:
    return run.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_LOOSE: tuple[type[Sql], ...] = (exp.Binary, exp.Unary, exp.Connector, exp.Case, exp.Escape)
