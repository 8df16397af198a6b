"""buyers.json: read whole or refused with its place."""

from typing import Any

import msgspec
import pytest

from evenhand.gate.claims.buyers import Buyer, names_of_seats, read_buyers
from evenhand.model.errors import BadInput
from tests.data import DATA, needs_data
from tests.each_case import each_case

ENTRY = {"buyer_id": "1", "buyer_type": "ADVERTISER", "name": "A made-up shop", "domain": "shop.example"}


def written(*entries: Any, **parents: Any) -> bytes:
    return msgspec.json.encode({"version": "1.0", "buyers": list(entries), **parents})


@needs_data
def test_the_sample_of_the_specification_is_read() -> None:
    """Four seats, one of them confidential and without a name."""
    buyers = read_buyers((DATA / "gate" / "buyers_sample.json").read_bytes(), "sample")

    assert [(each.seat, each.kind, each.is_confidential) for each in buyers] == [
        ("1234", "advertiser", False),
        ("5678", "intermediary", False),
        ("1000023", "intermediary", False),
        ("212402", "intermediary", True),
    ]
    assert list(names_of_seats(buyers)) == ["1234", "5678", "1000023"]


def test_an_entry_gives_seat_kind_name_and_host() -> None:
    """The kind is written in any case; fields that nobody reads are fine."""
    entry = {**ENTRY, "buyer_type": "Both", "name": " A made-up shop ", "domain": "Shop.example", "comment": 7}
    assert read_buyers(written(entry), "x") == (
        Buyer(seat="1", kind="both", is_confidential=False, name="A made-up shop", domain="shop.example"),
    )


def test_parent_keys_are_read_with_a_capital_too() -> None:
    """Both occur in published files."""
    capital = msgspec.json.encode({"Version": "1.0", "Buyers": [ENTRY], "Identifiers": []})
    assert read_buyers(capital, "x") == read_buyers(written(ENTRY), "x")


def test_a_confidential_seat_has_no_name_to_claim() -> None:
    """A name that slipped through is not passed on."""
    buyers = read_buyers(written({**ENTRY, "is_confidential": 1}, {**ENTRY, "buyer_id": "2"}), "x")
    assert names_of_seats(buyers) == {"2": "A made-up shop"}


@each_case(("data", "told"), [
    (b"", "x: not a buyers.json"), (b"[]", "x: not a buyers.json"), (b'{"version":"1.0",', "x: not a buyers.json"),
    (b'{"version":"1.0","buyers":[],"more":"\xff"}', "x: not a buyers.json"),
    (b'{"more":' + b"[" * 100_000, "x: not a buyers.json"),
    (b'{"version":"1.0","buyers":[{"buyer_id":' + b"[" * 100_000, "x: not a buyers.json"),
    (b"{}", "x: missing or there twice: `version`"),
    (b'{"version":"1.0"}', "x: missing or there twice: `buyers`"),
    (written(ENTRY, Buyers=[]), "x: missing or there twice: `buyers`"),
    (written(ENTRY, version=1.0), "x: unknown version `1.0`"),
    (written(ENTRY, version="1.1"), 'x: unknown version `"1.1"`'),
    (written(buyers={}), "x: not a list of buyers: Expected `array`"),
    (written(7), r"x: not a list of buyers: Expected `object`, got `int` - at `$[0]`"),
    (written(ENTRY, {**ENTRY, "buyer_id": 7}), "at `$[1].buyer_id`"),
    (written({**ENTRY, "buyer_id": ""}), "at `$[0].buyer_id`"),
    (written({"buyer_id": "1", "name": "x"}), "missing required field `buyer_type`"),
    (written({**ENTRY, "is_confidential": True}), "at `$[0].is_confidential`"),
    (written({**ENTRY, "is_confidential": 2}), "at `$[0].is_confidential`"),
    (written(ENTRY, ENTRY), "x: buyers[1]: a second entry for the seat `1`"),
    (written({**ENTRY, "buyer_type": "AGENCY"}), "x: buyers[0]: unknown buyer_type `AGENCY`"),
    (written({**ENTRY, "domain": "https://shop.example"}), "x: buyers[0]: not a bare domain `https://shop.example`"),
    (written({**ENTRY, "name": " "}), "x: buyers[0]: no name for the seat `1`"),
    (written({"buyer_id": "1", "buyer_type": "BOTH"}), "x: buyers[0]: no name for the seat `1`"),
])  # fmt: skip
def test_a_file_with_one_fault_is_refused_whole_and_its_place_told(data: bytes, told: str) -> None:
    """Half a list would leave seats without a name and nobody would notice."""
    with pytest.raises(BadInput) as refused:
        read_buyers(data, "x")

    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith("nothing of the file was used")
