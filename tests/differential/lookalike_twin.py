"""Hosts that look like an advertiser's own, found by comparing every two: plain, and slow."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from evenhand.influence.lookalike_hosts import How, LookalikeHost
from evenhand.model.host_likeness import folded_label, is_slip
from evenhand.model.hosts import Suffixes, is_shared_host, registrable

Rows = Iterable[tuple[str, str]]


def lookalike_hosts(own: Rows, used: Rows, suffixes: Suffixes) -> list[LookalikeHost]:
    """Return the hosts that look like an advertiser's own, sorted."""
    owners, everybody = set(), defaultdict(set)
    for rows, is_own in ((own, True), (used, False)):
        for account, host in rows:
            name = None if is_shared_host(host) else registrable(host, suffixes)
            if name is not None and len(label_of(name)) >= 5:
                everybody[name].add(account)
                owners |= {name} if is_own else set()
    common = Counter(folded_label(label_of(host)) for host in everybody)
    return sorted(
        LookalikeHost(host, tuple(sorted(accounts)), other, tuple(sorted(others)), how)
        for host, accounts in everybody.items()
        if host in owners and common[folded_label(label_of(host))] <= 20
        for other, others in everybody.items()
        if other != host and (how := likeness(label_of(host), label_of(other))) and accounts.isdisjoint(others)
    )


def likeness(label: str, other: str) -> How | None:
    """Return how a label looks like another, None where it does not."""
    if label == other:
        return "other suffix"
    if folded_label(label) == folded_label(other):
        return "like signs"
    return "slip" if is_slip(other, label) else None


def label_of(host: str) -> str:
    """Return the first label of a registered name."""
    return host.partition(".")[0]
