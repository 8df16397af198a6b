"""Which tasks the address of a page asks for, so that the next task after an answer is one of the same search."""

from typing import Final, get_args
from urllib.parse import urlencode

from evenhand.model.task import TaskKind
from evenhand.web.console.visit import Visit
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.review.task_filters import SORTS, TaskFilter, TaskSelection, Who

PARAMETERS: Final = ("kind", "who", "day", "state", "law", "party", "list", "sort")


def wanted_tasks(visit: Visit) -> TaskFilter:
    """Return what the query asks for; a value that is none of those known counts as not given."""
    kind = next((each for each in get_args(TaskKind) if each == visit.query("kind")), None)
    who: Who = next((each for each in get_args(Who) if each == visit.query("who")), "")
    state: TaskSelection = next((each for each in get_args(TaskSelection) if each == visit.query("state")), "")
    day = visit.query("day")
    sort = visit.query("sort")
    return TaskFilter(
        kind=kind, who=who, person=visit.person, state=state, law=bool(visit.query("law")), party=visit.query("party"),
        day="late" if day == "late" else "due" if day == "due" else "", listed=visit.query("list"),
        sort=sort if sort.removeprefix("-") in SORTS else "",
    )  # fmt: skip


def search_query(visit: Visit) -> str:
    """Return the part of a page's query that says which tasks were asked for, with its `?`; ``""`` where none does."""
    given = {name: value for name in PARAMETERS if (value := visit.query(name))}
    return f"?{urlencode(given)}" if given else ""


def people_to_assign(visit: Visit) -> list[str]:
    """Return the ids of those whom a task can be given: the active staff, or who has an account."""
    staff = network_staff(visit.network)
    if staff is None:
        return [each.person for each in visit.console.accounts.all()]
    return [each.id for each in staff.staff.people if staff.staff.is_active(each, visit.now)]
