"""Small tables of decisions in memory, and the plan that fits them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from evenhand.audit import audit_table, read_plan
from evenhand.model.audit import AuditPlan, AuditReport

FIXTURES = Path(__file__).parents[2] / "fixtures/audit"
DECISIONS, PLAN_FILE = FIXTURES / "decisions.csv", FIXTURES / "decisions.plan.json"
SMALL = msgspec.convert(
    {
        "plan": 1,
        "advertiser": "advertiser",
        "seq": "seq",
        "outcome": "outcome",
        "adverse": ["refuse", "hold"],
        "favourable": ["allow"],
        "facts": ["strikes", "verified"],
        "rulebook": "rulebook",
        "groups": ["country", "size"],
    },
    AuditPlan,
)
Row = Mapping[str, Any]
Columns = dict[str, list[Any]]


def row(number: int, outcome: str | None = "allow", country: str | None = "A", **cells: Any) -> dict[str, Any]:
    """Return one row, of the same facts as every other unless it says otherwise."""
    known = {"strikes": "0", "verified": "true", "rulebook": "p1", "size": "S"}
    return {"advertiser": f"a{number}", "seq": number, "outcome": outcome, "country": country, **known, **cells}


def columns(rows: Sequence[Row]) -> Columns:
    """Return rows as columns."""
    return {name: [each.get(name) for each in rows] for name in dict.fromkeys(name for each in rows for name in each)}


def report(rows: Sequence[Row], **changes: Any) -> AuditReport:
    """Return the report of some rows under the small plan, changed as said."""
    return audit_table(columns(rows), msgspec.structs.replace(SMALL, **changes))


def drawn_rows(chance: Random, number: int) -> list[dict[str, Any]]:
    """Return rows drawn so that every case occurs: unknown facts and groups, undecided rows, ties, rare values."""
    return [
        row(
            place,
            chance.choice(["allow", "allow", "refuse", "hold", None]),
            chance.choice(["A", "A", "B", "C", None]),
            strikes=chance.choice(["0", "1", None]),
            verified=chance.choice(["true", None]),
            rulebook=chance.choice(["p1", "p2", None]),
            size=chance.choice(["S", "L", None]),
        )
        for place in range(number)
    ]


def committed_plan(**changes: Any) -> AuditPlan:
    """Return the plan of the committed table, changed as said."""
    return msgspec.structs.replace(read_plan(PLAN_FILE), **changes)
