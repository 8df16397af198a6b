"""Long work that the console starts: a child process that runs a verb of the command line."""

from datetime import datetime
from typing import Final, Literal

from evenhand.model.record import Record

JobVerb = Literal["run", "lists update", "tables check", "audit run", "audit export"]
JobState = Literal["running", "done", "failed", "cancelled", "unknown"]

WRITING: Final[tuple[JobVerb, ...]] = ("run", "lists update", "audit run")
"""Verbs that write to the network: of all of them one runs at a time."""

AUDITING: Final[tuple[JobVerb, ...]] = ("audit run", "audit export")
"""Verbs that who may start an audit starts and stops."""

LISTED: Final[tuple[JobVerb, ...]] = (*WRITING, "audit export")
"""Verbs that are shown among what was started."""


class Job(Record, frozen=True, kw_only=True):
    """One child process: the verb with its further arguments, who started it, when, and how far it is.

    `about` is what the work is for, such as the id of an upload. `state` is `unknown` where the process has gone while
    nobody watched and its output does not say how it ended. `message` is what it said last: why it failed. `pid` and
    `mark` (when the process began, as the system says it) tell it from a later process of the same number.
    """

    id: str
    verb: JobVerb
    arguments: tuple[str, ...]
    person: str
    started: datetime
    ended: datetime | None = None
    state: JobState = "running"
    about: str = ""
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    pid: int = 0
    mark: str = ""
