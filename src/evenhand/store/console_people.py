"""Whose accounts and keys of a console can be used, read without a lock and without a change."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import apsw

from evenhand.model.errors import StorageFailed
from evenhand.store.console_tables import FILE
from evenhand.store.sqlite_reader import UnlockedReader


class KeyHolder(NamedTuple):
    """A key of a program and the person who answers for it."""

    key: str
    person: str


class ConsolePeople(NamedTuple):
    """The persons whose accounts are not disabled, and the keys that were not revoked and have not ended."""

    accounts: tuple[str, ...] = ()
    keys: tuple[KeyHolder, ...] = ()


def read_console_people(folder: Path, at: datetime) -> ConsolePeople:
    """Return them from a network's folder; nobody where it has no console.

    Raises:
        StorageFailed: the file is no such database.
    """
    path = folder / FILE
    if not path.is_file():
        return ConsolePeople()
    try:
        reader = UnlockedReader(path, lambda _: None)
        try:
            return reader.read(lambda sql: ConsolePeople(tuple(_accounts(sql)), tuple(_keys(sql, at))))
        finally:
            reader.close()
    except apsw.Error as error:
        raise StorageFailed("cannot use the console's tables", where=path, got=str(error)) from error


def _accounts(sql: apsw.Connection) -> Iterator[str]:
    for (person,) in sql.execute("SELECT person FROM account WHERE disabled = 0 ORDER BY person"):
        yield person


def _keys(sql: apsw.Connection, at: datetime) -> Iterator[KeyHolder]:
    if not sql.execute("SELECT 1 FROM sqlite_master WHERE name = 'api_key'").fetchall():
        return  # a console that was not opened since there are keys
    query = "SELECT id, person FROM api_key WHERE revoked = 0 AND (ends = 0 OR ends > ?) ORDER BY person, id"
    for row in sql.execute(query, (int(at.timestamp()),)):
        yield KeyHolder(*row)
