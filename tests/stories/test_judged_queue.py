"""From the open matches to a cleared one: the queue is written, filled in, given back, and the next run counts it."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from evenhand.workflows.operations import verify_folder
from evenhand.workflows.queries import explain
from tests.commands import evenhand
from tests.networks import DAY_1, MadeNetwork, empty_network

HOUR = timedelta(hours=1)
WHEN = f"{DAY_1 + HOUR:%Y-%m-%dT%H:%M:%SZ}"


class Countries(NamedTuple):
    """The country of our parties and that of the listed entries."""

    ours: str
    listed: str


@pytest.fixture(scope="module", params=[Countries("QM", "QP"), Countries("QP", "QM")], ids=["QM-QP", "QP-QM"])
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Namesakes of two listed companies: an advertiser that pays for itself, and a payer that pays for another."""
    ours, listed = request.param
    made = empty_network(tmp_path_factory.mktemp("held") / "network")
    for number, name in enumerate(("Dravik Mills", "Calvado Cement")):
        made.add("house-sanctions", id=f"s-{number}", schema="Company", name=name, country=listed.lower(),
                 topic="made-up", since="2016-01-01", note="=1+1")  # fmt: skip
    made.add("advertisers", id="-mills", name="Dravik Mills", country=ours)
    made.add("advertisers", id="shop", name="Lantern Lane Books", country=ours, payer_id="pay")
    made.add("payers", id="pay", name="Cement Calvado", country=ours)
    made.add("campaigns", id="c-1", advertiser_id="-mills", payer_id="-mills", status="running", budget="100",
             spent="40")  # fmt: skip
    made.add("campaigns", id="c-2", advertiser_id="shop", payer_id="pay", status="running", budget="10", spent="1")
    made.run(DAY_1)
    return made


@pytest.fixture
def network(held: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return held.copy(tmp_path / "network")


def filled(queue: Path, **answers: str) -> Path:
    """Return the queue with answers by party, saved with `;` between cells as a spreadsheet of that locale does."""
    with queue.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if answer := answers.get(row["party"].strip("'-")):
            row |= {"answer": answer, "by": "A. Reviewer", "why": "-founded elsewhere, by others"}
    path = queue.with_name("filled.csv")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_filled_queue_clears_the_match_whatever_the_countries(network: MadeNetwork, tmp_path: Path) -> None:
    """Each pair is asked once, though it holds an advertiser and its payer; what was left empty stays open."""
    before = {party: network.last(party).outcome for party in ("-mills", "shop")}
    queue = tmp_path / "queue.csv"
    written = evenhand("judge", network.folder, "--queue", queue)

    given = evenhand("judge", network.folder, "--file", filled(queue, mills="Nicht gleich"), "--at", WHEN)
    network.run(DAY_1 + timedelta(days=1))

    with queue.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["party"], row["entity"]) for row in rows] == [("'-mills", "s-0"), ("pay", "s-1")]
    assert [(row["campaigns"], row["not_spent"]) for row in rows] == [("1", "60.00 EUR"), ("1", "9.00 EUR")]
    assert all(row["remarks"] == "'=1+1" and row["list_date"] == "2026-01-02" for row in rows)
    assert rows[0]["sentence"].startswith("Same name; countries differ (")
    assert rows[1]["sentence"].startswith("Same name in another order; countries differ (")
    assert written.out.startswith("2 open matches, strongest first: ")
    assert (given.status, given.err) == (0, "")
    assert given.out.splitlines()[:2] == ["Recorded: 1 judgement (1 not-same)", "Still open, without an answer: 1"]
    assert before == {"-mills": "hold", "shop": "hold"}
    assert {party: network.last(party).outcome for party in before} == {"-mills": "allow", "shop": "hold"}
    (judged,) = explain(network.network, "-mills", DAY_1 + timedelta(days=1)).judgements
    assert (judged.effect, judged.judgement.why) == ("cleared", "-founded elsewhere, by others")
    assert verify_folder(network.folder).ok


def test_a_match_that_was_answered_is_asked_no_more(network: MadeNetwork, tmp_path: Path) -> None:
    """Before the next run already, and unless the person could not tell; given back twice, it is recorded once."""
    queue = tmp_path / "queue.csv"
    evenhand("judge", network.folder, "--queue", queue)
    answers = filled(queue, mills="not-same", pay="unsure")

    first = evenhand("judge", network.folder, "--file", answers, "--at", WHEN)
    size = network.size()
    again = evenhand("judge", network.folder, "--file", answers)
    left = evenhand("judge", network.folder, "--queue", tmp_path / "left.csv", "--json").json["open"]

    assert first.out.startswith("Recorded: 2 judgements (1 not-same, 1 unsure)\n")
    assert (again.status, network.size()) == (0, size)
    assert "Recorded before, unchanged: 2\n" in again.out
    assert [each["match"]["party"]["id"] for each in left] == ["pay"]
    assert left[0]["earlier"].startswith("unsure, A. Reviewer, 2026-03-02: -founded elsewhere")


def test_an_answer_to_a_match_that_changed_since_is_not_recorded(network: MadeNetwork, tmp_path: Path) -> None:
    """Who filled in the queue saw another party."""
    queue = tmp_path / "queue.csv"
    evenhand("judge", network.folder, "--queue", queue)
    network.row("payers", "pay")["name"] = "Calvado Cement"
    network.run(DAY_1 + HOUR)

    answer = evenhand("judge", network.folder, "--file", filled(queue, mills="not-same", pay="not-same"))
    others = evenhand("judge", network.folder, "--file", queue.with_name("filled.csv"), "--partial")

    assert (answer.status, others.status) == (2, 1)
    assert answer.err.splitlines()[0] == (
        "evenhand: filled.csv:3: the match changed, or was judged, since the file was written; write the queue again "
        "and review it"
    )
    assert "nothing was recorded: 1 row cannot be used" in answer.err
    assert others.out.startswith("Recorded: 1 judgement (1 not-same)\n")
