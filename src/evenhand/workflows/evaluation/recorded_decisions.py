"""Every decision that a ledger's folder holds, without its lock: for who looks back and decides nothing."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from evenhand.model.decision import Decision
from evenhand.model.errors import NotFound
from evenhand.model.log import Leaf
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledger_tables import open_tables

_leaf = msgspec.json.Decoder(Leaf).decode


def recorded_decisions(ledger: Path) -> Iterator[tuple[int, Decision | None]]:
    """Yield seq and decision in the order of the ledger in this folder; None where its payload was erased.

    Raises:
        NotFound: there is no ledger with payloads.
        StorageFailed: its tables cannot be read.
    """
    where = LedgerFolder(ledger)
    if not where.is_whole():
        raise NotFound("no ledger with payloads here", where=ledger, todo="run `evenhand run` first")
    with closing(open_tables(where, read_only=True)) as tables:
        for entry in tables.entries():
            if _leaf(entry.leaf).kind == "decision":
                yield entry.seq, None if entry.body is None else decision_of(entry.body)
