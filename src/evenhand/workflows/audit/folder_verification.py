"""Verification of an auditor's folder: log, commitments, completeness, and rulings made again."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET, structs

from evenhand.ledger import verify_log
from evenhand.ledger.field_commitments import says_sealing
from evenhand.ledger.public_log import read_public_leaves
from evenhand.ledger.signed_notes import read_vkey
from evenhand.model.errors import BadInput, EvenhandError, NotVerified
from evenhand.model.log import Leaf
from evenhand.model.record import Record
from evenhand.policy import Rulebook
from evenhand.store.keys import Ed25519Verifier
from evenhand.store.public_files import PublicFiles
from evenhand.workflows.audit import folder_format as form
from evenhand.workflows.audit.folder_files import check_files, check_sums, check_texts, holds_files_only
from evenhand.workflows.audit.folder_problems import (
    FolderProblem,
    Problems,
    RepeatedKey,
    reads_in_words,
    refuse_repeated_keys,
)
from evenhand.workflows.audit.folder_statistics import UncheckedFigures, check_report
from evenhand.workflows.audit.shown_decisions import ShownDecisions, opened_commitment
from evenhand.workflows.audit.shown_fields import reads_of
from evenhand.workflows.audit.standalone_decisions import schemas_of
from evenhand.workflows.audit.standalone_table import in_words
from evenhand.workflows.evaluation.findings import Progress

_LINE = msgspec.json.Decoder(form.DecisionLine).decode
_STEP = 2_000
_UNREADABLE = (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError, RepeatedKey)


class FolderReport(Record, frozen=True, kw_only=True):
    """What holds of an auditor's folder; every decision of the range is shown, withheld or erased.

    Of those shown `compared` were held against others with equal facts (`without_equal` have no earlier one), but for
    the `named` ones, by a rule that reads an id which is closed: `named_equals` others have their facts.
    `replayed` were ruled again by Cedar; `not_replayed` says of how many that could not be done, by reason. `unfit`
    ones have an attribute or a value that the schema does not know, and are held. The figures of the `report` that this
    leaf records were computed again, but for those that `not_computed` names, from a table of which no shown decision
    holds `rows_not_held`; of the `cells` of the other rows `cells_not_compared` says by column how many were compared
    with nothing. `missing_report` is the leaf of one that the folder should have. `not_compared` are files for people
    that an earlier version wrote.
    """

    ok: bool
    origin: str
    size: int
    start: int
    end: int
    shown: int
    withheld: int
    erased: int
    compared: int
    without_equal: int
    named: int
    named_equals: int
    replayed: int
    unfit: int
    not_replayed: dict[str, int]
    report: int | None
    missing_report: int | None
    not_computed: tuple[str, ...]
    rows_not_held: int
    cells: int
    cells_not_compared: dict[str, int]
    not_compared: tuple[str, ...] = ()
    problems: tuple[FolderProblem, ...]

    @property
    def cells_in_words(self) -> str:
        """Return how many cells of the table were compared with nothing, by column."""
        return in_words(Counter(self.cells_not_compared), self.cells, form.TABLE)


def verify_audit_folder(folder: Path, vkey: str, progress: Progress) -> FolderReport:
    """Return what holds of a folder to somebody who knows that `vkey` is the log's key; what fails is no error.

    Raises:
        BadInput: it is no folder of an auditor at all, or `vkey` is no key.
    """
    read_vkey(vkey, "the log's key")
    if not folder.is_dir():
        raise BadInput("no such folder", where=folder, expected="one that `evenhand audit export` wrote")
    if not (folder / form.MANIFEST).is_file():
        raise BadInput(
            "no folder for an auditor", where=folder, expected=f"{form.MANIFEST}, as `audit export` writes it"
        )
    problems = Problems()
    if not holds_files_only(folder, problems):
        return _report(problems, None, None)
    check_sums(folder, problems)
    earlier = check_texts(folder, problems)
    manifest = _manifest(folder, problems)
    leaves = [] if manifest is None else _leaves(folder, vkey, manifest, problems)
    if manifest is None or not leaves:
        return _report(problems, manifest, None)
    check_files(folder, manifest, len(leaves), problems)
    _check_range(leaves, manifest, problems)
    records = _check_records(folder, leaves, problems)
    lists = {
        (str(each.get("key")), f"sha256:{each.get('sha256')}")
        for seq, each in records.items()
        if leaves[seq].kind == "list_version"
    }
    rulebooks = _rulebooks(folder, manifest, problems)
    schemas = schemas_of(folder, {"rulebooks": dict.fromkeys(rulebooks)})
    sealed = [seq for seq, each in records.items() if says_sealing(each)]
    decisions = ShownDecisions(
        manifest, leaves, lists, rulebooks, schemas, problems, sealed_from=min(sealed, default=len(leaves))
    )
    _read_decisions(folder, manifest, leaves, decisions, progress)
    decisions.end()
    missing = _missing_report(leaves, manifest, problems)
    unchecked = UncheckedFigures()
    if manifest.report is not None:
        unchecked = check_report(folder, records, manifest.report, leaves, decisions)
    return structs.replace(_report(problems, manifest, decisions, unchecked, missing), not_compared=earlier)


def _manifest(folder: Path, problems: Problems) -> form.FolderManifest | None:
    try:
        data = (folder / form.MANIFEST).read_bytes()
        manifest = msgspec.json.decode(data, type=form.FolderManifest)
        refuse_repeated_keys(data)
    except _UNREADABLE as error:
        problems.add("unreadable", form.MANIFEST, f"cannot be read ({error})", "the fields of version 1")
        return None
    return manifest


def _leaves(folder: Path, vkey: str, manifest: form.FolderManifest, problems: Problems) -> list[Leaf]:
    """Return the leaves of the log; none where it does not hold."""
    files = PublicFiles(folder / form.LOG)
    report = verify_log(files, vkey, Ed25519Verifier())
    for each in report.problems:
        at = "" if each.index is None else f" at leaf {each.index}"
        problems.add("log", f"{form.LOG}/{each.where}", f"{each.kind} does not hold{at}", "what the key signed")
    if (files.get("vkey") or b"").decode(errors="replace").strip() != vkey:
        problems.add("log", f"{form.LOG}/vkey", "another key", vkey)
    if any(each.kind in ("vkey", "checkpoint", "root", "entry") for each in report.problems):
        return []
    written = {"origin": manifest.origin, "size": manifest.size, "root": manifest.root}
    for key, value in {"origin": report.origin, "size": report.size, "root": report.root}.items():
        if written[key] != value:
            problems.add("manifest", form.MANIFEST, f"{key} is {written[key]}", f"{value}, as the checkpoint says")
    try:
        return list(read_public_leaves(files, report.size))
    except NotVerified as error:
        problems.add("log", form.LOG, str(error), "leaves")
        return []


def _check_range(leaves: Sequence[Leaf], manifest: form.FolderManifest, problems: Problems) -> None:
    start, end = form.range_of((leaf.at for leaf in leaves), manifest.since, manifest.until)
    if (manifest.start, manifest.end) != (start, end):
        written = f"leaves {manifest.start} up to {manifest.end}"
        problems.add("range", form.MANIFEST, written, f"{start} up to {end}, by since and until")
    kinds = dict(Counter(leaf.kind for leaf in leaves[start:end]))
    if kinds != manifest.kinds:
        problems.add("range", form.MANIFEST, f"kinds {manifest.kinds}", f"{kinds}, as the log has them")


def _missing_report(leaves: Sequence[Leaf], manifest: form.FolderManifest, problems: Problems) -> int | None:
    """Return the leaf of the last report of the range if the folder has neither this nor a later one."""
    start, end = form.range_of((leaf.at for leaf in leaves), manifest.since, manifest.until)
    last = max((seq for seq in range(start, end) if leaves[seq].kind == "audit_report"), default=None)
    if last is None:
        return None
    if manifest.report in {leaf.seq for leaf in leaves[last:] if leaf.kind == "audit_report"}:
        return None
    problems.add(
        "incomplete", form.REPORT, f"the report of an audit that leaf {last} records is missing", "it and its table"
    )
    return last


def _check_records(folder: Path, leaves: Sequence[Leaf], problems: Problems) -> dict[int, dict[str, Any]]:
    """Return the records that are shown and open their leaves, by leaf."""
    found: dict[int, dict[str, Any]] = {}
    last = -1
    for where, line in _lines(folder, form.RECORDS, problems):
        if not last < line.seq < len(leaves) or leaves[line.seq].kind not in form.SHOWN_RECORDS:
            expected = f"{', '.join(form.SHOWN_RECORDS)}, rising"
            problems.add("record", where, f"leaf {line.seq} is no such record here", expected)
            continue
        last = line.seq
        if opened_commitment(line) != leaves[last].c:
            problems.add("commitment", where, f"does not open leaf {last}", "what the leaf commits to")
        else:
            found[last] = {} if line.payload is UNSET else line.payload
    return found


def _rulebooks(folder: Path, manifest: form.FolderManifest, problems: Problems) -> dict[str, Rulebook]:
    """Return the rulebooks of the folder by hash, those that are what their name says."""
    found: dict[str, Rulebook] = {}
    place = folder / form.RULEBOOKS
    kept = {path.name for path in place.iterdir()} if place.is_dir() else set()
    for name in sorted(kept | manifest.rulebooks.keys()):
        where = f"{form.RULEBOOKS}/{name}"
        if name not in kept or name not in manifest.rulebooks:
            problems.add("rulebook", where, "is missing or not named", f"each rulebook of {form.MANIFEST}")
            continue
        try:
            rulebook = Rulebook.load(place / name, historic=True)
        except (EvenhandError, OSError) as error:
            problems.add("rulebook", where, str(error), "a rulebook")
            continue
        if rulebook.sha256 != name:
            problems.add("rulebook", where, f"is rulebook {rulebook.sha256}", "the hash that it is named by")
            continue
        found[name] = rulebook
        read, stated = reads_of(rulebook), manifest.rulebooks[name]
        if stated not in (read, structs.replace(read, id_rules=())):
            problems.add("reads", form.MANIFEST, reads_in_words(name, stated, read), f"what the rules in {where} read")
    return found


def _lines(folder: Path, name: str, problems: Problems) -> Iterator[tuple[str, form.DecisionLine]]:
    """Yield place and content of each line of a file; one that is none is a problem."""
    if not (folder / name).is_file():
        problems.add("unreadable", name, "is missing", "a line for each record, as docs/spec/audit-folder.md says")
        return
    with (folder / name).open("rb") as file:
        for number, raw in enumerate(file, 1):
            try:
                line = _LINE(raw)
                refuse_repeated_keys(raw)
                if line.problem:
                    raise msgspec.ValidationError(line.problem)
            except _UNREADABLE as error:
                problems.add("line", f"{name}:{number}", f"cannot be read ({error})", "one JSON object")
                continue
            yield f"{name}:{number}", line


def _read_decisions(
    folder: Path, manifest: form.FolderManifest, leaves: Sequence[Leaf], decisions: ShownDecisions, progress: Progress
) -> None:
    start, end = form.range_of((leaf.at for leaf in leaves), manifest.since, manifest.until)
    missing = {seq for seq in range(start, end) if leaves[seq].kind == "decision"}
    total, last = len(missing), -1
    for where, line in _lines(folder, form.DECISIONS, decisions.problems):
        if line.seq not in missing or line.seq <= last:
            expected = "the decisions of the range, each once, rising"
            decisions.problems.add("extra", where, f"leaf {line.seq} has no place here", expected)
            continue
        last = line.seq
        missing.remove(last)
        decisions.check(where, line)
        if len(missing) % _STEP == 0:
            progress("checking decisions", total - len(missing), total)
    for seq in sorted(missing):
        decisions.problems.add(
            "missing", form.DECISIONS, f"the decision of leaf {seq} is left out", "every one of the range"
        )
    progress("checking decisions", total, total)


def _report(
    problems: Problems,
    manifest: form.FolderManifest | None,
    decisions: ShownDecisions | None,
    unchecked: UncheckedFigures | None = None,
    missing_report: int | None = None,
) -> FolderReport:
    counts = Counter[str]() if decisions is None else decisions.counts
    unchecked = unchecked or UncheckedFigures()
    named, named_equals = (0, 0) if decisions is None else decisions.named.counts()
    return FolderReport(
        ok=not problems.found,
        origin="" if manifest is None else manifest.origin,
        size=0 if manifest is None else manifest.size,
        start=0 if manifest is None else manifest.start,
        end=0 if manifest is None else manifest.end,
        shown=counts["shown"],
        withheld=counts["withheld"],
        erased=counts["erased"],
        compared=counts["compared"],
        without_equal=counts["without_equal"],
        named=named,
        named_equals=named_equals,
        replayed=counts["replayed"],
        unfit=counts["unfit"],
        report=None if manifest is None else manifest.report,
        missing_report=missing_report,
        not_computed=unchecked.sentences,
        rows_not_held=unchecked.rows,
        cells=unchecked.cells,
        cells_not_compared=dict(unchecked.columns),
        not_replayed={} if decisions is None else dict(decisions.not_replayed),
        problems=tuple(problems.found),
    )
