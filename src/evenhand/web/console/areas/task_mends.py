"""What mends a hold outside its page: a row of a table, a claim of a report, a list of one's own or a rule."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from evenhand.model.task import Task
from evenhand.web.console.visit import Visit
from evenhand.workflows.uploads.staging import TABLES

# The page has a way of its own to what this command shows.
_COMMAND: Final = re.compile(r" \(evenhand evidence show DIR (\S+)\)")


class Mend(NamedTuple):
    """What is to be done, and the page where."""

    words: str
    path: str
    label: str


def task_mends(visit: Visit, task: Task) -> list[Mend]:
    """Return what only a table, a report, a list or a rule can mend of a hold."""
    return list(_mends(visit, task)) if task.kind == "hold" else []


def _mends(visit: Visit, task: Task) -> Iterator[Mend]:
    intake = visit.network.settings.intake
    lines = task.about.get("tables", "").splitlines()
    for line in lines:
        table = next((each for each in TABLES if (path := getattr(intake, each)) and path in line), "")
        if table:
            yield Mend(f"{line}, then run", f"/upload?table={table}", f"Upload a mended table of {table}")
        else:
            yield Mend(_COMMAND.sub(r" (claim \1)", line), "/evidence", "Evidence")
    if not lines and "changes" not in task.about:
        yield Mend("to refuse, enter the party in a list of your own, then run", "/lists", "Lists")
        yield Mend("to lift the hold, change the rule", "/rules", "Rulebook")
