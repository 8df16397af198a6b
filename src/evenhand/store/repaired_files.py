"""Public files of a log that somebody changed or removed: what was found, kept before they are written again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from evenhand.model.record import sha256_hex
from evenhand.store.atomic_files import TEMPORARY, write_whole

MISSING: Final = "missing"
_HASH_LETTERS: Final = 16


class Repair(NamedTuple):
    """A public file that was written again: its path, when that was noticed, and whether it had been removed."""

    path: str
    at: datetime
    was_removed: bool


def keep_found(folder: Path, path: str, found: bytes | None) -> None:
    """Keep durably below `folder` what was found at a public path; to be called before it is replaced.

    The name there is the path with the hash of what was found, so that a later change is kept beside an earlier one,
    or with `missing`, and nothing in the file, where there was none (`found` is None).

    Raises:
        OSError: the folder cannot be written.
    """
    kept = folder / f"{path}.{MISSING if found is None else sha256_hex(found)[:_HASH_LETTERS]}"
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(kept, found or b"", mode=0o600)


def read_repairs(folder: Path) -> list[Repair]:
    """Return what is kept in a folder of repairs, in the order in which it was noticed; nothing where there is none."""
    found = (each for each in folder.rglob("*") if each.is_file() and each.suffix != TEMPORARY)
    return sorted((_repair(folder, each) for each in found), key=lambda each: (each.at, each.path))


def repairs_sentence(repairs: Sequence[Repair], folder: Path) -> str:
    """Return in one sentence without full stop what was found and what to do; ``""`` where nothing was.

    >>> some = [Repair("tile/0/000.p/196", datetime(2026, 11, 29, 6, 14, tzinfo=UTC), was_removed=False)]
    >>> print(repairs_sentence(some, Path("ads/ledger/private/repairs")))
    public files of the log were not as published: 1 changed, 0 removed, `tile/0/000.p/196` first (2026-11-29T06:14Z); \
they were written again, and what was found is in ads/ledger/private/repairs: find out who did it, then move that \
folder away
    """
    if not repairs:
        return ""
    removed, first = sum(each.was_removed for each in repairs), repairs[0]
    return (
        f"public files of the log were not as published: {len(repairs) - removed:,} changed, {removed:,} removed,"
        f" `{first.path}` first ({first.at:%Y-%m-%dT%H:%MZ}); they were written again, and what was found is in"
        f" {folder}: find out who did it, then move that folder away"
    )


def _repair(folder: Path, kept: Path) -> Repair:
    at = datetime.fromtimestamp(int(kept.stat().st_mtime), UTC)
    path, _, found = kept.relative_to(folder).as_posix().rpartition(".")
    return Repair(path, at, found == MISSING)
