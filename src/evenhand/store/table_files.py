"""The file of a table: only a regular one is opened."""

import errno
import hashlib
import re
import stat
from pathlib import Path
from typing import Final

from evenhand.model.errors import TableUnreadable

_NOT_OF_TEXT: Final = {".xlsx": "workbook", ".xlsm": "workbook", ".parquet": "Parquet file"}
_ONE_VALUE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*[\[{]|\{\s*[\r\n])")
"""How a file begins that is one value of JSON: a list of rows, or an object over several lines."""
_NO_TEXT: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"PAR1")


def open_table(path: Path) -> tuple[bytes, str]:
    """Return the first bytes of a file, and the hash of all of them.

    Raises:
        TableUnreadable: there is no such file, or it is no regular one.
    """
    _check_regular(path)
    try:
        with path.open("rb") as file:
            start = file.read(4096)
            file.seek(0)
            return start, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise TableUnreadable(
            f"cannot be read ({error.strerror})", where=path.name, todo="see the paths in [intake] of evenhand.toml"
        ) from error


def check_name(name: str, start: bytes) -> None:
    """Refuse a file of text that its name calls a workbook or Parquet: it was saved or renamed by mistake.

    Raises:
        TableUnreadable: it says so.
    """
    ending = Path(name).suffix.lower()
    if ending not in _NOT_OF_TEXT or start.startswith(_NO_TEXT) or b"\0" in start:
        return
    raise TableUnreadable(
        f"is text, although its name ends in {ending}", where=name, expected=f"a {_NOT_OF_TEXT[ending]}, or a name that"
        " ends in .csv", todo=f"save it as a {_NOT_OF_TEXT[ending]} again; if it is CSV, let its name end in .csv",
    )  # fmt: skip


def check_json(name: str, start: bytes) -> None:
    """Refuse a file that is one value of JSON, as programs export it, where one object a line is read.

    Raises:
        TableUnreadable: it is one.
    """
    if _ONE_VALUE.match(start):
        raise TableUnreadable(
            "is one JSON value over the whole file", where=name, expected="NDJSON: one object a line, without a comma"
            " behind it", todo="convert it, for example with jq -c '.[]', or export it as CSV",
        )  # fmt: skip


def _check_regular(path: Path) -> None:
    """Refuse what is there and is no file: to read a pipe or a device might never end."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _not_a_file(path, "a symbolic link that leads back to itself") from error
        return  # to open it says why
    if not stat.S_ISREG(mode):
        raise _not_a_file(path, "a folder" if stat.S_ISDIR(mode) else "a pipe, socket or device")


def _not_a_file(path: Path, what: str) -> TableUnreadable:
    todo = "see the paths in [intake] of evenhand.toml"
    return TableUnreadable(f"is {what}", where=path.name, expected="a file with a table", todo=todo)
