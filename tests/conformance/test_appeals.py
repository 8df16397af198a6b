"""The window of a complaint, case by case, and how its runner takes what is no case."""

import json
from pathlib import Path

import pytest

from tests.conformance.complaint_clock import main

CASES = Path(__file__).parents[1] / "fixtures" / "appeals" / "clock_cases.json"


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    counts: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return counts


def test_every_case_of_the_window_agrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Leap years, both changes of clock time, the end of the day in the zone."""
    out = tmp_path / "out.jsonl"

    assert main([str(CASES), "--out", str(out)]) == 0
    assert last_line(capsys) == {"cases": 10, "agree": 10, "disagree": []}
    rows = json.loads(CASES.read_text("utf-8"))
    expected = [{name: row[name] for name in ("id", "last_day", "in_time")} for row in rows]
    assert [json.loads(line) for line in out.read_text("utf-8").splitlines()] == expected


def test_rows_without_answers_are_answered_and_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line a row; `agree` is null."""
    rows = tmp_path / "rows.jsonl"
    row = {"id": "x", "zone": "UTC", "informed_at": "2026-08-31T12:00:00Z", "filed_at": "2027-03-01T00:00:00Z"}
    rows.write_text(f"{json.dumps(row)}\n\n", "utf-8")

    assert main([str(rows)]) == 0
    assert last_line(capsys) == {"cases": 1, "agree": None, "disagree": []}


def test_a_wrong_answer_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The runner would else agree with anything."""
    rows = json.loads(CASES.read_text("utf-8"))
    rows[0]["in_time"] = not rows[0]["in_time"]
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(rows), "utf-8")

    assert main([str(wrong)]) == 1
    assert last_line(capsys)["disagree"] == [rows[0]["id"]]


def row_text(zone: str, at: str) -> str:
    return json.dumps({"id": 1, "zone": zone, "informed_at": at, "filed_at": at})


@pytest.mark.parametrize(
    "text", ["[{}]", "[3]", "{", "", row_text("Mars/X", "2026-01-01T00:00:00Z"), row_text("UTC", "2026-01-01T00:00:00")]
)
def test_a_bad_row_is_one_clear_line(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty file has no cases, and is no error."""
    path = tmp_path / "bad.json"
    path.write_text(text, "utf-8")

    status = main([str(path)])

    err = capsys.readouterr().err
    assert (status, len(err.splitlines())) == ((2, 1) if text else (0, 0))
