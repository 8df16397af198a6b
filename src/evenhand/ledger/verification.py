"""Verification of a whole log: of its public folder alone, or with the tables behind it."""

from msgspec import structs

from evenhand.ledger.checkpoint import CHECKPOINT, open_checkpoint
from evenhand.ledger.encodings import to_base64
from evenhand.ledger.protocols import Files, Storage, Verifier
from evenhand.ledger.public_verification import verify_public
from evenhand.ledger.signed_notes import read_vkey
from evenhand.ledger.table_verification import TablesReport, verify_tables
from evenhand.ledger.tree import Tree
from evenhand.model.errors import BadInput, NotVerified
from evenhand.model.log import Checkpoint, LogReport, Problem


def verify_log(
    files: Files, vkey: str, verifier: Verifier, storage: Storage | None = None, *, is_shared: bool = False
) -> LogReport:
    """Return what holds of a log and, for each thing that does not, where it is.

    `vkey` must come from the reader, not from the log. The public folder may be any tlog-tiles log; its entries
    are then only bytes. With `storage` every row, payload and checkpoint behind it is checked too. Where
    other hosts write these as well (`is_shared`), public files that are their beginning are no problem, but `behind`.
    Kinds of problems: `vkey`, `checkpoint`, `root`, `tile`, `entry`, and with tables `name`, `database`, `row`,
    `payload`, `sealed`, `head`. Cost: every byte is read and hashed once.
    """
    problems: list[Problem] = []
    tree = Tree()
    checkpoint = _open(files, vkey, verifier, problems)
    if checkpoint is not None:
        tree, found = verify_public(files, checkpoint)
        problems += found
    if storage is None:
        return _report(checkpoint, problems, tree.size, None)
    tables = verify_tables(storage, vkey, verifier, checkpoint, tree)
    behind = ""
    # Read again, because a writer may have published since.
    if (
        checkpoint is not None
        and tables.published > checkpoint.size
        and files.get(CHECKPOINT) == checkpoint.note.encode()
    ):
        if is_shared and not problems and not tables.problems:
            # INVARIANT: that every row is as published proves the checkpoint to be one of the tables' own history.
            behind = behind_sentence(checkpoint.size, tables.published)
        else:
            where = f"of size {checkpoint.size} is older than the one of size {tables.published} published before"
            problems.append(Problem(kind="checkpoint", where=f"{CHECKPOINT} {where}"))
    report = _report(checkpoint, problems + tables.problems, tables.entries, tables)
    return structs.replace(report, behind=behind)


def behind_sentence(size: int, published: int) -> str:
    """Return in one sentence that another host has written since this folder's files were."""
    return (
        f"this folder's public files end at size {size}, and another host has written on to {published} since; they are"
        " its beginning; run `evenhand ledger checkpoint`"
    )


def _open(files: Files, vkey: str, verifier: Verifier, problems: list[Problem]) -> Checkpoint | None:
    try:
        key = read_vkey(vkey)
    except BadInput as error:
        problems.append(Problem(kind="vkey", where=f"vkey: {error}"))
        return None
    try:
        return open_checkpoint(files.get(CHECKPOINT) or b"", [key], verifier)
    except NotVerified as error:
        problems.append(Problem(kind="checkpoint", where=f"{CHECKPOINT}: {error}"))
        return None


def _report(
    checkpoint: Checkpoint | None, problems: list[Problem], entries: int, tables: TablesReport | None
) -> LogReport:
    return LogReport(
        ok=not problems,
        origin=checkpoint.origin if checkpoint else "",
        size=checkpoint.size if checkpoint else 0,
        root=to_base64(checkpoint.root) if checkpoint else "",
        entries=entries,
        payloads=None if tables is None else tables.payloads,
        erased=None if tables is None else len(tables.erasures),
        problems=tuple(problems),
        erasures=tables.erasures if tables else (),
    )
