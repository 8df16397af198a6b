"""Erasure: a payload goes from every file, and a leaf says on which ground and by whom."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from evenhand.ledger import Ledger
from evenhand.ledger.erasure import Erasure, erasure_record
from evenhand.ledger.protocols import HttpPost
from evenhand.model.errors import NotFound, StorageFailed
from evenhand.model.record import Record
from evenhand.store.network import SETTINGS_FILE
from evenhand.store.public_suffixes import PublicSuffixes
from evenhand.workflows.delivery.publication import REGISTER
from evenhand.workflows.erasure.cleanup import Cleaned, clean
from evenhand.workflows.erasure.complaint_entries import entries_about
from evenhand.workflows.erasure.evidence_files import check_whole_documents
from evenhand.workflows.erasure.lifted_restrictions import check_lifts_nothing
from evenhand.workflows.erasure.traces import traces_of
from evenhand.workflows.operations.ledger_folder import LedgerFolder, one_line
from evenhand.workflows.operations.ledgers import Tell, open_ledger


class Erased(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Which entries lost their payload, the index of the leaf that says so, and what became of the network's files.

    `leaf` is None where nothing was left in the ledger and only other files were cleaned; `files` is None where the
    ledger is of no network, or only sealed values went.
    """

    erased: tuple[int, ...]
    leaf: int | None
    files: Cleaned | None = None


def erase(
    folder: Path, indexes: Sequence[int], at: datetime, *, basis: str, by: str, subject: str = "",
    fields: Sequence[str] = (), lift: bool = False, wait_s: float = 0, ask: HttpPost | None = None,
    tell: Tell | None = None, draw: Callable[[int], bytes] = secrets.token_bytes,
) -> Erased:  # fmt: skip
    """Delete payload, salt and sealed values of entries (and of all about `subject`), and say so in a leaf.

    With `fields` only the values sealed at those paths go. Leaf and deletion are one transaction; when this
    returns, nothing of what was deleted is left in a file of this folder, and a checkpoint over the leaf is published.
    Without `lift` no decision goes whose absence makes the outcome of its case milder. In a network the other files
    that tell of these entries are cleaned too, and what is left is said; cut short, it may be repeated.

    Raises:
        NotFound, BadInput: what is named cannot be erased, or would lift a decision; then nothing was erased.
        StorageFailed: the disk does not obey. If the leaf was written, the message says so.
        LedgerBusy, HistoryConflict: as `open_ledger`.
    """
    network = LedgerFolder.at(folder).path.parent
    is_network = (network / SETTINGS_FILE).exists() and not fields
    with open_ledger(folder, wait_s=wait_s, ask=ask, tell=tell) as ledger:
        every = sorted({*indexes, *entries_about(ledger, subject)})
        traces = traces_of(ledger, every, subject, network / "out" / REGISTER) if is_network else None
        leaf = None
        if is_network:
            check_whole_documents(ledger, every)
        if every or not (traces and subject):
            if not (lift or fields):
                check_lifts_nothing(ledger, every, at)
            leaf = _erase(ledger, Erasure(erased=tuple(every), basis=basis, by=by, fields=tuple(fields)), at)
        files = None
        if traces is not None:
            with one_line(network):
                files = clean(network, ledger, traces, at, PublicSuffixes(), draw)
    if leaf is None and files is not None and not (files.removed or files.rewritten):
        raise NotFound(
            "nothing is recorded about this subject", where="--subject", got=subject,
            expected="the id of a party, of a complaint that named no decision, or of a document (its SHA-256)",
            todo="names are not looked for: who is named in a document goes with it, and with the decisions that quote"
            " it, by index; `evenhand evidence claims DIR` lists documents",
        )  # fmt: skip
    return Erased(erased=tuple(every), leaf=leaf, files=files)


def _erase(ledger: Ledger, erasure: Erasure, at: datetime) -> int:
    """Erase from the ledger and return the index of the leaf that says so."""
    tables = ledger.storage
    (receipt,) = ledger.append([erasure_record(tables, erasure)], at)
    ledger.publish(at)
    try:
        tables.purge()
    except StorageFailed as error:
        raise StorageFailed(
            f"erased by leaf {receipt.seq}, but pieces may be left in free space", where=error.where, got=error.got,
            todo="repair the disk and run `evenhand ledger compact`",
        ) from error  # fmt: skip
    return receipt.seq
