"""What a log's removed bids add up to: by loss, outcome, row, code, reason and currency."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from evenhand.gate.fast.bid_filter import Removal, values_of
from evenhand.gate.filter import Filtered
from evenhand.gate.registers.row_references import RowContent
from evenhand.gate.resolver import Resolver
from evenhand.gate.shadow_report.offered_bids import (
    NANO,
    Offered,
    RemovalCause,
    currency_of,
    price_nano,
    removal_causes,
)
from evenhand.gate.shadow_report.suspects import Suspicion, is_most, label, suspicions
from evenhand.model.hosts import host_of

KEPT: Final = 4096


class HeavyHitters:
    """Counts texts; keeps `kept` of them at most. A count is never too high, and too low by `error` at most.

    `error` is 0 as long as no more than `kept` different texts came, and never more than one in `kept` + 1 of all
    that came; a text that came more often than `error` is among those kept. Cost, amortised: one look into a dict.

    Source: J. Misra, D. Gries, "Finding repeated elements", Science of Computer Programming 2 (1982).
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._counts: dict[str, int] = {}
        self.error = 0

    def add(self, text: str) -> None:
        """Count a text once."""
        counts = self._counts
        if text in counts or len(counts) < self._kept:
            counts[text] = counts.get(text, 0) + 1
            return
        self._counts = {each: count - 1 for each, count in counts.items() if count > 1}
        self.error += 1

    def top(self, most: int) -> dict[str, int]:
        """Return the most frequent texts with their counts, most frequent first, equal ones by the alphabet."""
        first = sorted(self._counts.items(), key=lambda each: (-each[1], each[0]))
        return dict(first[:most])


_UNKNOWN: Final = "adomain-unknown"
_IMPRESSIONS = 1_000  # a price is for so many


class Money:
    """Prices added up by currency, exactly."""

    def __init__(self) -> None:
        self._nano: dict[str, int] = {}

    def add(self, currency: str, price_nano: int) -> None:
        """Add the price of a thousand impressions."""
        self._nano[currency] = self._nano.get(currency, 0) + price_nano

    @property
    def for_one(self) -> dict[str, float]:
        """Return what one impression of each bid would have paid, in units of the currency, by its letters."""
        return {currency: nano / (NANO * _IMPRESSIONS) for currency, nano in sorted(self._nano.items())}


class RowTally:
    """What one row removed: bids by outcome, codes and reason, and their money."""

    def __init__(self, row: RowContent) -> None:
        self.row = row
        self.bids = 0
        self.money = Money()
        self.ways: Counter[tuple[str, tuple[str, ...], str | None]] = Counter()


class SuspectTally:
    """How many removed bids look like one kind of mistake, and the first of them: line, seatbid, bid."""

    def __init__(self, first: tuple[int, int, int]) -> None:
        self.bids = 0
        self.money = Money()
        self.first = first


class Tally:
    """Adds up filtered responses. Grows with the rows that remove bids, never with the log.

    `losses` counts removed bids by loss, outcome and codes; `noted` the others of which something is said, by codes.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self.bids = self.removed = self.emptied = self.unread_prices = 0
        self.losses: Counter[tuple[int, str, tuple[str, ...]]] = Counter()
        self.noted: Counter[tuple[str, ...]] = Counter()
        self.money = Money()
        self.rows: dict[int, RowTally] = {}
        self.suspects: dict[Suspicion, SuspectTally] = {}
        self.unresolved = HeavyHitters()

    def add(self, number: int, offered: Offered, filtered: Filtered) -> None:
        """Add what was offered on a line and what the filter made of it."""
        bids = offered.bids
        self.bids += bids
        self.removed += len(filtered.removed)
        self.emptied += 0 < bids == len(filtered.removed)
        for noted in filtered.noted:
            self.noted[noted.codes] += 1
            if _UNKNOWN in noted.codes:
                self._unknown(offered, noted.seatbid, noted.bid)
        for removal in filtered.removed:
            self._remove(number, removal, offered)

    def codes(self) -> Counter[str]:
        """Return how many bids had each code, removed ones and others."""
        found: Counter[str] = Counter()
        for codes, bids in (*self.noted.items(), *((codes, bids) for (*_, codes), bids in self.losses.items())):
            for code in codes:
                found[code] += bids
        return found

    def looked_at(self) -> Iterator[tuple[Suspicion, SuspectTally]]:
        """Yield what looks like a mistake, and the rows that alone stop half of all."""
        yield from self.suspects.items()
        for row_tally in self.rows.values():
            if is_most(row_tally.bids, self.removed):
                tally = SuspectTally((0, 0, 0))
                tally.bids, tally.money = row_tally.bids, row_tally.money
                yield Suspicion("most-of-all", label(row_tally.row)), tally

    def _unknown(self, offered: Offered, seatbid: int, bid: int) -> None:
        hosts = dict.fromkeys(map(host_of, values_of(offered.at(seatbid, bid)[1].adomain)))
        for host in hosts:
            if host is not None:
                self.unresolved.add(host)

    def _remove(self, number: int, removal: Removal, offered: Offered) -> None:
        seat, bid = offered.at(removal.seatbid, removal.bid)
        self.losses[removal.loss, removal.outcome, removal.codes] += 1
        if _UNKNOWN in removal.codes:
            self._unknown(offered, removal.seatbid, removal.bid)
        monies = [self.money]
        fallen = removal_causes(removal, seat, bid, self._resolver)
        if fallen is not None:
            monies.append(self._row(fallen, removal))
        for suspicion in suspicions(removal, bid, fallen, self._resolver):
            monies.append(self._suspect(suspicion, (number, removal.seatbid, removal.bid)))
        price = price_nano(bid)
        if price is None:
            self.unread_prices += 1
            return
        currency = currency_of(bytes(offered.cur))
        for money in monies:
            money.add(currency, price)

    def _row(self, fallen: RemovalCause, removal: Removal) -> Money:
        tally = self.rows.get(fallen.ref)
        if tally is None:
            tally = self.rows[fallen.ref] = RowTally(fallen.row)
        tally.bids += 1
        tally.ways[removal.outcome, removal.codes, removal.reason] += 1
        return tally.money

    def _suspect(self, suspicion: Suspicion, place: tuple[int, int, int]) -> Money:
        tally = self.suspects.get(suspicion)
        if tally is None:
            tally = self.suspects[suspicion] = SuspectTally(place)
        tally.bids += 1
        return tally.money
