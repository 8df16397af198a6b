"""Tasks as a fold of what the last run left and of what people recorded since."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.errors import BadInput, NotFound, StateRefused
from evenhand.model.judgement import Judgement
from evenhand.model.task import Task, TaskEvent
from evenhand.workflows.operations import verify_folder
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.judgements import MOST_CHARACTERS, StatedJudgement, judge
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task
from evenhand.workflows.review.task_board import TaskBoard, kept_until, list_tasks, urgency
from evenhand.workflows.review.task_details import show_task
from evenhand.workflows.review.task_events import StatedEvent, act
from evenhand.workflows.review.task_questions import KEPT
from tests.networks import DAY_1, DAY_2, DAY_3, SUFFIXES, TOOLS, MadeNetwork, empty_network

LATER = DAY_1 + timedelta(hours=1)
A, B = Acting("a.lee"), Acting("b.berg")
FAR = LATER + timedelta(days=91)
WHY = "founded elsewhere, by others"


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def tasks(made: MadeNetwork, at: Any = LATER, **asked: Any) -> list[Task]:
    return list_tasks(made.network, at, SUFFIXES, **asked)


def about(made: MadeNetwork, party: str, kind: str = "match") -> Task:
    return next(each for each in tasks(made) if each.kind == kind and each.concerned[0].id == party)


def answer(made: MadeNetwork, task: str, word: str, who: Acting = A, at: Any = LATER, **fields: Any) -> Task:
    return answer_task(made.network, StatedAnswer(task, word, **{"why": WHY} | fields), who, at, TOOLS)


@pytest.mark.parametrize("is_ordered", [False, True])
def test_tasks_whose_day_has_passed_come_first(is_ordered: bool) -> None:
    """A deadline of the law that is missed stood below every question with money at stake."""

    def task(name: str, days: int | None, **fields: Any) -> Task:
        due = None if days is None else LATER + timedelta(days=days)
        return Task(id=name, kind="complaint", concerned=(), question="?", opened=DAY_1, due=due, **fields)

    law, ahead, plain = task("t1", None, law=True), task("t2", 1), task("t5", None)
    late, later = task("t3", -2), task("t4", -1)
    found = {each.id: each for each in (law, plain, ahead, later, late)}
    by_urgency = tuple(each.id for each in sorted(found.values(), key=urgency))
    board = TaskBoard(found, {}, LATER, order=by_urgency if is_ordered else ())

    assert board.unanswered == [late, later, law, ahead, plain]


def test_every_open_match_and_every_other_hold_is_one_question(made: MadeNetwork) -> None:
    """What no match explains is asked as a hold; nothing is asked twice."""
    found = tasks(made)

    assert [each.concerned[0].id for each in found if each.kind == "match"] == ["namesake"]
    held = {each.party.id for each in made.decisions() if each.outcome == "hold"}
    assert held == {party.id for each in found for party in each.concerned}
    assert len({each.id for each in found}) == len(found)


def test_tasks_are_chosen_by_party_and_list(made: MadeNetwork) -> None:
    """A party is concerned, or holds the fact; a list has the matched entry."""
    task = about(made, "namesake")

    assert [each.id for each in tasks(made, party="namesake")] == [task.id]
    assert [each.id for each in tasks(made, listed=task.matches[0].list)] == [task.id]
    assert tasks(made, party="nobody") == tasks(made, listed="nothing") == []


def test_the_same_questions_come_from_what_is_kept_and_from_the_ledger(made: MadeNetwork) -> None:
    """`state/tasks.json` may be deleted or damaged at any time."""
    first = tasks(made)
    kept = made.folder / "state" / KEPT
    assert kept.is_file()

    again = tasks(made)
    kept.write_bytes(b"{")
    damaged = tasks(made)
    kept.unlink()

    assert first == again == damaged == tasks(made)


def test_a_folder_that_cannot_be_written_is_read_all_the_same(made: MadeNetwork) -> None:
    """An auditor has no right to write there."""
    shutil.rmtree(made.folder / "state" / "nothing", ignore_errors=True)
    (made.folder / "state").chmod(0o500)
    try:
        assert tasks(made)
    finally:
        (made.folder / "state").chmod(0o700)


def test_what_a_person_does_is_a_record_and_shows(made: MadeNetwork) -> None:
    """The next reader sees it, from what was kept."""
    task = about(made, "namesake")

    claimed = act(made.network, StatedEvent(task.id[:6], "claim"), A, LATER, TOOLS)
    act(made.network, StatedEvent(task.id, "note", "asked for an extract"), B, LATER, TOOLS)

    assert (claimed.state, claimed.claimed_until) == ("claimed", LATER + timedelta(hours=8))
    events = [msgspec.json.decode(each, type=TaskEvent) for each in made.payloads("task")]
    assert [(each.number, each.kind, each.by, each.question) for each in events] == [
        (0, "claim", "a.lee", task.question), (1, "note", "b.berg", task.question),
    ]  # fmt: skip
    (mine,) = tasks(made, mine="a.lee")
    assert [each.kind for each in mine.history] == ["claim", "note"]
    assert tasks(made, mine="b.berg") == []
    assert verify_folder(made.folder).ok


def test_an_answer_to_a_match_is_its_judgement_in_one_transaction(made: MadeNetwork) -> None:
    """It leaves the queue at once and is counted by the next run."""
    task = about(made, "namesake")

    answered = answer(made, task.id, "Nicht gleich", mark=task.mark)

    (payload,) = made.payloads("judgement")
    judgement = msgspec.json.decode(payload, type=Judgement)
    assert (judgement.party_id, judgement.verdict, judgement.by, judgement.why) == (
        "namesake", "not-same", "a.lee", WHY,
    )  # fmt: skip
    assert (answered.state, answered.history[-1].answer) == ("answered", "not-same")
    assert task.id not in {each.id for each in tasks(made)}
    with pytest.raises(StateRefused, match=r"`a.lee` answered it `not-same`"):
        answer(made, task.id, "same", B)
    made.run(DAY_2)
    assert made.last("namesake").outcome == "allow"
    assert task.id not in {each.id for each in tasks(made, DAY_2)}


def test_a_judgement_by_the_other_verb_answers_the_task_too(made: MadeNetwork) -> None:
    """There is one truth: the ledger."""
    task = about(made, "namesake")

    judge(made.network, StatedJudgement("namesake", "s-mills", "not-same", "A", WHY), LATER, TOOLS)

    assert task.id not in {each.id for each in tasks(made)}
    with pytest.raises(NotFound, match="no task of this id"):
        answer(made, task.id, "same")


def test_who_cannot_tell_leaves_the_question_with_another_mark(made: MadeNetwork) -> None:
    """An answer that was written before is refused: it knew nothing of that."""
    task = about(made, "namesake")
    answer(made, task.id, "unsure")

    again = about(made, "namesake")
    assert (again.id, again.state) == (task.id, "open")
    assert again.mark != task.mark
    with pytest.raises(StateRefused, match="what it asks has changed since"):
        answer(made, task.id, "same", at=LATER + timedelta(seconds=1), mark=task.mark)


def test_a_hold_is_kept_until_a_day_and_asked_again_then(made: MadeNetwork) -> None:
    """Whatever runs there are until then."""
    task = next(each for each in tasks(made) if each.kind == "hold")

    answer(made, task.id, "keep", until=DAY_3, codes=("documents_missing",))

    assert task.id not in {each.id for each in tasks(made)}
    made.run(DAY_2)
    assert task.id not in {each.id for each in tasks(made, DAY_2)}
    (kept,) = (each for each in tasks(made, DAY_2, kept=True) if each.state == "answered")
    assert (kept.id, kept_until(kept)) == (task.id, DAY_3)
    assert task.id in {each.id for each in tasks(made, DAY_3)}


@pytest.mark.parametrize(
    ("word", "fields", "says"),
    [
        ("maybe", {}, "unknown answer to a task of kind hold `maybe`; expected"),
        ("keep", {}, "not all is given; expected --code CODE, --until DAY; codes are not_the_entity"),
        ("keep", {"until": DAY_2}, "no reason code"),
        ("keep", {"codes": ("nonsense",), "until": DAY_2}, "unknown reason code `nonsense`"),
        ("keep", {"codes": ("rule_fits",)}, "kept until a day that is ahead"),
        ("keep", {"codes": ("rule_fits",), "until": DAY_1}, "kept until a day that is ahead"),
        ("keep", {"codes": ("rule_fits",), "until": FAR}, "more than 90 days ahead"),
        ("keep", {"why": " "}, "--code CODE, --until DAY, --why TEXT; codes"),
        ("keep", {"why": "x" * (MOST_CHARACTERS + 1)}, "--why: no text"),
    ],
)
def test_an_answer_that_says_too_little_is_refused(
    made: MadeNetwork, word: str, fields: dict[str, Any], says: str
) -> None:
    """And nothing is recorded."""
    task, size = next(each for each in tasks(made) if each.kind == "hold"), made.size()

    with pytest.raises(BadInput, match=says):
        answer(made, task.id, word, **fields)
    assert made.size() == size


def test_ten_megabytes_of_words_are_refused(made: MadeNetwork) -> None:
    """In one line, before the ledger is opened."""
    with pytest.raises(BadInput, match="no text") as refused:
        answer(made, "t123456", "same", why="x" * 10_000_000)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (StatedEvent("", "note", " "), "--why: no text"),
        (StatedEvent("", "snooze", "later", until=DAY_1), "not ahead of now"),
        (StatedEvent("", "snooze", "later"), "not ahead of now"),
        (StatedEvent("", "snooze", "", until=DAY_3), "--why: no text"),
        (StatedEvent("", "claim", until=DAY_1 + timedelta(days=99)), "too long for a claim"),
        (StatedEvent("", "assign", assignee=""), "nobody acts"),
    ],
)
def test_an_event_that_says_nothing_is_refused(made: MadeNetwork, event: StatedEvent, says: str) -> None:
    """And nothing is recorded."""
    task, size = about(made, "namesake"), made.size()

    with pytest.raises(BadInput, match=says):
        act(made.network, StatedEvent(task.id, event.kind, event.words, event.until, event.assignee), A, LATER, TOOLS)
    assert made.size() == size


def test_nobody_sleeps_beyond_the_day_on_which_the_letter_goes_out(made: MadeNetwork) -> None:
    """Nothing closes by silence."""
    task = about(made, "namesake")
    assert task.due is not None

    with pytest.raises(BadInput, match="later than the task is due"):
        act(made.network, StatedEvent(task.id, "snooze", "x", task.due + timedelta(days=1)), A, LATER, TOOLS)


def test_a_task_is_hidden_for_90_days_at_most(made: MadeNetwork) -> None:
    """Who wants to wait longer says so again then."""
    task = next(each for each in tasks(made) if each.kind == "hold" and each.due is None)

    with pytest.raises(BadInput, match=r"more than 90 days ahead .*; expected at most .*say so again"):
        act(made.network, StatedEvent(task.id, "snooze", "x", FAR), A, LATER, TOOLS)
    done = act(made.network, StatedEvent(task.id, "snooze", "x", LATER + timedelta(days=90)), A, LATER, TOOLS)
    assert done.state == "snoozed"


@pytest.mark.parametrize(("text", "says"), [("t", "too short"), ("nothing", "no task of this id"), ("", "too short")])
def test_an_unknown_id_is_said_to_be_one(made: MadeNetwork, text: str, says: str) -> None:
    """With where the ids are."""
    with pytest.raises(BadInput, match=says):
        show_task(made.network, text, LATER, TOOLS)


def test_a_question_is_told_with_both_sides_and_the_holds(made: MadeNetwork) -> None:
    """Everything that an analyst looks at stands on one page."""
    shown = show_task(made.network, about(made, "namesake").id, LATER, TOOLS)

    (match,) = shown.matches
    assert match.party is not None
    assert (match.party.name, match.entries[0].caption) == ("Dravik Mills", "Dravik Mills")
    assert {name for hold in shown.holds for name, _ in hold.rules} >= {"possible-match-review"}
    same, other = shown.outlooks
    assert "refused by house-" in same.sentences[0]
    assert "could buy (now on hold)" in other.sentences[0]


def test_before_the_first_run_there_is_nothing_to_answer(tmp_path: Path) -> None:
    """The message says what to do."""
    made = empty_network(tmp_path / "network")
    made.write()

    with pytest.raises(NotFound, match="run `evenhand run` first"):
        tasks(made)
