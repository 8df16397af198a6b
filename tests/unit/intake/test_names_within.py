"""Several names in one cell: each is looked for, and so is the whole."""

import csv
from pathlib import Path

from evenhand.intake import Tables, read_tables
from evenhand.intake.names import one_name
from evenhand.intake.names_within import SEVERAL
from evenhand.model.network import Absent, IntakeSection
from tests.each_case import each_case
from tests.suffixes import SUFFIXES


def read(folder: Path, name: str, alias: str = "") -> Tables:
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "name", "alias"), ("a1", name, alias)])
    settings = IntakeSection(
        advertisers="t.csv", max_refused_share="0", absent=Absent(payer="advertiser", political="refuse")
    )
    return read_tables(folder, settings, {}, "EUR", SUFFIXES)


@each_case(
    ("cell", "name", "others"),
    [
        (
            "Plum Bakery\nZorblatt Media Group",
            "Plum Bakery Zorblatt Media Group",
            ("Plum Bakery", "Zorblatt Media Group"),
        ),
        ("Zorblatt FZE; Plum GmbH", "Zorblatt FZE; Plum GmbH", ("Zorblatt FZE", "Plum GmbH")),
        ("Plum;Plum\r\nPear", "Plum;Plum Pear", ("Plum", "Pear")),
        ("Plum &amp; Pear; Zorblatt", "Plum &amp; Pear; Zorblatt", ("Plum & Pear", "Zorblatt")),
        ("Plum Bakery\nGmbH", "Plum Bakery GmbH", ()),
        ("Plum Bakery;", "Plum Bakery;", ()),
        ("Plum Bakery; 10115", "Plum Bakery; 10115", ()),
        ("Plum &amp; Pear", "Plum &amp; Pear", ()),
        ("Plum, Pear", "Plum, Pear", ()),
    ],
)
def test_each_name_of_a_cell_is_another_name(tmp_path: Path, cell: str, name: str, others: tuple[str, ...]) -> None:
    """The whole stays the name: nothing is lost where it was one long name, and a decision gets no milder."""
    tables = read(tmp_path, cell, "Peach")

    (party,) = tables.advertisers
    assert (party.name, party.aliases) == (name, ("Peach", *others))
    assert [(each.column, each.expected) for each in tables.refused] == ([("name", SEVERAL)] if others else [])
    assert not tables.unread


def test_a_single_name_that_is_screened_is_read_so_too() -> None:
    """By the command line, from Python and over HTTP."""
    assert one_name({"name": "Plum; Zorblatt"}, SUFFIXES).party.aliases == ("Plum", "Zorblatt")
