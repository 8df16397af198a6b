"""The demand chain of a bid (DemandChain 1.0): who stands between the brand and the bidder, as the bidder says."""

import re
from typing import NamedTuple

from evenhand.model.hosts import host_of

LONGEST_BSID = 64
"""Code points of a node's `bsid`."""

# What makes a text more, or less, than one domain: blanks, the signs of a URL, a wildcard or a dot at the front.
_NOT_BARE = re.compile(r"[\x00-\x20/\\:?#@%]|\A[*.]")


class Node(NamedTuple):
    """One party of a chain. With `asi` it is the seat `asi/bsid` of that system; without, `name` is not blank."""

    asi: str | None
    bsid: str
    name: str
    domain: str | None


class Chain(NamedTuple):
    """A valid chain, in the order of the payment: the brand first where it is complete. `nodes` is not empty."""

    complete: bool
    nodes: tuple[Node, ...]


def read_chain(value: object) -> Chain | None:
    """Return the chain that `ext.dchain` holds, or None if it is invalid; then it must not be passed on.

    `value` is any decoded JSON value. Unknown fields are fine; null counts as absent. Hosts come back as `host_of`
    gives them. Never raises. Cost about 4 µs for a chain of three nodes.

    Source: `gate.md` §6; IAB Tech Lab, "DemandChain Object 1.0", 2021.
    """
    if not isinstance(value, dict) or value.get("ver") != "1.0":
        return None
    complete, written = value.get("complete"), value.get("nodes")
    if type(complete) is not int or complete not in (0, 1) or not isinstance(written, list) or not written:
        return None
    nodes = []
    for shown in written:
        node = _node(shown)
        if node is None:
            return None
        nodes.append(node)
    return Chain(complete == 1, tuple(nodes))


def bare_domain(value: object) -> str | None:
    """Return the host of a text that is a domain and nothing else: no scheme, port, path or wildcard; else None.

    >>> bare_domain("DSP-One.example"), bare_domain("пример.рф"), bare_domain("https://dsp-one.example")
    ('dsp-one.example', 'xn--e1afmkfd.xn--p1ai', None)
    """
    host = host_of(value)
    if host is None or host == value:
        return host
    return host if isinstance(value, str) and not _NOT_BARE.search(value) else None


def _node(value: object) -> Node | None:
    if not isinstance(value, dict):
        return None
    name, written = value.get("name"), value.get("domain")
    domain = bare_domain(written)
    if (domain is None and written is not None) or not (name is None or isinstance(name, str)):
        return None
    if value.get("asi") is None:
        return Node(None, "", name, domain) if name and not name.isspace() else None
    asi, bsid = bare_domain(value["asi"]), value.get("bsid")
    if asi is None or not isinstance(bsid, str) or not 0 < len(bsid) <= LONGEST_BSID:
        return None
    return Node(asi, bsid, name or "", domain)
