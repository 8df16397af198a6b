"""A list of passwords that an operator refuses, in a file: a password a line, or SHA-1 hashes in order.

Hashes are as "Have I Been Pwned" gives them: 40 hex digits, perhaps a colon and a count, sorted. They are searched by
halves, so that a file of tens of gigabytes costs some forty short reads.
"""

import hashlib
import re
from pathlib import Path
from typing import BinaryIO, Final

from evenhand.model.errors import BadInput

_HASH_LINE: Final = re.compile(rb"([0-9A-Fa-f]{40})(:[0-9]+)?[ \t]*")
_LONGEST_LINE: Final = 2_000
_MOST_PLAIN_BYTES: Final = 200_000_000
_SAMPLES: Final = 32


def check_list(path: Path) -> None:
    """Refuse a list that could not be held against a password.

    Raises:
        BadInput: it cannot be read, is empty, too large for passwords as they are, or has hashes out of order.
    """
    is_listed(path, "")


def is_listed(path: Path, password: str) -> bool:
    """Return whether a password is on the list. Raises as `check_list`."""
    try:
        size = path.stat().st_size
        with path.open("rb") as opened:
            first = opened.readline(_LONGEST_LINE)
            if not first.strip():
                raise _wrong(path, "is empty or begins with an empty line")
            if _HASH_LINE.fullmatch(first.rstrip(b"\r\n")):
                return _has_hash(opened, size, _sha1(password), path)
            if size > _MOST_PLAIN_BYTES:
                raise _wrong(path, f"has {size:,} bytes", "sort hashes of them instead")
            opened.seek(0)
            wanted = password.encode()
            return any(line.rstrip(b"\r\n") == wanted for line in opened)
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}") from None


def _has_hash(opened: BinaryIO, size: int, wanted: bytes, path: Path) -> bool:
    _check_order(opened, size, path)
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        found = _hash_after(opened, middle, path)
        if found is None or found >= wanted:
            high = middle
        else:
            low = middle + 1
    return _hash_after(opened, low, path) == wanted


def _check_order(opened: BinaryIO, size: int, path: Path) -> None:
    """Look at some lines all over the file: where they are in order, nobody sorted it otherwise."""
    found = [_hash_after(opened, size * part // _SAMPLES, path) for part in range(_SAMPLES)]
    hashes = [each for each in found if each is not None]
    if hashes != sorted(hashes):
        raise _wrong(path, "has hashes that are not in order", "sort it by hash")


def _hash_after(opened: BinaryIO, position: int, path: Path) -> bytes | None:
    """Return the hash of the first line that begins at a position or after it, None at the end."""
    opened.seek(max(0, position - 1))
    if position:
        opened.readline(_LONGEST_LINE)
    line = opened.readline(_LONGEST_LINE).rstrip(b"\r\n")
    if not line:
        return None
    found = _HASH_LINE.fullmatch(line)
    if found is None:
        raise _wrong(path, "has a line that is no SHA-1 among others that are")
    return found[1].upper()


def _sha1(password: str) -> bytes:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()


def _wrong(path: Path, what: str, todo: str = "") -> BadInput:
    return BadInput(
        f"the list of refused passwords {what}", where=path, expected="a password a line, or sorted SHA-1 hashes",
        todo=todo or "see refused_passwords in [console]",
    )  # fmt: skip
