"""Decisions by page: all in the order of the ledger, or those in force now, of one outcome or about one party."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.decision import Decision, Party
from evenhand.model.errors import NotFound
from evenhand.model.outcome import Outcome
from evenhand.web.api.operations import CURSOR, LIMIT, Call, Operation, Parameter, cursor_of
from evenhand.workflows.evaluation.history import History, decision_of, fold
from evenhand.workflows.evaluation.run_state import read_history
from evenhand.workflows.operations.ledgers import read_ledger

_MOST: Final = 500
_OUTCOME: Final = Parameter(
    "outcome", {"type": "string", "enum": [each.value for each in Outcome]},
    "Those of one outcome; with `in_force` the one that holds now, which is milder than the decision's own before that"
    " takes effect.",
)  # fmt: skip
_PARTY: Final = Parameter("party", {"type": "string", "maxLength": 200}, "Those about one party, by its id.")
_IN_FORCE: Final = Parameter(
    "in_force", {"type": "string", "enum": ["true"]},
    "Only those that are in force now: of each case the last that has taken effect and not ended. A case without one"
    " is allowed.",
)  # fmt: skip


class RecordedDecision(msgspec.Struct, kw_only=True):
    """A decision with its place in the ledger."""

    entry: int
    decision: Decision


class DecisionPage(msgspec.Struct, kw_only=True):
    """Decisions in the order in which they were recorded; `next` is the cursor of the page after, None at the end."""

    decisions: list[RecordedDecision]
    next: str | None


class _About(msgspec.Struct):
    """What of a decision is filtered by: the rest of its payload is not decoded for it."""

    party: Party
    outcome: Outcome


_about = msgspec.json.Decoder(_About).decode


def decisions(call: Call) -> DecisionPage:
    """Return a page of decisions; one that was erased is left out."""
    start, limit = cursor_of(call), call.number("limit", 50, _MOST)
    found: list[RecordedDecision] = []
    with read_ledger(call.network.ledger) as ledger:
        chosen = _in_force(call, ledger, start) if "in_force" in call.query else _recorded(call, ledger, start)
        for seq, payload in chosen:
            if len(found) == limit:
                return DecisionPage(decisions=found, next=str(seq))
            found.append(RecordedDecision(entry=seq, decision=decision_of(payload)))
    return DecisionPage(decisions=found, next=None)


def decision(call: Call) -> RecordedDecision:
    """Return one decision."""
    with read_ledger(call.network.ledger) as ledger:
        seq = ledger.seq_of(call.path["id"])
        payload = None if seq is None else ledger.payload(seq)
        if seq is None or payload is None:
            raise NotFound("no decision of this id", got=call.path["id"], expected="an id such as d-…")
        return RecordedDecision(entry=seq, decision=decision_of(payload))


def _recorded(call: Call, ledger: LogReader, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the decisions from an entry on that were asked for, with their entries."""
    is_filtered = bool({"outcome", "party"} & call.query.keys())
    for seq, _, payload in ledger.entries("decision", start):
        if payload is not None and (not is_filtered or _is_asked_for(call, payload)):
            yield seq, payload


def _in_force(call: Call, ledger: LogReader, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the same of those in force now."""
    stamp = ledger.size, ledger.root(ledger.size)
    state = call.network.state
    history: History = call.console.kept(
        "decisions", stamp, lambda: fold(ledger, read_history(state, ledger.checkpoint, ledger.root))
    )
    for standing in sorted(history.all_in_force(call.now), key=lambda each: each.seq):
        if standing.seq >= start and _is_wanted(call, standing.party_id, standing.outcome):
            payload = ledger.payload(standing.seq)
            if payload is not None:
                yield standing.seq, payload


def _is_asked_for(call: Call, payload: bytes) -> bool:
    about = _about(payload)
    return _is_wanted(call, about.party.id, about.outcome)


def _is_wanted(call: Call, party: str, outcome: Outcome) -> bool:
    return call.query.get("outcome", outcome) == outcome and call.query.get("party", party) == party


_ID: Final[dict[str, Any]] = {"id": "Its id."}
OPERATIONS: Final = (
    Operation("GET", "/decisions", "read", "Decisions in the order of the ledger", DecisionPage, decisions,
              parameters=(LIMIT, CURSOR, _OUTCOME, _PARTY, _IN_FORCE)),
    Operation("GET", "/decisions/{id}", "read", "One decision", RecordedDecision, decision, path_about=_ID),
)  # fmt: skip
