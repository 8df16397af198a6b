"""Who holds a lock, written into its file, so that a waiting process can name it."""

import os
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

_MOST_BYTES = 4096


class Holder(NamedTuple):
    """A process that holds a lock since an instant, which is its own clock's; reads as people are told of it."""

    pid: int
    host: str
    since: datetime

    def __str__(self) -> str:
        """Return the holder in words."""
        return f"process {self.pid} on {self.host}, since {self.since:%Y-%m-%dT%H:%M:%SZ}"


def write_holder(lock: int) -> None:
    """Write that this process holds the lock whose open file is `lock`; a full disk stops nobody here.

    What a killed process left stays, and says nothing: only who cannot get the lock reads it.
    """
    holder = Holder(os.getpid(), socket.gethostname(), datetime.fromtimestamp(int(time.time()), UTC))
    with suppress(OSError):
        os.pwrite(lock, msgspec.json.encode(holder).ljust(os.fstat(lock).st_size), 0)


def forget_holder(lock: int) -> None:
    """Empty the file of a lock that is about to be free."""
    with suppress(OSError):
        os.ftruncate(lock, 0)


def read_holder(lock: int) -> str:
    """Return who holds a lock, in words; an earlier version of Evenhand wrote nothing."""
    try:
        return str(msgspec.json.decode(os.pread(lock, _MOST_BYTES, 0), type=Holder))
    except msgspec.MsgspecError:
        return "a process that does not say which"
