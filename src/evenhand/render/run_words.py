"""A run, a list and a job in words: what the pages of the console say of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from evenhand.model.job import Job
from evenhand.model.outcome import Outcome
from evenhand.model.run import Advice
from evenhand.render import wording
from evenhand.workflows.evaluation.last_run import LastRun

OUTCOMES: Final = tuple(Outcome)
_VERBS: Final = {
    "run": "Run", "lists update": "Fetch of lists", "tables check": "Check of a table", "audit run": "Audit",
    "audit export": "Auditor’s folder",
}  # fmt: skip
_STATES: Final = {
    "running": ("at work", "warn"), "done": ("done", "good"), "failed": ("failed", "bad"),
    "cancelled": ("cancelled", "plain"), "unknown": ("ended, unknown how", "warn"),
}  # fmt: skip


def run_sentence(last: LastRun) -> str:
    """Return what a run did in one sentence, its instant not among it."""
    parts = [
        wording.count(last.decisions, "decision"),
        wording.count(last.notices, "notice"),
        *([wording.count(last.rejected_rows, "row rejected", "rows rejected")] if last.rejected_rows else []),
        *([wording.count(len(last.lists_kept), "list not updated", "lists not updated")] if last.lists_kept else []),
        *([wording.count(len(last.warnings), "warning")] if last.warnings else []),
    ]
    checked = f"checked {wording.count(last.advertisers, 'advertiser')} and {wording.count(last.campaigns, 'campaign')}"
    return f"The last run {checked}: {', '.join(parts)}"


def findings_words(findings: Sequence[Advice]) -> str:
    """Return how many findings of the doctor there are."""
    errors = sum(each.level == "error" for each in findings)
    counts = ((errors, "error"), (len(findings) - errors, "warning"))
    return f"{', '.join(wording.count(number, noun) for number, noun in counts if number)}: what to do"


def job_title(job: Job) -> str:
    """Return what a job is, in words."""
    return _VERBS[job.verb]


def job_state(job: Job) -> tuple[str, str]:
    """Return the state of a job in words, and the tone of its badge."""
    return _STATES[job.state]


def stage_words(job: Job) -> str:
    """Return what a job does now."""
    return job.stage[:1].upper() + job.stage[1:] if job.stage else "Starting"


def duration(job: Job, now: datetime) -> str:
    """Return how long a job took, or takes up to now.

    >>> from datetime import UTC
    >>> started = datetime(2026, 11, 2, 12, tzinfo=UTC)
    >>> duration(Job(id="a", verb="run", arguments=(), person="", started=started), started.replace(minute=3))
    '3 min'
    """
    seconds = max(int(((job.ended or now) - job.started).total_seconds()), 0)
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def accepted_words(arguments: Iterable[str]) -> str:
    """Return what a run was told to accept, in words; ``""`` for nothing.

    >>> accepted_words(["--accept-table", "payers", "--accept-list", "ofac-sdn"])
    'accepted losses of table payers, list ofac-sdn'
    """
    words = {"--accept-table": "table", "--accept-list": "list", "--accept-names": "names of table"}
    named = [f"{words[option]} {key}" for option, key in pairwise(arguments) if option in words]
    return f"accepted losses of {', '.join(named)}" if named else ""
