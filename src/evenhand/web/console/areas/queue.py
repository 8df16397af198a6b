"""The queue: tasks by filters that are links, in order, a page at a time; several are claimed or assigned at once."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from starlette.responses import Response

from evenhand.model.errors import BadInput, EvenhandError
from evenhand.render.task_words import KINDS
from evenhand.render.wording import count
from evenhand.web.console.area import Area, MenuItem, get, post
from evenhand.web.console.areas.queue_queries import people_to_assign, search_query, wanted_tasks
from evenhand.web.console.guard import error_status
from evenhand.web.console.problems import problem_of
from evenhand.web.console.visit import Visit
from evenhand.workflows.review.bulk_answers import StatedBulk, answer_at_once, sample_of
from evenhand.workflows.review.task_events import StatedEvent, act_on_each
from evenhand.workflows.review.task_filters import choose_tasks, count_kinds, is_late
from evenhand.workflows.review.task_numbers import task_numbers

_PAGE: Final = 50
Act = Literal["claim", "unclaim", "assign"]
_DONE: Final[Mapping[Act, str]] = {"claim": "claimed", "unclaim": "given back", "assign": "assigned"}


def queue_page(visit: Visit) -> Response:
    """Show the tasks that the query asks for."""
    wanted, skip = wanted_tasks(visit), visit.number("skip")
    board = visit.console.board()
    tasks, kinds = choose_tasks(board, wanted, visit.now), count_kinds(board, wanted, visit.now)
    of_kinds = [(each, word, kinds[each]) for each, word in KINDS.items() if kinds[each] or each == wanted.kind]
    lists = [(each.key, each.key, None) for each in visit.network.settings.lists]
    return visit.render(
        "tasks.html", tasks=tasks[skip : skip + _PAGE], total=len(tasks), all_kinds=kinds.total(), page=_PAGE,
        skip=skip, kind_options=[("", "All", kinds.total()), *of_kinds], list_options=[("", "Any", None), *lists],
        wanted=wanted, search=search_query(visit), people=people_to_assign(visit), is_late=is_late,
        searches=visit.console.searches.of(visit.person),
    )  # fmt: skip


def act_on_several(visit: Visit) -> Response:
    """Claim, give back or assign the task of one row, or all that were checked."""
    word, one, back = visit.form.text("do"), visit.form.text("one"), f"/tasks{search_query(visit)}"
    chosen = (one,) if one else visit.form.all("task")
    if not chosen:
        return visit.go(back, "no task was chosen: check some first")
    kind: Act = next((each for each in get_args(Act) if each == word and not one), "claim")
    assignee = visit.form.text("person") if kind == "assign" else ""
    stated = [StatedEvent(each, kind, assignee=assignee) for each in chosen[:_PAGE]]
    tasks = visit.console.sources().tasks
    done, refused = act_on_each(visit.network, stated, visit.acting(), visit.now, visit.console.tools(), tasks=tasks)
    outcome = [f"{count(len(done), 'task')} {_DONE[kind]}"] if done or not refused else []
    outcome += [f"{count(len(refused), 'task')} not: {problem_of(refused[0])}"] if refused else []
    return visit.go(back, "; ".join(outcome))


def numbers_page(visit: Visit) -> Response:
    """Show how many tasks of each kind wait, how long, and how many are answered a day."""
    return visit.render("task_numbers.html", numbers=task_numbers(visit.console.board()))


def save_search(visit: Visit) -> Response:
    """Keep the search of this page under a name, or delete one."""
    name = visit.form.text("name")
    if visit.form.text("do") == "delete":
        visit.console.searches.delete(visit.person, name)
        return visit.go(f"/tasks{search_query(visit)}", f"Search deleted: {name}")
    visit.console.searches.save(visit.person, name, search_query(visit))
    return visit.go(f"/tasks{search_query(visit)}", f"Search saved: {name}")


def bulk_page(visit: Visit) -> Response:
    """Show what would be answered "not the same" at once, and a sample of it."""
    return _bulk(visit, StatedBulk("", visit.query("entry"), visit.query("party")))


def answer_bulk(visit: Visit) -> Response:
    """Record that none of the matches of an entry or party is the same, each singly."""
    why, sampled = visit.form.text("why"), visit.form.text("sampled")
    stated = StatedBulk(why, visit.query("entry"), visit.query("party"), sampled)
    try:
        if not sampled:
            raise BadInput("no sample was looked at", todo="look at the sample first")
        tools, sources = visit.console.tools(), visit.console.sources()
        done = answer_at_once(visit.network, stated, visit.acting(), visit.now, tools, sources=sources)
    except EvenhandError as error:
        return _bulk(visit, stated, problem_of(error), error_status(error))
    waiting = f"; {count(done.waiting, 'answer')} for a second person to confirm" if done.waiting else ""
    note = f"{count(done.tasks, 'task')} answered, {count(done.judgements, 'judgement')} recorded{waiting}"
    return visit.go("/tasks?kind=match", note)


def _bulk(visit: Visit, stated: StatedBulk, problem: str = "", status: int = 200) -> Response:
    sample = sample_of(
        visit.network, stated, visit.acting(), visit.now, visit.console.tools(), visit.console.board()
    )  # fmt: skip
    for task in sample.sample:
        for party in task.concerned:
            visit.log_read("match", party.id)
    return visit.render("task_bulk.html", status, sample=sample, stated=stated, problem=problem)


AREA: Final = Area(
    menu=(MenuItem("Queue", "/tasks", "Work"),),
    routes=(
        get("/tasks", queue_page), post("/tasks/act", act_on_several, "work_task"), get("/tasks/numbers", numbers_page),
        post("/tasks/searches", save_search), get("/tasks/not-same", bulk_page),
        post("/tasks/not-same", answer_bulk, "judge"),
    ),
)  # fmt: skip
