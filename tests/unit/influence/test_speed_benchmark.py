"""The benchmark of co-sharing: what it prints without its baseline, and that other edges are noticed."""

import json
import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks import influence
from evenhand.store.parquet_rows import literal


def test_without_the_toolkit_its_figures_are_null_and_how_to_install_it_is_printed(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A Python without installed packages runs it, so that it is not there wherever this test runs."""
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "argv", ["influence", "--events", "400", "--toolkit", str(bare)])

    status = influence.main()

    *lines, last = capfd.readouterr().out.splitlines()
    figures = json.loads(last)
    assert status == 0
    assert list(figures) == ["events", "seconds", "peak_mb", "toolkit_seconds", "ratio", "pairs", "toolkit_pairs"]
    assert (figures["events"], figures["toolkit_seconds"], figures["ratio"]) == (400, None, None)
    assert "pip install coordination-network-toolkit==1.5.2" in lines[-1]


@pytest.mark.parametrize("events", [1, 2])
def test_the_smallest_number_of_events_gives_a_file(events: int, tmp_path: Path) -> None:
    influence.make(tmp_path / "events.parquet", events)

    figures = influence.count_edges(tmp_path / "events.parquet", tmp_path / "edges.parquet")

    assert figures["oversized"] == 0
    assert influence.compare(tmp_path / "edges.parquet", None)[1:] == (None, 0)


def test_an_edge_of_another_weight_or_of_one_side_only_is_counted(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.parquet", tmp_path / "theirs.csv"
    duckdb.execute(
        "COPY (FROM (VALUES ('a', 'b', 2, 1), ('a', 'c', 1, 1)) AS edges (a, b, n_content_a, n_content_b)) "
        f"TO {literal(ours)} (FORMAT parquet)"
    )
    for lines, other, differ in (
        ("a,b,2\nb,a,1\na,c,1\nc,a,1\n", 2, 0), ("a,b,1\nb,a,1\na,c,1\nc,a,1\n", 2, 1), ("a,b,2\nb,a,1\na,d,1\n", 2, 3),
    ):  # fmt: skip
        theirs.write_text("a,b,weight\n" + lines)
        assert influence.compare(ours, theirs) == (2, other, differ)
