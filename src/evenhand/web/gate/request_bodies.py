"""Reading the bodies that are posted: what is asked, or the refusal that says why it cannot be read."""

import json
import re
import zlib
from typing import Any, Final, TypeVar

import msgspec

from evenhand.gate.orders.order import Order, read_order
from evenhand.gate.wire.bid_spans import member_span
from evenhand.gate.wire.openrtb import is_unfit, whole_escapes
from evenhand.model.errors import RequestUnreadable
from evenhand.web.gate.replies import DEPTH, FORM, NOTHING, PACKED, SIZE, SYNTAX, Refused

T = TypeVar("T")
One = str | tuple[str] | None

_ENVELOPE: Final = len(b'{"request":,"response":}')
_OPENS: Final = b'{"request":'
_BETWEEN: Final = b',"response":'
_TWICE: Final = len(b'"request":0,')  # the least that a second mention of either part adds
GZIP: Final = frozenset({b"gzip", b"x-gzip"})
_WITH_HEADER: Final = 16 + zlib.MAX_WBITS


class Parts(msgspec.Struct):
    """A request with its response, as they are written; other members are not looked at."""

    request: msgspec.Raw
    response: msgspec.Raw
    id: str | msgspec.UnsetType = msgspec.UNSET


class Identified(msgspec.Struct):
    """The one field of a request that is only looked at here."""

    id: str | msgspec.UnsetType = msgspec.UNSET


class Wrapped(msgspec.Struct):
    """A body that may hold a request as its one member."""

    request: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What `evenhand gate check` is asked, as JSON; an `adomain` may be empty (a bid that names nobody)."""

    adomain: list[Any] | str | None = None
    seat: str | None = None
    bundle: str | None = None
    advertiser: str | None = None
    country: str | None = None


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """What `evenhand gate check` is asked: at least one of the first four; a text may stand in a list of one."""

    adomain: list[Any] | str | None = None
    seat: One = None
    bundle: One = None
    advertiser: One = None
    country: One = None


_parts = msgspec.json.Decoder(Parts)
_identified = msgspec.json.Decoder(Identified)
_wrapped = msgspec.json.Decoder(Wrapped)
_any = msgspec.json.Decoder(msgspec.Raw)
_asked = msgspec.json.Decoder(Asked)
_question = msgspec.json.Decoder(Question)
_OURS: Final = (*Parts.__struct_fields__, *Asked.__struct_fields__)
_PATH: Final = re.compile(r"\$\.([a-z_]+(?:\.[a-z_]+|\[\.\.\.\]|\[[0-9]+\])*)")
_MISSING: Final = re.compile(r"missing required field `([a-z_]+)`")
_NAMES: Final = tuple(b'"%b"' % name.encode() for name in Asked.__struct_fields__)


def read_parts(body: bytes) -> tuple[bytes, bytes]:
    """Return request and response, byte for byte as they came, escaped halves of surrogate pairs too.

    Raises:
        Refused: not JSON in UTF-8, a part is absent, given twice or no object, or an `id` is no text.
    """
    try:
        return _parts_of(body)
    except Refused:
        readable = whole_escapes(body)
        if readable == body:
            raise
    _parts_of(readable)
    request, response = (member_span(readable, name) or (0, 0) for name in ("request", "response"))
    return body[slice(*request)], body[slice(*response)]


def guess_parts(body: bytes) -> tuple[bytes, bytes] | None:
    """Return what `read_parts` would of a body without blanks, if `,"response":` stands nowhere before; else None.

    INVARIANT: the guess is right where both parts are whole JSON objects, since then the body has these two members and
    no others; who takes it reads both. It saves reading the body once more for the place between them.
    """
    between = body.find(_BETWEEN, len(_OPENS))
    if between < 0 or not body.startswith(_OPENS):
        return None
    request, response = body[len(_OPENS) : between], body[between + len(_BETWEEN) : -1]
    is_bare = body.endswith(b"}}") and response.startswith(b"{") and request.startswith(b"{") and request.endswith(b"}")
    return (request, response) if is_bare else None


def _parts_of(body: bytes) -> tuple[bytes, bytes]:
    parts = _decoded(_parts, body)
    request, response = bytes(parts.request), bytes(parts.response)
    if response[:1] != b"{":
        raise Refused(FORM.naming("response"))
    _decoded(_identified, request, "request")
    # So short an envelope has no room for a part given twice; only a longer one is read a second time.
    if len(body) - len(request) - len(response) >= _ENVELOPE + _TWICE:
        _refuse_doubles(body)
    return request, response


def read_question(body: bytes) -> Asked:
    """Return what is asked of the register.

    Raises:
        Refused: not JSON in UTF-8, deeper than 64, nothing asked, or a field unknown, given twice or of another type.
    """
    if is_unfit(body):
        _refuse_unfit(body)
    try:
        question = _asked.decode(body)
    except msgspec.ValidationError:
        question = _unlisted(_decoded(_question, body))
    except msgspec.DecodeError:
        raise Refused(SYNTAX) from None
    if question.adomain is None and not (question.seat or question.bundle or question.advertiser):
        raise Refused(NOTHING)
    # INVARIANT: without escapes a name can only be spelled as it is, and no other name has been taken.
    if b"\\" in body or max(map(body.count, _NAMES)) > 1:
        _refuse_doubles(body)
    return question


def read_request(body: bytes) -> bytes:
    """Return a bid request, byte for byte: the body itself, or its member `request` if it has one.

    Raises:
        Refused: not JSON in UTF-8, no object, `request` is given twice or no object.
    """
    request = _decoded(_wrapped, body).request
    if isinstance(request, msgspec.UnsetType):
        return body
    _refuse_doubles(body)
    if bytes(request)[:1] != b"{":
        raise Refused(FORM.naming("request"))
    return bytes(request)


def read_order_of(body: bytes) -> Order:
    """Return the order that is posted.

    Raises:
        Refused: not JSON in UTF-8, deeper than 64, or a field is missing, given twice, of another type or out of range.
    """
    if is_unfit(body):
        _refuse_unfit(body)
    _decoded(_any, body)
    try:
        order = read_order(body)
    except RequestUnreadable as error:
        raise Refused(FORM.naming(field_of(error))) from None
    return order


def _unlisted(question: Question) -> Asked:
    seat, bundle, advertiser, country = (
        value[0] if isinstance(value, tuple) else value
        for value in (question.seat, question.bundle, question.advertiser, question.country)
    )
    return Asked(question.adomain, seat, bundle, advertiser, country)


def field_of(error: Exception, inside: str = "") -> str:
    """Return the field that an error of our readers is about, by our own name for it; "" if it names none.

    `inside` is the field in which they read. A path that they tell has our names alone in it, and the name of a field
    that is missing is ours; what came in is told only of fields that nobody knows, or that stand twice.
    """
    text = str(error)
    path, missing = _PATH.search(text), _MISSING.search(text)
    names = (inside, path[1] if path else "", missing[1] if missing else "")
    return ".".join(name for name in names if name)


def _decoded(kind: msgspec.json.Decoder[T], body: bytes, inside: str = "") -> T:
    try:
        if not body.isascii():
            body.decode()  # also of parts that nobody reads
        return kind.decode(body)
    except msgspec.ValidationError as error:
        raise Refused(FORM.naming(field_of(error, inside))) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused(SYNTAX) from None
    except RecursionError:
        raise Refused(DEPTH) from None


def _refuse_unfit(body: bytes) -> None:
    try:
        body.decode()
    except UnicodeDecodeError:
        raise Refused(SYNTAX) from None
    raise Refused(DEPTH)


def _refuse_doubles(body: bytes) -> None:
    """Refuse a body of which the object names a member twice: two readers could take another one each."""
    try:
        names = _names.decode(body.decode())
    except RecursionError:
        raise Refused(DEPTH) from None
    if len(set(names)) != len(names):
        twice = [name for name in _OURS if names.count(name) > 1]
        raise Refused(FORM.naming(twice[0] if twice else ""))


def _names_of(pairs: list[tuple[str, Any]]) -> list[str]:
    return [name for name, _ in pairs]


# Numbers stay text: their size is nobody's business here.
_names = json.JSONDecoder(object_pairs_hook=_names_of, parse_int=str, parse_float=str, parse_constant=str)


def unpacked(body: bytes, most: int) -> bytes:
    """Return what a gzip body holds, at most so many bytes. One member: a client that sends a request packs it once.

    Raises:
        Refused: it is not gzip, cut short, followed by anything, or longer than that when it is unpacked.
    """
    reader = zlib.decompressobj(_WITH_HEADER)
    try:
        whole = reader.decompress(body, most + 1)
    except zlib.error:
        raise Refused(PACKED) from None
    if len(whole) > most:
        raise Refused(SIZE)
    if not reader.eof or reader.unused_data:
        raise Refused(PACKED)
    return whole
