"""Settings of the gate's HTTP service, and the modes that it can be switched to."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec

from evenhand.model.errors import BadInput
from evenhand.model.record import Record

StaleChoice = Literal["allow", "hold", "refuse", "last"]
StaleWord = Literal["allow", "hold", "refuse", "use-last", "last"]
STALE_WORDS: Final[Mapping[str, StaleChoice]] = {
    "allow": "allow", "hold": "hold", "refuse": "refuse", "use-last": "last", "last": "last",
}  # fmt: skip
"""What `--stale` takes; `last` is the old spelling of `use-last`, and what settings say."""
REGISTER_FILES: Final = ("register.evh", "register.jsonl")
"""A run writes both to a network's `out/`; the compiled one opens without being read whole, so it counts first."""
MOST_BODY: Final = 1 << 30
BODIES: Final = {
    "/v1/filter": 2 << 20, "/v1/shape": 1 << 20, "/v1/purchase": 1 << 18, "/v1/verdict": 1 << 19,
}  # fmt: skip
"""Longest bodies by path where nothing else is said: 60 bids of 20 KB with their request, 10,000 domains, an order."""
_MOST_OTHER: Final = 1 << 16  # of a path that takes no body, and answers nothing that anybody could read
Tell = Literal["nothing", "codes", "reasons"]
"""What buyers are told of their removed bids in a response: nothing, status codes, or also ids of reasons."""


class Mode(StrEnum):
    """How far the gate's answers go: as decided, reported only, or one answer for everything."""

    ENFORCE = "enforce"
    OBSERVE = "observe"
    ALLOW_ALL = "allow-all"
    REFUSE_ALL = "refuse-all"


class ServiceSettings(Record, frozen=True, kw_only=True):
    """Where the service listens, from which register it answers, and what it does not take.

    `registers` are files of which the first that exists counts. `stale` is what the operator chose for a register
    past its time, or for none at all; without a choice there is no answer then. `max_body` is in bytes, that of paths
    in `max_bodies` is theirs. Port 0 is any free one. `switch` is the file of the switch, None for no switch. `tell`:
    what filtered responses tell buyers.

    `socket` is the path of a Unix socket to listen on in place of host and port, "" for none. With `admin_port` health
    and metrics are answered there, at `admin_host`, and nowhere else. `network` is the folder whose settings say what a
    stale register means, and are read again when the register is opened again; "" where `stale` was given.

    `origin` is the log that registers must come from ("": that of the first), `tree_size` the least of the first one;
    one of `vkeys` must have signed its checkpoint (none: no signature is checked), and all of its bytes where `signed`.
    `allow_older` takes registers
    of smaller trees than the one in use. `remember` is the file with the log of the register that was taken last, by
    which the first one after a restart is judged; "" for none.
    """

    registers: tuple[str, ...]
    stale: StaleChoice | None
    host: str
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)]
    switch: str | None
    max_body: Annotated[int, msgspec.Meta(ge=1, le=MOST_BODY)]
    workers: Annotated[int, msgspec.Meta(ge=1, le=256)]
    tell: Tell = "nothing"
    origin: str = ""
    tree_size: Annotated[int, msgspec.Meta(ge=0)] = 0
    vkeys: tuple[str, ...] = ()
    signed: bool = False
    allow_older: bool = False
    max_bodies: dict[str, Annotated[int, msgspec.Meta(ge=1, le=MOST_BODY)]] = {}
    socket: str = ""
    admin_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] | None = None
    admin_host: str = "127.0.0.1"
    network: str = ""
    remember: str = ""


def longest_bodies(options: Sequence[str]) -> tuple[int, dict[str, int]]:
    """Return the longest body of all paths and those of some, as `--max-body` says it: `BYTES` or `PATH=BYTES`.

    A bare number is for all paths that are not named besides.

    >>> longest_bodies(["/v1/filter=900", "100"])
    (100, {'/v1/filter': 900})

    Raises:
        BadInput: no number of bytes, or a path that takes no body.
    """
    longest, of_paths = _MOST_OTHER, dict(BODIES)
    for text in options:
        if "=" not in text:
            longest, of_paths = _bytes_of(text, text), {}
    for text in options:
        path, equals, number = text.rpartition("=")
        if equals:
            if path not in BODIES:
                raise BadInput("a path without a body:", where="--max-body", got=path, expected=", ".join(BODIES))
            of_paths[path] = _bytes_of(number, text)
    return longest, of_paths


def _bytes_of(number: str, text: str) -> int:
    if not number.isascii() or not number.isdecimal() or not 1 <= int(number[:12]) <= MOST_BODY:
        raise BadInput("no number of bytes:", where="--max-body", got=text, expected=f"1 to {MOST_BODY}, or PATH=BYTES")
    return int(number)
