"""Numbers of registers in cells of the UK's lists, in the shapes that its files have; the numbers are made up."""

import time
from collections import Counter

import pytest

from evenhand.lists.formats.entry import Properties
from evenhand.lists.formats.uk_numbers import add_numbers


def read(cell: str) -> Properties:
    properties = Properties(Counter())
    add_numbers(cell, properties)
    return properties


@pytest.mark.parametrize(
    ("cell", "tax", "registration"),
    [
        ("INN: 0001112223 OGRN: 0001112223334", ["0001112223"], ["0001112223334"]),
        ("INN: 0001112223OGRN: 0001112223334", ["0001112223"], ["0001112223334"]),
        ("Iceland INN - 0001112223Iceland OGRN – 0001112223334", ["0001112223"], ["0001112223334"]),
        ("TIN: 0001112223, Registration number: 77012345", ["0001112223"], ["77012345"]),
        ("Tax ID No. 0001112223 (Iceland); Registration Number 77012345 (Iceland)", ["0001112223"], ["77012345"]),
        ("TIN (Taxpayer Number) 0001112223 / SRN (State number) 77012345", ["0001112223"], ["77012345"]),
        ("Business registration number: 77012345Tax number: 0001112223", ["0001112223"], ["77012345"]),
        ("0001112223 - Iceland INN", ["0001112223"], []),
        ("0001112223 (INN)", ["0001112223"], []),
        ("77012345 (Company registration number)88012345 (China Organisation code)", [], ["77012345", "88012345"]),
        ("(УНН/ИНН): 000111222 (Belarus), 0001112223/770301001 (Iceland)", ["000111222", "0001112223"], []),
        ("France SIREN Number - 000 111 222", [], ["000111222"]),
        ("Iceland UID – CH-550.1.031.089-0 UK Company Number – OE000001", [], ["CH-550.1.031.089-0", "OE000001"]),
        ("INN:000111222", ["000111222"], []),
        ("CR No. 1234567", [], ["1234567"]),
        ("77012345 dated 27/07/1992", ["77012345"], ["77012345"]),
        ("77012345", ["77012345"], ["77012345"]),
        ("400361001", ["400361001"], ["400361001"]),
        ("00011122/77012345/L001-000000001 (Tax number)", ["00011122", "77012345", "L001-000000001"], []),
        ("1360/1995-1996 (register)", [], ["1360/1995-1996"]),
        ("", [], []),
    ],
)
def test_each_number_is_read_under_its_own_label(cell: str, tax: list[str], registration: list[str]) -> None:
    """Labels run into the number before them; one without a label may be either."""
    properties = read(cell)

    assert (list(properties.values("taxNumber")), list(properties.values("registrationNumber"))) == (tax, registration)
    assert properties.values("notes") == ()


def test_banks_and_legal_entities_have_numbers_of_their_own() -> None:
    """The SWIFT code has no digit that would end a label."""
    properties = read("SWIFT/BIC - MADEISRE VAT number: 000111Legal Entity Identifier: 000000MADEUP00000000")

    assert properties.values("swiftBic", "vatCode", "leiCode") == ("MADEISRE", "000111", "000000MADEUP00000000")


@pytest.mark.parametrize(
    "part",
    ["KPP: 000101001", "License number: 328", "BvD ID: IS00000GN", "BIK (RU): 044000000", "Central Bank licence - 27"],
)
def test_a_number_that_is_no_companys_own_is_kept_as_text(part: str) -> None:
    """A tax office's code is that of every company of its district; licences are short and of the bank's regulator."""
    properties = read(f"INN: 0001112223; {part}")

    assert properties.values("registrationNumber", "taxNumber", "swiftBic") == ("0001112223",)
    assert properties.values("notes") == (f"Business registration number {part}",)


def test_a_text_without_a_number_is_kept() -> None:
    """Nothing that the list says is lost."""
    assert read("(1) none known").values("notes") == ("Business registration number none known",)


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        ("Iceland INN - 0001112223", ("is",)),
        ("Russian TIN 0001112223", ("ru",)),
        ("UK Company Number 77012345", ("gb",)),
        ("77012345 (New Zealand)", ("nz",)),
        ("CR No. 1234567", ()),
        ("BR: 1234567", ()),
    ],
)
def test_the_country_is_that_of_the_label_or_the_brackets(cell: str, country: tuple[str, ...]) -> None:
    """`CR` is the commercial register, not Costa Rica."""
    assert read(cell).values("jurisdiction") == country


@pytest.mark.parametrize("piece", ["1(", "SWIFT ", "(1)", "- ", "a ", "12 "])
def test_a_long_cell_costs_no_more_than_its_length(piece: str) -> None:
    """A cell may have 131,072 characters."""
    started = time.process_time()

    read(piece * (50_000 // len(piece)))

    assert time.process_time() - started < 2
