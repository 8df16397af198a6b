"""Large files, read and written in memory that does not grow with them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from evenhand.model.errors import BadInput
from evenhand.store.atomic_files import replacing


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
