"""A ledger whose settings name a replica: readers use it, writers do not, and a bad one is told of."""

import json
import logging
from contextlib import closing
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput
from evenhand.workflows.operations import open_ledger, verify_folder
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledger_tables import open_tables
from evenhand.workflows.operations.ledgers import create_ledger, read_ledger
from tests.clusters import Cluster
from tests.commands import evenhand
from tests.unit.ledger.making import AT, records

SETTINGS = "ledger.toml"


@pytest.fixture
def ledger(main_and_standby: tuple[Cluster, Cluster], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a ledger of five entries on a server, with the address of its standby."""
    from evenhand.store import postgres_replica  # noqa: PLC0415  psycopg is an extra

    main, standby = main_and_standby
    monkeypatch.setattr(postgres_replica, "_resting", {})
    address, folder = main.new_schema(), tmp_path / "l"
    create_ledger(folder, "ads.example/log", postgres=address)
    add_replica(folder, address.replace(str(main.folder), str(standby.folder)))
    with open_ledger(folder, wait_s=60) as opened:
        opened.append(records(5), AT)
        opened.publish(AT)
    return folder


def add_replica(folder: Path, address: str) -> None:
    with (folder / SETTINGS).open("a", encoding="utf-8") as settings:
        settings.write(f"replica = {json.dumps(address)}\n")


def test_readers_are_answered_by_the_replica_with_what_was_written_just_now(ledger: Path) -> None:
    """Pages of the console, `verify`, `status` and `prove`; a run and all who write ask the main server."""
    with closing(open_tables(LedgerFolder(ledger), read_only=True)) as tables:
        assert tables._rows("SELECT pg_is_in_recovery()") == [(True,)]  # type: ignore[attr-defined]
    with open_ledger(ledger, wait_s=60) as opened:
        assert opened.storage._rows("SELECT pg_is_in_recovery()") == [(False,)]  # type: ignore[attr-defined]
        for size in range(5, 25):
            opened.append(records(1, size), AT)
            opened.publish(AT)
            with read_ledger(ledger) as reader:
                assert reader.size == size + 1

    for verb in (["status", ledger], ["verify", ledger, "--json"], ["prove", ledger, "3", "--out", ledger / "p"]):
        said = evenhand("ledger", *verb)
        assert (said.status, said.err) == (0, "")


def test_the_replicas_own_tables_are_verified_too(ledger: Path) -> None:
    """A disk rots alone; what readers are shown must open its leaf as what writers go on from."""
    with open_ledger(ledger, wait_s=60) as opened:
        opened.storage._change("UPDATE payload SET body = '{}' WHERE seq = 2")  # type: ignore[attr-defined]

    found = [(each.kind, each.index) for each in verify_folder(ledger).problems]

    assert found == [("payload", 2), ("replica", 2)]


def test_a_replica_that_is_down_is_told_of_and_nothing_is_missing(
    ledger: Path, main_and_standby: tuple[Cluster, Cluster], caplog: pytest.LogCaptureFixture
) -> None:
    """`verify` holds for the main server; `status` calls it a problem."""
    _, standby = main_and_standby
    standby.stop()
    try:
        with caplog.at_level(logging.WARNING, "evenhand.ledger"):
            assert verify_folder(ledger).entries == 5
        status = evenhand("ledger", "status", ledger)
    finally:
        standby.start()

    assert [each.partition(",")[0] for each in caplog.messages] == ["evenhand: the replica is not read"]
    assert status.status == 1
    assert [each.partition(":")[0] for each in status.json["problems"]] == [
        "the replica is not read, the main server is"
    ]


def test_a_move_takes_the_replica_out_of_the_settings(ledger: Path) -> None:
    """It is one of the server that the tables leave."""
    said = evenhand("ledger", "move", ledger, "--to", "file")

    assert said.status == 0, said.err
    assert (ledger / SETTINGS).read_text(encoding="utf-8") == 'origin = "ads.example/log"\n'
    assert evenhand("ledger", "verify", ledger).status == 0


def test_a_replica_without_a_server_is_refused(tmp_path: Path) -> None:
    """The file in the folder has none: readers would be answered from somewhere else than writers."""
    create_ledger(tmp_path / "l", "ads.example/log")
    add_replica(tmp_path / "l", "host=db2")

    with pytest.raises(BadInput, match="a replica of no server"), open_ledger(tmp_path / "l"):
        pass
    assert [each.kind for each in verify_folder(tmp_path / "l").problems] == ["settings"]
