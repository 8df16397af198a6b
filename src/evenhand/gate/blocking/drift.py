"""What a host has on its lists against what is due now."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

import msgspec

from evenhand.model.record import Record


class Listed(NamedTuple):
    """What a file of some format keeps out: values by type (`domain`, `bundle`, …), and switches by name."""

    values: AbstractSet[tuple[str, str]]
    switches: Mapping[str, bool]


class Drift(Record, frozen=True, kw_only=True):
    """Values, and switches as `name=true`, that the host lacks or has beyond what is due; how many values agree."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    same: int


def drift(due: Listed, host: Listed) -> Drift:
    """Return how a host's lists differ from those due; each list sorted."""
    turned = {name for name, on in due.switches.items() if host.switches[name] is not on}
    return Drift(
        missing=_sorted(due.values - host.values, due.switches, turned),
        extra=_sorted(host.values - due.values, host.switches, turned),
        same=len(due.values & host.values),
    )


def _sorted(
    values: AbstractSet[tuple[str, str]], switches: Mapping[str, bool], turned: AbstractSet[str]
) -> tuple[str, ...]:
    states = (f"{name}={'true' if switches[name] else 'false'}" for name in turned)
    return tuple(sorted([*(value for _, value in values), *states]))


class OwnLists(Record, frozen=True, kw_only=True):
    """Bid requests of a log, and how many of them carry a `badv` of their own; lines that are no request apart."""

    requests: int
    own_badv: int
    unreadable: int


class _Request(msgspec.Struct):
    badv: list[Any] | None = None


_request = msgspec.json.Decoder(_Request).decode


def has_own_list(request: bytes) -> bool:
    """Return whether a bid request carries a `badv` of its own that names anything.

    Raises:
        MsgspecError, UnicodeDecodeError, RecursionError: it is no request, or its `badv` no list.
    """
    return bool(_request(request).badv)


def own_lists(lines: Iterable[bytes]) -> OwnLists:
    """Return how many requests switch a host's list off by their own, one request a line.

    Prebid Server in Go (module `ortb2blocking`, August 2026) leaves its list out where a request has any `badv`, and
    then rejects no bid by domain. Its twin in Java keeps checking.
    """
    requests = own = unreadable = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            own += has_own_list(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            unreadable += 1
            continue
        requests += 1
    return OwnLists(requests=requests, own_badv=own, unreadable=unreadable)
