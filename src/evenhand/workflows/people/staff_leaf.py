"""The `staff` leaves of a ledger: who could sign at which place of it."""

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


def staff_leaf(ledger: Ledger, network: Network) -> tuple[LogRecord, ...]:
    """Return the leaf that is due before the next record of a person: none while staff and rules are as recorded.

    The caller holds the ledger's lock and appends it. A network that never had a `staff.toml` has none.
    """
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
