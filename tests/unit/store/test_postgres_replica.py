"""What a replica answers is as new as the main server's own answer, or the main server answers."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from evenhand.model.errors import BadInput, StorageFailed
from tests.clusters import Cluster, running_cluster, running_standby, why_no_cluster
from tests.unit.store.test_ledger_tables import entry, new_schema
from tests.unit.store.test_postgres import append_until_it_fails

pytestmark = pytest.mark.skipif(bool(why_no_cluster()), reason=why_no_cluster() or "there")

if not why_no_cluster():
    import psycopg

    from evenhand.store import postgres_replica
    from evenhand.store.postgres import PostgresTables
    from evenhand.store.postgres_replica import ReplicaTables, open_for_reading

IS_STANDBY = "SELECT pg_is_in_recovery()"


class Pair:
    """A server with its standby, and a ledger of one entry: its addresses there, and its writer."""

    def __init__(self, main: Cluster, standby: Cluster) -> None:
        self.main, self.standby = main, standby
        self.address = new_schema(main)
        self.replica = at_standby(self, self.address)
        self.writer = PostgresTables(self.address)
        self.writer.append([entry(0)])

    def ask_standby(self, statement: str) -> None:
        with psycopg.connect(self.standby.address, autocommit=True) as connection:
            connection.execute(statement)


def at_standby(pair: Pair, address: str) -> str:
    return address.replace(str(pair.main.folder), str(pair.standby.folder))


@pytest.fixture
def pair(main_and_standby: tuple[Cluster, Cluster], monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    monkeypatch.setattr(postgres_replica, "_resting", {})
    pair = Pair(*main_and_standby)
    yield pair
    pair.writer.close()


@pytest.fixture
def tables(pair: Pair) -> Iterator[Any]:
    tables = ReplicaTables(pair.address, pair.replica)
    assert (tables.left, tables._rows(IS_STANDBY)) == ("", [(True,)])
    yield tables
    tables.close()


def seqs(tables: Any) -> list[int]:
    return [each.seq for each in tables.entries()]


def test_a_replica_that_is_behind_is_waited_for(pair: Pair, tables: Any) -> None:
    """An answer that was right a moment ago may be a second judgement of what somebody has just judged."""
    pair.ask_standby("SELECT pg_wal_replay_pause()")
    pair.writer.append([entry(1)])
    threading.Timer(0.3, pair.ask_standby, ["SELECT pg_wal_replay_resume()"]).start()

    assert seqs(tables) == [0, 1]
    assert (tables.left, tables._rows(IS_STANDBY)) == ("", [(True,)])


def test_a_replica_that_stays_behind_is_left_and_one_line_says_so(
    pair: Pair, tables: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The main server answers; for a minute this process tries no more."""
    monkeypatch.setattr(postgres_replica, "WAIT_S", 0.1)
    pair.ask_standby("SELECT pg_wal_replay_pause()")
    try:
        pair.writer.append([entry(1)])

        with caplog.at_level(logging.WARNING, "evenhand.ledger"):
            assert seqs(tables) == [0, 1]
            assert tables._rows(IS_STANDBY) == [(False,)]
            later = open_for_reading(pair.address, pair.replica)
            assert seqs(later) == [0, 1]
            later.close()
    finally:
        pair.ask_standby("SELECT pg_wal_replay_resume()")

    assert "it lags more than 0.1 s" in tables.left
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("evenhand: the replica is not read, the main server is:")
    assert "\n" not in caplog.messages[0]
    monkeypatch.setattr(postgres_replica, "_resting", {})
    again = open_for_reading(pair.address, pair.replica)
    assert again._rows(IS_STANDBY) == [(True,)]
    again.close()


def test_a_replica_that_ends_in_the_middle_is_left(pair: Pair, tables: Any) -> None:
    """A page of a console that began to read is read to its end."""
    pair.writer.append([entry(seq) for seq in range(1, 1200)])
    read = tables.entries()
    first = next(read)
    pair.standby.stop()
    try:
        assert [first.seq, *(each.seq for each in read)] == list(range(1200))
        assert "cannot use the ledger's tables" in tables.left
        refused = ReplicaTables(pair.address, pair.replica)
        assert seqs(refused) == list(range(1200))
        refused.close()
    finally:
        pair.standby.start()


def test_without_the_main_server_nobody_can_say_what_a_replica_lacks(pair: Pair, tables: Any) -> None:
    """An answer that lacks the last hour would look like any other."""
    pair.main.stop()
    try:
        with pytest.raises(StorageFailed, match="cannot use the ledger's tables"):
            seqs(tables)
        with pytest.raises(StorageFailed, match="cannot use the ledger's tables"):
            ReplicaTables(pair.address, pair.replica)
        assert tables.left == ""
    finally:
        pair.main.start()


def test_only_a_standby_with_the_same_ledger_is_a_replica(pair: Pair) -> None:
    """An address that was typed wrongly, or that of the main server; what is no address at all is refused."""
    other = at_standby(pair, new_schema(pair.main))
    for replica, why in ((other, "it holds another ledger"), (pair.address, "no standby")):
        tables = ReplicaTables(pair.address, replica)
        assert (why in tables.left, seqs(tables)) == (True, [0])
        tables.close()
    with pytest.raises(BadInput, match="not an address of Postgres"):
        ReplicaTables(pair.address, "postgresql://[")


@pytest.mark.parametrize("read_only", [True, False])
def test_a_main_address_that_leads_to_a_standby_is_refused(pair: Pair, read_only: bool) -> None:
    """After a failover the former main server may come back as one: who reads it would read what is old."""
    with pytest.raises(StorageFailed, match="a standby, which may lag and takes no writes"):
        PostgresTables(pair.replica, read_only=read_only)


def test_after_a_failover_nothing_acknowledged_is_missing_and_the_same_address_leads_there() -> None:
    """With a synchronous standby: an append waits for its disk too."""
    with running_cluster() as main, running_standby(main) as standby:
        with psycopg.connect(main.address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
        hosts = f"host={main.folder},{standby.folder}"
        both = new_schema(main).replace(f"host={main.folder}", f"{hosts} target_session_attrs=read-write")
        writer, killer = PostgresTables(both), threading.Timer(0.3, main.stop)
        acknowledged = append_until_it_fails(writer, killer)
        killer.join()
        writer.close()
        standby.promote()

        after = PostgresTables(both, wait_s=60)
        found = seqs(after)
        after.append([entry(len(found))])
        assert 0 < acknowledged <= len(found)
        assert found == list(range(len(found)))
        after.close()
        main.start()  # the context stops it
