"""Files of records in, lines out: in order, streamed, whole or not at all."""

import json
import tracemalloc
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput
from evenhand.reasons.lint import Form
from evenhand.workflows.delivery.reasons_export import export_file, lint_file
from tests.unit.reasons.made import FIXTURES

RECORDS = FIXTURES / "records.jsonl"


@pytest.mark.parametrize(("form", "refused"), [("notice", 0), ("public", 0), ("tdb", 1)])
def test_each_record_has_its_line_in_order(tmp_path: Path, form: Form, refused: int) -> None:
    """One that is refused is counted and the others go on."""
    exported = export_file(RECORDS, form, tmp_path / "out.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]

    assert (exported.form, exported.records, exported.refused) == (form, 3, refused)
    assert [line["id"] for line in lines] == ["r-000101", "r-000102", "r-000106"]
    assert [line["ok"] for line in lines] == [True, True, not refused]


def test_a_link_is_written_through_and_stays(tmp_path: Path) -> None:
    """`--out /dev/stdout` is a link, which must not be put in the place of the machine's own."""
    (tmp_path / "file.jsonl").write_bytes(b"before\n")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "file.jsonl")

    export_file(RECORDS, "tdb", tmp_path / "link.jsonl")

    assert (tmp_path / "link.jsonl").is_symlink()
    assert len((tmp_path / "file.jsonl").read_bytes().splitlines()) == 3


def test_a_file_with_a_line_that_is_no_record_writes_nothing(tmp_path: Path) -> None:
    """What stood there before still does."""
    (tmp_path / "in.jsonl").write_bytes(RECORDS.read_bytes() + b"[]\n")
    (tmp_path / "out.jsonl").write_bytes(b"before\n")

    with pytest.raises(BadInput, match=r"in\.jsonl:4: no record"):
        export_file(tmp_path / "in.jsonl", "tdb", tmp_path / "out.jsonl")

    assert (tmp_path / "out.jsonl").read_bytes() == b"before\n"


def test_the_fourth_client_refused_for_one_reason_gets_a_notice_all_the_same(tmp_path: Path) -> None:
    """Five clients met the same rule: what resembles is said beside the letter, and no letter is kept back."""
    record = json.loads(RECORDS.read_bytes().splitlines()[0])
    records = [record | {"id": f"r-{letter}", "facts": f"Fact {letter}."} for letter in "abcde"]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")

    for form in ("notice", "public", "tdb"):
        exported = export_file(tmp_path / "in.jsonl", form, tmp_path / "out.jsonl")

        lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
        assert [line["ok"] and line["body"] is not None for line in lines] == [True] * 5
        assert ["warnings" in line for line in lines] == [False] * 3 + [True] * 2
        assert {warning["code"] for warning in lines[3]["warnings"]} == {"boilerplate"}
        assert (exported.refused, exported.warned) == (0, 2)
        assert [bool(codes) for _, codes in lint_file(tmp_path / "in.jsonl", form)] == [False] * 3 + [True] * 2


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Only the corpus grows, some hundred bytes a record; the texts of this file are 20 times as long."""
    record = json.loads(RECORDS.read_bytes().splitlines()[0])
    with (tmp_path / "in.jsonl").open("w", encoding="utf-8") as file:
        for number in range(500):
            name = "".join(chr(97 + int(digit)) for digit in str(number))
            told = {"id": f"r-{number}", "facts": f"Fact {name}. " + "So it was found. " * 250}
            ground = record["ground"] | {"explanation": f"It is so of {name}."}
            file.write(json.dumps(record | told | {"ground": ground}) + "\n")
    size = (tmp_path / "in.jsonl").stat().st_size
    export_file(RECORDS, "tdb", tmp_path / "warm.jsonl")

    tracemalloc.start()
    export_file(tmp_path / "in.jsonl", "tdb", tmp_path / "out.jsonl")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < size / 4
