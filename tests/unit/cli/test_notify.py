"""`evenhand notify` against a receiver on this machine, and what `doctor` says of it."""

import base64
import email
import email.policy
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.cli.common import instant
from evenhand.store.network import read_network
from evenhand.workflows.notifications import derive_events, verify_webhook
from tests.commands import DAY_1, DAY_2, Answer, append, evenhand, replace
from tests.mail_server import taking_mail
from tests.publisher import Publisher, publishing, status

KEY = bytes(range(32))
NOON = "2026-03-02T12:30:00Z"
ALL = '["decision.changed", "list.moved", "list.stale", "register.stale", "clock.near", "delivery.failed"]'


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setenv("CRM_SECRET", f"whsec_{base64.b64encode(KEY).decode()}")
    with publishing() as publisher:
        publisher.at("/hook", status(204))
        yield publisher


@pytest.fixture
def notified(network: Path, receiver: Publisher) -> Path:
    """A network that has run, with a webhook that wants most events, of which events are made from now on."""
    append(
        "evenhand.toml",
        f'\n[[webhook]]\nkey = "crm"\nurl = "{receiver.address}/hook"\nevents = {ALL}\n'
        'secret_env = "CRM_SECRET"\nallow_private = true\n',
    )(network)
    answer = evenhand("notify", network, "--at", NOON)
    assert (answer.status, answer.lines) == (
        0,
        [f"Events begin here: those of the ledger with the entry after {_size(answer)}.",
         "Queued: 0; delivered: 0; waiting: 0; failed: 0"],
    )  # fmt: skip
    return network


def _size(answer: Answer) -> str:
    return answer.lines[0].rpartition(" ")[2].rstrip(".")


def refuse_a_bakery(network: Path) -> None:
    replace("data/advertisers.csv", "Plum Bakery,plum.example", "Quandar Holding,quandar-two.example")(network)
    assert evenhand("run", network, "--at", DAY_2).status == 0


def test_a_run_that_changes_a_decision_is_told_once(notified: Path, receiver: Publisher) -> None:
    """The receiver verifies what came; the next call has nothing to say."""
    refuse_a_bakery(notified)

    answer = evenhand("notify", notified, "--at", DAY_2)

    assert (answer.status, answer.out) == (0, "Queued: 1; delivered: 1; waiting: 0; failed: 0\n")
    ((path, headers),) = receiver.asked
    event = verify_webhook([KEY], headers, receiver.bodies[0], time.time())
    assert path == "/hook"
    assert b'"was":"allow"' in receiver.bodies[0]
    assert evenhand("notify", notified, "--at", DAY_2).out == "Queued: 0; delivered: 0; waiting: 0; failed: 0\n"
    assert evenhand("notify", notified, "--list").lines == [
        f"delivered {event}  decision.changed to webhook:crm, 1 attempt: status 204",
        "1 delivered, 0 withdrawn; waiting: 0; failed: 0",
    ]


def test_a_receiver_that_fails_first_gets_it_later(notified: Path, receiver: Publisher) -> None:
    """500 twice, then 204: three requests, one id, and no failure to answer for."""
    refuse_a_bakery(notified)
    receiver.at("/hook", status(500), status(500), status(204))

    first = evenhand("notify", notified, "--at", DAY_2)
    evenhand("notify", notified, "--at", "2026-03-03T12:05:00Z")
    last = evenhand("notify", notified, "--at", "2026-03-03T12:30:00Z", "--json")

    assert (first.status, first.lines[0]) == (0, "warning: webhook:crm: status 500")
    assert first.lines[1].startswith("Queued: 1; delivered: 0; waiting: 1, next at 2026-03-03T12:00:")
    assert (last.status, last.json["sent"]["delivered"], last.json["state"]["waiting"]) == (0, 1, 0)
    assert len({headers["webhook-id"] for _, headers in receiver.asked}) == 1
    assert len(receiver.asked) == 3


def test_what_was_given_up_is_shown_until_it_is_sent_once_more(notified: Path, receiver: Publisher) -> None:
    """By status 1, by `doctor`, and by the next step."""
    refuse_a_bakery(notified)
    receiver.at("/hook", status(410))

    answer = evenhand("notify", notified, "--at", DAY_2)

    assert answer.status == 1
    assert answer.lines[-1] == (
        f"Next: evenhand notify {notified} --list, mend the receiver, then evenhand notify {notified} --replay failed"
    )
    found = [
        each for each in evenhand("doctor", notified, "--json").json["findings"] if each["area"] == "notifications"
    ]
    assert [each["what"] for each in found] == ["deliveries of events were given up: 1, to webhook:crm"]
    listed = evenhand("notify", notified, "--list", "--json")
    assert (listed.status, [each["state"] for each in listed.json["deliveries"]]) == (1, ["failed"])

    receiver.at("/hook", status(204))
    again = evenhand("notify", notified, "--replay", "failed", "--at", DAY_2)
    assert (again.status, again.lines) == (
        0, ["Sent once more: 1 delivery", "Queued: 0; delivered: 1; waiting: 0; failed: 0"],
    )  # fmt: skip
    by_id = evenhand("notify", notified, "--replay", listed.json["deliveries"][0]["event"], "--at", DAY_2)
    assert by_id.lines[-1] == "Queued: 0; delivered: 1; waiting: 0; failed: 0"
    unknown = evenhand("notify", notified, "--replay", "evt_0")
    assert (unknown.status, unknown.err.partition(";")[0]) == (
        2, "evenhand: nothing to send once more of event `evt_0`",
    )  # fmt: skip


def test_mail_goes_out_beside_webhooks(notified: Path) -> None:
    """One mail with all that happened."""
    with taking_mail() as server:
        append(
            "evenhand.toml",
            f'\n[mail]\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\nsender = "evenhand@ads.example"\n'
            '[[mail_to]]\naddress = "desk@ads.example"\nevents = ["decision.changed", "register.stale"]\n',
        )(notified)
        refuse_a_bakery(notified)
        answer = evenhand("notify", notified, "--at", "2026-03-05T12:00:00Z")

    assert answer.lines == ["Queued: 4; delivered: 4; waiting: 0; failed: 0"]
    ((_, recipients, mail),) = server.mails
    assert recipients == ["desk@ads.example"]
    read = email.message_from_bytes(mail, policy=email.policy.default)
    assert read["Subject"] == "Evenhand, network: 1 decision changed, 1 register is old"
    assert "(advertiser): hold; before: allow." in read.get_content()


def test_a_missing_secret_stops_before_anything_is_done(notified: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is queued or sent half, and `doctor` says the same."""
    refuse_a_bakery(notified)
    monkeypatch.delenv("CRM_SECRET")

    answer = evenhand("notify", notified, "--at", DAY_2)

    says = "CRM_SECRET: the variable of a secret is not set; set it, or change evenhand.toml"
    assert (answer.status, answer.out, answer.err) == (2, "", f"evenhand: {says}\n")
    assert says in [each["what"] for each in evenhand("doctor", notified, "--json").json["findings"]]


def test_a_network_that_nobody_looks_at_is_a_finding(notified: Path) -> None:
    """Events that wait for a day mean that no process sends them."""
    refuse_a_bakery(notified)
    replace("evenhand.toml", "/hook", "/none")(notified)
    derive_events(read_network(notified), instant(DAY_2))

    found = evenhand("doctor", notified, "--at", "2026-03-04T12:00:01Z", "--json").json["findings"]
    assert "events wait since 2026-03-03T12:00:00Z and nobody sent them" in [each["what"] for each in found]


def test_a_network_without_receivers_says_so(network: Path) -> None:
    """And leaves no file behind."""
    answer = evenhand("notify", network, "--at", DAY_1)

    assert (answer.status, answer.lines[0]) == (
        0, "Nobody is notified: evenhand.toml has no [[webhook]] and no [[mail_to]].",
    )  # fmt: skip
    assert not (network / "notifications").exists()


def test_a_register_that_cannot_be_read_is_said_and_ends_with_one(notified: Path) -> None:
    """What could not be looked at may be what nobody hears of."""
    (notified / "out" / "register.evh").write_bytes(b"damaged")

    answer = evenhand("notify", notified, "--at", DAY_2)

    assert answer.status == 1
    assert answer.lines[0].startswith("warning: register.stale: ")


def test_a_network_before_its_first_run_says_what_to_do(notified: Path) -> None:
    """There is no ledger to read."""
    shutil.rmtree(notified / "ledger")

    answer = evenhand("notify", notified)

    assert answer.status == 2
    assert "run `evenhand run` first" in answer.err
