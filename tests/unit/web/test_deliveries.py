"""Webhooks go out while the console is served, and what is wrong with them does not end it."""

import asyncio
import base64
from pathlib import Path

import pytest

from evenhand.web import deliveries
from evenhand.web.deliveries import deliver_once, deliver_while_served
from tests.networks import DAY_1, DAY_2, MadeNetwork, full_network
from tests.publisher import publishing, status

SECRET = f"whsec_{base64.b64encode(b'made-up secret of 32 bytes here.').decode()}"


@pytest.fixture
def made(tmp_path: Path) -> MadeNetwork:
    network = full_network(tmp_path / "network")
    network.run(DAY_1)
    return network


def add_webhook(made: MadeNetwork, url: str) -> None:
    """Write a webhook into the settings as a person does."""
    path = made.folder / "evenhand.toml"
    block = f'[[webhook]]\nkey = "crm"\nurl = "{url}"\nevents = ["decision.changed"]\nsecret_env = "HOOK"\n'
    block += "allow_private = true\n"
    path.write_text(f"{path.read_text('utf-8')}\n{block}", "utf-8")


def test_a_decision_that_changed_is_sent_while_the_console_is_served(
    made: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found and sent by the same thread, signed; nobody has to run a verb."""
    monkeypatch.setenv("HOOK", SECRET)
    with publishing() as receiver:
        receiver.answers["/hook"] = [status(204)]
        add_webhook(made, f"{receiver.address}/hook")
        assert deliver_once(made.folder) == ""  # begins with the ledger as it is
        made.add("advertisers", id="held", name="Dravik Mills", domains="dravik.example")
        made.run(DAY_2)
        add_webhook(made, f"{receiver.address}/hook")  # a run of the test writes the settings anew

        assert deliver_once(made.folder) == ""
        assert any(b"decision.changed" in each for each in receiver.bodies)


def test_without_receivers_nothing_is_looked_for(made: MadeNetwork) -> None:
    """A network that notifies nobody pays nothing for it."""
    assert deliver_once(made.folder) == ""


def test_what_is_wrong_is_said_once_and_tried_again(
    made: MadeNetwork, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing secret must neither end the console nor fill its log."""
    monkeypatch.delenv("HOOK", raising=False)
    add_webhook(made, "https://hooks.example/in")

    problems: list[str] = []

    def deliver(folder: Path) -> str:
        problems.append(deliver_once(folder))
        return problems[-1]

    async def served_until_tried_again() -> None:
        task = asyncio.create_task(deliver_while_served(made.folder, 0.001))
        while len(problems) < 4:
            await asyncio.sleep(0.001)
        task.cancel()

    monkeypatch.setattr(deliveries, "deliver_once", deliver)
    asyncio.run(served_until_tried_again())

    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "HOOK" in said[0]
