"""Tables of an audit for people: every row of the report is in them, and no cell is run."""

import csv
from pathlib import Path
from zipfile import ZipFile

import msgspec

from evenhand.workflows.audit.report_tables import WORKBOOK, write_report_tables
from tests.unit.cli.audits import FULL, NOTHING, odd


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_part_of_the_report_has_its_table(tmp_path: Path) -> None:
    """Groups, months and spend stand in one table: they are one family of tests."""
    write_report_tables(FULL, tmp_path)

    groups = rows(tmp_path / "groups.csv")

    assert [row["result"] for row in groups] == [
        "worse",
        "watch",
        "explained",
        "not_shown",
        "untestable",
        "watch",
        "favoured",
    ]
    assert (groups[0]["p"], groups[3]["ci_high"], groups[4]["odds_ratio"]) == ("3e-37", "inf", "")
    assert [row["leaf"] for row in rows(tmp_path / "odd-decisions.csv")] == ["3", "5", "7"]
    assert rows(tmp_path / "odd-decisions.csv")[0]["same_facts"] == "on_list: false; verified: unknown"
    assert [row["nearest"] for row in rows(tmp_path / "untestable.csv")] == ["a2", ""]
    assert [row["measure"] for row in rows(tmp_path / "selection.csv")] == ["examined", "days_to_decision"]
    with ZipFile(tmp_path / WORKBOOK) as book:
        assert sum(name.startswith("xl/worksheets/sheet") for name in book.namelist()) == 4


def test_an_empty_report_gives_tables_with_headings_alone(tmp_path: Path) -> None:
    """Who opens them sees that there is nothing, and not that a file is missing."""
    write_report_tables(NOTHING, tmp_path)

    assert {path.name: rows(path) for path in tmp_path.glob("*.csv")} == {
        "groups.csv": [], "odd-decisions.csv": [], "selection.csv": [], "untestable.csv": [],
    }  # fmt: skip


def test_a_name_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    """An advertiser chooses its name; a spreadsheet must not run it."""
    formula = msgspec.structs.replace(odd("adverse", 1), advertiser="=1+1")

    write_report_tables(msgspec.structs.replace(FULL, inconsistent=(formula,)), tmp_path)

    assert not rows(tmp_path / "odd-decisions.csv")[0]["advertiser"].startswith("=")
