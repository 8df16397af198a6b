"""The tables of an audit report for people: a CSV file each, and one workbook with a sheet each."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from evenhand.model.audit import AuditReport, GroupTest, OddDecision, SelectionTest, SpendTest, UntestableDecision
from evenhand.store.spreadsheets import Cell, Column, written_csv, written_workbook

WORKBOOK = "report.xlsx"

_ODD = (
    Column("advertiser", "text", 20), Column("leaf", "number", 8), Column("side", "text", 10),
    Column("outcome", "text", 10), Column("comparator", "text", 20), Column("comparator_leaf", "number", 8),
    Column("comparator_outcome", "text", 10), Column("comparators", "number", 10), Column("differs_in", "text", 24),
    Column("same_facts", "text", 80),
)  # fmt: skip
_UNTESTABLE = (
    Column("advertiser", "text", 20), Column("leaf", "number", 8), Column("nearest", "text", 20),
    Column("nearest_leaf", "number", 8), Column("differs_in", "text", 40),
)  # fmt: skip
_GROUPS = (
    Column("attribute", "text", 18), Column("value", "text", 18), Column("result", "text", 14),
    Column("decisions", "number", 10), Column("refused", "number", 10), Column("sets_compared", "number", 10),
    Column("odds_ratio", "real", 12), Column("ci_low", "real", 12), Column("ci_high", "real", 12),
    Column("p", "real", 12), Column("p_mid", "real", 12), Column("q", "real", 12), Column("explained_by", "text", 30),
    Column("method", "text", 10),
)  # fmt: skip
_SELECTION = (
    Column("attribute", "text", 18), Column("value", "text", 18), Column("measure", "text", 18),
    Column("result", "text", 14), Column("advertisers", "number", 10), Column("sets_compared", "number", 10),
    Column("p", "real", 12), Column("q", "real", 12), Column("method", "text", 12),
)  # fmt: skip
_SHEETS = {"odd-decisions": _ODD, "untestable": _UNTESTABLE, "groups": _GROUPS, "selection": _SELECTION}


def write_report_tables(report: AuditReport, folder: Path) -> None:
    """Write the tables of a report into a folder that is there.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    with ExitStack() as stack:
        to_sheet = stack.enter_context(written_workbook(folder / WORKBOOK, _SHEETS))
        for name, rows in _tables(report).items():
            to_csv = stack.enter_context(written_csv(folder / f"{name}.csv", _SHEETS[name]))
            for cells in rows:
                to_csv(cells)
                to_sheet[name](cells)


def _tables(report: AuditReport) -> dict[str, Iterator[Sequence[Cell]]]:
    tests: list[GroupTest | SpendTest] = [*report.groups, *report.time, *([report.spend] if report.spend else [])]
    return {
        "odd-decisions": map(_odd, report.inconsistent),
        "untestable": map(_untestable, report.untestable),
        "groups": map(_group, tests),
        "selection": map(_selection, report.selection),
    }


def _odd(odd: OddDecision) -> Sequence[Cell]:
    return (
        odd.advertiser, odd.seq, odd.side, odd.outcome, odd.comparator, odd.comparator_seq, odd.comparator_outcome,
        odd.comparators, "; ".join(odd.differs_in), _facts(odd.stratum.items()),
    )  # fmt: skip


def _facts(facts: Iterable[tuple[str, str | None]]) -> str:
    return "; ".join(f"{name}: {'unknown' if value is None else value}" for name, value in facts)


def _untestable(one: UntestableDecision) -> Sequence[Cell]:
    return one.advertiser, one.seq, one.nearest, one.nearest_seq, "; ".join(one.differs_in)


def _group(test: GroupTest | SpendTest) -> Sequence[Cell]:
    return (
        test.attribute, test.value, test.verdict, test.n, test.adverse, test.informative, test.odds_ratio, test.ci_low,
        test.ci_high, test.p, test.p_mid, test.q,
        "; ".join(test.explained_by or ()), test.method,
    )  # fmt: skip


def _selection(test: SelectionTest) -> Sequence[Cell]:
    return (
        test.attribute, test.value, test.measure, test.verdict, test.n, test.informative, test.p, test.q, test.method,
    )  # fmt: skip
