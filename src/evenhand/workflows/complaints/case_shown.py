"""What a reviewer sees of a case, in the order in which it is to be seen."""

from dataclasses import dataclass

from evenhand.ledger import LogReader
from evenhand.model.complaint import Complaint
from evenhand.model.finding_sentences import finding_sentence
from evenhand.store.network import Network
from evenhand.workflows.complaints.attachments import attachment_problem
from evenhand.workflows.complaints.complained_decision import decision_with_letter


@dataclass(frozen=True)
class ShownAttachment:
    """A file of a complaint; `problem` is what is wrong with it, ``""`` if its bytes are those that came."""

    name: str
    size: int
    problem: str


@dataclass(frozen=True)
class CaseShown:
    """A case for its reviewer: first `words`, then `facts` and `rules`, then `first_reasoning`.

    `decided_by` is ``""`` unless it was asked for: who decided first is not to lead who looks again.
    """

    words: str
    attachments: tuple[ShownAttachment, ...]
    outcome: str
    facts: tuple[str, ...]
    rules: tuple[str, ...]
    first_reasoning: str
    decided_by: str


def case_shown(network: Network, ledger: LogReader, complaint: Complaint, *, decider_shown: bool = False) -> CaseShown:
    """Return what a reviewer sees of a complaint; each attachment is checked against its hash."""
    about = decision_with_letter(ledger, complaint.decision) if complaint.decision else None
    files = tuple(
        ShownAttachment(each.name, each.size, attachment_problem(network, each)) for each in complaint.attachments
    )
    if about is None:
        return CaseShown(complaint.words, files, "", (), (), "", "")
    decision, statement = about.decision, about.statement
    people = tuple(filter(None, (decision.decided_by.id, decision.approved_by)))
    return CaseShown(
        words=complaint.words,
        attachments=files,
        outcome=str(decision.outcome),
        facts=tuple(finding_sentence(each, decision.party.id) for each in decision.findings),
        rules=decision.reasons,
        first_reasoning="" if statement is None else f"{statement.ground.reference}: {statement.ground.explanation}",
        decided_by=", ".join(people) if decider_shown else "",
    )
