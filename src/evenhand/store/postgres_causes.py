"""Why a Postgres server did not do what was asked, in its own words, and what to do about it."""

import psycopg
from psycopg import errors

from evenhand.model.errors import StorageFailed
from evenhand.store.ledger_settings import hidden_address

_USUAL = "check the server, its space and who may use it, then run again; committed records are safe"
_SERVER = "start the server, or correct `host` and `port` of the address (`postgres` in ledger.toml)"
_PASSWORD = (
    "correct user and password of the address (`postgres` in ledger.toml) or of its passfile, which libpq passes over"
    " unless its mode is 600"
)
_MOVED = (
    "the tables are not there: `ledger move` may have taken them elsewhere since this ledger.toml was written; correct"
    " its line `postgres`"
)
# What a cause has in it, and what to do then; the first that fits.
_TODO = {
    "already exists": "name a schema that is empty",
    "permission denied": "let the address's `user` create and use tables in that schema",
    "starting up": "wait until the server has started, then run again",
    "password": _PASSWORD,
    "role ": "correct `user` of the address (`postgres` in ledger.toml), or create the role",
    "database ": "correct `dbname` of the address (`postgres` in ledger.toml), or create the database",
    "pg_hba.conf": "let this host and user in: a line in the server's pg_hba.conf",
    "resolve host": "correct `host` of the address (`postgres` in ledger.toml)",
    "Connection refused": _SERVER,
    "No such file": _SERVER,
    "timeout": "see whether the server runs and a firewall lets this host through to its port",
    "No space left": "free space on the server's disk, then run again; committed records are safe",
}


def failure(what: str, where: str, error: Exception) -> StorageFailed:
    """Return what to raise where the library raised `error`: the cause whole, no password, and what to do."""
    cause = _cause(error)
    is_missing = isinstance(error, errors.UndefinedTable)
    todo = _MOVED if is_missing else next((todo for part, todo in _TODO.items() if part in cause), _USUAL)
    return StorageFailed(f"{what}: {cause}", where=where, todo=todo)


def _cause(error: Exception) -> str:
    """Return the server's own sentence; of a connection that failed, what libpq says after the last `failed:`."""
    text = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    if text is None:
        last = str(error).rpartition(" failed: ")[2]
        # A line that is set in asks whether the server is running; what to do is said anyway.
        text = " ".join(line for line in last.splitlines() if not line.startswith("\t"))
    return hidden_address(" ".join(text.split()))
