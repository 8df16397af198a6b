"""Compute complaint windows: `python -m tests.conformance.complaint_clock FILE [--out OUT.jsonl]`.

FILE holds rows `{id, zone, informed_at, filed_at, last_day?, in_time?}`, as a JSON array or a JSON object a line; OUT
gets `{id, last_day, in_time}` a line. The last line is `{"cases","agree","disagree":[ids]}`; a row agrees when each
answer that it states is ours, `agree` is null where no row states any. A bad row is one line of error, status 2.
"""

import argparse
import sys
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from evenhand.appeals.clocks import complaint_window, is_in_time
from evenhand.model.errors import BadInput
from tests.conformance.cases import Arguments, answering, execute, out_path, read_cases, write_rows

MONTHS = 6


class Row(msgspec.Struct, frozen=True):
    """One case; other fields of a row are notes."""

    id: str | int
    zone: str
    informed_at: datetime
    filed_at: datetime
    last_day: date | None = None
    in_time: bool | None = None


def answer(row: Row) -> dict[str, Any]:
    """Return the last day of a row's window, and whether it was filed in time.

    Raises:
        BadInput: an instant has no offset.
    """
    zone = ZoneInfo(row.zone)
    for at in (row.informed_at, row.filed_at):
        if at.tzinfo is None:
            raise BadInput("instant without offset", got=at.isoformat(), todo="write its offset, as +02:00 or Z")
    last_day = complaint_window(row.informed_at, zone, MONTHS)
    return {"id": row.id, "last_day": last_day.isoformat(), "in_time": is_in_time(row.filed_at, last_day, zone)}


def compare(rows: list[Row], answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the counts that the runner prints."""
    stated = [
        (ours, {"last_day": row.last_day.isoformat() if row.last_day else None, "in_time": row.in_time})
        for row, ours in zip(rows, answers, strict=True)
        if row.last_day is not None or row.in_time is not None
    ]
    wrong = [ours["id"] for ours, row in stated if any(value not in (None, ours[name]) for name, value in row.items())]
    return {"cases": len(rows), "agree": len(stated) - len(wrong) if stated else None, "disagree": wrong}


def work(chosen: argparse.Namespace) -> dict[str, Any]:
    """Answer a file, write the answers where asked, return the counts."""
    rows, answers = [], []
    for case in read_cases([chosen.file], Row):
        with answering(case):
            rows.append(msgspec.convert(case, Row))
            answers.append(answer(rows[-1]))
    write_rows(chosen.out, answers)
    return compare(rows, answers)


def main(argv: list[str] | None = None) -> int:
    """Run the file that the command line names and print the counts as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("file")
    arguments.add_argument("--out", type=out_path)
    return execute(arguments, work, argv)


if __name__ == "__main__":
    sys.exit(main())
