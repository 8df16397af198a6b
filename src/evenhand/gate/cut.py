"""Taking bids out of a response: what stays keeps every byte, its numbers, escapes, blanks and unknown fields."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from evenhand.gate.openrtb import RawResponse
from evenhand.gate.scan import Span, bid_spans

_BIDS = b'"bid":['
_response = msgspec.json.Decoder(RawResponse).decode


def without(data: bytes, gone: Mapping[int, AbstractSet[int]]) -> bytes | None:
    """Return a response without some bids, named by place: seatbid → bids, from 0; None if no bid is left.

    A bid goes with its comma, a `seatbid` of which all bids go goes too, one that came empty stays. The response is
    one that `read_response` has read. Cost: 4 µs for four bids of one seat; 60 µs if a whole seat goes.

    Where bids stand is guessed by looking for what a typed reader has read, one after the other, and what comes out is
    read again: were a copy of a bid to stand before it, somewhere else in the response, the slow way finds the place.
    """
    seats = [seat.bid or [] for seat in _response(data).seatbid or ()]
    left = [_left(bids, gone[i]) if i in gone else bids for i, bids in enumerate(seats)]
    if not any(left):
        return None
    spans = _guessed(data, seats, gone) if all(left[i] for i in gone) else None
    if spans is not None and _bids(cut := _drop(data, spans)) == left:
        return cut
    return _cut(data, bid_spans(data), gone)


def _left(bids: list[msgspec.Raw], gone: AbstractSet[int]) -> list[msgspec.Raw]:
    return [bid for j, bid in enumerate(bids) if j not in gone]


def _guessed(data: bytes, seats: list[list[msgspec.Raw]], gone: Mapping[int, AbstractSet[int]]) -> list[Span] | None:
    """Return the stretches to drop, if the bids stand where their texts are first found; None if they cannot.

    Between two bids of a seat there is a comma and nothing else but blanks. Where most responses have the next bid is
    tried before it is looked for: looking for a long text costs more than comparing it.
    """
    dropped: list[Span] = []
    place = 0
    for i, bids in enumerate(seats):
        spans: list[Span] = []
        start = data.find(_BIDS, place) + len(_BIDS)
        for bid in bids:
            text = bytes(bid)
            if not data.startswith(text, start):
                start = data.find(text, place)
            if spans and data[place:start].strip() != b",":
                return None
            place = start + len(text)
            spans.append((start, place))
            start = place + 1
        if i in gone:
            dropped += _dropped(spans, gone[i])
    return dropped


def _bids(data: bytes) -> list[list[msgspec.Raw]] | None:
    """Return the bids of a response by seat, None if what was cut is no response any more."""
    try:
        return [seat.bid or [] for seat in _response(data).seatbid or ()]
    except msgspec.MsgspecError:
        return None


def _cut(data: bytes, seats: Sequence[tuple[Span, list[Span]]], gone: Mapping[int, AbstractSet[int]]) -> bytes:
    """Return the response without some bids, given where seats and bids stand; at least one bid stays."""
    emptied = {i for i, each in gone.items() if len(each) == len(seats[i][1])}
    dropped = _dropped([span for span, _ in seats], emptied)
    for i in gone.keys() - emptied:
        dropped += _dropped(seats[i][1], gone[i])
    return _drop(data, sorted(dropped))


def _drop(data: bytes, spans: list[Span]) -> bytes:
    """Return a text without some stretches, which are in order."""
    parts, place = [], 0
    for start, end in spans:
        parts.append(data[place:start])
        place = end
    parts.append(data[place:])
    return b"".join(parts)


def _dropped(elements: Sequence[Span], gone: AbstractSet[int]) -> list[Span]:
    """Return the stretches to drop so that some elements of an array go, each with one comma; one at least stays.

    What goes before the last that stays goes with the comma behind it, what comes after with the one before it.
    """
    last = len(elements) - 1
    while last in gone:
        last -= 1
    dropped = [(elements[index][0], elements[index + 1][0]) for index in range(last) if index in gone]
    if last + 1 < len(elements):
        dropped.append((elements[last][1], elements[-1][1]))
    return dropped
