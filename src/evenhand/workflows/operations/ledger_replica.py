"""A replica of a ledger's Postgres looked at: whether it is read, and whether its tables are right themselves."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from evenhand.ledger.table_verification import verify_tables
from evenhand.ledger.tree import Tree
from evenhand.model.errors import BadInput
from evenhand.model.log import LedgerSettings, Problem
from evenhand.store.keys import Ed25519Verifier
from evenhand.store.ledger_settings import read_ledger_settings

if TYPE_CHECKING:
    from evenhand.store.postgres_replica import ReplicaTables


def replica_unused(settings: LedgerSettings) -> Iterator[str]:
    """Yield why a replica that the settings name is not read, nothing if it is, or there is none."""
    if settings.replica:
        with closing(_opened(settings)) as tables:
            if tables.left:
                yield f"the replica is not read, the main server is: {tables.left}"


def replica_problems(ledger: Path, vkey: str) -> list[Problem]:
    """Return what is wrong with the tables of the replica of a ledger, which readers see and no writer checks."""
    try:
        settings = read_ledger_settings(ledger)
    except BadInput:
        return []  # told where the settings are verified
    if not settings.replica:
        return []
    with closing(_opened(settings)) as tables:
        if tables.left:
            return []  # a warning said so, and nobody reads it
        report = verify_tables(tables, vkey, Ed25519Verifier(), None, Tree())
        return [
            Problem(kind="replica", where=f"{each.kind}: {each.where}", index=each.index) for each in report.problems
        ]


def _opened(settings: LedgerSettings) -> "ReplicaTables":
    from evenhand.store.postgres_replica import ReplicaTables  # noqa: PLC0415  psycopg is an extra

    return ReplicaTables(settings.postgres, settings.replica)
