"""What one caller may ask of the service's memory and patience."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Limits(NamedTuple):
    """Sizes in bytes, times in seconds. Times are looked at every `look_s`, so they can be late by so much.

    `bodies` are the longest bodies of paths that have a limit of their own, `body` that of all others. What a packed
    body unpacks to is bounded like one that is not packed.

    A request must have arrived whole `read_s` after its first byte, and its answer must have been taken away as soon;
    a connection on which nothing is asked is closed after `idle_s`. Of a client that was refused what still comes is
    thrown away for `read_s`, so that the refusal reaches one that is still sending.

    After a signal to stop or to open anew each client is told with its next answer that the connection closes; one
    that asks nothing for `drain_s` is closed then. `stop_s` after a signal to stop nobody is waited for any more.
    """

    body: int = 1 << 20
    line: int = 8 << 10
    head: int = 16 << 10
    read_s: float = 5.0
    idle_s: float = 30.0
    drain_s: float = 1.0
    stop_s: float = 3.0
    look_s: float = 0.5
    connections: int = 1024
    bodies: Mapping[str, int] = MappingProxyType({})
