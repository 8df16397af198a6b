"""Traffic against a list that is compared as text."""

from pathlib import Path

from evenhand.gate.blocking.block_lists import block_lists
from evenhand.gate.blocking.traffic import Traffic
from evenhand.model.outcome import Outcome
from evenhand.model.program import Is, When
from tests.unit.gate.registers import NOW, SUFFIXES, compiled_gate, row

POLITICAL = (When(outcome=Outcome.REFUSE, rule="r", program=Is("political", True)),)


def test_each_line_is_counted_once_for_what_the_list_makes_of_it(tmp_path: Path) -> None:
    """The difference between text and host is what an exact comparison would have missed."""
    gate = compiled_gate(
        tmp_path, row("aws", "refuse", domains=("amazonaws.com",)), row("fig", domains=("fig.example",)),
        row("elm", domains=("elm.example",), when=POLITICAL),
        row("old", domains=("old.example",), when=POLITICAL, until=NOW),
        row("tv", "hold", accounts=("youtube/made_up",)),
    )  # fmt: skip
    lines = [
        b"amazonaws.com\n", b"www.amazonaws.com\r\n", b"AMAZONAWS.com\n", b"AMAZONAWS.com\n", b"s3.amazonaws.com\n",
        b"\n",
        b"https://youtube.com/@made_up\n", b"elm.example\n", b"old.example\n", b"fig.example\n", b"nobody.example\n",
        b"ftp://x\n", b"\xff.example\n", b" amazonaws.com",
    ]  # fmt: skip

    lists = block_lists(gate, NOW, SUFFIXES, lines)

    assert lists.observed == Traffic(
        lines=13, refused=7, by_domain=1, by_spelling=5, missed=1, conditional=1, unknown=1, malformed=2
    )
    assert lists.spelled == (
        " amazonaws.com", "AMAZONAWS.com", "amazonaws.com", "https://youtube.com/@made_up", "www.amazonaws.com",
    )  # fmt: skip


def test_without_traffic_nothing_is_counted(tmp_path: Path) -> None:
    """No traffic is not the same as traffic in which nothing was found."""
    gate = compiled_gate(tmp_path)

    assert block_lists(gate, NOW, SUFFIXES).observed is None
    assert block_lists(gate, NOW, SUFFIXES, []).observed == Traffic()


def test_a_byte_order_mark_is_an_editor_s_and_no_part_of_the_first_spelling(tmp_path: Path) -> None:
    """What bids carry is listed; the mark would have hidden it, since the other side compares text."""
    gate = compiled_gate(tmp_path, row("x", "refuse", domains=("x.example",)))

    lists = block_lists(gate, NOW, SUFFIXES, [b"\xef\xbb\xbfX.example\n", b"\xef\xbb\xbfx.EXAMPLE\n"])

    assert lists.spelled == ("X.example", "www.x.example", "x.example", "\ufeffx.EXAMPLE")
