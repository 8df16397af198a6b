"""Amounts whose currency is in a column of its own are what they are with the currency behind them."""

from itertools import product
from pathlib import Path

import pytest

from evenhand.intake import Tables, read_tables
from evenhand.model.network import Absent, IntakeSection
from tests.suffixes import SUFFIXES

SETTINGS = IntakeSection(
    advertisers="a.csv", campaigns="c.csv", absent=Absent(payer="undisclosed", political="no"), max_refused_share="1"
)
AMOUNTS = ("1200", "1.200,50", "1 200,5", "0", "0,07", "12.345.678,90", "-", "", "a lot", "9999999999999")


def read(folder: Path, campaigns: str, advertisers: str = "id;name\na1;One\n", currency: str = "EUR") -> Tables:
    (folder / "a.csv").write_text(advertisers, "utf-8")
    (folder / "c.csv").write_text(campaigns, "utf-8")
    return read_tables(folder, SETTINGS, {"USD": "0.9", "PLN": "0.25"}, currency, SUFFIXES)


@pytest.mark.parametrize("currency", ["EUR", "USD", "usd", "CHF", "PLN"])
def test_a_currency_beside_an_amount_does_what_it_does_behind_it(tmp_path: Path, currency: str) -> None:
    """The same micros, the same rows rejected for want of a rate."""
    cells = [(f"c{number}", f"{amount} {currency}" if amount[:1].isdigit() else amount, amount)
             for number, amount in enumerate(AMOUNTS)]  # fmt: skip
    behind = read(tmp_path, "id;advertiser_id;spent\n" + "".join(f"{id_};a1;{both}\n" for id_, both, _ in cells))
    beside = read(
        tmp_path, "id;advertiser_id;spent;Währung\n" + "".join(f"{id_};a1;{one};{currency}\n" for id_, _, one in cells)
    )

    assert beside.campaigns == behind.campaigns
    rows = [(each.line, each.column, each.expected) for each in beside.refused if each.what == "row"]
    assert rows == [(each.line, each.column, each.expected) for each in behind.refused if each.what == "row"]
    assert len(rows) == {"CHF": 8, "USD": 1, "usd": 1, "PLN": 1}.get(currency, 2)


@pytest.mark.parametrize(
    "heading",
    ["Currency", "Currency Code", "CCY", "account currency", "WÄHRUNG", "Waehrung", "Devise", "moneda", "divisa",
     "Valuta", "Waluta", "Валюта", "currency"],
)  # fmt: skip
def test_a_column_of_currencies_is_known_by_its_usual_headings(tmp_path: Path, heading: str) -> None:
    """In each of the seven languages, for clients and for orders."""
    tables = read(
        tmp_path, f"id;advertiser_id;budget;spent;{heading}\nc1;a1;10;5;USD\n",
        f"id;name;prepaid;{heading}\na1;One;100;USD\n",
    )  # fmt: skip

    (campaign,) = tables.campaigns
    assert (campaign.budget_micros, campaign.spent_micros) == (9_000_000, 4_500_000)
    assert tables.advertisers[0].prepaid_micros == 90_000_000
    assert not tables.refused


@pytest.mark.parametrize(
    ("amount", "currency", "micros"),
    [("10", "", 10), ("10 USD", "", 9), ("10 USD", "USD", 9), ("USD 10", "usd", 9), ("10", "€", 10),
     ("10 €", "EUR", 10), ("", "Euro", 0), ("-", "$", 0), ("40", "zł", 10)],
)  # fmt: skip
def test_a_currency_may_be_a_sign_be_said_twice_or_stand_beside_nothing(
    tmp_path: Path, amount: str, currency: str, micros: int
) -> None:
    """A row without an amount needs no currency that anybody can read."""
    tables = read(tmp_path, f"id;advertiser_id;spent;currency\nc1;a1;{amount};{currency}\n")

    assert [each.spent_micros for each in tables.campaigns] == [micros * 1_000_000]


@pytest.mark.parametrize(
    ("amount", "currency", "column", "expected"),
    [
        ("10", "Euro", "currency", "the code of a currency, such as EUR, for the amount in the row"),
        ("10", "$", "currency", "the code of a currency, such as EUR, for the amount in the row"),
        ("0", "n/a", "currency", "the code of a currency, such as EUR, for the amount in the row"),
        ("10", "CHF", "spent", "an amount in EUR, or a rate for CHF in [fx]"),
        ("10 EUR", "USD", "spent", "an amount in USD, as the row's column of currencies says"),
    ],
)
def test_a_currency_that_nobody_can_use_rejects_the_row(
    tmp_path: Path, amount: str, currency: str, column: str, expected: str
) -> None:
    """There may be money, and nobody knows how much."""
    tables = read(tmp_path, f"id;advertiser_id;spent;currency\nc1;a1;{amount};{currency}\nc2;a1;10;EUR\n")

    assert {each.id: each.spent_micros for each in tables.campaigns} == {"c2": 10_000_000, "c1": 0}
    assert [(each.line, each.column, each.expected) for each in tables.refused] == [(2, column, expected)]


def test_a_client_whose_currency_cannot_be_read_is_held_with_all_its_faults(tmp_path: Path) -> None:
    """As for any other amount that cannot be read (choice 18)."""
    for prepaid, currency in product(("10", "a lot"), ("Euro", "CHF")):
        tables = read(tmp_path, "id;advertiser_id\n", f"id;name;prepaid;currency\na1;One;{prepaid};{currency}\n")

        assert set(tables.unscreened) == {"a1"}
        assert [each.prepaid_micros for each in tables.advertisers] == [0]
