"""Whether a decision still holds, and since when not: it ended, another replaced it, or the restriction was lifted."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from evenhand.ledger import LogReader
from evenhand.model.decision import Decision
from evenhand.model.outcome import Outcome
from evenhand.model.party import PartyKind
from evenhand.workflows.evaluation.history import History, decision_of, fold
from evenhand.workflows.evaluation.run_state import read_party_history


class DecisionEnd(NamedTuple):
    """Since when a decision does not hold any more, and by which later one, ``""`` where its own time ran out.

    `how`: `lifted` where a later one of its case restricts nothing, `replaced` where all that came later restrict.
    """

    how: Literal["lifted", "replaced", "ended"]
    at: datetime
    decision: str = ""


def decision_end(ledger: LogReader, history: History, decision: Decision, at: datetime) -> DecisionEnd | None:
    """Return how a decision ended by `at`, None while it holds; `history` has at least the cases of its party."""
    later = [each for each in _later(ledger, history, decision) if _begins(each) <= at]
    lifting = next((each for each in later if each.outcome is Outcome.ALLOW), None)
    found = []
    if later:
        ending = lifting or later[0]
        found.append(DecisionEnd("replaced" if lifting is None else "lifted", _begins(ending), ending.id))
    if decision.until is not None and decision.until <= at:
        found.append(DecisionEnd("ended", decision.until))
    return min(found, key=lambda each: each.at, default=None)


def end_of_one(ledger: LogReader, state: Path, decision: Decision, at: datetime) -> DecisionEnd | None:
    """Return the same of one decision, from what `state/` has of its party; where it has none, everything is folded."""
    return decision_end(ledger, history_of_one(ledger, state, decision.party.kind, decision.party.id), decision, at)


def history_of_one(ledger: LogReader, state: Path, kind: PartyKind, party_id: str) -> History:
    """Return a history with at least the cases of one party, up to the last entry."""
    return fold(ledger, read_party_history(state, ledger.checkpoint, ledger.root, (kind, party_id)))


def _later(ledger: LogReader, history: History, decision: Decision) -> Iterator[Decision]:
    """Return the decisions of a case after one of them, the first one first, as far as they were not erased."""
    newest = history.newest(decision.case)
    found, key = [], None if newest is None else newest.id
    while key is not None and key != decision.id:
        seq = ledger.seq_of(key)
        payload = None if seq is None else ledger.payload(seq)
        if payload is None:
            break
        found.append(decision_of(payload))
        key = found[-1].supersedes
    return reversed(found)


def _begins(decision: Decision) -> datetime:
    """Return when a decision takes the place of the one before it: with its first stage."""
    return decision.stages[0].effective_from if decision.stages else decision.effective_from
