"""The public folder of a log: static files, each written whole or not at all."""

import ctypes
import os
from pathlib import Path

from evenhand.model.errors import HistoryConflict
from evenhand.store.atomic_files import TEMPORARY, sync_path, write_whole
from evenhand.store.repaired_files import keep_found

CHECKPOINT = "checkpoint"


class PublicFiles:
    """The files below `folder`: fits `evenhand.ledger.Files`. A dead process leaves at most `*.tmp`.

    `each_file`: sync one by one, where other programs write so much to the file system that all of it takes longer.
    `repairs`: the folder that keeps what `mend` replaces; `mended` tells that there was something.

    `sync` asks the file system once (`syncfs`) where there is that call: 800 new files took 0.1 s against
    0.28 s with one fsync each. Raises OSError, unchanged, where the disk fails.
    """

    def __init__(self, folder: Path, *, each_file: bool = False, repairs: Path | None = None) -> None:
        self._folder, self._each_file, self._repairs = folder, each_file, repairs
        self.mended = False
        self._unsynced: list[str] = []
        self._parents: set[str] = set()

    def get(self, path: str) -> bytes | None:
        """Return a file's bytes, None where there is no such file."""
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def put(self, path: str, data: bytes) -> None:
        """Write a file beside its place and move it there; durable only after `sync`."""
        # Plain calls with texts: a second of a busy log has 400 files, and `Path` took three fourths of their time.
        place = f"{self._folder}/{path}"
        parent = place.rpartition("/")[0]
        if parent not in self._parents:
            os.makedirs(parent, exist_ok=True)  # noqa: PTH103
            self._parents.add(parent)
        with open(place + TEMPORARY, "wb") as file:  # noqa: PTH123
            file.write(data)
        os.rename(place + TEMPORARY, place)  # noqa: PTH104
        self._unsynced.append(place)

    def mend(self, path: str, found: bytes | None, data: bytes) -> None:
        """Put `data` where a published file is lost (`found` is None) or was changed, and keep what was found."""
        if self._repairs is not None:
            keep_found(self._repairs, path, found)
        self.put(path, data)
        self.mended = True

    def sync(self) -> None:
        """Return when everything put so far is durable."""
        if self._each_file or not sync_file_system(self._folder):
            places = [Path(place) for place in self._unsynced]
            parents = {parent for place in places for parent in place.parents if self._folder in parent.parents}
            for path in [*places, *parents, self._folder]:
                sync_path(path)
        self._unsynced.clear()

    def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
        """Put the checkpoint `new`, durably, where `old` is now.

        Raises:
            HistoryConflict: another one is there, so another process published.
        """
        if self.get(CHECKPOINT) != old:
            raise HistoryConflict(
                "another process published", where=self._folder / CHECKPOINT, todo="run `evenhand ledger verify`"
            )
        write_whole(self._folder / CHECKPOINT, new)

    def clear(self) -> None:
        """Remove temporary files that a dead process left."""
        for path in self._folder.rglob(f"*{TEMPORARY}"):
            path.unlink()


def sync_file_system(path: Path) -> bool:
    """Make everything on the file system of `path` durable; False where the machine has no `syncfs`."""
    syncfs = getattr(_libc, "syncfs", None)
    if syncfs is None:
        return False
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if syncfs(descriptor):
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error), str(path))
    finally:
        os.close(descriptor)
    return True


_libc = ctypes.CDLL(None, use_errno=True)
