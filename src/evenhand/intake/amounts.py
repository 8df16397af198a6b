"""Amounts of money in a row, with their currency behind them or in a column of its own."""

import re
from collections.abc import Callable, Container

from evenhand.intake.clean_rows import Field
from evenhand.intake.quick_cells import quick_money
from evenhand.intake.row import Row
from evenhand.intake.values.cells import Unusable
from evenhand.intake.values.notations import currency_code

ToMicros = Callable[[str], int]
ReadAmount = Callable[[Row, str, ToMicros], int]

CURRENCY = "currency"
_IN_CURRENCY = re.compile(r"[0-9.]+\s*([A-Za-z]{3})")


def optional_amount(row: Row, column: str, to_micros: ToMicros) -> int:
    """Return an amount of a row, 0 where there is none; one that cannot be read refuses the row."""
    return row.optional(column, to_micros, 0)


def amount_field(column: str, to_micros: ToMicros, read: ReadAmount = optional_amount) -> Field:
    """Return the field of a column of amounts, in micros of the network's currency.

    The row's currency is in the column `currency`, where the file has it: an amount is what it would be with that
    behind it, and in the network's currency where there is none. A currency that cannot be read, or another than the
    one behind the amount, refuses a row with an amount.
    """

    def columns(has: Container[str]) -> tuple[str, ...]:
        return (column, CURRENCY) if column in has else ()

    def amount(row: Row) -> int:
        written = row.text(CURRENCY)
        if not written or not row.text(column):
            return read(row, column, to_micros)
        code = currency_code(written)
        if code is None:
            row.refuse(CURRENCY, "the code of a currency, such as EUR, for the amount in the row")
            return 0
        return read(row, column, lambda text: to_micros(_with_currency(text, code)))

    return Field(columns, amount, quick_money(to_micros), column)


def _with_currency(text: str, code: str) -> str:
    """Return an amount, as it is written plainly, with a currency behind it."""
    found = _IN_CURRENCY.fullmatch(text)
    if found is None:
        return f"{text} {code}"
    if found[1].upper() != code:
        raise Unusable(f"an amount in {code}, as the row's column of currencies says")
    return text
