"""Cells of the UK's lists: several values, dates, labels, numbers."""

import time
from collections import Counter

import pytest

from evenhand.lists.formats.entry import Properties
from evenhand.lists.formats.uk_cells import (
    add_countries,
    companies,
    dates,
    items,
    labelled,
    published_date,
)


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("", []),
        ("Made-Up Ltd", ["Made-Up Ltd"]),
        ("(1) Made-Up, LLC (2) Other Made-Up.", ["Made-Up, LLC", "Other Made-Up."]),
        ("a; b | c", ["a", "b", "c"]),
        ("Made-Up (2) Ltd", ["Made-Up", "Ltd"]),
        ("Made-Up(2)Ltd", ["Made-Up(2)Ltd"]),
    ],
)
def test_a_cell_is_divided_at_numbers_in_brackets(cell: str, values: list[str]) -> None:
    """A comma divides nothing: it stands in names of companies."""
    assert items(cell) == values


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Made-Up Ltd/Other Made-Up LLC", ["Made-Up Ltd", "Other Made-Up LLC"]),
        ("Made-Up Corp / Other-Up Inc.", ["Made-Up Corp", "Other-Up Inc."]),
        ("Made-Up OOO, Other OOO, Third OOO", ["Made-Up OOO", "Other OOO", "Third OOO"]),
        ("Made-Up Inc, Other Ship Management", ["Made-Up Inc", "Other Ship Management"]),
        ("Made-Up Limited - 100000001Other Limited - 100000002", ["Made-Up Limited", "Other Limited"]),
        ("UNKNOWN/ MADE-UP CORP", ["MADE-UP CORP"]),
        ("Unknown", []),
        ("Made-Up Co., Ltd. (alternate spelling: Maid-Up)", ["Made-Up Co., Ltd.", "Maid-Up"]),
        (
            "Made-Up Co., Ltd. (alternate spellings: Maid-Up, Mead-Up and Med-Up (Gems and Gold) Co., Ltd.)",
            ["Made-Up Co., Ltd.", "Maid-Up", "Mead-Up", "Med-Up (Gems and Gold) Co., Ltd."],
        ),
        ("Made-Up Co., Ltd", ["Made-Up Co., Ltd"]),
        ("Made-Up Ltd, Hong Kong", ["Made-Up Ltd, Hong Kong"]),
        ("Made-Up LLC, owned by Other LLC", ["Made-Up LLC, owned by Other LLC"]),
        ("Made-Up, Farm and Factory", ["Made-Up, Farm and Factory"]),
        ("Made-Up/Meid-Up Company JSC", ["Made-Up/Meid-Up Company JSC"]),
        ("Unknown Made-Up Ltd", ["Unknown Made-Up Ltd"]),
    ],
)
def test_companies_of_a_cell_are_divided_where_each_has_a_legal_form(cell: str, names: list[str]) -> None:
    """A comma may stand in a name or before a place; other spellings are more names of the company."""
    assert companies(cell) == names


@pytest.mark.parametrize("piece", ["AS, ", "Ltd/", "A and B ", "x (alternate spelling: ", ", A", "- 1"])
def test_a_long_cell_of_companies_costs_no_more_than_its_length(piece: str) -> None:
    """A cell may have 131,072 characters."""
    started = time.process_time()

    companies(f"(alternate spelling: {piece * (50_000 // len(piece))}")

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("12/03/1970", ["1970-03-12"]),
        ("(1) 00/00/1970 (2) --/03/1971", ["1970", "1971-03"]),
        ("dd/mm/1970", ["1970"]),
        ("12/mm/1970", ["1970"]),
        ("1970", ["1970"]),
        ("31/02/1970", []),
        ("12/03/0000", []),
        ("soon", []),
    ],
)
def test_dates_are_read_as_far_as_they_are_known(cell: str, found: list[str]) -> None:
    """Unknown parts are written `dd`, `mm`, `00` or `--`."""
    assert dates(cell) == found


def test_the_date_of_publication_has_two_forms() -> None:
    """`Report Date: 08-Oct-2026` in the newer list, `Last Updated,27/01/2026` in the older."""
    assert published_date("Report Date: 08-Oct-2026") == "2026-10-08"
    assert published_date("Last Updated 27/01/2026") == "2026-01-27"
    assert published_date("Report Date: 08-Smarch-2026") == ""
    assert published_date("soon") == ""


def test_labels_divide_a_text() -> None:
    """The same label twice is one part; an empty one is none."""
    assert labelled("a (Website):b (Website):c (Gender): ") == {"": "a", "Website": "b; c"}
    assert labelled("") == {}


def test_countries_are_read_or_counted() -> None:
    """The list's own names of two countries are known."""
    left_out: Counter[str] = Counter()
    properties = Properties(left_out)

    add_countries("country", "(1) Iceland (2) Atlantis", properties)
    add_countries("country", "Congo (Democratic Republic)", properties)
    add_countries("country", "Occupied Palestinian Territories", properties)

    assert properties.values("country") == ("is", "cd", "ps")
    assert left_out == {"country without a code": 1}
