"""Whether a complaint is admissible, as far as its record shows it; a person says the rest and signs."""

from collections.abc import Iterable
from datetime import tzinfo

from evenhand.appeals.clocks import is_in_time
from evenhand.model.complaint import Complaint, RejectReason

NEW_MATTER = frozenset({"new_information"})
"""Reasons with which a matter that was decided before is a new one."""

RECORDED: frozenset[RejectReason] = frozenset({"out_of_time", "no_decision", "same_matter_decided", "empty"})
"""Reasons for a rejection that the record itself shows or contradicts; `not_a_party` is for a person to say."""


def admissibility(
    complaint: Complaint, others: Iterable[Complaint], *, zone: tzinfo, months: int
) -> RejectReason | None:
    """Return why a complaint cannot be admitted as its record stands, None if nothing is against it.

    `others` are the complaints of the network; `months` the length of the window. Where the day on which the party was
    told is unknown, the window has not begun. What the network opened itself, because a like decision was wrong, has no
    window, and is a new matter.
    """
    message = 0 if complaint.way == "form" else 1  # of a message, the first attachment is the message itself
    if not complaint.words.strip() and len(complaint.attachments) <= message:
        return "empty"
    if not complaint.decision:
        return "no_decision"
    if complaint.way == "same_mistake":
        return None
    last_day = complaint.last_day(months)
    if last_day is not None and not is_in_time(complaint.filed_at, last_day, zone):
        return "out_of_time"
    if NEW_MATTER.isdisjoint(complaint.reasons) and any(_decided_before(complaint, each) for each in others):
        return "same_matter_decided"
    return None


def _decided_before(complaint: Complaint, other: Complaint) -> bool:
    return other.id != complaint.id and other.decision == complaint.decision and other.outcome is not None
