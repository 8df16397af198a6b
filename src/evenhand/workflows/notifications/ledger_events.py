"""Events of the ledger's records: decisions that changed, complaints that came in, lists that moved."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.complaint import ComplaintEvent
from evenhand.model.complaint_events import FileBody
from evenhand.model.decision import Party, Stage
from evenhand.model.listing import ListVersion
from evenhand.model.log import Leaf
from evenhand.model.notification import NetworkEvent
from evenhand.model.outcome import Outcome
from evenhand.workflows.notifications.event_records import instant_text, new_event


class _Decided(msgspec.Struct, frozen=True):
    """What an event says of a decision, and no more: facts and names stay in the ledger."""

    id: str
    party: Party
    scope: str
    outcome: Outcome
    decided_at: datetime
    effective_from: datetime
    changed: tuple[str, ...] = ()
    supersedes: str | None = None
    stages: tuple[Stage, ...] = ()


class _WithOutcome(msgspec.Struct, frozen=True):
    outcome: Outcome


_decided = msgspec.json.Decoder(_Decided).decode
_with_outcome = msgspec.json.Decoder(_WithOutcome).decode
_complaint_event = msgspec.json.Decoder(ComplaintEvent, strict=False).decode
_list_version = msgspec.json.Decoder(ListVersion).decode


def entry_event(ledger: LogReader, seq: int, leaf: Leaf, payload: bytes) -> NetworkEvent | None:
    """Return the event of one entry of the ledger, None where it makes none."""
    match leaf.kind:
        case "decision":
            return _decision_event(ledger, seq, payload)
        case "complaint":
            return _complaint_filed(ledger.origin, seq, payload)
        case "list_version":
            return _list_moved(ledger.origin, seq, leaf, payload)
        case _:
            return None


def erased_events(ledger: LogReader, about: Iterator[tuple[str, int | None, str]]) -> Iterator[str]:
    """Yield the ids of those events, given with entry and party, whose entry was erased."""
    for event, seq, _ in about:
        if seq is not None and seq < ledger.size and ledger.payload(seq) is None:
            yield event


def _decision_event(ledger: LogReader, seq: int, payload: bytes) -> NetworkEvent | None:
    """Return that a decision changed; the first of a case changes nothing where it allows."""
    decided = _decided(payload)
    if decided.supersedes is None and decided.outcome is Outcome.ALLOW:
        return None
    data = {
        "decision": decided.id,
        "party_kind": decided.party.kind,
        "party_id": decided.party.id,
        "scope": decided.scope,
        "outcome": decided.outcome.value,
        "was": _outcome_before(ledger, decided.supersedes),
        "changed": list(decided.changed),
        "effective_from": instant_text(decided.effective_from),
    }
    if decided.stages:
        data["stages"] = [f"{each.outcome} from {instant_text(each.effective_from)}" for each in decided.stages]
    return new_event(
        ledger.origin, "decision.changed", (decided.id,), decided.decided_at, data, seq=seq, party=decided.party.id
    )


def _outcome_before(ledger: LogReader, supersedes: str | None) -> str | None:
    """Return the outcome of the decision that was replaced, None where there was none or it was erased."""
    seq = None if supersedes is None else ledger.seq_of(supersedes)
    payload = None if seq is None else ledger.payload(seq)
    return None if payload is None else _with_outcome(payload).outcome.value


def _complaint_filed(origin: str, seq: int, payload: bytes) -> NetworkEvent | None:
    event = _complaint_event(payload)
    body = event.body
    if not isinstance(body, FileBody):
        return None
    data = {
        "complaint": event.complaint,
        "decision": body.decision,
        "party_kind": body.party_kind,
        "party_id": body.party_id,
        "way": body.way,
        "acknowledge_by": instant_text(body.acknowledge_by),
    }
    return new_event(origin, "complaint.filed", (event.complaint,), event.at, data, seq=seq, party=body.party_id)


def _list_moved(origin: str, seq: int, leaf: Leaf, payload: bytes) -> NetworkEvent:
    version = _list_version(payload)
    data = {
        "list": version.key,
        "version": version.sha256,
        "published_on": None if version.published_on is None else version.published_on.isoformat(),
        "entries": version.entries,
    }
    at = datetime.fromisoformat(leaf.at).astimezone(UTC)
    return new_event(origin, "list.moved", (version.key, version.sha256), at, data, seq=seq)
