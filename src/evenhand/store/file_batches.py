"""Many files of one folder at once: each takes its name only when its bytes are durable."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from evenhand.store.atomic_files import TEMPORARY, sync_path
from evenhand.store.public_files import sync_file_system

PutFile = Callable[[str, bytes], None]
_TOGETHER = 1_000


@contextmanager
def file_batch(folder: Path) -> Iterator[PutFile]:
    """Give what writes a file of a folder by its name; at the end all are in place, in their order, and durable.

    After an error, or where the process is killed, up to 1,000 of the last files are missing: none is there in part.
    Three files a letter with two calls of fsync each took as long on a busy disk as the rest of a first run.

    Raises:
        OSError: the folder cannot be written, or a folder or device has the name of a file; it stays.
    """
    waiting: list[str] = []

    def put(name: str, data: bytes) -> None:
        path = folder / name
        if path.exists() and not path.is_file():
            raise OSError(errno.EEXIST, "not a regular file", str(path))
        waiting.append(name)
        with open(folder / (name + TEMPORARY), "wb", opener=_open) as file:
            file.write(data)
        if len(waiting) == _TOGETHER:
            _move(folder, waiting)

    try:
        yield put
        _move(folder, waiting)
    except BaseException:
        for name in waiting:
            (folder / (name + TEMPORARY)).unlink(missing_ok=True)
        raise


def _open(name: str, flags: int) -> int:
    return os.open(name, flags, 0o644)


def _move(folder: Path, waiting: list[str]) -> None:
    """Make the waiting files durable, then give them their names."""
    if not waiting:
        return
    # INVARIANT: a name is moved only when the bytes are durable: a file that has its name is taken for whole.
    if not sync_file_system(folder):
        for name in waiting:
            sync_path(folder / (name + TEMPORARY))
    for name in waiting:
        os.replace(folder / (name + TEMPORARY), folder / name)  # noqa: PTH105  the method of a path costs five times as much
    sync_path(folder)
    waiting.clear()
