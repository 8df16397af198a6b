"""Facts that a group gives away: how much of what is known of a fact follows from the group alone. Listed, not judged.

The share is I(F; G) / H(F), mutual information over entropy: 0 if the group says nothing of the fact, 1 if the fact is
a function of the group. Where it is near 1, equals by that fact are hardly ever of different groups.

Source: C. E. Shannon, "A Mathematical Theory of Communication", Bell Syst. Tech. J. 27 (1948).
"""

from collections.abc import Sequence

from evenhand.audit.decision_table import DecisionTable
from evenhand.model.audit import FactDependence

_LEAST = 0.9
"""A smaller share is not listed."""


def dependent_facts(table: DecisionTable) -> list[FactDependence]:
    """Return the facts of which a group gives away nearly all, the strongest first.

    A fact with one value only, and one that is the group's own column, are left out.
    """
    plan = table.plan
    facts = _varied(table, [f"f{number}" for number in range(len(plan.facts))])
    groups = _varied(table, [f"g{place}" for place in range(len(plan.groups))])
    found = [
        FactDependence(fact=fact, attribute=attribute, share=share)
        for number, fact in enumerate(plan.facts)
        for place, attribute in enumerate(plan.groups)
        if fact != attribute and facts[number] and groups[place] and (share := _share(table, number, place)) >= _LEAST
    ]
    return sorted(found, key=lambda each: -each.share)


def _varied(table: DecisionTable, columns: Sequence[str]) -> list[bool]:
    """Return of each column whether it has two values or more, unknown being one: of most facts it is asked once."""
    if not columns:
        return []
    columns_varied = ", ".join(
        f"coalesce(min({each}) <> max({each}), FALSE) OR count({each}) NOT IN (0, count(*))" for each in columns
    )
    ((*varied,),) = table.query(f"SELECT {columns_varied} FROM decisions")
    return varied


def _share(table: DecisionTable, fact: int, attribute: int) -> float:
    """Return the share of a fact that a group gives away, to four digits: sums differ with the order of rows."""
    ((information, entropy),) = table.query(
        f"""
        WITH cell AS (
            SELECT f{fact} AS fact, g{attribute} AS value, count(*)::DOUBLE AS n FROM decisions GROUP BY ALL),
        sums AS (
            SELECT n, sum(n) OVER (PARTITION BY fact) AS of_fact, sum(n) OVER (PARTITION BY value) AS of_value,
                sum(n) OVER () AS total FROM cell)
        SELECT sum(n / total * ln(n * total / (of_fact * of_value))), -sum(n / total * ln(of_fact / total)) FROM sums"""
    )
    return round(information / entropy, 4) if entropy else 0.0
