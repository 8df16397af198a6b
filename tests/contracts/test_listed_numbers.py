"""Every number that a list may give of an entry is compared, or is named as one that is not."""

import re

import pytest

from evenhand.screening.parties.listed_numbers import COMPARED_NUMBERS, LISTED_KINDS, NUMBERS_NOT_COMPARED, WORLDWIDE
from tests.unit.lists.made import MADE, made

# The properties of parties and craft that are of type `identifier`, or a register's text, in FollowTheMoney 4.11.2.
FOLLOW_THE_MONEY = (
    "bikCode", "brightQueryId", "brightQueryOrgId", "bvdId", "caemCode", "cageCode", "callSign", "cikCode",
    "coatoCode", "crsNumber", "dunsCode", "fnsCode", "fssCode", "giiNumber", "icaoCode", "icijId", "idNumber",
    "imoNumber", "innCode", "ipoCode", "irsCode", "isinCode", "jibCode", "kppCode", "leiCode", "licenseNumber",
    "mbsCode", "mmsi", "npiCode", "ogrnCode", "okopfCode", "okpoCode", "oksmCode", "okvedCode", "passportNumber",
    "permId", "pfrNumber", "programId", "registrationNumber", "ricCode", "sayariId", "serialNumber",
    "socialSecurityNumber", "swiftBic", "taxNumber", "ticker", "uniqueEntityId", "uscCode", "vatCode", "voenCode",
    "wikidataId",
)  # fmt: skip
NUMBER = re.compile(r".*(?:Number|Code|Bic|Id)")


@pytest.mark.parametrize("name", FOLLOW_THE_MONEY)
def test_a_number_of_follow_the_money_is_compared_or_named_as_one_that_is_not(name: str) -> None:
    """A listed company under another name was allowed, as nobody looked at its INN."""
    assert (name in COMPARED_NUMBERS) != (name in NUMBERS_NOT_COMPARED)


@pytest.mark.parametrize("key", MADE)
def test_a_number_that_a_reader_gives_is_compared_or_named_as_one_that_is_not(key: str) -> None:
    """Whatever a format calls it."""
    given = {name for entity in made(key).entities for name in entity.properties if NUMBER.fullmatch(name)}

    assert given <= COMPARED_NUMBERS.keys() | NUMBERS_NOT_COMPARED.keys()


def test_a_number_that_is_one_worldwide_has_no_country() -> None:
    """What is compared under a country would never meet what is compared under none."""
    assert WORLDWIDE <= LISTED_KINDS
    assert not [each for each in COMPARED_NUMBERS.values() if each.place and WORLDWIDE.intersection(each.kinds)]
