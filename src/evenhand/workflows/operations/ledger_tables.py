"""The tables of a ledger: the SQLite file in its folder, or the Postgres that its settings name."""

from collections.abc import Iterator
from typing import Protocol

from evenhand.ledger.protocols import Storage
from evenhand.model.errors import BadInput
from evenhand.store.ledger_settings import read_ledger_settings
from evenhand.store.sqlite import SqliteTables, create_tables
from evenhand.workflows.operations.ledger_folder import LedgerFolder


class Tables(Storage, Protocol):
    """Tables that were opened: the ledger's `Storage`, and what the care of them needs."""

    def rename(self, vkey: str) -> None:
        """Make `vkey` the key of the log that the tables belong to."""
        ...

    def idempotency_keys(self) -> Iterator[tuple[str, int]]:
        """Yield every idempotency key with its seq."""
        ...

    def bytes_used(self) -> int:
        """Return how much of a disk the tables take."""
        ...

    def close(self) -> None:
        """Let go of file or connection."""
        ...


def open_tables(folder: LedgerFolder, *, read_only: bool = False, wait_s: float = 0) -> Tables:
    """Return the tables of a ledger, open for the one writer, or for reading: then of a replica where there is one.

    Raises:
        BadInput: the settings cannot be read, or ask for Postgres where psycopg is not installed.
        LedgerBusy: a writer on this or another host kept the tables for `wait_s` seconds.
        StorageFailed: they cannot be used.
    """
    settings = read_ledger_settings(folder.path)
    if read_only and settings.replica:
        _check_installed()
        from evenhand.store.postgres_replica import open_for_reading  # noqa: PLC0415  psycopg is an extra

        return open_for_reading(settings.postgres, settings.replica)
    return open_tables_at(folder, settings.postgres, read_only=read_only, wait_s=wait_s)


def open_tables_at(folder: LedgerFolder, address: str, *, read_only: bool = False, wait_s: float = 0) -> Tables:
    """Return the tables at an address of Postgres, ``""`` for the folder's own file; raises as `open_tables`."""
    if not address:
        return SqliteTables(folder.tables, read_only=read_only)
    _check_installed()
    from evenhand.store.postgres import PostgresTables  # noqa: PLC0415  psycopg is an extra

    return PostgresTables(address, read_only=read_only, wait_s=wait_s)


def create_tables_at(folder: LedgerFolder, address: str, origin: str, vkey: str) -> None:
    """Make the tables of an empty log at an address of Postgres, ``""`` for the folder's own file."""
    if not address:
        create_tables(folder.tables, origin, vkey)
        folder.tables.chmod(0o600)
        return
    _check_installed()
    from evenhand.store.postgres_schema import create_postgres_tables  # noqa: PLC0415  psycopg is an extra

    create_postgres_tables(address, origin, vkey)


def _check_installed() -> None:
    try:
        import psycopg  # noqa: F401, PLC0415
    except ImportError:
        raise BadInput("Postgres needs psycopg", todo="run `pip install evenhand[postgres]`") from None
