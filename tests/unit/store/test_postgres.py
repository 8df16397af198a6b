"""What only Postgres can do to a ledger: take a second writer, lose a connection, be killed, not wait for its disk."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from evenhand.model.errors import BadInput, HistoryConflict, LedgerBusy, StorageFailed
from evenhand.model.log import StoredCheckpoint
from tests.clusters import Cluster, running_cluster, why_no_cluster
from tests.unit.ledger.making import KEY
from tests.unit.store.test_ledger_tables import change_behind, entry, new_schema

# The server lets go of a session's lock some time after its connection was closed, on a busy machine a long time after.
LONG_S = 60

pytestmark = pytest.mark.skipif(bool(why_no_cluster()), reason=why_no_cluster() or "there")

if not why_no_cluster():
    import psycopg

    from evenhand.store import postgres
    from evenhand.store.postgres import PostgresTables
    from evenhand.store.postgres_causes import failure
    from evenhand.store.postgres_schema import create_postgres_tables, shown_address


@pytest.fixture
def address(cluster: Cluster) -> str:
    return new_schema(cluster)


@pytest.fixture
def tables(address: str) -> Iterator[Any]:
    tables = PostgresTables(address)
    yield tables
    tables.close()


def test_a_second_writer_waits_or_is_sent_away(address: str, tables: Any) -> None:
    """From whatever host; a reader may come in, and who comes after the first has left."""
    for wait_s in (0, 0.05):
        with pytest.raises(LedgerBusy, match="another session writes this ledger"):
            PostgresTables(address, wait_s=wait_s)
    PostgresTables(address, read_only=True).close()

    threading.Timer(0.2, tables.close).start()
    second = PostgresTables(address, wait_s=LONG_S)
    second.append([entry(0)])
    second.close()


def test_a_commit_that_waits_for_a_replica_says_so(
    address: str, tables: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It waits for as long as the replica is down, and nobody would know why."""
    tables.append([entry(0)])
    assert not caplog.messages
    monkeypatch.setattr(postgres, "TELL_AFTER_S", 0.2)
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            connection.execute("SELECT pg_reload_conf()")
        wait_until(address, "nobody")
        threading.Timer(1, reset_standby, (address,)).start()
        tables.append([entry(1)])
    finally:
        reset_standby(address)

    assert [message.partition(" has not")[0] for message in caplog.messages] == [f"evenhand: {tables.where}"]
    assert "it may wait for its replica" in caplog.messages[0]
    assert [each.seq for each in tables.entries()] == [0, 1]


def reset_standby(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
        connection.execute("SELECT pg_reload_conf()")
    wait_until(address, "")


def wait_until(address: str, names: str) -> None:
    """Return once the server has read that these standbys are synchronous."""
    until = time.monotonic() + LONG_S
    while time.monotonic() < until:
        with psycopg.connect(address) as connection:
            if connection.execute("SHOW synchronous_standby_names").fetchone() == (names,):
                return
        time.sleep(0.02)
    raise AssertionError("the server did not read its settings")


def test_two_ledgers_of_one_database_do_not_wait_for_each_other(cluster: Cluster, tables: Any) -> None:
    """The lock is that of the schema."""
    other = PostgresTables(new_schema(cluster))
    other.append([entry(0)])
    other.close()

    assert tables.entry(0) is None


def test_who_was_replaced_can_neither_append_nor_move_the_head(address: str, tables: Any) -> None:
    """Behind a pooler a session may live on without its lock; the epoch that it had does not come back."""
    tables.append([entry(0)])
    tables.add_checkpoint(StoredCheckpoint(size=1, root=b"r", at=1))
    change_behind(tables, "SELECT pg_advisory_unlock_all()")
    new = PostgresTables(address)

    for act in (
        lambda: tables.append([entry(1)]),
        lambda: tables.add_subject_keys({"a1": b"key"}),
        lambda: tables.add_checkpoint(StoredCheckpoint(size=2, root=b"s", at=2), after=1),
    ):
        with pytest.raises(HistoryConflict, match="another process"):
            act()
    assert [each.seq for each in new.entries()] == [0]
    assert [each.size for each in new.checkpoints()] == [1]
    assert not list(new.damage())
    new.append([entry(1)])
    new.close()


def test_order_of_text_is_that_of_bytes(tables: Any) -> None:
    """Whatever language the database was made for: a proof or a report must not hang on it."""
    query = "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"

    assert sorted(tables._rows(f"{query} AND collation_name = 'C'")) == [("path",), ("witness",)]


def test_reading_takes_each_payload_once(tables: Any) -> None:
    """Where each page reads what is before it again, a log that is ten times as long takes a hundred times as long."""
    tables.append([entry(seq) for seq in range(3000)])
    counted = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"

    with tables.at_once():
        assert len(list(tables.entries())) == 3000
        ((read,),) = tables._rows(f"{counted} WHERE relname = 'payload' AND schemaname = current_schema()")

    assert read == 3000


def test_a_lost_connection_is_never_made_again(address: str, tables: Any) -> None:
    """With it went the lock: another may be writing by now."""
    tables.append([entry(0)])
    with psycopg.connect(address) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s", [tables._sql.info.backend_pid]
        )

    for _ in range(2):
        with pytest.raises(StorageFailed, match="cannot use the ledger's tables"):
            tables.append([entry(1)])
    new = PostgresTables(address, wait_s=LONG_S)
    assert [each.seq for each in new.entries()] == [0]
    new.close()


def test_commits_wait_for_the_servers_disk_whatever_its_settings_say(address: str) -> None:
    """A role or database may have `synchronous_commit` off; ours is on."""
    tables = PostgresTables(address.replace("options='", "options='-c synchronous_commit=off "))

    assert tables._rows("SHOW synchronous_commit") == [("on",)]
    tables.close()


def test_a_server_that_does_not_wait_for_its_disk_is_refused(address: str) -> None:
    """What it acknowledges is lost with the power; a reader loses nothing."""
    try:
        change_server(address, "ALTER SYSTEM SET fsync = off")
        with pytest.raises(StorageFailed, match="does not wait for its disk `fsync = off`"):
            PostgresTables(address)
        PostgresTables(address, read_only=True).close()
    finally:
        change_server(address, "ALTER SYSTEM RESET fsync")


def change_server(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)
        connection.execute("SELECT pg_reload_conf()")
    until = time.monotonic() + LONG_S
    while time.monotonic() < until:
        with psycopg.connect(address) as connection:
            if connection.execute("SHOW fsync").fetchone() == ("off" if "off" in statement else "on",):
                return
            connection.execute("SELECT pg_sleep(0.02)")
    raise AssertionError("the server did not read its settings")


def test_tables_are_made_once(address: str) -> None:
    """All or none: a second log in the same schema would be two histories."""
    with pytest.raises(StorageFailed, match="cannot make the ledger's tables"):
        create_postgres_tables(address, KEY.name, KEY.vkey)


def test_what_is_no_ledger_is_refused_in_one_line(cluster: Cluster, address: str) -> None:
    """No server, no tables, no row to move; and no password is shown."""
    for bad in ("host=/nowhere password=secret dbname=x", cluster.address, f"{cluster.address} dbname=nobody"):
        with pytest.raises(StorageFailed, match="cannot use the ledger's tables") as failed:
            PostgresTables(bad)
        assert "\n" not in str(failed.value)
        assert "secret" not in str(failed.value)
    with pytest.raises(BadInput, match="not an address of Postgres"):
        PostgresTables("postgresql://[")
    with psycopg.connect(address) as connection:
        connection.execute("DELETE FROM head_current")
    with pytest.raises(StorageFailed, match="one row in head_current"):
        PostgresTables(address)


@pytest.mark.parametrize(
    ("change", "cause", "todo"),
    [
        (("port=5432", "port=25432"), "No such file or directory", "start the server"),
        (("dbname=postgres", "dbname=nosuch"), 'FATAL: database "nosuch" does not exist', "correct `dbname`"),
        (("user=evenhand", "user=nobody"), 'FATAL: role "nobody" does not exist', "correct `user`"),
        (
            (" options", " connect_timeout=9 options"),
            'relation "head_current" does not exist',
            "`ledger move` may have",
        ),
    ],
)
def test_a_server_that_does_not_let_us_in_is_told_with_the_cause(
    cluster: Cluster, address: str, change: tuple[str, str], cause: str, todo: str
) -> None:
    """Server down, database, role and tables missing are four things to do: cut short they were one."""
    gone = address if "options" not in change[0] else cluster.new_schema()
    with pytest.raises(StorageFailed) as failed:
        PostgresTables(gone.replace(*change))

    assert f"cannot use the ledger's tables: {cause}; " in str(failed.value)
    assert todo in str(failed.value)
    if "port" in change[0]:
        assert f"postgres {cluster.folder}:25432/postgres: " in str(failed.value)


def test_what_libpq_says_is_told_whole_and_without_a_password() -> None:
    """The longest of its sentences were cut before their cause; a wrong password and none are the same thing to do."""
    server = 'connection failed: connection to server at "127.0.0.1", port 25432 failed: '
    for cause in ("fe_sendauth: no password supplied", 'FATAL: password authentication failed for user "evenhand"'):
        said = str(failure("cannot look", "postgres a/b", psycopg.OperationalError(server + cause)))
        assert said.startswith(f"postgres a/b: cannot look: {cause}; correct user and password")
    refused = "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?"
    said = str(failure("cannot look", "postgres a/b", psycopg.OperationalError(server + refused)))
    assert said.startswith("postgres a/b: cannot look: Connection refused; start the server")
    quoted = psycopg.OperationalError("invalid: host=a password=s3cret")
    assert "s3cret" not in str(failure("cannot look", "a", quoted))


def test_an_address_is_shown_with_the_ports_that_are_not_usual() -> None:
    """Two servers of one machine differ in nothing else."""
    assert shown_address("host=a port=5432 dbname=x password=p") == "postgres a/x"
    assert shown_address("postgresql://u:p@a:5433/x") == "postgres a:5433/x"
    assert shown_address("host=a,b port=5432,5433 dbname=x") == "postgres a,b:5433/x"
    assert shown_address("host=a,b port=5433 dbname=x") == "postgres a:5433,b:5433/x"


def test_damage_of_rows_and_heads_is_named(tables: Any) -> None:
    """Somebody who may drop a constraint may leave rows without their entry."""
    tables.append([entry(0)])
    tables.add_checkpoint(StoredCheckpoint(size=1, root=b"r", at=1))
    change_behind(tables, "ALTER TABLE payload DROP CONSTRAINT payload_seq_fkey")
    change_behind(tables, "INSERT INTO payload VALUES (9, '', '', NULL)")
    change_behind(tables, "DELETE FROM head")

    assert list(tables.damage()) == [
        "payload of entry 9, which is not there", "head_current of size 1, where the last checkpoint is of size None",
    ]  # fmt: skip


@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.long)])
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(kills: int) -> None:
    """All its processes at once, in the middle of appends; it recovers from its own log."""
    with running_cluster() as cluster:
        address, acknowledged = new_schema(cluster), 0
        for _ in range(kills):
            tables = PostgresTables(address, wait_s=LONG_S)
            killer = threading.Timer(0.3, cluster.stop)
            acknowledged = append_until_it_fails(tables, killer)
            killer.join()
            tables.close()
            cluster.start()

            after = PostgresTables(address)
            seqs = [seq for seq, _, _ in after.leaves()]
            assert 0 < acknowledged <= len(seqs)
            assert seqs == list(range(len(seqs)))
            assert len(seqs) % 10 == 0
            assert not list(after.damage())
            after.close()


def append_until_it_fails(tables: Any, killer: threading.Timer) -> int:
    """Return how many rows there were after the last transaction that was acknowledged; the first sets off `killer`."""
    rows = len(list(tables.leaves()))
    try:
        while True:
            tables.append([entry(seq) for seq in range(rows, rows + 10)])
            rows += 10
            if killer.ident is None:
                killer.start()
    except StorageFailed:
        return rows
