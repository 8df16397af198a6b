"""Decisions that were in force at an earlier instant, those that a later one has overtaken too."""

from datetime import datetime

from evenhand.ledger import LogReader
from evenhand.workflows.evaluation.history import CaseDecision, decision_of, in_stages


def in_force_earlier(ledger: LogReader, kind: str, party_id: str, at: datetime, size: int) -> list[CaseDecision]:
    """Return the decisions about a party that were in force at `at`, by the entries before `size`.

    Cost: every decision of the ledger is read once.
    """
    known: dict[str, CaseDecision] = {}
    since: dict[str, datetime] = {}
    for seq, _, payload in ledger.entries_of(("decision",), 0):
        if seq >= size:
            break
        if payload is None:  # erased
            continue
        decision = decision_of(payload)
        if (decision.party.kind, decision.party.id) == (kind, party_id):
            for each in in_stages(seq, decision, since.setdefault(decision.case, decision.decided_at)):
                if each.covers(at):
                    known[each.case] = each
    return list(known.values())
