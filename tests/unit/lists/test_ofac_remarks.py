"""Remarks: each kind of part goes to its property, the unknown to notes."""

from collections import Counter

from evenhand.lists.formats.entry import Properties
from evenhand.lists.formats.ofac_remarks import add_remarks
from tests.each_case import each_case


def said(remarks: str) -> dict[str, tuple[str, ...]]:
    properties = Properties(Counter())
    add_remarks(remarks, properties)
    return properties.entity("x-1", "Person", "x", "x-list").properties


@each_case(
    ("part", "expected"),
    [
        ("DOB 12 Mar 1970", {"birthDate": ("1970-03-12",)}),
        ("alt. DOB Mar 1970", {"birthDate": ("1970-03",)}),
        ("DOB circa 1970", {"birthDate": ("1970",)}),
        ("DOB 1970 to 1972", {"birthDate": ("1970", "1971", "1972")}),
        ("DOB circa 1979-1981", {"birthDate": ("1979", "1980", "1981")}),
        ("DOB 01 Jan 1970 to 31 Dec 1971", {"birthDate": ("1970", "1971")}),
        ("DOB unknown", {"notes": ("DOB unknown",)}),
        ("DOB 30 Feb 1970", {"notes": ("DOB 30 Feb 1970",)}),
        ("POB Reykjavik, Iceland", {"birthPlace": ("Reykjavik, Iceland",)}),
        ("nationality Iceland", {"nationality": ("is",)}),
        ("citizen Korea, North", {"nationality": ("kp",)}),
        ("Gender Male", {"gender": ("male",)}),
        ("a.k.a. 'EXA'.", {"weakAlias": ("EXA",)}),
        ("f.k.a. 'OLD EXA'", {"weakAlias": ("OLD EXA",)}),
        ("a.k.a. 'ABU 'EXA'", {"weakAlias": ("ABU",), "notes": ("a.k.a. 'ABU 'EXA'",)}),
        ("Linked To: MADE-UP SHIPPING CO", {"linkedTo": ("MADE-UP SHIPPING CO",)}),
        ("Website www.made-up.example.", {"website": ("www.made-up.example",)}),
        ("Website:  made-up.example", {"website": ("made-up.example",)}),
        ("www.made-up.example", {"website": ("www.made-up.example",)}),
        (
            "http://made-up.example/a (website)",
            {"website": ("http://made-up.example/a",), "notes": ("http://made-up.example/a (website)",)},
        ),
        ("Email Address a@made-up.example", {"email": ("a@made-up.example",)}),
        ("Registration ID 77 (Iceland)", {"registrationNumber": ("77",), "jurisdiction": ("is",)}),
        ("Registration Number 77(Iceland) issued 1999", {"registrationNumber": ("77",), "jurisdiction": ("is",)}),
        ("UK Company Number 77", {"registrationNumber": ("77",)}),
        ("Government Gazette Number 77", {"registrationNumber": ("77",)}),
        ("C.R. No. 77 (Iceland)", {"registrationNumber": ("77",), "jurisdiction": ("is",)}),
        ("Tax ID No. 77 Y (Iceland)", {"taxNumber": ("77 Y",), "jurisdiction": ("is",)}),
        ("NIT # 77-1", {"taxNumber": ("77-1",)}),
        ("R.F.C. ABC-77", {"taxNumber": ("ABC-77",)}),
        ("RUC # 77", {"taxNumber": ("77",)}),
        ("NIT # Provisional", {"notes": ("NIT # Provisional",)}),
        ("V.A.T. Number IS 77", {"vatCode": ("IS 77",)}),
        ("D-U-N-S Number 77", {"dunsCode": ("77",)}),
        ("SWIFT/BIC MADEISRE", {"swiftBic": ("MADEISRE",)}),
        ("Legal Entity Number 0000MADEUP0000000077", {"leiCode": ("0000MADEUP0000000077",)}),
        ("Legal Entity Number 77 (Iceland)", {"registrationNumber": ("77",), "jurisdiction": ("is",)}),
        ("LE Number 77 (Peru)", {"notes": ("LE Number 77 (Peru)",)}),
        ("Vessel Registration Identification IMO 77", {"imoNumber": ("77",)}),
        ("Company Number IMO 77", {"imoNumber": ("77",)}),
        ("Folio Mercantil No. 77 (Jalisco) (Mexico)", {"registrationNumber": ("77",), "jurisdiction": ("mx",)}),
        ("Tax ID No. 77 (Texas) (United States)", {"taxNumber": ("77",), "jurisdiction": ("us",)}),
        ("Business Registration Document # F77 (Iceland)", {"registrationNumber": ("F77",), "jurisdiction": ("is",)}),
        (
            "United Social Credit Code Certificate (USCCC) 77X (China)",
            {"registrationNumber": ("77X",), "jurisdiction": ("cn",)},
        ),
        ("GovernmentGazette Number 77", {"registrationNumber": ("77",)}),
        ("US FEIN 77-1", {"taxNumber": ("77-1",)}),
        ("Fiscal Code 77 (Romania)", {"taxNumber": ("77",), "jurisdiction": ("ro",)}),
        ("C.I.F. B77 (Spain)", {"taxNumber": ("B77",), "jurisdiction": ("es",)}),
        ("National ID No. 10000000077 (Iran)", {"registrationNumber": ("10000000077",), "jurisdiction": ("ir",)}),
        ("National ID No. 1000000077 (Iran)", {"notes": ("National ID No. 1000000077 (Iran)",)}),
        ("National ID No. 10000000077 (Iraq)", {"notes": ("National ID No. 10000000077 (Iraq)",)}),
        ("Issuer Name Made-Up Shares Ltd", {"notes": ("Issuer Name Made-Up Shares Ltd",)}),
        ("Website https:/made-up.example", {"website": ("https://made-up.example",)}),
        ("Passport 77 (Iceland)", {"notes": ("Passport 77 (Iceland)",)}),
        ("", {}),
    ],
)
def test_a_part_of_the_remarks_goes_to_its_property(part: str, expected: dict[str, tuple[str, ...]]) -> None:
    """Numbers and websites are what screening is surest by; nothing that we do not know is lost."""
    assert said(part) == expected


def test_parts_keep_their_order_and_are_said_once() -> None:
    """Values are lists in published order without duplicates."""
    assert said("DOB 1971; alt. DOB 1970; DOB 1971.")["birthDate"] == ("1971", "1970")
