"""The numbers of columns whose heading says which register gave them."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import msgspec

from evenhand.intake.columns import column_words, number_schemes
from evenhand.intake.row import Row
from evenhand.intake.values import cells
from evenhand.intake.values.vat_numbers import expected_vat, fits
from evenhand.model.check_digits import is_mistyped, right_form
from evenhand.model.party import Identifier

COMPARED_ALL_THE_SAME: Final = "compared as one of"
"""What is told of such a number: nothing is missing of its party."""
AS_IT_IS: Final = "compared as it is"
"""The same of a number that is not written as its register writes them."""
OF_NO_LIST: Final = "compared with no list"
"""What is told of a number whose check digits are wrong; it stays with its party."""
MOST_DIGITS: Final = {"hrb": 6, "firmenbuch": 6}
"""How many digits a number of a column has at most; one with more is of the row's country."""


def register_numbers(row: Row, country: str) -> Iterator[Identifier]:
    """Yield the numbers of the columns whose heading says which register gave them; `country` is the row's."""
    schemes = number_schemes()
    if not row.has_any(schemes.keys()):
        return
    for column in schemes:
        if row.has(column):
            yield from numbers_of(row, column, country)


def numbers_of(row: Row, column: str, country: str) -> tuple[Identifier, ...]:
    """Return the numbers of one of these columns, of a row of a country."""
    scheme, place = number_schemes()[column]
    written = row.several(column, partial(cells.register_number, scheme, place, country))
    numbers = told_numbers(row, column, written, country.lower())
    most = MOST_DIGITS.get(column)
    if most is None or country.lower() in ("", place):
        return numbers
    return tuple(
        _of_own_country(row, column, number, country) if _digits(number) > most else number for number in numbers
    )


def _digits(number: Identifier) -> int:
    return sum(map(str.isdigit, number.value))


def _of_own_country(row: Row, column: str, number: Identifier, country: str) -> Identifier:
    """Return a number that the register of its column cannot have given as one of the row's country, and tell of it."""
    expected = f"a number of {column_words(column)}, which is shorter; {COMPARED_ALL_THE_SAME} {country}"
    row.left_out.append((column, number.value, expected))
    return msgspec.structs.replace(number, jurisdiction=country.lower())


def told_numbers(row: Row, column: str, numbers: tuple[Identifier, ...], country: str = "") -> tuple[Identifier, ...]:
    """Return the numbers, and tell of each that no register can have given; `country` is of the row, in small letters.

    A VAT number that is not written as its country writes them is compared all the same: no listed number is lost for a
    prefix or a blank that nobody thought of. One whose check digits are wrong is compared with nothing.
    """
    for number in numbers:
        if is_mistyped(number.scheme, country or number.jurisdiction, number.value):
            expected = f"{right_form(number.scheme)}; as it is, it is {OF_NO_LIST}"
            row.left_out.append((column, number.value, expected))
        if number.scheme == "vat" and not fits(number.jurisdiction, number.value):
            row.left_out.append((column, number.value, f"{expected_vat(number.jurisdiction)}; {AS_IT_IS}"))
    return numbers
