"""What the gate reads of OpenRTB 2.6 requests and responses, and nothing else; all other fields pass unread.

A field that is compared with the register is read in every spelling a lenient reader would take, so that a number in
place of a text hides nothing. Source: OpenRTB 2.6 (June 2026) §3.2 and §4.2; `gate.md` §7.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from evenhand.model.errors import RequestUnreadable

MOST_DEPTH = 64

T = TypeVar("T")
Text: TypeAlias = str | int | None


class BidExt(msgspec.Struct, gc=False):
    """`bid.ext`: the DSA object and the demand chain, whatever stands there."""

    dsa: Any = None
    dchain: Any = None


class Bid(msgspec.Struct, gc=False):
    """One bid. Its fields are whatever stands there: each is read by itself (`bid_fields.py`), so that a wrong type in
    one of them costs its own bid alone.
    """

    id: Any = None
    impid: Any = None
    adomain: Any = None
    bundle: Any = None
    cid: Any = None
    cat: Any = None
    cattax: Any = None
    dealid: Any = None
    mtype: Any = None
    ext: BidExt | str | float | bool | list[Any] | None = None


NO_BID: Final = Bid()
"""What is read of an element of `bid` that is no object."""


class SeatBid(msgspec.Struct, gc=False):
    """The bids of one seat; with `group` 1 they are won or lost together (OpenRTB 2.6 §4.2.2)."""

    bid: list[Bid | str | float | bool | list[Any] | None] | None = None
    seat: Any = None
    group: Any = None

    def bid_at(self, j: int) -> Bid:
        """Return a bid by its place, which is one that the filter named."""
        bid = (self.bid or [])[j]
        return bid if isinstance(bid, Bid) else NO_BID


class Response(msgspec.Struct, gc=False):
    """A bid response; one of OpenRTB 3.0 has its bids in `openrtb`, and cannot be read."""

    seatbid: list[SeatBid] | None = None
    openrtb: None = None


class RawSeatBid(msgspec.Struct, gc=False):
    """The bids of one seat as they are written."""

    bid: list[msgspec.Raw] | None = None


class RawResponse(msgspec.Struct, gc=False):
    """A bid response with its bids as they are written."""

    seatbid: list[RawSeatBid] | None = None


class RawSeats(msgspec.Struct, gc=False):
    """A bid response with its seats as they are written."""

    seatbid: list[msgspec.Raw] | None = None


class Geo(msgspec.Struct, gc=False):
    """Where the device is: country in ISO 3166 alpha-3, region."""

    country: Any = None
    region: Any = None


class Device(msgspec.Struct, gc=False):
    """The device that the advertisement is for."""

    geo: Geo | None = None


class Publisher(msgspec.Struct, gc=False):
    """Who publishes the place."""

    id: Text = None


class Place(msgspec.Struct, gc=False):
    """A site, app or screen that the advertisement is for."""

    id: Text = None
    domain: Text = None
    bundle: Text = None
    publisher: Publisher | None = None


class RegsExt(msgspec.Struct, gc=False):
    """`regs.ext`."""

    dsa: Any = None


class Regs(msgspec.Struct, gc=False):
    """Rules of law that apply; `dsa` stands in `ext` or, in later drafts, beside it."""

    dsa: Any = None
    ext: RegsExt | None = None


class Impression(msgspec.Struct, gc=False):
    """One place in the page, and which kinds of media it takes."""

    id: Text = None
    banner: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    video: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    audio: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    native: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Request(msgspec.Struct, gc=False):
    """A bid request, as far as every bid is judged by it; `id` as it is written. That of 3.0 cannot be read."""

    id: msgspec.Raw = msgspec.Raw(b"")
    regs: Regs | None = None
    device: Device | None = None
    site: Place | None = None
    app: Place | None = None
    dooh: Place | None = None
    cattax: int | None = None
    openrtb: None = None


class Impressions(msgspec.Struct, gc=False):
    """A bid request, as far as conditions on media ask for it."""

    imp: list[Impression] | None = None


_request = msgspec.json.Decoder(Request).decode
_impressions = msgspec.json.Decoder(Impressions).decode
_response = msgspec.json.Decoder(Response).decode


def read_request(data: bytes) -> Request:
    """Return what the gate reads of a request.

    Raises:
        RequestUnreadable: no JSON object in UTF-8, deeper than 64, or a field that is read has a wrong type.
    """
    try:
        if is_unfit(data):
            raise RequestUnreadable(
                "unreadable request", expected="UTF-8, at most 64 levels deep", todo="nothing was filtered"
            )
        return _with_readable_dsa(read_whole(_request, data)[0])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RequestUnreadable(f"not an OpenRTB request: {error}", expected="an OpenRTB 2.6 object") from error


def read_both(request: bytes, response: bytes) -> tuple[Request, Response | None]:
    """Return what `read_request` and `read_response` do; plain texts are looked at together before they are read.

    Raises:
        RequestUnreadable: as `read_request`.
    """
    both = request + response
    try:
        if both.isascii() and _openings(both) <= MOST_DEPTH:
            return _with_readable_dsa(_request(request)), _response(response)
    except (msgspec.MsgspecError, RecursionError):
        return read_request(request), read_response(response)
    return read_request(request), read_response(response)


def dsa_of_request(request: Request) -> Any:
    """Return the DSA object of a request, which stands in `regs.ext` or in `regs` itself; what is none hides none."""
    regs = request.regs
    if regs is None:
        return None
    return regs.ext.dsa if regs.ext is not None and isinstance(regs.ext.dsa, dict) else regs.dsa


def _with_readable_dsa(request: Request) -> Request:
    """Return the request, unless it is not to be read whether it requires the DSA object.

    Raises:
        RequestUnreadable: `dsarequired` is there and no whole number; to go on would be to read it as "not required".
    """
    if request.regs is not None:
        dsa = dsa_of_request(request)
        required = dsa.get("dsarequired") if isinstance(dsa, dict) else None
        if required is not None and type(required) is not int:
            raise RequestUnreadable(
                "not an OpenRTB request: `$.regs.ext.dsa.dsarequired` is", got=repr(required),
                expected="a whole number, 0 to 3", todo="nothing was filtered",
            )  # fmt: skip
    return request


def read_impressions(data: bytes) -> list[Impression]:
    """Return the impressions of a request that `read_request` has read; none where they cannot be."""
    try:
        return read_whole(_impressions, data)[0].imp or []
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return []


def read_response(data: bytes) -> Response | None:
    """Return what the gate reads of a response, None where it cannot be read."""
    try:
        return None if is_unfit(data) else read_whole(_response, data)[0]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def whole_escapes(data: bytes) -> bytes:
    """Return a text with U+FFFD for each half of a surrogate pair that is escaped alone; every place stays the same.

    RFC 8259 §8.2 lets such escapes be written, and buyers' and exchanges' readers take them. Ours does not: without
    this one half of a character, anywhere in a bid, would keep the whole response from being looked at.
    """
    return _ESCAPE.sub(_whole, data) if b"\\u" in data else data


def read_whole(decode: Callable[[bytes], T], data: bytes) -> tuple[T, bytes]:
    """Return what a decoder reads, and of which text: this one, or where it takes that alone, with whole escapes.

    Every place is the same in both texts.

    Raises:
        MsgspecError, RecursionError: as the decoder, which takes neither.
    """
    try:
        return decode(data), data
    except msgspec.DecodeError:
        mended = whole_escapes(data)
        if mended == data:
            raise
        return decode(mended), mended


def is_unfit(data: bytes) -> bool:
    """Return whether a text is no UTF-8 or nested more than 64 deep, also in parts that nobody reads."""
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError:
            return True
    return _openings(data) > MOST_DEPTH and _depth(data) > MOST_DEPTH


def _whole(escape: re.Match[bytes]) -> bytes:
    return escape[0] if escape["alone"] is None else b"\\ufffd"


# A pair, a half alone, or any other escape, which is passed over whole: `\\\\ud800` is a backslash and five letters.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<alone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_STRING = re.compile(rb'"[^"]*"')
_NOT_STRUCTURE = bytes(each for each in range(256) if each not in b'[]{}"')


def _openings(data: bytes) -> int:
    """Return how many brackets a text opens: leaving them out takes half the time of counting them."""
    return len(data) - len(data.replace(b"{", b"").replace(b"[", b""))


def _depth(data: bytes) -> int:
    """Return how deep a JSON text is nested, 65 for anything deeper; brackets in strings do not count.

    Whole-text replacements, no step a character: 3 µs for a response of a hundred bids.
    """
    # Escapes go first: of `\u001f"` only `\"` would be left otherwise, which is another thing.
    unescaped = data.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in data else data
    kept = unescaped.translate(_ONE_KIND, _NOT_STRUCTURE).replace(b'""', b"")
    if b'"' in kept:
        kept = _STRING.sub(b"", kept)
    for depth in range(MOST_DEPTH + 1):
        if not kept:
            return depth
        kept = kept.replace(b"[]", b"")
    return MOST_DEPTH + 1
