"""The numbers that lists give of their entries: which are compared, as numbers of which register, and which are not.

Source: the properties of type `identifier` in FollowTheMoney 4.11, and what our own readers add.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class ListedNumber(NamedTuple):
    """What a property holds: the number's name in a sentence, the kinds of register that it may be of, its country.

    `place` is the country whose register it is, lower case, ``""`` where the entry's countries say it.
    """

    words: str
    kinds: tuple[str, ...]
    place: str = ""

    @property
    def kinds_of_person(self) -> tuple[str, ...]:
        """The kinds of a person's number: that of an identity card is none of a register of companies."""
        return self.kinds[:1] if self.kinds[0] == "id" else self.kinds


COMPARED_NUMBERS: Mapping[str, ListedNumber] = MappingProxyType({
    "registrationNumber": ListedNumber("registration number", ("registration",)),
    "taxNumber": ListedNumber("tax number", ("tax",)),
    "vatCode": ListedNumber("VAT number", ("vat",)),
    "leiCode": ListedNumber("LEI", ("lei",)),
    "dunsCode": ListedNumber("DUNS number", ("duns",)),
    "swiftBic": ListedNumber("SWIFT code", ("swift",)),
    "imoNumber": ListedNumber("IMO number", ("imo",)),
    "innCode": ListedNumber("INN", ("tax",), "ru"),
    "ogrnCode": ListedNumber("OGRN", ("registration",), "ru"),
    # Ukraine's EDRPOU is its successor, and is the number of its register of companies.
    "okpoCode": ListedNumber("OKPO code", ("registration",)),
    # One number for the register and the tax office (GB 32100-2015).
    "uscCode": ListedNumber("unified social credit code", ("registration", "tax"), "cn"),
    "voenCode": ListedNumber("VOEN", ("tax",), "az"),
    "irsCode": ListedNumber("IRS number", ("tax",), "us"),
    "jibCode": ListedNumber("JIB", ("registration", "tax")),
    "mbsCode": ListedNumber("MBS", ("registration",)),
    "pfrNumber": ListedNumber("pension fund number", ("pfr",), "ru"),
    "npiCode": ListedNumber("NPI", ("npi",)),
    "cikCode": ListedNumber("CIK", ("cik",)),
    "uniqueEntityId": ListedNumber("UEI", ("uei",)),
    "cageCode": ListedNumber("CAGE code", ("cage",)),
    "giiNumber": ListedNumber("GIIN", ("giin",)),
    "isinCode": ListedNumber("ISIN", ("isin",)),
    "permId": ListedNumber("PermID", ("permid",)),
    "bvdId": ListedNumber("Bureau van Dijk ID", ("bvd",)),
    "wikidataId": ListedNumber("Wikidata ID", ("wikidata",)),
    "mmsi": ListedNumber("MMSI", ("mmsi",)),
    "publicKey": ListedNumber("wallet address", ("wallet",)),
    # A company's is the number of its register, as under OFAC's `National ID No.`.
    "idNumber": ListedNumber("ID number", ("id", "registration")),
    "passportNumber": ListedNumber("passport number", ("passport",)),
    "socialSecurityNumber": ListedNumber("social security number", ("ssn", "tax")),
})  # fmt: skip
"""The properties whose numbers are compared: who has an equal one of that register is the same."""

NUMBERS_NOT_COMPARED: Mapping[str, str] = MappingProxyType({
    # Of a tax office, a bank, a territory or a line of business: many companies have the same.
    "kppCode": "KPP", "fnsCode": "FNS code", "bikCode": "BIK", "okvedCode": "OKVED code", "okopfCode": "OKOPF code",
    "oksmCode": "OKSM code", "coatoCode": "OKATO code", "caemCode": "CAEM code", "icaoCode": "ICAO type",
    # Of a licence, a share, a craft's radio or a maker, which others may have too or later.
    "licenseNumber": "licence", "ticker": "ticker", "ricCode": "RIC", "callSign": "call sign",
    "crsNumber": "CRS number", "serialNumber": "serial number",
    # Which register it is, FollowTheMoney does not say.
    "ipoCode": "IPO code", "fssCode": "FSS code",
    # Of databases that no table of clients is kept by.
    "sayariId": "Sayari ID", "brightQueryId": "BrightQuery ID", "brightQueryOrgId": "BrightQuery organisation ID",
    "icijId": "ICIJ ID",
    # Of the listing, not of the party: its own columns show them.
    "programId": "", "referenceNumber": "",
})  # fmt: skip
"""The properties that hold numbers which tell no party, with their names where a person is shown the entry."""

WORLDWIDE = frozenset({
    "lei", "duns", "swift", "imo", "npi", "cik", "uei", "cage", "giin", "isin", "permid", "bvd", "wikidata", "mmsi",
    "wallet",
})  # fmt: skip
"""The kinds of which one register counts for all countries."""
LISTED_KINDS = frozenset(kind for each in COMPARED_NUMBERS.values() for kind in each.kinds)
"""The kinds of register of which lists give numbers."""
