"""The `staff` leaves of a ledger: who could sign at which place of it."""

from datetime import datetime

from msgspec import structs

from evenhand.ledger import Ledger, LogReader
from evenhand.model.errors import NotPermitted
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.model.staff import NO_STAFF
from evenhand.store.network import Network
from evenhand.workflows.people.sessions import session_key
from evenhand.workflows.people.staff_rules import network_staff

# Leaves are numbered; so many in a row can have been erased, and the next is still found.
_GAP = 16


def record_staff(ledger: Ledger, network: Network, at: datetime, *, is_run: bool = False) -> None:
    """Append and publish the leaf that is due before the next record of a person; the caller holds the lock.

    Raises:
        NotPermitted: a person's act, not a run's (`is_run`), is dated before the last record.
    """
    if not is_run and network_staff(network) is not None:
        _check_time(ledger, at)
    leaves = staff_leaf(ledger, network)
    if leaves:
        ledger.append(leaves, at)
        ledger.publish(at)


def _check_time(ledger: LogReader, at: datetime) -> None:
    """Refuse an act dated before the minute of the last record: who left could sign by a day on which they had not."""
    last = max((datetime.fromisoformat(leaf.at) for _, leaf, _ in ledger.entries(start=max(ledger.size - 1, 0))),
               default=at)  # fmt: skip
    if at < last.replace(second=0, microsecond=0):
        raise NotPermitted("dated before the last record of the ledger", rule="time", person=f"{at:%Y-%m-%dT%H:%M:%SZ}",
                           needed=f"{last:%Y-%m-%dT%H:%M:%SZ} or later")  # fmt: skip


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
