"""Which DISARM techniques a person may set or take back with a note or an answer."""

from evenhand.model.errors import BadInput
from evenhand.model.task import Task
from evenhand.model.technique import TechniqueActs, checked_technique, set_techniques


def technique_fields(task: Task, acts: TechniqueActs) -> dict[str, tuple[str, ...]]:
    """Return what an event says of techniques, by field; nothing where none is set or taken back.

    Raises:
        BadInput: no such form, another kind of task, one that is set and taken back, or one taken back that does not
            stand.
    """
    added = tuple(dict.fromkeys(checked_technique(each) for each in acts[0]))
    removed = tuple(dict.fromkeys(checked_technique(each, "--remove-technique") for each in acts[1]))
    if not (added or removed):
        return {}
    if task.kind != "finding":
        raise BadInput("techniques are set on a community, and this task is of kind", where=f"task {task.id}",
                       got=task.kind, expected="finding")  # fmt: skip
    if both := sorted({*added} & {*removed}):
        raise BadInput("set and taken back at once:", where="--technique", got=", ".join(both), expected="one of both")
    standing = [each.id for each in set_techniques(task.history).standing]
    if unknown := [each for each in removed if each not in standing]:
        raise BadInput("not set on this task:", where="--remove-technique", got=", ".join(unknown),
                       expected=", ".join(standing) or "none: no technique is set on it")  # fmt: skip
    return {"techniques": added, "removed_techniques": removed}
