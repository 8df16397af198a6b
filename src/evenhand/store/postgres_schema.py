"""The schema of a ledger's tables in Postgres, and the connection to it."""

from typing import Any

import psycopg
from psycopg import conninfo

from evenhand.model.errors import BadInput
from evenhand.store.ledger_settings import hidden_address
from evenhand.store.postgres_causes import failure

SCHEMA_VERSION = 1
# How soon a peer that is cut off is given up, as libpq names it: after 10 + 3 * 5 s without a word of it.
# An address may say otherwise. Without this a server keeps the lock of a host that is gone for two hours.
PATIENCE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
CONNECT_TIMEOUT_S = 10
USUAL_PORT = "5432"
# As in `store.sqlite`; `head_current` is the one row that a writer must have updated before it signs.
SCHEMA = """
CREATE TABLE entry  (seq BIGINT PRIMARY KEY, leaf BYTEA NOT NULL, leaf_hash BYTEA NOT NULL);
CREATE TABLE payload(seq BIGINT PRIMARY KEY REFERENCES entry, body BYTEA NOT NULL, salt BYTEA NOT NULL, subject TEXT);
CREATE TABLE sealed (seq BIGINT REFERENCES entry, path TEXT COLLATE "C", salt BYTEA NOT NULL, value BYTEA NOT NULL,
    PRIMARY KEY (seq, path));
CREATE TABLE head   (size BIGINT PRIMARY KEY, root BYTEA NOT NULL, at TIMESTAMPTZ NOT NULL, note TEXT);
CREATE TABLE head_current(size BIGINT, root BYTEA, epoch BIGINT NOT NULL);
CREATE TABLE cosignature(size BIGINT, witness TEXT COLLATE "C", line TEXT NOT NULL, PRIMARY KEY (size, witness));
CREATE TABLE idem   (key TEXT PRIMARY KEY, seq BIGINT NOT NULL REFERENCES entry);
CREATE TABLE subject(name TEXT PRIMARY KEY, key BYTEA NOT NULL);
CREATE TABLE meta   (origin TEXT NOT NULL, vkey TEXT NOT NULL, schema INTEGER NOT NULL);
"""


def create_postgres_tables(address: str, origin: str, vkey: str) -> None:
    """Make the tables of an empty log in the schema that `address` leads to, all or none.

    Raises:
        StorageFailed: there are some already, or creating them is not allowed.
    """
    try:
        with connected(address) as connection:
            connection.execute(SCHEMA)
            connection.execute("INSERT INTO head_current VALUES (NULL, NULL, 0)")
            connection.execute("INSERT INTO meta VALUES (%s, %s, %s)", (origin, vkey, SCHEMA_VERSION))
    except psycopg.Error as error:
        raise failure("cannot make the ledger's tables", shown_address(address), error) from error


def has_tables(address: str) -> bool:
    """Return whether a ledger's tables stand in the schema that `address` leads to.

    Raises:
        StorageFailed: nobody answers there, or not to us.
    """
    try:
        with connected(address) as connection:
            return connection.execute("SELECT to_regclass('head_current')").fetchone() != (None,)
    except psycopg.Error as error:
        raise failure("cannot look for the ledger's tables", shown_address(address), error) from error


def connected(address: str, *, autocommit: bool = False) -> "psycopg.Connection[tuple[Any, ...]]":
    """Return a connection; an error of the library does not show a part of the password."""
    try:
        usual = completed(address, connect_timeout=CONNECT_TIMEOUT_S, **PATIENCE)
        return psycopg.connect(usual, autocommit=autocommit)
    except psycopg.Error as error:
        host = str(conninfo.conninfo_to_dict(address).get("host", ""))
        raise type(error)(str(error).replace(host, host.rpartition("@")[2]) if "@" in host else str(error)) from None


def completed(address: str, **usual: int) -> str:
    """Return an address that says all of `usual`, or what it says itself; raises psycopg.Error, which quotes it."""
    stated = conninfo.conninfo_to_dict(address)
    return conninfo.make_conninfo(address, **{name: value for name, value in usual.items() if name not in stated})


def give_up_as_client(connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
    """Let the server give up a host that is cut off as soon as the host gives up the server: then its lock is free.

    Over a Unix socket nobody is cut off, and the server takes no notice.
    """
    stated = conninfo.conninfo_to_dict(connection.info.dsn)
    for name, usual in PATIENCE.items():
        theirs = name if name.startswith("tcp_") else f"tcp_{name}"
        connection.execute("SELECT set_config(%s, %s, false)", [theirs, str(stated.get(name, usual))])


def shown_address(address: str) -> str:
    """Return where an address leads, without what it lets in; a port is named where it is not the usual one.

    >>> shown_address("host=db.example port=25432 dbname=ads user=log password=s3cret")
    'postgres db.example:25432/ads'
    """
    try:
        parts = conninfo.conninfo_to_dict(address)
    except psycopg.Error:
        # What the library says of it quotes it, with the password.
        raise BadInput(
            "not an address of Postgres", got=hidden_address(address), expected="`postgresql://…` or `host=… dbname=…`"
        ) from None
    # Of a password with an `@` that was not escaped the library takes the rest for the host.
    hosts = str(parts.get("host", "")).rpartition("@")[2].split(",")
    ports = str(parts.get("port", USUAL_PORT)).split(",")
    pairs = zip(hosts, ports if len(ports) == len(hosts) else ports[:1] * len(hosts), strict=True)
    places = ",".join(host if port == USUAL_PORT else f"{host}:{port}" for host, port in pairs)
    return f"postgres {places}/{parts.get('dbname', '')}"
