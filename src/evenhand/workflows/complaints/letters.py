"""The letters about complaints in `out/complaints`: made from the records, and written again where they are missing.

The event that a letter goes with has the SHA-256 of its text. So a process that was killed between event and file is
mended by the next call, and a file that is there can be compared with the ledger.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from evenhand.appeals import fold
from evenhand.appeals.complaint_numbers import BY_PROGRAM
from evenhand.ledger import LogReader
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import (
    AcknowledgeBody,
    AskBody,
    ComplaintEvent,
    InterimReliefBody,
    ReliefEndedBody,
    TellBody,
    WithdrawBody,
)
from evenhand.model.errors import FieldError, RecordIncomplete
from evenhand.reasons.complaint_letter import (
    ComplaintLetter,
    ComplaintLetterKind,
    LetterSetting,
    SameMistake,
    complaint_letter,
    same_mistake_letter,
)
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import new_event
from evenhand.workflows.complaints.complained_decision import decision_with_letter

_WITH_EVENT = frozenset({"question", "relief", "relief_ended", "withdrawn"})
"""Letters that tell the event that they go with, and not what stood before it."""


def letters_folder(network: Network) -> Path:
    """Return the folder of the letters about complaints."""
    return network.out / "complaints"


def letter_about(
    network: Network, ledger: LogReader, complaint: Complaint, kind: ComplaintLetterKind
) -> ComplaintLetter:
    """Return a letter about a complaint as it stands.

    Raises:
        RecordIncomplete: as `complaint_letter`.
    """
    about = decision_with_letter(ledger, complaint.decision) if complaint.decision else None
    statement = None if about is None else about.statement
    settings = network.settings
    setting = LetterSetting(
        settings=settings.reasons,
        zone=settings.network.zone,
        statement=statement,
        decide_days=settings.complaints.decide_days,
        answer_days=settings.complaints.answer_days,
    )
    filed_by = complaint.filed_by or complaint.contact
    if statement is not None and (complaint.way in BY_PROGRAM or complaint.filed_by in ("", complaint.party_id)):
        filed_by = statement.advertiser.name
    return complaint_letter(kind, replace(complaint, filed_by=filed_by), setting)


def question_letter(network: Network, ledger: LogReader, complaint: Complaint, body: AskBody) -> ComplaintLetter:
    """Return the letter of a question that is about to be recorded. Raises as `letter_about`."""
    question_event = new_event(complaint.id, body, by="", at=complaint.events[-1].at)
    return letter_about(network, ledger, replace(complaint, events=(*complaint.events, question_event)), "question")


def relief_letter_hash(
    network: Network, ledger: LogReader, complaint: Complaint, body: InterimReliefBody | ReliefEndedBody, at: datetime
) -> str:
    """Return the SHA-256 of the letter that tells a relief, or its end, which is about to be recorded.

    ``""`` where none can be written: nobody waits for a relief because an address is missing in the settings.
    """
    event = new_event(complaint.id, body, by="", at=at)
    until = body.until if isinstance(body, InterimReliefBody) else None
    after = replace(complaint, events=(*complaint.events, event), relief_until=until)
    kind: ComplaintLetterKind = "relief_ended" if until is None else "relief"
    try:
        return letter_about(network, ledger, after, kind).sha256
    except RecordIncomplete:
        return ""


def withdrawal_hash(network: Network, ledger: LogReader, complaint: Complaint, body: WithdrawBody, at: datetime) -> str:
    """Return the SHA-256 of the letter that confirms a withdrawal which is about to be recorded.

    ``""`` where none can be written, and where the network opened the complaint itself: nobody complained.
    """
    if complaint.way == "same_mistake":
        return ""
    event = new_event(complaint.id, body, by="", at=at)
    try:
        return letter_about(network, ledger, replace(complaint, events=(*complaint.events, event)), "withdrawn").sha256
    except RecordIncomplete:
        return ""


def acknowledgement_hash(network: Network, ledger: LogReader, complaint: Complaint) -> str:
    """Return the SHA-256 of the acknowledgement, ``""`` where none can be written: a complaint is never lost for it.

    Nor is one written where the network opened the complaint itself: nobody complained.
    """
    if complaint.way == "same_mistake":
        return ""
    try:
        return letter_about(network, ledger, complaint, "acknowledgement").sha256
    except RecordIncomplete:
        return ""


def answer_letter(network: Network, ledger: LogReader, complaint: Complaint) -> ComplaintLetter:
    """Return the letter that tells what was decided on a complaint, or that it is not admissible.

    Of a complaint that the network opened itself, the party learns only that its decision was changed.

    Raises:
        RecordIncomplete: as `complaint_letter`.
    """
    if complaint.way == "same_mistake" and complaint.outcome is not None:
        return _changed_letter(network, ledger, complaint)
    kind: ComplaintLetterKind = "decision" if complaint.outcome is not None else "inadmissible"
    return letter_about(network, ledger, complaint, kind)


def _changed_letter(network: Network, ledger: LogReader, complaint: Complaint) -> ComplaintLetter:
    """Return the letter to a party that did not complain and whose decision was changed."""
    about = decision_with_letter(ledger, complaint.decision)
    if about is None or about.statement is None:
        raise RecordIncomplete("cannot write the letter `same-mistake`:", where=complaint.id,
                               errors=(FieldError("statement", "required"),))  # fmt: skip
    changed = next(each.at for each in reversed(complaint.events) if each.kind == "proved")
    return same_mistake_letter(
        SameMistake(
            name=about.statement.advertiser.name,
            statement=about.statement,
            decision=complaint.new_decision,
            changed_on=changed.astimezone(network.settings.zone).date(),
            lifted=complaint.outcome == "reversed",
            language=about.language,
        )
    )


def write_letters(network: Network, ledger: LogReader, complaints: Iterable[Complaint]) -> list[str]:
    """Write each letter whose event has its hash and whose file is missing; return sentences on those that cannot be.

    A letter that would not be the same text any more, because settings or a decision's record changed, is not written:
    nothing else may stand where what was sent is looked for.
    """
    folder, problems = letters_folder(network), []
    for complaint in complaints:
        for event, kind, sha256 in _sent(complaint):
            path = folder / f"{complaint.id}.{event.seq}.{kind}.txt"
            if path.is_file():
                continue
            text = _text_of(network, ledger, complaint, event, kind)
            if text is None or text.sha256 != sha256:
                problems.append(f"letter {path.name} is missing and cannot be made again from the records")
                continue
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            write_whole(path, f"{text.subject}\n\n{text.text}".encode(), mode=0o640)
    return problems


def _sent(complaint: Complaint) -> Iterator[tuple[ComplaintEvent, ComplaintLetterKind, str]]:
    """Yield the events that a letter went with, which letter it was, and the hash of its text."""
    before_tell: ComplaintLetterKind = "inadmissible"
    for event in complaint.events:
        match event.body:
            case AcknowledgeBody(letter=sha256) if sha256:
                yield event, "acknowledgement", sha256
            case AskBody(letter=sha256) if sha256:
                yield event, "question", sha256
            case InterimReliefBody(letter=sha256) if sha256:
                yield event, "relief", sha256
            case ReliefEndedBody(letter=sha256) if sha256:
                yield event, "relief_ended", sha256
            case WithdrawBody(letter=sha256) if sha256:
                yield event, "withdrawn", sha256
            case TellBody(letter=sha256) if sha256:
                yield event, before_tell, sha256
            case _:
                before_tell = "decision" if event.kind in ("propose", "confirm") else before_tell


def _text_of(
    network: Network, ledger: LogReader, complaint: Complaint, event: ComplaintEvent, kind: ComplaintLetterKind
) -> ComplaintLetter | None:
    until = event.seq + 1 if kind in _WITH_EVENT else event.seq
    try:
        if kind == "decision":
            return answer_letter(network, ledger, fold(complaint.events[:until]))
        return letter_about(network, ledger, fold(complaint.events[:until]), kind)
    except RecordIncomplete:
        return None
