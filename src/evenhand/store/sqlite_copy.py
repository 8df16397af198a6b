"""A consistent copy of a SQLite file, made while a writer may go on."""

from pathlib import Path

import apsw

from evenhand.model.errors import StorageFailed

_OF_THE_COPY = (apsw.FullError, apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError)
_OF_READING = frozenset({apsw.SQLITE_IOERR_READ, apsw.SQLITE_IOERR_SHORT_READ})


def copy_into(path: Path, connection: apsw.Connection) -> None:
    """Write what a connection reads to `path`, where nothing is left if that fails.

    Raises:
        StorageFailed: the copy cannot be written.
        apsw.Error: what is copied cannot be read.
    """
    path.unlink(missing_ok=True)
    try:
        connection.execute("VACUUM INTO ?", (str(path),)).fetchall()
    except apsw.Error as error:
        for ending in ("", "-journal"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        if not isinstance(error, _OF_THE_COPY) or getattr(error, "extendedresult", 0) in _OF_READING:
            raise
        raise StorageFailed(
            "cannot write the copy of the tables", where=path, got=str(error),
            todo="free space there, or see who may write there, then run again; the ledger is as it was",
        ) from error  # fmt: skip
