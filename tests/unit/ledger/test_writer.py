"""Group commit: many callers, one thread that writes, each answered after COMMIT or told why not."""

import errno
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evenhand.ledger import Ledger
from evenhand.ledger.commit_queue import BatchSettings, CommitQueue, Promise, Submission
from evenhand.ledger.proofs import is_included
from evenhand.ledger.writer import Writer
from evenhand.model.errors import HistoryConflict, RecordRefused, StorageFailed
from evenhand.model.log import LogRecord
from evenhand.workflows.operations.ledgers import verify_folder
from tests.unit.ledger.making import AT, FailAt, Opened, new_folder, record, records

PACE = BatchSettings(batch_records=100, batch_wait_s=0.002, publish_every_s=0.02)
NEVER = PACE._replace(publish_every_s=3600.0)


@contextmanager
def writing(
    folder: Path, pace: BatchSettings = NEVER, watch: Callable[[str], object] = str
) -> Iterator[tuple[Ledger, Writer]]:
    with Opened(folder, watch) as ledger, Writer(ledger, lambda: AT, pace) as writer:
        yield ledger, writer


def test_every_caller_gets_the_receipts_of_its_own_records(tmp_path: Path) -> None:
    """They share transactions, not answers; and what one hands in stays in its order."""
    folder, got = new_folder(tmp_path / "l"), {}

    def call(caller: int) -> None:
        for turn in range(30):
            mine = records(3, start=(caller * 30 + turn) * 3)
            got.update(zip([each.payload for each in mine], writer.append(mine), strict=True))

    with writing(folder, PACE) as (ledger, writer):
        callers = [threading.Thread(target=call, args=(number,)) for number in range(5)]
        for each in callers:
            each.start()
        for each in callers:
            each.join()
        head = writer.publish()

        assert sorted(each.seq for each in got.values()) == list(range(450))
        assert all(ledger.payload(each.seq) == payload for payload, each in got.items())
        for each in list(got.values())[::41]:
            assert is_included(each.seq, head.size, each.leaf_hash, ledger.inclusion(each.seq, head.size), head.root)
    assert verify_folder(folder).ok


def test_group_commit_makes_the_log_that_one_by_one_makes(tmp_path: Path) -> None:
    """How records are batched is nobody's business who reads the log (the tests' salts are fixed)."""
    plain, grouped = new_folder(tmp_path / "plain"), new_folder(tmp_path / "grouped")
    with Opened(plain) as ledger:
        for each in records(300):
            ledger.append([each], AT)
        head = ledger.publish(AT)
    with writing(grouped, PACE) as (_, writer):
        for number in range(0, 300, 12):
            writer.submit(records(12, number))

        assert writer.publish() == head


def test_what_waits_together_is_committed_together(tmp_path: Path) -> None:
    """An fsync a record would be a few hundred decisions a second."""
    seen: list[str] = []
    with writing(new_folder(tmp_path / "l"), NEVER._replace(batch_wait_s=60.0), seen.append) as (_ledger, writer):
        promises = [writer.submit([each]) for each in records(300)]
        assert [each.result()[0].seq for each in promises] == list(range(300))

    assert seen.count("after append") == 3


def test_a_lone_caller_waits_no_longer_than_the_pace_says(tmp_path: Path) -> None:
    """Company is waited for, not hoped for."""
    with writing(new_folder(tmp_path / "l"), NEVER._replace(batch_wait_s=0.02)) as (_ledger, writer):
        start = time.monotonic()
        writer.append([record(1)])

        # The other waits of this pace are an hour; anything shorter is the machine's.
        assert 0.02 <= time.monotonic() - start < 60


def test_heads_are_published_on_the_way_while_records_come_in(tmp_path: Path) -> None:
    """A caller need not ask for it, and does not wait for it."""
    folder, seen = new_folder(tmp_path / "l"), []
    with writing(folder, PACE, seen.append) as (ledger, writer):
        until, number = time.monotonic() + 120, 0
        sizes = {0}
        while len(sizes) < 4 and time.monotonic() < until:
            writer.append(records(50, number))
            number += 50
            sizes.add(ledger.checkpoint.size if ledger.checkpoint else 0)
        assert len(sizes) == 4
        assert writer.publish().size == number == ledger.size
        assert ledger.behind == 0
        assert writer.publish().size == number
    # The last of these heads may be that over everything already: then `publish` had nothing to do.
    assert seen.count("after settle") == seen.count("after sync") >= len(sizes | {number}) - 1
    assert verify_folder(folder).ok


def test_a_publication_asked_for_is_answered_also_while_the_writer_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`with` ends when everything that was asked for is done."""
    heads = []
    with writing(new_folder(tmp_path / "l")) as (_ledger, writer):
        promise = writer.submit(records(5))
        asked, put = threading.Event(), writer._queue.put

        def tell(wish: Submission) -> None:
            put(wish)
            asked.set()

        monkeypatch.setattr(writer._queue, "put", tell)
        asking = threading.Thread(target=lambda: heads.append(writer.publish()))
        asking.start()
        assert asked.wait(60)
    asking.join()

    assert len(promise.result()) == 5
    assert [head.size for head in heads] == [5]
    with pytest.raises(StorageFailed, match="was closed"):
        writer.append([record(9)])


def test_a_refused_record_is_its_callers_affair_alone(tmp_path: Path) -> None:
    """Others shared its transaction by chance."""
    with writing(new_folder(tmp_path / "l"), NEVER._replace(batch_wait_s=0.1)) as (ledger, writer):
        mixed = [record(2), LogRecord(kind="claim", payload=b"1.5")]
        good, bad, other = (writer.submit(each) for each in ([record(1)], mixed, [record(3)]))

        with pytest.raises(RecordRefused, match="not an integer"):
            bad.result()
        assert [good.result()[0].seq, other.result()[0].seq] == [0, 1]
        assert ledger.size == 2
        assert writer.append([]) == []


def test_a_known_key_gets_its_first_receipt_from_any_caller(tmp_path: Path) -> None:
    """Also where both wait for the same transaction."""
    with writing(new_folder(tmp_path / "l"), NEVER._replace(batch_wait_s=0.1)) as (_ledger, writer):
        first, second = writer.submit([record(7)]), writer.submit([record(7)])

        assert [first.result()[0].duplicate, second.result()[0].duplicate] == [False, True]
        assert first.result()[0].leaf_hash == second.result()[0].leaf_hash


@pytest.mark.parametrize(
    "step", ["before append", "after append", "before add_checkpoint", "before put", "before sync"]
)
def test_a_dying_writer_fails_everybody_who_waits(tmp_path: Path, step: str) -> None:
    """In a prototype the thread died and its callers waited for ever."""

    def fail(name: str) -> None:
        if name == step:
            raise OSError(errno.ENOSPC, "no space left on device")

    folder, failed = new_folder(tmp_path / "l"), []

    def call(caller: int) -> None:
        try:
            for number in range(10_000):
                writer.append([record(caller * 10_000 + number)])
        except StorageFailed as error:
            failed.append(str(error))

    with writing(folder, PACE, fail) as (_ledger, writer):
        callers = [threading.Thread(target=call, args=(number,)) for number in range(3)]
        for each in callers:
            each.start()
        for each in callers:
            each.join(timeout=120)

        assert len(failed) == 3
        assert all("free space" in line for line in failed)
        with pytest.raises(StorageFailed, match="free space"):
            writer.publish()
    with Opened(folder):
        pass
    assert verify_folder(folder).ok


def test_a_writer_that_dies_of_a_fault_of_ours_fails_its_callers_too(tmp_path: Path) -> None:
    """Whatever the reason, nobody waits for ever; the fault itself is shown by the thread."""
    shown: list[object] = []
    old, threading.excepthook = threading.excepthook, lambda args: shown.append(args.exc_type)

    def fault(name: str) -> None:
        if name == "before append":
            raise ZeroDivisionError

    try:
        folder, died = new_folder(tmp_path / "l"), pytest.raises(StorageFailed, match="writer died; open the ledger")
        with writing(folder, NEVER, fault) as (_, writer), died:
            writer.append([record(1)])
    finally:
        threading.excepthook = old
    assert shown == [ZeroDivisionError]


def test_a_second_writers_head_stops_this_one_before_it_signs(tmp_path: Path) -> None:
    """The lock was lost unnoticed (a network disk): compare-and-swap is what is left."""
    folder = new_folder(tmp_path / "l")
    with writing(folder) as (ledger, writer), Opened(folder) as other:
        writer.append(records(3))
        writer.publish()
        with pytest.raises(StorageFailed, match="UNIQUE"):
            other.append(records(4, 100), AT)
    with writing(folder) as (ledger, writer), Opened(folder) as other:
        other.append(records(2, 200), AT)
        other.publish(AT)
        signed = ledger.checkpoint
        with pytest.raises((HistoryConflict, StorageFailed)):
            writer.append(records(1, 300))
        assert ledger.checkpoint == signed
    assert verify_folder(folder).ok


def test_of_two_ledgers_that_lost_their_lock_one_signs(tmp_path: Path) -> None:
    """Both know the same entries and the same last head: the row goes in once, and only then is signed."""
    folder = new_folder(tmp_path / "l", 2)
    with Opened(folder) as ledger:
        ledger.append(records(3, 2), AT)
    with Opened(folder) as one, Opened(folder) as other:
        signed = one.publish(AT)
        with pytest.raises(HistoryConflict, match="another process committed a checkpoint after the one of size 2"):
            other.begin_publication(AT)
        with pytest.raises(StorageFailed, match="open the ledger again"):
            other.publish(AT)

    with Opened(folder) as ledger:
        assert ledger.checkpoint == signed


def test_leaves_bear_the_clocks_time_also_when_it_goes_back(tmp_path: Path) -> None:
    """Order is the index, never the time (`ledger.md` §6)."""
    times = iter([AT, AT - timedelta(days=1), AT])
    clock: Callable[[], datetime] = lambda: next(times)  # noqa: E731
    folder = new_folder(tmp_path / "l")
    with Opened(folder) as ledger, Writer(ledger, clock, NEVER) as writer:
        for number in range(2):
            writer.append([record(number)])
        writer.publish()

        assert [leaf.at for _, leaf, _ in ledger.entries()] == ["2026-11-24T13:58Z", "2026-11-23T13:58Z"]
    assert verify_folder(folder).ok


def test_every_failing_call_is_told_to_the_caller_and_loses_nothing(tmp_path: Path) -> None:
    """The law of `Ledger`, through the queue and its two threads."""
    for step in range(1, 200, 7):
        folder, fail, acknowledged = new_folder(tmp_path / str(step), 255), FailAt(step, errno.EIO), 255
        try:
            with writing(folder, NEVER, fail) as (_, writer):
                acknowledged = writer.append(records(3, 255))[-1].seq + 1
                writer.publish()
        except StorageFailed:
            assert fail.failed
        with Opened(folder) as ledger:
            assert ledger.size >= acknowledged
            ledger.publish(AT)
        assert verify_folder(folder).ok, fail.failed
        if not fail.failed:
            break
    assert not fail.failed


def test_who_came_while_the_taker_was_busy_has_waited_enough() -> None:
    """A slow fsync is the wait for company; a second one would double the time to an answer."""
    queue = CommitQueue(NEVER._replace(batch_wait_s=60.0))
    queue.put(Submission(records(1), Promise()))
    queue._since -= 60
    start = time.monotonic()

    assert len(queue.take(None) or []) == 1
    assert time.monotonic() - start < 30


def test_a_queue_gives_out_what_fits_one_transaction() -> None:
    """One caller's many records are not split here; the ledger splits them."""
    queue = CommitQueue(NEVER._replace(batch_records=3, batch_wait_s=0.0))
    for count in (2, 2, 5, 0, 1):
        queue.put(Submission(records(count), Promise()))
    queue.wake()
    queue.close()

    assert [len(batch) for batch in iter(lambda: [len(each.records) for each in queue.take(None) or []], [])] == [1] * 5
    assert queue.take(None) is None
    with pytest.raises(StorageFailed, match="being closed"):
        queue.put(Submission((), Promise()))
