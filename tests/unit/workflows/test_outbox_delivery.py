"""What a call does with each answer, and what the next call finds."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from evenhand.model.errors import BadInput, HistoryConflict, LedgerBusy, StorageFailed
from evenhand.reasons.eu_database import DatabaseReply
from evenhand.store.network import read_network
from evenhand.store.outbox import Outbox, State
from evenhand.workflows.delivery.outbox_delivery import ALONE_FROM, Delivery, DeliveryTools, Sent, send, unsent
from evenhand.workflows.delivery.outbox_queue import outbox_path
from tests.commands import DAY_2, build, evenhand, write
from tests.fake_database import Database
from tests.properties.test_sending import ORIGIN, TARGET, World, row


def filled(number: int) -> Outbox:
    outbox = Outbox(Path(":memory:"), TARGET, ORIGIN, wait_s=0)
    outbox.add([row(seq) for seq in range(number)], number)
    return outbox


def delivered(outbox: Outbox, database: Database, *faults: str) -> tuple[Delivery, World]:
    database.faults = list(faults)
    world = World(database, [])
    delivery = Delivery(outbox, world.outside)
    delivery.run()
    return delivery, world


def paths(database: Database) -> list[str]:
    return [path.rpartition("/")[2] for _, path, _ in database.asked]


def test_two_hundred_and_one_statements_are_three_requests() -> None:
    """A hundred at once, and the one that is left alone."""
    outbox, database = filled(201), Database()

    delivery, _ = delivered(outbox, database)

    assert paths(database) == ["statements", "statements", "statement"]
    assert (delivery.requests, len(database.stored), outbox.counts()[State.STORED]) == (3, 201, 201)


def test_what_the_database_says_of_a_stored_statement_is_kept() -> None:
    """Its own name for it finds it again."""
    outbox = filled(1)

    delivered(outbox, Database())

    (stored,) = outbox.of_state(State.STORED)
    assert (stored.answer["status"], stored.answer["uuid"]) == (201, "uuid-of-r-0")


def test_one_wrong_statement_does_not_keep_back_the_others() -> None:
    """It is refused with its field, and the other 99 go once more without it."""
    outbox, database = filled(100), Database()
    database.unwanted = {"r-7": "category"}

    delivered(outbox, database)

    (refused,) = outbox.of_state(State.REFUSED)
    assert (refused.reason_id, refused.answer) == ("r-7", {"errors": {"category": "is not wanted"}})
    assert paths(database) == ["statements", "statements"]
    assert len(database.stored) == 99


def test_statements_that_are_there_already_are_taken_out_and_the_rest_sent_once() -> None:
    """As after the outbox was lost: the database knows them by their `puid`."""
    outbox, database = filled(5), Database()
    for seq in (1, 3):
        database.stored[f"r-{seq}"] = json.loads(row(seq).payload or b"")

    delivered(outbox, database)

    assert paths(database) == ["statements", "statements"]
    assert outbox.counts()[State.STORED] == 5


def test_after_silence_each_statement_is_asked_for_before_anything_is_sent() -> None:
    """The database stored them and its answer was lost: nothing is sent a second time."""
    outbox, database = filled(3), Database()

    delivered(outbox, database, "silence after")

    assert paths(database) == ["statements", "r-0", "r-1", "r-2"]
    assert [stored.answer for stored in outbox.of_state(State.STORED)] == [{"status": 302}] * 3


def test_a_killed_call_is_gone_on_with_by_asking() -> None:
    """Marked before it was sent: anyone who comes next does not know whether it arrived."""
    outbox, database = filled(2), Database()
    outbox.put([structs.replace(row(seq), state=State.SENDING, attempts=1) for seq in range(2)])

    delivered(outbox, database)

    assert paths(database) == ["r-0", "r-1", "statements"]
    assert outbox.counts()[State.STORED] == 2


def test_a_wish_to_be_left_alone_is_honoured() -> None:
    """For the seconds of `Retry-After`, and a refusal for being busy is no attempt."""
    outbox, database = filled(1), Database()
    began = World(database, []).now

    _, world = delivered(outbox, database, "busy")

    assert world.now - began >= 3
    assert next(outbox.of_state(State.STORED)).attempts == 1


def test_a_long_wish_is_left_to_the_next_call() -> None:
    """It is kept in the outbox, so that a call in between asks nothing at all."""
    outbox, database = filled(150), Database()

    delivery, _ = delivered(outbox, database, "busy for long")
    later, _ = delivered(outbox, database)

    assert delivery.problem == later.problem == "the database asks to come back in 900 s"
    assert (len(database.asked), outbox.counts()[State.READY]) == (1, 150)


def test_a_clock_that_was_put_back_does_not_stop_the_sending() -> None:
    """Nothing is put off by more than a day, so a longer wait is a wrong clock."""
    outbox, database = filled(1), Database()
    outbox.hold(int(World(database, []).now) + 10 * 86_400)

    delivered(outbox, database)

    assert len(database.stored) == 1


def test_a_database_that_is_down_is_left_alone_after_six_attempts() -> None:
    """Each wait is twice as long; all is left for the next call, which goes on."""
    outbox, database = filled(1000), Database()
    began = World(database, []).now

    delivery, world = delivered(outbox, database, *["error before"] * 40)

    assert delivery.problem == "the database gave no answer that helps, 6 times, last: status 500"
    assert delivery.requests == 6
    assert 15 < world.now - began < 60
    assert outbox.counts()[State.STORED] == 0
    for _ in range(40):
        if outbox.next_due() is not None:
            world.now += 3600
            Delivery(outbox, world.outside).run()
    assert len(database.stored) == 1000


def test_silence_is_told_in_its_own_words() -> None:
    """An operator sees what the line said."""
    outbox, database = filled(1), Database()

    delivery, _ = delivered(outbox, database, *["silence before"] * 40)

    assert delivery.problem.endswith(("last: silent", " s"))


def test_what_has_failed_three_times_goes_alone() -> None:
    """One statement on which the database breaks must not hold up those beside it."""
    outbox, database = filled(4), Database()
    outbox.put([structs.replace(row(2), attempts=ALONE_FROM)])

    delivered(outbox, database)

    sizes = [len(body["statements"]) if "statements" in body else 1 for _, _, body in database.asked if body]
    assert sorted(sizes) == [1, 3]


@pytest.mark.parametrize("fault", ["unclear", "too large"])
def test_a_batch_that_is_refused_without_a_name_is_sent_one_by_one(fault: str) -> None:
    """The wrong one is refused for itself, the others are stored."""
    outbox, database = filled(3), Database()
    database.unwanted = {"r-1": "category"}

    delivered(outbox, database, fault)

    assert paths(database) == ["statements", "statement", "statement", "statement"]
    assert [row.reason_id for row in outbox.of_state(State.STORED)] == ["r-0", "r-2"]
    assert [row.reason_id for row in outbox.of_state(State.REFUSED)] == ["r-1"]


def test_what_is_due_soon_is_waited_for_and_what_is_due_later_is_left() -> None:
    """A minute is the longest wait; the next call goes on."""
    outbox, database = filled(2), Database()
    now = int(World(database, []).now)
    outbox.put([structs.replace(row(0), next_at=now + 50), structs.replace(row(1), next_at=now + 500)])

    delivery, world = delivered(outbox, database)

    assert (list(database.stored), int(world.now) - now) == (["r-0"], 50)
    assert delivery.problem == "the next attempt is due in 450 s"


@pytest.mark.parametrize(("token", "path", "said"), [("wrong", "", "token"), ("made-up-token", "/x", "status `404`")])
def test_what_no_other_attempt_would_change_ends_the_call(token: str, path: str, said: str) -> None:
    """Token or address: one clear line, and nothing is lost."""
    outbox, database = filled(2), Database(token)
    world = World(database, [])
    told = database.answer

    def otherwise(method: str, place: str, body: object, _: str) -> object:
        return told(method, path + place, body, "made-up-token")  # type: ignore[arg-type]

    database.answer = otherwise  # type: ignore[method-assign,assignment]
    with pytest.raises(BadInput, match=f"{said}.*nothing is lost"):
        Delivery(outbox, world.outside).run()

    assert (outbox.counts()[State.READY], next(outbox.of_state(State.READY)).attempts) == (2, 0)


def test_an_answer_that_is_none_of_the_database_leaves_all_in_doubt() -> None:
    """200 is not 201: nobody knows, so the next call asks."""
    outbox, world = filled(2), World(Database(), [])
    outside = DeliveryTools(lambda _: DatabaseReply(200, b"<html>"), lambda: world.now, world.sleep, lambda: 0.5)

    with pytest.raises(BadInput, match="no answer of the database: status `200`"):
        Delivery(outbox, outside).run()

    assert outbox.counts()[State.SENDING] == 2


def test_bytes_that_were_changed_are_never_sent() -> None:
    """The hash was taken when they were queued."""
    outbox, database = Outbox(Path(":memory:"), TARGET, ORIGIN, wait_s=0), Database()
    outbox.add([structs.replace(row(0), payload=b'{"puid":"r-0","decision_facts":"Otherwise."}')], 1)

    with pytest.raises(StorageFailed, match="a payload in the outbox was changed"):
        delivered(outbox, database)

    assert database.asked == []


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with two statements; the database takes the one of the advertiser with a first day."""
    folder = build(tmp_path_factory.mktemp("sending") / "network")
    write("data/advertisers.csv", "id,name,domains,first_seen\na3,Quandar Holding,quandar.example,2020-01-01\n")(folder)
    assert evenhand("run", folder, "--at", DAY_2).status == 0
    return folder


def sent(network: Path, database: Database, target: str = TARGET) -> Sent:
    return send(read_network(network), target, World(database, []).outside, wait_s=0)


def test_a_call_reads_the_ledger_and_tells_how_the_outbox_stands(network: Path) -> None:
    """The first time everything is new; the second there is nothing to do; `state/` has no part in it."""
    database = Database()

    first = sent(network, database)
    shutil.rmtree(network / "state")
    second = sent(network, database)

    assert (first.stored_now, first.parked, first.requests) == (1, 1, 1)
    (parked,) = first.parked_statements
    assert parked.answer == {"errors": [{"field": "content_date", "code": "required"}]}
    assert (second.stored_now, second.requests, second.done) == (0, 0, True)


def test_a_rehearsal_sends_and_keeps_nothing(network: Path) -> None:
    """Not even a file."""
    target = "https://rehearsal.example"

    payloads, _ = unsent(read_network(network), target, wait_s=0)

    assert [json.loads(payload)["content_date"] for payload in payloads] == ["2020-01-01"]
    assert not outbox_path(network, target).exists()


def test_an_outbox_that_does_not_fit_its_ledger_is_let_go_of(network: Path) -> None:
    """Nothing is sent, and nobody has to wait for a lock."""
    target = "https://older.example"
    sent(network, Database(), target)
    with closing(Outbox(outbox_path(network, target), target, ORIGIN, wait_s=0)) as outbox:
        outbox.add([], 10_000)

    for _ in range(2):
        with pytest.raises(HistoryConflict, match="read further"):
            sent(network, Database(), target)


def test_one_call_sends_at_a_time(network: Path) -> None:
    """The second would send the same."""
    target = "https://busy.example"
    sent(network, Database(), target)

    with (
        closing(Outbox(outbox_path(network, target), target, ORIGIN, wait_s=0)),
        pytest.raises(LedgerBusy, match="another process sends"),
    ):
        sent(network, Database(), target)
