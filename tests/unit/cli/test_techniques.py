"""DISARM techniques: a person sets one on a community and takes it back; who shares findings reads it in the bundle."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Answer, evenhand
from tests.networks import DAY_1
from tests.rings import ring_network

AT, LATER, LAST = "2026-03-03T12:00:00Z", "2026-03-04T12:00:00Z", "2026-03-05T12:00:00Z"
BY_A_LEE = ("--as", "a.lee", "--why", "seen in the ads")


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = ring_network(tmp_path_factory.mktemp("ring") / "network")
    made.run(DAY_1)
    return made.folder


@pytest.fixture
def folder(unchanged: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(unchanged, tmp_path / "network"))


def task_of(folder: Path) -> str:
    (task,) = evenhand("tasks", folder, "--kind", "finding", "--at", AT, "--json").json["tasks"]
    return str(task["id"])


def note(folder: Path, task: str, *options: str, at: str = AT) -> Answer:
    return evenhand("task", "note", folder, task, *BY_A_LEE, *options, "--at", at)


def flat(answer: Answer) -> str:
    """Return all that was said, with single blanks."""
    return " ".join(f"{answer.out} {answer.err}".split())


def bundle(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "out/influence/bundle.json").read_text("utf-8"))["objects"]
    return found


def patterns(folder: Path) -> list[str]:
    return [each["name"] for each in bundle(folder) if each["type"] == "attack-pattern"]


def test_a_technique_is_set_by_a_person_and_carried_into_all_that_is_shown(folder: Path) -> None:
    """With who and when for those inside; the bundle, which goes out, names no person."""
    assert patterns(folder) == []
    task = task_of(folder)

    done = note(folder, task, "--technique", "T0049.002", "--technique", "t0086")

    assert (done.status, "a.lee noted, set DISARM T0049.002, T0086: seen in the ads" in flat(done)) == (0, True)
    line = "DISARM techniques: T0049.002 (set by a.lee, 2026-03-03), T0086 (set by a.lee, 2026-03-03)"
    assert line in flat(evenhand("task", "show", folder, task, "--at", AT))
    listed = evenhand("influence", "show", folder)
    group = listed.lines[1].partition(":")[0]
    assert listed.lines[1].endswith("; DISARM T0049.002; DISARM T0086")
    assert line in evenhand("influence", "show", folder, group).lines
    assert evenhand("influence", "show", folder, "--json").json["techniques"][group][0] == {
        "id": "T0049.002", "by": "a.lee", "at": AT,
    }  # fmt: skip
    report = (folder / "out" / "influence" / "report.html").read_text("utf-8")
    assert "each set by a person: T0049.002 (<bdi>a.lee</bdi>, 2026-03-03), T0086" in report
    objects = {each["id"]: each for each in bundle(folder)}
    set_ones = [each for each in objects.values() if each["type"] == "attack-pattern"]
    grouping = next(each for each in objects.values() if each["type"] == "grouping")
    assert [each["external_references"] for each in set_ones] == [
        [{"source_name": "DISARM", "external_id": name}] for name in ("T0049.002", "T0086")
    ]
    assert {each["id"] for each in set_ones} < set(grouping["object_refs"]) <= set(objects)
    assert (grouping["modified"], grouping["created"]) == ("2026-03-03T12:00:00.000Z", "2026-03-02T12:00:00.000Z")
    assert "a.lee" not in json.dumps(bundle(folder))
    assert not {each["type"] for each in objects.values()} & {"threat-actor", "intrusion-set", "campaign"}


def test_a_technique_stays_while_the_community_does_and_goes_with_it(folder: Path) -> None:
    """Whether or not the tests are made again."""
    note(folder, task_of(folder), "--technique", "T0049")
    evenhand("influence", "run", folder, "--at", LATER)
    unchanged = patterns(folder)
    shutil.rmtree(folder / "state" / "influence")
    evenhand("influence", "run", folder, "--at", LATER)
    tested_again = patterns(folder)
    events = folder / "data" / "events.csv"
    heading, *rows = events.read_text("utf-8").splitlines()
    events.write_text("\n".join([heading, *(row for row in rows if not row.startswith("ring-"))]), "utf-8")

    gone = evenhand("influence", "run", folder, "--accept-table", "events", "--at", LATER)

    assert gone.status == 0
    assert (unchanged, tested_again, patterns(folder)) == (["T0049"], ["T0049"], [])
    assert "T0049" not in (folder / "out" / "influence" / "report.html").read_text("utf-8")


def test_a_technique_is_taken_back_even_after_the_answer(folder: Path) -> None:
    """The record keeps both acts; the bundle is newer than the one that had it."""
    task = task_of(folder)
    answer = evenhand(
        "task", "answer", folder, task, "no-circumvention", *BY_A_LEE, "--technique", "T0049.002", "--at", AT
    )
    set_by_answer = patterns(folder)

    done = note(folder, task, "--remove-technique", "T0049.002", at=LATER)

    assert (answer.status, set_by_answer, done.status, patterns(folder)) == (0, ["T0049.002"], 0, [])
    grouping = next(each for each in bundle(folder) if each["type"] == "grouping")
    assert grouping["modified"] == "2026-03-04T12:00:00.000Z"
    assert "took back DISARM T0049.002" in flat(done)
    assert done.lines[-1].startswith("Next: ")
    assert evenhand("tasks", folder, "--kind", "finding", "--at", LATER, "--json").json["tasks"] == []
    again = note(folder, task, "--remove-technique", "T0049.002", at=LAST)
    assert (again.status, "not set on this task" in flat(again)) == (2, True)


@pytest.mark.parametrize(("options", "said"), [
    (("--technique", "T49"), "no id of a DISARM technique"),
    (("--technique", "T0049.02"), "T and four digits"),
    (("--technique", "T0049.0021"), "no id of a DISARM technique"),
    (("--technique", ""), "no id of a DISARM technique"),
    (("--technique", "T٠٠٤٩"), "no id of a DISARM technique"),
    (("--technique", "T0049\n"), ""),
    (("--technique", "T0049", "--remove-technique", "T0049"), "set and taken back at once"),
    (("--remove-technique", "T0049"), "no technique is set on it"),
])  # fmt: skip
def test_what_is_no_technique_is_refused_in_one_line(folder: Path, options: tuple[str, ...], said: str) -> None:
    """Nothing is recorded of it; blanks around one do not matter."""
    task = task_of(folder)

    done = note(folder, task, *options)

    assert (done.status, said in flat(done)) == (2 if said else 0, True)
    shown = evenhand("task", "show", folder, task, "--at", AT, "--json").json
    assert len(shown["task"]["history"]) == (0 if said else 1)


def test_a_technique_is_only_for_a_task_about_a_community(folder: Path) -> None:
    """Neither for many tasks at once."""
    done = evenhand("task", "answer", folder, "not-same", "--entry", "x#1", "--technique", "T0049", *BY_A_LEE)

    assert (done.status, "techniques are set on one community" in flat(done)) == (2, True)
