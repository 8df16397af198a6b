"""Deliveries: at least once, again after a failure, given up in the end, and one receiver holds up no other."""

import fcntl
from pathlib import Path

import pytest

from evenhand.model.errors import NotFound
from evenhand.model.notification import DeliveryState, MailRecipient, NetworkEvent, Webhook
from evenhand.store.event_outbox import EventOutbox
from evenhand.store.network import Network
from evenhand.workflows.notifications import outbox_rows, outbox_state, replay
from evenhand.workflows.notifications.event_delivery import (
    LEAST_WAIT_S,
    MOST_ATTEMPTS,
    MOST_IN_A_MAIL,
    MOST_S,
    MOST_WAIT_S,
    WebhookReply,
)
from evenhand.workflows.notifications.event_records import new_event, receivers_of
from evenhand.workflows.notifications.outbox_place import lock_path, open_outbox
from tests.networks import DAY_1, empty_network
from tests.notifications import CRM, DESK, Receivers, desk, notified, webhook

ORIGIN = "ads.made-up.example/log"
NOW = int(DAY_1.timestamp())
HOUR, DAY = 3600, 86_400


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Network:
    made = empty_network(tmp_path_factory.mktemp("plain") / "network")
    made.write()
    return made.network


@pytest.fixture
def network(plain: Network, tmp_path: Path) -> Network:
    """A network without a ledger that anybody reads here, whose one webhook wants everything."""
    return notified(Network(tmp_path, plain.settings), webhook())


def with_receivers(network: Network, *receivers: Webhook | MailRecipient) -> Network:
    return notified(network, *receivers)


def queue(network: Network, *names: str) -> list[str]:
    """Queue a changed decision for each name, for those who want it, and return the ids of the events."""
    outbox = open_outbox(network.folder, ORIGIN)
    events = [_event(name) for name in names]
    for event in events:
        outbox.queue(event, receivers_of(network.settings, event.kind), NOW)
    outbox.close()
    return [each.id for each in events]


def _event(name: str) -> NetworkEvent:
    data = {"decision": f"d-{name}", "party_kind": "advertiser", "party_id": f"p-{name}", "scope": "advertiser",
            "outcome": "hold", "was": None, "changed": ["outcome"],
            "effective_from": "2026-03-02T12:00:00Z"}  # fmt: skip
    return new_event(ORIGIN, "decision.changed", (name,), DAY_1, data)


def states(network: Network) -> dict[str, str]:
    return {each.event: each.state.value for each in outbox_rows(network)}


def opened(network: Network) -> EventOutbox:
    return open_outbox(network.folder, ORIGIN)


def test_what_is_taken_is_sent_once(network: Network) -> None:
    """In the order in which it happened, with its id and its words."""
    ids, receivers = queue(network, "1", "2"), Receivers()

    first, second = receivers.deliver(network, DAY_1), receivers.deliver(network, DAY_1, DAY)

    assert (first.delivered, first.problems, second.delivered) == (2, (), 0)
    assert receivers.ids == ids
    assert receivers.got[0][2]["data"]["decision"] == "d-1"
    assert set(states(network).values()) == {"delivered"}


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_two_hundred_is_a_yes(network: Network, status: int) -> None:
    """As the specification has it."""
    queue(network, "1")

    assert Receivers([status]).deliver(network, DAY_1).delivered == 1


@pytest.mark.parametrize("answer", [199, 301, 302, 400, 401, 404, 408, 429, 500, 502, 503, "silent for 15 s"])
def test_anything_else_is_tried_again(network: Network, answer: int | str) -> None:
    """A redirect too: it is not followed, the address in the settings has to be corrected."""
    (event,) = queue(network, "1")
    receivers = Receivers([answer, 200])

    failed = receivers.deliver(network, DAY_1)

    (row,) = outbox_rows(network)
    what = answer if isinstance(answer, str) else f"status {answer}"
    assert failed.problems == (f"{CRM}: {what}",)
    assert (row.state, row.attempts, row.answer) == (DeliveryState.WAITING, 1, what)
    assert receivers.deliver(network, DAY_1, 1).delivered == 0
    assert receivers.deliver(network, DAY_1, LEAST_WAIT_S + 2).delivered == 1
    assert receivers.ids == [event, event]


def test_waits_double_up_to_eight_hours_and_chance_takes_up_to_half(network: Network) -> None:
    """Many senders that fail at one moment do not come back at one moment."""
    queue(network, "1")
    waits = []
    at = 0.0
    for _ in range(MOST_ATTEMPTS - 1):
        Receivers([500]).deliver(network, DAY_1, at, chance=0.999999)
        (row,) = outbox_rows(network)
        waits.append(row.next_at - NOW - at - 1)  # what was sent comes a second after what was not
        at = row.next_at - NOW

    assert waits[:4] == [30, 60, 120, 240]
    assert waits == sorted(waits)
    assert waits[-1] == MOST_WAIT_S
    assert sum(waits) < MOST_S

    queue(network, "2")
    Receivers([400]).deliver(network, DAY_1, at, chance=0.0)
    assert (
        min(each.next_at for each in outbox_rows(network) if each.next_at > NOW + at) == NOW + at + LEAST_WAIT_S / 2 + 1
    )


def test_after_sixteen_attempts_it_is_given_up_and_shown(network: Network) -> None:
    """And not tried again until somebody says so."""
    (event,) = queue(network, "1")
    receivers, at = Receivers([500]), 0.0
    while states(network)[event] == "waiting":
        receivers.deliver(network, DAY_1, at, chance=0.0)
        at += 9 * HOUR if len(receivers.got) > 10 else HOUR / 2

    assert len(receivers.got) == MOST_ATTEMPTS == 16
    assert outbox_state(network).failed == 1
    receivers.deliver(network, DAY_1, 30 * DAY)
    assert len(receivers.got) == MOST_ATTEMPTS


def test_after_three_days_it_is_given_up_however_few_attempts_there_were(network: Network) -> None:
    """A process that runs once a day would else go on for weeks; the days count from the first attempt."""
    (event,) = queue(network, "1")
    receivers = Receivers(["no route"])
    for day in (40, 41, 42):
        receivers.deliver(network, DAY_1, day * DAY)
        assert states(network)[event] == "waiting"
    receivers.deliver(network, DAY_1, 43 * DAY)

    (row,) = outbox_rows(network)
    assert (row.state, row.attempts, row.answer) == (DeliveryState.FAILED, 4, "no route")


def test_a_receiver_says_how_long_it_wants_to_be_left_alone(network: Network) -> None:
    """A day at most: a mistake of the receiver must not silence it for a year."""
    queue(network, "1")
    Receivers([(429, 900.0)]).deliver(network, DAY_1)
    assert outbox_rows(network)[0].next_at == NOW + 901

    Receivers([(503, 1e9)]).deliver(network, DAY_1, 901)
    assert outbox_rows(network)[0].next_at == NOW + 901 + DAY + 1


def test_a_receiver_that_is_gone_gets_nothing_more(network: Network) -> None:
    """Status 410: all that is due to it is given up after one request."""
    queue(network, "1", "2", "3")
    receivers = Receivers([410])

    receivers.deliver(network, DAY_1)

    assert len(receivers.got) == 1
    assert outbox_state(network).failed == 3


def test_a_receiver_that_is_down_gets_one_request_a_call(network: Network) -> None:
    """A thousand events do not wait for a thousand timeouts; the attempt counts for each of them."""
    ids = queue(network, *map(str, range(250)))
    receivers = Receivers(["silent for 15 s"])

    receivers.deliver(network, DAY_1)
    assert len(receivers.got) == 1
    assert {each.attempts for each in outbox_rows(network)} == {1}
    receivers.deliver(network, DAY_1, 100)
    assert len(receivers.got) == 2
    assert {each.attempts for each in outbox_rows(network)} == {2}

    receivers.answers = [204]
    sent = [receivers.deliver(network, DAY_1, 1000) for _ in range(3)]
    assert [(each.delivered, each.more) for each in sent] == [(200, True), (50, False), (0, False)]
    assert set(receivers.ids[2:]) == set(ids)


class Picky(Receivers):
    """Answers 204, but to what it cannot take, or at an address that is down."""

    poison, answer, down = "", 0, ""

    def send(self, to: Webhook, event: str, body: bytes) -> WebhookReply:
        """Take an event, or not."""
        self.answers = ["no route"] if to.key == self.down else [self.answer if event == self.poison else 204]
        return super().send(to, event, body)


@pytest.mark.parametrize("answer", [422, 500])
def test_an_event_that_its_receiver_cannot_take_holds_up_no_other(network: Network, answer: int) -> None:
    """Whether it is refused or makes the receiver fail each time."""
    poison, *others = queue(network, *map(str, range(5)))
    receivers = Picky()
    receivers.poison, receivers.answer = poison, answer

    for hour in range(4):
        receivers.deliver(network, DAY_1, hour * HOUR)

    assert [states(network)[event] for event in others] == ["delivered"] * 4
    assert states(network)[poison] == "waiting"


def test_one_receiver_holds_up_no_other(network: Network) -> None:
    """Each has its own attempts."""
    network = with_receivers(network, webhook("down"), webhook("up"))
    queue(network, "1", "2")

    receivers = Picky()
    receivers.down = "down"
    receivers.deliver(network, DAY_1)

    assert [key for key, _, _ in receivers.got] == ["down", "up", "up"]


def test_other_receivers_hear_of_a_delivery_that_was_given_up(network: Network) -> None:
    """Not the one that failed, and not of the failure to tell it: nobody tells another for ever."""
    network = with_receivers(network, webhook("crm"), webhook("watch", ["delivery.failed"]), desk(["delivery.failed"]))
    (event,) = queue(network, "1")
    receivers = Receivers([410])
    receivers.deliver(network, DAY_1)
    receivers.deliver(network, DAY_1, 1)

    told = [(key, body["data"]) for key, _, body in receivers.got if body["type"] == "delivery.failed"]
    assert [(key, each["event"], each["target"], each["answer"]) for key, each in told] == [
        ("watch", event, CRM, "status 410")
    ]
    assert len(receivers.mails) == 1
    assert f"Event {event} (decision.changed) did not reach webhook:crm in 1 attempts" in receivers.mails[0].text
    assert [each.kind for each in outbox_rows(network)].count("delivery.failed") == 2


def test_a_mail_has_all_that_is_due_to_its_address(network: Network) -> None:
    """A run that changes two hundred decisions sends three mails, not two hundred."""
    network = with_receivers(network, desk())
    queue(network, *map(str, range(150)))
    receivers = Receivers()

    delivered = receivers.deliver(network, DAY_1)

    assert delivered.delivered == 150
    assert [each.subject for each in receivers.mails] == [
        "Evenhand, Made-up: 100 decisions changed", "Evenhand, Made-up: 50 decisions changed",
    ]  # fmt: skip
    first = receivers.mails[0]
    assert (first.to, first.sender) == ("desk@ads.example", "evenhand@ads.example")
    assert first.text.startswith(
        "Decision d-0 about advertiser p-0 (advertiser): hold; before: none. Effective from 2026-03-02T12:00:00Z.\n"
        "  /decisions/d-0\n"
    )
    assert first.text.count("/decisions/") == MOST_IN_A_MAIL
    assert len({each.message_id for each in receivers.mails}) == 2


def test_a_mail_that_the_server_did_not_take_comes_again_with_its_number(network: Network) -> None:
    """So that a reader's program can tell that it has it."""
    network = with_receivers(network, desk())
    queue(network, "1", "2")
    receivers = Receivers(["the mail server answers 451", 0])

    assert receivers.deliver(network, DAY_1).problems == (f"{DESK}: the mail server answers 451",)
    assert receivers.deliver(network, DAY_1, HOUR).delivered == 2
    first, second = receivers.mails
    assert first.message_id == second.message_id


def test_a_hostile_id_makes_no_line_of_a_mail_and_no_other_path(network: Network) -> None:
    """Ids come from the tables of advertisers, who write them."""
    network = with_receivers(network, desk())
    outbox = opened(network)
    hostile = "x\r\nBcc: all@ads.example\n\n../../admin?a=1#\u202e"
    data = {"complaint": hostile, "decision": "", "acknowledge_by": "2026-03-02T12:00:00Z"}
    outbox.queue(new_event(ORIGIN, "complaint.filed", (hostile,), DAY_1, data), [DESK], NOW)
    outbox.close()
    receivers = Receivers()

    receivers.deliver(network, DAY_1)

    text = receivers.mails[0].text
    assert "\n  /complaints/x%0D%0ABcc%3A%20all%40ads.example%0A%0A..%2F..%2Fadmin%3Fa%3D1%23%E2%80%AE\n" in text
    assert [line for line in text.splitlines() if line.startswith("Bcc")] == []
    assert "\u202e" not in text


def test_an_event_can_be_sent_once_more_under_its_id(network: Network) -> None:
    """Whether it arrived or failed; a receiver that has it can tell."""
    ids, receivers = queue(network, "1", "2"), Receivers([204, 410])
    receivers.deliver(network, DAY_1)
    assert set(states(network).values()) == {"delivered", "failed"}

    receivers.answers = [204]
    assert replay(network, ids[0]) == 1
    assert replay(network, "failed") == 1
    receivers.deliver(network, DAY_1, 9 * DAY)

    assert sorted(receivers.ids) == sorted(ids * 2)
    assert replay(network, "failed") == 0
    with pytest.raises(NotFound, match=r"nothing to send once more of event `evt_none`"):
        replay(network, "evt_none")


def test_a_receiver_that_left_the_settings_is_sent_nothing_more(network: Network) -> None:
    """What waited for it, or failed, is withdrawn: nobody has to answer for it."""
    queue(network, "1")

    delivered = Receivers().deliver(with_receivers(network, webhook("other")), DAY_1)

    assert delivered.delivered == 0
    (row,) = outbox_rows(network)
    assert (row.state, row.answer) == (DeliveryState.WITHDRAWN, "the receiver is not in evenhand.toml any more")


def test_two_processes_do_not_send_the_same(network: Network) -> None:
    """The console and a verb may both deliver; the second one says so and sends nothing."""
    queue(network, "1")
    receivers = Receivers()

    with lock_path(network.folder).open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert receivers.deliver(network, DAY_1).busy
    assert receivers.got == []
    assert receivers.deliver(network, DAY_1).delivered == 1


def test_a_clock_that_was_put_back_keeps_nothing_waiting(network: Network) -> None:
    """What was put off while the clock was a year ahead goes out."""
    queue(network, "1")
    Receivers([500]).deliver(network, DAY_1, 365 * DAY)

    assert Receivers().deliver(network, DAY_1).delivered == 1


def test_a_network_without_outbox_has_nothing_to_deliver(plain: Network) -> None:
    """And makes no file."""
    assert Receivers().deliver(plain, DAY_1).delivered == 0
    assert not lock_path(plain.folder).exists()
