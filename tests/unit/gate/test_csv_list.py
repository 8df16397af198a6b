"""The table of keys, written and read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenhand.gate.blocking.block_lists import block_lists
from evenhand.gate.blocking.csv_list import CSV
from evenhand.model.errors import BadInput
from tests.unit.gate.registers import NOW, SUFFIXES, compiled_gate, row

HOST = Path("host.csv")


def test_the_table_is_sorted_and_safe_to_open(tmp_path: Path) -> None:
    """A spreadsheet would run what begins with `=`; a buyer chooses the bundle."""
    rows = [
        row(
            "z", "refuse", domains=("z.example", "пример.рф"), seats=("-5",),
            bundles=("=cmd()", "@x", "'-x", "a,b", 'q"'),
        ),
        row("a", "hold", domains=("a.example",), until=datetime(2026, 8, 1, 18, tzinfo=UTC)),
    ]  # fmt: skip

    lists = block_lists(compiled_gate(tmp_path, *rows), NOW, SUFFIXES)

    assert CSV.text(lists).decode() == (
        "type,value,outcome,decision,until\n"
        "bundle,''-x,refuse,d-z,\n"
        "bundle,'=cmd(),refuse,d-z,\n"
        "bundle,'@x,refuse,d-z,\n"
        'bundle,"a,b",refuse,d-z,\n'
        'bundle,"q""",refuse,d-z,\n'
        "domain,a.example,hold,d-a,2026-08-01T18:00:00Z\n"
        "domain,xn--e1afmkfd.xn--p1ai,refuse,d-z,\n"
        "domain,z.example,refuse,d-z,\n"
        "seat,'-5,refuse,d-z,\n"
    )
    assert CSV.read(CSV.text(lists), HOST) == CSV.due(lists)
    assert CSV.document(lists)["rows"][5]["outcome"] == "hold"


def test_a_host_s_table_may_have_other_columns_in_another_order() -> None:
    """Ad managers add their own; a byte order mark and blank lines do no harm."""
    found = CSV.read("\ufeffnote,value,type\n,a.example,domain\n\nx,'=cmd,bundle\n".encode(), HOST)

    assert found.values == {("domain", "a.example"), ("bundle", "=cmd")}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "host.csv:1: not in this format; expected the columns `type` and `value`"),
        (b"url\na.example\n", "not in this format"),
        (b"\xff", "not a table"),
        (b'type,value\ndomain,"a', "not a table"),
        (b"type,value\nurl,a.example\n", "host.csv:2: invalid entry `url,a.example`"),
        (b"type,value\ndomain,a.example\ndomain\n", "host.csv:3: invalid entry `domain`"),
        (b'{"hooks":{}}', "not in this format"),
    ],
)
def test_a_file_of_another_format_is_one_clear_error(data: bytes, says: str) -> None:
    """It must never pass for a host on which everything is missing."""
    with pytest.raises(BadInput) as raised:
        CSV.read(data, HOST)

    assert says in str(raised.value)


def test_a_formula_behind_a_semicolon_is_a_text_and_reads_back_as_it_was(tmp_path: Path) -> None:
    """A spreadsheet of another locale parts cells there."""
    seats = ("x;=1", "x;'=1", "x;y", ";-2;+3")
    lists = block_lists(compiled_gate(tmp_path, row("z", "refuse", seats=seats)), NOW, SUFFIXES)

    text = CSV.text(lists).decode()

    assert "x;'=1" in text
    assert ";=" not in text
    assert ";-" not in text
    assert CSV.read(text.encode(), HOST) == CSV.due(lists)
