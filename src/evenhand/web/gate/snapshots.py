"""Copies of registers that nobody else writes to: a file that is cut while it is mapped would end the process."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self


class Snapshots:
    """A folder of this service in which registers are copied, to be opened there.

    What is opened is checked as a copy, so that nothing that happens to the operator's file afterwards, in whatever
    order its bytes are written, reaches an answer. `are_shared`: several workers open one copy, and so share its
    pages; each removes the one it had before. Else its name goes as soon as it is open, and nothing is left behind.
    """

    def __init__(self, folder: Path, *, are_shared: bool) -> None:
        self._folder, self._are_shared = folder, are_shared
        self._before = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def remove(self) -> None:
        """Remove the folder with all that is in it; a process that has a copy open keeps it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def of(self, path: Path, name: str) -> Iterator[Path]:
        """Give a copy of a file as it is now, or the one that another worker has made under this name.

        Raises:
            OSError: the file cannot be read, or the folder not be written.
        """
        try:
            yield self._copied(path, name)
        except BaseException:
            # What could not be opened is copied anew when it is tried again.
            (self._folder / name).unlink(missing_ok=True)
            raise
        self._done_with(name)

    def _copied(self, path: Path, name: str) -> Path:
        copy, part = self._folder / name, self._folder / f"{name}.{os.getpid()}"
        if not copy.exists():
            try:
                shutil.copyfile(path, part)
                copy.hardlink_to(part)
            except FileExistsError:
                pass  # another worker was first, and all take its copy
            finally:
                part.unlink(missing_ok=True)
        return copy

    def _done_with(self, name: str) -> None:
        """Remove a name that this process needs no more; one that others are about to open is newer than that."""
        if not self._are_shared:
            (self._folder / name).unlink(missing_ok=True)
        elif self._before not in {"", name}:
            (self._folder / self._before).unlink(missing_ok=True)
        self._before = name
