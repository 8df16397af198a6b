"""Many matches of one entry or one party are cleared at once, after a sample, and never otherwise."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from evenhand.model.errors import BadInput, NotFound, StateRefused
from evenhand.model.judgement import Judgement
from evenhand.workflows.operations import verify_folder
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.bulk_answers import SAMPLE, StatedBulk, answer_at_once, sample_of
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task, confirm_answer
from evenhand.workflows.review.task_board import list_tasks
from evenhand.workflows.review.task_events import StatedEvent, act
from evenhand.workflows.review.task_numbers import numbers_of
from tests.commands import evenhand
from tests.networks import DAY_1, SUFFIXES, TOOLS, MadeNetwork
from tests.unit.workflows.test_hold_answers import signs, write_staff

LATER = DAY_1 + timedelta(hours=1)
A, B = Acting("a.lee"), Acting("b.berg")
ENTRY = "house-sanctions#s-mills"
WHY = "all are bakeries of one village, register seen"


@pytest.fixture(scope="module")
def many(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Nine advertisers with the name of one entry."""
    made = begun.copy(tmp_path_factory.mktemp("many") / "network")
    for number in range(8):
        made.add("advertisers", id=f"mills-{number}", name="Dravik Mills")
    made.run(DAY_1)
    return made


@pytest.fixture
def made(many: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return many.copy(tmp_path / "network")


def judged(made: MadeNetwork) -> list[Judgement]:
    return [msgspec.json.decode(each, type=Judgement) for each in made.payloads("judgement")]


def test_a_sample_comes_first_and_each_judgement_is_recorded_singly(made: MadeNetwork) -> None:
    """The sample is drawn by a hash, so that nobody picks it; what somebody else has is left out."""
    task = list_tasks(made.network, LATER, SUFFIXES, kind="match")[0]
    act(made.network, StatedEvent(task.id, "claim"), B, LATER, TOOLS)
    size = made.size()

    sample = sample_of(made.network, StatedBulk(WHY, entry=ENTRY), A, LATER, TOOLS)
    assert (sample.tasks, sample.matches, sample.left, len(sample.sample)) == (8, 8, 1, SAMPLE)
    assert sample == sample_of(made.network, StatedBulk(WHY, entry=ENTRY), A, LATER, TOOLS)
    assert made.size() == size
    with pytest.raises(NotFound, match=r"no entry of a list here `nolist#s-mills`; .*one of these lists: house-"):
        sample_of(made.network, StatedBulk(WHY, entry="nolist#s-mills"), A, LATER, TOOLS)
    done = answer_at_once(made.network, StatedBulk(WHY, entry=ENTRY, sampled=sample.sampled), A, LATER, TOOLS)
    with pytest.raises(NotFound, match="every match of it is answered; none is open: `mills-7`"):
        sample_of(made.network, StatedBulk(WHY, party="mills-7"), A, LATER, TOOLS)

    assert (done.tasks, done.judgements, done.waiting) == (8, 8, 0)
    assert {each.verdict for each in judged(made)} == {"not-same"}
    assert len({each.party_id for each in judged(made)}) == 8
    assert [each.id for each in list_tasks(made.network, LATER, SUFFIXES, kind="match")] == [task.id]
    (numbers,) = (each for each in numbers_of(made.network, LATER, SUFFIXES) if each.kind == "match")
    assert (numbers.open, numbers.answered, numbers.days, numbers.seen_by_second) == (1, 8, 1, 0)
    assert verify_folder(made.folder).ok


def test_what_was_not_sampled_is_not_answered(made: MadeNetwork) -> None:
    """Somebody else answered one of them since the sample was shown."""
    sample = sample_of(made.network, StatedBulk(WHY, entry=ENTRY), A, LATER, TOOLS)
    answer_task(made.network, StatedAnswer(sample.sample[0].id, "same", WHY), B, LATER, TOOLS)

    for code in (sample.sampled, "00000000"):
        with pytest.raises(StateRefused, match="not the matches that were sampled"):
            answer_at_once(made.network, StatedBulk(WHY, entry=ENTRY, sampled=code), A, LATER, TOOLS)
    assert len(judged(made)) == 1


def test_one_party_or_one_entry_and_nothing_wider(made: MadeNetwork) -> None:
    """Neither all, nor two conditions, nor one that nothing is open about."""
    assert sample_of(made.network, StatedBulk(WHY, party="mills-3"), A, LATER, TOOLS).tasks == 1
    for stated in (StatedBulk(WHY), StatedBulk(WHY, entry=ENTRY, party="mills-3")):
        with pytest.raises(BadInput, match="one entry or one party"):
            sample_of(made.network, stated, A, LATER, TOOLS)
    with pytest.raises(NotFound, match="the last run found no match of `house-sanctions#nobody`"):
        sample_of(made.network, StatedBulk(WHY, entry="house-sanctions#nobody"), A, LATER, TOOLS)


def test_where_a_law_stands_behind_a_second_person_confirms_each(
    made: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lifted at once that one person cannot lift."""
    monkeypatch.setattr("evenhand.workflows.review.run_result.RunResult.is_listed_by_law", lambda *_: True)
    (made.folder / "state" / "tasks.json").unlink(missing_ok=True)
    write_staff(made.folder)
    stated = StatedBulk(WHY, entry=ENTRY, sampled=sample_of(
        made.network, StatedBulk(WHY, entry=ENTRY), signs("ana"), LATER, TOOLS).sampled)  # fmt: skip

    done = answer_at_once(made.network, stated, signs("ana"), LATER, TOOLS)

    assert (done.tasks, done.judgements, done.waiting) == (9, 0, 9)
    assert judged(made) == []
    waiting = list_tasks(made.network, LATER, SUFFIXES, kind="match")
    confirm_answer(made.network, waiting[0].id, signs("rob"), "", LATER, TOOLS)
    assert len(judged(made)) == 1
    (numbers,) = (each for each in numbers_of(made.network, LATER, SUFFIXES) if each.kind == "match")
    assert (numbers.seen_by_second, numbers.changed_by_second, numbers.answered) == (1, 0, 1)
    assert numbers.high is not None
    assert 0.7 < numbers.high < 0.8


def test_the_command_shows_the_sample_then_records(made: MadeNetwork) -> None:
    """The last line of the first call is what the second needs."""
    said = ("--entry", ENTRY, "--as", "a.lee", "--why", WHY, "--at", f"{LATER:%Y-%m-%dT%H:%M:%SZ}")

    shown = evenhand("task", "answer", made.folder, "not-same", *said)
    wrong = evenhand("task", "answer", made.folder, "same", *said)
    code = shown.out.split()[-1]
    done = evenhand("task", "answer", made.folder, "not-same", *said, "--yes", code)
    counted = evenhand("tasks", made.folder, "--numbers", "--at", f"{LATER:%Y-%m-%dT%H:%M:%SZ}")

    assert shown.out.startswith("9 tasks with 9 matches would be answered not-same.\n")
    assert (wrong.status, "only one answer is given to many tasks at once" in wrong.err) == (2, True)
    assert " ".join(done.out.split()).startswith(
        "9 tasks answered, 9 judgements recorded, 0 answers for a second person"
    )
    assert "9 (9 in 1 day)" in counted.out
