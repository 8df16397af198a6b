"""The complaints that wait for the network's staff, as tasks; one that names no decision is among them."""

from collections.abc import Iterable, Iterator

from evenhand.appeals.clocks import network_deadlines
from evenhand.model.complaint import Complaint, ComplaintState
from evenhand.model.decision import Party
from evenhand.model.task import Task, task_id

_TO_DO: dict[ComplaintState, str] = {
    "filed": "Acknowledge",
    "acknowledged": "Admit or reject",
    "admissible": "Assign a reviewer to",
    "under_review": "Review",
    "proposed": "Confirm or object to the proposal on",
    "decided": "Carry out the decision on",
    "propagating": "See that every place follows the decision on",
    "proved": "Tell the complainant the outcome of",
}
"""What staff does next about a complaint, by its state; the other states wait for nobody here."""


def complaint_tasks(complaints: Iterable[Complaint]) -> Iterator[Task]:
    """Yield a task for each complaint that waits for staff."""
    for each in complaints:
        to_do = _TO_DO.get(each.state)
        if to_do is not None:
            yield _task(each, to_do if each.decision else "Find the decision that is meant by")


def _task(complaint: Complaint, to_do: str) -> Task:
    who = f"{complaint.party_kind} {complaint.party_id}" if complaint.party_id else complaint.filed_by or "unknown"
    about = f"about decision {complaint.decision}" if complaint.decision else "which names no decision"
    lifted = "" if complaint.lifted_on is None else f", lifted on {complaint.lifted_on}: was it right until then?"
    party_kind = complaint.party_kind or "advertiser"
    return Task(
        id=task_id("complaint", complaint.id),
        kind="complaint",
        concerned=(Party(kind=party_kind, id=complaint.party_id),) if complaint.party_id else (),
        title=f"{who}: {to_do.lower()} the complaint",
        question=f"{to_do} complaint {complaint.id} of {who}, {about}{lifted}",
        opened=complaint.filed_at,
        due=min((each.due_at for each in network_deadlines(complaint)), default=None),
        strength=1.0,
        about={"complaint": complaint.id, "state": complaint.state, "decision": complaint.decision},
        mark=f"{complaint.id[:12]}-{complaint.next_seq}",
    )
