"""The outbox: what is settled stays so, one process holds it, and a copy changes nothing."""

import subprocess
import sys
from pathlib import Path

import apsw
import pytest
from msgspec.structs import replace

from evenhand.model.errors import BadInput, LedgerBusy, StorageFailed
from evenhand.store.outbox import Outbox, Row, State

TARGET, ORIGIN = "https://database.example", "ads.made-up.example/log"


def opened(path: Path, target: str = TARGET, *, copied: bool = False) -> Outbox:
    return Outbox(path, target, ORIGIN, wait_s=0, copied=copied)


def row(seq: int, state: State = State.READY) -> Row:
    return Row(seq=seq, reason_id=f"r-{seq}", payload_sha256="00", state=state, payload=b"{}")


def test_what_is_queued_is_there_after_opening_again(tmp_path: Path) -> None:
    """With all its fields, and the tree size that was read."""
    outbox = opened(tmp_path / "outbox")
    outbox.add([row(3), row(5)], 7)
    outbox.put([replace(row(3), attempts=2, next_at=40, answer={"a": 1})])
    outbox.hold(99)
    outbox.close()

    again = opened(tmp_path / "outbox")

    assert (again.size, again.held_until, again.next_due()) == (7, 99, 0)
    assert list(again.of_state(State.READY)) == [replace(row(3), attempts=2, next_at=40, answer={"a": 1}), row(5)]
    assert again.counts() == {State.READY: 2, State.SENDING: 0, State.STORED: 0, State.REFUSED: 0, State.PARKED: 0}


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    """It lies beside the key, and holds what is not published yet."""
    opened(tmp_path / "outbox").close()

    assert (tmp_path / "outbox").stat().st_mode & 0o777 == 0o600


def test_nothing_is_queued_twice(tmp_path: Path) -> None:
    """Neither a place in the ledger nor a reason id; the first one stays."""
    outbox = opened(tmp_path / "outbox")
    outbox.add([row(3)], 4)
    outbox.add([replace(row(3), payload=b"other"), replace(row(9), reason_id="r-3")], 10)

    assert list(outbox.of_state(State.READY)) == [row(3)]


@pytest.mark.parametrize("state", [State.STORED, State.REFUSED, State.PARKED])
def test_what_is_settled_stays_settled_and_keeps_no_bytes(tmp_path: Path, state: State) -> None:
    """A stored statement is never sent again, whatever its sender believes."""
    outbox = opened(tmp_path / "outbox")
    outbox.add([row(3)], 4)

    outbox.put([replace(row(3), state=state, answer={"status": 201})])
    outbox.put([row(3)])

    assert list(outbox.of_state(state)) == [replace(row(3), state=state, answer={"status": 201}, payload=None)]
    assert outbox.next_due() is None


def test_due_are_those_whose_time_has_come_longest_first(tmp_path: Path) -> None:
    """In the order of the ledger where it came for both; a clock that was put back keeps nothing waiting for ever."""
    outbox = opened(tmp_path / "outbox")
    outbox.add([row(1), row(2), row(3), row(4)], 5)
    outbox.put([replace(row(1), next_at=50), replace(row(2), next_at=200), replace(row(4), next_at=99_999_999)])

    assert [each.seq for each in outbox.due(State.READY, 100, 9)] == [3, 1, 4]
    assert [each.seq for each in outbox.due(State.READY, 100, 1)] == [3]
    assert outbox.due(State.SENDING, 100, 9) == []


def test_more_than_a_page_is_yielded_whole(tmp_path: Path) -> None:
    """A report names every one."""
    outbox = opened(tmp_path / "outbox")
    outbox.add([row(seq, State.PARKED) for seq in range(1203)], 1203)

    assert [each.seq for each in outbox.of_state(State.PARKED)] == list(range(1203))


def test_one_process_holds_it(tmp_path: Path) -> None:
    """Two senders would send the same statement; a process that ends lets go, however it ends."""
    path = tmp_path / "outbox"
    held = opened(path)
    code = f"from tests.unit.store.test_outbox import *\nopened(Path({str(path)!r}))"

    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    held.close()
    later = subprocess.run([sys.executable, "-c", code + "\nimport os; os._exit(9)"], check=False)

    assert "LedgerBusy" in other.stderr
    assert later.returncode == 9
    opened(path).close()


def test_a_second_sender_in_this_process_is_refused_too(tmp_path: Path) -> None:
    """The lock is the database's own."""
    held = opened(tmp_path / "outbox")

    with pytest.raises(LedgerBusy, match="another process sends"):
        opened(tmp_path / "outbox")

    held.close()


@pytest.mark.parametrize("is_there", [False, True])
def test_a_copy_leaves_the_file_as_it_is(tmp_path: Path, is_there: bool) -> None:
    """A rehearsal keeps nothing, and makes no file."""
    path = tmp_path / "outbox"
    if is_there:
        outbox = opened(path)
        outbox.add([row(1)], 2)
        outbox.close()
    before = path.read_bytes() if is_there else None

    copy = opened(path, copied=True)
    copy.add([row(2)], 3)

    assert len(list(copy.of_state(State.READY))) == 1 + is_there
    assert (path.read_bytes() if path.exists() else None) == before


def test_an_outbox_of_another_database_is_refused(tmp_path: Path) -> None:
    """What one database stored another has not got."""
    opened(tmp_path / "outbox").close()

    with pytest.raises(BadInput, match=r"outbox of another database or log .*; expected https://other\.example, ads"):
        opened(tmp_path / "outbox", "https://other.example")


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be read as one", b"SQLite format 3\0" + b"x" * 90]
)
def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    """It may be deleted: the ledger fills it again, the database knows what it stored."""
    (tmp_path / "outbox").write_bytes(content)

    with pytest.raises(StorageFailed, match=r"cannot use the outbox .*; .* delete it: the ledger fills it again"):
        opened(tmp_path / "outbox")


def test_a_row_that_somebody_edited_is_refused_in_one_line(tmp_path: Path) -> None:
    """A state that is none."""
    outbox = opened(tmp_path / "outbox")
    outbox.add([row(1)], 2)
    outbox.close()
    connection = apsw.Connection(str(tmp_path / "outbox"))
    connection.execute("UPDATE statement SET answer = '{'")
    connection.close()

    with pytest.raises(StorageFailed, match="cannot use the outbox"):
        list(opened(tmp_path / "outbox").of_state(State.READY))
