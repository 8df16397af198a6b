"""The sockets that the service listens on: an address and port, or a path."""

import ctypes
import errno
import socket
import stat
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from evenhand.model.errors import BadInput

BACKLOG: Final = 1024  # connections that wait to be taken


def listen_on_port(host: str, port: int, say: Callable[[str], None]) -> socket.socket:
    """Return a socket that listens on the first address of a host, and say where.

    Raises:
        BadInput: there is no such host here, or the port is taken.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
    except (OSError, UnicodeError) as error:
        raise _deaf(host, port, error) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise _deaf(host, port, error) from error
    shown, port = listening.getsockname()[:2]
    say(f"listening on http://{f'[{shown}]' if ':' in shown else shown}:{port}")
    return listening


@contextmanager
def listening_on_path(path: Path, say: Callable[[str], None]) -> Iterator[socket.socket]:
    """Give a socket that listens on a path, say where, and take the path away at the end.

    One that a service left behind when it was killed is taken away first. Who may connect is who may write to the
    path: the umask of the service and its folder decide.

    Raises:
        BadInput: a service listens there, something else is there, or the folder cannot be written.
    """
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_what_was_left(path)
        listening.bind(str(path))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        why = error.strerror or error  # a path that is too long has no number
        expected = "a path of at most 100 bytes in a folder that this user can write, at which nothing is"
        raise BadInput(f"cannot listen: {why}", where=path, expected=expected) from error
    say(f"listening on unix:{path}")
    with listening:
        yield listening
    with suppress(OSError):
        path.unlink()


def hold_back(listening: socket.socket) -> None:
    """Let nobody begin to connect from now on; who has begun gets there and can be taken.

    The kernel resets a client that is between connecting and being taken when a socket is closed, and nothing says
    whether there is one. So first packets are dropped for a moment: their senders send them again after a second, and
    meet the next service or a closed port. Only Linux can, and only with TCP.
    """
    if not sys.platform.startswith("linux") or listening.family == socket.AF_UNIX:
        return
    steps = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in _DROP_FIRST_PACKETS))
    program = struct.pack("@HP", len(_DROP_FIRST_PACKETS), ctypes.addressof(steps))
    with suppress(OSError):  # then somebody may be cut off, as without it
        listening.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


_SO_ATTACH_FILTER: Final = 26  # socket(7); Python has no name for it
_DROP_FIRST_PACKETS: Final = (
    (0x30, 0, 0, 13),  # load the byte of flags of the TCP header (RFC 9293 §3.1)
    (0x45, 0, 1, 0x02),  # SYN is set: go on, else skip one
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFF_FFFF),  # keep
)
"""Classic BPF: code, how many steps to skip if true, if false, and a value."""


def _remove_what_was_left(path: Path) -> None:
    """Remove a socket that nobody listens on.

    Raises:
        OSError: somebody does, or there is something else.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISSOCK(mode):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            try:
                asking.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
                return
    raise OSError(errno.EADDRINUSE, "another program or file has this path")


def _deaf(host: str, port: int, error: Exception) -> BadInput:
    why = error.strerror if isinstance(error, OSError) else "no name of a host"
    return BadInput(f"cannot listen: {why}", where=f"{host}:{port}", expected="an address of this machine, a free port")
