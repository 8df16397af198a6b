"""Which compiled register the last run left, and what program compiled it, in `state/`.

Where a next run makes the same rows, it takes over what was compiled only if both are known: another program may
compare names otherwise.
"""

from functools import cache
from pathlib import Path

import msgspec

from evenhand.gate.registers.renewed_head import compiled_digest
from evenhand.store.atomic_files import write_whole
from evenhand.store.program_code import code_sha256

_FILE = "register.json"


class _Kept(msgspec.Struct, frozen=True):
    """The digest of a compiled register, and the hash of the code that compiled it."""

    digest: str
    compiler: str


def keep_compiled(state: Path, compiled: Path) -> None:
    """Note which compiled register is there, which this program has just written.

    Raises:
        OSError: the folder cannot be written.
    """
    kept = _Kept(compiled_digest(compiled), compiler_sha256())
    write_whole(state / _FILE, msgspec.json.encode(kept), mode=0o640)


def kept_digest(state: Path) -> str:
    """Return the digest of the compiled register that the last run left, ``""`` where another program compiled it."""
    try:
        kept = msgspec.json.decode((state / _FILE).read_bytes(), type=_Kept)
    except (OSError, ValueError, msgspec.MsgspecError):  # no UTF-8 is a ValueError
        return ""
    return kept.digest if kept.compiler == compiler_sha256() else ""


@cache
def compiler_sha256() -> str:
    """Return the hash of the code that makes a compiled register of its rows."""
    return code_sha256(("evenhand.gate", "evenhand.model"), ("idna", "msgspec"))
