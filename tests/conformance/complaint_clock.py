"""Compute complaint windows: `python -m tests.conformance.complaint_clock FILE [--out OUT.jsonl]`.

FILE holds rows `{id, zone, informed_at, filed_at, last_day?, in_time?}`, as a JSON array or a JSON object a line; OUT
gets `{id, last_day, in_time}` a line. The last line is `{"cases","agree","disagree":[ids]}`; a row agrees when each
answer that it states is ours, `agree` is null where no row states any. A bad row is one line of error, status 2.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from evenhand.appeals.clocks import complaint_window, is_in_time
from evenhand.model.errors import BadInput

MONTHS = 6


class Row(msgspec.Struct, frozen=True):
    """One case; other fields of a row are notes."""

    id: str | int
    zone: str
    informed_at: datetime
    filed_at: datetime
    last_day: date | None = None
    in_time: bool | None = None


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file.

    Raises:
        BadInput: the file cannot be read, or a row is no such case; it says which.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("cannot be read", where=path, got=str(error)) from None
    is_array = text.lstrip().startswith("[")
    if not is_array:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield _row(line, path, number)
        return
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput("no JSON", where=path, got=error.msg, line=error.lineno) from None
    for number, each in enumerate(raw, 1):
        yield _row(json.dumps(each), path, number)


def _row(text: str, path: Path, number: int) -> Row:
    try:
        row = msgspec.json.decode(text, type=Row)
        ZoneInfo(row.zone)
    except (msgspec.DecodeError, msgspec.ValidationError, ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(
            "no case", where=f"{path}: row {number}", got=str(error), expected="id, zone, instants"
        ) from None
    for name, at in (("informed_at", row.informed_at), ("filed_at", row.filed_at)):
        if at.tzinfo is None:
            raise BadInput("instant without offset", where=f"{path}: row {number}: {name}", got=at.isoformat())
    return row


def answer(row: Row) -> dict[str, Any]:
    """Return the last day of a row's window, and whether it was filed in time."""
    zone = ZoneInfo(row.zone)
    last_day = complaint_window(row.informed_at, zone, MONTHS)
    return {"id": row.id, "last_day": last_day.isoformat(), "in_time": is_in_time(row.filed_at, last_day, zone)}


def compare(rows: list[Row]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return our answers, and the counts that the runner prints."""
    answers = [answer(row) for row in rows]
    stated = [
        (ours, {"last_day": row.last_day.isoformat() if row.last_day else None, "in_time": row.in_time})
        for row, ours in zip(rows, answers, strict=True)
        if row.last_day is not None or row.in_time is not None
    ]
    wrong = [ours["id"] for ours, row in stated if any(value not in (None, ours[name]) for name, value in row.items())]
    agree = len(stated) - len(wrong) if stated else None
    return answers, {"cases": len(rows), "agree": agree, "disagree": wrong}


def run(arguments: list[str]) -> int:
    """Run one file and return the exit status: 0 all agree, 1 some do not, 2 the file cannot be used."""
    parser = argparse.ArgumentParser(prog="tests.conformance.complaint_clock")
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    try:
        answers, counts = compare(list(read_rows(options.file)))
    except BadInput as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.out is not None:
        options.out.write_text("".join(f"{json.dumps(each)}\n" for each in answers), encoding="utf-8")
    print(json.dumps(counts))
    return 1 if counts["disagree"] else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
