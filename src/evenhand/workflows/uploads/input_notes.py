"""A note in the ledger of what a person did with an input: a list or table that lost something, a table replaced."""

from datetime import datetime
from typing import NamedTuple

from evenhand.ledger import Ledger
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.model.task import TaskEvent, task_id
from evenhand.store.network import Network
from evenhand.workflows.people.acting import Acting, sign_record
from evenhand.workflows.people.staff_rules import network_staff


class InputNote(NamedTuple):
    """What was done with a list (`of` = "list") or table (`table`), by its key, and in which words of the person."""

    of: str
    key: str
    done: str
    words: str


def record_note(ledger: Ledger, network: Network, note: InputNote, acting: Acting, at: datetime) -> None:
    """Append a note, signed where somebody is logged in; it stands with the list's own task, where there is one.

    The caller holds the lock, and has asked the staff's rules.
    """
    task = task_id(note.of, note.key)
    number = 0
    while ledger.seq_of(f"task:{task}:{number}") is not None:
        number += 1
    event = TaskEvent(
        task=task, number=number, kind="note", by=acting.person, at=at, task_kind="list", question=note.done,
        words=note.words,
    )  # fmt: skip
    if acting.sign is not None:
        event = sign_record(event, acting, network_staff(network), at)
    ledger.append([LogRecord(kind="task", payload=canonical(event), key=f"task:{task}:{number}")], at)
