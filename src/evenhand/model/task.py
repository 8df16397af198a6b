"""A question for a person, and what people did about it."""

from datetime import datetime
from typing import Literal

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Party
from evenhand.model.record import Record
from evenhand.model.staff import Signed

TaskKind = Literal["match", "hold", "release", "complaint", "finding", "claim", "list", "drift", "statement"]
TaskState = Literal["open", "claimed", "snoozed", "second", "answered"]


class TaskEvent(Record, frozen=True, kw_only=True):
    """One thing that a person did with a task: the payload of a `task` leaf; `number` counts within the task from 0.

    `claim` holds it until `until`; `unclaim` gives it back; `assign` names whose it is in `assignee`; `note` has words;
    `snooze` hides it until `until`; `answer` says what is the case; `confirm` is the second person's yes to an answer
    and `object` the no. `answer` is the word of the answer, `codes` its reasons, `changes` what it says of facts,
    `mark` what the answer rests on (an answer to another question is refused).
    """

    v: Literal[1] = 1
    task: str
    number: int
    kind: Literal["claim", "unclaim", "assign", "note", "snooze", "answer", "confirm", "object"]
    by: str
    at: datetime
    until: datetime | None = None
    assignee: str = ""
    words: str = ""
    answer: str = ""
    codes: tuple[str, ...] = ()
    changes: tuple[FactChange, ...] = ()
    mark: str = ""
    signed: Signed | None = None
    second: Signed | None = None


class Task(Record, frozen=True, kw_only=True):
    """A question for a person, once, whoever is concerned by it.

    `question` is one sentence. `law`: a restriction by law hangs on it. `campaigns` have not ended and
    `not_spent_micros` are left of their budgets. `strength` is how much speaks for it, from 0 to 1. `about` names what
    a kind needs to find its object again (list and entity, case and decision, complaint, rulebook hash …). `mark`
    changes with what the answer rests on. In state `second` an answer waits for another person.
    """

    id: str
    kind: TaskKind
    concerned: tuple[Party, ...]
    question: str
    opened: datetime
    due: datetime | None = None
    law: bool = False
    campaigns: int = 0
    not_spent_micros: int = 0
    strength: float = 0.0
    about: dict[str, str] = {}
    mark: str = ""
    state: TaskState = "open"
    assignee: str = ""
    claimed_until: datetime | None = None
    snoozed_until: datetime | None = None
    history: tuple[TaskEvent, ...] = ()
