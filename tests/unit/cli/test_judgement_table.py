"""The queue as a table: what it writes is read back as it was, in either format, and no cell is ever run."""

from pathlib import Path

import pytest
from xlsxwriter import Workbook

from evenhand.render.judgement_table import COLUMNS
from evenhand.store.tables import read_rows
from evenhand.workflows.review.judgement_file import read_answers
from evenhand.workflows.review.review_queue import open_matches
from tests.commands import evenhand
from tests.networks import SUFFIXES, MadeNetwork, empty_network

IDS = ("=1+1", "+b", "-c", "@d", "e;=f", '"g"', "<r>h", "0012", "плюс")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Parties whose ids a spreadsheet would run or change, all namesakes of one listed company."""
    made = empty_network(tmp_path_factory.mktemp("hostile") / "network")
    made.add("house-sanctions", id="=s", schema="Company", name="Dravik Mills", topic="=made-up", note="<r>=1+1</r>")
    for each in IDS:
        made.add("advertisers", id=each, name="Dravik Mills")
    made.run()
    return made


def filled(queue: Path, folder: Path) -> Path:
    """Return the workbook as a person saves it, every row answered."""
    table, path = read_rows(queue), folder / "filled.xlsx"
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for place, name in enumerate(table.header):
            sheet.write_string(0, place, name)
        for at, line in enumerate(table.lines, 1):
            cells = {**dict(zip(table.header, line.cells, strict=True)), "answer": "not-same", "by": "A.", "why": "=b"}
            for place, text in enumerate(cells.values()):
                sheet.write_string(at, place, text)
    return path


@pytest.mark.parametrize("name", ["queue.csv", "queue.xlsx"])
def test_every_pair_of_a_queue_is_found_again(hostile: MadeNetwork, tmp_path: Path, name: str) -> None:
    """By ids that are guarded in the one format and written as they are in the other."""
    queue = tmp_path / name
    assert evenhand("judge", hostile.folder, "--queue", queue).status == 0

    judged = evenhand("judge", hostile.folder, "--file", queue)
    table = read_rows(queue)

    assert (judged.status, judged.err) == (0, "")
    assert f"Still open, without an answer: {len(IDS)}\n" in judged.out
    assert table.header == tuple(each.heading for each in COLUMNS)
    if name.endswith(".csv"):
        assert not [cell for line in table.lines for cell in line.cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_workbook_that_was_filled_in_is_recorded_whole(hostile: MadeNetwork, tmp_path: Path) -> None:
    """The answers are about the parties that were asked for, whatever their ids look like."""
    made = hostile.copy(tmp_path / "network")
    assert evenhand("judge", made.folder, "--queue", tmp_path / "queue.xlsx").status == 0

    judged = evenhand("judge", made.folder, "--file", filled(tmp_path / "queue.xlsx", tmp_path), "--json")

    assert (judged.status, judged.json["problems"]) == (0, [])
    said = [each["judgement"] for each in judged.json["recorded"]]
    assert sorted(each["party_id"] for each in said) == sorted(IDS)
    assert {(each["entity_id"], each["why"]) for each in said} == {("=s", "=b")}
    assert open_matches(made.network, SUFFIXES) == ()


def test_a_queue_has_the_columns_that_its_reader_asks_for(hostile: MadeNetwork, tmp_path: Path) -> None:
    """Nothing to rename before it is given back."""
    evenhand("judge", hostile.folder, "--queue", tmp_path / "queue.csv")

    rows, broken = read_answers(tmp_path / "queue.csv")

    assert (len(rows), broken) == (len(IDS), [])
    assert all(row.party and row.entity and row.list == "house-sanctions" and row.mark for row in rows)
