"""Whether an address of the Internet protocol is one that anybody can reach, so that a request may go there."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

# Source: IANA, "IPv4 Special-Purpose Address Registry" and RFC 5771 (multicast); the last one is reserved.
_NOT_PUBLIC = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
# Source: IANA, "IPv6 Special-Purpose Address Registry". All that is given out is in 2000::/3; loopback, unique local,
# link-local, multicast, IPv4-mapped and NAT64 addresses are not. Of the rest, these carry another address or nobody's.
_GIVEN_OUT = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


def is_public(address: str) -> bool:
    """Return whether an IPv4 or IPv6 address is public; text that is no address is not.

    >>> is_public("93.184.216.34"), is_public("10.1.2.3"), is_public("::ffff:93.184.216.34"), is_public("fe80::1%eth0")
    (True, False, False, False)
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        return parsed in _GIVEN_OUT and not any(parsed in each for each in _NOT_PUBLIC_6)
    return not any(parsed in each for each in _NOT_PUBLIC)


def is_loopback(host: str) -> bool:
    """Return whether a host of an address of the Web names this machine, without asking anybody.

    >>> is_loopback("localhost"), is_loopback("127.8.0.1"), is_loopback("::1"), is_loopback("localhost.example")
    (True, True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_address(host: str) -> bool:
    """Return whether a host is an address in numbers."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_secure_address(url: str) -> bool:
    """Return whether a secret may be sent to an address of the Web: https, or plain http that stays on this machine.

    >>> [is_secure_address(each) for each in ("https://id.example/a", "http://127.0.0.1:8", "http://id.example")]
    [True, True, False]
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return (
        bool(host) and port != 0 and "@" not in parts.netloc and "\\" not in url and url.isascii()
        and url.isprintable() and " " not in url
        and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))
    )  # fmt: skip
