"""The report of an audit in an auditor's folder, and the table that it is of, without the names of parties."""

import csv
from collections.abc import Callable, Collection, Sequence
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
from evenhand.workflows.audit.shown_fields import ALL, ID
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks

LEFT_OUT = frozenset({"decided_by"})
"""Columns that may name people."""
MONEY = "spend"
_PARTIES = ("advertiser", "comparator", "nearest")
SPEND_FACT = "Advertiser.spend_micros"


def write_report(
    network: Network, ledger: LogReader, leaves: Sequence[Leaf], rulebooks: Rulebooks, out: Path, *,
    reveal: frozenset[str], progress: Progress,
) -> int | None:  # fmt: skip
    """Write the last report that the log records, and its table; return its leaf.

    None where there is no report, or where its table cannot be made any more.

    Parties and cases have numbers in the table, in the order of their first decision, and so have ids among the facts,
    where `reveal` does not name them.
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
    left_out = LEFT_OUT if reveal & {ALL, SPEND_FACT} else LEFT_OUT | {MONEY}
    shown = {name: cells for name, cells in columns.items() if name not in left_out}
    closed = {name for name in shown if name.endswith(ID) and not reveal & {ALL, name}}
    _write_table(out / form.TABLE, shown, closed)
    (out / form.REPORT).write_bytes(data)
    return seq


def describe_report(folder: Path, manifest: form.FolderManifest) -> list[str]:
    """Return in sentences what a folder shows by its report beside the decisions of its range."""
    if manifest.report is None:
        return []
    named = named_parties(msgspec.json.decode((folder / form.REPORT).read_bytes()))
    with (folder / form.TABLE).open(encoding="utf-8", newline="") as file:
        outside = sum(not manifest.start <= int(row["seq"]) < manifest.end for row in csv.DictReader(file))
    sentences = []
    if named:
        sentences.append(f"The report names {len(named)} advertiser{'s' * (len(named) > 1)} by their id.")
    if outside:
        sentences.append(
            f"Rows of {form.TABLE} that are of other times, as the report is of the whole ledger: {outside}."
        )
    return sentences


def named_parties(report: Any) -> set[str]:
    """Return the ids of advertisers in a report, given as plain values; the plan names columns, not parties."""
    if isinstance(report, list):
        return {name for each in report for name in named_parties(each)}
    if not isinstance(report, dict):
        return set()
    own = {value for key, value in report.items() if (key in _PARTIES or key.endswith(ID)) and isinstance(value, str)}
    return own.union(*(named_parties(each) for key, each in report.items() if key != "plan"))


def _write_table(path: Path, columns: dict[str, list[Any]], closed: Collection[str]) -> None:
    names: dict[str, Callable[[Any], Any]] = {"advertiser": _Numbers("a"), "case": _Numbers("c")}
    names |= {name: _ordered_names(columns[name]) for name in closed}
    shown = [
        [names.get(name, str)(cell) if cell is not None else "" for cell in cells] for name, cells in columns.items()
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows(zip(*shown, strict=True))


def _ordered_names(cells: Sequence[Any]) -> Callable[[Any], str]:
    """Give ids names that sort as they do: a test that draws at random takes the strata in the order of the facts."""
    known = sorted({cell for cell in cells if cell})
    width = len(str(len(known)))
    names = {cell: f"i{number:0{width}}" for number, cell in enumerate(known, 1)}
    return lambda cell: names.get(cell, "")


class _Numbers(dict[Any, str]):
    """Gives each value a name of its own: a letter and a number."""

    def __init__(self, letter: str) -> None:
        super().__init__()
        self._letter = letter

    def __call__(self, value: Any) -> str:
        return self.setdefault(value, f"{self._letter}{len(self) + 1}")
