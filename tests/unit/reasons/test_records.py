"""Lines of records: each is taken, or the file is refused with its line."""

import json

import pytest

from evenhand.model.errors import BadInput
from evenhand.reasons.records import LINE_BYTES, lint_lines, read_records
from tests.unit.reasons.made import FIXTURES

LINES = (FIXTURES / "records.jsonl").read_bytes().splitlines(keepends=True)


def test_blank_lines_are_no_records() -> None:
    """Editors leave one at the end."""
    assert [record["id"] for record in read_records([LINES[0], b"\n", b" \t\r\n"], "x")] == ["r-000101"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "not JSON"),
        (b"[]\n", "no record: `[]`"),
        (b'"r-1"', "no record"),
        (b"7", "no record: `7`"),
        (b"null", "no record; expected"),
        (b"{}", "no text `id`"),
        (b'{"id":7}', "no text `id` in the record: `7`"),
        (b'{"id":"\xff"}', "not JSON (not UTF-8)"),
        (b'\xef\xbb\xbf{"id":"r-1"}', "not JSON"),
        (b'{"id":"r-1","facts":NaN}', "not JSON"),
        (b'{"id":"\\ud800"}', "not JSON"),
        (b"[" * 100_000, "not JSON (nested too deeply)"),
        (b'{"id":"' + b"x" * LINE_BYTES, "line too long"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_line_that_is_no_record_is_named(line: bytes, said: str) -> None:
    """File, line and what was wrong, whatever it is."""
    with pytest.raises(BadInput, match=r"^records.jsonl:2: ") as refused:
        list(read_records([LINES[0], line], "records.jsonl"))

    assert said in str(refused.value)
    assert len(str(refused.value)) < 400


def test_records_before_are_the_corpus() -> None:
    """Three may be chance, the fourth explanation alike is boilerplate."""
    records = [json.loads(LINES[0]) | {"id": f"r-{number}", "facts": f"Fact {letter}."}
               for number, letter in enumerate("abcd")]  # fmt: skip

    found = list(lint_lines([json.dumps(record).encode() for record in records], "tdb", "x"))

    assert [record_id for record_id, _ in found] == ["r-0", "r-1", "r-2", "r-3"]
    assert [codes for _, codes in found] == [(), (), (), ("boilerplate",)]
