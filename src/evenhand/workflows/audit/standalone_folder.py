"""An auditor's folder checked by one file that needs nothing but Python 3.11: copy it, read it, run it.

    python -I verify.py FOLDER 'ads.example/log+b5c685fe+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'

It shares no line with what `evenhand audit verify` runs. What needs Cedar it leaves out and says so: equal facts
are compared with each other, not ruled again. Format: `docs/spec/audit-folder.md`.
"""

import gc
import hashlib
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from evenhand.ledger.standalone_verifier import ReceiptWrong, canonical, write_lines
from evenhand.workflows.audit.standalone_decisions import (
    SHOWN_RECORDS,
    UNREADABLE,
    Json,
    Problems,
    check_range,
    facts_read,
    hides_id,
    lines_of,
    list_hash,
    opens,
    read_leaves,
    schemas_of,
    unfit_facts,
)
from evenhand.workflows.audit.standalone_files import (
    check_files,
    check_rulebooks,
    check_sums,
    has_links,
    read_manifest,
)
from evenhand.workflows.audit.standalone_reveal import NamedDecisions, Revealed, protected_facts
from evenhand.workflows.audit.standalone_statistics import check_report
from evenhand.workflows.audit.standalone_table import Seen

KEY = re.compile(r"[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*")


def check_folder(folder: Path, vkey: str) -> tuple[Problems, list[str]]:
    """Return what does not hold of a folder, and in sentences what was checked."""
    problems, sentences = Problems(), list[str]()
    if has_links(folder, problems):
        return problems, sentences
    _guard(problems, "sums", "SHA256SUMS", lambda: check_sums(folder, problems))
    manifest: Json = _guard(problems, "unreadable", "folder.json", lambda: read_manifest(folder)) or {}
    leaves = manifest and _guard(problems, "log", "log", lambda: read_leaves(folder / "log", vkey, manifest, problems))
    if not leaves:
        return problems, sentences
    check_files(folder, manifest, len(leaves), problems)
    sentences.append(f"{manifest['origin']}: {len(leaves)} leaves, all under the signed checkpoint")
    span = _guard(problems, "unreadable", "folder.json", lambda: check_range(leaves, manifest, problems))
    if span is None:
        return problems, sentences
    records: dict[int, Json] = (
        _guard(problems, "unreadable", "records.jsonl", lambda: _records(folder, leaves, problems)) or {}
    )
    _guard(problems, "rulebook", "rulebooks", lambda: check_rulebooks(folder, manifest, problems))
    schemas = _guard(problems, "rulebook", "rulebooks", lambda: schemas_of(folder, manifest)) or {}
    decisions = _Decisions(manifest, leaves, records, schemas, problems)
    _guard(problems, "unreadable", "decisions.jsonl", lambda: decisions.read(folder, span))
    sentences += decisions.sentences()
    _check_complete(leaves, span, manifest["report"], problems)
    seq = manifest["report"]
    if seq is not None:
        check = partial(check_report, folder, leaves, records, seq, decisions.seen, problems)
        sentences += _guard(problems, "report", "report.json", check) or []
    return problems, sentences


def _check_complete(leaves: list[Json], span: range, report: int | None, problems: Problems) -> None:
    """Note the last report of the range if the folder has neither this nor a later one."""
    last = max((seq for seq in span if leaves[seq]["kind"] == "audit_report"), default=-1)
    reports = {leaf["seq"] for leaf in leaves[max(last, 0) :] if leaf["kind"] == "audit_report"}
    if last >= 0 and report not in reports:
        problems.ending = f"The folder is not complete: the report of an audit that leaf {last} records is missing."
        what = f"the report of an audit that leaf {last} records is missing"
        problems.add("incomplete", "report.json", what, "it and its table")


def _guard(problems: Problems, kind: str, where: str, check: Callable[[], Any]) -> Any:
    try:
        return check()
    except ReceiptWrong as error:
        problems.add(kind, where, str(error), "the key that you know, and what it signed")
    except UNREADABLE as error:
        expected = "the form that docs/spec/audit-folder.md of Evenhand says"
        problems.add(kind, where, f"cannot be read ({type(error).__name__}: {error})", expected)
    return None


def _records(folder: Path, leaves: list[Json], problems: Problems) -> dict[int, Json]:
    """Return the records that are shown and open their leaves, by leaf."""
    found: dict[int, Json] = {}
    last = -1
    for number, line in lines_of(folder / "records.jsonl", problems):
        where, seq = f"records.jsonl:{number}", line["seq"]
        if not last < seq < len(leaves) or leaves[seq]["kind"] not in SHOWN_RECORDS:
            problems.add("record", where, f"leaf {seq} is no such record here", f"{', '.join(SHOWN_RECORDS)}, rising")
            continue
        last = seq
        if _holds(line, leaves[seq]):
            found[seq] = line["payload"]
        else:
            problems.add("commitment", where, f"does not open leaf {seq}", "what the leaf commits to")
    return found


def _holds(line: Json, leaf: Json) -> bool:
    try:
        return opens(line, leaf)
    except UNREADABLE:
        return False


class _Decisions:
    """The decisions of a folder, each held against its leaf, and those with equal facts against each other."""

    def __init__(
        self, manifest: Json, leaves: list[Json], records: dict[int, Json], schemas: dict[str, str], problems: Problems
    ) -> None:
        self._manifest, self._leaves, self._schemas, self._problems = manifest, leaves, schemas, problems
        versions = [each for seq, each in records.items() if leaves[seq]["kind"] == "list_version"]
        self._lists = {(each.get("key"), f"sha256:{each.get('sha256')}") for each in versions}
        sealed = [seq for seq, each in records.items() if isinstance(each, dict) and each.get("sealing") == 1]
        self._sealed_from = min(sealed, default=len(leaves))
        self.seen = Seen({}, {}, set())
        self._reads = {name: set(each["reads"]) for name, each in manifest["rulebooks"].items()}
        self._counts = {"shown": 0, "withheld": 0, "erased": 0}
        self._equals: dict[bytes, tuple[int, Any]] = {}
        self._compared = self._unfit = 0
        self._revealed, self._named = Revealed(manifest["reveal"]), NamedDecisions()

    def read(self, folder: Path, span: range) -> None:
        """Check every line, and that none is left out."""
        missing = [seq for seq in span if self._leaves[seq]["kind"] == "decision"]
        expected, last = set(missing), -1
        for number, line in lines_of(folder / "decisions.jsonl", self._problems):
            where, seq = f"decisions.jsonl:{number}", line["seq"]
            if seq not in expected or seq <= last:
                what = f"leaf {seq} has no place here"
                self._add("extra", where, what, "the decisions of the range, each once, rising")
                continue
            last = seq
            expected.remove(seq)
            try:
                self._line(where, line, self._leaves[seq])
            except UNREADABLE as error:
                self._add("line", where, f"cannot be read ({type(error).__name__}: {error})", "a decision")
        for seq in sorted(expected):
            self._add("missing", "decisions.jsonl", f"the decision of leaf {seq} is left out", "every one of the range")
        self._end()

    def _end(self) -> None:
        """Compare what `folder.json` says of all decisions."""
        if not any(leaf["kind"] == "erasure" for leaf in self._leaves):
            for name in self._revealed.missing():
                self._add("reveal", "folder.json", f"reveal names {name}", "a decision that shows it, or not that name")
        if hidden := self._counts["withheld"] + self._counts["erased"]:
            are = "decision that is" if hidden == 1 else "decisions that are"
            self._problems.success = f"OK, except {hidden} {are} not shown"
        for name, count in self._counts.items():
            if count != self._manifest[name]:
                stated = f"{name} {self._manifest[name]}"
                self._add("manifest", "folder.json", stated, f"{count}, as decisions.jsonl has")

    def sentences(self) -> list[str]:
        """Return what was checked of the decisions."""
        counts = self._counts
        unfit = "with an attribute or a value that the schema does not know, as of a row that was not screened: held"
        return [
            f"{sum(counts.values())} decisions: {counts['shown']} open what they show, {counts['withheld']} withheld,"
            f" {counts['erased']} erased",
            f"{self._compared - len(self._equals)} decisions with an earlier one of the same facts and rulebook"
            f"{'' if self._problems.kinds['outcome'] else ', all with the same outcome'}; {len(self._equals)} without",
            *filter(None, [self._named.sentence(), f"{self._unfit} {unfit}" if self._unfit else ""]),
            "not ruled again, which needs Cedar",
        ]

    def _add(self, kind: str, where: str, what: str, expected: str) -> None:
        self._problems.add(kind, where, what, expected)

    def _line(self, where: str, line: Json, leaf: Json) -> None:
        payload = line.get("payload")
        if payload is None:
            self._not_shown(where, line)
            return
        self._counts["shown"] += 1
        if not _holds(line, leaf):
            self._add("commitment", where, f"does not open leaf {leaf['seq']}", "what the leaf commits to")
            return
        self._note_sealing(payload, leaf["seq"])
        inputs = payload["inputs"]
        if inputs["rulebook"] != leaf["rulebook"] or list_hash(inputs["lists"]) != leaf["lists"]:
            self._add("leaf", where, "names another rulebook or other lists than its leaf", leaf["rulebook"])
        for key, sha256 in sorted(inputs["lists"].items()):
            if (key, sha256) not in self._lists:
                self._add("list", where, f"list {key} {sha256} has no record", "a list_version in records.jsonl")
        rulebook = inputs["rulebook"].removeprefix("sha256:")
        key = self._compare(where, payload, rulebook)
        if key is None:
            return
        self._check_shown(where, payload, rulebook)
        if self._manifest["report"] is not None:
            facts = hashlib.sha256(key + payload["decision"].encode()).digest()
            self.seen.add(leaf["seq"], facts, payload, self._reads[rulebook])

    def _note_sealing(self, payload: Json, seq: int) -> None:
        if payload.get("sealing") == 1:
            self._sealed_from = min(self._sealed_from, seq)

    def _check_shown(self, where: str, payload: Json, rulebook: str) -> None:
        schema = self._schemas.get(rulebook, "")
        shown = self._revealed.add(payload, rulebook, self._reads[rulebook], schema, protected_facts(schema))
        if shown.more:
            self._add("reveal", where, f"shows {', '.join(shown.more)}", "what reveal of folder.json names")
        if shown.hidden:
            self._add(
                "closed",
                where,
                f"{', '.join(shown.hidden)} is not shown",
                "every protected attribute but money, and the day",
            )

    def _not_shown(self, where: str, line: Json) -> None:
        erased = line.get("erased")
        if erased is None:
            self._counts["withheld"] += 1
            if line["seq"] > self._sealed_from:
                earlier = f"leaf {self._sealed_from}, an earlier one, is committed to field by field"
                self._add("withheld", where, f"is withheld, but {earlier}", "what may be seen of it")
            return
        self._counts["erased"] += 1
        self.seen.erased.add(line["seq"])
        if not line["seq"] < erased < len(self._leaves) or self._leaves[erased]["kind"] != "erasure":
            self._add("erased", where, f"leaf {erased} erases nothing", "a later leaf of kind erasure")

    def _compare(self, where: str, payload: Json, rulebook: str) -> bytes | None:
        if rulebook not in self._reads:
            if rulebook not in self._manifest["unkept"]:
                self._add(
                    "rulebook", where, f"rulebook {rulebook} is not in the folder", "its files, or that it was not kept"
                )
            return None
        about = self._manifest["rulebooks"][rulebook]
        facts, closed = facts_read(payload["facts"], self._reads[rulebook])
        if closed:
            self._add("closed", where, f"{', '.join(closed)} is not shown", "every fact that the rules read")
            return None
        named = set(about.get("id_rules", [])) if hides_id(payload["facts"], self._reads[rulebook]) else set[str]()
        rules = {*payload["reasons"], *payload["errors"]}
        applied = sorted(rules & {*about["clock_rules"], *named})
        turns = sum(turn <= payload["decided_at"][:10] for turn in about["turns"])
        ruling = [payload["outcome"], payload["decision"], sorted(payload["reasons"]), sorted(payload["errors"])]
        unfit = unfit_facts(payload["facts"], self._schemas.get(rulebook, ""))
        key = canonical([rulebook, turns, applied, facts, unfit])
        if named:
            others = canonical([rulebook, turns, sorted({*applied} - named), facts, unfit])
            self._named.add(hashlib.sha256(others).digest(), is_named=bool(rules & named))
        if unfit:
            self._unfit += 1
            if ruling[:2] != ["hold", "nodecision"]:
                expected = f"a hold by no rule: the schema does not know {', '.join(unfit)}"
                self._add("unfit", where, f"is {ruling[0]} by {ruling[2]}", expected)
        seq, before = self._equals.setdefault(key, (self._compared, ruling))
        self._compared += 1
        if before != ruling:
            self._add(
                "outcome",
                where,
                f"is {ruling[0]} by {ruling[2]}",
                f"{before[0]} by {before[2]}, as equal facts at line {seq + 1}",
            )
        return key


def main(*arguments: str) -> int:
    """Print what was checked and what does not hold; return 0, 1 if something does not, 2 if nothing could be read."""
    wrong = "two arguments: FOLDER KEY" if len(arguments) != 2 else ""
    if not wrong and not Path(arguments[0]).is_dir():
        wrong = f"{arguments[0]} is no folder; expected one that `evenhand audit export` wrote"
    elif not wrong and not KEY.fullmatch(arguments[1]):
        wrong = (
            f"{arguments[1]} is no key; expected NAME+8 hex digits+base64, as the log's file `vkey` has it, in quotes"
        )
    if wrong:
        write_lines(wrong, "usage: python -I verify.py FOLDER KEY")
        return 2
    gc.disable()  # a line of JSON makes a hundred objects and no ring
    problems, sentences = check_folder(Path(arguments[0]), arguments[1])
    wrongs = [f"WRONG {line}" for line in problems.lines]
    write_lines(*sentences, *wrongs, problems.ending if wrongs else problems.success)
    return 1 if problems.lines else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
