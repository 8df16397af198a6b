"""Copies of registers that nobody else writes to: a file that is cut while it is mapped would end the process."""

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self


class Snapshots:
    """A folder of this service for the copies of one register after another; workers that share it share the pages.

    What is opened is checked as a copy, so that nothing that happens to the operator's file afterwards, in whatever
    order its bytes are written, reaches an answer. Gone with the service; one that is killed leaves its folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def of(self, path: Path, name: str) -> Path:
        """Return the copy of a file as it is now, or the one that another worker has made under this name.

        Raises:
            OSError: the file cannot be read, or the folder not be written.
        """
        copy, part = self._folder / name, self._folder / f"{name}.{os.getpid()}"
        if not copy.exists():
            shutil.copyfile(path, part)
            try:
                copy.hardlink_to(part)
            except FileExistsError:
                pass  # another worker was first, and all take its copy
            finally:
                part.unlink()
        return copy

    def keep_only(self, name: str) -> None:
        """Remove older copies; a process that still has one mapped keeps its pages."""
        for each in self._folder.iterdir():
            if each.name.partition(".")[0] != name:
                each.unlink(missing_ok=True)
