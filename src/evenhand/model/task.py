"""A question for a person, and what people did about it."""

from datetime import datetime
from typing import Literal

from evenhand.model.confirmed_fact import ConfirmedFact, FactChange
from evenhand.model.decision import Party
from evenhand.model.judgement import Judgement
from evenhand.model.party import PartyKind
from evenhand.model.record import Record, canonical_exact, sha256_hex
from evenhand.model.staff import Signed

TaskKind = Literal[
    "match", "hold", "release", "complaint", "finding", "claim", "source", "list", "drift", "statement",
]  # fmt: skip
HoldReason = Literal[
    "not_the_entity", "is_the_entity", "ownership_shown", "control_shown", "identity_verified", "payer_named",
    "documents_missing", "rule_fits", "awaits_others",
]  # fmt: skip
TaskState = Literal["open", "claimed", "snoozed", "second", "answered"]
ID_DIGITS = 10


class TaskEvent(Record, frozen=True, kw_only=True):
    """One thing that a person did with a task: the payload of a `task` leaf; `number` counts within the task from 0.

    `claim` holds it until `until`; `unclaim` gives it back; `assign` names whose it is in `assignee`; `note` has words;
    `snooze` hides it until `until`; `answer` says what is the case; `confirm` is the second person's yes to an answer
    and `object` the no. `answer` is the word of the answer, `codes` its reasons, `changes` what it says of facts,
    `mark` what the answer rests on (an answer to another question is refused). `task_kind`, `question` and `decisions`
    are those of the task at the time. With `waits` an answer counts only when a second person has confirmed it: until
    then it holds the `judgements` and `facts` that it comes to, each signed by the first. `techniques` are
    the ids of those of DISARM that a note or answer sets on a community, `removed_techniques` those it takes back.
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
    task_kind: TaskKind | None = None
    question: str = ""
    decisions: tuple[str, ...] = ()
    waits: bool = False
    judgements: tuple[Judgement, ...] = ()
    facts: tuple[ConfirmedFact, ...] = ()
    techniques: tuple[str, ...] = ()
    removed_techniques: tuple[str, ...] = ()
    signed: Signed | None = None
    second: Signed | None = None


class AskedMatch(Record, frozen=True, kw_only=True):
    """One open match that a task asks about: a party and an entry of a list.

    `used` is a hash of what the match rests on and of what the party is known by, `judged` the index of the last
    judgement that a person made of it, -1 where there is none.
    """

    party_kind: PartyKind
    party_id: str
    list: str
    entity_id: str
    used: str
    judged: int = -1


class Task(Record, frozen=True, kw_only=True):
    """A question for a person, once, no matter how many are concerned by it.

    `question` is one sentence, `title` who or what it is about in a few words, ``""`` where nobody is asked any more.
    `law`: a restriction by law hangs on it. `campaigns` have not ended and
    `not_spent_micros` are left of their budgets. `strength` is how much speaks for it, from 0 to 1. `about` names what
    a kind needs to find its object again (list and entity, case and decision, complaint, rulebook hash …). `mark`
    changes with what the answer rests on. In state `second` an answer waits for another person. `matches` are those of
    a task of kind `match`, `decisions` the holds in force that hang on it. `claimed_by` and `claimed_until` are of the
    last claim, ended or not. `excerpt` is what people see beside the question and no record has: words and names.
    """

    id: str
    kind: TaskKind
    concerned: tuple[Party, ...]
    question: str
    opened: datetime
    title: str = ""
    excerpt: str = ""
    due: datetime | None = None
    law: bool = False
    campaigns: int = 0
    not_spent_micros: int = 0
    strength: float = 0.0
    about: dict[str, str] = {}
    matches: tuple[AskedMatch, ...] = ()
    decisions: tuple[str, ...] = ()
    mark: str = ""
    state: TaskState = "open"
    assignee: str = ""
    claimed_by: str = ""
    claimed_until: datetime | None = None
    snoozed_until: datetime | None = None
    history: tuple[TaskEvent, ...] = ()


def task_id(kind: str, *parts: object) -> str:
    """Return the id of a task: `t` and ten hex digits over its kind and what tells it from others."""
    return "t" + sha256_hex(canonical_exact([kind, *parts]))[:ID_DIGITS]
