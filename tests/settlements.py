"""A complaint about a wrong match, decided in a line, and settled by a third person."""

from datetime import datetime, timedelta

from evenhand.model.complaint import Complaint
from evenhand.model.complaint_codes import OutcomeReason
from evenhand.model.confirmed_fact import FactChange
from evenhand.workflows.complaints.reviewing import Proposal, confirm, propose
from evenhand.workflows.complaints.settlement import Settlement, settle
from evenhand.workflows.people.acting import Acting
from tests.complaints import PROGRAM, complain, held, to_review
from tests.networks import DAY_2, TOOLS, MadeNetwork

FILED = DAY_2 + timedelta(hours=2)
SETTLED = FILED + timedelta(minutes=10)
NOT_THE_ENTITY = FactChange(kind="judgement", list="house-sanctions", entity_id="s-mills", verdict="not-same")


def reversed_complaint(
    made: MadeNetwork, *, party: str = "mills", codes: tuple[OutcomeReason, ...] = ("wrong_entity",),
    changes: tuple[FactChange, ...] = (NOT_THE_ENTITY,), at: datetime = FILED,
) -> Complaint:  # fmt: skip
    """Return a complaint that was reviewed by rita, who would reverse the decision, and confirmed by cora."""
    complaint = to_review(made, complain(made, party, at=at), at=at)
    answers = {"not_the_entity": "You are another company."}
    with held(made, at) as opened:
        proposed = propose(
            opened, complaint, Acting("rita"), Proposal("reversed", codes, "You are right.", answers, {}, changes)
        )
        return confirm(opened, proposed, Acting("cora")) if proposed.state == "proposed" else proposed


def settled(made: MadeNetwork, complaint: Complaint, at: datetime = SETTLED, by: str = "otto") -> Settlement:
    """Settle a complaint as far as it goes."""
    return settle(made.network, complaint.id, Acting(by), at, TOOLS, program=PROGRAM)
