"""The bytes of a reply: status line, the two headers that every reply carries, and the constant texts of refusals."""

from datetime import datetime
from typing import Final, NamedTuple

from evenhand.model.service import Mode

JSON: Final = b"application/json"
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Refusal(NamedTuple):
    """An answer that is no answer: constant bytes, so that nothing of what came in goes out. `why` is for the count.

    At most it names a field, by the name that the description of the service has for it.
    """

    status: bytes
    why: str
    body: bytes
    extra: bytes = b""

    def naming(self, field: str) -> "Refusal":
        """Return it with the name of the field that is at fault; as it is for ""."""
        return self._replace(body=b'%b,"field":"%b"}' % (self.body[:-1], field.encode())) if field else self


def _refusal(status: str, why: str, text: str) -> Refusal:
    return Refusal(status.encode(), why, b'{"error":"%b"}' % text.encode())


SYNTAX: Final = _refusal("400 Bad Request", "syntax", "the body is not JSON in UTF-8")
FORM: Final = _refusal(
    "400 Bad Request", "form", "a field is unknown, absent, given twice, or not of the type that /openapi.json says"
)
NOTHING: Final = _refusal("400 Bad Request", "form", "nothing is asked; name adomain, seat, bundle or advertiser")
DEPTH: Final = _refusal("400 Bad Request", "depth", "the body is nested deeper than 64")
REQUEST: Final = _refusal("400 Bad Request", "request", "the request is not an OpenRTB request that can be read")
HEAD: Final = _refusal("400 Bad Request", "head", "the head of the request is not HTTP/1.1, or it is ambiguous")
PATH: Final = _refusal("404 Not Found", "path", "there is nothing at this path; see /openapi.json")
METHOD: Final = _refusal("405 Method Not Allowed", "method", "this path does not take this method; see Allow")
TIMEOUT: Final = _refusal("408 Request Timeout", "timeout", "the request did not arrive in time")
LENGTH: Final = _refusal("411 Length Required", "length", "a body with its Content-Length is needed")
SIZE: Final = _refusal("413 Content Too Large", "size", "the body is longer than this service takes")
LINE: Final = _refusal("414 URI Too Long", "head", "the request line is longer than 8 KiB")
PACKED: Final = _refusal("400 Bad Request", "packed", "the body is not one whole gzip stream, as content-encoding says")
MEDIA: Final = _refusal(
    "415 Unsupported Media Type", "media", "the body must be application/json, plain or gzip"
)._replace(extra=b"accept-encoding: gzip, identity\r\n")
EXPECTATION: Final = _refusal("417 Expectation Failed", "expectation", "no expectation but 100-continue is met")
FIELDS: Final = _refusal("431 Request Header Fields Too Large", "head", "the head of the request is longer than 16 KiB")
FAULT: Final = _refusal("500 Internal Server Error", "fault", "internal error; the log has its place")
CONNECTIONS: Final = _refusal("503 Service Unavailable", "connections", "too many connections")
NO_REGISTER_TEXT: Final = "there is no register to answer from"
NO_REGISTER: Final = _refusal("503 Service Unavailable", "register", NO_REGISTER_TEXT)
NOT_READY: Final = _refusal("503 Service Unavailable", "", NO_REGISTER_TEXT)


class Refused(Exception):
    """Raised by the reader of a body; carries the refusal to answer with."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.why)


def marks(mode: Mode, register: str, at: datetime) -> bytes:
    """Return the header lines that every reply carries; `register` is the tree size of its checkpoint, and `; stale`.

    They are made once a second, so `date` is as exact as HTTP asks (RFC 9110 §6.6.1).
    """
    date = f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S} GMT"
    return f"date: {date}\r\nevenhand-mode: {mode.value}\r\nevenhand-register: {register}\r\n".encode()


def opening(lines: bytes, status: bytes = b"200 OK", media: bytes = JSON) -> bytes:
    """Return a reply up to the number of its length; `lines` are its marks and what else stands in its head."""
    return b"HTTP/1.1 %b\r\n%bcontent-type: %b\r\ncontent-length: " % (status, lines, media)


def refusing(refusal: Refusal, lines: bytes, *, keep: bool, bare: bool = False) -> bytes:
    """Return the whole reply of a refusal; `keep` the connection, `bare` for a HEAD, which has no body in its reply."""
    more = lines + refusal.extra + (b"" if keep else b"connection: close\r\n")
    body = refusal.body
    return b"%b%d\r\n\r\n%b" % (opening(more, refusal.status), len(body), b"" if bare else body)
