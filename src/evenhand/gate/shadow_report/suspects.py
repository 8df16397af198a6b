"""Removed bids that look like mistakes, each kind with the reason why a person should look (`gate.md` §10).

Looks like, no more: nothing here changes what is removed.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from evenhand.gate.fast.bid_filter import Removal, values_of
from evenhand.gate.registers.row_keys import DOMAIN
from evenhand.gate.registers.row_references import KIND, SEVERITY, RowContent
from evenhand.gate.resolver import Resolver
from evenhand.gate.shadow_report.offered_bids import PricedBid, RemovalCause, behalf_of
from evenhand.model.hosts import host_of
from evenhand.model.outcome import Outcome

WHY: Final = {
    "allowed-advertiser": "its advertiser is not blocked by its domain; seat, app, name or chain removed it",
    "no-decision": "no decision blocks it; what the operator chose for such bids removed it",
    "sub-host": "its domain is a mere subdomain of a blocked one, and it is on behalf of a party that is not blocked",
    "not-told": "it was held because a condition could not be answered from the request, not because one holds",
    "most-of-all": "this row alone stops half of all removed bids or more; a wrong key there costs most",
}  # fmt: skip
"""Kinds of suspicion, in the order in which they are told, and what each means."""

_FEWEST_REMOVED = 20
_BLOCKED_SELF = "advertiser-blocked"
_CHOICES: Final = {
    "adomain-malformed": "malformed", "bid-malformed": "malformed",
    "adomain-missing": "missing", "adomain-unknown": "unknown",
    "behalf-mismatch": "mismatch", "paid-mismatch": "mismatch", "adomain-conflict": "mismatch",
    "seat-mismatch": "mismatch", "dchain-conflict": "mismatch",
}  # fmt: skip
_HOLD: Final = Outcome.HOLD.severity


class Suspicion(NamedTuple):
    """A kind, and what it is about: a row as `advertiser a1`, or a code."""

    kind: str
    about: str


def suspicions(
    removal: Removal, bid: PricedBid, fallen: RemovalCause | None, resolver: Resolver
) -> Iterator[Suspicion]:
    """Yield why a removed bid looks like a mistake; most yield nothing."""
    if fallen is None:
        if code := _chosen(removal, resolver):
            yield Suspicion("no-decision", code)
        return
    about = label(fallen.row)
    if _BLOCKED_SELF not in removal.codes and any(_advertisers(bid, resolver)):
        yield Suspicion("allowed-advertiser", about)
    # A party on whose behalf it is can be blocked by a condition as well, which only the codes say.
    is_behalf_free = fallen.way == "advertiser" and "behalf-blocked" not in removal.codes
    if is_behalf_free and _is_behalf_of_another(bid, fallen, resolver) and _is_below(bid, fallen, resolver):
        yield Suspicion("sub-host", about)
    if removal.outcome == Outcome.HOLD and _is_untold(fallen.row):
        yield Suspicion("not-told", about)


def is_most(bids: int, removed: int) -> bool:
    """Return whether one row stops so many of all removed bids that it is looked at first."""
    return removed >= _FEWEST_REMOVED and bids * 2 >= removed


def label(row: RowContent) -> str:
    """Return a row as it is named to people: kind and id."""
    return f"{row.kind} {row.id}"


def _chosen(removal: Removal, resolver: Resolver) -> str | None:
    """Return the code by which the operator's choice alone removed a bid.

    None if a row or what the DSA asks for would have removed it without the choice, or if the register was stale.
    """
    if any(code.startswith("dsa-") or code.endswith("-blocked") for code in removal.codes):
        return None
    policy = resolver.register.head.policy
    for code in removal.codes:
        choice = _CHOICES.get(code)
        if choice is not None and getattr(policy, choice) == removal.outcome:
            return code
    return None


def _advertisers(bid: PricedBid, resolver: Resolver) -> Iterator[bool]:
    """Yield for each row that a bid's domains lead to whether it is an advertiser's."""
    for value in values_of(bid.adomain):
        for ref in resolver.adomain(value) or ():
            yield not ref & KIND


def _is_below(bid: PricedBid, fallen: RemovalCause, resolver: Resolver) -> bool:
    """Return whether every domain that leads to the row lies below one of its domains and is none itself."""
    hosts = {host_of(value) for value in values_of(bid.adomain) if fallen.ref in (resolver.adomain(value) or ())}
    find = resolver.register.find
    return all(
        host is not None and fallen.ref not in (*find(DOMAIN, host), *find(DOMAIN, host.removeprefix("www.")))
        for host in hosts
    )


def _is_behalf_of_another(bid: PricedBid, fallen: RemovalCause, resolver: Resolver) -> bool:
    owners = resolver.name(behalf) if (behalf := behalf_of(bid)) else ()
    return bool(owners) and all(ref != fallen.ref and ref & SEVERITY < _HOLD for ref in owners)


def _is_untold(row: RowContent) -> bool:
    """Return whether a hold of a row can only come from a condition that is unknown: nothing of it says hold."""
    outcomes = (row.outcome, *(when.outcome for when in row.when))
    return row.outcome.severity < _HOLD and Outcome.HOLD not in outcomes
