"""Other open tasks about what a task rests on: one community, or reports that were changed since."""

from collections.abc import Iterator

from evenhand.model.task import Task
from evenhand.workflows.review.task_board import TaskBoard

_CAUSE = "coordination "


def tasks_beside(task: Task, board: TaskBoard) -> Iterator[str]:
    """Yield a line for each open task about the same community, and of a hold for each report that may have changed."""
    yield from _changed_reports(task, board)
    own, is_held = {each.id for each in task.concerned}, _is_held_for_it(task)
    if task.kind != "finding" and not is_held:
        return
    for other in board.unanswered:
        shared = sorted(own.intersection(each.id for each in other.concerned))
        if not shared:
            continue
        if task.kind == "finding" and _is_held_for_it(other):
            yield (
                f"Task {other.id} asks whether to release {', '.join(shared)}, on hold for this among other facts; no"
                " answer here ends that hold"
            )
        if is_held and other.kind == "finding":
            yield (
                f"Task {other.id} asks whether one hand directs {', '.join(shared)} and others; no answer there ends"
                " this hold"
            )


def _is_held_for_it(task: Task) -> bool:
    causes = task.about.get("causes", "").split("; ")
    return task.kind == "hold" and any(each.startswith(_CAUSE) for each in causes)


def _changed_reports(task: Task, board: TaskBoard) -> Iterator[str]:
    for other in board.unanswered if task.kind == "hold" else ():
        if other.kind == "source" and set(task.concerned) & set(other.concerned):
            yield f"Task {other.id}: {other.question}"
