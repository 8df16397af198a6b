"""`evenhand demo`: built anew each time, and never over something that is not a demo."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from evenhand.cli.commands.demo import build_demo
from evenhand.model.task import TaskKind
from evenhand.store.network import read_network
from evenhand.workflows.operations import verify_folder
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.task_board import list_tasks
from tests.commands import Demo, evenhand
from tests.networks import SUFFIXES

EVENING = datetime(2026, 11, 2, 18, tzinfo=UTC)


def test_the_demo_shows_three_runs_and_where_to_look(made_demo: Demo) -> None:
    """A newcomer's first minute: what happened, and what to type next."""
    out = made_demo.out

    assert [day for day in ("26 October 2017", "19 August 2019", "2 November 2026") if day in out] != []
    assert out.count("Outcomes in force") == 3
    assert "  evenhand explain demo-network rt" in out
    assert (made_demo.folder / "out/report.html").exists()


def test_a_second_demo_replaces_the_first(tmp_path: Path) -> None:
    """`make demo` is called more than once, and after somebody played with it."""
    build_demo(tmp_path / "demo")
    (tmp_path / "demo/data/advertisers.csv").write_text("id,name\n")

    again = evenhand("demo", tmp_path / "demo", "--json")

    assert again.json["advertisers"] > 50


def test_other_people_s_folders_are_left_alone(network: Path, tmp_path: Path) -> None:
    """Replacing deletes: only what has the sample's own settings may go."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/evenhand.toml").write_text("not toml")
    (tmp_path / "mine").write_text("a file")

    answers = [evenhand("demo", each) for each in (network, tmp_path / "notes", tmp_path / "mine")]

    assert [answer.status for answer in answers] == [2, 2, 2]
    assert all("holds no demo" in answer.err for answer in answers)
    assert (network / "ledger/private/signing.key").exists()
    assert (tmp_path / "mine").read_text() == "a file"


def test_a_task_of_each_kind_is_open(made_demo: Demo) -> None:
    """Somebody who tries a page or a verb of tasks meets what it is for; nothing of the sample hides the rest."""
    tasks = list_tasks(read_network(made_demo.folder), EVENING, SUFFIXES)
    kinds = Counter(each.kind for each in tasks)

    # A changed report asks once a claim of it is confirmed: in the sample nobody has decided about one yet.
    assert kinds.keys() == {*get_args(TaskKind)} - {"source"}
    assert {each.state for each in tasks} == {"open"}
    assert max(kinds.values()) <= 10


def test_what_waits_comes_of_inputs_and_acts_and_not_of_records_of_tasks(made_demo: Demo) -> None:
    """A sample that wrote tasks down would show what no network does; and its log verifies whole."""
    report = verify_folder(made_demo.folder)
    with read_ledger(made_demo.folder / "ledger") as ledger:
        acts = [*ledger.entries("task")]

    assert (report.ok, report.problems) == (True, ())
    assert acts == []
    assert not (made_demo.folder / "later").exists()
