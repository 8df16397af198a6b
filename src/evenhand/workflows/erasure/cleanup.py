"""After an erasure: what a network's other files say of the party goes too, and what is left is named."""

import mmap
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from html import unescape
from pathlib import Path

import msgspec

from evenhand.gate import compile_register, write_register
from evenhand.gate.registers.fingerprint import SEED_BYTES
from evenhand.gate.registers.plain_form import decode_register, encode_register
from evenhand.ledger import Ledger
from evenhand.model.errors import EvenhandError
from evenhand.model.hosts import Suffixes
from evenhand.model.record import Record
from evenhand.store.atomic_files import write_whole
from evenhand.store.tables import erased_note, read_columns, read_parquet, write_parquet
from evenhand.workflows.delivery.decision_tables import CSV, WORKBOOK
from evenhand.workflows.delivery.letter_files import ENDINGS
from evenhand.workflows.delivery.outbox_queue import queue_all
from evenhand.workflows.delivery.publication import COMPILED, DECISION_COLUMNS, DECISIONS, REGISTER, sign_register
from evenhand.workflows.erasure.complaint_files import remove_complaint_files
from evenhand.workflows.erasure.evidence_files import remove_evidence_files, statements_that_quote
from evenhand.workflows.erasure.traces import Traces
from evenhand.workflows.notifications.derivation import forget_erased

_MADE_AGAIN = ("report.html", CSV, WORKBOOK, "rejected-input.csv", "refused-rows.csv")
_TAG = re.compile("<[^>]*>")
_LEFT = {
    "data": "a table of the network itself: take the rows out, or the next run reads the party again",
    "lists": "what publishers say of somebody of this name",
    "lists-in": "what publishers say of somebody of this name",
    "ledger": "records about others name the party, see `entries`: erase them by index if they must go",
    "evidence": "saved documents that name the party: erase each by its SHA-256",
    "notifications": "events about others, to be sent or sent: those go 30 days after they were delivered",
    "outbox": "sent and not answered yet, or about others: `evenhand reasons send` settles it",
}

_QUOTED = "decisions, and letters, that rest on claims of the document: erase them by index if they must go"


class Left(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A place where something of the party is or may be, and what to do about it; `entries` where it is the ledger."""

    where: str
    what: str
    entries: tuple[int, ...] = ()


class Cleaned(Record, frozen=True, kw_only=True):
    """Which files of the network went or were written anew, and what is left; paths are from the network's folder."""

    removed: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()


def clean(
    folder: Path, ledger: Ledger, traces: Traces, at: datetime, suffixes: Suffixes, draw: Callable[[int], bytes]
) -> Cleaned:
    """Remove what the network at `folder` keeps of what was erased, and search every file for what is left.

    Letters, the register, tables of decisions and snapshots lose what is about the party; `state/` and the report are
    made again by the next run. May be repeated.

    Raises:
        OSError: the disk does not obey; run the erasure again.
    """
    out = folder / "out"
    removed = [*_remove_reasons(out / "reasons", traces), *_remove_made_again(folder, traces)]
    removed += remove_complaint_files(folder, ledger, traces.attachments)
    removed += remove_evidence_files(folder, ledger, traces.documents, traces.claims)
    rewritten = [*_rewrite_decisions(out / DECISIONS, traces), *_rewrite_snapshots(folder / "snapshots", traces, at)]
    queue_all(ledger, folder)
    forget_erased(folder, ledger, traces.parties)
    # The register last: it knows by which names an erasure that was cut short is found again.
    found = list(_search(folder, ledger, traces, skip=out / REGISTER))
    quoting = statements_that_quote(ledger, traces.claims)
    found += [Left(where="ledger", what=_QUOTED, entries=quoting)] if quoting else []
    rewritten += _rewrite_register(out, ledger, traces, suffixes, draw)
    found += list(_search_file(folder, out / REGISTER, traces.pattern))
    return Cleaned(
        removed=_shown(folder, removed), rewritten=_shown(folder, rewritten), left=tuple(found) + tuple(_elsewhere()),
    )  # fmt: skip


def _remove_reasons(folder: Path, traces: Traces) -> Iterator[Path]:
    """Remove the files of statements that went, also those whose records an earlier erasure took."""
    gone = set(traces.reasons)
    for path in folder.glob("[lr]-*.json") if traces.parties else ():
        if not path.name.endswith(".tdb.json") and _advertiser(path) in traces.parties:
            gone.add(path.name.removesuffix(".json"))
    for reason in sorted(gone):
        for path in (folder / f"{reason}{ending}" for ending in ENDINGS):
            if path.exists():
                path.unlink()
                yield path


def _advertiser(path: Path) -> str:
    try:
        return str(msgspec.json.decode(path.read_bytes())["advertiser"]["id"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""


def _remove_made_again(folder: Path, traces: Traces) -> Iterator[Path]:
    if traces.decisions or traces.texts:
        kept = (folder / "console" / name for name in ("jobs", "uploads"))
        for each in (folder / "state", folder / "out" / "influence", *kept):
            if each.exists():
                shutil.rmtree(each)
                yield each
    pattern = traces.pattern
    for path in (folder / "out" / name for name in _MADE_AGAIN):
        if pattern is not None and path.exists() and _holds(path, pattern):
            path.unlink()
            yield path


def _rewrite_decisions(path: Path, traces: Traces) -> Iterator[Path]:
    if path.exists():
        rows = read_parquet(path)
        kept = [row for row in rows if row[0] not in traces.decisions and row[3] not in traces.parties]
        if len(kept) < len(rows):
            write_parquet(path, DECISION_COLUMNS, kept)
            yield path


def _rewrite_snapshots(folder: Path, traces: Traces, at: datetime) -> Iterator[Path]:
    """Empty the cells that name the party, and its own rows whole; a snapshot keeps its name, a note says why."""
    if not traces.parties:
        return
    for path in sorted(folder.glob("*.parquet")):
        rows = [tuple("" if cell is None else str(cell) for cell in row) for row in read_parquet(path)]
        kept = [_without(row, traces) for row in rows]
        changed = sum(new != old for new, old in zip(kept, rows, strict=True))
        if changed:
            note = {"rows_changed": changed, "because": "erasure", "at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
            # Before the rows: anyone who finds them changed must find out why.
            write_whole(erased_note(path), msgspec.json.encode(note))
            write_parquet(path, dict.fromkeys(read_columns(path), "VARCHAR"), kept)
            yield path


def _without(row: tuple[str, ...], traces: Traces) -> tuple[str, ...]:
    named = [traces.names(cell) for cell in row]
    is_own = any(cell in traces.parties for cell in row) and (sum(named) > 1 or traces.names_together(row))
    return tuple("" if is_own or hit else cell for cell, hit in zip(row, named, strict=True))


def _rewrite_register(
    out: Path, ledger: Ledger, traces: Traces, suffixes: Suffixes, draw: Callable[[int], bytes]
) -> Iterator[Path]:
    path = out / REGISTER
    if not path.exists():
        return
    try:
        head, read = decode_register(path.read_bytes().split(b"\n"), path)
        rows = list(read)
    except EvenhandError:
        return  # damaged: the next run writes it anew, and the search says what is in it
    kept = [row for row in rows if row.id not in traces.parties and row.decision not in traces.decisions]
    if len(kept) < len(rows):
        head, _ = decode_register(encode_register(head, kept).split(b"\n"), path)
        compile_register(kept, head, out / COMPILED, suffixes, draw(SEED_BYTES))
        write_register(kept, head, path, suffixes)
        sign_register(ledger, out)
        yield from (path, out / COMPILED)


def _search(folder: Path, ledger: Ledger, traces: Traces, skip: Path) -> Iterator[Left]:
    """Yield each file in which the bytes of a name or id are left."""
    pattern = traces.pattern
    if pattern is None:
        return
    entries = tuple(seq for seq, _, payload in ledger.entries() if payload is not None and pattern.search(payload))
    if entries:
        yield Left(where="ledger", what=_LEFT["ledger"], entries=entries)
    # Rules are about kinds of parties; tables that hold such a record hold its bytes.
    passed_over = {"rulebook", "rulebooks"} | ({"ledger"} if entries else set())
    for path in sorted(folder.rglob("*")):
        # The compiled register is written with the plain one, which is searched afterwards.
        is_register = path in (skip, skip.with_name(COMPILED))
        if path.is_file() and not is_register and passed_over.isdisjoint(path.relative_to(folder).parts):
            yield from _search_file(folder, path, pattern)


def _search_file(folder: Path, path: Path, pattern: re.Pattern[bytes] | None) -> Iterator[Left]:
    if pattern is None or not path.exists() or path.stat().st_size == 0:
        return
    if _holds(path, pattern):
        where = path.relative_to(folder)
        yield Left(where=str(where), what=_LEFT.get(where.parts[0], "a file about others that names the party"))


def _holds(path: Path, pattern: re.Pattern[bytes]) -> bool:
    """Return whether a file that is not empty holds the pattern; of a table or a workbook its cells are searched."""
    if path.suffix == ".parquet":
        return any(pattern.search(str(cell).encode()) for row in read_parquet(path) for cell in row)
    if zipfile.is_zipfile(path):
        return any(pattern.search(cells) for cells in _workbook_cells(path))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return pattern.search(data) is not None


def _workbook_cells(path: Path) -> Iterator[bytes]:
    """Yield the texts of each part of a workbook, every cell on a line of its own."""
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            yield unescape(_TAG.sub("\n", parts.read(name).decode("utf-8", "replace"))).encode()


def _elsewhere() -> Iterator[Left]:
    yield Left(where="backups", what="those from before keep payload and salt until they expire: `backup_days`")
    yield Left(where="copies", what="letters that were sent, receipts that were disclosed, registers at gates, exports")


def _shown(folder: Path, paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(str(path.relative_to(folder)) for path in paths)
