"""Progress as lines of JSON: for a program that starts a verb."""

import json
from pathlib import Path

import pytest

from evenhand.cli.app import run
from evenhand.cli.common import ProgressLines
from evenhand.workflows.evaluation.last_run import read_last_run
from tests.networks import full_network


def test_a_run_says_how_far_it_is_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a console shows of a run that it started; the last line of each stage is its end."""
    network = full_network(tmp_path / "network")
    network.write()
    capsys.readouterr()

    assert run(["run", str(network.folder), "--json", "--progress", "json"]) == 0

    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in err.splitlines()]
    report = json.loads(out)
    assert {line.keys() == {"stage", "done", "total"} for line in lines} == {True}
    ends = {line["stage"]: line["done"] == line["total"] for line in lines}
    assert ends
    assert all(ends.values())
    kept = read_last_run(network.folder / "state")
    assert kept is not None
    assert (kept.decisions, kept.advertisers) == (report["decisions"], report["advertisers"])


def test_of_one_stage_ten_lines_a_second_are_enough() -> None:
    """A million parties are no million lines, and the end is never left out."""
    written: list[str] = []
    clock = iter([0.0, 0.01, 0.2, 0.21, 0.22])
    show = ProgressLines(written.append, lambda: next(clock))

    for stage, done in (("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 9)):
        show(stage, done, 9)

    assert [(each["stage"], each["done"]) for each in map(json.loads, written)] == [
        ("a", 0), ("a", 2), ("b", 0), ("b", 9)
    ]  # fmt: skip


def test_another_form_of_progress_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", ".", "--progress", "xml"]) == 2

    assert "--progress" in capsys.readouterr().err
