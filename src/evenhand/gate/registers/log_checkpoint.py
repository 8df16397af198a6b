"""Which log a register was made from, and which registers a gate takes in place of the one in use."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from evenhand.model.errors import RegisterInvalid, RegisterUnexpected


class LogCheckpoint(NamedTuple):
    """Origin, tree size and root (base64) of a register's checkpoint; ("", 0, "") for a register without one."""

    origin: str
    size: int
    root: str


def log_checkpoint(checkpoint: str, where: Path) -> LogCheckpoint:
    """Return what a C2SP checkpoint says; its root is not decoded, its signatures are not looked at.

    Raises:
        RegisterInvalid: a text that is no checkpoint.
    """
    if not checkpoint:
        return LogCheckpoint("", 0, "")
    origin, *rest = checkpoint.split("\n")
    size = rest[0] if len(rest) > 1 else ""
    if not origin or not (size.isascii() and size.isdecimal() and len(size) <= 19):
        raise RegisterInvalid(
            "not a checkpoint", where=where, line=1, got=checkpoint, expected="origin, size, root, a line each"
        )
    return LogCheckpoint(origin, int(size), rest[1])


class AcceptedRegisters(NamedTuple):
    """Which registers a gate may take.

    `origin` is the log's, `size` the smallest tree size, `root` that of the tree of exactly this size; "" is any origin
    or root. `allow_older` takes smaller trees and other roots as well. `check_note` raises `NotVerified` where a
    checkpoint's note is not signed by the log's key; None checks no signature. `signed_text` returns the text of a note
    that it signed, by which the register's own bytes are held against `signature`, the file beside it where that is
    None; None lets the bytes be anybody's.
    """

    origin: str = ""
    size: int = 0
    root: str = ""
    allow_older: bool = False
    check_note: Callable[[str], None] | None = None
    signed_text: Callable[[bytes], str] | None = None
    signature: Path | None = None

    def after(self, head: LogCheckpoint) -> "AcceptedRegisters":
        """Return what is expected of the register that follows one with this head."""
        return self._replace(origin=self.origin or head.origin, size=head.size, root=head.root)


ANY = AcceptedRegisters()
_KEPT = "the register in use stays"


def check_checkpoint(head: LogCheckpoint, expected: AcceptedRegisters, where: Path) -> None:
    """Refuse a register of another log, of a smaller tree, or of another tree of the same size.

    Raises:
        RegisterUnexpected: says which of them, and what to do.
    """
    if expected.origin and head.origin != expected.origin:
        raise RegisterUnexpected(
            "register of another log:", why="origin", where=where, got=head.origin or "no checkpoint",
            expected=expected.origin,
            todo=f"{_KEPT}; to change networks, `gate serve --origin` names the other, a program opens another `Gate`",
        )  # fmt: skip
    if expected.allow_older:
        return
    todo = f"{_KEPT}; after a restored backup, `gate serve --allow-older` takes it, and a program opens another `Gate`"
    if head.size < expected.size:
        raise RegisterUnexpected(
            "register of an older log: tree size", why="size", where=where, got=head.size,
            expected=f"at least {expected.size}", todo=todo,
        )  # fmt: skip
    if head.size == expected.size and expected.root and head.root != expected.root:
        raise RegisterUnexpected(
            f"another tree of the same size {head.size}: root", why="root", where=where, got=head.root,
            expected=expected.root, todo=todo,
        )  # fmt: skip


def check_history(known: Mapping[int, str], expected: AcceptedRegisters, where: Path) -> None:
    """Refuse a register of a log that never published the checkpoint of the register in use.

    `known` are the log's last checkpoints, all from the smallest of them on. Such a log has another history: a copy of
    the network's folder that went on by itself. Of a register in use that is older than all of them nothing is known.

    Raises:
        RegisterUnexpected: says so.
    """
    if expected.allow_older or not expected.root or expected.size < min(known, default=expected.size + 1):
        return
    if known.get(expected.size) != expected.root:
        raise RegisterUnexpected(
            f"a log of another history: it has no checkpoint of tree size {expected.size} with the root", why="root",
            where=where, got=known.get(expected.size, "none of this size"), expected=expected.root,
            todo=f"{_KEPT}; find out which folder of the network is the right one; after a restored backup,"
            " `gate serve --allow-older` takes it, and a program opens another `Gate`",
        )  # fmt: skip
