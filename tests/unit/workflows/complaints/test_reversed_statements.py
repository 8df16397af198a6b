"""A statement whose decision was reversed before the EU database had it is not sent any more."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from evenhand.store.outbox import Outbox, State
from evenhand.workflows.delivery.outbox_delivery import unsent
from evenhand.workflows.delivery.outbox_queue import outbox_path, queue
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.commands import evenhand
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network
from tests.settlements import reversed_complaint, settled
from tests.wrong_match import JUDGED_AT

TARGET, ORIGIN = "https://database.made-up.example", "ads.made-up.example/log"


def refused_namesake(folder: Path, country: str) -> MadeNetwork:
    """Return a network in which a namesake was judged to be the listed entity, and another party is refused rightly."""
    made = empty_network(folder)
    for name, website in (("mills", ""), ("looms", "https://looms.example")):
        made.add("house-sanctions", id=f"s-{name}", schema="Company", name=f"Dravik {name.title()}", country=country,
                 topic="made-up", website=website)  # fmt: skip
        made.add("advertisers", id=name, name=f"Dravik {name.title()}", country=country.upper(),
                 domains=f"{name}.example", first_seen="2020-01-01")  # fmt: skip
    made.run(DAY_1)
    judge(made.network, StatedJudgement("mills", "s-mills", "same", "A. Analyst", "same name"), JUDGED_AT, TOOLS)
    made.run(DAY_2)
    return made


def waiting(made: MadeNetwork) -> tuple[list[str], list[str]]:
    """Return the ids of the statements that would be sent, and of those that would not since they were reversed."""
    payloads, reversed_ids = unsent(made.network, TARGET, wait_s=0)
    return [json.loads(each)["puid"] for each in payloads], reversed_ids


@pytest.mark.parametrize("is_queued", [False, True])
@pytest.mark.parametrize("country", ["qp", "de"])
def test_what_was_reversed_is_not_sent_and_a_rehearsal_says_why(tmp_path: Path, country: str, is_queued: bool) -> None:
    """Neither if it was queued before; what is right stays, and both are known again when somebody asks."""
    made = refused_namesake(tmp_path / "network", country)
    wrong, right = (f"r-{made.last(each).id.removeprefix('d-')}" for each in ("mills", "looms"))
    before, _ = waiting(made)
    if is_queued:
        with (
            open_ledger(made.network.ledger) as ledger,
            closing(Outbox(outbox_path(made.folder, TARGET), TARGET, ORIGIN, wait_s=0)) as box,
        ):
            queue(ledger, box)

    settled(made, reversed_complaint(made))

    assert {wrong, right} <= set(before)
    after, reversed_ids = waiting(made)
    assert (set(before) - set(after), reversed_ids) == ({wrong}, [wrong])
    told = evenhand("reasons", "send", made.folder, "--to", TARGET, "--dry-run")
    assert f"{wrong}: not sent: its decision was reversed on a complaint before it was sent\n" in told.out
    assert wrong not in "".join(line for line in told.out.splitlines() if line.startswith("{"))


def test_what_the_database_has_already_stays_stored(tmp_path: Path) -> None:
    """It cannot be taken back there; the outbox goes on saying that it was sent."""
    made = refused_namesake(tmp_path / "network", "qp")
    path = outbox_path(made.folder, TARGET)
    with open_ledger(made.network.ledger) as ledger, closing(Outbox(path, TARGET, ORIGIN, wait_s=0)) as box:
        queue(ledger, box)
        box.put([structs.replace(row, state=State.STORED) for row in box.of_state(State.READY)])
    settled(made, reversed_complaint(made))

    with open_ledger(made.network.ledger) as ledger, closing(Outbox(path, TARGET, ORIGIN, wait_s=0)) as box:
        queue(ledger, box)
        assert box.counts()[State.PARKED] == 0
