"""The DISARM techniques that people set on communities, and the bundle that carries them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from evenhand.influence.stix_bundle import stix_bundle
from evenhand.ledger import LogReader
from evenhand.model.coordination import Coordination
from evenhand.model.task import TaskEvent, task_id
from evenhand.model.technique import SetTechniques, set_techniques
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledgers import read_ledger

BUNDLE = "bundle.json"
_event = msgspec.json.Decoder(TaskEvent).decode


def read_techniques(network: Network, communities: Iterable[str]) -> dict[str, SetTechniques]:
    """Return what people set on communities, by id of the community; none of those on which nobody did.

    Raises:
        HistoryConflict: what is on disk is not the history that was signed.
    """
    communities = tuple(communities)
    if not communities or not LedgerFolder.at(network.ledger).is_whole():
        return {}
    with read_ledger(network.ledger) as ledger:
        return recorded_techniques(ledger, communities)


def recorded_techniques(ledger: LogReader, communities: Iterable[str]) -> dict[str, SetTechniques]:
    """Return the same where the ledger is open already."""
    history = _history(ledger, {task_id("finding", each): each for each in communities})
    found = {community: set_techniques(events) for community, events in history.items()}
    return {community: each for community, each in found.items() if each.changed_at is not None}


def write_bundle(
    network: Network, found: Coordination, names: Mapping[str, str], at: datetime
) -> dict[str, SetTechniques]:
    """Write what was found at an instant for those who share findings, and return the techniques in it."""
    techniques = read_techniques(network, [each.id for each in found.groups])
    written = stix_bundle(found, names, network.settings.network.name, at, techniques)
    path = network.out / "influence" / BUNDLE
    if not path.exists() or path.read_bytes() != written:
        write_whole(path, written)
    return techniques


def _history(ledger: LogReader, by_task: Mapping[str, str]) -> dict[str, list[TaskEvent]]:
    history: dict[str, list[TaskEvent]] = {}
    for seq, _ in ledger.places_of(("task",)):
        payload = ledger.payload(seq)
        event = None if payload is None else _event(payload)
        if event is not None and event.task in by_task:
            history.setdefault(by_task[event.task], []).append(event)
    return history
