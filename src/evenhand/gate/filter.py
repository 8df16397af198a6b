"""Filtering a bid response: refused bids go, everything else passes byte for byte (`gate.md` §5 to §7)."""

from datetime import datetime

import msgspec

from evenhand.gate.fast.bid_filter import Noted, Removal, SeatBidFilter, id_of
from evenhand.gate.gate import Gate
from evenhand.gate.open_register import is_past
from evenhand.gate.wire.bid_removal import remove_bids
from evenhand.gate.wire.openrtb import Request, Response, read_both
from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome

_STALE_LOSS = {"hold": (201, 350), "refuse": (1, 350)}


class Filtered(msgspec.Struct, frozen=True, gc=False):
    """What is left of a response, None if no bid is; the very bytes that came in if nothing was removed.

    `malformed`: the response could not be read, and passed or was dropped as the operator chose for what is malformed,
    or for a register that is stale.
    """

    response: bytes | None
    removed: tuple[Removal, ...]
    noted: tuple[Noted, ...]
    stale: bool
    malformed: bool = False


def filter_bids(request: bytes, response: bytes, gate: Gate, at: datetime) -> Filtered:
    """Return a bid response without the bids that the decisions in force do not let pass. `at` is aware.

    Cost: 15 µs for a request and a response of 1.8 KB with four bids of parties met before, of which two go.

    Raises:
        RequestUnreadable: the request is no OpenRTB object.
        RegisterInvalid: the register is stale and nobody chose what that means.
        BadInput: no bytes, or `at` is not an instant with a time zone.
    """
    return filter_identified(request, response, gate, at)[1]


def filter_identified(request: bytes, response: bytes, gate: Gate, at: datetime) -> tuple[msgspec.Raw, Filtered]:
    """Return what stands under `id` in a request as it is written, and what `filter_bids` returns.

    Raises:
        RequestUnreadable, RegisterInvalid, BadInput: as `filter_bids`.
    """
    if type(request) is not bytes or type(response) is not bytes:
        raise BadInput(
            "not bytes:",
            where="filter_bids",
            got=f"{type(request).__name__}, {type(response).__name__}",
            expected="request and response as received, as bytes",
        )
    parsed, offered = read_both(request, response)
    return parsed.id, _filtered(parsed, offered, request, response, gate, at)


def _filtered(
    parsed: Request, offered: Response | None, request: bytes, response: bytes, gate: Gate, at: datetime
) -> Filtered:
    opened = gate.opened
    stale = is_past(opened, at)
    if stale and gate.is_stale(at):
        return _without_register(response, offered, str(gate.stale))
    if offered is None:
        return _unread(response, stale, passes=opened.resolver.register.head.policy.malformed == "allow")
    bids = SeatBidFilter(opened, parsed, request, at)
    bids.filter(offered)
    left = remove_bids(response, bids.gone) if bids.gone else response
    return Filtered(left, tuple(bids.removed), tuple(bids.noted), stale)


def find_removals(request: Request, data: bytes, offered: Response, gate: Gate, at: datetime) -> Filtered:
    """Return what `filter_bids` would, for a request and a response that have been read, without cutting anything.

    `data` is the request as received; `response` is None in what comes back.

    Raises:
        RegisterInvalid: the register is stale and nobody chose what that means.
    """
    opened = gate.opened
    if gate.is_stale(at):
        return msgspec.structs.replace(_without_register(b"", offered, str(gate.stale)), response=None)
    bids = SeatBidFilter(opened, request, data, at)
    bids.filter(offered)
    return Filtered(None, tuple(bids.removed), tuple(bids.noted), is_past(opened, at))


def _unread(response: bytes, stale: bool, *, passes: bool) -> Filtered:
    return Filtered(response if passes else None, (), (), stale, malformed=True)


def _without_register(response: bytes, offered: Response | None, choice: str) -> Filtered:
    """Return what the operator chose for a register that is stale: every bid passes, or every bid goes."""
    if offered is None:
        return _unread(response, True, passes=choice == Outcome.ALLOW)
    if choice == Outcome.ALLOW:
        return Filtered(response, (), (), stale=True)
    loss, status = _STALE_LOSS[choice]
    removed = tuple(
        Removal(i, j, id_of(seatbid.bid_at(j)), choice, loss, status, (), None, None)
        for i, seatbid in enumerate(offered.seatbid or ())
        for j in range(len(seatbid.bid or ()))
    )
    return Filtered(None if removed else response, removed, (), stale=True)
