"""Who reads a complaint's case: recorded with the order of its parts, and required before an answer is proposed."""

from evenhand.model.complaint import Complaint
from evenhand.model.complaint_codes import CasePart
from evenhand.model.complaint_events import ShowBody
from evenhand.model.errors import StateRefused
from evenhand.model.staff import StaffAction
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints
from evenhand.workflows.complaints.staff_cases import checked_act
from evenhand.workflows.people.acting import Acting

SHOWN_ORDER: tuple[CasePart, ...] = ("words", "facts", "first_reasoning")
"""What a reviewer sees in which order: the complaint's words, facts and rule, the first reasoning (`appeals.md` §3)."""
_BEFORE_ADMISSION = frozenset({"filed", "acknowledged", "inadmissible"})


def show(held: OpenComplaints, complaint: Complaint, acting: Acting, *, decider_shown: bool = False) -> Complaint:
    """Record in which order a person was shown the case, and whether with the first decider's name.

    Before it is admitted, those who may admit it read it; where no decision is named, there are only words.
    """
    action: StaffAction = "admit" if complaint.state in _BEFORE_ADMISSION else "review"
    act = checked_act(held, complaint, acting, action, proposing=True)
    body = ShowBody(order=SHOWN_ORDER if complaint.decision else ("words",), decider_shown=decider_shown)
    return held.add(complaint.id, body, by=acting.person, sign=act.sign)


def check_read(complaint: Complaint, person: str) -> None:
    """Raise where the whole case was not shown to a person who wants to propose an answer.

    Raises:
        StateRefused: no event says that it was. Where nothing may be proposed, the event itself is refused.
    """
    if complaint.state != "under_review" or person != complaint.reviewer:
        return
    read = (each.by for each in complaint.events if isinstance(each.body, ShowBody) and each.body.order == SHOWN_ORDER)
    if person not in read:
        raise StateRefused("read the case first: --show", where=complaint.id, state=complaint.state, event="propose")
