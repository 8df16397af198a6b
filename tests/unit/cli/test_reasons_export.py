"""`evenhand reasons export` and `lint`, as a person calls them."""

import json
from pathlib import Path

import pytest

from tests.commands import evenhand
from tests.unit.reasons.made import FIXTURES

RECORDS = FIXTURES / "records.jsonl"


@pytest.mark.parametrize(("form", "refused"), [("notice", 0), ("public", 0), ("tdb", 1)])
def test_an_export_is_done_though_some_are_refused(tmp_path: Path, form: str, refused: int) -> None:
    """Status 0, and the count says how many; as JSON it is one object."""
    out = tmp_path / "out.jsonl"

    told = evenhand("reasons", "export", RECORDS, "--form", form, "--out", out)
    as_json = evenhand("reasons", "export", RECORDS, "--form", form, "--out", out, "--json")

    assert (told.status, told.out) == (0, f"3 records, {refused} refused: {out}\n")
    assert as_json.json == {"form": form, "records": 3, "refused": refused, "warned": 0}
    assert [json.loads(line)["ok"] for line in out.read_text("utf-8").splitlines()].count(False) == refused


@pytest.mark.parametrize(
    ("content", "form", "said"),
    [
        (b"[]", "tdb", "in.jsonl:1: no record: `[]`; expected a reasons record, one JSON object a line"),
        (b'\n{"id":"r-1"', "public", "in.jsonl:2: not JSON"),
        (b"\xff\xfe{}", "notice", "in.jsonl:1: not JSON"),
        (b'{"facts":"x"}', "tdb", "in.jsonl:1: no text `id` in the record"),
        (b"{}", "fax", "--form: unknown form `fax`; expected notice, public, tdb"),
        (None, "tdb", "in.jsonl: cannot be read `No such file or directory`"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(tmp_path: Path, content: bytes | None, form: str, said: str) -> None:
    """Status 2: file, line, what; for both verbs."""
    if content is not None:
        (tmp_path / "in.jsonl").write_bytes(content)
    out = tmp_path / "out.jsonl"

    exported = evenhand("reasons", "export", tmp_path / "in.jsonl", "--form", form, "--out", out)
    linted = evenhand("reasons", "lint", tmp_path / "in.jsonl", "--form", form)

    assert (exported.status, linted.status) == (2, 2)
    assert said in exported.err
    assert said in linted.err
    assert list(tmp_path.glob("out*")) == []


def test_the_records_are_not_written_over(tmp_path: Path) -> None:
    """They may be the only copy."""
    records = tmp_path / "in.jsonl"
    records.write_bytes(RECORDS.read_bytes())

    answer = evenhand("reasons", "export", records, "--form", "tdb", "--out", records)

    assert (answer.status, records.read_bytes()) == (2, RECORDS.read_bytes())
    assert "would be written over" in answer.err


def test_letters_that_resemble_each_other_are_all_written_and_named(tmp_path: Path) -> None:
    """Status 0 for both verbs: a warning is for anyone who writes the rules, the letter is for the client."""
    record = json.loads(RECORDS.read_text("utf-8").splitlines()[0])
    lines = (json.dumps(record | {"id": f"r-{letter}", "facts": f"Fact {letter}."}) for letter in "abcde")
    (tmp_path / "in.jsonl").write_text("\n".join(lines), "utf-8")

    exported = evenhand("reasons", "export", tmp_path / "in.jsonl", "--form", "notice", "--out", tmp_path / "out.jsonl")
    linted = evenhand("reasons", "lint", tmp_path / "in.jsonl", "--form", "notice")

    assert exported.out == f"5 records, 0 refused, 2 with warnings: {tmp_path / 'out.jsonl'}\n"
    assert (exported.status, linted.status) == (0, 0)
    assert linted.out.splitlines() == [
        "r-d: boilerplate (warning)", "r-e: boilerplate (warning)",
        "5 records, 0 with errors, 2 with warnings",
    ]  # fmt: skip


def test_an_export_to_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the place."""
    answer = evenhand("reasons", "export", RECORDS, "--form", "tdb", "--out", tmp_path / "none" / "out.jsonl")

    assert answer.status == 2
    assert "out.jsonl: cannot be written" in answer.err


def test_the_numbers_of_a_file_are_counted_out_of_all(tmp_path: Path) -> None:
    """One line a head; a file without statements has no median."""
    told = evenhand("reasons", "numbers", RECORDS)
    as_json = evenhand("reasons", "numbers", RECORDS, "--json").json
    (tmp_path / "none.jsonl").write_bytes(b"")
    none = evenhand("reasons", "numbers", tmp_path / "none.jsonl")

    assert told.out.startswith("3 statements, 0 left out; decision to notice, median: 0 days\n")
    assert "kind: refuse-ads 2, suspend-ads 1\n" in told.out
    assert "territory: DE 3, IE 3\n" in told.out
    assert (as_json["statements"], as_json["source"]) == (3, {"own": 3})
    assert (none.status, none.out.splitlines()[:2]) == (
        0, ["0 statements, 0 left out; decision to notice, median: none", "kind: –"],
    )  # fmt: skip
    assert evenhand("reasons", "numbers", tmp_path / "missing").status == 2


def test_the_lint_names_each_record_with_something_to_mend(tmp_path: Path) -> None:
    """Status 1; as JSON every record stands with its codes."""
    answer = evenhand("reasons", "lint", RECORDS, "--form", "notice")
    told = evenhand("reasons", "lint", RECORDS, "--form", "notice", "--json")
    first = json.loads(RECORDS.read_text("utf-8").splitlines()[0])
    (tmp_path / "in.jsonl").write_text(json.dumps(first | {"facts": "TBD\x1b[2J"}), "utf-8")
    bad = evenhand("reasons", "lint", tmp_path / "in.jsonl", "--form", "public")

    assert (answer.status, answer.out) == (0, "3 records, 0 with errors\n")
    assert told.json["lint"][2] == {"id": "r-000106", "codes": []}
    assert (told.json["records"], told.json["with_codes"]) == (3, 0)
    assert (bad.status, bad.out) == (1, "r-000101: template-leftover\n1 record, 1 with errors\n")
