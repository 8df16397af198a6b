"""An answer as a person states it: its words and codes checked, and which act of the staff's rules it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import get_args

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput, StateRefused
from evenhand.model.judgement import Judgement
from evenhand.model.staff import StaffAction, StaffCase
from evenhand.model.task import HoldReason, Task, TaskEvent, TaskKind
from evenhand.model.technique import TechniqueActs
from evenhand.workflows.evidence.denials_seen import DenialAnswers
from evenhand.workflows.review.fact_drafts import Statement
from evenhand.workflows.review.judgement_file import read_verdict
from evenhand.workflows.review.task_fold import check_wait

DONE = "done"
RULED = ("release", "refuse")
DECLARED_SINCE, CIRCUMVENTION = "declared-since", "circumvention-confirmed"
ANSWERS: Mapping[TaskKind, tuple[str, ...]] = {
    "match": ("same", "not-same", "unsure"),
    "hold": ("release", "refuse", "keep"),
    "complaint": (),
    "finding": (DECLARED_SINCE, "no-circumvention", CIRCUMVENTION),
    "claim": ("confirm", "reject"),
}
"""What may be answered, by kind; a complaint by its own verbs, every other kind `done` once somebody has seen to it."""


@dataclass(frozen=True)
class StatedAnswer:
    """What a person answers. `mark` is that of the task as they saw it, ``""`` where they do not say.

    `changes` are what they say of single facts: of a match, entries for which another word counts than `answer`.
    `techniques` are those of DISARM that they set on a community, and those that they take back. `denials` says of each
    denial of a claim whether it is of it.
    """

    task: str
    answer: str
    why: str
    codes: tuple[str, ...] = ()
    changes: tuple[FactChange, ...] = field(default=())
    until: datetime | None = None
    mark: str = ""
    techniques: TechniqueActs = ((), ())
    denials: DenialAnswers = field(default_factory=DenialAnswers)


def checked_answer(task: Task, word: str) -> str:
    """Return what an answer means to a task of this kind; of a match in German or French too.

    Raises:
        BadInput: it is none of the words that answer it.
    """
    if task.kind == "match":
        return read_verdict(word)
    known = ANSWERS.get(task.kind, (DONE,))
    if not known:
        raise BadInput("a complaint is no question of one word", where=f"task {task.id}",
                       todo=f"evenhand review DIR {task.about.get('complaint', '')}")  # fmt: skip
    if word.strip().lower() not in known:
        raise BadInput(f"unknown answer to a task of kind {task.kind}", got=word, expected=" or ".join(known))
    return word.strip().lower()


def check_mark(task: Task, mark: str) -> None:
    """Refuse an answer to another question than the one that is asked now.

    Raises:
        StateRefused: what the answer rests on has changed.
    """
    if mark and mark != task.mark:
        raise StateRefused(
            f"what it asks has changed since: its mark is `{task.mark}`, not `{mark}`", where=f"task {task.id}",
            state=task.state, event="answer", todo=f"look again: `evenhand task show DIR {task.id}`",
        )  # fmt: skip


def checked_codes(codes: Sequence[str]) -> tuple[str, ...]:
    """Return the reason codes of an answer to a hold.

    Raises:
        BadInput: there is none, or one that is not known.
    """
    known = get_args(HoldReason)
    unknown = [each for each in codes if each not in known]
    if unknown or not codes:
        what = "unknown reason code" if unknown else "no reason code"
        raise BadInput(what, where="--code", got=", ".join(unknown), expected=f"one or more of {', '.join(known)}")
    return tuple(dict.fromkeys(codes))


def check_complete(task: Task, stated: StatedAnswer) -> None:
    """Refuse an answer to a hold that states nothing new, or that lacks several things, which are named at once.

    Raises:
        BadInput: it names what is missing.
        StateRefused: only the tables can mend the hold.
    """
    word = checked_answer(task, stated.answer)
    if word in RULED and not stated.changes:
        if word == "release":
            check_not_of_tables(task)
        raise _nothing_new(task, word)
    facts = [each for each in stated.changes if each.kind != "judgement"]
    lacking = {
        "--code CODE": not stated.codes,
        "--until DAY": word == "keep" and stated.until is None,
        "--document FILE: what shows it": any(not each.documents for each in facts),
        "--why TEXT": not stated.why.strip(),
    }
    missing = [option for option, is_missing in lacking.items() if is_missing]
    if len(missing) > 1:
        known = f"; codes are {', '.join(get_args(HoldReason))}" if "--code CODE" in missing else ""
        raise BadInput("not all is given", where=f"answer {word}", expected=f"{', '.join(missing)}{known}")


def check_whom(task: Task, stated: StatedAnswer) -> None:
    """Refuse to confirm circumvention of nobody, or to name somebody beside another answer.

    Raises:
        BadInput: it says what is missing.
    """
    confirms = checked_answer(task, stated.answer) == CIRCUMVENTION
    if confirms != bool(stated.changes):
        what = "nobody is named" if confirms else "names somebody, and confirms nothing"
        raise BadInput(what, where=f"answer {stated.answer}", expected="--circumvention ACCOUNT=PARTY --document FILE"
                       f" with {CIRCUMVENTION}, of {', '.join(each.id for each in task.concerned)}")  # fmt: skip


def check_not_of_tables(task: Task) -> None:
    """Refuse to release a hold that no stated fact can change.

    Raises:
        StateRefused: only the tables can mend it; it says which and how.
    """
    tables = task.about.get("tables", "").splitlines()
    if tables and "changes" not in task.about:
        raise StateRefused(f"no stated fact can mend this hold, only this: {'; '.join(tables)}, then run again",
                           where=f"task {task.id}", state=task.state, event="release")  # fmt: skip


def _nothing_new(task: Task, word: str) -> BadInput:
    changes = task.about.get("changes", "").splitlines()
    first = f"state what is otherwise: {changes[0]}; or " if word == "release" and changes else ""
    return BadInput(
        "no fact is otherwise than the rules saw it: people state facts and the rules decide; nothing new was stated,"
        " so the hold stays",
        where=f"answer {word}", expected="--judge, --share, --control or --verified",
        todo=f"{first}answer keep, or change the rule (the page release-a-rulebook of the documentation)",
    )  # fmt: skip


def kept_until(stated: StatedAnswer, at: datetime) -> datetime:
    """Return the instant at which a hold that is kept is asked about again.

    Raises:
        BadInput: there is none, it is not ahead, or too far.
    """
    until = stated.until
    if until is None or until <= at:
        raise BadInput("a hold is kept until a day that is ahead", where="--until", got=until or "",
                       expected=f"later than {at:%Y-%m-%dT%H:%M:%SZ}; then it is asked again")  # fmt: skip
    check_wait(until, at)
    return until.astimezone(UTC)


def action_of(task: Task, answer: TaskEvent) -> StaffAction:
    """Return which act of the staff's rules an answer is."""
    if task.kind in ("match", "claim"):
        return "judge"
    if task.kind == "finding" and answer.answer == CIRCUMVENTION:
        return "refuse_hold"
    known: dict[str, StaffAction] = {"release": "release_hold", "refuse": "refuse_hold", "keep": "keep_hold"}
    return known.get(answer.answer, "work_task") if task.kind == "hold" else "work_task"


def case_of(
    task: Task, answer: TaskEvent, statements: Sequence[Statement], *, by_law: bool, proposer: str = ""
) -> StaffCase:
    """Return what the staff's rules look at: of several judgements the one that lifts something counts."""
    verdicts = {each.verdict for each in statements if isinstance(each, Judgement)}
    lifts = task.kind == "match" and "not-same" in verdicts
    return StaffCase(
        sanctions=by_law, answer="not-same" if lifts else answer.answer,
        refusal=answer.answer in ("refuse", CIRCUMVENTION), proposer=proposer,
    )  # fmt: skip
