"""The ledger of a network held for writing by one act of people; what it appended is published at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from evenhand.ledger import Ledger
from evenhand.store.network import Network
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.staff_leaf import record_staff
from evenhand.workflows.run.tools import Tools


@contextmanager
def held_ledger(
    network: Network, at: datetime, tools: Tools, by: Literal["person", "anybody"] = "person"
) -> Iterator[Ledger]:
    """Hold the ledger, with the staff recorded as it is now, and publish a checkpoint if anything was appended.

    Raises:
        LedgerBusy: another process holds the lock.
        HistoryConflict: what is on disk is not the history that was signed.
    """
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        size = ledger.size
        record_staff(ledger, network, at, by)
        yield ledger
        if ledger.size > size:
            ledger.publish(at)
