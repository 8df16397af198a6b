"""What a log's responses offered: bids with their prices, and the rows that the removed ones fell by."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from evenhand.gate.claims.demand_chain import read_chain
from evenhand.gate.claims.dsa import name_of
from evenhand.gate.effects import REPORTED
from evenhand.gate.fast.bid_filter import Removal, values_of
from evenhand.gate.registers.row_references import RowContent
from evenhand.gate.resolver import Resolver
from evenhand.gate.wire.bid_fields import text_of
from evenhand.gate.wire.openrtb import Bid, BidExt, Response, SeatBid, is_unfit, read_whole
from evenhand.model.outcome import Outcome

NANO = 1_000_000_000
_MOST_CPM = 1_000_000.0
_ABSENT = msgspec.Raw(b"")
_CURRENCY = re.compile(rb'"[A-Z]{3}"')
_UNNAMED = (b"", b"null", b'""')


class PricedBid(Bid):
    """A bid with its price as it is written, for a thousand impressions."""

    price: msgspec.Raw = _ABSENT


class PricedSeat(SeatBid):
    """The bids of one seat."""

    # Nobody adds to what was read.
    bid: list[PricedBid | str | float | bool | list[Any] | None] | None = None  # type: ignore[assignment]


class Offered(Response):
    """A bid response with its currency as it is written."""

    seatbid: list[PricedSeat] | None = None  # type: ignore[assignment]  # nobody adds to what was read
    cur: msgspec.Raw = _ABSENT

    @property
    def bids(self) -> int:
        """Return how many bids were offered."""
        return sum([len(seat.bid) for seat in self.seatbid or () if seat.bid])

    def at(self, seatbid: int, bid: int) -> tuple[PricedSeat, PricedBid]:
        """Return a bid by its places, and its seat; they are places that the filter named."""
        seat = (self.seatbid or [])[seatbid]
        found = (seat.bid or [])[bid]
        return seat, found if isinstance(found, PricedBid) else PricedBid()


_offered = msgspec.json.Decoder(Offered).decode
_number = msgspec.json.Decoder(float).decode


def read_offered(data: bytes) -> Offered | None:
    """Return what a response offered, None where the gate cannot read it."""
    try:
        return None if is_unfit(data) else read_whole(_offered, data)[0]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


class RemovalCause(NamedTuple):
    """The row by which a bid was removed, and what of the bid led to it: the first word of the code, as `seat`."""

    ref: int
    row: RowContent
    way: str


def currency_of(written: bytes) -> str:
    """Return a currency's three capitals from its JSON text: `USD`, OpenRTB's default, if it names none, else `???`.

    >>> currency_of(b'"EUR"'), currency_of(b""), currency_of(b"7")
    ('EUR', 'USD', '???')
    """
    if written in _UNNAMED:
        return "USD"
    return written[1:4].decode() if _CURRENCY.fullmatch(written) else "???"


def price_nano(bid: PricedBid) -> int | None:
    """Return the price for a thousand impressions in billionths; None if it is no number from 0 to a million.

    Whole numbers, so that a sum does not hang on the order of the bids.
    """
    try:
        price = _number(bid.price)
    except msgspec.MsgspecError:
        return None
    return round(price * NANO) if 0 <= price <= _MOST_CPM else None


def removal_causes(removal: Removal, seat: PricedSeat, bid: PricedBid, resolver: Resolver) -> RemovalCause | None:
    """Return the row that a removal rests on, by the first way to it; None where the operator's choice removed it."""
    for way, refs in _ways(seat, bid, resolver):
        code = f"{way}-blocked"
        if code not in removal.codes:
            continue
        if removal.outcome == Outcome.REFUSE and REPORTED[code] != (removal.loss, removal.status):
            continue
        for ref in refs:
            row = resolver.register.row(ref)
            if row.decision == removal.decision and _is_reason(removal.reason, row):
                return RemovalCause(ref, row, way)
    return None


def _is_reason(reason: str | None, row: RowContent) -> bool:
    """Return whether a removal's reason is the row's own, or one of its conditions."""
    return reason == row.reason or reason in [f"rule:{when.rule}" for when in row.when]


def behalf_of(bid: Bid) -> str:
    """Return on whose behalf a bid says it is, "" if it does not say."""
    return name_of(bid.ext.dsa, "behalf") if isinstance(bid.ext, BidExt) else ""


def _ways(seat: PricedSeat, bid: PricedBid, resolver: Resolver) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield what of a bid leads to which rows, in the order in which equal effects are reported."""
    if name := text_of(seat.seat):
        yield "seat", resolver.seat(name)
    for value in values_of(bid.adomain):
        yield "advertiser", resolver.adomain(value) or ()
    if bundle := text_of(bid.bundle):
        yield "bundle", resolver.bundle(bundle)
    if isinstance(bid.ext, BidExt):
        yield from ((which, resolver.name(name_of(bid.ext.dsa, which))) for which in ("behalf", "paid"))
        yield from (("dchain", refs) for refs in _chain(bid.ext, resolver))


def _chain(ext: BidExt, resolver: Resolver) -> Iterator[tuple[int, ...]]:
    """Yield the rows that each node of a demand chain can lead to."""
    chain = read_chain(ext.dchain)
    for node in () if chain is None else chain.nodes:
        if node.domain is not None:
            yield resolver.host(node.domain)
        if node.asi is not None:
            yield resolver.seat(f"{node.asi}/{node.bsid}")
        if node.name:
            yield resolver.name(node.name)
