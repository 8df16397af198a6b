"""`evenhand influence` and the questions that come of it, as a person types and reads them."""

import os
import shutil
from pathlib import Path

import pytest

from tests.commands import evenhand
from tests.networks import DAY_1
from tests.rings import ring_network

AT = "2026-03-03T12:00:00Z"
LATER = "2026-03-04T12:00:00Z"


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = ring_network(tmp_path_factory.mktemp("ring") / "network")
    made.add("advertisers", id="refused-one", name="Brelm Outlet", country="DE", circumvention_confirmed_by="desk")
    made.run(DAY_1)
    return made.folder


@pytest.fixture
def folder(unchanged: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(unchanged, tmp_path / "network"))


def test_a_run_says_what_was_tested_and_what_to_look_at(folder: Path) -> None:
    """The second one says that nothing has changed."""
    shutil.rmtree(folder / "state" / "influence")

    first = evenhand("influence", "run", folder, "--at", AT).lines
    again = evenhand("influence", "run", folder, "--at", AT)

    assert first[0] == "Coordination: 200 acts of 20 accounts tested, 1 community of 6 accounts, 6 of them named"
    assert first[1].startswith("g-")
    assert "6 accounts, 6 named, by landing_url; q = " in first[1]
    assert first[-1].startswith(f"Next: evenhand influence show {folder} g-")
    assert "nothing was tested again" in again.lines[0]
    assert evenhand("influence", "run", folder, "--at", AT, "--json").json["is_kept"] is True
    report = folder / "out" / "influence" / "report.html"
    assert "<svg" in report.read_text("utf-8")
    assert "Quolvet ring-0" in (folder / "out" / "influence" / "influence.html").read_text("utf-8")


def test_a_network_without_events_says_so(folder: Path) -> None:
    """And where to read what to do; that it had some at the last run stops it first, as it stops `run`."""
    settings = folder / "evenhand.toml"
    settings.write_text(settings.read_text("utf-8").replace('events = "data/events.csv"', ""), "utf-8")

    lost = evenhand("influence", "run", folder)
    kept = (folder / "out" / "influence" / "pairs.parquet").exists()
    answer = evenhand("influence", "run", folder, "--accept-table", "events")

    assert (lost.status, "--accept-table events" in lost.err, kept) == (2, True, True)
    assert (answer.status, answer.lines) == (
        0, ["Nothing was tested: the network has no events (the page influence of the documentation)"],
    )  # fmt: skip
    assert evenhand("influence", "show", folder).status == 2


def test_a_community_and_an_edge_are_shown_with_the_next_command(unchanged: Path) -> None:
    """From the list to the acts, without an id typed that was not shown."""
    listed = evenhand("influence", "show", unchanged)
    group = listed.lines[1].partition(":")[0]
    shown = evenhand("influence", "show", unchanged, group, "--limit", "2")
    edge = evenhand("influence", "edge", unchanged, "ring-0", "ring-1", "--limit", "1")

    assert shown.lines[1] == "Named: ring-0, ring-1, ring-2, ring-3, ring-4, ring-5"
    assert "… 13 further pairs: --limit 15" in shown.lines[-2]
    assert shown.lines[-1].startswith(f"Next: evenhand influence edge {unchanged} ring-")
    assert edge.lines[1] == "10 shared acts or things, 10 of them within one minute:"
    assert "5 s apart  landing_url:story.example/0  (ad-ring-0-0 and ad-ring-1-0)" in edge.lines[2]
    assert len(evenhand("influence", "edge", unchanged, "ring-0", "ring-1", "--json").json["evidence"]["acts"]) == 10
    assert len(evenhand("influence", "show", unchanged, group, "--json").json["pairs"]) == 15
    assert len(evenhand("influence", "show", unchanged, "--json").json["communities"]) == 1


def test_of_a_mixed_group_the_declared_pairs_stand_last(folder: Path) -> None:
    """Under words of their own; the next command is of a pair that declared nothing."""
    settings, table = folder / "evenhand.toml", folder / "data" / "declared.csv"
    settings.write_text(
        settings.read_text("utf-8").replace("[intake]", '[intake]\ndeclared = "data/declared.csv"'), "utf-8"
    )
    table.write_text("account_id,control_id\nring-0,x\nring-1,x\nring-2,x\n", "utf-8")
    evenhand("influence", "run", folder, "--at", AT)

    lines = evenhand("influence", "show", folder, "g-").lines

    (place,) = (number for number, line in enumerate(lines) if line.startswith("Pairs that declared one control"))
    before, behind = lines[3:place], lines[place + 1 : -1]
    assert (len(before), len(behind)) == (12, 3)
    assert all(line.endswith("Both declare no common owner, agency or payer.") for line in before)
    assert all(line.endswith("Both declare the same control.") for line in behind)
    assert " ring-0 ring-1" not in lines[-1]


def test_a_community_shows_which_accounts_are_no_advertisers(folder: Path) -> None:
    """They are linked, and nobody names them."""
    table = folder / "data" / "events.csv"
    table.write_text(table.read_text("utf-8").replace("ring-5,", "@stranger,"), "utf-8")

    ran = evenhand("influence", "run", folder, "--at", AT)
    shown = evenhand("influence", "show", folder, "g-")

    assert any("6 accounts, 5 named, by landing_url" in each for each in ran.lines)
    assert shown.lines[1:3] == [
        "Named: ring-0, ring-1, ring-2, ring-3, ring-4",
        "No advertisers of this network, not named: @stranger",
    ]
    assert evenhand("influence", "edge", folder, "ring-0", "ring-0").status == 2


def test_a_finding_is_answered_from_the_queue(folder: Path) -> None:
    """With the acts on the page, and a document for what takes one."""
    (task,) = evenhand("tasks", folder, "--kind", "finding", "--at", AT, "--json").json["tasks"]
    paper = folder / "paper.txt"
    paper.write_text("one phone number", "utf-8")

    shown = evenhand("task", "show", folder, task["id"], "--at", AT)
    who = ("--as", "a.lee", "--why", "one phone number", "--at", AT)
    named = ("--circumvention", "ring-1=refused-one", "--document", paper)
    answered = evenhand("task", "answer", folder, task["id"], "circumvention-confirmed", *named, *who)

    assert "What acts as one" in shown.out
    assert "Behind ring-" in shown.out
    assert "no-circumvention: they act together" in shown.out
    assert (answered.status, answered.err) == (0, "")
    assert "Next: evenhand run" in answered.out
    evenhand("run", folder, "--at", LATER)
    explained = " ".join(evenhand("explain", folder, "ring-1", "--at", LATER).out.split())
    assert "ring-1 is another name of the refused party refused-one" in explained
    again = evenhand("task", "show", folder, task["id"], "--at", LATER)
    assert "ring-1 is another name of refused-one" in " ".join(again.out.split())


def test_what_a_hold_rests_on_beside_is_said_and_whose_q_it_is(folder: Path) -> None:
    """Under a hold it would be untrue that acting as one restricts nobody; to change it, fewer than five suffice."""
    table = folder / "data" / "advertisers.csv"
    table.write_text(table.read_text("utf-8").replace("register", "declared"), "utf-8")
    evenhand("run", folder, "--at", AT)

    text = " ".join(evenhand("explain", folder, "ring-1", "--at", AT).out.split())

    assert "restricts nobody" not in text
    assert "q of the group below 0.000001; the decision rests on this together with: payer's level of" in text
    assert "share of chance findings, of the group as a whole: below 0.000001" in text
    assert "number of advertisers that act alike: 4 instead of 6 (allowed)" in text


def test_a_document_is_a_file_that_is_read_to_its_end(folder: Path, tmp_path: Path) -> None:
    """A pipe or a device is refused at once, where reading would never end."""
    (task,) = evenhand("tasks", folder, "--kind", "finding", "--at", AT, "--json").json["tasks"]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    who = ("--as", "a.lee", "--why", "one phone number", "--at", AT, "--circumvention", "ring-1=refused-one")

    for given, said in ((pipe, "no file"), (tmp_path, "no file"), (tmp_path / "none", "cannot be read")):
        answered = evenhand("task", "answer", folder, task["id"], "circumvention-confirmed", *who, "--document", given)
        assert (answered.status, said in answered.err) == (2, True)


def test_after_no_circumvention_a_person_reads_what_a_hold_still_waits_for(folder: Path) -> None:
    (task,) = evenhand("tasks", folder, "--kind", "finding", "--at", AT, "--json").json["tasks"]
    who = ("--as", "a.lee", "--why", "one publisher", "--at", AT)

    answered = evenhand("task", "answer", folder, task["id"], "no-circumvention", *who)

    assert "A hold of one of them stays until who pays is verified by a document" in " ".join(answered.out.split())


def test_the_report_follows_who_is_on_hold(folder: Path) -> None:
    """Though nothing is tested again."""
    report = folder / "out" / "influence" / "report.html"
    evenhand("run", folder, "--at", AT)
    before = report.read_text("utf-8")
    table = folder / "data" / "advertisers.csv"
    table.write_text(table.read_text("utf-8").replace("register", "declared"), "utf-8")

    assert evenhand("run", folder, "--at", LATER).status == 0

    assert "on hold" not in before
    assert "6 accounts of these groups are on hold" in report.read_text("utf-8")


def test_an_act_has_one_time_on_every_page_in_a_zone_that_is_named(unchanged: Path) -> None:
    """The network's zone is another one: an analyst compares both pages."""
    (task,) = evenhand("tasks", unchanged, "--kind", "finding", "--at", AT, "--json").json["tasks"]

    shown = evenhand("task", "show", unchanged, task["id"], "--at", AT)
    edge = evenhand("influence", "edge", unchanged, "ring-2", "ring-3", "--limit", "1")

    assert "2026-02-25 06:18:30 UTC, 5 s apart" in shown.out
    assert "2026-02-25 06:18:30 UTC  2026-02-25 06:18:35 UTC  5 s apart" in edge.lines[2]


def test_the_answers_to_a_finding_are_in_the_help() -> None:
    text = " ".join(evenhand("task", "answer", "--help").out.split())

    assert "declared-since" in text
    assert "no-circumvention" in text


def test_what_is_shown_after_a_run_that_failed_says_when_it_was_found(folder: Path) -> None:
    """And which table is another one since."""
    unchanged = evenhand("influence", "show", folder).lines[0]
    (folder / "data" / "events.csv").write_text("account_id,object_id,object_type\n", "utf-8")
    failed = evenhand("influence", "run", folder)
    shown = evenhand("influence", "show", folder).lines[0]

    assert failed.status == 2
    assert unchanged.endswith("6 of them named; as of 2026-03-02 12:00 UTC")
    assert shown == f"{unchanged}; `events` changed since and not tested yet"
