"""The plan of an audit, read from JSON and checked before any decision is read."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

import msgspec

from evenhand.model.audit import AuditPlan
from evenhand.model.errors import PlanInvalid
from evenhand.model.json_keys import repeated_key

_LARGEST = 1 << 20  # bytes; a plan is a page


def default_plan_path(decisions: Path) -> Path:
    """Return where the plan of a table is if nobody says: beside it, `.plan.json` in place of its ending.

    >>> default_plan_path(Path("made/decisions.csv")).name
    'decisions.plan.json'
    """
    return decisions.with_suffix(".plan.json")


def read_plan(path: Path) -> AuditPlan:
    """Return the plan that a file holds.

    Raises:
        PlanInvalid: there is no such file, it is no plan, or the plan contradicts itself.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
    except OSError as error:
        raise PlanInvalid(
            "no plan can be read", where=path, got=error.strerror, expected="a plan as JSON",
            todo="write the plan first, or name it with --plan",
        ) from error  # fmt: skip
    return parse_plan(text, str(path))


def parse_plan(text: bytes, where: str) -> AuditPlan:
    """Return the plan that a text holds; `where` is named in errors.

    Raises:
        PlanInvalid: it is no plan, or contradicts itself.
    """
    if len(text) > _LARGEST:
        raise PlanInvalid("plan too large", where=where, expected=f"at most {_LARGEST} bytes")
    try:
        plan = msgspec.json.decode(text, type=AuditPlan)
        repeated = repeated_key(text)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors and name the field
        raise PlanInvalid(
            "no plan of an audit", where=where, got=error, expected="the fields of a plan",
            todo="correct the field; the page audit of the documentation lists them all",
        ) from error  # fmt: skip
    if repeated:
        raise PlanInvalid("field named twice", where=where, got=repeated, expected="each field once")
    _check_names(plan, where)
    _check_outcomes(plan, where)
    _check_levels(plan, where)
    return plan


def _check_names(plan: AuditPlan, where: str) -> None:
    """Refuse columns without a name, lists that name one twice, and plans that compare nothing.

    Raises:
        PlanInvalid: one of these.
    """
    for field in ("facts", "groups"):
        if not getattr(plan, field):
            raise PlanInvalid(f"`{field}` is empty", where=where, expected="at least one column")
    for field in ("facts", "groups", "selection_facts"):
        _check_list(getattr(plan, field), field, where)
    for field in (
        *("advertiser", "seq", "outcome", "rulebook"),
        *("decided_at", "opened_at", "examined", "flags_before", "spend", "lists", "law", "erased"),
    ):
        if getattr(plan, field) == "":
            raise PlanInvalid(f"`{field}` is empty", where=where, expected="the name of a column")
    if plan.outcome in {*plan.facts, *plan.groups}:
        raise PlanInvalid(
            "the outcome is a fact or a group too", where=where, got=plan.outcome,
            expected="other columns in `facts` and `groups`",
        )  # fmt: skip
    _check_comparable(plan, where)


def _check_comparable(plan: AuditPlan, where: str) -> None:
    """Refuse facts by which equals can never differ in a group, or by which nobody has an equal.

    Raises:
        PlanInvalid: there are such.
    """
    for field in ("facts", "selection_facts"):
        if both := [name for name in getattr(plan, field) if name in plan.groups]:
            raise PlanInvalid(
                f"a column is in `{field}` and in `groups`", where=where, got=", ".join(both),
                expected="each column in one of them", todo="those with the same facts would all be of one group",
            )  # fmt: skip
    for name in ("seq", "advertiser", "decided_at"):
        if getattr(plan, name) in plan.facts:
            raise PlanInvalid(
                f"`{name}` is a fact too", where=where, got=getattr(plan, name),
                expected="other columns in `facts`", todo="hardly two decisions would have the same facts",
            )  # fmt: skip


def _check_list(names: Sequence[str], field: str, where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name == "" or name in seen:
            what = f"`{field}` has an empty name" if name == "" else f"`{field}` names one twice"
            raise PlanInvalid(what, where=where, got=name or None, expected="different names")
        seen.add(name)


def _check_outcomes(plan: AuditPlan, where: str) -> None:
    """Refuse outcomes that are on both sides or on none.

    Raises:
        PlanInvalid: a side is empty, or both have the same value.
    """
    for field in ("adverse", "favourable"):
        if not getattr(plan, field):
            raise PlanInvalid(f"`{field}` is empty", where=where, expected="at least one value of the outcome")
        _check_list(getattr(plan, field), field, where)
    if both := sorted(set(plan.adverse) & set(plan.favourable)):
        raise PlanInvalid(
            "an outcome is adverse and favourable", where=where, got=", ".join(both), expected="each value once",
            todo="remove it from `adverse` or from `favourable`",
        )  # fmt: skip


def _check_levels(plan: AuditPlan, where: str) -> None:
    """Refuse levels that are no decimals between 0 and 1, or the stricter of which is the higher.

    Raises:
        PlanInvalid: one of these.
    """
    levels = {field: _level(getattr(plan, field), field, where) for field in ("q", "q_watch")}
    if levels["q"] > levels["q_watch"]:
        raise PlanInvalid(
            "`q` is higher than `q_watch`", where=where, got=f"{plan.q} and {plan.q_watch}",
            expected="`q` at most `q_watch`",
        )  # fmt: skip


def _level(text: str, field: str, where: str) -> Decimal:
    try:
        level = Decimal(text) if text.isascii() and "_" not in text else Decimal("NaN")
    except InvalidOperation:
        level = Decimal("NaN")
    if not (level.is_finite() and 0 < level < 1):
        raise PlanInvalid(
            f"`{field}` is no level", where=where, got=text, expected='a decimal between 0 and 1 as text, as "0.01"'
        )
    return level
