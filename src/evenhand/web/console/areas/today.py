"""The first page: what waits for me, what is late, which answers wait for a second person."""

from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import Response

from evenhand.model.errors import NotFound
from evenhand.model.task import Task
from evenhand.web.console.area import Area, MenuItem, get
from evenhand.web.console.areas.audit_readings import unseen_finding
from evenhand.web.console.visit import Visit
from evenhand.workflows.review.task_filters import TaskFilter, choose_tasks, is_late, second_answers

_MOST: Final = 8


def today_page(visit: Visit) -> Response:
    """Show what waits, mine first; a network without a run has nothing that does."""
    kept = visit.console.kept_forms.of(visit.person, visit.now)
    return visit.render("today.html", **_work(visit), audit=unseen_finding(visit), is_late=is_late, kept=kept)


def _work(visit: Visit) -> dict[str, Any]:
    """Return the tasks of the page, and how many there are of each sort."""
    try:
        board = visit.console.board()
    except NotFound as error:
        return {"no_run": str(error)}

    def chosen(**wanted: Any) -> Sequence[Task]:
        return choose_tasks(board, TaskFilter(**wanted), visit.now)

    waiting, mine = chosen(), chosen(who="mine", person=visit.person)
    late = [each for each in chosen(day="due") if is_late(each, visit.now)]
    second = second_answers(board, visit.person)
    numbers = {"waiting": len(waiting), "mine": len(mine), "late": len(late), "second": len(second)}
    free = chosen(state="open", who="nobody")
    return {
        "no_run": "", "numbers": numbers, "mine": mine[:_MOST], "late": late[:_MOST], "second": second[:_MOST],
        "urgent": free[:_MOST],
    }  # fmt: skip


AREA: Final = Area(menu=(MenuItem("Today", "/", "Work"),), routes=(get("/", today_page),))
