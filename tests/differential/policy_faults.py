"""Faults that a compiler or reader of rules can have: a function of ours with a piece of its text exchanged."""

import inspect
import textwrap
from dataclasses import dataclass
from typing import Any

import pytest

from evenhand.policy.sql import dialects as sql_parts
from evenhand.policy.sql import query as to_sql
from evenhand.policy.sql.columns import Columns
from evenhand.policy.sql.expression import Expressions
from evenhand.policy.sql.fact_cells import Rows
from evenhand.policy.sql.operators import Operators
from evenhand.policy.typed import evaluator as evaluate
from evenhand.policy.typed import extension_types as extensions
from evenhand.policy.typed import lowering as typed
from evenhand.policy.typed import node_builder as maker
from evenhand.policy.typed import operations, values


@dataclass(frozen=True)
class Fault:
    """A function by its owner and name, and what stands in its text in place of what."""

    owner: Any
    name: str
    right: str
    wrong: str

    def put_in(self, patch: pytest.MonkeyPatch) -> None:
        """Put the fault in until the patch is undone; a text that is not there any more is an error."""
        function = getattr(self.owner, self.name)
        text = textwrap.dedent(inspect.getsource(function))
        assert text.count(self.right) == 1, f"`{self.right}` is not once in {self.name}"
        made: dict[str, Any] = {}
        exec(compile(text.replace(self.right, self.wrong), "<fault>", "exec"), function.__globals__, made)
        patch.setattr(self.owner, self.name, made[self.name])


@dataclass(frozen=True)
class Exchange:
    """An entry of a table of functions, and the text of what stands in its place."""

    table: dict[Any, Any]
    name: str
    wrong: str

    def put_in(self, patch: pytest.MonkeyPatch) -> None:
        """Put the fault in until the patch is undone."""
        assert self.name in self.table
        patch.setitem(self.table, self.name, eval(self.wrong, vars(operations) | vars(typed) | vars(extensions)))


FAULTS: dict[str, Fault | Exchange] = {
    # (ok, value)
    "and: errs where the right side would": Fault(
        Expressions, "_and", "sql.either(sql.negated(left), right_ok)", "right_ok"
    ),
    "and: the right side never errs": Fault(Expressions, "_and", "sql.either(sql.negated(left), right_ok)", "TRUE"),
    "and: the left side never errs": Fault(Expressions, "_and", "sql.both(left_ok,", "sql.both(TRUE,"),
    "and: false on the left hides an error on the left": Fault(
        Expressions,
        "_and",
        "sql.both(left_ok, sql.either(sql.negated(left), right_ok))",
        "sql.either(sql.negated(left), sql.both(left_ok, right_ok))",
    ),
    "or: errs where the right side would": Fault(Expressions, "_or", "sql.either(left, right_ok)", "right_ok"),
    "or: the right side never errs": Fault(Expressions, "_or", "sql.either(left, right_ok)", "TRUE"),
    "or: the left side never errs": Fault(Expressions, "_or", "sql.both(left_ok, ", "sql.both(TRUE, "),
    "or: true on the right hides an error": Fault(
        Expressions,
        "_or",
        "sql.both(left_ok, sql.either(left, right_ok))",
        "sql.either(sql.both(left_ok, sql.either(left, right_ok)), sql.both(right_ok, right))",
    ),
    "not: never errs": Fault(Expressions, "_not", "Pair(ok,", "Pair(TRUE,"),
    "if: errs where either branch would": Fault(
        Expressions, "_if", "sql.choice(cond, then.ok, other.ok)", "sql.both(then.ok, other.ok)"
    ),
    "if: branches never err": Fault(Expressions, "_if", "sql.choice(cond, then.ok, other.ok)", "TRUE"),
    "if: the condition never errs": Fault(Expressions, "_if", "sql.both(cond_ok, ", "sql.both(TRUE, "),
    "if: errs by the other branch": Fault(Expressions, "_if", "then.ok, other.ok", "other.ok, then.ok"),
    "attribute: the base never errs": Fault(Expressions, "_attr", "sql.both(base.ok, found.ok)", "found.ok"),
    "attribute: always there": Fault(Expressions, "_attr", "sql.both(base.ok, found.ok)", "base.ok"),
    "tag: always there": Fault(
        Operators, "tag", "Pair(self.column(Present(tagged)), AtPath(tagged))", "Pair(TRUE, AtPath(tagged))"
    ),
    "two operands: the left one never errs": Fault(Expressions, "_of_two", "sql.both(one.ok, two.ok)", "two.ok"),
    "two operands: the right one never errs": Fault(Expressions, "_of_two", "sql.both(one.ok, two.ok)", "one.ok"),
    "minus: not negated": Fault(Expressions, "_neg", '"sub"', '"add"'),
    "set written out: elements never err": Fault(
        Expressions, "_make_set", "sql.both(*(pair.ok for pair in each))", "TRUE"
    ),
    "checked: operands never err": Fault(Expressions, "_checked", "left.ok, right.ok, ", ""),
    "toDate: never overflows": Fault(
        Expressions,
        "_call",
        'return self._checked("sub", args[0], Pair(TRUE, Scalar(sql.within(value, DAY_MS))))',
        "return Pair(ok, Scalar(sql.quotient(value, DAY_MS)))",
    ),
    "value without ok": Fault(Expressions, "held", "sql.both(*self.truth(expr))", "self.truth(expr)[1]"),
    # pieces of SQL
    "overflow: no error": Fault(
        sql_parts, "is_there", "exp.Not(this=exp.Is(this=_wrapped(arg), expression=exp.Null()))", "TRUE"
    ),
    "overflow: an error at 32 bits": Fault(
        sql_parts, "checked", "this=exact, to=BIGINT", 'this=exact, to=exp.DataType.build("INT")'
    ),
    "NULL logic: an overflow is as good as 0": Fault(
        sql_parts,
        "checked",
        "return exp.TryCast(this=exact, to=BIGINT)",
        'return call("COALESCE", exp.TryCast(this=exact, to=BIGINT), long(0))',
    ),
    "difference: the other way": Fault(
        sql_parts,
        "checked",
        "this=exp.Cast(this=left, to=_HUGEINT), expression=exp.Cast(this=right,",
        "this=exp.Cast(this=right, to=_HUGEINT), expression=exp.Cast(this=left,",
    ),
    "least long: one more": Fault(
        sql_parts, "long", "expression=exp.Literal.number(1)", "expression=exp.Literal.number(0)"
    ),
    "like: % is any text": Fault(sql_parts, "_escaped", '.replace("%", "\\\\%")', ""),
    "like: _ is any character": Fault(sql_parts, "_escaped", '.replace("_", "\\\\_")', ""),
    "like: a backslash escapes": Fault(sql_parts, "_escaped", '.replace("\\\\", "\\\\\\\\")', ""),
    "like: * is a character": Fault(sql_parts, "like", '"%" if run is None', '"_" if run is None'),
    "like: case does not count": Fault(sql_parts, "like", "exp.Like(", "exp.ILike("),
    "text: ends at NUL": Fault(
        sql_parts, "text", "exp.Literal.string(value)", 'exp.Literal.string(value.split("\\0")[0])'
    ),
    "toTime: with its sign": Fault(
        sql_parts,
        "within",
        "exp.Mod(this=exp.Paren(this=exp.Add(this=exp.Paren(this=remainder), expression=divisor)), expression=divisor)",
        "exp.Paren(this=remainder)",
    ),
    "toSeconds: down": Fault(
        sql_parts,
        "quotient",
        "exp.IntDiv(this=_wrapped(arg), expression=long(size))",
        'exp.TryCast(this=call("FLOOR", exp.Div(this=_wrapped(arg), expression=long(size))), to=BIGINT)',
    ),
    "less: or equal": Fault(sql_parts, "less", "exp.LT", "exp.LTE"),
    "less or equal: less": Fault(sql_parts, "less_eq", "exp.LTE", "exp.LT"),
    "masks: any bit for all": Fault(
        sql_parts, "has_all_bits", "exp.EQ(this=shared(mask, bits), expression=_wrapped(bits))", "has_bits(mask, bits)"
    ),
    "masks: all bits for any": Fault(
        sql_parts, "has_bits", "exp.NEQ(this=shared(mask, bits), expression=long(0))", "has_all_bits(mask, bits)"
    ),
    "lists: any element for all": Fault(sql_parts, "has_all", '"LIST_HAS_ALL"', '"LIST_HAS_ANY"'),
    "lists: all elements for any": Fault(sql_parts, "has_any", '"LIST_HAS_ANY" if', '"LIST_HAS_ALL" if'),
    "lists: contained the other way": Fault(
        sql_parts, "has_all", '"LIST_HAS_ALL", left, right', '"LIST_HAS_ALL", right, left'
    ),
    "lists: none is empty": Fault(sql_parts, "is_empty", "long(0)", "long(-1)"),
    # sets, records, membership
    "sets: equal if one has all of the other": Fault(
        Operators,
        "_equal_sets",
        "sql.both(self.contains_all(left, right), self.contains_all(right, left))",
        "self.contains_all(left, right)",
    ),
    "sets: equal if they share an element": Fault(
        Operators,
        "_equal_sets",
        "sql.both(self.contains_all(left, right), self.contains_all(right, left))",
        "self.contains_any(left, right)",
    ),
    "sets: duplicates count": Fault(
        Operators,
        "_equal_sets",
        "sql.both(self.contains_all(left, right), self.contains_all(right, left))",
        "sql.equal(self._list(left), self._list(right))",
    ),
    "sets: all of nothing is none of it": Fault(
        Operators,
        "_contains_all",
        "return sql.has_all(self._list(left), self._list(right), self.dialect)",
        "return sql.both(sql.has_all(self._list(left), self._list(right), self.dialect), "
        "sql.negated(sql.is_empty(self._list(right), self.dialect)))",
    ),
    "sets: a mask loses what is computed": Fault(
        Operators, "_mask", "[sql.long(known), *computed]", "[sql.long(known)]"
    ),
    "records: absence does not count": Fault(
        Operators, "_equal_fields", "sql.choice(left.ok, sql.both(right.ok, same), sql.negated(right.ok))", "same"
    ),
    "records: absent is never equal": Fault(
        Operators,
        "_equal_fields",
        "sql.choice(left.ok, sql.both(right.ok, same), sql.negated(right.ok))",
        "sql.both(left.ok, right.ok, same)",
    ),
    "membership: not reflexive": Fault(Rows, "_memberships", "uid == group or ", ""),
    "membership: no closure": Fault(values, "_above", "ahead.extend(", "list("),
    "membership: all of a set": Fault(Operators, "_member", "sql.either(", "sql.both("),
    # the table
    "store: every entity is there": Fault(
        Rows, "cells", "each is not None for each in entities.stored", "True for _ in entities.stored"
    ),
    "presence: every attribute is there": Fault(
        Rows, "cells", "each is not None for each in self._at(path)", "True for _ in self._at(path)"
    ),
    "masks: bits in another order": Fault(Rows, "_set_writer", "enumerate(members)", "enumerate(reversed(members))"),
    "addresses: without prefix": Fault(
        Rows, "_writer", "return ip_text", 'return lambda value: ip_text(value).split("/")[0]'
    ),
    "decimals: whole ones": Fault(Rows, "_writer", "value.scaled", "value.scaled // 10_000"),
    "columns: names that differ by case are one": Fault(
        Columns, "_free", "while name.lower() in self._names:", "while False:"
    ),
    "rows: the first entity for all": Fault(
        Rows, "_told_apart", "found.places[number] = place", "found.places[number] = 0"
    ),
    "rows: the absent entities are one": Fault(Rows, "_told_apart", "(name, id(stored))", "(None, id(stored))"),
    # the query
    "scope: errors outside it": Fault(to_sql, "_terms_of", "sql.both(scope, sql.negated(ok))", "sql.negated(ok)"),
    "scope: not asked": Fault(to_sql, "_terms_of", "sql.both(scope, held)", "held"),
    "errors: none": Fault(to_sql, "_terms_of", "sql.both(scope, sql.negated(ok))", "FALSE"),
    "reasons: permits where it is denied": Fault(to_sql, "_answers", "sql.choice(denied, ", "sql.choice(permitted, "),
    "outcome: an error of a forbid is no hold": Fault(
        to_sql, "_outcome", '[each.any_of("errored", _forbids) for each in words] + ', ""
    ),
    "outcome: nothing said is allowed": Fault(to_sql, "_outcome", " + [sql.negated(determined)]", ""),
    "outcome: the mildest verdict": Fault(
        to_sql, "_outcome", "key=lambda each: each.severity)[1:]", "key=lambda each: -each.severity)[:-1]"
    ),
    "words: the last rule is lost": Fault(to_sql._Word, "bits", "enumerate(self.rules)", "enumerate(self.rules[:-1])"),
    # lowering
    "unless: when": Fault(
        typed._Lowering, "_and", "held if isinstance(clause, pst.When) else self._maker.negated(held)", "held"
    ),
    "clauses: the last alone": Fault(
        typed._Lowering, "_and", "self._maker.both(condition, ", "self._maker.both(self._maker.const(True), "
    ),
    "scope: is, without in": Fault(
        typed._Lowering,
        "_constraint",
        "self._maker.both(self._is(subject, entity_type), self._member(subject, self._entity(entity)))",
        "self._is(subject, entity_type)",
    ),
    "scope: in is ==": Fault(
        typed._Lowering,
        "_constraint",
        "self._member(subject, self._entity(entity))\n",
        "self._maker.equal(subject, self._entity(entity))\n",
    ),
    "guards: every attribute is safe": Fault(maker.NodeBuilder, "attr", "safe and base.never_errors", "True"),
    "guards: an if errs with its condition alone": Fault(
        maker.NodeBuilder, "choice", "_safe(cond, then, other)", "cond.never_errors"
    ),
    "negation: none": Fault(Expressions, "_not", "sql.negated(value)", "value"),
    "greater: less": Exchange(typed._STRICT, "greater", "_STRICT['less']"),
    "containsAll: containsAny": Exchange(typed._STRICT, "contains_all", "_STRICT['contains_any']"),
    "instants: a zone the other way": Exchange(
        extensions.CONSTRUCTORS, "datetime", "lambda text: instant(text.replace('+0200', '-0200'))"
    ),
    # the evaluator
    "evaluator: an error is false": Fault(evaluate, "evaluate", "return False, None", "return True, False"),
    "evaluator: errors out of scope": Fault(evaluate, "applies", "return True, False", "pass"),
    "evaluator: has says yes": Fault(
        operations, "has_attribute", "base in store and name in store[base].attrs", "True"
    ),
    "evaluator: a missing entity is in nothing": Fault(
        operations, "member", "return left in groups or ", "return left in store and left in groups or "
    ),
    "evaluator: ranges across versions": Exchange(
        operations.STRICT, "is_in_range", "lambda ip, other: _bounds(other)[0] <= ip.address <= _bounds(other)[1]"
    ),
    "evaluator: the last run anywhere": Fault(operations, "like", " and text.endswith(tail)", ""),
    "evaluator: toDate toward zero": Exchange(
        operations.STRICT, "to_date", "lambda at: Datetime(int(at.ms / DAY_MS) * DAY_MS)"
    ),
    "evaluator: toSeconds down": Exchange(operations.STRICT, "to_seconds", "lambda span: span.ms // 1_000"),
    "evaluator: sums without bounds": Exchange(operations.STRICT, "add", "lambda left, right: left + right"),
    "evaluator: containsAll of a smaller set": Exchange(
        operations.STRICT, "contains_all", "lambda left, right: left > right"
    ),
}
