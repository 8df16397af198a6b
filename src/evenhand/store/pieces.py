"""Files read and written piece by piece, in memory that does not grow with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from evenhand.model.errors import BadInput
from evenhand.store.files import TEMPORARY, sync_path


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
def written_in_pieces(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which stands at `path` at the end; after an error what stood there before still does.

    Raises:
        BadInput: something else than a file is at `path`, or its folder cannot be written to.
    """
    if path.exists() and not path.is_file():
        raise BadInput("is no file", where=path, expected="a place for a file")
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        file = temporary.open("wb")
    except OSError as error:
        raise BadInput("cannot be written", where=path, got=error.strerror, expected="a place for a file") from error
    try:
        with file:
            yield file
        sync_path(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_path(path.parent)
