"""Sending holds whatever breaks: each statement is stored once, none is lost, none with other content."""

import json
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import BadInput
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.reasons.eu_database import DatabaseReply, DatabaseRequest
from evenhand.store.outbox import Outbox, Row, State
from evenhand.workflows.delivery.outbox_delivery import Delivery, DeliveryTools
from tests.fake_database import FAULTS, Database

TARGET, ORIGIN = "https://database.example", "ads.made-up.example/log"
CALLS, MOST_REQUESTS = 400, 20_000


class Killed(BaseException):
    """The process ended here."""


class World:
    """A clock that only sleeping moves, and a line to the database on which the process can be killed."""

    def __init__(self, database: Database, kills: list[bool]) -> None:
        self.database, self.kills, self.now = database, kills, 1_800_000_000.0
        self.outside = DeliveryTools(self.exchange, lambda: self.now, self.sleep, lambda: 0.5)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds

    def exchange(self, request: DatabaseRequest) -> DatabaseReply:
        assert len(self.database.asked) < MOST_REQUESTS
        body = json.loads(request.body) if request.body else None
        told = self.database.answer(request.method, request.path, body, self.database.token)
        self.now += 0.01
        if self.kills and self.kills.pop(0):
            raise Killed
        if told is None:
            raise OSError("silent")
        return DatabaseReply(told.status, json.dumps(told.body).encode(), told.headers.get("Retry-After", ""))


def row(seq: int) -> Row:
    payload = canonical_exact({"puid": f"r-{seq}", "decision_facts": f"Fact {seq}."})
    return Row(
        seq=seq, reason_id=f"r-{seq}", payload_sha256=sha256_hex(payload), state=State.READY, payload=payload
    )  # fmt: skip


def emptied(outbox: Outbox, world: World, until: Callable[[], bool]) -> None:
    """Call again and again, as an operator's timer does, until nothing is left."""
    for _ in range(CALLS):
        with suppress(Killed, BadInput):
            Delivery(outbox, world.outside).run()
        if until():
            return
        world.now += 3600
    raise AssertionError("still not done")


@given(
    number=st.integers(1, 230),
    faults=st.lists(st.sampled_from(FAULTS), max_size=25),
    kills=st.lists(st.booleans(), max_size=12),
    there=st.sets(st.integers(0, 229), max_size=5),
    unwanted=st.sets(st.integers(0, 229), max_size=5),
)
def test_each_statement_is_stored_exactly_once_in_every_order_of_failures(
    number: int, faults: list[str], kills: list[bool], there: set[int], unwanted: set[int]
) -> None:
    """Answers, silence, late storing, doubles, refusals and kills in any order (`reasons.md` §8)."""
    database, rows = Database(), [row(seq) for seq in range(number)]
    bodies = {each.reason_id: json.loads(each.payload or b"") for each in rows}
    for seq in there & set(range(number)):  # stored by an outbox that was lost since
        database.stored[f"r-{seq}"], database.times_stored[f"r-{seq}"] = bodies[f"r-{seq}"], 1
    database.unwanted = {f"r-{seq}": "decision_facts" for seq in unwanted - there}
    database.faults = list(faults)
    world = World(database, list(kills))
    outbox = Outbox(Path(":memory:"), TARGET, ORIGIN, wait_s=0)
    outbox.add(rows, number)

    emptied(outbox, world, lambda: outbox.next_due() is None)

    wanted = bodies.keys() - database.unwanted.keys()
    assert database.stored == {puid: bodies[puid] for puid in wanted}
    assert set(database.times_stored.values()) <= {1}
    assert database.sent_again <= database.late | {f"r-{seq}" for seq in there}
    assert {each.reason_id for each in outbox.of_state(State.STORED)} == wanted
    assert {each.reason_id for each in outbox.of_state(State.REFUSED)} == database.unwanted.keys() & bodies.keys()


@given(faults=st.lists(st.sampled_from(FAULTS), max_size=25))
def test_the_database_is_never_asked_more_often_than_it_allows(faults: list[str]) -> None:
    """200 requests a second: two requests are 5 ms apart at least, whatever they were answered."""
    database = Database()
    database.faults = list(faults)
    world = World(database, [])
    times: list[float] = []

    def timed(request: DatabaseRequest) -> DatabaseReply:
        times.append(world.now)
        world.now -= 0.01  # an answer that takes no time at all
        return world.exchange(request)

    outbox = Outbox(Path(":memory:"), TARGET, ORIGIN, wait_s=0)
    outbox.add([row(seq) for seq in range(150)], 150)

    Delivery(outbox, DeliveryTools(timed, lambda: world.now, world.sleep, lambda: 0.0)).run()

    assert all(later - earlier >= 0.00499 for earlier, later in pairwise(times))
