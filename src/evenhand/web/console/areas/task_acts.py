"""What a person does on the page of a task: answer, try an answer, confirm or object, claim, assign, note, snooze."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from starlette.responses import Response

from evenhand.model.errors import EvenhandError
from evenhand.model.staff import StaffAction
from evenhand.model.task import Task
from evenhand.render.task_words import effect_lines, task_title
from evenhand.web.console.area import Area, post
from evenhand.web.console.areas.queue_queries import search_query
from evenhand.web.console.areas.task_forms import day_of, start_of, stated_answer, typed
from evenhand.web.console.areas.task_pages import asked_tasks, next_task, refused_page, shown_page
from evenhand.web.console.visit import Visit
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task, confirm_answer, dry_run_of_answer, object_to_answer
from evenhand.workflows.review.task_events import StatedEvent, act

Act = Literal["claim", "unclaim", "assign", "note", "snooze"]
_ANSWERS: Final[tuple[StaffAction, ...]] = ("judge", "release_hold", "refuse_hold", "keep_hold", "work_task")
_DONE: Final[Mapping[Act, str]] = {
    "claim": "claimed", "unclaim": "given back", "assign": "assigned", "note": "noted", "snooze": "snoozed",
}  # fmt: skip


def answer(visit: Visit) -> Response:
    """Record an answer and go to the next task, or show what would follow from it."""
    task, sources = visit.console.board().find(visit.path("id")), visit.console.sources()
    stated = None
    try:
        stated = stated_answer(visit, task)
        if visit.form.text("do") == "try":
            tried = dry_run_of_answer(visit.network, stated, visit.now, visit.console.tools(), sources=sources)
            return shown_page(visit, typed=typed(visit), tried=list(effect_lines(tried)))
        before = asked_tasks(visit)
        done = answer_task(visit.network, stated, visit.acting(), visit.now, visit.console.tools(), sources=sources)
    except EvenhandError as error:
        stands = _stands_already(visit, stated)
        if stands is None:
            return refused_page(visit, error, typed(visit))
        before, done = asked_tasks(visit), stands
    return visit.go(next_task(visit, done.id, before), _told(done))


def _stands_already(visit: Visit, stated: StatedAnswer | None) -> Task | None:
    """Return the task where the same form was recorded a moment ago, sent twice by Enter or a button; else None."""
    task, seen = visit.console.board().find(visit.path("id")), visit.form.text("seen")
    if stated is None or seen != str(len(task.history) - 1):
        return None
    last, wanted = task.history[-1], ("answer", visit.person, stated.answer, stated.why, stated.codes, stated.changes)
    return task if (last.kind, last.by, last.answer, last.words, last.codes, last.changes) == wanted else None


def second(visit: Visit) -> Response:
    """Record that a second person confirms the answer that waits, or objects to it."""
    task_id, words = visit.path("id"), visit.form.text("words")
    say = object_to_answer if visit.form.text("do") == "object" else confirm_answer
    try:
        before = asked_tasks(visit)
        done = say(
            visit.network, task_id, visit.acting(), words, visit.now, visit.console.tools(),
            sources=visit.console.sources(),
        )  # fmt: skip
    except EvenhandError as error:
        return refused_page(visit, error)
    return visit.go(next_task(visit, done.id, before), _told(done))


def act_on_task(visit: Visit) -> Response:
    """Claim the task, give it back, assign it, note something, or snooze it."""
    form, task_id = visit.form, visit.path("id")
    kind: Act = next((each for each in get_args(Act) if each == form.text("do")), "note")
    techniques = tuple(form.text("techniques").replace(",", " ").split()), form.all("remove_technique")
    try:
        until = start_of(visit, day_of(form.text("until"), "until"))
        assignee = form.text("person") if kind == "assign" else ""
        stated = StatedEvent(task_id, kind, form.text("words"), until, assignee, techniques)
        tasks = visit.console.sources().tasks
        done = act(visit.network, stated, visit.acting(), visit.now, visit.console.tools(), tasks=tasks)
    except EvenhandError as error:
        return refused_page(visit, error)
    return visit.go(f"/tasks/{done.id}{search_query(visit)}", f"task {_DONE[kind]}")


def _told(done: Task) -> str:
    """Return what became of a task, in a sentence for the next page."""
    last = done.history[-1]
    if done.state == "second":
        return f"your answer {last.answer} waits for a second person: {task_title(done)}"
    counts = " It counts from the next run on." if done.kind in ("match", "hold", "finding") else ""
    word = {"confirm": "answer confirmed", "object": "objected, and open again"}.get(
        last.kind, f"recorded {last.answer}"
    )
    return f"{word}: {task_title(done)}{'' if last.kind == 'object' else counts}"


AREA: Final = Area(
    menu=(),
    routes=(
        post("/tasks/{id}/answer", answer, *_ANSWERS), post("/tasks/{id}/second", second, *_ANSWERS),
        post("/tasks/{id}/act", act_on_task, "work_task"),
    ),
)  # fmt: skip
