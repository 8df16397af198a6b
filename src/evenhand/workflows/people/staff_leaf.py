"""The `staff` leaves of a ledger: who could sign at which place of it, and whether the staff was removed since."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from msgspec import UNSET, structs

from evenhand.ledger import Ledger, LogReader
from evenhand.model.errors import NotPermitted
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.model.staff import NO_STAFF, Staff, StaffRemoval
from evenhand.store.network import Network
from evenhand.workflows.people.record_times import newest_time
from evenhand.workflows.people.sessions import session_key
from evenhand.workflows.people.staff_rules import network_staff

# Leaves are numbered; so many in a row can have been erased, and the next is still found.
_GAP = 16
_TODO = "put staff.toml back, or let two people sign: evenhand staff DIR --remove"


class RemovedStaff(NamedTuple):
    """The last staff of a network whose `staff.toml` is gone, and the index of the leaf that names them.

    `until` is when the file was first missing; `removal` is None where nobody has signed for that.
    """

    staff: Staff
    leaf: int
    until: datetime
    removal: StaffRemoval | None

    def sentence(self) -> str:
        """Return what happened, for reports."""
        return f"staff.toml is gone: the network had named staff until {self.until:%Y-%m-%d}"

    def check_signed(self) -> None:
        """Raise where nobody signed for the removal: what took a signature must not be possible without one.

        Raises:
            NotPermitted: rule `staff-removed`.
        """
        if self.removal is None:
            known = ", ".join(each.id for each in self.staff.people[:5])
            raise NotPermitted(self.sentence(), rule="staff-removed", person="no staff", needed=known, todo=_TODO)

    def warning(self) -> str:
        """Return what a person has to look at first; ``""`` where two have signed for the removal."""
        return "" if self.removal else f"{self.sentence()}; acts of people are refused: {_TODO}"


def record_staff(
    ledger: Ledger, network: Network, at: datetime, by: Literal["person", "anybody", "run"] = "person"
) -> None:
    """Append and publish the leaf that is due before the next record; the caller holds the lock.

    `by` says whose record that can be: a person's of the network, anybody's (a complainant's too), or a run's.

    Raises:
        NotPermitted: a person's act where the staff was removed and nobody signed for that, or one that is dated before
            a record that is there.
    """
    if by == "person":
        check_staff_kept(ledger, network, at)
    if by != "run" and network_staff(network) is not None:
        _check_time(ledger, at)
    leaves = staff_leaf(ledger, network)
    if leaves:
        ledger.append(leaves, at)
        ledger.publish(at)


def check_staff_kept(ledger: LogReader, network: Network, at: datetime) -> None:
    """Raise where the staff was removed and nobody signed for that.

    Raises:
        NotPermitted: rule `staff-removed`.
    """
    gone = removed_staff(ledger, network, at)
    if gone is not None:
        gone.check_signed()


def removed_staff(ledger: LogReader, network: Network, at: datetime) -> RemovedStaff | None:
    """Return the staff that the network had, None where it has a `staff.toml` or never had one.

    `at` counts as the time from which the file is missing where no leaf says so yet.
    """
    if network_staff(network) is not None:
        return None
    until, removal = at, None
    for seq, noted, staff in _newest_first(ledger):
        if staff.people:
            return RemovedStaff(staff, seq, until, removal)
        until = noted
        removal = removal or (staff.removal or None)
    return None


def staff_leaf(ledger: LogReader, network: Network) -> tuple[LogRecord, ...]:
    """Return that leaf: none while staff and rules are as recorded, or where there never was a `staff.toml`."""
    rules = network_staff(network)
    now = NO_STAFF if rules is None else structs.replace(rules.staff, session_key=session_key(network))
    places = _places(ledger)
    payload = ledger.payload(places[-1][1]) if places else canonical(NO_STAFF)
    is_known = payload is not None and structs.replace(_staff(payload), removal=UNSET) == now
    return () if is_known else (next_leaf(ledger, now),)


def next_leaf(ledger: LogReader, staff: Staff) -> LogRecord:
    """Return the next `staff` leaf."""
    places = _places(ledger)
    number = places[-1][0] + 1 if places else 0
    return LogRecord(kind="staff", payload=canonical(staff), key=f"staff:{number}")


def _check_time(ledger: LogReader, at: datetime) -> None:
    """Refuse an act dated before the minute of any record: who left could sign by a day on which they had not."""
    newest = newest_time(ledger)
    if newest is not None and at < newest:
        raise NotPermitted("dated before a record of the ledger", rule="time", person=f"{at:%Y-%m-%dT%H:%M:%SZ}",
                           needed=f"{newest:%Y-%m-%dT%H:%M:%SZ} or later")  # fmt: skip


def _newest_first(ledger: LogReader) -> Iterator[tuple[int, datetime, Staff]]:
    """Yield index, time and staff of each `staff` leaf that was not erased."""
    for _, seq in reversed(_places(ledger)):
        _, leaf, payload = next(ledger.entries(start=seq))
        if payload is not None:
            yield seq, datetime.fromisoformat(leaf.at), _staff(payload)


def _places(ledger: LogReader) -> list[tuple[int, int]]:
    """Return number and index of each `staff` leaf, oldest first."""
    found, number = list[tuple[int, int]](), 0
    while number < (found[-1][0] + 1 if found else 0) + _GAP:
        seq = ledger.seq_of(f"staff:{number}")
        if seq is not None:
            found.append((number, seq))
        number += 1
    return found


def _staff(payload: bytes) -> Staff:
    return msgspec.json.decode(payload, type=Staff)
