"""The outbox of events: each once for each receiver, whole transactions, and nothing kept longer than it has to be."""

import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from evenhand.model.errors import BadInput, LedgerBusy, StorageFailed
from evenhand.model.notification import DeliveryState, NetworkEvent
from evenhand.store.event_outbox import ALL, EventOutbox, KeptDeadline

ORIGIN = "ads.made-up.example/log"
A, B = "webhook:a", "webhook:b"
DAY = 86_400


def opened(path: Path, wait_s: float = 0) -> EventOutbox:
    return EventOutbox(path / "notifications" / "outbox.sqlite", ORIGIN, wait_s=wait_s)


def event(name: str, seq: int | None = None, party: str = "") -> NetworkEvent:
    return NetworkEvent(id=f"evt_{name}", kind="decision.changed", body=b"{}", seq=seq, party=party)


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    """It names who was refused."""
    opened(tmp_path).close()

    assert (tmp_path / "notifications").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "notifications" / "outbox.sqlite").stat().st_mode & 0o777 == 0o600


def test_an_event_is_queued_once_for_each_receiver(tmp_path: Path) -> None:
    """A receiver that is new gets it; one that has it does not get it again."""
    outbox = opened(tmp_path)

    assert outbox.queue(event("1"), [A], 100) == 1
    assert outbox.queue(event("1"), [A, B], 200) == 1

    assert [(each.event, each.target) for each in outbox.due(300, ALL)] == [("evt_1", A), ("evt_1", B)]


def test_how_far_it_was_read_and_what_was_queued_are_kept_together(tmp_path: Path) -> None:
    """A process that is killed in between has done neither."""
    outbox = opened(tmp_path)

    def stop_in_between() -> None:
        with outbox.changing():
            outbox.queue(event("1"), [A], 100)
            outbox.advance(7, "stamp")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stop_in_between()
    assert (outbox.size, outbox.due(100, ALL)) == (None, [])

    with outbox.changing():
        outbox.queue(event("1"), [A], 100)
        outbox.advance(7, "stamp")
    again = opened(tmp_path)

    assert (again.size, again.stamp, len(again.due(100, ALL))) == (7, "stamp", 1)


def test_the_place_never_goes_back(tmp_path: Path) -> None:
    """Two processes that look at once may end in either order."""
    outbox = opened(tmp_path)
    outbox.advance(9, "new")
    outbox.advance(7, "old")

    assert outbox.size == 9


def test_due_is_what_has_its_time_longest_due_first(tmp_path: Path) -> None:
    """A clock that was put back keeps nothing waiting for ever."""
    outbox = opened(tmp_path)
    for name in "1234":
        outbox.queue(event(name), [A if name != "4" else B], 0)
    rows = {each.event: each for each in outbox.due(0, ALL)}
    outbox.settle(replace(rows["evt_1"], next_at=50))
    outbox.settle(replace(rows["evt_2"], next_at=101))
    outbox.settle(replace(rows["evt_3"], next_at=100 + 2 * DAY))

    assert [each.event for each in outbox.due(100, ALL)] == ["evt_4", "evt_1", "evt_3"]
    assert [each.event for each in outbox.due(100, 1, without=[B])] == ["evt_1"]
    assert [each.event for each in outbox.due(100, ALL, to=B)] == ["evt_4"]
    assert outbox.next_due() == 0


def test_what_does_not_wait_any_more_stays_as_it_is(tmp_path: Path) -> None:
    """Whatever a slow process believes that still has the row in its hands."""
    outbox = opened(tmp_path)
    outbox.queue(event("1"), [A], 0)
    (row,) = outbox.due(0, ALL)
    outbox.settle(replace(row, state=DeliveryState.DELIVERED, attempts=1, answer="status 204"))
    outbox.settle(replace(row, state=DeliveryState.FAILED, attempts=9))

    (kept,) = outbox.newest(2)
    assert (kept.state, kept.attempts, kept.answer) == (DeliveryState.DELIVERED, 1, "status 204")
    assert outbox.counts()[DeliveryState.DELIVERED] == 1


def test_what_failed_or_arrived_can_go_out_again_and_what_waits_is_left(tmp_path: Path) -> None:
    """With its attempts counted anew."""
    outbox = opened(tmp_path)
    for name in "123":
        outbox.queue(event(name), [A], 0)
    one, two, _ = outbox.due(0, ALL)
    outbox.settle(replace(one, state=DeliveryState.FAILED, attempts=16, since=5, answer="status 500"))
    outbox.settle(replace(two, state=DeliveryState.DELIVERED, attempts=1, since=5))

    assert [outbox.replay("evt_3"), outbox.replay("evt_9"), outbox.replay(None), outbox.replay("evt_2")] == [0, 0, 1, 1]
    assert [(each.attempts, each.since, each.answer) for each in outbox.due(0, ALL)] == [(0, 0, "")] * 3


def test_a_receiver_that_left_the_settings_gets_nothing_more(tmp_path: Path) -> None:
    """And what failed for it counts as failed no longer; what arrived stays."""
    outbox = opened(tmp_path)
    outbox.queue(event("1"), [A, B], 0)
    outbox.queue(event("2"), [B], 0)
    rows = outbox.due(0, ALL, to=B)
    outbox.settle(replace(rows[1], state=DeliveryState.FAILED))

    outbox.withdraw_others([A])

    assert outbox.counts() == {"waiting": 1, "delivered": 0, "failed": 0, "withdrawn": 2}
    outbox.withdraw_others([])
    assert outbox.counts()["withdrawn"] == 3


def test_what_is_erased_is_withdrawn_and_says_nothing_more(tmp_path: Path) -> None:
    """Not even in free pages of the file."""
    outbox = opened(tmp_path)
    secret = b'{"party_id":"unmistakable-client"}'
    outbox.queue(replace(event("1", seq=4, party="unmistakable-client"), body=secret), [A], 0)
    outbox.queue(event("2", seq=5, party="other"), [A], 0)
    outbox.keep_deadlines([KeptDeadline("c-1", "decide", 0, 9, "d-1", "unmistakable-client")])
    assert outbox.about() == [("evt_1", 4, "unmistakable-client"), ("evt_2", 5, "other")]

    outbox.forget(["evt_1"])
    outbox.close()

    again = opened(tmp_path)
    assert [each.event for each in again.due(0, ALL)] == ["evt_2"]
    assert again.replay("evt_1") == 0
    again.close()
    assert b"unmistakable" not in (tmp_path / "notifications" / "outbox.sqlite").read_bytes()


def test_what_arrived_long_ago_says_nothing_more_and_is_still_known(tmp_path: Path) -> None:
    """Ids of people are not kept for nothing; that the event was made is kept, or it would be made again."""
    outbox = opened(tmp_path)
    for name, at in (("old", 0), ("waiting", 0), ("new", 40 * DAY)):
        outbox.queue(event(name, party="p"), [A], at)
    for row in outbox.due(0, ALL):
        if row.event != "evt_waiting":
            outbox.settle(replace(row, state=DeliveryState.DELIVERED))

    outbox.remove_bodies(30 * DAY)

    assert {each[0] for each in outbox.about()} == {"evt_waiting", "evt_new"}
    assert outbox.queue(event("old"), [A], 50 * DAY) == 0
    assert outbox.replay("evt_old") == 0


def test_failed_ones_are_shown_first_then_what_waits_then_the_newest(tmp_path: Path) -> None:
    """A person who looks has little time."""
    outbox = opened(tmp_path)
    for name in "1234":
        outbox.queue(event(name), [A], 10 * int(name))
    rows = outbox.due(0, ALL)
    for row, state in zip(rows, ("delivered", "failed", "delivered"), strict=False):
        outbox.settle(replace(row, state=DeliveryState(state)))

    assert [each.event[-1] for each in outbox.newest(9)] == ["2", "4", "3", "1"]
    assert [each.event[-1] for each in outbox.newest(2)] == ["2", "4"]
    assert outbox.oldest_waiting() == 40


def test_two_processes_wait_for_each_other_and_lose_nothing(tmp_path: Path) -> None:
    """The console and a verb may look at the same moment."""
    opened(tmp_path).close()

    def queue(start: int) -> None:
        outbox = opened(tmp_path, wait_s=10)
        for number in range(start, start + 20):
            with outbox.changing():
                outbox.queue(event(str(number)), [A], 0)
        outbox.close()

    threads = [threading.Thread(target=queue, args=(start,)) for start in (0, 10, 20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(opened(tmp_path).due(0, ALL)) == 40


def test_a_file_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    """Damaged, another log's, or held by another process."""
    outbox = opened(tmp_path)
    with outbox.changing(), pytest.raises(LedgerBusy, match="another process"):
        opened(tmp_path).advance(1, "")
    with pytest.raises(BadInput, match=r"outbox of another log `ads\.made-up\.example/log`"):
        EventOutbox(tmp_path / "notifications" / "outbox.sqlite", "another.example/log", wait_s=0)
    outbox.close()

    (tmp_path / "notifications" / "outbox.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StorageFailed, match="what was not delivered is lost"):
        opened(tmp_path)
