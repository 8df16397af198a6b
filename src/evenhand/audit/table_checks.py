"""What the cells of a table of decisions must be, as SQL conditions of those that cannot be used."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from evenhand.audit.table_source import text_literal
from evenhand.model.audit import AuditPlan

_WHOLE = r"^\d{1,18}$"
_NUMBER = r"^\d{1,18}(\.\d+)?([eE][+-]?\d{1,2})?$"
_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
_INTEGERS = {"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT"}


def instant(column: str, kind: str) -> str:
    """Return the time in a column of some SQL type, NULL if it is none."""
    if kind.startswith("TIMESTAMP"):
        return f"{column}::TIMESTAMP"
    return f"try_strptime({column}::VARCHAR, '%Y-%m-%dT%H:%M:%SZ')"


class Check(NamedTuple):
    """A field of the plan, the SQL condition of a cell that cannot be used, and what was wrong and expected."""

    field: str
    bad: str
    what: str
    expected: str


def table_checks(plan: AuditPlan, column: Mapping[str, str], kinds: Mapping[str, str]) -> list[Check]:
    """Return what every cell of the plan's columns must keep to, NULL being unknown.

    Args:
        plan: names the columns.
        column: what each is called in SQL.
        kinds: the SQL type of each.
    """
    named = (*plan.adverse, *plan.favourable)
    outcomes = ", ".join(text_literal(value) for value in named)
    listed = ", ".join(f"`{value}`" for value in named)
    outcome, seq = f"{column[plan.outcome]}::VARCHAR", column[plan.seq]
    return [
        Check("advertiser", f"{column[plan.advertiser]} IS NULL", "no advertiser", "an id in every row"),
        Check("outcome", f"{outcome} NOT IN ({outcomes})", "outcome that the plan lacks", f"{listed} or nothing"),
        Check("seq", f"{seq} IS NULL AND {outcome} IS NOT NULL", "decision without a number", "a whole number"),
        Check("seq", _unlike(seq, kinds[plan.seq], _WHOLE), "no whole number", "digits without a sign"),
        *_optional_checks(plan, column, kinds),
    ]


def _optional_checks(plan: AuditPlan, column: Mapping[str, str], kinds: Mapping[str, str]) -> Iterator[Check]:
    for name in ("decided_at", "opened_at"):
        if (at := column.get(getattr(plan, name))) and not kinds[getattr(plan, name)].startswith("TIMESTAMP"):
            text = f"{at}::VARCHAR"
            bad = f"NOT regexp_matches({text}, '{_TIME}') OR ({at} IS NOT NULL AND {instant(at, 'VARCHAR')} IS NULL)"
            yield Check(name, bad, "no time", "a time as 2026-11-02T12:00:00Z")
    if plan.decided_at and plan.opened_at:
        decided, opened = (instant(column[name], kinds[name]) for name in (plan.decided_at, plan.opened_at))
        bad = f"{decided} < {opened}"
        yield Check("decided_at", bad, "decided before it was opened", "a time after it was opened")
    for name in ("flags_before", "spend"):
        if number := column.get(getattr(plan, name)):
            bad = _unlike(number, kinds[getattr(plan, name)], _NUMBER)
            yield Check(name, bad, "no number", "a number not below 0")
    for name in ("examined", "erased"):
        if truth := column.get(getattr(plan, name)):
            bad = f"{truth}::VARCHAR NOT IN ('true', 'false')"
            yield Check(name, bad, "neither true nor false", "`true`, `false` or nothing")


def _unlike(column: str, kind: str, pattern: str) -> str:
    """Return the condition of a cell that is not written as a pattern says; a typed integer is only not negative."""
    return f"{column} < 0" if kind in _INTEGERS else f"NOT regexp_matches({column}::VARCHAR, '{pattern}')"
