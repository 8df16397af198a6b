"""A complaint is filed: recorded and acknowledged under one lock, whichever way it came."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from evenhand.appeals.clocks import day_of, days_after, hours_after
from evenhand.appeals.transitions import refused
from evenhand.model.complaint import Attachment, Complaint, ComplaintReason, ComplaintState, Way
from evenhand.model.complaint_codes import EventKind
from evenhand.model.complaint_events import AcknowledgeBody, FileBody, SupersedeBody
from evenhand.model.errors import BadInput
from evenhand.model.record import canonical, sha256_hex
from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints, check_text
from evenhand.workflows.complaints.complained_decision import ComplainedDecision, decision_with_letter
from evenhand.workflows.complaints.letters import acknowledgement_hash, write_letters
from evenhand.workflows.evaluation.decision_end import DecisionEnd, end_of_one

MOST_CHARACTERS = 10_000
ID_DIGITS = 20
# Controls of C0 and C1, and of one line also what ends it (U+2028 and U+2029 are the separators of lines).
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NOT_ONE_LINE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_OVER: frozenset[ComplaintState] = frozenset({"told", "inadmissible", "withdrawn", "superseded", "closed"})


@dataclass(frozen=True)
class StatedComplaint:
    """What somebody complains of, as it came; `source` names the message so that the same one is not taken twice.

    `filed_by` is who complains as they call themselves, ``""``: the party of the decision.
    """

    words: str
    reasons: tuple[ComplaintReason, ...] = ()
    filed_by: str = ""
    contact: str = ""
    language: str = ""
    attachments: tuple[Attachment, ...] = ()
    comparators: tuple[str, ...] = ()
    informed_on: date | None = None
    arrived_at: datetime | None = None
    way: Way = "form"
    source: str = ""


@dataclass(frozen=True)
class Filed:
    """A complaint as it stands after it was filed; `is_new` is False where it was there already."""

    complaint: Complaint
    is_new: bool = True


def file_complaint(held: OpenComplaints, about: ComplainedDecision | None, stated: StatedComplaint, by: str) -> Filed:
    """Record a complaint and acknowledge it; `by` is the program. One that names no decision waits for a person.

    Raises:
        BadInput: there are no words and no attachment, too many words, control characters, or days that cannot be.
    """
    check_words(stated.words, stated.attachments)
    _check_characters(stated)
    _check_days(held, about, stated)
    body = _file_body(held.network, about, stated, held.at)
    check_text(body)
    complaint_id = complaint_id_of(body, held.at)
    known = held.complaints.by_id.get(complaint_id) or _same_said(held, body)
    complaint = known or held.add(complaint_id, body, by=body.filed_by or "unknown")
    return Filed(acknowledge(held, complaint, by), is_new=known is None)


def acknowledge(held: OpenComplaints, complaint: Complaint, by: str) -> Complaint:
    """Acknowledge a complaint that names a decision and was not acknowledged yet; return it as it is then.

    The letter is in `out/complaints`; its hash in the event. That the decision is not in force any more is recorded
    before it, so that the letter does not say that it is.
    """
    if complaint.state != "filed" or not complaint.decision:
        return complaint
    complaint = with_end_of_decision(held, complaint, by)
    until = complaint.last_day(held.network.settings.reasons.complaint_months)
    letter = acknowledgement_hash(held.network, held.ledger, complaint)
    acknowledged = held.add(complaint.id, AcknowledgeBody(complaint_until=until, letter=letter), by=by)
    write_letters(held.network, held.ledger, (acknowledged,))
    return acknowledged


def with_end_of_decision(held: OpenComplaints, complaint: Complaint, by: str) -> Complaint:
    """Record that the decision that somebody complained of is not in force any more, where it is not."""
    about = decision_with_letter(held.ledger, complaint.decision)
    if about is None or complaint.lifted_on is not None or complaint.way == "same_mistake":
        return complaint
    return record_end_of_decision(
        held, complaint, end_of_one(held.ledger, held.network.state, about.decision, held.at), by
    )


def record_end_of_decision(held: OpenComplaints, complaint: Complaint, end: DecisionEnd | None, by: str) -> Complaint:
    """Record how the decision complained of ended, None where it did not, and return the complaint.

    Somebody complained of it, and has an answer to come: was it right while it was in force? What the network opened
    itself because of the same mistake has nothing more to mend. A decision that another restriction replaced is
    reviewed as that one.
    """
    if end is None or end.how == "replaced":
        return complaint
    lifted_on = None if complaint.way == "same_mistake" else day_of(end.at, held.network.settings.zone)
    return held.add(complaint.id, SupersedeBody(by_decision=end.decision, lifted_on=lifted_on), by=by)


def _same_said(held: OpenComplaints, body: FileBody) -> Complaint | None:
    """Return a complaint that is not over of the same words, by the same, about the same decision; None without one."""
    if not body.decision or not body.words.strip():
        return None
    same = _said(body.filed_by, body.words, body.reasons)
    return next(
        (each for each in held.complaints.of_decision(body.decision)
         if each.state not in _OVER and _said(each.filed_by, each.words, each.reasons) == same
         and {file.sha256 for file in body.attachments} <= {file.sha256 for file in each.attachments}),
        None,
    )  # fmt: skip


def _said(by: str, words: str, reasons: tuple[ComplaintReason, ...]) -> tuple[str, str, frozenset[ComplaintReason]]:
    return by.casefold(), " ".join(words.split()), frozenset(reasons)


def complaint_id_of(body: FileBody, at: datetime) -> str:
    """Return the id of a complaint: of the message that it came by, or of what was filed and when."""
    content = (body.way, body.source) if body.source else (body.way, body.decision, body.filed_by, body.words, str(at))
    return f"c-{sha256_hex(canonical(content))[:ID_DIGITS]}"


def check_words(words: str, attachments: Sequence[Attachment] = ()) -> None:
    """Raise unless there is something to look at, and not more words than a record takes.

    Raises:
        BadInput: no words and no attachment, or more than 10,000 characters.
    """
    check_given(words, "the complaint is empty", attachments)


def control_character(text: str, *, lines: bool = False) -> str:
    """Return the first control character of what somebody typed, ``""`` where there is none.

    `lines`: a text of several lines, in which line ends and tabs are none.

    >>> control_character("a@b.example\\r\\nBcc: c@d.example"), control_character("two\\nlines", lines=True)
    ('U+000D', '')
    """
    found = (_CONTROL if lines else _NOT_ONE_LINE).search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def check_complained(complaint: Complaint, event: EventKind) -> None:
    """Raise where nobody complained: a review of the same mistake ends with a decision on it, not by a formality.

    Raises:
        StateRefused: the network opened the complaint itself.
    """
    if complaint.way == "same_mistake":
        what = f"`{event}` is not allowed: the network opened this review itself, and it ends with a decision on it"
        raise refused(complaint, event, what)


def check_given(words: str, missing: str, attachments: Sequence[Attachment] = ()) -> None:
    """Raise unless words (or, where they may stand alone, attachments) are given, and not more than a record takes.

    `missing` says what is not there.

    Raises:
        BadInput: no words, or more than 10,000 characters.
    """
    if not words.strip() and not attachments:
        raise BadInput(missing, where="--text", expected="words", todo="give --text FILE")
    if len(words) > MOST_CHARACTERS:
        raise BadInput(
            "the text is too long", where="--text", got=f"{len(words):,} characters",
            expected=f"{MOST_CHARACTERS:,} characters at most", todo="put the rest into a file and attach it",
        )  # fmt: skip


def _check_characters(stated: StatedComplaint) -> None:
    """Raise where what somebody typed has a control character; a mail has what its sender's program put there."""
    if stated.way != "form":
        return
    if found := control_character(stated.words, lines=True):
        raise BadInput("a control character", where="--text", got=found, expected="text without any",
                       todo="remove it")  # fmt: skip
    for option, text in (("--contact", stated.contact), ("--by", stated.filed_by)):
        if found := control_character(text):
            raise BadInput("a control character", where=option, got=found,
                           expected="one line of text without any", todo="remove it")  # fmt: skip


def _check_days(held: OpenComplaints, about: ComplainedDecision | None, stated: StatedComplaint) -> None:
    """Raise where a form says what cannot be: a complaint before its decision, or a day of being told outside both."""
    zone = held.network.settings.zone
    decided = None if about is None else about.decision.decided_at
    if decided is not None and held.at < decided and stated.way == "form":
        raise BadInput("filed before the decision that it is about", where="--at", got=f"{held.at:%Y-%m-%dT%H:%M:%SZ}",
                       expected=f"{decided:%Y-%m-%dT%H:%M:%SZ} or later")  # fmt: skip
    informed, filed = stated.informed_on, day_of(held.at, zone)
    if informed is not None and informed > filed:
        raise BadInput(
            "told after the complaint was filed", where="--informed", got=informed, expected=f"{filed} at most"
        )
    if informed is not None and decided is not None and informed < day_of(decided, zone):
        raise BadInput("told before the decision was made", where="--informed", got=informed,
                       expected=f"{day_of(decided, zone)} or later")  # fmt: skip


def _file_body(network: Network, about: ComplainedDecision | None, stated: StatedComplaint, at: datetime) -> FileBody:
    settings = network.settings.complaints
    decision = None if about is None else about.decision
    arrived = stated.arrived_at
    # A message that says that it is older than its decision, or not yet here, does not say when it arrived.
    if arrived is not None and (arrived >= at or (decision is not None and arrived < decision.decided_at)):
        arrived = None
    arrived = None if arrived is None else arrived.astimezone(UTC)
    statement = None if about is None else about.statement
    return FileBody(
        decision="" if decision is None else decision.id,
        statement="" if statement is None else statement.id,
        party_kind=None if decision is None else decision.party.kind,
        party_id="" if decision is None else decision.party.id,
        informed_on=stated.informed_on or (None if about is None else about.informed_on),
        filed_by=stated.filed_by or ("" if decision is None else decision.party.id),
        contact=stated.contact,
        language=stated.language or ("" if about is None else about.language) or network.settings.reasons.language,
        reasons=stated.reasons,
        words=stated.words,
        attachments=stated.attachments,
        comparators=stated.comparators,
        way=stated.way,
        source=stated.source,
        arrived_at=arrived,
        acknowledge_by=hours_after(arrived or at, settings.acknowledge_hours),
        admit_by=days_after(arrived or at, settings.admit_days, network.settings.zone),
    )
