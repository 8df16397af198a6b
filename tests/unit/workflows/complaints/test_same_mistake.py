"""What one complaint shows to be wrong is looked at again for everybody in the same position, one by one."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import SameMistakeBody
from evenhand.model.errors import StateRefused
from evenhand.model.outcome import Outcome
from evenhand.workflows.complaint_records.complaint_store import complaints_of
from evenhand.workflows.complaints.reading import show
from evenhand.workflows.complaints.relief import withdraw
from evenhand.workflows.complaints.reviewing import Proposal, admit, propose, reject, take
from evenhand.workflows.people.acting import Acting
from tests.complaints import held
from tests.networks import DAY_2, MadeNetwork, empty_network
from tests.settlements import NOT_THE_ENTITY, SETTLED, reversed_complaint, settled

ALIKE = 40


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Forty advertisers refused by the same rules; one that the first of them owns is refused by another.

    The fortieth and three that are on hold have the name of one entry: those by likeness, it by its own website too.
    """
    made = empty_network(tmp_path_factory.mktemp("alike") / "network")
    listed = {"schema": "Company", "country": "qp", "topic": "made-up"}
    for number in range(ALIKE - 1):
        site = f"works-{number}.example"
        made.add(
            "house-sanctions", id=f"s-{number}", name=f"Quandar Works {number}", website=f"https://{site}", **listed
        )
        made.add("advertisers", id=f"works-{number}", name=f"Harbour Lane {number}", domains=site)
    made.add("house-sanctions", id="s-mills", name="Dravik Mills", website="https://dravik-mills.example", **listed)
    for party in ("mills", "bread", "flour"):
        made.add("advertisers", id=party, name="Dravik Mills", country="QP", domains=f"{party}.example")
    made.add("advertisers", id="oats", name="Dravik Mills", country="QP", domains="dravik-mills.example")
    made.add("advertisers", id="owned", name="Calvado Cement", domains="calvado.example")
    made.add("ownership", owner="works-0", owned="owned", share="80 %", kind="ownership")
    made.run(DAY_2)
    return made


@pytest.fixture
def alike(built: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return built.copy(tmp_path / "network")


def opened(made: MadeNetwork, complaint: Complaint) -> list[Complaint]:
    """Return the complaints that the network opened."""
    every = complaints_of(made.network).by_id.values()
    return [each for each in every if each.id != complaint.id and each.way == "same_mistake"]


def test_a_review_that_the_network_opened_ends_with_a_decision_alone(alike: MadeNetwork) -> None:
    """Nobody complained, so nobody withdraws it, and it is not rejected for its form: all alike are looked at."""
    complaint = reversed_complaint(alike, party="works-7", codes=("rule_does_not_fit",), changes=())
    settled(alike, complaint)
    review = opened(alike, complaint)[0]

    with held(alike, SETTLED) as complaints:
        for act in (
            lambda: withdraw(complaints, review, Acting("dora"), "They take it back."),
            lambda: reject(complaints, review, Acting("dora"), "not_a_party", "No.", "evenhand test"),
        ):
            with pytest.raises(StateRefused, match="the network opened this review itself"):
                act()
        assert admit(complaints, review, Acting("dora")).state == "admissible"


def test_forty_decisions_by_one_rule_are_forty_items_of_review_and_no_other(alike: MadeNetwork) -> None:
    """The complaint itself, and one for each of the others; nothing is reversed by that."""
    complaint = reversed_complaint(alike, party="works-7", codes=("rule_does_not_fit",), changes=())

    settlement = settled(alike, complaint)

    items = opened(alike, complaint)
    assert len(items) == ALIKE - 1
    alike_ids = {"oats", *(f"works-{number}" for number in range(ALIKE - 1))}
    assert {each.party_id for each in items} == alike_ids - {"works-7"}
    assert {(each.state, each.reasons, each.reviewer) for each in items} == {("acknowledged", ("rule_misread",), "")}
    assert {each.decision for each in items} == set(settlement.reopened)
    assert sum(each.outcome is Outcome.REFUSE for each in alike.decisions()) == ALIKE + 1
    settled(alike, complaint, SETTLED)
    assert len(opened(alike, complaint)) == ALIKE - 1


def test_who_was_matched_with_the_same_entry_in_the_same_way_is_looked_at_again(alike: MadeNetwork) -> None:
    """A match by the party's own website is no mistake of likeness."""
    assert alike.last("oats").outcome is Outcome.REFUSE
    complaint = reversed_complaint(alike, party="mills", codes=("wrong_entity",), changes=(NOT_THE_ENTITY,))

    settlement = settled(alike, complaint)

    assert settlement.complaint.state == "closed"
    assert sorted(each.party_id for each in opened(alike, complaint)) == ["bread", "flour"]
    assert [alike.last(party).outcome for party in ("mills", "bread", "flour")] == ["allow", "hold", "hold"]
    body = next(event.body for event in settlement.complaint.events if isinstance(event.body, SameMistakeBody))
    assert body.ground == "entry house-sanctions#s-mills"

    # The window of a complaint does not bind the network, and who did not complain gets a letter of its own.
    item = opened(alike, complaint)[0]
    later = SETTLED + timedelta(days=400)
    with held(alike, later) as held_open:
        taken = take(held_open, admit(held_open, item, Acting("dora")), Acting("rita", conflict=False))
        show(held_open, taken, Acting("rita"))
        proposal = Proposal("reversed", ("wrong_entity",), "Another.", {"not_the_entity": "No."}, {}, (NOT_THE_ENTITY,))
        propose(held_open, held_open.complaints.get(item.id), Acting("rita"), proposal)
    told = settled(alike, item, later)
    assert told.complaint.state == "closed"
    (letter,) = (alike.folder / "out" / "complaints").glob(f"{item.id}.*.txt")
    assert complaint.id not in letter.read_text()
    assert alike.last(item.party_id).outcome is Outcome.ALLOW


def test_what_is_about_the_party_alone_opens_nothing_else(alike: MadeNetwork) -> None:
    """A change of circumstances is nobody's mistake."""
    complaint = reversed_complaint(alike, party="mills", codes=("changed_circumstances",), changes=(NOT_THE_ENTITY,))

    assert settled(alike, complaint).reopened == ()
    assert opened(alike, complaint) == []
