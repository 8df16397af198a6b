"""Hosts of some accounts that look like an advertiser's own: other suffixes, like signs, slips of the keyboard."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple

from evenhand.model.host_likeness import folded_label, is_slip, slip_keys
from evenhand.model.hosts import Suffixes, is_shared_host, registrable

How = Literal["other suffix", "like signs", "slip"]

_SHORTEST: Final = 5
_MOST_ALIKE: Final = 20  # registered names of one label: a word that is nobody's own


class LookalikeHost(NamedTuple):
    """A registered name that looks like `own`, and the accounts of both; no account has both."""

    own: str
    accounts: tuple[str, ...]
    other: str
    other_accounts: tuple[str, ...]
    how: How


def lookalike_hosts(
    own: Iterable[tuple[str, str]], used: Iterable[tuple[str, str]], suffixes: Suffixes
) -> list[LookalikeHost]:
    """Return the hosts that look like an advertiser's own, sorted; rows are account and host, as read by `host_of`.

    `own` are the websites that advertisers have, `used` are hosts that any account sends people to. Labels of fewer
    than five letters, and those that more than 20 registered names have, look like nobody's own.
    """
    owners, users = _accounts(own, suffixes), _accounts(used, suffixes)
    everybody = {host: owners.get(host, set()) | users.get(host, set()) for host in owners.keys() | users.keys()}
    alike: dict[str, set[str]] = defaultdict(set)
    for host in everybody:
        for key in _keys(_label(host)):
            alike[key].add(host)
    found: set[LookalikeHost] = set()
    for host in owners:
        found.update(_like(host, everybody, alike))
    return sorted(found)


def _accounts(rows: Iterable[tuple[str, str]], suffixes: Suffixes) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for account, host in rows:
        name = None if is_shared_host(host) else registrable(host, suffixes)
        if name is not None and len(_label(name)) >= _SHORTEST:
            found[name].add(account)
    return found


def _like(
    host: str, everybody: Mapping[str, set[str]], alike: Mapping[str, Collection[str]]
) -> Iterator[LookalikeHost]:
    label = _label(host)
    if len(alike[f"f{folded_label(label)}"]) > _MOST_ALIKE:
        return
    for other in {each for key in _keys(label) for each in alike[key]} - {host}:
        how = _how(label, _label(other))
        if how and everybody[host].isdisjoint(everybody[other]):
            yield LookalikeHost(host, tuple(sorted(everybody[host])), other, tuple(sorted(everybody[other])), how)


def _how(label: str, other: str) -> How | None:
    if label == other:
        return "other suffix"
    if folded_label(label) == folded_label(other):
        return "like signs"
    return "slip" if is_slip(other, label) else None


def _keys(label: str) -> Iterator[str]:
    yield f"f{folded_label(label)}"
    yield from (f"s{key}" for key in slip_keys(label))


def _label(host: str) -> str:
    return host.partition(".")[0]
