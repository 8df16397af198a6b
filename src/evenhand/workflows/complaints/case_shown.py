"""What a reviewer sees of a case, in the order in which it is to be seen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from evenhand.ledger import LogReader
from evenhand.model.complaint import Attachment, Complaint
from evenhand.model.complaint_events import AnswerBody, AskBody
from evenhand.model.decision import Decision
from evenhand.model.finding_sentences import finding_sentence
from evenhand.store.network import Network
from evenhand.workflows.complaints.attachments import attachment_problem, attachments_folder
from evenhand.workflows.complaints.complained_decision import decision_with_letter
from evenhand.workflows.evaluation.judged_findings import MATCHES


@dataclass(frozen=True)
class ShownAttachment:
    """A file of a complaint: `path` is where it is kept, below the network's folder, named by its SHA-256.

    `problem` is what is wrong with it, ``""`` if its bytes are those that came.
    """

    name: str
    size: int
    path: str
    problem: str


@dataclass(frozen=True)
class Said:
    """What was asked or answered later, in order: `kind` is `ask` or `answer`."""

    kind: str
    at: datetime
    words: str
    attachments: tuple[ShownAttachment, ...] = ()


@dataclass(frozen=True)
class JudgedMatch:
    """An entry of a list that a decision rests on, which its reviewer may judge; `sentence` says of whom and why."""

    list: str
    entity_id: str
    sentence: str


@dataclass(frozen=True)
class CaseShown:
    """A case for its reviewer: first `words` and what was `said` since, then `facts` and `rules`, `first_reasoning`.

    `matches` are what of the facts can be judged. `decided_by` is ``""`` unless it was asked for: who decided first is
    not to lead who looks again.
    """

    words: str
    attachments: tuple[ShownAttachment, ...]
    messages: tuple[Said, ...]
    outcome: str
    facts: tuple[str, ...]
    rules: tuple[str, ...]
    first_reasoning: str
    decided_by: str
    matches: tuple[JudgedMatch, ...] = ()


def case_shown(network: Network, ledger: LogReader, complaint: Complaint, *, decider_shown: bool = False) -> CaseShown:
    """Return what a reviewer sees of a complaint; each attachment is checked against its hash."""
    about = decision_with_letter(ledger, complaint.decision) if complaint.decision else None
    files, messages = _shown(network, complaint.attachments), tuple(_said(network, complaint))
    if about is None:
        return CaseShown(complaint.words, files, messages, "", (), (), "", "")
    decision, statement = about.decision, about.statement
    people = tuple(filter(None, (decision.decided_by.id, decision.approved_by)))
    return CaseShown(
        words=complaint.words,
        attachments=files,
        messages=messages,
        outcome=str(decision.outcome),
        facts=tuple(finding_sentence(each, decision.party.id) for each in decision.findings),
        rules=decision.reasons,
        first_reasoning="" if statement is None else f"{statement.ground.reference}: {statement.ground.explanation}",
        decided_by=", ".join(people) if decider_shown else "",
        matches=_matches(decision),
    )


def _matches(decision: Decision) -> tuple[JudgedMatch, ...]:
    """Return each entry that a match of the decision names, once; of several findings the first is shown."""
    found: dict[tuple[str, str], JudgedMatch] = {}
    for each in decision.findings:
        if each.kind in MATCHES:
            sentence = finding_sentence(each, decision.party.id)
            found.setdefault((each.list, each.entity_id), JudgedMatch(each.list, each.entity_id, sentence))
    return tuple(found.values())


def _said(network: Network, complaint: Complaint) -> Iterator[Said]:
    for event in complaint.events:
        if isinstance(event.body, AskBody):
            yield Said("ask", event.at, event.body.question)
        elif isinstance(event.body, AnswerBody):
            yield Said("answer", event.at, event.body.words, _shown(network, event.body.attachments))


def _shown(network: Network, attachments: Iterable[Attachment]) -> tuple[ShownAttachment, ...]:
    folder = attachments_folder(network).relative_to(network.folder)
    return tuple(
        ShownAttachment(each.name, each.size, (folder / each.sha256).as_posix(), attachment_problem(network, each))
        for each in attachments
    )
