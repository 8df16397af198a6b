"""A ledger that is older than what its network's other files were made at is never written to."""

import shutil
from pathlib import Path

import pytest

from evenhand.model.errors import HistoryConflict
from evenhand.model.log import LogRecord
from evenhand.workflows.operations.backups import backup, restore
from evenhand.workflows.operations.known_checkpoints import known_checkpoints
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledgers import create_ledger, open_ledger, verify_folder
from evenhand.workflows.operations.maintenance import status
from tests.networks import DAY_2, DAY_3, MadeNetwork

FILES = ("state/meta.json", "out/register.jsonl", "out/register.evh")


@pytest.fixture(scope="module")
def twice(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network that ran twice; `older` beside it is its ledger after the first run, `backup` a backup of that."""
    folder = tmp_path_factory.mktemp("twice")
    made = begun.copy(folder / "network")
    shutil.copytree(made.folder / "ledger", folder / "older")
    backup(made.folder, folder / "backup")
    made.add("advertisers", id="late", name="Morvane Holding", domains="morvane.example")
    made.run(DAY_2)
    return made


@pytest.fixture
def network(twice: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return twice.copy(tmp_path / "network")


def put_back(network: MadeNetwork, twice: MadeNetwork) -> None:
    """Put the older ledger where the newer one was."""
    shutil.rmtree(network.folder / "ledger")
    shutil.copytree(twice.folder.parent / "older", network.folder / "ledger")


def keep_only(network: MadeNetwork, *kept: str) -> None:
    for name in FILES:
        if name not in kept:
            (network.folder / name).unlink()


@pytest.mark.parametrize("kept", FILES)
def test_an_older_ledger_put_back_is_refused_by_whatever_remembers_a_newer_head(
    network: MadeNetwork, twice: MadeNetwork, kept: str
) -> None:
    """It would sign the same size again with another root; each of the files may have been deleted."""
    put_back(network, twice)
    keep_only(network, kept)
    before = {path: path.read_bytes() for path in (network.folder / "ledger").rglob("*") if path.is_file()}

    with pytest.raises(HistoryConflict, match=f"{kept}: made at the checkpoint of size .*older") as said:
        network.run(DAY_3)

    assert "the page back-up of the documentation" in said.value.todo
    assert all(path.read_bytes() == data for path, data in before.items())
    assert [each.kind for each in verify_folder(network.folder).problems] == ["history"]
    assert "the ledger is older" in status(network.folder).problems[0]


def test_another_history_of_the_same_size_is_refused(network: MadeNetwork, twice: MadeNetwork) -> None:
    """A ledger that was forked before anybody looked shows it as long as one file is left of the first history."""
    newest = verify_folder(network.folder).size
    put_back(network, twice)
    keep_only(network)
    with open_ledger(network.folder) as ledger:
        ledger.append([LogRecord(kind="claim", payload=b'{"n":%d}' % n) for n in range(newest - ledger.size)], DAY_2)
        assert ledger.publish(DAY_2).size == newest
    for name in FILES:
        (network.folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(twice.folder / name, network.folder / name)

    with pytest.raises(HistoryConflict, match=f"another checkpoint of size {newest}"):
        network.run(DAY_3)
    assert "two histories were signed" in verify_folder(network.folder).problems[0].where


def test_private_alone_from_a_backup_is_refused_by_the_published_checkpoint(
    network: MadeNetwork, twice: MadeNetwork
) -> None:
    """State and register may be gone."""
    shutil.rmtree(network.folder / "ledger/private")
    shutil.copytree(twice.folder.parent / "older/private", network.folder / "ledger/private")
    keep_only(network)

    with pytest.raises(HistoryConflict, match="older than the published checkpoint"):
        network.run(DAY_3)


def test_an_older_published_checkpoint_is_told_and_mended(network: MadeNetwork, twice: MadeNetwork) -> None:
    """The tables are the truth, so the log goes on; but readers were shown an older head for a time."""
    public = network.folder / "ledger/public/checkpoint"
    newest = verify_folder(network.folder).size
    shutil.copy(twice.folder.parent / "older/public/checkpoint", public)

    for remembered in (FILES, ()):
        keep_only(network, *remembered)
        report = verify_folder(network.folder)
        assert not report.ok
        assert all(f"older than the one of size {newest}" in each.where for each in report.problems)
        assert f"older than one of size {newest}" in " ".join(status(network.folder).problems)

    network.run(DAY_3)
    assert verify_folder(network.folder).ok


def test_a_network_whose_derived_files_are_gone_or_another_logs_runs(network: MadeNetwork) -> None:
    """`state/` and `out/` may be deleted at any time, and may be left from a log that ended."""
    where = LedgerFolder.at(network.folder)
    newest = verify_folder(network.folder).size
    # A run publishes the register's head, then records the register and publishes once more.
    assert [head.size for head in known_checkpoints(where, "ads.made-up.example/log")] == [
        newest,
        newest - 1,
        newest - 1,
    ]
    for name, data in zip(FILES, (b"{}", b'{"checkpoint":""}\n', b"EVHREG" + bytes(80)), strict=True):
        (network.folder / name).write_bytes(data)
        assert name not in " ".join(head.where for head in known_checkpoints(where, "ads.made-up.example/log"))
    assert known_checkpoints(where, "other.example/log") == ()
    keep_only(network)

    network.run(DAY_3)


def test_a_backup_older_than_what_the_network_remembers_is_not_restored(
    network: MadeNetwork, twice: MadeNetwork
) -> None:
    """Also where nothing of the ledger is left; the newest backup is."""
    key = (network.folder / "ledger/private/signing.key").read_bytes()
    backup(network.folder, network.folder.parent / "newest")
    shutil.rmtree(network.folder / "ledger")

    with pytest.raises(HistoryConflict, match="the ledger is older"):
        restore(twice.folder.parent / "backup", network.folder)
    restore(network.folder.parent / "newest", network.folder)
    path = network.folder / "ledger/private/signing.key"
    path.write_bytes(key)
    path.chmod(0o600)

    network.run(DAY_3)
    assert verify_folder(network.folder).ok


def test_a_new_log_is_the_way_on_where_the_newest_ledger_is_lost(network: MadeNetwork, twice: MadeNetwork) -> None:
    """The documented way: the old ledger is kept aside, everything is decided anew under another name."""
    put_back(network, twice)
    (network.folder / "ledger").rename(network.folder / "ledger-ended")
    create_ledger(network.folder / "ledger", "ads.made-up.example/log-2")
    network.settings["network"]["origin"] = "ads.made-up.example/log-2"

    report = network.run(DAY_3)

    assert report.checkpoint.origin == "ads.made-up.example/log-2"
    assert verify_folder(network.folder).ok
    assert network.register()[1]["late"].outcome == "refuse"
