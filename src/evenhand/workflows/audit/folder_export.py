"""The auditor's folder: the public log, rules, and decisions of which only what may be seen is opened."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from evenhand.ledger import LogReader, verify_log
from evenhand.ledger.encodings import to_base64
from evenhand.ledger.erasure import ERASURE, read_erasure
from evenhand.ledger.field_commitments import Place, open_shown, says_sealing, show_fields
from evenhand.ledger.protocols import Files
from evenhand.ledger.public_log import read_public_leaves
from evenhand.ledger.recovery import RESTORE
from evenhand.ledger.subject_salts import salt_of
from evenhand.ledger.tiles import pack_entries, tiles, unpack_entries
from evenhand.ledger.tree import HASH_SIZE
from evenhand.model.errors import BadInput, HistoryConflict, NotVerified
from evenhand.model.log import Checkpoint, Leaf, StoredEntry
from evenhand.policy import Rulebook
from evenhand.store.keys import Ed25519Verifier
from evenhand.store.network import Network
from evenhand.store.public_files import PublicFiles
from evenhand.workflows.audit import folder_format as form
from evenhand.workflows.audit.folder_format import FolderManifest
from evenhand.workflows.audit.folder_report import describe_report, write_report
from evenhand.workflows.audit.folder_texts import write_texts
from evenhand.workflows.audit.shown_fields import ALL, ShownFields, check_reveal, reads_of
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.rulebooks.kept_rulebooks import FOLDER, Rulebooks

__all__ = ["WITHHELD", "FolderManifest", "describe_report", "export_folder", "shown_line"]

WITHHELD = "committed to whole, before decisions were committed to field by field"
"""Why a decision is not opened: shown would be all of it."""

_STEP = 2_000


class Range(NamedTuple):
    """The leaves that a folder is about, and their bounds as leaves say them."""

    start: int
    end: int
    since: str
    until: str


def export_folder(
    network: Network, out: Path, *, since: datetime | None, until: datetime | None, reveal: Sequence[str],
    made_by: str, progress: Progress,
) -> form.FolderManifest:  # fmt: skip
    """Write the auditor's folder to `out`, whole or not at all, and return what it says it holds.

    `since` and `until` bound the leaves by their minute; `reveal` names fields beside those shown by default.

    Raises:
        BadInput: `out` is there already, the range ends before it begins or has no decision, or `reveal` names no field
            or one that is never shown.
        HistoryConflict: a payload is not the one that its leaf commits to.
        NotVerified: the published log does not hold.
    """
    if out.exists():
        raise BadInput("is there already", where=out, expected="a new folder", todo="remove it or name another")
    if since is not None and until is not None and since >= until:
        expected = f"after {form.bound(since)}"
        raise BadInput("ends before it begins", where="--until", got=form.bound(until), expected=expected)
    with read_ledger(network.ledger) as ledger, _built(out) as building:
        export = _Export(network, ledger, building, tuple(sorted(set(reveal))), progress)
        return export.write(form.bound(since), form.bound(until), made_by)


class _Export:
    """One writing of a folder."""

    def __init__(
        self, network: Network, ledger: LogReader, out: Path, reveal: tuple[str, ...], progress: Progress
    ) -> None:
        self._network, self._ledger, self._out, self._reveal = network, ledger, out, reveal
        self._progress = progress
        self._rulebooks = Rulebooks(network)
        self._shown = ShownFields(reveal)
        self._used: dict[str, Rulebook | None] = {}
        self._counts = Counter[str]()
        if reveal:
            check_reveal(reveal, [Rulebook.load(network.rulebook, historic=True), *_kept(network, self._rulebooks)])

    def write(self, since: str, until: str, made_by: str) -> form.FolderManifest:
        """Write all files; the sums last, as they are over the others."""
        checkpoint, leaves = self._log()
        start, end = form.range_of((leaf.at for leaf in leaves), since, until)
        kinds = Counter[str](leaf.kind for leaf in leaves[start:end])
        _check_decisions(kinds["decision"], since, until)
        self._decisions(leaves, Range(start, end, since, until))
        self._records(leaves)
        self._write_rulebooks()
        report = write_report(
            self._network, self._ledger, leaves, self._rulebooks, self._out,
            reveal=frozenset(self._reveal), progress=self._progress,
        )  # fmt: skip
        manifest = form.FolderManifest(
            made_by=made_by, origin=checkpoint.origin, size=checkpoint.size, root=to_base64(checkpoint.root),
            since=since, until=until, start=start, end=end, kinds=dict(kinds), shown=self._counts["shown"],
            withheld=self._counts["withheld"], erased=self._counts["erased"], reveal=self._reveal,
            rulebooks={name: reads_of(known) for name, known in self._used.items() if known is not None},
            unkept=tuple(sorted(name for name, known in self._used.items() if known is None)), report=report,
        )  # fmt: skip
        (self._out / form.MANIFEST).write_bytes(msgspec.json.encode(manifest, order="sorted") + b"\n")
        write_texts(self._out)
        (self._out / form.SUMS).write_text("".join(form.sums(self._out)), "utf-8")
        return manifest

    def _log(self) -> tuple[Checkpoint, list[Leaf]]:
        """Copy the published log and return its checkpoint and leaves."""
        files = PublicFiles(LedgerFolder.at(self._network.ledger).public)
        vkey = (files.get("vkey") or b"").decode()
        report = verify_log(files, vkey.strip(), Ed25519Verifier())
        checkpoint = self._ledger.checkpoint
        if not report.ok or checkpoint is None or checkpoint.size == 0:
            problem = report.problems[0].where if report.problems else "nothing is published"
            raise NotVerified("the published log does not hold", where=problem, todo="run `evenhand ledger verify`")
        out = PublicFiles(self._out / form.LOG)
        out.put("vkey", vkey.encode())
        out.put("checkpoint", checkpoint.note.encode())
        for path, data in _published(files, checkpoint.size):
            out.put(path, data)
        return checkpoint, list(read_public_leaves(files, checkpoint.size))

    def _decisions(self, leaves: Sequence[Leaf], span: Range) -> None:
        erased = dict(_erasures(self._ledger, leaves))
        with (self._out / form.DECISIONS).open("wb") as file:
            for entry in self._ledger.storage.entries(span.start):
                if entry.seq >= span.end:
                    break
                if entry.seq % _STEP == 0:
                    self._progress("writing decisions", entry.seq - span.start, span.end - span.start)
                if leaves[entry.seq].kind == "decision":
                    line = self._line(entry, leaves[entry.seq], erased)
                    file.write(msgspec.json.encode(line, order="sorted") + b"\n")
        self._progress("writing decisions", span.end - span.start, span.end - span.start)

    def _line(self, entry: StoredEntry, leaf: Leaf, erased: dict[int, int]) -> form.DecisionLine:
        sha256 = leaf.rulebook.removeprefix("sha256:")
        if sha256 not in self._used:
            self._used[sha256] = self._rulebooks.by_hash(sha256)
        if entry.body is None:
            self._counts["erased"] += 1
            return form.DecisionLine(seq=entry.seq, erased=erased.get(entry.seq, -1))
        line = shown_line(entry, leaf, self._shown, self._used[sha256], whole=ALL in self._reveal)
        self._counts["shown" if line.withheld is UNSET else "withheld"] += 1
        return line

    def _records(self, leaves: Sequence[Leaf]) -> None:
        with (self._out / form.RECORDS).open("wb") as file:
            for leaf in leaves:
                if leaf.kind in form.SHOWN_RECORDS:
                    line = self._record(leaf)
                    if line is not None:
                        file.write(msgspec.json.encode(line, order="sorted") + b"\n")

    def _record(self, leaf: Leaf) -> form.DecisionLine | None:
        """Return a record as it is shown; None where all of it would name the people who approved a rulebook."""
        entry = self._ledger.storage.entry(leaf.seq)
        if entry is None or entry.body is None:
            return None
        payload = msgspec.json.decode(entry.body)
        if leaf.kind == "rulebook" and payload.get("approval") is not None and not says_sealing(payload):
            return None
        return _opened(entry, leaf, payload, lambda place: place.path != "/approval")

    def _write_rulebooks(self) -> None:
        for sha256, known in self._used.items():
            if known is not None:
                kept = self._network.snapshots / FOLDER / sha256
                source = kept if kept.is_dir() else self._network.rulebook
                target = self._out / form.RULEBOOKS / sha256
                target.mkdir(parents=True)
                for name in sorted(known.files):
                    shutil.copyfile(source / name, target / name)


def shown_line(
    entry: StoredEntry, leaf: Leaf, shown: ShownFields, rulebook: Rulebook | None, *, whole: bool
) -> form.DecisionLine:
    """Return a decision as an auditor sees it; `whole`: one that is committed to whole is shown so."""
    payload = msgspec.json.decode(entry.body or b"")
    line = _opened(entry, leaf, payload, shown.chooser(payload, rulebook))
    return line if whole or says_sealing(line.payload) else form.DecisionLine(seq=entry.seq, withheld=WITHHELD)


def _opened(
    entry: StoredEntry, leaf: Leaf, payload: dict[str, Any], keeps: Callable[[Place], bool]
) -> form.DecisionLine:
    salt, salts = salt_of(entry) or b"", b""
    if says_sealing(payload):
        commitment, payload, salt, salts = show_fields(salt, payload, keeps)
    else:
        commitment = open_shown(payload, salt, salts) or ""
    if commitment != leaf.c:
        raise HistoryConflict(f"payload of entry {entry.seq} was changed", where="the ledger's tables", todo=RESTORE)
    return form.DecisionLine(seq=entry.seq, payload=payload, salt=salt, salts=salts or UNSET)


def _published(files: Files, size: int) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each file that a log of this size needs."""
    for tile in tiles(size):
        yield tile.path, (files.get(tile.path) or files.get(tile.full.path) or b"")[: tile.width * HASH_SIZE]
        if tile.level == 0:
            data = files.get(tile.bundle_path) or files.get(tile.full.bundle_path) or b""
            yield tile.bundle_path, pack_entries(unpack_entries(data)[: tile.width])


def _erasures(ledger: LogReader, leaves: Iterable[Leaf]) -> Iterator[tuple[int, int]]:
    """Yield each entry whose payload was erased, with the leaf that says so."""
    for leaf in leaves:
        if leaf.kind == ERASURE:
            erasure = read_erasure(ledger.payload(leaf.seq) or b"")
            if erasure is not None and not erasure.fields:
                yield from ((seq, leaf.seq) for seq in erasure.erased)


def _check_decisions(number: int, since: str, until: str) -> None:
    """Refuse a range without a decision.

    Raises:
        BadInput: it has none.
    """
    if not number:
        raise BadInput(
            "no decision to export", got=f"from {since or 'the first'} until {until or 'the end'}",
            expected="a range with a decision", todo="choose another --from or --until",
        )  # fmt: skip


@contextmanager
def _built(out: Path) -> Iterator[Path]:
    """Give a folder beside `out` that takes its place when all is written, and goes if it is not."""
    building = out.with_name(f"{out.name}.tmp")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        yield building
        building.rename(out)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _kept(network: Network, rulebooks: Rulebooks) -> Iterator[Rulebook]:
    folder = network.snapshots / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.name.endswith(".tmp") and (found := rulebooks.by_hash(path.name)) is not None:
            yield found
