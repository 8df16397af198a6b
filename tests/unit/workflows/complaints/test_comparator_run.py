"""A complaint of unequal treatment has its comparators attached, once, without names in its events."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evenhand.appeals.answers import answer_problems
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_codes import ComplaintReason
from evenhand.model.complaint_events import EyesChecked, FileBody, ProposeBody
from evenhand.model.errors import BadInput, NotFound, StateRefused
from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import (
    append_event,
    complaints_of,
    new_event,
    open_complaints,
    read_complaints,
)
from evenhand.workflows.complaints.comparator_run import attach_comparators, attached_finding, lacks_comparators
from evenhand.workflows.complaints.reviewing import Proposal, propose
from evenhand.workflows.delivery.party_names import party_names
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from tests.networks import DAY_2, TOOLS, MadeNetwork, quiet

_NAMED = ("namesake", "Nobody at All")


@pytest.fixture
def network(begun: MadeNetwork, tmp_path: Path) -> Network:
    return begun.copy(tmp_path / "network").network


def _file(network: Network, *reasons: ComplaintReason, at: datetime = DAY_2) -> Complaint:
    """Return a complaint of `frozen`, who is refused, as filing appends it."""
    with open_ledger(network.ledger) as ledger:
        decisions = (decision_of(payload or b"") for _, _, payload in ledger.entries("decision"))
        decision = next(each for each in decisions if each.party.id == "frozen")
        body = FileBody(
            decision=decision.id, party_kind="advertiser", party_id="frozen", filed_by="Harbour Lane Parts",
            reasons=reasons, words="Others are served.", comparators=_NAMED, acknowledge_by=at + timedelta(days=1),
        )  # fmt: skip
        return append_event(ledger, read_complaints(ledger), new_event("c-1", body, by="Harbour Lane Parts", at=at))


def test_the_result_is_an_event_with_numbers_and_the_hash_of_the_finding(network: Network) -> None:
    """No name of another party goes into the complaint's records: an erasure would have to follow it there."""
    filed = _file(network, "unequal_treatment")

    finding = attach_comparators(network, filed, DAY_2, TOOLS)

    known = complaints_of(network).get("c-1")
    assert known.comparators == tuple(str(each.number) for each in finding.comparators) != ()
    assert known.milder == ()
    assert [each.parties[0].id for each in finding.comparators if each.named] == ["namesake"]
    assert finding.not_found == ("Nobody at All",)
    assert (lacks_comparators(filed), lacks_comparators(known)) == (True, False)
    with read_ledger(network.ledger) as ledger:
        (last,) = list(ledger.entries("complaint"))[-1:]
        assert b"namesake" not in (last[2] or b"")


def test_comparators_are_attached_once(network: Network) -> None:
    """Two at the same time, or a second call a day later, leave one event, and both are given the same."""
    filed = _file(network, "unequal_treatment")

    first = attach_comparators(network, filed, DAY_2, TOOLS)
    again = attach_comparators(network, filed, DAY_2 + timedelta(days=1), TOOLS)

    assert again == first
    assert [each.kind for each in complaints_of(network).get("c-1").events] == ["file", "comparators"]


def test_a_finding_that_is_gone_is_made_again_from_the_ledger(network: Network) -> None:
    """`state/` may be deleted; one that was changed is not believed."""
    first = attach_comparators(network, _file(network, "unequal_treatment"), DAY_2, TOOLS)
    (kept,) = (network.state / "complaints").iterdir()
    known = complaints_of(network).get("c-1")

    kept.write_bytes(kept.read_bytes().replace(b"namesake", b"somebody"))
    after_change = attached_finding(network, known, quiet)
    kept.unlink()

    assert (after_change, attached_finding(network, known, quiet)) == (first, first)
    assert kept.is_file()


def test_a_proposal_leaves_no_comparator_unanswered(network: Network) -> None:
    """Each is answered by its number."""
    attach_comparators(network, _file(network, "unequal_treatment"), DAY_2, TOOLS)
    known = complaints_of(network).get("c-1")
    proposal = ProposeBody(
        outcome="upheld", codes=("rule_fits",), text="We looked.", answers={"unequal_treatment": "Alike."},
        comparator_answers=dict.fromkeys((known.comparators or ())[1:], "treated alike"),
        needs_confirmation=False, checked=EyesChecked(staff_rules="not_verified"),
    )  # fmt: skip

    assert list(answer_problems(known, proposal)) == ["the like case `1` is not answered"]


def test_other_complaints_need_no_comparators(network: Network) -> None:
    """And what is not attached cannot be shown."""
    filed = _file(network, "facts_wrong")

    assert not lacks_comparators(filed)
    with pytest.raises(NotFound, match="no comparators"):
        attached_finding(network, filed, quiet)


@pytest.mark.parametrize("field", ["text", "answers", "comparator_answers"])
@pytest.mark.parametrize("name", ["namesake", "{name}"])
def test_an_answer_that_names_a_party_of_a_like_case_is_refused(network: Network, field: str, name: str) -> None:
    """The letter goes to the complainant, who is shown numbers; the refusal says which words stand for others."""
    attach_comparators(network, _file(network, "unequal_treatment"), DAY_2, TOOLS)
    said = name.format(name=party_names(network)["advertiser", "namesake"][0]).upper()
    made: dict[str, Any] = {
        "text": "We looked.", "answers": {"unequal_treatment": "Alike."},
        "comparator_answers": dict.fromkeys(complaints_of(network).get("c-1").comparators or (), "It was verified."),
    }  # fmt: skip
    words = f"Yes, {said} is treated\notherwise."
    made[field] = words if field == "text" else dict.fromkeys(made[field], words)

    with open_complaints(network, DAY_2, TOOLS) as opened:
        known = opened.complaints.get("c-1")
        with pytest.raises(BadInput, match="names parties of like cases") as caught:
            propose(opened, known, Acting("rita"), Proposal("upheld", ("rule_fits",), **made))
        made[field] = made[field] if field != "text" else "Harbour Lane Parts is listed."
        made |= {} if field == "text" else {field: dict.fromkeys(made[field], "It was verified.")}
        with pytest.raises(StateRefused):
            propose(opened, known, Acting("rita"), Proposal("upheld", ("rule_fits",), **made))
    assert said.casefold() in str(caught.value).casefold()
