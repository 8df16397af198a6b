"""Tables taken from the last run's state, and the same tables read anew."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given

from evenhand.intake import Tables
from evenhand.intake.network_tables import read_tables, table_hashes
from evenhand.intake.reading_key import reading_key
from evenhand.model.log import Checkpoint
from evenhand.model.network import Absent, IntakeSection
from evenhand.store.network import Network
from evenhand.workflows.evaluation.facts import CONTENT_KIND
from evenhand.workflows.evaluation.run_state import INPUTS, KnownInputs
from evenhand.workflows.evaluation.unchanged_tables import UnchangedTables, unchanged_tables
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.run.run_inputs import load_rulebook
from tests.differential.test_clean_rows import tables, write_csv
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, full_network

ABSENT = Absent(payer="advertiser", political="no")
FX = {"USD": "0.9"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network that has run, with cells that are left out and a row that is rejected."""
    made = full_network(tmp_path_factory.mktemp("ran") / "network")
    made.row("advertisers", "bakery").update(domains="no host;made-up.de", country="Narnia")
    made.add("advertisers", id="hidden", name="Hid\u202eden", prepaid="a lot")
    made.add("campaigns", id="lost", advertiser_id="nobody")
    made.run(DAY_1)
    return made


def taken(made: MadeNetwork) -> UnchangedTables | None:
    """Return what the next run takes up."""
    network = made.network
    with open_ledger(network.ledger, draw=bytes) as ledger:
        return unchanged(network, ledger.checkpoint)


def kinds(network: Network) -> tuple[str, ...] | None:
    """Return the kinds of content of a network's rulebook."""
    return load_rulebook(network).ids_of(CONTENT_KIND)


def unchanged(network: Network, checkpoint: Checkpoint | None) -> UnchangedTables | None:
    intake, fx, currency = network.settings.intake, network.settings.fx, network.settings.network.currency

    def key() -> str:
        return reading_key(intake, fx, currency, kinds(network), table_hashes(network.folder, intake))

    return unchanged_tables(network.state, checkpoint, key, network.out / "register.jsonl")


def anew(network: Network) -> Tables:
    """Return the tables as they are read."""
    settings = network.settings
    return read_tables(
        network.folder, settings.intake, settings.fx, settings.network.currency, TOOLS.suffixes, kinds=kinds(network)
    )


@given(tables())
def test_a_table_comes_back_from_state_with_all_that_was_told_of_it(
    made: tuple[str, Any, Any, list[list[str]]],
) -> None:
    """What is decoded is compared with what is read: no kind of value and no note may change on the way."""
    name, _, columns, rows = made
    with TemporaryDirectory() as folder:
        write_csv(Path(folder, "t.csv"), [columns, *rows])
        write_csv(Path(folder, "a.csv"), [("id", "name"), ("a1", "Made Up"), ("a2", "Made Up Too")])
        section = IntakeSection(**{"advertisers": "a.csv", name: "t.csv"}, max_refused_share="1", absent=ABSENT)
        read = read_tables(Path(folder), section, FX, "EUR", TOOLS.suffixes)

    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(KnownInputs(DAY_1, read, {})), type=KnownInputs)

    assert kept.tables == read
    assert all(type(one) is type(other) for one, other in zip(kept.tables.unread, read.unread, strict=True))


def test_unchanged_tables_are_taken_and_equal_those_that_are_read(ran: MadeNetwork) -> None:
    """A run that takes them decides from the same, and says the same of what was left out."""
    found = taken(ran)

    assert found is not None
    assert found.tables == anew(ran.network)
    assert found.tables.refused
    assert found.same_register


def test_the_next_run_writes_the_rejected_input_of_tables_that_it_took(ran: MadeNetwork, tmp_path: Path) -> None:
    """Who looks for it finds it after every run, and the run reports the same tables."""
    made = copy(ran, tmp_path)
    rejected = made.network.out / "rejected-input.csv"
    before = rejected.read_bytes()
    rejected.unlink()

    report = made.run(DAY_2)

    assert rejected.read_bytes() == before
    assert (report.refused, report.understood) == (anew(made.network).refused, anew(made.network).understood)
    assert (found := taken(made)) is not None
    assert found.same_register
    # One that somebody put back may have other names than these tables.
    register = made.network.out / "register.jsonl"
    register.write_bytes(register.read_bytes())
    assert (found := taken(made)) is not None
    assert not found.same_register


def test_tables_are_read_anew_where_anything_that_their_reading_depends_on_is_another(
    ran: MadeNetwork, tmp_path: Path
) -> None:
    """A byte of a file, a setting, what the state holds: an old reading of any of it would be believed."""
    made = copy(ran, tmp_path)
    file = made.network.folder / "data" / "advertisers.csv"
    file.write_bytes(file.read_bytes().replace(b"Narnia", b"Norway"))
    assert taken(made) is None

    made = copy(ran, tmp_path)
    made.settings["intake.absent"]["political"] = "yes"
    made.write()
    assert taken(made) is None

    made = copy(ran, tmp_path)
    inputs = made.network.state / INPUTS
    inputs.write_bytes(inputs.read_bytes().replace(b"hidden", b"hidder"))
    assert taken(made) is None

    made = copy(ran, tmp_path)
    file = made.network.folder / "data" / "payers.csv"
    file.unlink()
    assert taken(made) is None


def test_every_part_of_the_key_counts() -> None:
    """Two readings share a key only if nothing tells them apart."""
    section, hashes = IntakeSection(advertisers="a.csv", max_refused_share="1", absent=ABSENT), {"advertisers": "0"}
    keys = [
        reading_key(section, FX, "EUR", None, hashes),
        reading_key(msgspec.structs.replace(section, dates="dmy"), FX, "EUR", None, hashes),
        reading_key(section, {"USD": "0.8"}, "EUR", None, hashes),
        reading_key(section, FX, "USD", None, hashes),
        reading_key(section, FX, "EUR", None, {"advertisers": "1"}),
        reading_key(section, FX, "EUR", ("news",), hashes),
    ]

    assert len(set(keys)) == len(keys)


def copy(ran: MadeNetwork, folder: Path) -> MadeNetwork:
    """Return the network in a folder of its own."""
    shutil.rmtree(folder / "network", ignore_errors=True)
    shutil.copytree(ran.folder, folder / "network")
    return MadeNetwork(
        folder / "network", ran.tables, ran.lists, {name: dict(section) for name, section in ran.settings.items()}
    )
