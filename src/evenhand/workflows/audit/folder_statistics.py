"""The report in an auditor's folder computed again from its table, and the table held against the decisions."""

import csv
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import structs

from evenhand.audit import audit_table
from evenhand.model.audit import AuditPlan, AuditReport, GroupTest, LawTreatment, SelectionTest, SpendTest
from evenhand.model.errors import EvenhandError
from evenhand.model.log import Leaf
from evenhand.model.record import sha256_hex
from evenhand.workflows.audit import folder_format as form
from evenhand.workflows.audit.folder_cells import SeenDecision
from evenhand.workflows.audit.folder_problems import Problems, refuse_repeated_keys
from evenhand.workflows.audit.recorded_facts import FIT
from evenhand.workflows.audit.shown_decisions import ShownDecisions
from evenhand.workflows.audit.shown_fields import ID

DIGITS = 9
"""Two figures are the same if they are to so many significant digits."""

_COUNTED = ("rows", "decisions", "strata", "erased")
_EQUAL = ("policy_changes", "distributions")
_NOT_OF_THE_TABLE = ("flips", "matches", "proof")
_SHOWN = ("n", "adverse", "rate", "informative", "odds_ratio", "ci_low", "ci_high", "p", "p_mid", "method")
NOT_SHOWN = "rows of the table are of decisions that are not shown"
LeafTuple = tuple[Any, ...]
Test = GroupTest | SelectionTest | SpendTest


class UncheckedFigures(NamedTuple):
    """What of a report could not be checked, in sentences, and how many rows of its table no shown decision holds.

    Of the other rows `columns` has, by column, how many cells were compared with nothing, out of `cells` in all.
    """

    sentences: tuple[str, ...] = ()
    rows: int = 0
    columns: Mapping[str, int] = {}
    cells: int = 0


@dataclass(frozen=True)
class StatisticsCheck:
    """One check of a report; `seen` are the decisions that the folder shows, by leaf, `erased` leaves without one."""

    folder: Path
    report: AuditReport
    leaves: Sequence[Leaf]
    seen: Mapping[int, SeenDecision]
    erased: Collection[int]
    problems: Problems
    different: list[tuple[str, str]] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    def run(self) -> UncheckedFigures:
        """Check table and figures, and return what could not be checked."""
        with (self.folder / form.TABLE).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        held = self._check_rows(rows)
        sentences = []
        if held < len(rows):
            sentences.append(f"{len(rows) - held} of {len(rows)} {NOT_SHOWN}")
        plan = self.report.plan
        if plan.spend is not None and plan.spend not in rows[0]:
            sentences.append("spend is not shown: its test is not computed again")
            plan = structs.replace(plan, spend=None)
        self._compare(audit_table(self.folder / form.TABLE, plan, may_be_empty=True))
        self._check_family(plan)
        self._tell()
        left = [name for name in _NOT_OF_THE_TABLE if getattr(self.report, name)]
        sentences += [f"{', '.join(left)}: need more than this table"] if left else []
        return UncheckedFigures(tuple(sentences), len(rows) - held, dict(self.unknown), len(rows[0]) * held)

    def _check_rows(self, rows: Iterable[Mapping[str, str]]) -> int:
        """Hold each row against log and decision; return how many could be held against a decision."""
        held, last = 0, -1
        for number, row in enumerate(rows, 2):
            seq, where = int(row["seq"]), f"{form.TABLE}:{number}"
            if not last < seq < len(self.leaves) or self.leaves[seq].kind != "decision":
                self._add("table", where, f"seq is {seq}", "the leaf of a decision, each once, rising")
                continue
            last = seq
            held += seq in self.seen or seq in self.erased
            known = {name: cell for name, cell in self._cells(row, seq) if cell is not None}
            if seq in self.seen:
                self.unknown.update(row.keys() - known.keys() - {"seq"})
            wrong = ((name, cell) for name, cell in known.items() if row[name] != cell)
            for name, cell in list(wrong)[:1]:
                self._add("table", where, f"{name} is {row[name]}", f"{cell}, as leaf {seq} and its decision show")
        return held

    def _cells(self, row: Mapping[str, str], seq: int) -> Iterator[tuple[str, str | None]]:
        """Yield what the cells of a row must be, None where neither leaf nor decision says it."""
        leaf, seen = self.leaves[seq], self.seen.get(seq)
        start = leaf.rulebook.removeprefix("sha256:")[:12]
        known = {"lists": leaf.lists, "rulebook": None if row["rulebook"].startswith(start) else start}
        if seq in self.erased:
            known |= {"erased": "true", "rulebook": leaf.rulebook}
        elif seen is not None:
            known |= {"erased": "false", **seen.cells}
        yield from ((name, cell) for name, cell in known.items() if name in row)
        if seen is not None and seen.facts is not None:
            yield from ((name, seen.facts.get(name, "")) for name in row if "." in name or name == FIT)

    def _compare(self, again: AuditReport) -> None:
        report = self.report
        for name in _COUNTED:
            self._same(name, getattr(report, name), getattr(again, name))
        # reports of earlier versions do not say what is covered
        for name in (*_EQUAL, *(("coverage",) if report.coverage else ())):
            self._same(name, *(msgspec.to_builtins(getattr(one, name)) for one in (report, again)))
        self._same("by_law", *(_without_ids(one.by_law) for one in (report, again)))
        odd = (
            [(each.seq, f"{each.side} beside leaf {each.comparator_seq}") for each in one.inconsistent]
            for one in (report, again)
        )
        self._same_leaves("an odd decision", *odd)
        alone = ([(each.seq, f"near {each.nearest_seq}") for each in one.untestable] for one in (report, again))
        self._same_leaves("an untestable decision", *alone)
        tests, tests_again = (_by_name((*one.groups, *one.time, *one.selection)) for one in (report, again))
        if report.spend is not None and again.spend is not None:
            tests["spend"], tests_again["spend"] = report.spend, again.spend
        for name in sorted(tests.keys() | tests_again.keys()):
            if name not in tests or name not in tests_again:
                self._same(f"test {name}", name in tests, name in tests_again)
                continue
            for figure in _SHOWN:
                if hasattr(tests[name], figure):
                    self._same(f"{figure} of {name}", getattr(tests[name], figure), getattr(tests_again[name], figure))

    def _check_family(self, plan: AuditPlan) -> None:
        """Compute q again from the p of all tests, and what it says."""
        spend = () if self.report.spend is None else (self.report.spend,)
        every: tuple[Test, ...] = (*self.report.groups, *self.report.selection, *spend, *self.report.time)
        family = [test for test in every if test.informative]
        self._same("tests", self.report.tests, len(family))
        for test, q in zip(family, false_discovery_rates([test.p for test in family]), strict=True):
            name = f"{test.attribute}={test.value}"
            self._same(f"q of {name}", test.q, q)
            found = q < float(plan.q)
            allowed = (
                {"worse", "favoured", "explained"} if found else {"watch" if q < float(plan.q_watch) else "not_shown"}
            )
            if test.verdict not in allowed:
                self._add("report", form.REPORT, f"verdict of {name} is {test.verdict}", " or ".join(sorted(allowed)))

    def _same(self, what: str, written: Any, computed: Any) -> None:
        if not is_same(written, computed):
            if isinstance(written, list | tuple | dict):
                self.different.append((f"{what} differ", f"what {form.TABLE} gives"))
                return
            self.different.append((f"{what} is {_short(written)}", f"{_short(computed)}, computed from {form.TABLE}"))

    def _same_leaves(self, what: str, written: Iterable[LeafTuple], computed: Iterable[LeafTuple]) -> None:
        """Compare decisions by leaf; of those that are on one side only, the first is told."""
        written, computed = list(written), list(computed)
        old, new = set(written), set(computed)
        self._same(f"number of leaves as {what}", len(written), len(computed))
        for each in sorted(old - new, key=str)[:1]:
            self._same(f"leaf {each[0]} as {what}", each[1], "none")
        for each in sorted(new - old, key=str)[:1]:
            self._same(f"leaf {each[0]} as {what}", "none", each[1])

    def _tell(self) -> None:
        """Note the first figure that differs, and how many more."""
        for what, expected in self.different[:1]:
            more = len(self.different) - 1
            self._add("report", form.REPORT, what, f"{expected}; {more} more differ" if more else expected)

    def _add(self, kind: str, where: str, what: str, expected: str) -> None:
        self.problems.add(kind, where, what, expected)


def check_report(
    folder: Path,
    records: Mapping[int, Mapping[str, Any]],
    seq: int,
    leaves: Sequence[Leaf],
    decisions: ShownDecisions,
) -> UncheckedFigures:
    """Check the report of a folder against its record, plan and table; return what could not be checked."""
    record, problems = records.get(seq, {}), decisions.problems
    try:
        data = (folder / form.REPORT).read_bytes()
        if record.get("report_sha256") != sha256_hex(data):
            problems.add("report", form.REPORT, f"has the hash {sha256_hex(data)}", f"the one that leaf {seq} records")
            return UncheckedFigures()
        report = msgspec.json.decode(data, type=AuditReport)
        refuse_repeated_keys(data)
        plan = record.get("plan")
        if plan is not None and not (
            plan < seq and records.get(plan) == msgspec.json.decode(msgspec.json.encode(report.plan))
        ):
            problems.add(
                "report", form.REPORT, f"is not by the plan of leaf {plan}", "the plan that was registered first"
            )
        return StatisticsCheck(folder, report, leaves, decisions.seen, decisions.erased, problems).run()
    except (EvenhandError, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        problems.add("report", form.REPORT, f"cannot be computed again ({error})", "the table that it is of")
        return UncheckedFigures()


def false_discovery_rates(p_values: list[float]) -> list[float]:
    """Return the q of each p by Benjamini and Hochberg (1995)."""
    order = sorted(range(len(p_values)), key=lambda place: -p_values[place])
    found, least = [1.0] * len(p_values), 1.0
    for rank, place in zip(range(len(order), 0, -1), order, strict=True):
        found[place] = least = min(least, p_values[place] * len(order) / rank)
    return found


def is_same(written: Any, computed: Any) -> bool:
    """Tell whether two values are the same, numbers in them to `DIGITS` significant digits.

    >>> is_same(0.1234567891, 0.1234567892), is_same(0.12345678, 0.12345679), is_same("inf", None)
    (True, False, False)
    """
    if isinstance(written, float) and isinstance(computed, float):
        return abs(written - computed) <= 5 * 10.0**-DIGITS * max(abs(written), abs(computed))
    if isinstance(written, dict) and isinstance(computed, dict):
        return written.keys() == computed.keys() and all(is_same(written[key], computed[key]) for key in written)
    if isinstance(written, list | tuple) and isinstance(computed, list | tuple):
        return len(written) == len(computed) and all(map(is_same, written, computed))
    return bool(written == computed)


def _without_ids(treatments: Iterable[LawTreatment]) -> list[Any]:
    """Return treatments without ids among the facts, which have numbers in the table, in an order of their own."""
    plain = [msgspec.to_builtins(each) for each in treatments]
    for each in plain:
        each["stratum"] = {name: value for name, value in each["stratum"].items() if not name.endswith(ID)}
    return sorted(plain, key=str)


def _by_name(tests: Iterable[GroupTest | SelectionTest]) -> dict[str, Test]:
    return dict(_named(tests))


def _named(tests: Iterable[GroupTest | SelectionTest]) -> Iterator[tuple[str, Test]]:
    for test in tests:
        measure = f"{test.measure} " if isinstance(test, SelectionTest) else ""
        yield f"{measure}{test.attribute}={test.value}", test


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:80]}…"
