"""Prices and currencies are read as they are written, and a removal is traced to the row that it rests on."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.gate import Gate
from evenhand.gate.filter import find_removals
from evenhand.gate.shadow_report.offered_bids import PricedBid, currency_of, price_nano, read_offered, removal_causes
from evenhand.gate.wire.openrtb import read_request
from evenhand.model.outcome import Outcome
from evenhand.model.program import Eq, When
from tests.unit.gate.logs import bid, response
from tests.unit.gate.registers import NOW, OPEN, compiled_gate, row

OWNER = row("x", "refuse", domains=("x.example",), names=("X",), bundles=("com.x",), seats=("512",))


@pytest.mark.parametrize(
    ("written", "nano"),
    [
        (b"1.10", 1_100_000_000), (b"0", 0), (b"1E2", 100_000_000_000), (b"-0.0", 0), (b"-1", None), (b"1e999", None),
        (b'"1.10"', None), (b"null", None), (b"true", None), (b"1000001", None), (b"", None),
    ],
)  # fmt: skip
def test_a_price_is_a_number_from_nothing_to_a_million(written: bytes, nano: int | None) -> None:
    """Anything else is in no sum, and is counted."""
    assert price_nano(PricedBid(price=msgspec.Raw(written))) == nano


@pytest.mark.parametrize(
    ("written", "currency"),
    [
        (b'"EUR"', "EUR"), (b"", "USD"), (b"null", "USD"), (b'""', "USD"), (b'"eur"', "???"), (b'"EURO"', "???"),
        (b"978", "???"), (b'["EUR"]', "???"), (b'"\xc3\x84UR"', "???"),
    ],
)  # fmt: skip
def test_a_currency_is_three_capitals(written: bytes, currency: str) -> None:
    """A log that names a new currency in each line must not fill the report."""
    assert currency_of(written) == currency


@pytest.mark.parametrize("data", [b"", b"[]", b'{"seatbid":7}', b'{"seatbid":[{"bid":[{"ext":{"dsa":' + b"[" * 99])
def test_a_response_that_the_gate_cannot_read_offers_nothing(data: bytes) -> None:
    """The report must count what the gate would see, not more."""
    assert read_offered(data) is None


def traced(gate: Gate, offered: dict[str, Any]) -> list[tuple[str, str] | None]:
    """Return by which row each removed bid fell, and by which way."""
    data = json.dumps(offered).encode()
    read = read_offered(data)
    assert read is not None
    removed = find_removals(read_request(b"{}"), b"{}", read, gate, NOW).removed
    resolver = gate.opened.resolver
    found = [removal_causes(each, *read.at(each.seatbid, each.bid), resolver) for each in removed]
    return [None if each is None else (each.row.id, each.way) for each in found]


@pytest.mark.parametrize(
    ("offered", "way"),
    [
        (response(bid("x.example")), "advertiser"),
        (response(bid("a.example", bundle="com.x")), "bundle"),
        (response(bid("a.example"), seat="512"), "seat"),
        (response(bid("n.example", ext={"dsa": {"behalf": "X", "paid": "N"}})), "behalf"),
        (response(bid("n.example", ext={"dsa": {"behalf": "N", "paid": "X"}})), "paid"),
        (response(bid(ext={"dchain": {"ver": "1.0", "complete": 0, "nodes": [{"name": "X"}]}})), "dchain"),
        (response(bid(ext={"dchain": {"ver": "1.0", "complete": 0,
                                      "nodes": [{"name": "N", "domain": "x.example"}]}})), "dchain"),
    ],
)  # fmt: skip
def test_a_removal_is_traced_by_each_way_into_the_register(tmp_path: Path, offered: dict[str, Any], way: str) -> None:
    """The row and the way in: a blocked seat is another matter than a blocked domain."""
    gate = compiled_gate(tmp_path, OWNER, row("a", domains=("a.example",)))

    assert traced(gate, offered) == [("x", way)]


def test_a_chain_s_seat_of_another_system_is_traced(tmp_path: Path) -> None:
    """As `asi/bsid`."""
    gate = compiled_gate(tmp_path, row("dsp.example/9", "refuse", kind="seat"))
    chain = {"ver": "1.0", "complete": 0, "nodes": [{"asi": "dsp.example", "bsid": "9"}]}

    assert traced(gate, response(bid(ext={"dchain": chain}))) == [("dsp.example/9", "dchain")]


def test_what_the_operator_chose_is_traced_to_nobody(tmp_path: Path) -> None:
    """Also where a row was concerned, but the choice was stricter."""
    policy = msgspec.structs.replace(OPEN, unknown="refuse", malformed="refuse")
    gate = compiled_gate(tmp_path, row("h", "hold", domains=("h.example",)), policy=policy)

    assert traced(gate, response(bid("n.example"), bid("h.example", "not a host"), bid("h.example"))) == [
        None, None, ("h", "advertiser"),
    ]  # fmt: skip


def test_a_condition_of_an_allowed_row_is_traced_to_that_row(tmp_path: Path) -> None:
    """Such a row may have no decision of its own; where the operator's choice is stricter, it is not the row."""
    when = When(outcome=Outcome.REFUSE, rule="nowhere", program=Eq("country", "DE"))
    policy = msgspec.structs.replace(OPEN, malformed="refuse")
    gate = compiled_gate(tmp_path, row("c", domains=("c.example",), when=(when,)), policy=policy)

    assert traced(gate, response(bid("c.example"), bid("c.example", "not a host"))) == [("c", "advertiser"), None]


def test_a_condition_is_traced_past_rows_that_do_not_have_it(tmp_path: Path) -> None:
    """Allowed rows may all be without a decision; the rule tells them apart."""
    when = When(outcome=Outcome.REFUSE, rule="nowhere", program=Eq("country", "DE"))
    gate = compiled_gate(tmp_path, row("a", domains=("a.example",)), row("c", domains=("c.example",), when=(when,)))

    assert traced(gate, response(bid("a.example", "c.example"))) == [("c", "advertiser")]
