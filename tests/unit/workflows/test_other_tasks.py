"""What waits for a person besides parties: rulebooks, lists, hosts' block lists, statements, complaints."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput, StateRefused
from evenhand.model.outcome import Outcome
from evenhand.model.task import Task, TaskKind
from evenhand.store.outbox import Outbox, Row, State
from evenhand.workflows.complaint_records.complaint_store import open_complaints
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.judgements import StatedJudgement, judge
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task
from evenhand.workflows.review.task_board import list_tasks
from evenhand.workflows.rulebooks.drafts import begin_draft, drop_draft, read_draft_file, save_draft_file
from tests.commands import evenhand
from tests.networks import DAY_1, DAY_2, DAY_3, SUFFIXES, TOOLS, MadeNetwork

LATER = DAY_1 + timedelta(hours=1)
A = Acting("a.lee")


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def of_kind(made: MadeNetwork, kind: TaskKind) -> list[Task]:
    return list_tasks(made.network, LATER, SUFFIXES, kind=kind)


def done(made: MadeNetwork, task: Task) -> Task:
    return answer_task(made.network, StatedAnswer(task.id, "done", "seen to it"), A, LATER, TOOLS)


def test_a_rulebook_that_nobody_approved_waits(made: MadeNetwork) -> None:
    """Until two have approved it, or the one in force is back."""
    rules = made.folder / "rulebook" / "house.cedar"
    before = rules.read_text("utf-8")
    assert of_kind(made, "release") == []

    rules.write_text(f"{before}// more\n", "utf-8")

    (task,) = of_kind(made, "release")
    assert task.question.startswith(f"Approve the rulebook {task.mark}? It differs from the one in force (")
    approval = made.folder / "rulebook" / "release.toml"
    approval.write_text('diff = "sha256:00"\napproved_by = ["A. Made-up", "a. made-up"]\n', "utf-8")
    assert [each.id for each in of_kind(made, "release")] == [task.id]
    approval.write_text('diff = "sha256:00"\napproved_by = ["A. Made-up", "B. Made-up"]\n', "utf-8")
    assert of_kind(made, "release") == []
    approval.unlink()
    rules.write_text(before, "utf-8")
    assert of_kind(made, "release") == []


def test_a_draft_of_the_rulebook_waits_once_it_says_something_else(made: MadeNetwork) -> None:
    """Until it is released or dropped; a copy in which nobody has changed anything waits for nobody."""
    head = begin_draft(made.network, A, LATER)
    assert of_kind(made, "release") == []

    text = read_draft_file(made.network, "house.cedar") + "// more\n"
    save_draft_file(made.network, "house.cedar", text, head.version, A, LATER)

    (task,) = of_kind(made, "release")
    assert task.question == "Check and release the draft of the rulebook, begun on 2026-03-02?"
    assert task.excerpt == "begun by a.lee, saved last by a.lee"
    drop_draft(made.network, A, LATER)
    assert of_kind(made, "release") == []


def test_a_list_that_was_not_taken_waits_until_it_is(made: MadeNetwork) -> None:
    """Seen to, it is asked again if the next run has the same problem."""
    for entry in ("s-morvane", "s-tulq", "s-mills"):
        made.drop("house-sanctions", entry)
    strict = replace(TOOLS, accept_lists=frozenset())
    made.run(DAY_1, strict)

    (task,) = of_kind(made, "list")
    assert task.question.startswith("The list house-sanctions was not updated: lists-in/")
    assert done(made, task).state == "answered"
    assert of_kind(made, "list") == []
    made.run(DAY_2, strict)
    (again,) = list_tasks(made.network, DAY_2, SUFFIXES, kind="list")
    assert (again.id, again.opened) == (task.id, task.opened)
    made.run(DAY_3)
    assert list_tasks(made.network, DAY_3, SUFFIXES, kind="list") == []


def test_a_host_s_block_list_that_lacks_entries_waits(made: MadeNetwork) -> None:
    """The file is one that this network exported; more than what is due harms nobody whom a law protects."""
    out = made.folder / "blocked.csv"
    export = ("gate", "export", "--register", made.folder, "--format", "csv", "--out", out, "--at")
    assert evenhand(*export, f"{LATER:%Y-%m-%dT%H:%M:%SZ}").status == 0
    assert of_kind(made, "drift") == []

    made.add("advertisers", id="mill", name="Second Lane", domains="second.ferrolit.example")
    made.run(DAY_1 + timedelta(minutes=30))

    (task,) = of_kind(made, "drift")
    assert "blocked.csv: entries missing: 1" in task.question
    assert task.about["file"] == "blocked.csv"


def test_a_statement_that_our_check_kept_back_waits_once(made: MadeNetwork) -> None:
    """It is never sent any more, so that once seen to, it is done; one that was erased is nobody's task."""
    made.folder.joinpath("outbox").mkdir()
    bad = {"errors": [{"field": "facts", "code": "empty"}]}
    erased = {"errors": [{"field": "id", "code": "erased"}]}
    path = made.folder / "outbox" / "database.sqlite"
    with closing(Outbox(path, "https://database.made-up.example", "ads.made-up.example/log", wait_s=0)) as box:
        box.add([Row(seq=3, reason_id="r-1", state=State.PARKED, answer=bad),
                 Row(seq=4, reason_id="r-2", state=State.PARKED, answer=erased)], 5)  # fmt: skip

    (task,) = of_kind(made, "statement")

    assert task.question == "The statement r-1 was kept back from database: facts empty"
    done(made, task)
    made.run(DAY_2)
    assert task.id not in {each.id for each in list_tasks(made.network, DAY_2, SUFFIXES, kind="statement")}


def test_a_letter_that_our_check_calls_unfit_waits_until_it_is_seen_to_or_nobody_needs_it(made: MadeNetwork) -> None:
    """Each one singly, once; it waits after later runs too, which write no letter and so say nothing of it."""
    made.settings["reasons"]["policy_name"] = "Rules, TBD"
    made.add("advertisers", id="mill", name="Second Lane", domains="ferrolit.example")
    made.add("advertisers", id="yard", name="Third Lane", domains="ferrolit.example")
    report = made.run(LATER)
    made.run(DAY_2)

    def tasks() -> dict[str, Task]:
        found = list_tasks(made.network, DAY_2, SUFFIXES, kind="statement")
        return {each.about["statement"]: each for each in found}

    mill, yard = (reason_id(made.last(party).id) for party in ("mill", "yard"))
    assert set(tasks()) == {mill, yard}
    task = tasks()[mill]
    assert task.question == f"The letter out/reasons/{mill}.txt is not fit to be sent: template-leftover"
    assert task.opened == LATER
    assert f"letter `{mill}` is not fit to be sent: template-leftover; see its task" in report.contested

    answer_task(made.network, StatedAnswer(task.id, "done", "sent by hand, with the name"), A, DAY_2, TOOLS)
    made.run(DAY_2 + timedelta(hours=1))
    assert set(tasks()) == {yard}
    word = StatedJudgement("yard", "s-ferro", "not-same", "A. Reviewer", "seen in the register")
    judge(made.network, word, DAY_2 + timedelta(hours=2), TOOLS)
    made.run(DAY_3)
    assert made.last("yard").outcome is Outcome.ALLOW
    assert tasks() == {}


def test_a_letter_that_is_written_again_is_judged_again(made: MadeNetwork) -> None:
    """What is known of unfit letters is a part of `out`: it may be deleted with it, and is made again with it."""
    made.settings["reasons"]["policy_name"] = "Rules, TBD"
    made.add("advertisers", id="mill", name="Second Lane", domains="ferrolit.example")
    made.run(LATER)
    shutil.rmtree(made.folder / "out")
    assert of_kind(made, "statement") == []

    made.run(DAY_2)
    unfit = made.folder / "out" / "unfit-letters"
    unfit.joinpath("r-gone.json").write_bytes(b"{")

    (task,) = list_tasks(made.network, DAY_2, SUFFIXES, kind="statement")
    assert task.about["statement"] == reason_id(made.last("mill").id)
    made.run(DAY_3)
    assert [path.stem for path in unfit.iterdir()] == [task.about["statement"]]


def test_a_complaint_waits_for_staff_also_where_it_names_no_decision(made: MadeNetwork) -> None:
    """It is answered by its own verbs, and nothing of it is lost."""
    list_tasks(made.network, LATER, SUFFIXES)  # what is kept knows of no complaint
    with open_complaints(made.network, LATER, TOOLS) as held:
        filed = file_complaint(held, None, StatedComplaint("I am not that company.", filed_by="Dravik"), "program")

    (task,) = of_kind(made, "complaint")

    assert task.question == (
        f"Find the decision that is meant by complaint {filed.complaint.id} of Dravik, which names no decision"
    )
    assert task.due is not None
    with pytest.raises(BadInput, match=f"evenhand review DIR {filed.complaint.id}"):
        done(made, task)


def test_an_answered_task_of_any_kind_takes_no_second_answer(made: MadeNetwork) -> None:
    """The other person is told who was first."""
    (made.folder / "rulebook" / "more.cedar").write_text("// nothing\n", "utf-8")
    (task,) = of_kind(made, "release")
    done(made, task)

    with pytest.raises(StateRefused, match=r"`a.lee` answered it `done`"):
        answer_task(made.network, StatedAnswer(task.id, "done", "me too"), Acting("b"), LATER, TOOLS)
