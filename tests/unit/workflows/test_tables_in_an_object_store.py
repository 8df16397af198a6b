"""A run whose tables are in an object store decides as one whose tables are files, and stops where one is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.model.errors import TableUnreadable
from evenhand.workflows.queries.checkup import Machine, examine
from evenhand.workflows.run.coordination_run import run_coordination_tests
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork, full_network
from tests.object_server import NO_STORE, ObjectServer, object_server
from tests.rings import RING, ring_network

pytestmark = NO_STORE


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ObjectServer]:
    with object_server(tmp_path) as running:
        yield running


def in_the_store(made: MadeNetwork, server: ObjectServer, *tables: str) -> None:
    """Put tables of a network into the store, and name them there."""
    made.write()
    for table in tables:
        address = server.put(f"{table}.csv", (made.folder / "data" / f"{table}.csv").read_bytes())
        made.settings["intake"][table] = address


def test_a_run_from_the_store_decides_as_one_from_files(server: ObjectServer, tmp_path: Path) -> None:
    """Rows, reasons, register: all but the instants at which they were made."""
    made = full_network(tmp_path / "files")
    stored = made.copy(tmp_path / "stored")
    in_the_store(stored, server, *(name for name in stored.tables if name != "votes"))

    made.run()
    stored.run()

    assert stored.in_force() == made.in_force()
    assert stored.payloads("decision") == made.payloads("decision")


def test_new_rows_are_read_and_an_unchanged_run_stands(server: ObjectServer, tmp_path: Path) -> None:
    """The object is asked for its state once a run, and fetched when that is new."""
    made = full_network(tmp_path / "n")
    in_the_store(made, server, "advertisers")
    made.run()
    size = made.size()

    made.run(DAY_2)
    assert (server.count("HEAD"), server.count("GET"), made.size()) == (2, 1, size)

    made.add("advertisers", id="later", name="Later Bakery", domains="later.example", country="DE")
    in_the_store(made, server, "advertisers")
    made.run(DAY_3)

    assert server.count("GET") == 2
    assert made.last("later").outcome == "allow"


def test_a_missing_object_stops_the_run_though_a_copy_is_there(server: ObjectServer, tmp_path: Path) -> None:
    """As a missing file does: nothing is decided from rows that are no longer there."""
    made = full_network(tmp_path / "n")
    in_the_store(made, server, "ownership")
    made.run()
    size = made.size()
    server.remove("ownership.csv")

    with pytest.raises(TableUnreadable, match=r"^s3://acts/ownership\.csv: there is no such object or bucket"):
        made.run(DAY_2)

    assert made.size() == size


def test_coordination_is_tested_with_acts_from_the_store(server: ObjectServer, tmp_path: Path) -> None:
    """`influence run` fetches too."""
    made = ring_network(tmp_path / "n")
    in_the_store(made, server, "events")
    made.write()

    result = run_coordination_tests(made.network, DAY_1, TOOLS)

    assert {member for each in result.communities for member in each.members} == set(RING)


def test_doctor_says_what_was_not_fetched_yet(tmp_path: Path) -> None:
    """It is no missing file."""
    made = full_network(tmp_path / "n")
    made.settings["intake"]["events"] = "s3://acts/a.csv"
    made.write()

    found = [each for each in examine(made.folder, Machine(DAY_1, 1 << 40, {}, {})) if "s3:" in each.what]

    assert [(each.level, each.what) for each in found] == [("warning", "s3://acts/a.csv was not fetched yet")]
