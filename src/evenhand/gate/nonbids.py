"""Telling buyers why their bids went, in the response itself: `ext.seatnonbid` (`gate.md` §5, §7).

Source: OpenRTB community extension "Seat Non-Bid"; names `seat`, `nonbid`, `impid`, `statuscode`.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from evenhand.gate.fast.bid_filter import Removal
from evenhand.gate.filter import Filtered
from evenhand.gate.wire.bid_fields import text_of
from evenhand.gate.wire.bid_spans import member_span
from evenhand.gate.wire.openrtb import read_response, whole_escapes
from evenhand.model.outcome import Outcome
from evenhand.model.service import Tell

_json = msgspec.json.Encoder().encode
_OF_A_RULE = "rule:"


def tell_buyers(filtered: Filtered, response: bytes, tell: Tell) -> bytes | None:
    """Return what is left of a response with what was removed from it told in `ext.seatnonbid`.

    `response` is what `filter_bids` was given. `codes` tells status codes, `reasons` also the id of a refusal's
    statement of reasons, as `ext.evenhand.reason`: not that of a hold, which would show who is being looked at, nor
    that of a rule, which has no statement and says what a party is. `nothing` returns what is left as it is. Nothing
    is told where no response is left to tell it in, of a bid that names no impression, and where `ext` or
    `seatnonbid` is no object and no list. Every byte that was left stays in its place, with what is told in one piece
    between two of them.
    """
    left = filtered.response
    if tell == "nothing" or left is None or not filtered.removed:
        return left
    nonbids = _seat_nonbids(filtered.removed, response, with_reasons=tell == "reasons")
    return _put(left, nonbids) if nonbids else left


def _seat_nonbids(removed: Sequence[Removal], response: bytes, *, with_reasons: bool) -> bytes:
    """Return the elements of `seatnonbid`, one for each `seatbid` that lost bids, without the brackets around them."""
    offered = read_response(response)
    assert offered is not None  # bids were removed from it
    seats = offered.seatbid or []
    by_seat: dict[int, list[dict[str, Any]]] = {}
    for removal in removed:
        impression = text_of(seats[removal.seatbid].bid_at(removal.bid).impid)
        if impression is not None:
            nonbid: dict[str, Any] = {"impid": impression, "statuscode": removal.status}
            if with_reasons and _is_told(removal):
                nonbid["ext"] = {"evenhand": {"reason": removal.reason}}
            by_seat.setdefault(removal.seatbid, []).append(nonbid)
    parts = []
    for place, nonbids in by_seat.items():
        seat = text_of(seats[place].seat)
        parts.append({"nonbid": nonbids} if seat is None else {"seat": seat, "nonbid": nonbids})
    return _json(parts)[1:-1]


def _is_told(removal: Removal) -> bool:
    """Return whether a removal's reason is told: that of a hold is not, since it would show who is being looked at."""
    reason = removal.reason
    return reason is not None and removal.outcome == Outcome.REFUSE and not reason.startswith(_OF_A_RULE)


def _put(left: bytes, nonbids: bytes) -> bytes:
    """Return a response with elements added to its `ext.seatnonbid`, which is made where it is not there."""
    readable = whole_escapes(left)
    ext = member_span(readable, "ext")
    if ext is None:
        return _appended(left, 0, len(left.rstrip()), b'"ext":{"seatnonbid":[%b]}' % nonbids)
    if readable[ext[0]] != ord("{"):
        return left
    listed = member_span(readable[slice(*ext)], "seatnonbid")
    if listed is None:
        return _appended(left, *ext, b'"seatnonbid":[%b]' % nonbids)
    start, end = ext[0] + listed[0], ext[0] + listed[1]
    return _appended(left, start, end, nonbids) if readable[start] == ord("[") else left


def _appended(data: bytes, start: int, end: int, element: bytes) -> bytes:
    """Return a text with an element more at the end of the object or list that stands from `start` to `end`."""
    is_empty = not data[start + 1 : end - 1].strip()
    return b"%b%b%b%b" % (data[: end - 1], b"" if is_empty else b",", element, data[end - 1 :])
