"""The `staff` leaves of a ledger: who could sign at which place of it."""

from datetime import datetime

from msgspec import structs

from evenhand.ledger import Ledger, LogReader
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.model.staff import NO_STAFF
from evenhand.store.network import Network
from evenhand.workflows.people.sessions import session_key
from evenhand.workflows.people.staff_rules import network_staff

# Leaves are numbered; so many in a row can have been erased, and the next is still found.
_GAP = 16


def record_staff(ledger: Ledger, network: Network, at: datetime) -> None:
    """Append and publish the leaf that is due before the next record of a person; the caller holds the lock."""
    leaves = staff_leaf(ledger, network)
    if leaves:
        ledger.append(leaves, at)
        ledger.publish(at)


def staff_leaf(ledger: Ledger, network: Network) -> tuple[LogRecord, ...]:
    """Return that leaf: none while staff and rules are as recorded, or where there never was a `staff.toml`."""
    rules = network_staff(network)
    now = NO_STAFF if rules is None else structs.replace(rules.staff, session_key=session_key(network))
    last, number = _last(ledger)
    payload = None if last is None else ledger.payload(last)
    if canonical(now) == (canonical(NO_STAFF) if last is None else payload):
        return ()
    return (LogRecord(kind="staff", payload=canonical(now), key=f"staff:{number}"),)


def _last(ledger: LogReader) -> tuple[int | None, int]:
    """Return the place of the newest `staff` leaf, None where there is none, and the number of the next one."""
    newest, number, tried = None, 0, 0
    while tried < number + _GAP:
        seq = ledger.seq_of(f"staff:{tried}")
        tried += 1
        if seq is not None:
            newest, number = seq, tried
    return newest, number
