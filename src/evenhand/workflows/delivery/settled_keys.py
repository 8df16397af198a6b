"""Whose a key is that several rows of the register claim, and what a person is told of it (`pipeline.md` §10)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from evenhand.model.accounts import app_of, bundle_of
from evenhand.model.register import RegisterRow
from evenhand.model.short_lists import MOST_NAMED, short_list

# A seat may be shared: it names the buyer, not the advertiser.
_KEYS = ("domains", "bundles", "accounts")


class Claim(NamedTuple):
    """A party that claims a key; the smallest claim gets it: better verified, else stricter, else lower id."""

    unverified: int
    milder: int
    id: str
    kind: str


def settle_keys(rows: Sequence[RegisterRow]) -> tuple[list[RegisterRow], tuple[str, ...]]:
    """Give each key that several rows claim to one of them."""
    first: dict[tuple[str, str], RegisterRow] = {}
    claims: dict[tuple[str, str], list[Claim]] = {}
    for row in rows:
        for key in _keys_of(row):
            if (other := first.setdefault(key, row)) is not row:
                claims.setdefault(key, [_claim(other)]).append(_claim(row))
    winners = {key: min(several) for key, several in claims.items()}
    lost = {(claim.kind, claim.id, key) for key, best in winners.items() for claim in claims[key] if claim != best}
    losers = {(kind, party) for kind, party, _ in lost}
    settled = [_without(row, lost) if (row.kind, row.id) in losers else row for row in rows]
    return settled, tuple(sorted(_sentence(key, winners[key], claims[key]) for key in winners))


def _claim(row: RegisterRow) -> Claim:
    return Claim(-row.verification, -row.outcome.severity, row.id, row.kind)


def _keys_of(row: RegisterRow) -> Iterator[tuple[str, str]]:
    for name in _KEYS:
        values = getattr(row, name)
        if len(values) == 1:  # most: without a set it takes half of the time
            yield register_key(name, values[0])
        elif values:
            yield from {register_key(name, value) for value in values}


def register_key(column: str, value: str) -> tuple[str, str]:
    """Return a key as the register compares it, with the column that it counts in: an app's account is its bundle.

    The keys of a decision are as the table had them then.

    >>> register_key("accounts", "play/com.example.app"), register_key("domains", "www.made-up.example")
    (('bundles', 'com.example.app'), ('domains', 'made-up.example'))
    """
    if column == "accounts" and (app := app_of(value)):
        return "bundles", app
    return column, bundle_of(value) if column == "bundles" else value.removeprefix("www.")


def _without(row: RegisterRow, lost: set[tuple[str, str, tuple[str, str]]]) -> RegisterRow:
    def kept(name: str) -> Iterable[str]:
        return (each for each in getattr(row, name) if (row.kind, row.id, register_key(name, each)) not in lost)

    return msgspec.structs.replace(row, **{name: tuple(kept(name)) for name in _KEYS})


def _sentence(key: tuple[str, str], best: Claim, claims: list[Claim]) -> str:
    who = short_list([f"{claim.kind} {claim.id}" for claim in sorted(claims)])
    claimed = f"{len(claims):,} parties: {who}" if len(claims) > MOST_NAMED else who
    sentence = f"{key[0].removesuffix('s')} `{key[1]}` is claimed by {claimed}; assigned to {best.kind} {best.id}"
    return sentence + _on_many(key[0], best, claims) if len(claims) > MOST_NAMED else sentence


def _on_many(column: str, best: Claim, claims: list[Claim]) -> str:
    """Return what a person should know of a key that many claim: whom the gate treats more strictly, and what to do."""
    milder = sum(claim.milder > best.milder for claim in claims)
    held = f"; a bid that names it meets the outcome of {best.id}, which is stricter than that of {milder:,} others"
    advice = "; if it is a platform's host, add it to shared_hosts.txt of the rulebook, so that it identifies nobody"
    return (held if milder else "") + (advice if column == "domains" else "")
