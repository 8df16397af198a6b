"""Seats in a buyers.json that are said to be a blocked party's, and are not on file."""

from pathlib import Path

from evenhand.gate.claims.buyers import Buyer
from evenhand.gate.registers.register import PlainRegister
from evenhand.gate.resolver import Resolver
from evenhand.gate.seat_claims import seats_of_blocked
from tests.unit.gate.registers import head, row

ROWS = (
    row("x", "refuse", names=("X Trading", "Shared"), domains=("x.example",), seats=("1",)),
    row("h", "hold", names=("H",), seats=("dsp.example/7",)),
    row("a", names=("A", "Shared"), domains=("a.example",)),
)


def buyer(seat: str, name: str = "", domain: str | None = None) -> Buyer:
    return Buyer(seat=seat, kind="advertiser", is_confidential=not name, name=name, domain=domain)


def told(*buyers: Buyer, system: str = "") -> list[str]:
    return list(seats_of_blocked(buyers, Resolver(PlainRegister(head(), ROWS, Path("r"))), system))


def test_a_seat_that_is_said_to_be_a_blocked_partys_is_told() -> None:
    """By domain before name; a person asks whether the seat belongs on file."""
    assert told(buyer("9", "X Trading Ltd"), buyer("8", "A", "shop.x.example"), buyer("7", "H")) == [
        "seat 9 is said to be `X Trading Ltd`: advertiser x, refuse; the seat is not on file",
        "seat 8 is said to be `A`: advertiser x, refuse; the seat is not on file",
        "seat 7 is said to be `H`: advertiser h, hold; the seat is not on file",
    ]


def test_a_confidential_seat_is_left_out() -> None:
    """A name that slipped through is not passed on."""
    hidden = Buyer(seat="9", kind="advertiser", is_confidential=True, name="X Trading", domain="x.example")

    assert told(hidden) == []


def test_what_is_on_file_allowed_shared_or_unknown_is_not_told() -> None:
    """A claim refuses nobody, and a shared name says nothing."""
    assert told(buyer("1", "X Trading"), buyer("2", "A"), buyer("3", "Shared"), buyer("4", "Nobody"), buyer("5")) == []
    assert told(buyer("7", "H"), system="dsp.example") == []
