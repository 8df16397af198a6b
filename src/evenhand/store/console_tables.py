"""The console's own SQLite file: who can log in, who is logged in, who was shown what. It is not part of the record."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from evenhand.model.errors import StorageFailed

FILE = Path("console") / "console.sqlite"
_WAIT_MS = 10_000
# Every statement makes a table or index that may be there already: a newer version adds its own to an older file.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS account(
    person TEXT PRIMARY KEY, name TEXT NOT NULL, password TEXT NOT NULL, created INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0, locked_until INTEGER NOT NULL DEFAULT 0, disabled INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS link(
    secret_hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, person TEXT NOT NULL, ends INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS session(
    secret_hash TEXT PRIMARY KEY, person TEXT NOT NULL, token TEXT NOT NULL, created INTEGER NOT NULL,
    seen INTEGER NOT NULL, ends INTEGER NOT NULL, agent TEXT NOT NULL, address TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS session_person ON session(person);
CREATE TABLE IF NOT EXISTS form_token(token TEXT PRIMARY KEY, person TEXT NOT NULL, ends INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS kept_form(
    id TEXT PRIMARY KEY, person TEXT NOT NULL, path TEXT NOT NULL, page TEXT NOT NULL, fields BLOB NOT NULL,
    files INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sign_on(
    person TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, issuer TEXT NOT NULL, subject TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS sign_on_subject ON sign_on(issuer, subject) WHERE subject != '';
CREATE TABLE IF NOT EXISTS session_token(secret_hash TEXT PRIMARY KEY, id_token TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS session_ended AFTER DELETE ON session BEGIN
    DELETE FROM session_token WHERE secret_hash = old.secret_hash; END;
CREATE TABLE IF NOT EXISTS second_factor(
    person TEXT PRIMARY KEY, secret BLOB NOT NULL DEFAULT x'', pending BLOB NOT NULL DEFAULT x'',
    last_step INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
    locked_until INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS recovery_code(
    person TEXT NOT NULL, code_hash TEXT NOT NULL, PRIMARY KEY(person, code_hash));
CREATE TABLE IF NOT EXISTS shown(
    at INTEGER NOT NULL, person TEXT NOT NULL, what TEXT NOT NULL, about TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS shown_at ON shown(at);
CREATE TABLE IF NOT EXISTS api_key(
    secret_hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, label TEXT NOT NULL, person TEXT NOT NULL,
    scopes TEXT NOT NULL, per_minute INTEGER NOT NULL, created INTEGER NOT NULL, ends INTEGER NOT NULL,
    revoked INTEGER NOT NULL, last_used INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS answer(
    key TEXT NOT NULL, name TEXT NOT NULL, request_hash TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY(key, name));
CREATE TABLE IF NOT EXISTS search(
    person TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL, PRIMARY KEY(person, name));
CREATE TABLE IF NOT EXISTS job(
    id TEXT PRIMARY KEY, verb TEXT NOT NULL, arguments TEXT NOT NULL, person TEXT NOT NULL, started INTEGER NOT NULL,
    ended INTEGER, state TEXT NOT NULL, about TEXT NOT NULL, stage TEXT NOT NULL, done INTEGER NOT NULL,
    total INTEGER NOT NULL, message TEXT NOT NULL, pid INTEGER NOT NULL, mark TEXT NOT NULL, lane TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS job_running ON job(lane) WHERE state = 'running';
"""


class ConsoleTables:
    """The tables in a network's folder, made if they are not there; used by all threads of one process.

    A method that writes returns after fsync. Several processes may use the file at once.

    Raises:
        StorageFailed: the disk fails, or the file is no such database.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.RLock()
        with self.clear():
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            self._sql = apsw.Connection(str(self._path))
            self._path.chmod(0o600)
            self._sql.set_busy_timeout(_WAIT_MS)
            for name, value in (("journal_mode", "wal"), ("synchronous", "full"), ("secure_delete", "on")):
                self._sql.pragma(name, value)
            self._sql.execute(_SCHEMA)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; one that writes is durable when it returns."""
        with self.clear():
            return self._sql.execute(query, values).fetchall()

    def changes(self, query: str, *values: object) -> int:
        """Return how many rows a statement that writes has changed."""
        with self.clear():
            self._sql.execute(query, values)
            return self._sql.changes()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let several statements count together or not at all."""
        with self.clear(), self._sql:
            yield

    @contextmanager
    def clear(self) -> Iterator[None]:
        """Say in one line what SQLite says in its codes."""
        try:
            with self._lock:
                yield
        except (apsw.Error, OSError) as error:
            raise StorageFailed(
                "cannot use the console's tables", where=self._path, got=str(error),
                todo="check space, permissions and the disk; the ledger is another file and untouched",
            ) from error  # fmt: skip

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._sql.close()
