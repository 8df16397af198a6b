"""The bids of one response filtered: which go, and what is noted of those that stay (`gate.md` §5, §6)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from evenhand.gate.claims.demand_chain import read_chain
from evenhand.gate.claims.dsa import is_plain, is_required, name_of, presence, renders
from evenhand.gate.effects import HOLD, REFUSE, Effect, reported
from evenhand.gate.open_register import OpenRegister
from evenhand.gate.reference import Assessment, Examiner, Query, decided_by
from evenhand.gate.registers.row_references import (
    CONCERNS,
    HAS_CAMPAIGNS,
    HAS_SEATS,
    HAS_UNTIL,
    KIND,
    NOT_ONLY_POLITICAL,
    OUTCOMES,
    SEVERITY,
)  # fmt: skip
from evenhand.gate.request_context import context_of_request
from evenhand.gate.wire.bid_fields import categories_of, is_set, taxonomy_of, text_of
from evenhand.gate.wire.openrtb import NO_BID, Bid, BidExt, Request, Response, SeatBid, dsa_of_request

_MISSING = ("adomain-missing",)
_UNKNOWN = ("adomain-unknown",)
# A row with one of these is left to the reference; `KIND`: only an advertiser's row says for whom the bid is.
_NEEDS_REFERENCE = HAS_UNTIL | NOT_ONLY_POLITICAL | KIND | HAS_CAMPAIGNS
_SEAT_NEEDS_REFERENCE = (
    CONCERNS | HAS_CAMPAIGNS
)  # a campaign on file makes a bid political, which nothing else of it need say
# Of a bid whose one advertiser is blocked: outcome, loss and status by severity, codes by the names that it gives.
# What the other bids of an all-or-nothing group are removed with, by the strictest outcome among them.
_GROUP = {OUTCOMES[each].value: reported(Effect("group-incomplete", each)) for each in (HOLD, REFUSE)}
_BLOCKED = {each: (OUTCOMES[each].value, *reported(Effect("advertiser-blocked", each))) for each in (HOLD, REFUSE)}
_BY_SEVERITY = tuple(outcome.value for outcome in OUTCOMES)
_CODES = {0: ("advertiser-blocked",), 3: ("advertiser-blocked", "behalf-blocked", "paid-blocked")}


class Removal(msgspec.Struct, frozen=True, gc=False):
    """A bid that was removed: its places in the response as received, from 0; what is reported, and the decision.

    `loss` is OpenRTB's loss reason, `status` the seat-non-bid status; from 501 on they are ours (`gate.md` §5).
    """

    seatbid: int
    bid: int
    id: str | None
    outcome: str
    loss: int
    status: int
    codes: tuple[str, ...]
    decision: str | None
    reason: str | None


class Noted(msgspec.Struct, frozen=True, gc=False):
    """A bid that stays and of which something is to be said: codes, or what a limit or label asks for."""

    seatbid: int
    bid: int
    codes: tuple[str, ...]
    instruct: tuple[str, ...]


class _Seat(NamedTuple):
    """The seat of some bids: its rows, whether none of them is left to the reference, whether it is malformed."""

    name: str | None
    refs: tuple[int, ...]
    clear: bool
    is_malformed: bool = False


_NO_SEAT = _Seat(None, (), True)
_MALFORMED_SEAT = _Seat(None, (), False, is_malformed=True)


class SeatBidFilter:
    """Filters the bids of one response; most take a fast way, the others are assessment by `reference`."""

    def __init__(self, opened: OpenRegister, request: Request, data: bytes, at: datetime) -> None:
        self.removed: list[Removal] = []
        self.noted: list[Noted] = []
        self.gone: dict[int, set[int]] = {}
        self._resolver = resolver = opened.resolver
        self._hosts, self._names, self._removals = resolver.hosts, resolver.names, resolver.removals
        self._policy, self._not_political = resolver.policy, resolver.not_political
        self._regs_dsa = dsa = dsa_of_request(request)
        if dsa is None:
            self._may_be_silent, self._renders = True, False
        else:
            self._may_be_silent, self._renders = not is_required(dsa), renders(dsa)
        self._request = request, data, at
        self._examiner: Examiner | None = None

    def filter(self, offered: Response) -> None:
        """Put the bids of a response on the lists: what is removed, and what is said of a bid that stays."""
        removed = self.removed
        for i, seatbid in enumerate(offered.seatbid or ()):
            before = len(removed)
            self._filter_seat(i, seatbid)
            if len(removed) > before:
                if is_set(seatbid.group):
                    self._remove_group(i, seatbid, before)
                self.gone[i] = {removal.bid for removal in removed[before:]}

    def _filter_seat(self, i: int, seatbid: SeatBid) -> None:
        seat = _NO_SEAT if seatbid.seat is None else self._seat(seatbid.seat)
        known_row, clear = self._known_row, seat.clear
        needs_reference = _NEEDS_REFERENCE if seat.name is None else _NEEDS_REFERENCE | HAS_SEATS
        for j, bid in enumerate(seatbid.bid or ()):
            if not isinstance(bid, Bid):
                self._examine(i, j, NO_BID, seat)
                continue
            if bid.bundle is None and clear:
                ref = known_row(bid)
                if not ref & needs_reference:  # -1, no known row, has every bit
                    severity = ref & SEVERITY
                    if severity == 0:
                        continue
                    if severity >= HOLD:
                        self._refuse(i, j, bid, ref, 3)
                        continue
                if self._filter_simple(i, j, bid, seat):
                    continue
            self._examine(i, j, bid, seat)

    def _remove_group(self, i: int, seatbid: SeatBid, before: int) -> None:
        """Remove the other bids of a seat too, whose bids are won or lost together (OpenRTB 2.6 §4.2.2, `group`)."""
        removed = self.removed[before:]
        gone, outcome = {each.bid for each in removed}, max((each.outcome for each in removed), key=_BY_SEVERITY.index)
        loss, status = _GROUP[outcome]
        for j in range(len(seatbid.bid or ())):
            if j not in gone:
                name = id_of(seatbid.bid_at(j))
                removed.append(Removal(i, j, name, outcome, loss, status, ("group-incomplete",), None, None))
        self.removed[before:] = sorted(removed, key=lambda removal: removal.bid)
        self.noted = [noted for noted in self.noted if noted.seatbid != i]

    def _seat(self, written: object) -> _Seat:
        name = written if type(written) is str else text_of(written)
        if name is None:
            return _MALFORMED_SEAT
        refs = self._resolver.seat(name)
        return _Seat(name, refs, not any(ref & _SEAT_NEEDS_REFERENCE for ref in refs))

    def _known_row(self, bid: Bid) -> int:
        """Return the row of a bid whose domain and names were met before and are one party's alone; else -1.

        Most bids of most auctions end here: three look-ups in a dict that lead to the same row.
        """
        values, ext = bid.adomain, bid.ext
        if self._renders or type(ext) is not BidExt or ext.dchain is not None:
            return -1
        try:
            if bid.cat is not None and self._may_be_political(bid):
                return -1
            (value,) = values
            refs = self._hosts[value]
            same = refs == self._names[ext.dsa["behalf"]] == self._names[ext.dsa["paid"]]
        except (LookupError, TypeError, ValueError):
            return -1
        return refs[0] if same and refs and type(values) is list else -1

    def _filter_simple(self, i: int, j: int, bid: Bid, seat: _Seat) -> bool:
        """Filter a bid with one advertiser at most, whose names it gives; return whether it is such a bid.

        INVARIANT: what is answered here is answered as `_examine` does; a test on generated bids compares the two.
        """
        values = bid.adomain
        if type(values) is not list or len(values) != 1:
            return values in (None, []) and self._note_unknown(i, j, bid, _MISSING, self._policy.missing)
        refs = self._resolver.adomain(values[0])
        if not refs:
            return refs is not None and self._note_unknown(i, j, bid, _UNKNOWN, self._policy.unknown)
        ref = refs[0]
        if ref & _NEEDS_REFERENCE or (bid.cat is not None and self._may_be_political(bid)):
            return False
        if ref & HAS_SEATS and seat.name is not None and ref not in seat.refs:
            return False
        names = self._names_of(bid, refs)
        severity = ref & SEVERITY
        if names is None or 0 < severity < HOLD:
            return False
        if severity:
            self._refuse(i, j, bid, ref, names)
        return True

    def _refuse(self, i: int, j: int, bid: Bid, ref: int, names: int) -> None:
        """Remove a bid of a blocked advertiser; `names` are those that it gives (1 `behalf`, 2 `paid`)."""
        fields = self._removals.get((ref, names))
        if fields is None:
            row = self._resolver.register.row(ref)
            fields = (*_BLOCKED[ref & SEVERITY], _CODES[names], row.decision, row.reason)
            self._resolver.keep_removal((ref, names), fields)
        name = bid.id
        self.removed.append(Removal(i, j, name if type(name) is str else id_of(bid), *fields))

    def _note_unknown(self, i: int, j: int, bid: Bid, codes: tuple[str, ...], choice: str) -> bool:
        """Note a bid whose advertiser nobody knows, where the operator lets those pass; return whether that was all."""
        if choice != "allow" or self._names_of(bid, ()) is None:
            return False
        # The seat's party may have conditions on what is political.
        if bid.cat is not None and self._may_be_political(bid):
            return False
        self.noted.append(Noted(i, j, codes, ()))
        return True

    def _may_be_political(self, bid: Bid) -> bool:
        """Return whether a bid is political by a category, or has one that only the reference can read."""
        categories, taxonomy = bid.cat, 1 if bid.cattax is None else bid.cattax
        if type(categories) is not list or type(taxonomy) is not int or taxonomy < 0:
            return True
        taxonomy = taxonomy or 1
        try:
            if self._not_political[taxonomy].issuperset(categories):
                return False
        except (KeyError, TypeError):
            pass
        if any(type(each) is not str for each in categories):
            return True
        if self._resolver.is_political(categories_of(categories), taxonomy):
            return True
        self._resolver.keep_not_political(categories, taxonomy)
        return False

    def _names_of(self, bid: Bid, owners: tuple[int, ...]) -> int | None:
        """Return which names the DSA object gives (1 `behalf`, 2 `paid`), if all is in order and these rows own them.

        None where the reference must look: a chain, a name that is shared, missing, too long or somebody else's.
        """
        ext = bid.ext
        dsa = ext.dsa if type(ext) is BidExt else None
        if type(dsa) is not dict:
            silent = dsa is None and self._may_be_silent
            return 0 if silent and (type(ext) is not BidExt or ext.dchain is None) else None
        if ext.dchain is not None or not is_plain(self._regs_dsa, dsa):  # type: ignore[union-attr]
            return None
        behalf, paid = dsa["behalf"], dsa["paid"]
        same = self._resolver.name(behalf) == owners and (paid == behalf or self._resolver.name(paid) == owners)
        return 3 if same else None

    def _examine(self, i: int, j: int, bid: Bid, seat: _Seat) -> None:
        """Examine a bid and put it on one of the lists, or on none if nothing is to be said of it."""
        if self._examiner is None:
            request, data, at = self._request
            context = context_of_request(self._resolver.register.head, request, data, at)
            self._examiner = Examiner(self._resolver, at, context)
        assessment = self._examiner.examine(self._query(bid, seat))
        if assessment.effect is not None:
            self.removed.append(self._removal(i, j, bid, assessment))
        elif assessment.codes or assessment.instruct:
            self.noted.append(Noted(i, j, assessment.codes, assessment.instruct))

    def _query(self, bid: Bid, seat: _Seat) -> Query:
        ext = bid.ext if isinstance(bid.ext, BidExt) else BidExt()
        categories, taxonomy, bundle = categories_of(bid.cat), taxonomy_of(bid.cattax), text_of(bid.bundle)
        has_odd_category = bid.cat is not None and (categories is None or taxonomy is None)
        has_odd_bundle = bid.bundle is not None and bundle is None
        return Query(
            adomain=values_of(bid.adomain),
            seat=seat.name,
            bundle=bundle,
            behalf=name_of(ext.dsa, "behalf"),
            paid=name_of(ext.dsa, "paid"),
            presence=presence(self._regs_dsa, ext.dsa),
            chain=None if ext.dchain is None else read_chain(ext.dchain) or False,
            campaign=text_of(bid.cid),
            political=self._resolver.is_political(categories, taxonomy),
            categories=categories,
            deal=text_of(bid.dealid),
            impression=text_of(bid.impid),
            media=bid.mtype if type(bid.mtype) is int else None,
            is_malformed=bid is NO_BID or seat.is_malformed or has_odd_category or has_odd_bundle,
        )

    def _removal(self, i: int, j: int, bid: Bid, assessment: Assessment) -> Removal:
        assert assessment.effect is not None
        loss, status = reported(assessment.effect)
        decision, reason = decided_by(self._resolver.register, assessment)
        return Removal(i, j, id_of(bid), assessment.outcome.value, loss, status, assessment.codes, decision, reason)


def values_of(adomain: object) -> Sequence[object]:
    """Return the values of an `adomain`: of a list each, a lone value as a list of one, of null none."""
    if adomain is None:
        return ()
    return adomain if isinstance(adomain, list) else (adomain,)


def id_of(bid: Bid) -> str | None:
    """Return a bid's id as text."""
    return bid.id if type(bid.id) is str else None if bid.id is None else str(bid.id)
