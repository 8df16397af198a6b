"""The formats, and the report that goes with each."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.gate import Gate
from evenhand.gate.blocking.block_lists import block_lists
from evenhand.gate.blocking.formats import FORMATS, report_on
from evenhand.model.outcome import Outcome
from evenhand.model.program import Is, When
from evenhand.model.register import GatePolicy
from tests.unit.gate.registers import NOW, OPEN, SUFFIXES, compiled_gate, row

STRICT = GatePolicy(unknown="hold", missing="refuse", malformed="refuse", mismatch="hold")
REFUSED_IF = (When(outcome=Outcome.REFUSE, rule="r", program=Is("political", True)),)
LABELLED_IF = (When(outcome=Outcome.LABEL, rule="l", program=Is("political", True)),)
ROWS = (
    row("a", "refuse", names=("A",), domains=("a.example", "b.example"), seats=("1",), until=NOW + timedelta(hours=2)),
    row("b", "hold", bundles=("com.b",), until=NOW + timedelta(hours=1)),
    row("c", "refuse", accounts=("x/cc",), names=("C",)),
    row("7", "refuse", kind="seat"),
    row("d", domains=("d.example",), when=REFUSED_IF),
    row("e", domains=("e.example",), when=LABELLED_IF),
    row("f", "refuse", domains=("f.example",), until=NOW),
)  # fmt: skip


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return compiled_gate(tmp_path, *ROWS, policy=STRICT)


@pytest.mark.parametrize(
    ("name", "covered", "entries", "lacking"),
    [
        ("prebid-go", 2, 5, {"conditions": 1, "seats": 2, "accounts": 1, "names": 2, "until": 2}),
        ("prebid-java", 2, 5, {"conditions": 1, "seats": 2, "accounts": 1, "names": 2, "until": 2}),
        ("prebid-js", 1, 4, {"conditions": 1, "bundles": 1, "seats": 2, "accounts": 1, "names": 2, "until": 2}),
        ("csv", 4, 6, {"conditions": 1, "names": 2}),
    ],
)
def test_a_report_counts_the_rows_and_what_a_format_cannot_say(
    gate: Gate, name: str, covered: int, entries: int, lacking: dict[str, int]
) -> None:
    """A list that is silent about what it leaves out is taken for the whole."""
    report = report_on(block_lists(gate, NOW, SUFFIXES), FORMATS[name])

    assert (report.rows, report.covered, report.entries) == (4, covered, entries)
    assert report.not_expressed == lacking
    assert report.renew_before == NOW + timedelta(hours=1)


def test_a_report_names_the_choices_that_a_format_cannot_follow(gate: Gate, tmp_path: Path) -> None:
    """Prebid can reject a bid that names nobody, not one whose advertiser is not on file."""
    lists = block_lists(gate, NOW, SUFFIXES)
    open_lists = block_lists(compiled_gate(tmp_path, policy=OPEN), NOW, SUFFIXES)

    assert report_on(lists, FORMATS["prebid-go"]).choices == ("unknown: hold", "malformed: refuse", "mismatch: hold")
    assert report_on(lists, FORMATS["csv"]).choices[1] == "missing: refuse"
    assert report_on(open_lists, FORMATS["csv"]).choices == ()
    assert report_on(open_lists, FORMATS["csv"]).renew_before is None
