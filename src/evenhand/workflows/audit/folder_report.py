"""The report of an audit in an auditor's folder, and the table that it is of, without the names of parties."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.audit import AuditReport
from evenhand.model.log import Leaf
from evenhand.model.record import sha256_hex
from evenhand.store.network import Network
from evenhand.workflows.audit import folder_format as form
from evenhand.workflows.audit.decision_table import read_tables
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks

LEFT_OUT = frozenset({"decided_by"})
"""Columns that may name people."""
MONEY = "spend"
SPEND_FACT = "Advertiser.spend_micros"


def write_report(
    network: Network, ledger: LogReader, leaves: Sequence[Leaf], rulebooks: Rulebooks, out: Path, *,
    with_money: bool, progress: Progress,
) -> int | None:  # fmt: skip
    """Write the last report that the log records, and its table; return its leaf.

    None where there is no report, or where its table cannot be made any more.

    Parties and cases have numbers in the table, in the order of their first decision.
    """
    seq = next((leaf.seq for leaf in reversed(leaves) if leaf.kind == "audit_report"), None)
    kept = network.out / "audit" / "report.json"
    payload = None if seq is None else ledger.payload(seq)
    if seq is None or payload is None or not kept.is_file():
        return None
    data = kept.read_bytes()
    if msgspec.json.decode(payload).get("report_sha256") != sha256_hex(data):
        return None
    report = msgspec.json.decode(data, type=AuditReport)
    size = len(leaves) if report.ledger is None else report.ledger.size
    tables = read_tables(ledger, size, rulebooks, report.plan.facts, progress)
    if (tables.rows, tables.columns.get("erased", []).count("true")) != (report.rows, report.erased):
        return None  # a rulebook has not been kept since, or decisions were erased
    columns = tables.columns
    left_out = LEFT_OUT if with_money else LEFT_OUT | {MONEY}
    _write_table(out / form.TABLE, {name: cells for name, cells in columns.items() if name not in left_out})
    (out / form.REPORT).write_bytes(data)
    return seq


def _write_table(path: Path, columns: dict[str, list[Any]]) -> None:
    names: dict[str, Callable[[Any], Any]] = {"advertiser": _Numbers("a"), "case": _Numbers("c")}
    shown = [
        [names.get(name, str)(cell) if cell is not None else "" for cell in cells] for name, cells in columns.items()
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows(zip(*shown, strict=True))


class _Numbers(dict[Any, str]):
    """Gives each value a name of its own: a letter and a number."""

    def __init__(self, letter: str) -> None:
        super().__init__()
        self._letter = letter

    def __call__(self, value: Any) -> str:
        return self.setdefault(value, f"{self._letter}{len(self) + 1}")
