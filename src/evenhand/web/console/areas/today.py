"""The first page: what waits for me, what is late, and what is wrong with the network."""

from typing import Final

from starlette.responses import Response

from evenhand.web.console.area import Area, MenuItem, get
from evenhand.web.console.visit import Visit
from evenhand.workflows.review.task_board import is_of

_MOST = 8


def today_page(visit: Visit) -> Response:
    """Show the tasks that wait, mine first."""
    board = visit.console.board()
    waiting = [each for each in board.unanswered if each.state != "snoozed"]
    mine = [each for each in waiting if is_of(each, visit.person)]
    late = [each for each in waiting if each.due is not None and each.due < visit.now]
    return visit.render("today.html", waiting=waiting, mine=mine[:_MOST], late=late[:_MOST], urgent=waiting[:_MOST])


AREA: Final = Area(menu=(MenuItem("Today", "/", "Work"),), routes=(get("/", today_page),))
