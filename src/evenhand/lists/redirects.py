"""Rules for redirects of a list's address: to the same host, or to a host that the settings name."""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from evenhand.model.errors import ListUnreadable

_PORTS = {"http": 80, "https": 443}
_SAFE = "!#$%&'()*+,/:;=?@[]~"


def redirect_target(first: str, url: str, location: str, hosts: Collection[str]) -> str:
    """Return the address that `url` sends us to, where `first` was requested first and `hosts` are allowed besides.

    Host names are compared, not the addresses that they resolve to.

    Raises:
        ListUnreadable: it is no http(s) address, leaves https, or leads to a host that it may not lead to.
    """
    target = _address(url, location)
    if target is None or target == url:
        raise ListUnreadable(
            "is redirected to", where=public_url(url), got=location, expected="another http(s) address"
        )
    start, there = urlsplit(first), urlsplit(target)
    if url.startswith("https:") and there.scheme == "http":
        raise ListUnreadable(
            "is redirected to", where=public_url(url), got=public_url(target), expected="https, as it began"
        )
    if _is_named(there, hosts) or _origin(there) == _origin(start):
        return target
    if is_local(there.hostname or ""):
        what = "is redirected to a local or private address"
    elif there.hostname == start.hostname:
        return target
    else:
        what = "is redirected to another host"
    raise ListUnreadable(
        what, where=public_url(url), got=public_url(target), expected=f"the host {start.hostname}",
        todo=f'if it is the publisher\'s: add "{there.hostname}" to `redirect_hosts` in [fetch]',
    )  # fmt: skip


def is_local(host: str) -> bool:
    """Return whether a host is this machine or inside a private network, as far as its name tells.

    >>> is_local("127.0.0.1"), is_local("localhost"), is_local("169.254.169.254"), is_local("lists.example")
    (True, True, True, False)
    """
    name = host.rstrip(".").lower()
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        # Numbers in other forms (`127.1`, `2130706433`, `0x7f.1`) are addresses to the resolver.
        is_number = all(label.startswith("0x") or label.isdigit() for label in name.split("."))
        return is_number or name == "localhost" or name.endswith(".localhost")
    return not address.is_global


def public_url(url: str) -> str:
    """Return an address without its query, which may hold secret tokens."""
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))


def _address(url: str, location: str) -> str | None:
    try:
        target = quote(urljoin(url, location), safe=_SAFE)
        parts = urlsplit(target)
        usable = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0  # a port above 65535 raises
    except ValueError:
        return None
    return target if usable else None


def _is_named(parts: SplitResult, hosts: Collection[str]) -> bool:
    return (parts.hostname or "").rstrip(".") in hosts


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
