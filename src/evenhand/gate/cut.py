"""Taking bids out of a response: what stays keeps every byte, its numbers, escapes, blanks and unknown fields."""

from collections.abc import Set as AbstractSet

import msgspec

from evenhand.gate.openrtb import RawResponse, RawSeatBid
from evenhand.gate.scan import Span, bid_spans

_response = msgspec.json.Decoder(RawResponse).decode
_seat = msgspec.json.Decoder(RawSeatBid).decode

Seats = list[tuple[Span, list[Span]]]


def without(data: bytes, gone: AbstractSet[tuple[int, int]]) -> bytes | None:
    """Return a response without the bids at these places (seatbid, bid), from 0; None if no bid is left.

    A bid goes with its comma, a `seatbid` of which all bids go goes too, one that came empty stays. The response is
    one that `read_response` has read. Cost: about 2 µs for four bids, and 1 µs for each KB.

    The places are guessed by looking for what a typed reader has read, and what comes out is read again: were a copy
    of a bid to stand before it, somewhere else in the response, the slow way finds the place.
    """
    seats, texts = _guessed(data)
    left = [[text for j, text in enumerate(bids) if (i, j) not in gone] for i, bids in enumerate(texts)]
    if not any(left):
        return None
    kept = [bids for i, bids in enumerate(left) if bids or not texts[i]]
    cut = _cut(data, seats, gone)
    return cut if _texts(cut) == kept else _cut(data, bid_spans(data), gone)


def _guessed(data: bytes) -> tuple[Seats, list[list[bytes]]]:
    """Return where the bids seem to stand, and their texts."""
    seats: Seats = []
    texts = []
    place = 0
    for raw in _response(data).seatbid or ():
        text = bytes(raw)
        start = data.find(text, place)
        inside = place = start
        spans, bids = [], []
        for each in _seat(raw).bid or ():
            bid = bytes(each)
            inside = data.find(bid, inside)
            spans.append(Span(inside, inside := inside + len(bid)))
            bids.append(bid)
        place = start + len(text)
        seats.append((Span(start, place), spans))
        texts.append(bids)
    return seats, texts


def _texts(data: bytes) -> list[list[bytes]] | None:
    """Return the texts of the bids of a response, None if what was cut is no response any more."""
    try:
        return [[bytes(each) for each in _seat(raw).bid or ()] for raw in _response(data).seatbid or ()]
    except msgspec.MsgspecError:
        return None


def _cut(data: bytes, seats: Seats, gone: AbstractSet[tuple[int, int]]) -> bytes:
    emptied = {i for i, (_, bids) in enumerate(seats) if bids and all((i, j) in gone for j in range(len(bids)))}
    dropped = _dropped([span for span, _ in seats], emptied)
    for i, (_, bids) in enumerate(seats):
        if i not in emptied:
            dropped += _dropped(bids, {j for j in range(len(bids)) if (i, j) in gone})
    parts, place = [], 0
    for span in sorted(dropped):
        parts.append(data[place : span.start])
        place = span.end
    return b"".join([*parts, data[place:]])


def _dropped(elements: list[Span], gone: AbstractSet[int]) -> list[Span]:
    """Return the stretches to drop so that some elements of an array go, each with one comma."""
    last = max((index for index in range(len(elements)) if index not in gone), default=-1)
    before = [Span(elements[index].start, elements[index + 1].start) for index in gone if index < last]
    if last + 1 < len(elements) and last >= 0:
        before.append(Span(elements[last].end, elements[-1].end))
    return before
