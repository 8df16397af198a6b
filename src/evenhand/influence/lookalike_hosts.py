"""Hosts of some accounts that look like an advertiser's own: other suffixes, like signs, slips of the keyboard."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, permutations
from typing import Final, Literal, NamedTuple

import numpy as np

from evenhand.model.host_likeness import SHORTEST_TYPED, folded_label, is_slip, slip_places
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
    accounts: dict[str, set[str]] = defaultdict(set)
    for account, name in _registered(own, suffixes):
        accounts[name].add(account)
    owned = set(accounts)
    for account, name in _registered(used, suffixes):
        accounts[name].add(account)
    return sorted(
        LookalikeHost(name, tuple(sorted(accounts[name])), other, tuple(sorted(accounts[other])), how)
        for name, other, how in _pairs(accounts)
        if name in owned and accounts[name].isdisjoint(accounts[other])
    )


def _registered(rows: Iterable[tuple[str, str]], suffixes: Suffixes) -> Iterator[tuple[str, str]]:
    """Yield account and registered name of each row that may look like another."""
    for account, host in rows:
        name = None if is_shared_host(host) else registrable(host, suffixes)
        if name is not None and len(_label(name)) >= _SHORTEST:
            yield account, name


def _label(name: str) -> str:
    return name.partition(".")[0]


def _pairs(names: Iterable[str]) -> Iterator[tuple[str, str, How]]:
    """Yield each name whose label may be its own with another that looks like it, and how it does."""
    of_label: dict[str, list[str]] = defaultdict(list)
    for name in names:
        of_label[_label(name)].append(name)
    folds = {label: folded_label(label) for label in of_label}
    alike: dict[str, list[str]] = defaultdict(list)
    for label, folded in folds.items():
        alike[folded] += of_label[label]
    for several in alike.values():
        for name, other in permutations(several, 2) if len(several) <= _MOST_ALIKE else ():
            yield name, other, "other suffix" if _label(name) == _label(other) else "like signs"
    for label, typed in _slips(list(folds)):
        if folds[label] != folds[typed] and len(alike[folds[label]]) <= _MOST_ALIKE:
            yield from ((name, other, "slip") for name in of_label[label] for other in of_label[typed])


def _slips(labels: Sequence[str]) -> set[tuple[str, str]]:
    """Return each label with another that one slip of the keyboard makes of it.

    Only labels are compared that are equal with a sign left out of one or both, found by the hash of what is left:
    nearly all are equal to no other.
    """
    hashes, numbers = array("q"), array("i")
    for number, label in enumerate(labels):
        if len(label) >= SHORTEST_TYPED:
            left = {hash(label), *(hash(label[:at] + label[at + 1 :]) for at in slip_places(label))}
            hashes.extend(left)
            numbers.extend([number] * len(left))
    order = np.argsort(hashes)
    again = np.diff(np.asarray(hashes)[order]) == 0
    several = order[np.append(again, False) | np.insert(again, 0, False)] if len(order) else order
    found: set[tuple[str, str]] = set()
    for _, places in groupby(several.tolist(), hashes.__getitem__):
        alike = [labels[numbers[place]] for place in places]
        found.update((label, typed) for label, typed in permutations(alike, 2) if is_slip(typed, label))
    return found
