"""Downloads of one file: redirects, retries, unpacking, each with a limit; the caller hands in the HTTP client."""

import gzip
import io
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from evenhand.lists.redirects import public_url, redirect_target
from evenhand.model.errors import ListUnreadable
from evenhand.model.network import FetchSection

_MOVED = frozenset((301, 302, 303, 307, 308))
_LATER = frozenset((408, 425, 429, 500, 502, 503, 504))
_GZIP = b"\x1f\x8b"
_LONGEST_WAIT_S = 60.0
_MOST_TIMES_LARGER = 100
_SMALL = 10_000_000


class HttpResponse(NamedTuple):
    """A server's response; names of headers are in lower case, the body is empty unless the status is 200."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class HttpClient:
    """The network, clock and chance that a download needs, and its limits.

    `get` makes one request with these headers and follows nothing; it raises `OSError` where another attempt may do
    better, `ListUnreadable` where none will. `sleep` waits for seconds, `chance` is a number from 0 to below 1.
    `limits` are the operator's.
    """

    get: Callable[[str, Mapping[str, str]], HttpResponse]
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    limits: FetchSection


def fetch(url: str, headers: Mapping[str, str], client: HttpClient) -> HttpResponse:
    """Return the response of an address, unpacked: status 200, or 304 where the headers ask a condition.

    If the server is silent, busy or breaks off, the request is repeated after 1, 2, 4, … seconds, minus up to half by
    chance, or after its `Retry-After`, up to a minute.

    Raises:
        ListUnreadable: no attempt brought the file whole and within the limits.
    """
    problem, limits = "", client.limits
    for attempt in range(limits.attempts):
        wait = 2.0**attempt * (0.5 + client.chance() / 2)
        try:
            response = _follow(url, headers, client)
        except OSError as error:
            problem = error.strerror or str(error) or type(error).__name__
        else:
            if response.status not in _LATER:
                return _check(url, headers, response, limits)
            problem, delay = f"status {response.status}", _retry_after(response)
            if delay > _LONGEST_WAIT_S:
                problem += f", come back in {delay:.0f} s"
                break
            wait = max(wait, delay)
        if attempt + 1 < limits.attempts:
            client.sleep(wait)
    raise ListUnreadable(f"cannot be fetched ({problem})", where=public_url(url), todo="try again later")


def _follow(url: str, headers: Mapping[str, str], client: HttpClient) -> HttpResponse:
    most, first = client.limits.redirects, url
    for _ in range(most + 1):
        response = client.get(url, headers)
        if response.status not in _MOVED:
            return response
        url = redirect_target(first, url, response.headers.get("location", ""), client.limits.redirect_hosts)
    raise ListUnreadable("is redirected too often", where=public_url(url), expected=f"at most {most} redirects")


def _retry_after(response: HttpResponse) -> float:
    """Return the seconds of `Retry-After`; 0 if it says none, or a date (our clock may differ)."""
    text = response.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _check(url: str, headers: Mapping[str, str], response: HttpResponse, limits: FetchSection) -> HttpResponse:
    if response.status == 304 and headers:
        return response
    if response.status != 200:
        raise ListUnreadable(f"status {response.status}", where=public_url(url), expected="200")
    coding = response.headers.get("content-encoding", "identity").lower()
    if coding not in ("identity", "gzip", "x-gzip"):
        raise ListUnreadable(
            "has an unsupported content-encoding:", where=public_url(url), got=coding, expected="gzip, or plain"
        )
    body = response.body
    # A file that is published as .gz may be packed once more on the way.
    for _ in range(2):
        body = _unpack(url, body, limits) if body.startswith(_GZIP) else body
    return response._replace(body=body)


def _unpack(url: str, body: bytes, limits: FetchSection) -> bytes:
    most = min(limits.max_mb * 1_000_000, max(_SMALL, len(body) * _MOST_TIMES_LARGER))
    try:
        unpacked = gzip.GzipFile(fileobj=io.BytesIO(body)).read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ListUnreadable(
            f"gzip cannot be unpacked ({error})", where=public_url(url), expected="a file that unpacks"
        ) from None
    if len(unpacked) > most:
        got = f"{len(body)} bytes"
        raise ListUnreadable(
            "unpacks to too much:", where=public_url(url), got=got, expected=f"at most {most} unpacked"
        )
    return unpacked
