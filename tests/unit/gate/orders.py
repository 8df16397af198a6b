"""Orders for the gate's tests: one that is in order, and what differs from it."""

from typing import Any

import msgspec

from evenhand.gate.orders.purchase import Order, read_order

IN_ORDER: dict[str, Any] = {
    "advertiser": "a1",
    "payer": "a1",
    "campaign": "c1",
    "flight": {"starts": "2026-08-10T00:00:00Z", "ends": "2026-08-20T00:00:00Z"},
    "markets": ["DE"],
    "budget_micros": 5_000_000,
    "landing_hosts": ["plum.example"],
    "categories": [],
    "political": "does-not-contain",
}
SPONSORED: dict[str, Any] = {
    "political": "contains",
    "sponsor": "A made-up sponsor",
    "controller": "A made-up sponsor",
    "election_or_process": "a made-up vote",
    "notice": "https://plum.example/notice",
}


def written(**differs: Any) -> bytes:
    fields = {**IN_ORDER, **differs}
    return msgspec.json.encode({field: value for field, value in fields.items() if value is not ...})


def order(**differs: Any) -> Order:
    return read_order(written(**differs))
