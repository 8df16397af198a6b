"""Documents that may change claims that count, as tasks: a person compares them and says that it is done."""

from evenhand.model.record import record_sha256
from evenhand.model.task import Task, task_id
from evenhand.workflows.evidence_records.source_questions import SourceQuestion

_TITLES = {
    "later_version": "a later version of a report whose claims count",
    "correction": "words of a correction, and it names whom claims accuse",
    "own_correction": "it takes something back itself",
    "accuser_denies": "an accuser denies",
}


def source_task(question: SourceQuestion) -> Task:
    """Return the task about a document that may change claims.

    INVARIANT: its question has no name and no word of a claim: what people do with a task goes into the ledger.
    """
    what = f"{question.sentence[:1].upper()}{question.sentence[1:]}"
    return Task(
        id=task_id("source", *question.key),
        kind="source",
        concerned=tuple(sorted(question.parties, key=lambda each: (each.kind, each.id))),
        title=f"{question.title}: {_TITLES[question.kind]}",
        question=f"{what} ({', '.join(question.claims)})",
        opened=question.at,
        strength=1.0,
        about={"document": question.document, "claims": " ".join(question.claims), "denial": question.denial},
        mark=record_sha256(sorted(question.claims))[:12],
    )
