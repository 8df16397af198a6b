"""Checksums of a database's pages, kept while no writer is open: they find changed bytes outside the rows.

They find accidents, not attackers, who would recompute them; decisions are covered by hashes of their own.
"""

import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from evenhand.store.atomic_files import sync_path, write_whole

PAGE_SIZE = 8192  # of the ledger's tables
SUM_SIZE = 4
_WAL_HEAD, _FRAME_HEAD = 32, 24
_MOST_FRAMES = 3_000
"""SQLite begins its journal anew after 4,000 frames; then nobody can tell from it which pages were written."""


class CarriedSums:
    """The checksums of a database that one writer has open: they are dropped first, and kept again when it is closed.

    What the journal names as written is computed again then, and no other page: a short record in a large ledger costs
    little, and a page that was changed by accident is still found. Where the journal was begun anew unseen, or is long,
    all pages are read.
    """

    def __init__(self, path: Path) -> None:
        """Drop the checksums of the database at `path`, durably, before a writer opens it."""
        self._path = path
        self._held = drop_sums(path)
        self._written: set[int] | None = set() if self._held else None
        self._journals = {0}

    def note(self) -> None:
        """Note what the journal holds, while nobody writes."""
        journal = self._path.with_name(f"{self._path.name}-wal")
        if self._written is None or not journal.exists() or not journal.stat().st_size:
            return
        begun, pages = _journal(journal)
        if begun not in self._journals or len(pages) > _MOST_FRAMES:
            self._written = None
            return
        self._written.update(pages)
        self._journals = {begun}

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Note what the journal holds before it is moved into the file; a write may begin it anew once after that."""
        self.note()
        yield
        self._journals |= {each + 1 for each in self._journals}

    def forget(self) -> None:
        """Note that the file was written whole."""
        self._written = None

    def keep(self) -> None:
        """Keep the checksums of the database, which was closed; none where its journal still holds something."""
        if self._written is None:
            keep_sums(self._path)
        elif _is_settled(self._path):
            _write(self._path, partial(_carried_on, self._path, self._held, self._written))


def drop_sums(path: Path) -> bytes:
    """Forget the checksums of the database at `path`, durably, and return those that held.

    None hold, and ``b""`` is returned, where a journal was left: what it holds is in nobody's checksums.
    """
    sums = _sums(path)
    if not sums.exists():
        return b""
    held = sums.read_bytes() if _is_settled(path) else b""
    sums.unlink()
    sync_path(path.parent)
    return held


def keep_sums(path: Path) -> None:
    """Keep the checksums of all pages of a database; none where its journal still holds something."""
    if _is_settled(path):
        _write(path, partial(_computed, path))


def changed_pages(path: Path) -> list[int]:
    """Return the pages, from 1, that are not as they were when the last writer closed the database.

    Also empty without checksums, or when a writer is active. Cost: one read, 3 microseconds a page.
    """
    kept = _read(path)
    if kept is None or not _is_settled(path):
        return []
    now = _computed(path)
    if kept == now or _read(path) != kept:
        return []
    count = max(len(kept), len(now)) // SUM_SIZE + 1
    places = [slice(number * SUM_SIZE, (number + 1) * SUM_SIZE) for number in range(count)]
    return [number for number, place in enumerate(places, start=1) if kept[place] != now[place]]


def _computed(path: Path) -> bytes:
    with path.open("rb") as file:
        return b"".join(zlib.crc32(page).to_bytes(SUM_SIZE) for page in iter(lambda: file.read(PAGE_SIZE), b""))


def _write(path: Path, sums: Callable[[], bytes]) -> None:
    try:
        write_whole(_sums(path), sums(), mode=0o600)
    except OSError:  # they are a help: without them rows are checked all the same
        with suppress(OSError):
            _sums(path).unlink(missing_ok=True)


def _journal(path: Path) -> tuple[int, list[int]]:
    """Return how often SQLite has begun a journal anew, and the pages of its frames, also of those left from before.

    Source: sqlite.org, "WAL-mode File Format": 32 bytes of head, of which bytes 12 to 15 count; 24 before each page.
    """
    with path.open("rb") as file:
        head = file.read(_WAL_HEAD)
        pages = []
        for place in range(_WAL_HEAD, path.stat().st_size, _FRAME_HEAD + PAGE_SIZE):
            file.seek(place)
            pages.append(int.from_bytes(file.read(4)))
            if len(pages) > _MOST_FRAMES:
                break
    return int.from_bytes(head[12:16]), pages


def _carried_on(path: Path, held: bytes, written: Collection[int]) -> bytes:
    """Return the checksums with those of some pages computed again, and of all pages that were added."""
    count = -(-path.stat().st_size // PAGE_SIZE)
    known = len(held) // SUM_SIZE
    sums = bytearray(held[: count * SUM_SIZE].ljust(count * SUM_SIZE, b"\0"))
    with path.open("rb") as file:
        for number in sorted({*written, *range(known + 1, count + 1)}):
            if 0 < number <= count:
                file.seek((number - 1) * PAGE_SIZE)
                sums[(number - 1) * SUM_SIZE : number * SUM_SIZE] = zlib.crc32(file.read(PAGE_SIZE)).to_bytes(SUM_SIZE)
    return bytes(sums)


def _is_settled(path: Path) -> bool:
    journal = path.with_name(f"{path.name}-wal")
    return not (journal.exists() and journal.stat().st_size)


def _read(path: Path) -> bytes | None:
    return _sums(path).read_bytes() if _sums(path).exists() else None


def _sums(path: Path) -> Path:
    return path.with_name(f"{path.name}-sums")
