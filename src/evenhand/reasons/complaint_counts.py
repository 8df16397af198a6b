"""Complaints and out-of-court disputes as a transparency report counts them, from the records of complaints."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import RejectFormBody, SupersedeBody, WithdrawBody
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody
from evenhand.reasons.kinds import RESTRICTIONS
from evenhand.reasons.transparency_report import CountedComplaint, Outcome

_ENDINGS = (RejectFormBody, WithdrawBody, SupersedeBody)
_OPEN_AGAIN = ("filed", "acknowledged", "admissible", "under_review", "waiting_for_complainant", "proposed")


def counted_complaint(complaint: Complaint, kind: str, zone: ZoneInfo) -> CountedComplaint:
    """Return a complaint as the report counts it; `kind` is the restriction's, ``""`` where it names no decision.

    It is decided once the answer is told, and its hours are without pauses, as in the numbers of complaints; one that
    was not admissible, taken back or overtaken was omitted.
    """
    opened = complaint.filed_at.astimezone(zone).date()
    restriction = RESTRICTIONS[kind].attribute if kind in RESTRICTIONS else ""
    ended: datetime | None
    outcome: Outcome | None
    if complaint.outcome is not None:
        outcome, ended = complaint.outcome, complaint.told_at
    else:
        outcome, ended = "omitted", _omitted_at(complaint)
    if ended is None:
        return CountedComplaint(opened, restriction)
    hours = complaint.answer_hours
    if hours is None:
        hours = (ended - complaint.filed_at).total_seconds() / 3600
    return CountedComplaint(opened, restriction, outcome, ended.astimezone(zone).date(), hours)


def counted_disputes(complaint: Complaint) -> Iterator[CountedComplaint]:
    """Yield what out-of-court bodies had of a complaint; hours are whole days, from the day it was complete there."""
    closed = {each.body.number: each.body for each in complaint.events if isinstance(each.body, ExternalCloseBody)}
    for event in complaint.events:
        if isinstance(event.body, ExternalOpenBody):
            opened, end = event.body.complete_on, closed.get(event.body.number)
            if end is None:
                yield CountedComplaint(opened)
                continue
            outcome: Outcome = "omitted"
            if end.outcome != "withdrawn" and end.outcome != "no_answer":  # noqa: PLR1714 # so that mypy follows
                outcome = end.outcome
            hours = 24.0 * (end.closed_on - opened).days
            yield CountedComplaint(opened, "", outcome, end.closed_on, hours, end.followed)


def _omitted_at(complaint: Complaint) -> datetime | None:
    """Return when a complaint ended without a decision; None while it runs."""
    if complaint.state in _OPEN_AGAIN:
        return None
    return next((each.at for each in reversed(complaint.events) if isinstance(each.body, _ENDINGS)), None)
