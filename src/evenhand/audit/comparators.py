"""Decisions to set beside one: near comparators, which differ in one fact, and precedents, which came before it."""

from evenhand.audit.decision_table import DecisionTable
from evenhand.model.audit import NearDecision
from evenhand.model.errors import NotFound


def comparators(table: DecisionTable, seq: int, most: int = 20) -> list[NearDecision]:
    """Return the decisions that differ from one in exactly one fact, which is named; the lowest `seq` first.

    The rulebook counts as a fact. At most `most`.

    Raises:
        NotFound: no comparable decision has that number.
    """
    _list_near(table, seq)
    return _near(table, "differs_in IS NOT NULL", "seq", most)


def precedents(table: DecisionTable, seq: int, most: int = 20) -> list[NearDecision]:
    """Return earlier decisions with the same facts, then earlier near comparators; of each the latest first.

    Earlier is a lower `seq`. At most `most`.

    Raises:
        NotFound: no comparable decision has that number.
    """
    _list_near(table, seq)
    return _near(table, f"seq < {int(seq)}", "differs_in IS NOT NULL, seq DESC", most)


def _list_near(table: DecisionTable, seq: int) -> None:
    """Make the relation `near`: the strata that differ from that of a decision in at most one fact, and in which.

    Raises:
        NotFound: no comparable decision has that number.
    """
    found = table.query("SELECT stratum FROM decisions WHERE seq = ?", seq)
    if not found:
        raise NotFound("no decision that can be compared", where=f"`{table.plan.seq}`", got=seq)
    names = [*table.plan.facts, table.plan.rulebook]
    differs = [f"s.{key} IS DISTINCT FROM c.{key}" for key in table.keys]
    count = " + ".join(f"({each})::INTEGER" for each in differs)
    which = " ".join(f"WHEN {each} THEN {number}" for number, each in enumerate(differs))
    table.query(
        f"""
        CREATE OR REPLACE TEMP TABLE near AS SELECT stratum, differs_in FROM (
            SELECT s.stratum, {count} AS differing, CASE {which} END AS place,
                CASE WHEN differing = 0 THEN NULL ELSE (?::VARCHAR[])[place + 1] END AS differs_in
            FROM strata s, (FROM strata WHERE stratum = ?) c)
        WHERE differing <= 1""",
        names,
        found[0][0],
    )


def _near(table: DecisionTable, where: str, order: str, most: int) -> list[NearDecision]:
    rows = table.query(
        f"""
        SELECT advertiser, seq, outcome, differs_in FROM decisions JOIN near USING (stratum)
        WHERE {where} ORDER BY {order} LIMIT ?""",
        most,
    )
    return [
        NearDecision(advertiser=advertiser, seq=seq, outcome=outcome, differs_in=differs_in)
        for advertiser, seq, outcome, differs_in in rows
    ]
