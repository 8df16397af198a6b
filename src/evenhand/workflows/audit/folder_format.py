"""The folder that an auditor is given: its files, and what its `folder.json` says (`docs/spec/audit-folder.md`)."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from evenhand.model.record import Record

SUMS, MANIFEST, README, VERIFIER = "SHA256SUMS", "folder.json", "README.md", "verify.py"
LOG, RULEBOOKS, DECISIONS, RECORDS = "log", "rulebooks", "decisions.jsonl", "records.jsonl"
REPORT, TABLE = "report.json", "table.csv"
SHOWN_RECORDS = ("list_version", "rulebook", "audit_plan", "audit_report")
"""Kinds whose records are shown; of the others only the leaf is in the folder."""

_BLOCK = 1 << 20
_LINE_FORMS = ({"seq", "payload", "salt"}, {"seq", "payload", "salt", "salts"}, {"seq", "erased"}, {"seq", "withheld"})


class RulebookReads(Record, frozen=True, kw_only=True):
    """What the rules of a rulebook read, as attributes by type, and what else a ruling depends on.

    `turns` are the days on which a rule begins or ends, `clock_rules` those that read the time, `id_rules` those that
    read an id; folders of older versions have no `id_rules`, and show the ids that rules read.
    """

    reads: tuple[str, ...]
    turns: tuple[str, ...]
    clock_rules: tuple[str, ...]
    id_rules: tuple[str, ...] = ()


class FolderManifest(Record, frozen=True, kw_only=True):
    """What a folder says it holds; each statement is checked against the log and the other files.

    The range are the leaves from `start` up to before `end`: those from the first one not before `since` to the last
    one before `until`, minutes as leaves say them, `""` for no bound. `kinds` counts its leaves. Of its decisions
    `shown` ones are opened in part, `withheld` ones were committed to whole, `erased` ones have no payload any more.
    `rulebooks` says by hash what rules read; `unkept` are rulebooks that the network has not kept.
    `report` is the leaf that records `report.json`, None where the folder has none.
    """

    folder: Literal[1] = 1
    made_by: str
    origin: str
    size: int
    root: str
    since: str
    until: str
    start: int
    end: int
    kinds: dict[str, int]
    shown: int
    withheld: int
    erased: int
    reveal: tuple[str, ...]
    rulebooks: dict[str, RulebookReads]
    unkept: tuple[str, ...]
    report: int | None


class DecisionLine(Record, frozen=True, kw_only=True):
    """One decision of the range: a payload shown in part with what opens it, or why there is none; never both.

    `salt` is that of the leaf, `salts` those of the values shown in the order of the text, one after another, both in
    base64. `erased` is the leaf of the erasure, `withheld` the reason in words.
    """

    seq: int
    payload: dict[str, Any] | UnsetType = UNSET
    salt: bytes | UnsetType = UNSET
    salts: bytes | UnsetType = UNSET
    erased: int | UnsetType = UNSET
    withheld: str | UnsetType = UNSET

    @property
    def problem(self) -> str:
        """Return what is wrong with its members, ``""`` where they are those of one of the forms of a line."""
        members = {name for name in self.__struct_fields__ if getattr(self, name) is not UNSET}
        if members not in _LINE_FORMS:
            return f"the members {', '.join(sorted(members))} are not those of one line"
        return "it does not say why nothing is shown" if self.withheld == "" else ""


def bound(at: datetime | None) -> str:
    """Return an instant as leaves say it, ``""`` for none."""
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def range_of(minutes: Iterable[str], since: str, until: str) -> tuple[int, int]:
    """Return the first leaf not before `since` and the one after the last before `until`; the leaves' times may fall.

    >>> range_of(["2026-01-01T00:00Z", "2026-01-03T00:00Z", "2026-01-02T00:00Z"], "2026-01-02T00:00Z", "")
    (1, 3)
    """
    start, end, size = None, 0, 0
    for seq, minute in enumerate(minutes):
        size = seq + 1
        if start is None and minute >= since:
            start = seq
        if not until or minute < until:
            end = size
    start = size if start is None else start
    return start, max(start, end)


def sums(folder: Path) -> Iterator[str]:
    """Yield the lines of `SHA256SUMS`, as `sha256sum` writes them, for every other file of a folder by path."""
    for path in files_of(folder):
        yield f"{file_sha256(folder / path)}  {path}\n"


def files_of(folder: Path) -> list[str]:
    """Return the paths of all files but the sums, sorted; a link or a special file is one too."""
    found = (
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()
    )
    return sorted(set(found) - {SUMS})


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            whole.update(block)
    return whole.hexdigest()
