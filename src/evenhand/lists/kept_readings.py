"""What the files of a version were read as, kept beside them: to decode it takes a tenth of reading them again.

INVARIANT: what is taken equals what would be read, with all notes: it is of the same bytes, by the same code.
"""

from functools import cache
from pathlib import Path

import msgspec

from evenhand.lists.list_reader import ReadList
from evenhand.model.record import sha256_hex
from evenhand.store.atomic_files import write_whole
from evenhand.store.program_code import code_sha256

_FILE = "reading.msgpack"
_PACKAGES = ("evenhand.lists", "evenhand.model")


class _Kept(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Which code read, the hash of what follows, and what was read, without the bytes of the files."""

    code: str
    sha256: str
    read: bytes


def keep_reading(folder: Path, read: ReadList) -> None:
    """Keep what the files of the version in a folder were read as."""
    data = msgspec.msgpack.encode(msgspec.structs.replace(read, files={}))
    write_whole(folder / _FILE, msgspec.msgpack.encode(_Kept(_reader_sha256(), sha256_hex(data), data)))


def kept_reading(folder: Path) -> ReadList | None:
    """Return what the version in a folder was read as, without the bytes of its files.

    None where that was not kept, is damaged, or is what other code read.
    """
    try:
        kept = msgspec.msgpack.decode((folder / _FILE).read_bytes(), type=_Kept)
        if kept.code != _reader_sha256() or kept.sha256 != sha256_hex(kept.read):
            return None
        return msgspec.msgpack.decode(kept.read, type=ReadList)
    except (OSError, msgspec.MsgspecError):
        return None


@cache
def _reader_sha256() -> str:
    """Return the hash of the code that reads lists, and of what it reads them with."""
    return code_sha256(_PACKAGES, ("msgspec",))
