"""On which law decisions of a list rest, as their statements of reasons say it."""

from collections.abc import Iterable

from evenhand.ledger import LogReader
from evenhand.model.decision_list import DecisionListed
from evenhand.model.outcome import Outcome
from evenhand.workflows.delivery.statements import statement_of

OWN_TERMS = "the network's terms"


def laws_of(ledger: LogReader, rows: Iterable[DecisionListed]) -> dict[str, str]:
    """Return by decision the law that it rests on, or that it rests on the network's terms; an allow has no ground."""
    return {each.decision: law for each in rows if each.outcome is not Outcome.ALLOW and (law := _law(ledger, each))}


def _law(ledger: LogReader, row: DecisionListed) -> str:
    # INVARIANT: a decision other than allow and its statement are appended in one transaction, in this order.
    payload = ledger.payload(row.seq + 1) if row.seq + 1 < ledger.size else None
    if payload is None:
        return ""
    ground = statement_of(payload).ground
    return ground.reference if ground.type == "law" else OWN_TERMS
