"""Lines in, answers out: in order, after they are durable, and nothing after one that is refused."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from evenhand.ledger.tree import leaf_hash
from evenhand.model.errors import BadInput, LedgerBusy, RecordRefused
from evenhand.model.log import Receipt
from evenhand.workflows.operations.ledgers import create_ledger, open_ledger, verify_folder
from evenhand.workflows.operations.record_stream import append_lines
from tests.unit.ledger.making import AT, ORIGIN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_ledger(tmp_path / "l", ORIGIN)
    return tmp_path / "l"


def lines(*numbers: int) -> bytes:
    return b"".join(b'{"payload":{"n":%d},"key":"k%d"}\n' % (number, number) for number in numbers)


def appended(folder: Path, data: bytes) -> list[Receipt]:
    """Append bytes through a pipe, as from another program."""
    answers: list[Receipt] = []
    reading, writing = os.pipe()

    def send() -> None:
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
            pipe.write(data)

    sender = Thread(target=send)
    sender.start()
    try:
        append_lines(folder, reading, lambda: AT, answers.extend)
    finally:
        os.close(reading)
        sender.join()
    return answers


def test_each_line_is_answered_in_order(folder: Path) -> None:
    """The sender matches answers to lines by counting."""
    answers = appended(folder, lines(*range(300)) + b"\n" + lines(300)[:-1])

    assert [each.seq for each in answers] == list(range(301))
    with open_ledger(folder) as ledger:
        assert [leaf_hash(each.leaf) for each in ledger._storage.entries()] == [each.leaf_hash for each in answers]
    report = verify_folder(folder)
    assert (report.ok, report.size) == (True, 301)


def test_a_known_key_is_answered_with_its_first_receipt(folder: Path) -> None:
    """A sender that was cut off sends everything again."""
    first = appended(folder, lines(1, 2))

    again = appended(folder, lines(2, 3, 3))

    assert [(each.seq, each.duplicate) for each in again] == [(1, True), (2, False), (2, True)]
    assert again[0].leaf_hash == first[1].leaf_hash


@pytest.mark.parametrize(
    ("bad", "says"),
    [(b'{"payload":1.5}', "line:4: not an integer"), (b"x", "line:4: not a record"), (b"\xff", "line:4: not a record")],
)
def test_a_refused_line_ends_the_stream_and_keeps_what_came_before(folder: Path, bad: bytes, says: str) -> None:
    """Later lines may rest on it, so nothing of them is stored; earlier ones are durable and published."""
    with pytest.raises(RecordRefused, match=says):
        appended(folder, lines(0, 1, 2) + bad + b"\n" + lines(4))

    assert verify_folder(folder).size == 3


def test_a_line_without_end_is_refused_before_it_fills_the_memory(folder: Path) -> None:
    """A sender that forgot to break lines."""
    with pytest.raises(RecordRefused, match="record too large"):
        appended(folder, b"x" * (3 << 20))


def test_a_smaller_limit_of_the_settings_holds(folder: Path) -> None:
    """An operator may allow less than 1 MiB."""
    with (folder / "ledger.toml").open("a", encoding="utf-8") as file:
        file.write("max_payload_bytes = 40\n")

    with pytest.raises(RecordRefused, match="at most 40"):
        appended(folder, lines(1) + b'{"payload":"%s"}\n' % (b"x" * 30))
    assert verify_folder(folder).size == 1


def test_a_sender_that_waits_for_each_answer_gets_it(folder: Path) -> None:
    """Nobody has to fill a batch; each answer is flushed."""
    command = [sys.executable, "-c", "from evenhand.cli import main; main()", "ledger", "append", str(folder), "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for number in range(5):
            program.stdin.write(lines(number))
            program.stdin.flush()
            assert json.loads(program.stdout.readline())["seq"] == number
        program.stdin.close()
        assert program.wait() == 0
    assert verify_folder(folder).size == 5


def test_one_writer_at_a_time(folder: Path) -> None:
    """The second is told, and nothing is read from its sender."""
    with open_ledger(folder), pytest.raises(LedgerBusy):
        appended(folder, lines(1))


def test_settings_that_cannot_be_read_are_named(folder: Path) -> None:
    """A key that nobody knows is a typing error with consequences."""
    for text, says in [("", "missing required field"), (f'origin = "{ORIGIN}"\nbatch = 1\n', "unknown field `batch`"),
                       (f'origin = "{ORIGIN}"\nfsync = "never"\n', "fsync"), ("origin", "ledger.toml")]:  # fmt: skip
        (folder / "ledger.toml").write_text(text, encoding="utf-8")
        with pytest.raises(BadInput, match=says):
            appended(folder, lines(1))


def test_an_answer_that_cannot_be_given_stops_the_stream(folder: Path) -> None:
    """A reader that left must not let records run on unanswered; what was written stays."""

    def broken(_: Sequence[Receipt]) -> None:
        raise BrokenPipeError

    reading, writing = os.pipe()
    os.write(writing, lines(1))
    os.close(writing)
    with pytest.raises(BrokenPipeError):
        append_lines(folder, reading, lambda: AT, broken)
    os.close(reading)
    assert verify_folder(folder).entries == 1
