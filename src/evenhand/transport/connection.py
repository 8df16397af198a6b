"""Connections over HTTP: the only place where Evenhand opens any."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

HEADERS = {"User-Agent": f"evenhand/{version('evenhand')}", "Accept-Encoding": "identity", "Connection": "close"}


def connect(url: str, timeout: float) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection that is not open yet, and the target to ask it for."""
    parts = urlsplit(url)._replace(fragment="")
    port = parts.port or (443 if parts.scheme == "https" else 80)  # stated, or the last part of an IPv6 address is it
    host, target = parts.hostname or "", parts._replace(scheme="", netloc="").geturl() or "/"
    proxy = _proxy(parts.scheme, host)
    if parts.scheme == "http":
        if proxy.hostname:
            return http.client.HTTPConnection(proxy.hostname, proxy.port, timeout=timeout), parts.geturl()
        return http.client.HTTPConnection(host, port, timeout=timeout), target
    context = ssl.create_default_context()
    if proxy.hostname:
        tunnel = http.client.HTTPSConnection(proxy.hostname, proxy.port, timeout=timeout, context=context)
        tunnel.set_tunnel(host, port)
        return tunnel, target
    return http.client.HTTPSConnection(host, port, timeout=timeout, context=context), target


def _proxy(scheme: str, host: str) -> SplitResult:
    address = "" if proxy_bypass(host) else getproxies().get(scheme, "")
    return urlsplit(address if "//" in address else f"//{address}")


@contextmanager
def ended_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """Hang up after so many seconds: a server that sends a byte now and then is never silent and never done.

    Raises:
        ConnectionError: it came to that, also where what had come could pass for a whole answer.
    """
    ended = Event()

    def end() -> None:
        ended.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError):
        if ended.is_set():
            raise ConnectionError(f"not done within {seconds} s") from None
        raise
    else:
        if ended.is_set():
            raise ConnectionError(f"not done within {seconds} s")
    finally:
        timer.cancel()
