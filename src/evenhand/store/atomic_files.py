"""Files written whole: a reader, even after a power cut, finds the old one or the new one; large ones read by line."""

import errno
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from evenhand.model.errors import BadInput

TEMPORARY = ".tmp"
# What a disk says of a write; the system does not say of which file.
_OF_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name `path` in an error of the disk that names no file."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in _OF_DISK:
            error.filename = str(path)
        raise


@contextmanager
def replacing(path: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Give a file to write to; at the end it is durable and takes the place of `path`.

    After an error the old file stays. A process that is killed leaves at most `path` with `.tmp` at its end.

    Raises:
        OSError: the folder cannot be written, or a folder or device is at `path`; it stays.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "not a regular file", str(path))
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        with naming(path), open(temporary, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    # INVARIANT: the new name is durable only when its folder is (POSIX fsync is per file).
    sync_path(path.parent)


@contextmanager
def replacing_text(path: Path) -> Iterator[TextIO]:
    """Give a text file in UTF-8 to write to, as `replacing` does; line ends are written as given."""
    with replacing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        yield text
        text.detach()  # flushes, and leaves the file open to be synced


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file's bytes as `replacing` does."""
    with replacing(path, mode) as file:
        file.write(data)


def sync_path(path: Path) -> None:
    """Make one file's bytes, or one folder's names, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lines_of(path: Path, most_bytes: int) -> Iterator[bytes]:
    """Yield the lines of a file; of one above `most_bytes` the first `most_bytes` + 1 bytes come as a line.

    Raises:
        BadInput: there is no such file, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            while line := file.readline(most_bytes + 1):
                yield line
    except OSError as error:
        raise BadInput("cannot be read", where=path, got=error.strerror, expected="a file of lines") from error


@contextmanager
def output_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, as `replacing` does.

    Raises:
        BadInput: a folder or device is at `path`, or its folder cannot be written.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(replacing(path))
        except OSError as error:
            raise BadInput("cannot be written", where=path, got=error.strerror, expected="a path for a file") from error
        yield file


def file_stamp(path: Path) -> str:
    """Return what tells a file from any that is written in its place; ``""`` where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_ino}-{found.st_mtime_ns}-{found.st_size}"
