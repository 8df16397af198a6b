"""A house list of ten rows of which three have ended: who is let go, on which day, and where a keeper sees it."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.commands import Answer, evenhand
from tests.networks import DAY_1, MadeNetwork, empty_network

PARTIES = ("Vorontal Works", "Skarnheim Media", "Brelutza Trading", "Quimbarra Print")
_PUBLISHED = ("entries", "files", "key", "published_on", "publisher", "reader", "reader_version", "sha256")
_UNTIL = {"Skarnheim Media": "2026-02", "Brelutza Trading": "2026-03-01", "Quimbarra Print": "2026-03-02"}


@pytest.fixture
def made(tmp_path: Path) -> MadeNetwork:
    """Ten rows; two have ended before the first run, one ends with its day, and four of them are clients."""
    made = empty_network(tmp_path / "network")
    for name in (*PARTIES, *(f"Ordinary Foundry {number}" for number in range(5))):
        made.add("house-sanctions", id=f"h-{name.split()[0].lower()}-{name.split()[-1].lower()}", schema="Company",
                 name=name, country="qp", website=f"https://{name.split()[0].lower()}.example", topic="made-up",
                 until=_UNTIL.get(name, ""))  # fmt: skip
    for name in PARTIES:
        made.add("advertisers", id=name.split()[0].lower(), name=name, country="QP",
                 domains=f"{name.split()[0].lower()}.example")  # fmt: skip
    made.write()
    return made


def run(made: MadeNetwork, at: datetime) -> Answer:
    answer = evenhand("run", made.folder, "--at", f"{at:%Y-%m-%dT%H:%M:%SZ}", "--json")
    assert answer.status == 0, answer.err
    return answer


def refused(made: MadeNetwork) -> set[str]:
    return {id_ for id_ in ("vorontal", "skarnheim", "brelutza", "quimbarra") if made.last(id_).outcome == "refuse"}


def notes(answer: Answer) -> list[str]:
    return [note for news in answer.json["lists"] for note in news["notes"]]


def test_who_is_on_the_list_no_more_may_buy_and_the_run_says_why(made: MadeNetwork) -> None:
    """The last day still counts; on the next one the same list, not touched by anybody, lets the party go."""
    last_day = run(made, DAY_1)
    assert refused(made) == {"vorontal", "quimbarra"}
    assert notes(last_day) == [
        "2 of 10 entries have ended and count no more (last day): h-skarnheim-media (2026-02-28), h-brelutza-trading"
        " (2026-03-01)"
    ]

    run(made, DAY_1 + timedelta(hours=10, minutes=59))
    assert refused(made) == {"vorontal", "quimbarra"}

    day_after = run(made, DAY_1 + timedelta(hours=12))
    assert refused(made) == {"vorontal"}
    assert "3 of 10 entries have ended" in notes(day_after)[0]
    assert "h-quimbarra-print (2026-03-02)" in notes(day_after)[0]
    leaves = [msgspec.json.decode(each) for each in made.payloads("list_version")]
    assert sorted(each["entries"] for each in leaves) == [1, 10]  # each list as it was published, once
    assert all(each.keys() == {*_PUBLISHED} for each in leaves)

    whole = " ".join(evenhand("explain", made.folder, "quimbarra", "--at", "2026-03-03T01:00:00Z").out.split())
    assert "no adverse findings" in whole


def test_a_keeper_sees_the_ends_at_the_command_line(made: MadeNetwork) -> None:
    """What ended long ago is ended on any day that the clock of a test can have."""
    run(made, DAY_1)

    shown = evenhand("lists", "show", made.folder).out
    entry = " ".join(evenhand("lists", "entry", made.folder, "h-brelutza-trading").out.split())
    screened = [
        evenhand("screen", "--name", name, "--network", made.folder, "--json").json["answers"] for name in PARTIES[:2]
    ]

    said = evenhand("screen", "--name", PARTIES[1], "--network", made.folder).out

    assert "house-sanctions of 2026-01-02 (10 entries, those in force asked, " in said
    assert "3 of 10 entries have ended and count no more (last day): h-skarnheim-media (2026-02-28)" in shown
    assert "Listed until 2026-03-01" in entry
    assert [len(each[0]["matches"]) if each else 0 for each in screened] == [1, 0]


def test_rows_that_have_ended_are_taken_out_without_anybody_s_leave(made: MadeNetwork) -> None:
    """More than a tenth of the rows go at once: nothing is lost by it, and nothing is decided."""
    run(made, DAY_1)
    for id_ in ("h-skarnheim-media", "h-brelutza-trading"):
        made.drop("house-sanctions", id_)
    made.write()

    answer = run(made, DAY_1 + timedelta(hours=1))

    assert answer.json["warnings"] == []
    assert (answer.json["decisions"], notes(answer)) == (0, [])


def test_ends_that_are_written_into_many_rows_at_once_are_not_believed(made: MadeNetwork) -> None:
    """A column filled down by mistake would let everybody go; the version in force stays until a person has looked."""
    run(made, DAY_1)
    for row in made.lists["house-sanctions"]:
        row["until"] = "2025-12-31"
    made.write()

    answer = run(made, DAY_1 + timedelta(hours=1))

    assert refused(made) == {"vorontal", "quimbarra"}
    (warning,) = answer.json["warnings"]
    assert "too many entries are missing or have ended, the version in force stays: `8 of 8`" in warning
