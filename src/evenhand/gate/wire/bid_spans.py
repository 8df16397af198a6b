"""Where the bids of a response stand in its bytes, found token by token: what `cut` falls back on and is held to."""

import re
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}:,]|[^][{}:,"\s]+', re.DOTALL)
_text = msgspec.json.Decoder(str).decode


Span: TypeAlias = tuple[int, int]
"""From where to where in the bytes, the end not included."""


def bid_spans(data: bytes) -> list[tuple[Span, list[Span]]]:
    """Return where each `seatbid` stands, and where its bids do, in a response that `read_response` has read.

    Of a key that is there twice the last one counts, as it does for the reader.
    """
    tokens = [found.span() for found in _TOKEN.finditer(data)]
    seats = _member(data, tokens, 0, "seatbid")
    return [
        (_span(tokens, first, after), [_span(tokens, *each) for each in _elements_of(data, tokens, first)])
        for first, after in ([] if seats is None else _elements(data, tokens, seats))
    ]


def member_span(data: bytes, name: str) -> Span | None:
    """Return where the value of an object's member stands; None if there is none, the last if there are several.

    The text is one that a JSON reader has read as an object.
    """
    tokens = [found.span() for found in _TOKEN.finditer(data)]
    first = _member(data, tokens, 0, name)
    return None if first is None else _span(tokens, first, _after(data, tokens, first))


def _elements_of(data: bytes, tokens: list[Span], seat: int) -> list[tuple[int, int]]:
    bids = _member(data, tokens, seat, "bid")
    return [] if bids is None else list(_elements(data, tokens, bids))


def _span(tokens: list[Span], first: int, after: int) -> Span:
    return tokens[first][0], tokens[after - 1][1]


def _member(data: bytes, tokens: list[Span], opened: int, name: str) -> int | None:
    """Return the token at which the last member of that name of the object begins; None if there is none."""
    found = None
    place = opened + 1
    while data[tokens[place][0]] != ord("}"):
        key, value = place, place + 2
        if _text(data[tokens[key][0] : tokens[key][1]]) == name:
            found = value
        place = _next(data, tokens, value)
    return found


def _elements(data: bytes, tokens: list[Span], opened: int) -> Iterator[tuple[int, int]]:
    """Yield first token and token after the last of each element of an array; of null nothing."""
    if data[tokens[opened][0]] != ord("["):
        return
    place = opened + 1
    while data[tokens[place][0]] != ord("]"):
        after = _after(data, tokens, place)
        yield place, after
        place = after + (data[tokens[after][0]] == ord(","))


def _next(data: bytes, tokens: list[Span], value: int) -> int:
    after = _after(data, tokens, value)
    return after + (data[tokens[after][0]] == ord(","))


def _after(data: bytes, tokens: list[Span], place: int) -> int:
    """Return the token after the value that begins at one."""
    depth = 0
    while True:
        sign = data[tokens[place][0]]
        depth += (sign in b"[{") - (sign in b"]}")
        place += 1
        if depth == 0:
            return place
