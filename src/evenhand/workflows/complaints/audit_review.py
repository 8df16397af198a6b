"""A finding of an audit is handed to the complaints desk: an audit itself decides nothing and opens nothing."""

from datetime import datetime

from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import open_complaints
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import Filed, StatedComplaint, file_complaint
from evenhand.workflows.people.acting import Acting, checked_person
from evenhand.workflows.run import Tools


def ask_review(
    network: Network, seq: int, words: str, acting: Acting, at: datetime, tools: Tools, *, program: str
) -> Filed:
    """File a complaint of unequal treatment about the decision at a leaf, in the name of who looked at the finding.

    As `evenhand complain DIR LEAF --reason unequal_treatment --by PERSON` does it.

    Raises:
        NotFound: there is no decision at this leaf, or it was erased.
        BadInput: there are no words, or too many.
    """
    person = checked_person(acting).person
    stated = StatedComplaint(words=words, reasons=("unequal_treatment",), filed_by=person)
    with open_complaints(network, at, tools) as held:
        return file_complaint(held, decision_named(held.ledger, str(seq)), stated, program)
