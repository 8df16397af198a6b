"""Made registers and auctions of any size for the benchmarks of the gate: parties by number, everything invented."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from evenhand.model.outcome import Outcome
from evenhand.model.register import GatePolicy, RegisterHead, RegisterRow

KEYS_A_PARTY = 4  # id, domain, name, seat
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEAD = RegisterHead(
    policy=GatePolicy(unknown="allow", missing="allow", malformed="refuse", mismatch="note"),
    fresh_until=datetime(2099, 1, 1, tzinfo=UTC),
    checkpoint="made-network.example/log\n7\ncm9vdA==\n",
    political_categories={"1": ("IAB11-4",), "7": ("386", "388")},
)
CATEGORIES = (("IAB3-1",), ("IAB22-2", "IAB18"), ("IAB2",), ("IAB19-29", "IAB20"))
"""Content categories of the four bids, as real ones carry them, none of them political."""
_BLOCKED_EACH = 50
_encode = msgspec.json.encode


class Suffixes:
    """Public suffixes of a world in which every last label is one; fits `model.hosts.Suffixes`."""

    def suffix_of(self, host: str) -> str:
        """Return the last label."""
        return host.rpartition(".")[2]

    def knows(self, host: str) -> bool:
        """Return that it does."""
        return bool(host)


def is_blocked(number: int) -> bool:
    """Return whether a party is refused: one in fifty is."""
    return number % _BLOCKED_EACH == 0


def party(number: int) -> RegisterRow:
    """Return a party's row."""
    decision = f"d-{number * 7919:020x}"
    return RegisterRow(
        kind="advertiser",
        id=f"adv-{number}",
        outcome=Outcome.REFUSE if is_blocked(number) else Outcome.ALLOW,
        decision=decision,
        reason=decision.replace("d-", "r-") if is_blocked(number) else None,
        names=(name(number),),
        domains=(host(number),),
        seats=(f"seat-{number}",),
    )


def host(number: int) -> str:
    """Return a party's domain; of a number that no party has, one that nobody has."""
    return f"made-up-{number * 2654435761 % 2**32:x}.example"


def name(number: int) -> str:
    """Return a party's name."""
    return f"Made-Up Company {number} GmbH"


def rows(parties: int) -> Iterator[RegisterRow]:
    """Yield the rows of a register."""
    return (party(number) for number in range(parties))


def auctions(count: int, parties: int, chance: random.Random) -> list[tuple[bytes, bytes, tuple[int, ...]]]:
    """Return requests and responses of 3.4 KB together, four bids each, and the parties that bid.

    Bids have the fields that bids of the adapter tests of Prebid Server have most, categories and attributes too. The
    first two bids are of refused parties, the others of allowed ones; all give their names, as the request asks.
    """
    return [_auction(number, parties, chance) for number in range(count)]


def _auction(number: int, parties: int, chance: random.Random) -> tuple[bytes, bytes, tuple[int, ...]]:
    places = parties // _BLOCKED_EACH
    refused = [chance.randrange(places) * _BLOCKED_EACH for _ in range(2)]
    allowed = [chance.randrange(places) * _BLOCKED_EACH + chance.randrange(1, _BLOCKED_EACH) for _ in range(2)]
    bidders = (*refused, *allowed)
    request = {
        "id": f"auction-{number}",
        "imp": [{"id": "1", "tagid": "news/top", "bidfloor": 0.35, "bidfloorcur": "EUR",
                 "banner": {"w": 300, "h": 250, "pos": 1, "format": [{"w": 300, "h": 250}, {"w": 336, "h": 280}]}}],
        "site": {"id": "site-9", "domain": "news.example", "page": "https://news.example/a",
                 "publisher": {"id": "pub-4", "name": "P"}},
        "device": {"ua": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)", "ip": "192.0.2.7",
                   "language": "de", "geo": {"country": "DEU", "region": "BE", "type": 2}},
        "regs": {"gdpr": 1, "ext": {"dsa": {"dsarequired": 2, "pubrender": 1, "datatopub": 1}}},
        "cur": ["EUR"], "tmax": 200, "at": 1, "bcat": ["IAB25", "IAB26"],
    }  # fmt: skip
    bids = [
        {"id": f"bid-{place}", "impid": "1", "price": round(chance.uniform(0.4, 4), 2), "adomain": [host(bidder)],
         "cid": f"c-{bidder}", "crid": f"cr-{bidder}", "w": 300, "h": 250, "mtype": 1, "adid": f"ad-{bidder}",
         "cat": CATEGORIES[place], "cattax": 1, "attr": [1, 2, 9], "api": [3, 5], "exp": 300,
         "nurl": f"https://rtb.made-up.example/win?a={number}&b={place}&p=${{AUCTION_PRICE}}",
         "burl": f"https://rtb.made-up.example/bill?a={number}&b={place}&p=${{AUCTION_PRICE}}",
         "iurl": f"https://cdn.made-up.example/{bidder}.png",
         "adm": f"<a href='https://{host(bidder)}/?c={number}' target='_blank' rel='nofollow'><img src="
                f"'https://cdn.made-up.example/{bidder}.png' width='300' height='250' alt=''></a>",
         "ext": {"dsa": {"behalf": name(bidder), "paid": name(bidder), "adrender": 1}}}
        for place, bidder in enumerate(bidders)
    ]  # fmt: skip
    response = {"id": f"auction-{number}", "cur": "EUR", "seatbid": [{"bid": bids}]}
    return _encode(request), _encode(response), bidders
