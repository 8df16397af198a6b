"""Two people answer one task at the same instant: one wins, the other is told, and nothing is half recorded."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import msgspec
import pytest

from evenhand.model.errors import StateRefused
from evenhand.model.judgement import Judgement
from evenhand.model.task import Task, TaskEvent
from evenhand.workflows.operations import verify_folder
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task
from evenhand.workflows.review.task_board import list_tasks
from tests.networks import DAY_1, SUFFIXES, TOOLS, MadeNetwork

PATIENT = replace(TOOLS, wait_s=60.0)


@pytest.mark.parametrize("races", [20, pytest.param(1_000, marks=pytest.mark.long)])
def test_of_two_answers_at_one_instant_one_wins_and_the_other_is_told(
    begun: MadeNetwork, tmp_path: Path, races: int
) -> None:
    """`unsure` leaves the task open with another mark, so that it is raced for again; the last two say the opposite."""
    made = begun.copy(tmp_path / "network")
    network = made.network

    def answer(task: Task, who: str, word: str, at: datetime, start: Barrier) -> str:
        start.wait()
        try:
            answer_task(network, StatedAnswer(task.id, word, "seen", mark=task.mark), Acting(who), at, PATIENT)
        except StateRefused as error:
            return str(error)
        return "won"

    outcomes = []
    with ThreadPoolExecutor(2) as pool:
        for race in range(races):
            at, start = DAY_1 + timedelta(seconds=race), Barrier(2)
            (task,) = list_tasks(network, at, SUFFIXES, kind="match")
            words = ("unsure", "unsure") if race < races - 1 else ("same", "not-same")
            futures = [
                pool.submit(answer, task, who, word, at, start) for who, word in zip("ab", words, strict=True)
            ]  # fmt: skip
            outcomes.append(sorted(each.result() for each in futures))

    for told, won in outcomes:
        assert won == "won"
        assert "what it asks has changed since" in told or "answered it" in told
    events = [msgspec.json.decode(each, type=TaskEvent) for each in made.payloads("task")]
    judged = [msgspec.json.decode(each, type=Judgement) for each in made.payloads("judgement")]
    assert [each.number for each in events] == list(range(races))
    assert [(each.by, each.verdict) for each in judged] == [(each.by, each.answer) for each in events]
    assert list_tasks(network, DAY_1 + timedelta(seconds=races), SUFFIXES, kind="match") == []
    assert verify_folder(made.folder).ok
