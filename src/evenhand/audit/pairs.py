"""Odd decisions: the same facts under the same rulebook, and another outcome than most of them had.

In a stratum of n decisions, k of them adverse, the side with fewer decisions is the odd one: the adverse side if
2k < n, the favourable side if 2k > n; if 2k = n both sides are a tie. No statistics: each is listed.
"""

from typing import Any

from evenhand.audit.decision_table import DecisionTable
from evenhand.audit.strata import stratum_facts
from evenhand.model.audit import OddDecision, Side


def odd_decisions(table: DecisionTable) -> list[OddDecision]:
    """Return every odd decision in the order of `seq`, each with the comparator of the lowest `seq`."""
    list_odd(table)
    groups = table.plan.groups
    both = ", ".join(f"{side}.g{number}::VARCHAR" for side in "dc" for number in range(len(groups)))
    rows = table.query(
        f"""
        SELECT d.stratum, d.advertiser, d.seq, d.side, d.outcome, c.advertiser, c.seq, c.outcome, d.comparators, {both}
        FROM odd d JOIN comparator c ON c.seq = d.comparator_seq ORDER BY d.seq"""
    )
    facts = stratum_facts(table, (row[0] for row in rows))
    return [_odd_decision(row, groups, facts[row[0]]) for row in rows]


def _odd_decision(row: tuple[Any, ...], groups: tuple[str, ...], facts: dict[str, str | None]) -> OddDecision:
    _, advertiser, seq, side, outcome, other, other_seq, other_outcome, comparators, *values = row
    own = dict(zip(groups, values[: len(groups)], strict=True))
    others = dict(zip(groups, values[len(groups) :], strict=True))
    return OddDecision(
        advertiser=advertiser,
        seq=seq,
        side=side,
        outcome=outcome,
        comparator=other,
        comparator_seq=other_seq,
        comparator_outcome=other_outcome,
        comparators=comparators,
        differs_in=tuple(name for name in groups if own[name] != others[name]),
        stratum=facts,
        groups=own,
        comparator_groups=others,
    )


def list_odd(table: DecisionTable) -> None:
    """Make the relations `odd`, a row an odd decision, and `comparator`, the decisions that they are compared with."""
    table.query(
        """
        CREATE OR REPLACE TEMP TABLE odd AS
        SELECT d.*, CASE WHEN 2 * k = n THEN 'tie' WHEN adverse THEN 'adverse' ELSE 'favoured' END AS side,
            CASE WHEN adverse THEN n - k ELSE k END AS comparators,
            CASE WHEN adverse THEN first_favourable ELSE first_adverse END AS comparator_seq
        FROM decisions d JOIN (FROM strata WHERE k > 0 AND k < n) s USING (stratum)
        WHERE 2 * k = n OR adverse = (2 * k < n)"""
    )
    table.query(
        """
        CREATE OR REPLACE TEMP TABLE comparator AS SELECT * FROM decisions
        WHERE seq IN (SELECT comparator_seq FROM odd)"""
    )


def odd_side(n: int, k: int, *, adverse: bool) -> Side | None:
    """Return which side a decision of a stratum is on, None if it is not odd.

    >>> odd_side(20, 1, adverse=True), odd_side(20, 1, adverse=False), odd_side(2, 1, adverse=False)
    ('adverse', None, 'tie')
    """
    if not 0 < k < n:
        return None
    if 2 * k == n:
        return "tie"
    if adverse != (2 * k < n):
        return None
    return "adverse" if adverse else "favoured"
