"""The signature of a register: a note beside its files with the SHA-256 of each, signed by the log's key.

Without it a gate believes who may write the file: a checkpoint's signature stays good whatever rows stand below it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from evenhand.model.errors import NotVerified, RegisterUnexpected

FIRST_LINE: Final = "evenhand register"
"""No checkpoint's origin has a blank, so that no signature of the one is taken for one of the other."""
_MOST_BYTES: Final = 1 << 16
_CHECKPOINT: Final = "checkpoint"
MOST_CHECKPOINTS: Final = 500
"""So many fit into what a gate reads of a signature; a run an hour makes them in three weeks."""


def signature_path(register: Path) -> Path:
    """Return where the signature of a register lies: beside it, with the ending `.sig`."""
    return register.with_suffix(".sig")


def signed_text(registers: Iterable[Path], checkpoints: Mapping[int, str]) -> str:
    """Return what is signed of the files of a register: a first line, then lines as `sha256sum` prints them.

    Behind them stand the last checkpoints of the log, all from some size on, as tree size and root (base64).

    Raises:
        OSError: a file cannot be read.
    """
    lines = []
    for path in registers:
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    lines += [f"{_CHECKPOINT} {size} {root}\n" for size, root in checkpoints.items()]
    return f"{FIRST_LINE}\n{''.join(lines)}"


def check_signed(text_of: Callable[[bytes], str], signature: Path, sha256: str, register: Path) -> Mapping[int, str]:
    """Refuse a register of which the bytes are not those that were signed; a file may bear another name than then.

    `text_of` returns the text of a note, or raises `NotVerified` where the log's key has not signed it. Returned are
    the checkpoints that it names, root by tree size; none in one that an earlier version wrote.

    Raises:
        RegisterUnexpected: there is no signature, it is of other bytes, or of another key.
    """
    try:
        with signature.open("rb") as file:
            first, *lines = text_of(file.read(_MOST_BYTES)).splitlines()
        if first != FIRST_LINE:
            raise NotVerified("not the signature of a register", got=first)
        if sha256 not in {line.partition("  ")[0] for line in lines}:
            raise NotVerified("the signature of other bytes")
        return dict(_checkpoints(lines))
    except (OSError, NotVerified) as error:
        got = f"{error.strerror}: {signature}" if isinstance(error, OSError) else error.what
        raise RegisterUnexpected(
            "the register is not signed by the log's key:", why="unsigned", where=register, got=got,
            expected=f"{signature.name} beside it, of the same run",
            todo="the register in use stays; copy both files, or let `evenhand run` write them anew",
        ) from error  # fmt: skip


def _checkpoints(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for line in lines:
        kind, _, rest = line.partition(" ")
        size, _, root = rest.partition(" ")
        if kind == _CHECKPOINT and size.isascii() and size.isdecimal():
            yield int(size), root
