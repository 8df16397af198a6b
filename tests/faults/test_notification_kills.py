"""Events are looked for and sent by processes that are killed: none is lost, none gets a second id."""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from evenhand.model.notification import NetworkEvent, Webhook
from evenhand.store.event_outbox import EventOutbox
from evenhand.store.network import Network
from evenhand.workflows.notifications import deliver_due, derive_events, outbox_rows, outbox_state
from evenhand.workflows.notifications.event_delivery import WebhookReply
from tests.networks import DAY_1, DAY_2, MadeNetwork, full_network
from tests.notifications import Receivers, notified, webhook

_FORK = get_context("fork")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network of which events were looked for before 20 decisions changed."""
    made = full_network(tmp_path_factory.mktemp("changed") / "network")
    made.run(DAY_1)
    derive_events(watched(made), DAY_1)
    for number in range(20):
        made.add("advertisers", id=f"held-{number}", name="Dravik Mills", domains=f"dravik-{number}.example")
    made.run(DAY_2)
    return made


def watched(made: MadeNetwork) -> Network:
    return notified(made.network, webhook(events=["decision.changed"]))


def dies(work: Callable[[], object]) -> bool:
    """Do some work in a process of its own; return whether it was killed."""

    def run() -> None:
        work()
        os._exit(0)

    process = _FORK.Process(target=run)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_look_that_is_killed_has_queued_nothing_and_the_next_one_queues_all(
    changed: MadeNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is queued and how far was read are one transaction, wherever it ends."""
    made = changed.copy(tmp_path / "network")
    network = watched(made)
    queue, advance = EventOutbox.queue, EventOutbox.advance
    before, calls = outbox_state(network).size, [0]

    def queue_or_die(self: EventOutbox, event: NetworkEvent, targets: list[str], at: int) -> int:
        calls[0] += 1
        if calls[0] == 12:
            die()
        return queue(self, event, targets, at)

    def advance_and_die(self: EventOutbox, size: int, stamp: str) -> None:
        advance(self, size, stamp)
        die()

    for method, deadly in (("queue", queue_or_die), ("advance", advance_and_die)):
        monkeypatch.setattr(EventOutbox, method, deadly)
        assert dies(lambda: derive_events(network, DAY_2))
        monkeypatch.undo()
        assert (outbox_state(network).size, outbox_state(network).waiting) == (before, 0)

    assert derive_events(network, DAY_2).queued == 20
    assert outbox_state(network).size == made.size()


@pytest.mark.parametrize("is_taken", [False, True], ids=["before it arrived", "before it was kept"])
def test_a_delivery_that_is_killed_is_made_again_under_its_id(
    changed: MadeNetwork, tmp_path: Path, is_taken: bool
) -> None:
    """At least once: the receiver may have it, and tells by the id."""
    network = watched(changed.copy(tmp_path / "network"))
    derive_events(network, DAY_2)
    arrived = tmp_path / "arrived"

    def send(_: Webhook, event: str, __: bytes) -> WebhookReply:
        if is_taken:
            arrived.write_text(event)
        die()
        raise AssertionError

    assert dies(lambda: deliver_due(network, DAY_2, send, Receivers().mail, chance=lambda: 0.5))
    assert outbox_state(network).waiting == 20
    assert {each.attempts for each in outbox_rows(network)} == {0}

    receivers = Receivers()
    assert receivers.deliver(network, DAY_2).delivered == 20
    assert len(set(receivers.ids)) == 20
    if is_taken:
        assert arrived.read_text() in receivers.ids


def test_through_twenty_kills_everything_arrives(changed: MadeNetwork, tmp_path: Path) -> None:
    """Each event at least once, under one id; twice only where a kill came between its arrival and the record."""
    made = changed.copy(tmp_path / "network")
    network = watched(made)
    chance, kills, arrived = random.Random(20), 0, tmp_path / "arrived"
    arrived.touch()

    def work(countdown: int, at: datetime) -> None:
        left = [countdown]

        def tick() -> None:
            left[0] -= 1
            if left[0] == 0:
                die()

        def send(_: Webhook, event: str, __: bytes) -> WebhookReply:
            tick()
            with arrived.open("a") as file:
                file.write(f"{event}\n")
            tick()
            return WebhookReply(204)

        derive_events(network, at)
        tick()
        deliver_due(network, at, send, Receivers().mail, chance=lambda: 0.5)

    for turn in range(200):
        kills += dies(lambda turn=turn: work(chance.randint(1, 5), DAY_2 + timedelta(minutes=turn)))
        if not outbox_state(network).waiting and turn:
            break
    work(1_000, DAY_2 + timedelta(days=1))

    counted = Counter(arrived.read_text().split())
    decisions = [each.id for each in made.decisions() if each.decided_at == DAY_2]
    assert kills >= 20
    assert len(counted) == len(decisions) == 20
    assert sum(counted.values()) <= 20 + kills
    assert outbox_state(network).delivered == 20
