"""The numbers of a network's complaints: which arrived in a period, and what each is counted by."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from evenhand.appeals.complaint_numbers import ComplaintNumbers, complaint_numbers
from evenhand.ledger import LogReader
from evenhand.model.complaint import Complaint
from evenhand.model.decision import Decision
from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import read_complaints
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.staff_rules import network_staff

_MICROS = 1_000_000
_SIZES = (1_000, 10_000, 100_000)


def network_numbers(network: Network, first: date | None, last: date | None, *, internal: bool) -> ComplaintNumbers:
    """Return the numbers of the complaints that arrived from `first` to `last`, days of the network's zone; None: all.

    Counted by the rule and the automation of the decision complained of, the party's country and size as they were
    then, and the language of the complaint. `internal` adds the reviewers.

    Raises:
        StorageFailed, HistoryConflict, BadInput: as `read_ledger`.
    """
    with read_ledger(network.ledger) as ledger:
        known = read_complaints(ledger)
        chosen = [each for each in known.by_id.values() if _is_of(each, network, first, last)]
        attributes = {each.id: _attributes(ledger, network, each) for each in chosen}
    return complaint_numbers(
        chosen,
        attributes,
        persons_verified=network_staff(network) is not None,
        internal=internal,
        erased=known.erased,
    )


def _is_of(complaint: Complaint, network: Network, first: date | None, last: date | None) -> bool:
    day = complaint.filed_at.astimezone(network.settings.zone).date()
    return (first is None or first <= day) and (last is None or day <= last)


def _attributes(ledger: LogReader, network: Network, complaint: Complaint) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {"language": (complaint.language,)}
    seq = ledger.seq_of(complaint.decision) if complaint.decision else None
    payload = None if seq is None else ledger.payload(seq)
    if payload is None:
        return found
    decision = decision_of(payload)
    party = _party_facts(decision)
    found["rule"] = decision.reasons
    found["country"] = (str(party.get("country") or "unknown"),)
    found["size"] = (size_of(party.get("spend_micros"), network.settings.network.currency),)
    found["automation"] = _automation(ledger, complaint.decision)
    return found


def _automation(ledger: LogReader, decision: str) -> tuple[str, ...]:
    """Return how far programs made the decision, as its statement says: full, partial or none."""
    seq = ledger.seq_of(reason_id(decision))
    payload = None if seq is None else ledger.payload(seq)
    return () if payload is None else (statement_of(payload).automation.decision,)


def _party_facts(decision: Decision) -> dict[str, Any]:
    """Return what was on record of the party when it was decided."""
    principal, entities = decision.facts.get("principal"), decision.facts.get("entities")
    found: Iterable[Any] = entities if isinstance(entities, list) else ()
    for entity in found:
        if isinstance(entity, dict) and entity.get("uid") == principal and isinstance(entity.get("attrs"), dict):
            attrs: dict[str, Any] = entity["attrs"]
            return attrs
    return {}


def size_of(spend_micros: object, currency: str) -> str:
    """Return the band of what an advertiser spends, from its facts.

    >>> size_of(2_760_250_000, "EUR"), size_of(None, "EUR")
    ('1,000 to 9,999 EUR', 'unknown')
    """
    if not isinstance(spend_micros, int):
        return "unknown"
    spend = spend_micros // _MICROS
    if spend < _SIZES[0]:
        return f"below {_SIZES[0]:,} {currency}"
    for low, high in pairwise(_SIZES):
        if spend < high:
            return f"{low:,} to {high - 1:,} {currency}"
    return f"{_SIZES[-1]:,} {currency} or more"
