"""Tests over time: rulebook versions in their order, and where to look for a drift within each of them."""

from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from evenhand.audit.decision_table import DecisionTable
from evenhand.model.audit import PolicyChange


class Cut(NamedTuple):
    """A point in time: what it is called, and the SQL condition of a decision at or after it."""

    attribute: str
    value: str
    condition: str


def policy_changes(table: DecisionTable) -> list[PolicyChange]:
    """Return each change of rulebook, at its first decision; a rulebook is told by its name, never by the day.

    Rulebooks are in the order of their first decisions. One that comes back later makes no new change.
    """
    rows = table.query(
        """
        SELECT rulebook::VARCHAR, strftime(min(decided_at), '%Y-%m-%dT%H:%M:%SZ'),
            coalesce(min(seq) FILTER (decided_at = first), min(seq))
        FROM (SELECT *, min(decided_at) OVER (PARTITION BY rulebook) AS first FROM decisions)
        GROUP BY rulebook ORDER BY min(decided_at) NULLS LAST, min(seq)"""
    )
    return [PolicyChange(from_=before[0], to=name, at=at, seq=seq) for before, (name, at, seq) in pairwise(rows)]


def cuts(table: DecisionTable) -> list[Cut]:
    """Return the points in time that the plan asks for: each first of a month, each first use of a list version."""
    found: list[Cut] = []
    if "month" in table.plan.drift and table.plan.decided_at:
        months = table.query(
            "SELECT DISTINCT date_trunc('month', decided_at)::TIMESTAMP AS month FROM decisions"
            " WHERE decided_at IS NOT NULL ORDER BY month"
        )
        found += [_month(month) for (month,) in months[1:]]
    if "lists" in table.plan.drift and table.plan.lists:
        versions = table.query(
            "SELECT lists, min(seq) AS first FROM decisions WHERE lists IS NOT NULL GROUP BY lists ORDER BY first"
        )
        found += [Cut("lists", f"from {name}", f"seq >= {first}") for name, first in versions[1:]]
    return found


def _month(first: datetime) -> Cut:
    return Cut("decided_at", f"from {first:%Y-%m}", f"decided_at >= TIMESTAMP '{first:%Y-%m-%d}'")
