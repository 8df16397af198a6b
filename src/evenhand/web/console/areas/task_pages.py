"""The page of one task: what it is about, what follows from each answer, the forms to answer it, and its history."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from starlette.responses import Response

from evenhand.model.errors import EvenhandError, StateRefused
from evenhand.model.finding import Finding
from evenhand.model.matches import MatchShown
from evenhand.model.staff import StaffAction
from evenhand.model.task import Task, TaskEvent, TaskKind
from evenhand.render.claim_lines import claim_rows
from evenhand.render.match_fields import Row, certainty, compared_fields, comparison_lines, page_of
from evenhand.render.ownership_paths import finding_paths
from evenhand.render.precedent_rows import precedent_rows
from evenhand.render.task_words import REASONS, effect_lines, event_words, state_words, stated_changes
from evenhand.render.technique_lines import technique_lines
from evenhand.web.console.area import Area, get
from evenhand.web.console.areas.case import case_sources
from evenhand.web.console.areas.queue_queries import people_to_assign, search_query, wanted_tasks
from evenhand.web.console.areas.task_forms import Typed, fact_fields
from evenhand.web.console.areas.task_mends import task_mends
from evenhand.web.console.guard import error_status
from evenhand.web.console.problems import problem_of
from evenhand.web.console.visit import Visit
from evenhand.workflows.queries.task_precedents import with_few_task_precedents
from evenhand.workflows.review.stated_answers import ANSWERS, DONE, StatedAnswer
from evenhand.workflows.review.task_answers import dry_run_of_answer
from evenhand.workflows.review.task_details import TaskShown, show_task, with_holds
from evenhand.workflows.review.task_filters import choose_tasks, is_late, next_tasks
from evenhand.workflows.review.task_fold import ALLOWED, check_event, waiting_answer

_NOTHING: Final = Typed()
_ACTS: Final[Mapping[TaskKind, Sequence[StaffAction]]] = {
    "match": ("judge",), "claim": ("judge",), "hold": ("release_hold", "refuse_hold", "keep_hold"),
    "finding": ("work_task", "refuse_hold"),
}  # fmt: skip
_MOST_PAIRS: Final = 5


class Compared(NamedTuple):
    """A match as its page shows it: the point, how sure it is, both sides, the word comparisons."""

    sentence: str
    certainty: str
    entry: str
    page: str
    rows: Sequence[Row]
    paths: Sequence[str]
    lines: Sequence[str]
    missing: Sequence[str]
    finding: Finding


def task_page(visit: Visit) -> Response:
    """Show a task; an id that is cut short leads to the whole one."""
    return shown_page(visit)


def shown_page(
    visit: Visit, problem: str = "", status: int = 200, *, typed: Typed = _NOTHING,
    tried: Sequence[str] = (), seen: int | None = None,
) -> Response:  # fmt: skip
    """Return the page of the task that the path names; `seen` is how much of its history a person knew who was late."""
    shown = read_shown(visit)
    task = shown.task
    for party in task.concerned:
        visit.log_read(task.kind, party.id)
    zone = visit.network.settings.zone
    events = [(each.at, each.by, _done(each, zone), each.words) for each in task.history]
    given = waiting_answer(task) if task.state == "second" else None
    return visit.render(
        "task.html", status, shown=shown, task=task, problem=problem, typed=typed, tried=tried, events=events,
        news=events[seen:] if seen is not None else (), matches=[_compared(each) for each in shown.matches],
        state=state_words(task, zone), late=is_late(task, visit.now), search=search_query(visit),
        next=_next(visit, task), allowed=_allowed(visit, task), answers=_answers(task),
        not_for=visit.only_for(*_ACTS.get(task.kind, ("work_task",))), may_work=not visit.only_for("work_task"),
        mends=task_mends(visit, task),
        outlooks={each.answer: each.sentences for each in shown.outlooks}, people=people_to_assign(visit),
        given=given, given_changes=stated_changes(given.changes) if given else (), follows=_follows(visit, task, given),
        reasons=REASONS, facts=fact_fields(task),
        claims=[(each.id != task.about.get("claim"), list(claim_rows(each))) for each in shown.claims],
        pairs=shown.pairs[:_MOST_PAIRS], more_pairs=len(shown.pairs) - _MOST_PAIRS,
        techniques=list(technique_lines(shown.techniques)),
    )  # fmt: skip


def _answers(task: Task) -> Sequence[str]:
    """Return the answers that a person can give: of a hold that no stated fact can change, to keep it alone."""
    if task.kind == "hold" and "changes" not in task.about:
        return ("keep",)
    return ANSWERS.get(task.kind, (DONE,))


def _done(event: TaskEvent, zone: tzinfo) -> str:
    """Return what a person did, with all that an answer stated of facts."""
    return "; ".join((event_words(event, zone), *stated_changes(event.changes)))


def _follows(visit: Visit, task: Task, given: TaskEvent | None) -> Sequence[str]:
    """Return what would follow from the answer to a hold that waits for a second person, or why it cannot be said."""
    if given is None or task.kind != "hold" or not given.changes:
        return ()
    stated = StatedAnswer(task.id, given.answer, given.words, given.codes, given.changes, given.until)
    try:
        tools, sources = visit.console.tools(), visit.console.sources()
        return list(effect_lines(dry_run_of_answer(visit.network, stated, visit.now, tools, sources=sources)))
    except EvenhandError as error:
        return [problem_of(error)]


def refused_page(visit: Visit, error: EvenhandError, typed: Typed = _NOTHING) -> Response:
    """Return the page again after an act that was refused, with what others did meanwhile.

    `typed` is for the form of the answer; what was sent by another form is filled into that one, by its path.
    """
    known = visit.form.text("seen")
    seen = int(known) if isinstance(error, StateRefused) and known.isascii() and known.isdecimal() else None
    return shown_page(visit, problem_of(error), error_status(error), typed=typed, seen=seen)


def read_shown(visit: Visit) -> TaskShown:
    """Return the task that the path names, with what its page shows."""
    console = visit.console
    return show_task(
        visit.network, visit.path("id"), visit.now, console.tools(), board=console.board(), kept=console.run(),
        evidence=console.sources().evidence,
    )  # fmt: skip


def next_task(visit: Visit, task_id: str, tasks: Sequence[Task]) -> str:
    """Return the path of the task after this one in a list, that of the queue where none can be answered."""
    after = next(next_tasks(tasks, task_id, visit.person, visit.now), None)
    return f"/tasks/{after.id}{search_query(visit)}" if after is not None else f"/tasks{search_query(visit)}"


def asked_tasks(visit: Visit) -> Sequence[Task]:
    """Return the tasks of the search that the person came from, in its order."""
    return choose_tasks(visit.console.board(), wanted_tasks(visit), visit.now)


def precedents_page(visit: Visit) -> Response:
    """Show what was decided in like cases, and what would have to change; by itself, for it takes longest."""
    task, run, sources = visit.console.board().find(visit.path("id")), visit.console.run(), case_sources(visit)
    with visit.console.reading() as ledger:
        found = with_few_task_precedents(with_holds(run, ledger, task), sources, ledger, visit.now)
    rows = [row for each in found.precedents[:1] for row in precedent_rows(each)]
    show = visit.fragment if visit.wants_fragment else visit.render
    template = "task_precedents.html" if visit.wants_fragment else "task_precedents_page.html"
    return show(template, task=found.task, rows=rows, level=3 if visit.wants_fragment else 2)


def _next(visit: Visit, task: Task) -> str:
    return next_task(visit, task.id, asked_tasks(visit))


def _allowed(visit: Visit, task: Task) -> set[str]:
    """Return what the task's state allows this person to do now."""
    return {each for each in ALLOWED[task.state] if _allows(visit, task, each)} | (
        {"note"} if task.kind == "finding" and task.concerned else set()
    )


def _allows(visit: Visit, task: Task, kind: str) -> bool:
    try:
        check_event(task, kind, visit.person, visit.now)
    except StateRefused:
        return False
    return True


def _compared(match: MatchShown) -> Compared:
    entry = match.entries[0] if match.entries else None
    return Compared(
        sentence=match.sentence, certainty=certainty(match.finding),
        entry=f"{match.finding.list}#{match.finding.entity_id}", page="" if entry is None else page_of(entry),
        rows=list(compared_fields(match.party, entry, match.finding)) if entry is not None else (),
        paths=list(finding_paths(match.finding)), lines=comparison_lines(match.comparisons), missing=match.missing,
        finding=match.finding,
    )  # fmt: skip


AREA: Final = Area(menu=(), routes=(get("/tasks/{id}", task_page), get("/tasks/{id}/precedents", precedents_page)))
