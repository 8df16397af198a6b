"""The formats, and the report that goes with each."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.gate import Gate
from evenhand.gate.blocking.block_lists import block_lists
from evenhand.gate.blocking.formats import FORMATS, format_of, report_on
from evenhand.model.errors import BadInput
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
        ("gam", 2, 3, {"conditions": 1, "seats": 2, "accounts": 1, "names": 2, "until": 2}),
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


@pytest.mark.parametrize(
    ("name", "version", "newest"),
    [
        ("prebid-js", "11.22", True), ("prebid-js", "v11.36.0", True), ("prebid-js", "12", True),
        ("prebid-js", "11.21.3", False), ("prebid-js", "9", False),
        ("prebid-java", "4.0.0", True), ("prebid-java", "4", True), ("prebid-java", "3.99", False),
    ],
)  # fmt: skip
def test_a_version_has_the_form_that_it_reads(name: str, version: str, newest: bool) -> None:
    """What is left out of a version is 0."""
    assert (format_of(name, version) is FORMATS[name]) is newest


@pytest.mark.parametrize(
    ("name", "version", "says"),
    [
        ("prebid-js", "latest", "--prebid-version: invalid version `latest`; expected numbers and dots, as 11.20"),
        ("prebid-js", "", "invalid version"), ("prebid-js", "11.", "invalid version"),
        ("prebid-js", "9" * 5000, "invalid version"),
        ("prebid-js", "\u0661", "invalid version"), ("prebid-js", "-1", "invalid version"),
        ("prebid-go", "4.0", "prebid-go has no versions"), ("gam", "1", "gam has no versions"),
        ("prebid", None, "--format: unknown format `prebid`"),
    ],
)  # fmt: skip
def test_what_is_no_version_or_no_format_is_one_line(name: str, version: str | None, says: str) -> None:
    """A file for another version is passed over in silence by the host."""
    with pytest.raises(BadInput) as caught:
        format_of(name, version)

    assert says in str(caught.value)
