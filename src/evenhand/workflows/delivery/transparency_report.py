"""The files of a transparency report (Regulation (EU) 2024/2835), from the ledger and the records of complaints."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from evenhand.appeals.complaint_numbers import BY_PROGRAM
from evenhand.ledger import LogReader
from evenhand.model.complaint import Complaint
from evenhand.model.errors import BadInput
from evenhand.model.record import Record
from evenhand.model.statement import StatementOfReasons
from evenhand.model.visible_text import visible
from evenhand.reasons import report_template as template
from evenhand.reasons.complaint_counts import counted_complaint, counted_disputes
from evenhand.reasons.report_check import ReportProblem, check_report, part_of
from evenhand.reasons.transparency_report import (
    CountedComplaint,
    Period,
    automation_rows,
    complaint_rows,
    countable,
    identification_rows,
    is_own,
    measure_rows,
)
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.delivery.notices import sent_statement
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.operations.ledgers import read_ledger

NOTES = "notes.txt"
_MOST_BYTES = 1 << 26
_METHOD = """
A measure is a statement of reasons whose letter went out, by the day of its decision in the network's zone. Where a decision replaced another, each counts.
Own initiative: no authority had asked for it and no notice under Article 16 preceded it. Measures that followed one are in part 8 alone.
Solely automated: a program found the facts and a program decided. Not automated: people did both. What is mixed is in neither row of part 8; its context says how many.
A complaint counts as submitted on the day it arrived (reviews that the network opened itself do not count), with its outcome on the day that the answer was told. Omitted: it was not admissible, taken back, or a new decision came first.
Hours run from the arrival of a complaint until the answer was told; of a dispute in whole days. A blank cell is not known here or cannot occur; 0 is a count.
The days of publication, in part 1, are for the publisher to fill in.
"""  # noqa: E501  one sentence a line


class WrittenReport(Record, frozen=True, kw_only=True):
    """What a transparency report has: its files, what is counted, and what is not, with how many or why.

    `left_out` are decisions of the period that no row counts; `not_written` the parts of the template that a network
    cannot fill.
    """

    service: str
    period: str
    files: tuple[str, ...]
    measures: int
    own_measures: int
    left_out: dict[str, int]
    complaints: int
    disputes: int
    not_written: dict[str, str]


def write_report(
    network: Network, period: Period, complaints: Iterable[Complaint], folder: Path, *, erased_complaints: int = 0,
    replace: bool = False,
) -> WrittenReport:  # fmt: skip
    """Write the parts that a network can fill, and `notes.txt` on how they are counted.

    `erased_complaints` is how many records of complaints were erased, of any period. What people filled in of an
    earlier report is lost with `replace`.

    Raises:
        BadInput: the folder holds files of something else or, without `replace`, other contents than would be written;
            or there is no ledger.
        StorageFailed, HistoryConflict: as `read_ledger`.
    """
    _check_folder(folder)
    service, zone = network.settings.network.name, ZoneInfo(network.settings.network.zone)
    with read_ledger(network.ledger) as ledger:
        statements, erased = _statements(ledger, period, zone)
    counted = countable(statements, period)
    kinds = {each.id: each.kind for each in statements}
    filed, disputes = _counted(complaints, kinds, zone)
    parts: dict[int, Iterator[Sequence[str]]] = {
        template.IDENTIFICATION: identification_rows(service, period),
        template.ILLEGAL: measure_rows(template.ILLEGAL, service, period, counted.statements),
        template.TERMS: measure_rows(template.TERMS, service, period, counted.statements),
        template.COMPLAINTS: complaint_rows(service, period, filed, disputes),
        template.AUTOMATION: automation_rows(service, period, counted.statements),
    }
    left_out = counted.left_out | ({"its record was erased": erased} if erased else {})
    left_out |= {"record of a complaint that was erased, of any period": erased_complaints} if erased_complaints else {}
    written = WrittenReport(
        service=service,
        period=str(period),
        files=(*template.FILES.values(), NOTES),
        measures=len(counted.statements),
        own_measures=sum(map(is_own, counted.statements)),
        left_out=left_out,
        complaints=sum(period.holds(each.opened_on) for each in filed),
        disputes=sum(period.holds(each.opened_on) for each in disputes),
        not_written={str(part): why for part, why in template.LEFT_OUT.items()},
    )
    contents = {template.FILES[part]: _csv(rows) for part, rows in parts.items()} | {NOTES: _notes(written).encode()}
    if not replace:
        _check_unchanged(folder, contents)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        write_whole(folder / name, data)
    return written


def check_report_folder(folder: Path, today: date | None = None) -> tuple[tuple[str, ...], tuple[ReportProblem, ...]]:
    """Return the files of a report that were checked, and what is wrong with them; `today` as `check_report` takes it.

    Raises:
        BadInput: there is no such folder, no file of a part that can be checked, or one is too large to be one.
    """
    if not folder.is_dir():
        raise BadInput("no folder", where=folder, expected="a folder with the CSV parts of a transparency report")
    files = sorted(path for path in folder.iterdir() if path.is_file() and part_of(path.name) is not None)
    if not files:
        expected = ", ".join(template.FILES.values())
        raise BadInput("no part of a transparency report", where=folder, expected=f"some of {expected}")
    large = next((path for path in files if path.stat().st_size > _MOST_BYTES), None)
    if large is not None:
        raise BadInput("too large for a part of a report", where=large, expected=f"at most {_MOST_BYTES:,} bytes")
    return tuple(path.name for path in files), tuple(
        check_report({path.name: path.read_bytes() for path in files}, today)
    )


def _check_folder(folder: Path) -> None:
    ours = {*template.FILES.values(), NOTES}
    if folder.exists() and (not folder.is_dir() or {path.name for path in folder.iterdir()} - ours):
        raise BadInput("holds something else", where=folder, expected="a new or empty folder, or an earlier report")


def _check_unchanged(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Raise where an earlier report says otherwise than this one would: people may have filled it in."""
    differing = [name for name, data in contents.items() if _differs(folder / name, data)]
    if differing:
        raise BadInput("holds a report that differs", where=folder, got=", ".join(differing),
                       expected="a new folder, or --replace, by which what was filled in is lost")  # fmt: skip


def _differs(path: Path, data: bytes) -> bool:
    return path.exists() and path.read_bytes() != data


def _statements(ledger: LogReader, period: Period, zone: ZoneInfo) -> tuple[list[StatementOfReasons], int]:
    """Return every statement, those whose letter went out as they did; and how many of the period were erased."""
    statements, erased = [], 0
    for seq, leaf, payload in ledger.entries("statement"):
        if payload is None:
            erased += period.holds(datetime.fromisoformat(leaf.at).astimezone(zone).date())
            continue
        recorded = statement_of(payload)
        sent = sent_statement(ledger, recorded, seq)
        statements.append(recorded if sent is None else sent[0])
    return statements, erased


def _counted(
    complaints: Iterable[Complaint], kinds: dict[str, str], zone: ZoneInfo
) -> tuple[list[CountedComplaint], list[CountedComplaint]]:
    filed: list[CountedComplaint] = []
    disputes: list[CountedComplaint] = []
    for complaint in complaints:
        if complaint.way in BY_PROGRAM:
            continue
        filed.append(counted_complaint(complaint, kinds.get(complaint.statement, ""), zone))
        disputes.extend(counted_disputes(complaint))
    return filed, disputes


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as the Regulation asks for them: RFC 4180, UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([visible(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _notes(written: WrittenReport) -> str:
    lines = [f"Transparency report of {visible(written.service)}, {written.period}", ""]
    lines += [f"{written.measures} measures are counted, {written.own_measures} of them on own initiative."]
    lines += [f"{number} not counted: {why}." for why, number in written.left_out.items()]
    lines += ["", *_METHOD.strip().splitlines(), ""]
    lines += [f"Part {part} is not written: {why}." for part, why in written.not_written.items()]
    return "\n".join(lines) + "\n"
