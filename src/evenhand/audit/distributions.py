"""What pictures show beside the tests: the the road to a decision, waiting times, shares by month; no verdict."""

from evenhand.audit.decision_table import DecisionTable
from evenhand.model.audit import Distributions, GroupPath, MonthShare, WaitingTimes
from evenhand.model.share_limits import wilson_limits

_DAY_S = 86_400


def distributions(table: DecisionTable) -> Distributions:
    """Return counts and quantiles of every group and month; an empty part where the table lacks its columns."""
    plan, groups = table.plan, range(len(table.plan.groups))
    timed = plan.decided_at is not None and plan.opened_at is not None
    return Distributions(
        paths=tuple(path for number in groups for path in _paths(table, number)) if plan.examined else (),
        waiting=tuple(times for number in groups for times in _waiting(table, number)) if timed else (),
        months=_months(table) if plan.decided_at else (),
    )


def _paths(table: DecisionTable, attribute: int) -> list[GroupPath]:
    rows = table.query(
        f"""
        SELECT g{attribute}::VARCHAR AS value, count(*), count(*) FILTER (examined), count(*) FILTER (adverse)
        FROM population GROUP BY value ORDER BY value NULLS LAST"""
    )
    name = table.plan.groups[attribute]
    return [
        GroupPath(attribute=name, value=value, population=population, examined=examined, adverse=adverse)
        for value, population, examined, adverse in rows
    ]


def _waiting(table: DecisionTable, attribute: int) -> list[WaitingTimes]:
    rows = table.query(
        f"""
        SELECT g{attribute}::VARCHAR AS value, count(*),
            quantile_cont((epoch(decided_at) - epoch(opened_at)) / {_DAY_S}, [0.1, 0.25, 0.5, 0.75, 0.9])
        FROM decisions WHERE decided_at IS NOT NULL AND opened_at IS NOT NULL
        GROUP BY value ORDER BY value NULLS LAST"""
    )
    name = table.plan.groups[attribute]
    return [WaitingTimes(attribute=name, value=value, n=n, quantiles=tuple(quantiles)) for value, n, quantiles in rows]


def _months(table: DecisionTable) -> tuple[MonthShare, ...]:
    rows = table.query(
        """
        SELECT strftime(decided_at, '%Y-%m') AS month, count(*), count(*) FILTER (adverse),
            list(DISTINCT rulebook::VARCHAR ORDER BY rulebook::VARCHAR)
        FROM decisions WHERE decided_at IS NOT NULL GROUP BY month ORDER BY month"""
    )
    return tuple(_month(*row) for row in rows)


def _month(month: str, decisions: int, adverse: int, rulebooks: list[str]) -> MonthShare:
    low, high = wilson_limits(adverse, decisions)
    return MonthShare(month=month, decisions=decisions, adverse=adverse, low=low, high=high, rulebooks=tuple(rulebooks))
