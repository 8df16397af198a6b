"""Complaints in a made-up network, filed and moved on in a line each."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from evenhand.model.complaint import Complaint, ComplaintReason
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints, open_complaints
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.complaints.reading import show
from evenhand.workflows.complaints.reviewing import Proposal, admit, take
from evenhand.workflows.people.acting import Acting
from tests.networks import DAY_1, TOOLS, MadeNetwork

PROGRAM = "evenhand test"
FILED = DAY_1 + timedelta(hours=1)
WORDS = "We are not the company on your list."


@contextmanager
def held(made: MadeNetwork, at: datetime = FILED) -> Iterator[OpenComplaints]:
    """Hold the complaints of a network for writing."""
    with open_complaints(made.network, at, TOOLS) as opened:
        yield opened


def complain(
    made: MadeNetwork, party: str = "namesake", *, at: datetime = FILED, words: str = WORDS,
    reasons: tuple[ComplaintReason, ...] = ("not_the_entity",),
) -> Complaint:  # fmt: skip
    """File a complaint of a party about its decision, and return it acknowledged."""
    decision = made.last(party).id
    with held(made, at) as opened:
        about = decision_named(opened.ledger, decision)
        return file_complaint(opened, about, StatedComplaint(words=words, reasons=reasons), PROGRAM).complaint


def to_review(made: MadeNetwork, complaint: Complaint, *, reviewer: str = "rita", at: datetime = FILED) -> Complaint:
    """Admit a complaint and give it to a reviewer without a conflict of interest, who reads it."""
    with held(made, at) as opened:
        admitted = admit(opened, complaint, Acting("dora"))
        return show(opened, take(opened, admitted, Acting(reviewer, conflict=False)), Acting(reviewer))


def reversal(*reasons: str) -> Proposal:
    """Return an answer that reverses because of the rule, with words for each reason: no fact has to change."""
    answers = dict.fromkeys(reasons or ("not_the_entity",), "You are another company.")
    return Proposal("reversed", ("rule_does_not_fit",), "You are right.", answers, {})


def upholding(*reasons: str) -> Proposal:
    """Return an answer that upholds, with words for each reason."""
    answers = dict.fromkeys(reasons or ("not_the_entity",), "The register says the same.")
    return Proposal("upheld", ("facts_confirmed",), "We looked again.", answers, {})
