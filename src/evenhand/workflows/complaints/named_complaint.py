"""A message that names a complaint of ours: an answer to it while it is open, else a note for a person."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evenhand.appeals.transitions import allowed_events
from evenhand.model.complaint import Attachment, Complaint
from evenhand.model.complaint_events import AnswerBody
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints
from evenhand.workflows.complaints.filing import MOST_CHARACTERS, StatedComplaint, check_words

_COMPLAINT = re.compile(r"(?<![0-9A-Za-z-])c-[0-9a-f]{20}(?![0-9A-Za-z-])", re.IGNORECASE)


@dataclass(frozen=True)
class NamedComplaints:
    """The known complaints that a message names; `open` is the one that it answers, None where it answers none."""

    known: tuple[Complaint, ...] = ()
    open: Complaint | None = None

    @property
    def decisions(self) -> frozenset[str]:
        """Return the decisions that these complaints are about, and those that came of them."""
        return frozenset(each for one in self.known for each in (one.decision, one.new_decision) if each)

    @property
    def note(self) -> str:
        """Return what a person is told of a message that answers none of them."""
        stated = ", ".join(f"{each.id} ({each.state})" for each in self.known)
        return f"[This message names {stated} and is no answer that could be recorded there.]"


def complaints_in_texts(held: OpenComplaints, texts: Iterable[str]) -> NamedComplaints:
    """Return the complaints that the first of these texts names which names any that is known."""
    for text in texts:
        ids = dict.fromkeys(found.lower() for found in _COMPLAINT.findall(text))
        known = tuple(held.complaints.by_id[each] for each in ids if each in held.complaints.by_id)
        if known:
            takes = [each for each in known if "answer" in allowed_events(each.state)]
            return NamedComplaints(known, takes[0] if len(takes) == 1 and takes[0].events[-1].at <= held.at else None)
    return NamedComplaints()


def record_answer(held: OpenComplaints, complaint: Complaint, stated: StatedComplaint) -> bool:
    """Record a message as the answer to a complaint; return False where it is recorded already.

    An answer ends the waiting for the complainant.

    Raises:
        BadInput: there is nothing in it.
    """
    words = stated.words
    if complaint.contact and stated.contact and stated.contact.casefold() != complaint.contact.casefold():
        words = f"[From {stated.contact}, another address than the complaint's.]\n{words}"[:MOST_CHARACTERS]
    check_words(words, stated.attachments)
    body = AnswerBody(words=words, attachments=stated.attachments)
    if any(each.body == body or _is_of(each.body, stated.attachments) for each in complaint.events):
        return False
    held.add(complaint.id, body, by=stated.filed_by or "unknown")
    return True


def _is_of(body: object, attachments: tuple[Attachment, ...]) -> bool:
    """Return whether an event is an answer by the message that these are of; the first is the whole message."""
    return isinstance(body, AnswerBody) and bool(attachments) and attachments[0] in body.attachments[:1]
