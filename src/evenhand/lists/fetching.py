"""One file fetched from an address: redirects, retries, unpacking, and a limit to each; the request is the door's."""

import gzip
import io
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from evenhand.lists.redirects import redirected, shown
from evenhand.model.errors import ListUnreadable
from evenhand.model.network import FetchSection

_MOVED = frozenset((301, 302, 303, 307, 308))
_LATER = frozenset((408, 425, 429, 500, 502, 503, 504))
_GZIP = b"\x1f\x8b"
_LONGEST_WAIT_S = 60.0
_MOST_TIMES_LARGER = 100
_SMALL = 10_000_000


class Reply(NamedTuple):
    """What a server answered; names of headers are in lower case, the body is empty unless the status is 200."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Web:
    """The outside world as a door hands it down.

    `get` makes one request with these headers and follows nothing; it raises `OSError` where another attempt may do
    better, `ListUnreadable` where none will. `sleep` waits for seconds, `chance` is a number from 0 to below 1.
    `limits` are the operator's.
    """

    get: Callable[[str, Mapping[str, str]], Reply]
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    limits: FetchSection


def fetch(url: str, headers: Mapping[str, str], web: Web) -> Reply:
    """Return the answer of an address, unpacked: status 200, or 304 where the headers ask a condition.

    A server that is silent, busy or breaks off is asked again after 1, 2, 4, … seconds, less up to half by chance; or
    after what it asks for itself, up to a minute.

    Raises:
        ListUnreadable: no attempt brought the file whole and within the limits.
    """
    problem, limits = "", web.limits
    for attempt in range(limits.attempts):
        wait = 2.0**attempt * (0.5 + web.chance() / 2)
        try:
            reply = _followed(url, headers, web)
        except OSError as error:
            problem = error.strerror or str(error) or type(error).__name__
        else:
            if reply.status not in _LATER:
                return _checked(url, headers, reply, limits)
            problem, asked = f"status {reply.status}", _asked_wait(reply)
            if asked > _LONGEST_WAIT_S:
                problem += f", come back in {asked:.0f} s"
                break
            wait = max(wait, asked)
        if attempt + 1 < limits.attempts:
            web.sleep(wait)
    raise ListUnreadable(f"cannot be fetched ({problem})", where=shown(url), todo="try again later")


def _followed(url: str, headers: Mapping[str, str], web: Web) -> Reply:
    most, begun = web.limits.redirects, url
    for _ in range(most + 1):
        reply = web.get(url, headers)
        if reply.status not in _MOVED:
            return reply
        url = redirected(begun, url, reply.headers.get("location", ""), web.limits.redirect_hosts)
    raise ListUnreadable("is redirected too often", where=shown(url), expected=f"at most {most} redirects")


def _asked_wait(reply: Reply) -> float:
    """Return the seconds of `Retry-After`; 0 if it says none, or a date (our clock may differ)."""
    text = reply.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _checked(url: str, headers: Mapping[str, str], reply: Reply, limits: FetchSection) -> Reply:
    if reply.status == 304 and headers:
        return reply
    if reply.status != 200:
        raise ListUnreadable(f"status {reply.status}", where=shown(url), expected="200")
    coding = reply.headers.get("content-encoding", "identity").lower()
    if coding not in ("identity", "gzip", "x-gzip"):
        raise ListUnreadable("is packed as", where=shown(url), got=coding, expected="gzip, or plain")
    body = reply.body
    # A file that is published as .gz may be packed once more on the way.
    for _ in range(2):
        body = _unpacked(url, body, limits) if body.startswith(_GZIP) else body
    return reply._replace(body=body)


def _unpacked(url: str, body: bytes, limits: FetchSection) -> bytes:
    most = min(limits.max_mb * 1_000_000, max(_SMALL, len(body) * _MOST_TIMES_LARGER))
    try:
        unpacked = gzip.GzipFile(fileobj=io.BytesIO(body)).read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ListUnreadable(f"no whole gzip ({error})", where=shown(url), expected="a file that unpacks") from None
    if len(unpacked) > most:
        got = f"{len(body)} bytes"
        raise ListUnreadable("unpacks to too much:", where=shown(url), got=got, expected=f"at most {most} unpacked")
    return unpacked
