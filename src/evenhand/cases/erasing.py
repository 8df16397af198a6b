"""Erasure: a payload goes from every file, and a leaf says on which ground and by whom."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from evenhand.cases.ledgers import Tell, open_ledger
from evenhand.cases.lifted import check_lifts_nothing
from evenhand.ledger.erasure import Erasure, erasure_record
from evenhand.ledger.ports import Ask
from evenhand.model.errors import StorageFailed
from evenhand.model.record import Record


class Erased(Record, frozen=True, kw_only=True):
    """Which entries lost their payload, and the index of the leaf that says so."""

    erased: tuple[int, ...]
    leaf: int


def erase(
    folder: Path, indexes: Sequence[int], at: datetime, *, basis: str, by: str, subject: str = "",
    fields: Sequence[str] = (), lift: bool = False, wait_s: float = 0, ask: Ask | None = None, tell: Tell | None = None,
) -> Erased:  # fmt: skip
    """Delete payload, salt and sealed values of entries (and of all about `subject`), and say so in a leaf.

    With `fields` only the values sealed at those paths go. Leaf and deletion are one transaction; when this
    returns, nothing of what was deleted is left in a file of this folder, and a head over the leaf is published.
    Without `lift` no decision goes whose absence makes the outcome of its case milder.

    Raises:
        NotFound, BadInput: what is named cannot be erased, or would lift a decision; then nothing was erased.
        StorageFailed: the disk does not obey. If the leaf was written, the message says so.
        LedgerBusy, HistoryConflict: as `open_ledger`.
    """
    with open_ledger(folder, wait_s=wait_s, ask=ask, tell=tell) as ledger:
        tables = ledger.storage
        every = sorted({*indexes, *(tables.of_subject(subject) if subject else ())})
        named = Erasure(erased=tuple(every), basis=basis, by=by, fields=tuple(fields))
        record = erasure_record(tables, named)
        if not (lift or fields):
            check_lifts_nothing(ledger, every, at)
        (receipt,) = ledger.append([record], at)
        ledger.publish(at)
        try:
            tables.purge()
        except StorageFailed as error:
            raise StorageFailed(
                f"erased by leaf {receipt.seq}, but pieces may be left in free space", where=error.where,
                got=error.got, todo="mend the disk and run `evenhand ledger compact`",
            ) from error  # fmt: skip
    return Erased(erased=named.erased, leaf=receipt.seq)
