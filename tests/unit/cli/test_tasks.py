"""`tasks` and `task` from the command line."""

import shutil
from pathlib import Path

import pytest

import evenhand as library
from evenhand.cli.commands.task_changes import ChangeOptions
from evenhand.model.errors import BadInput
from tests.commands import DAY_1, DAY_2, append, evenhand

WHO = ("--as", "a.lee", "--at", DAY_2)
SAID = ("--why", "founded elsewhere, by others", *WHO)


@pytest.fixture(scope="module")
def unchanged(built_network: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network with an advertiser that has only its name in common with the listed company; nobody changes it."""
    folder = tmp_path_factory.mktemp("tasks") / "network"
    shutil.copytree(built_network, folder)
    append("data/advertisers.csv", "a3,Quandar Holding,\n")(folder)
    assert evenhand("run", folder, "--at", DAY_1).status == 0
    return folder


@pytest.fixture
def held(unchanged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "80")
    return Path(shutil.copytree(unchanged, tmp_path / "network"))


def the_id(folder: Path) -> str:
    (task,) = evenhand("tasks", folder, "--kind", "match", "--at", DAY_2, "--json").json["tasks"]
    return str(task["id"])


def test_the_list_fits_80_columns_and_says_the_next_command(held: Path) -> None:
    """An id can be copied; what is not said is not there."""
    answer = evenhand("tasks", held, "--at", DAY_2)

    lines = answer.lines
    assert (answer.status, answer.err) == (0, "")
    assert lines[0] == "1 open task (1 match), most urgent first"
    assert max(map(len, lines[:-1])) <= 80
    assert f"{the_id(held)}   match   " in answer.out
    assert lines[-1] == f"Next: evenhand task show {held} {the_id(held)}"
    assert evenhand("tasks", held, "--due", "--at", DAY_2).out.startswith("1 open task (1 match)")
    assert evenhand("tasks", held, "--mine", "nobody", "--at", DAY_2).out == "0 open tasks, most urgent first\n"


MORE = ", of the register in which the company is entered, and of the one in which its owners are"


def test_a_task_is_shown_claimed_noted_and_answered(held: Path) -> None:
    """Each verb says what was done and what the task is then."""
    task = the_id(held)

    shown = evenhand("task", "show", held, task[:5], "--at", DAY_2)
    claimed = evenhand("task", "claim", held, task, *WHO, "--until", "2026-03-04")
    noted = evenhand("task", "note", held, task, "--why", f"extract asked for{MORE}", "--as", "b.berg", "--at", DAY_2)
    tried = evenhand("task", "answer", held, task, "not-same", *SAID, "--dry-run")
    answered = evenhand("task", "answer", held, task, "not-same", *SAID)
    again = evenhand("task", "show", held, task, "--at", DAY_2)

    assert "If the answer is not-same" in shown.out
    assert max(map(len, noted.lines[:-1])) <= 80
    assert "could buy (now on hold)" in shown.out
    assert "a.lee claimed it until 2026-03-04 00:00" in claimed.out
    assert "now claimed by a.lee until 2026-03-04 00:00" in noted.out
    assert tried.out.endswith("Nothing was recorded.\n")
    assert answered.lines[-2:] == ["  now answered", f"Next: evenhand run {held} # the answer counts from this run on"]
    assert "b.berg noted: extract asked for" in again.out
    assert evenhand("tasks", held, "--at", DAY_2).out == "0 open tasks, most urgent first\n"


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("snooze", "ID", "--until", "2026-03-01", *SAID), 2, "--until: not ahead of now"),
        (("snooze", "ID", "--until", "soon", *SAID), 2, "--until: no day and no instant `soon`"),
        (("claim", "t000000000", *WHO), 2, "no task of this id `t000000000`"),
        (("claim", "t", *WHO), 2, "too short for the id of a task"),
        (("answer", "ID", "perhaps", *SAID), 2, "unknown answer `perhaps`"),
        (("answer", "ID", "same", *WHO), 2, "--why: no text"),
        (("answer", "ID", "same", *SAID, "--mark", "000000000000"), 1, "what it asks has changed since"),
        (("answer", "ID", "same", *SAID, "--judge", "nonsense"), 2, "--judge: two parts are needed"),
        (("answer", "ID", "same", *SAID, "--judge", "x#y=same"), 2, "this task does not ask about it: `x#y`"),
        (("answer", "ID", "same", *SAID, "--sign", "nokey"), 2, "no staff.toml"),
        (("answer", "ID", "", *SAID), 2, "unknown answer"),
        (("answer", "ID", "same", "--why", "x", "--as", " ", "--at", DAY_2), 2, "--as: nobody acts"),
        (("answer", "ID", "same", "--why", "x" * 10_000_000, *WHO), 2, "--why: no text"),
        (("confirm", "ID", *WHO), 1, "`confirm` is not allowed in state `open`"),
        (("unclaim", "ID", *WHO), 1, "`unclaim` is not allowed in state `open`; expected claim, assign"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_why(
    unchanged: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    """And nothing is recorded."""
    before, task = evenhand("ledger", "status", unchanged).out, the_id(unchanged)

    answer = evenhand("task", arguments[0], unchanged, *(task if each == "ID" else each for each in arguments[1:]))

    assert (answer.status, answer.out) == (status, "")
    assert says in answer.err
    assert answer.err.count("\n") == 1
    assert len(answer.err) < 600
    assert evenhand("ledger", "status", unchanged).out == before


def test_what_is_hidden_until_a_day_is_counted_and_listed_with_it(held: Path) -> None:
    """`--all`, `--limit`, `--party` and `--list` choose what is shown."""
    evenhand("task", "snooze", held, the_id(held), "--until", "2026-03-04", *SAID)

    hidden, listed = (evenhand("tasks", held, *option, "--at", DAY_2) for option in ((), ("--kept", "--all")))
    unknown = evenhand("tasks", held, "--list", "nosuch", "--at", DAY_2)

    assert hidden.out == "0 open tasks, most urgent first; 1 snoozed (--snoozed)\n"
    assert "snoozed until 2026-03-04 00:00" in listed.out
    assert unknown.status == 2
    assert "--list: no such list `nosuch`; expected " in unknown.err


def test_a_list_says_how_many_more_there_are(held: Path) -> None:
    """And how to see them."""
    append("data/advertisers.csv", "a4,Quandar Holding,\n")(held)
    evenhand("run", held, "--at", DAY_1)

    one, every = (evenhand("tasks", held, *option, "--at", DAY_2).out for option in (("--limit", "1"), ("--all",)))

    assert "\nand 1 more: --all, --limit N, or narrow them by --kind, --party, --list\n" in one
    assert (one.count("   match   "), every.count("   match   "), "more:" in every) == (1, 2, False)


@pytest.mark.parametrize("verb", ["tasks", "complaints"])
def test_a_network_without_a_ledger_is_told_to_run_first(held: Path, verb: str) -> None:
    """As elsewhere."""
    shutil.rmtree(held / "ledger")

    answer = evenhand(verb, held)

    assert answer.status == 2
    assert "no ledger with payloads here" in answer.err
    assert answer.err.endswith("; run `evenhand run` first\n")


def test_kinds_and_people_are_checked_before_anything_is_read(held: Path) -> None:
    """With the kinds there are."""
    answer = evenhand("tasks", held, "--kind", "matches")

    assert (answer.status, answer.out) == (2, "")
    assert "--kind: no such kind of task `matches`; expected match, hold, release" in answer.err


def test_a_program_lists_and_answers_tasks(held: Path) -> None:
    """A table for data frames, and the answer as a record."""
    network = library.Network(held)

    (row,) = network.tasks(kind="match")
    with pytest.raises(BadInput, match="no such kind of task"):
        network.tasks(kind="all")
    done = network.answer_task(row["id"], "not-same", by="a.lee", why="founded elsewhere", mark=row["mark"])

    assert (row["state"], row["law"], row["not_spent"]) == ("open", False, 0.0)
    assert done.state == "answered"
    assert len(network.tasks()) == 0


def test_an_empty_document_is_refused_with_its_name(unchanged: Path, tmp_path: Path) -> None:
    """Nobody has seen anything in it: a fact needs the document itself."""
    empty, whole = tmp_path / "empty.pdf", tmp_path / "extract.pdf"
    empty.write_bytes(b"")
    whole.write_bytes(b"made up")

    with pytest.raises(BadInput, match=r"empty\.pdf: an empty file is no document that was seen"):
        ChangeOptions(share=("morvane=2%",), documents=(whole, empty)).changes_in(unchanged)
    (change,) = ChangeOptions(share=("morvane=2%",), documents=(whole,)).changes_in(unchanged)
    assert len(change.documents) == 1


def test_an_owner_may_be_named_by_a_name_that_one_party_alone_has(unchanged: Path) -> None:
    """An id counts first, a name that nobody has stays as it is; where several have it, their ids are told."""
    rows = (unchanged / "data" / "advertisers.csv").read_text("utf-8").splitlines()
    name = next(row.split(",")[1] for row in rows if row.startswith("a1,"))
    named = ChangeOptions(share=(f"{name.upper()}=2%",), control=("nobody=yes", "a3=no"))

    assert [each.owner_id for each in named.changes_in(unchanged)] == ["a1", "nobody", "a3"]
    with pytest.raises(BadInput, match="several have this name `Quandar Holding`; expected one of a2, a3"):
        ChangeOptions(share=("Quandar Holding=2%",)).changes_in(unchanged)
