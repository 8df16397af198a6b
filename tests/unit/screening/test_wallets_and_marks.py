"""Wallets and aircraft, which lists name by an address and by a mark."""

from collections import Counter

import pytest

from evenhand.lists import from_ftm
from evenhand.lists.formats.entry import Properties
from evenhand.lists.formats.ofac_remarks import add_remarks
from evenhand.model.listing import ListedEntity
from evenhand.model.party import Advertiser
from evenhand.screening import screen
from tests.unit.screening.made_up import advertiser, entity, index_of, number

ADDRESS = "12QmadeupMadeUpMadeUp7VUE1xyCGNToj"


def found(party: Advertiser, *listed: ListedEntity) -> list[tuple[str, bool]]:
    return [(each.entity_id, each.certain) for each in screen([("advertiser", party)], index_of(*listed))]


def listed_by_ofac(name: str, schema: str, remarks: str) -> ListedEntity:
    properties = Properties(Counter())
    properties.add("name", name)
    add_remarks(remarks, properties)
    return properties.entity("x", schema, name, "")


def test_an_aircraft_is_found_by_its_mark() -> None:
    """OFAC names some aircraft by the number of their maker, and writes the mark into the remarks."""
    listed = listed_by_ofac(
        "MSN 391", "Airplane", "Aircraft Model A340; Aircraft Tail Number ZZ-MMH; Linked To: NOBODY."
    )

    assert found(advertiser("ZZ-MMH"), listed) == [("x", False)]
    assert found(advertiser("ZZMMH"), listed) == [("x", False)]


@pytest.mark.parametrize("mark", ["ZZ-MHM", "ZZ-MMK", "ZZ-MM"])
def test_another_mark_is_another_aircraft(mark: str) -> None:
    """Letters of a mark are no slip of the pen."""
    assert found(advertiser(mark), entity("x", "Airplane", name="ZZ-MMH")) == []


def test_a_wallet_is_found_by_its_address() -> None:
    """It belongs to a person on OFAC's list; upper and lower case are two addresses."""
    listed = listed_by_ofac("ZORBLATT, Ivan", "Person", f"alt. Digital Currency Address - XBT {ADDRESS}; Gender Male.")

    shop, other = (
        advertiser("Some shop", identifiers=(number("wallet", each),)) for each in (ADDRESS, ADDRESS.upper())
    )
    assert found(shop, listed) == [("x", True)]
    assert found(other, listed) == []


def test_a_wallet_of_follow_the_money_is_an_entry() -> None:
    """It was left out; its address may be written in capitals."""
    address = "bc1qmadeup7dgyjrsqtzq2n0yrf2493p83kkfj"
    wallet = from_ftm({"id": "w", "schema": "CryptoWallet", "properties": {"publicKey": [address]}})

    assert found(advertiser("Some shop", identifiers=(number("wallet", address.upper()),)), wallet) == [("w", True)]
