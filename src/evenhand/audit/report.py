"""The report of an audit as data: what a table of decisions shows under a plan."""

from pathlib import Path

from evenhand.audit.all_tests import run_tests
from evenhand.audit.decision_table import DecisionTable, read_decisions
from evenhand.audit.distributions import distributions
from evenhand.audit.drift import policy_changes
from evenhand.audit.fact_dependence import dependent_facts
from evenhand.audit.limits import limits
from evenhand.audit.pairs import odd_decisions
from evenhand.audit.strata import stratum_facts
from evenhand.audit.table_source import Source
from evenhand.audit.untestable import attribute_coverage, untestable_decisions
from evenhand.model.audit import AuditPlan, AuditReport, LawTreatment
from evenhand.model.errors import TableUnreadable
from evenhand.model.record import record_sha256

EXPLORATORY = "Exploratory audit: its plan was not registered in a ledger before the data were read."


def audit_table(
    source: Source, plan: AuditPlan, *, plan_sha256: str = "", registered: str = "", may_be_empty: bool = False
) -> AuditReport:
    """Return the report of the decisions in a file, or in columns in memory.

    Args:
        source: a CSV or Parquet file, or columns by name.
        plan: what is compared, by which tests.
        plan_sha256: the hash of the plan's file; else that of its canonical JSON.
        registered: where the plan was registered before, such as `leaf 12 of ads.example.org/log`; "" if nowhere.
        may_be_empty: report on a table without a decision that could be compared, too.

    Raises:
        PlanInvalid: the plan names a column that the table lacks.
        TableUnreadable: the table, or a cell that the plan needs, cannot be used, or there is no decision to compare.
    """
    with read_decisions(source, plan) as table:
        if not may_be_empty and not table.query("SELECT 1 FROM strata LIMIT 1"):
            raise TableUnreadable(
                "no decision to compare", where=source.name if isinstance(source, Path) else "table",
                got=f"{table.rows} rows, {table.decisions} decisions, {table.erased} erased",
                expected="rows with an outcome and a rulebook", todo="an audit of nothing shows nothing",
            )  # fmt: skip
        return audit_decisions(table, plan, plan_sha256=plan_sha256, registered=registered)


def audit_decisions(table: DecisionTable, plan: AuditPlan, *, plan_sha256: str, registered: str) -> AuditReport:
    """Return the report of decisions that were read already."""
    untestable = untestable_decisions(table)
    results = run_tests(table)
    return AuditReport(
        first_line=f"Audit by the plan registered as {registered}." if registered else EXPLORATORY,
        exploratory=not registered,
        rows=table.rows,
        decisions=table.decisions,
        strata=int(table.query("SELECT count(*) FROM strata")[0][0]),
        erased=table.erased,
        plan_sha256=plan_sha256 or record_sha256(plan),
        plan=plan,
        ledger=plan.ledger,
        inconsistent=tuple(odd_decisions(table)),
        untestable=tuple(untestable),
        coverage=attribute_coverage(table),
        groups=results.groups,
        selection=results.selection,
        spend=results.spend,
        time=results.time,
        tests=results.size,
        flips=None,
        policy_changes=tuple(policy_changes(table)),
        by_law=_by_law(table),
        limits=limits(table, results, len(untestable)),
        dependent_facts=tuple(dependent_facts(table)),
        distributions=distributions(table),
        advertisers=table.advertisers,
    )


def _by_law(table: DecisionTable) -> tuple[LawTreatment, ...]:
    """Return the strata to which a law applies that names a protected attribute."""
    if not table.plan.law:
        return ()
    rows = table.query(
        """
        SELECT law, stratum, count(*), count(*) FILTER (adverse) FROM decisions WHERE law IS NOT NULL
        GROUP BY law, stratum ORDER BY law, stratum"""
    )
    facts = stratum_facts(table, (stratum for _, stratum, _, _ in rows))
    return tuple(
        LawTreatment(law=law, stratum=facts[stratum], decisions=decisions, adverse=adverse)
        for law, stratum, decisions, adverse in rows
    )
