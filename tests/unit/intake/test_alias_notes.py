"""Other names that look like several and are read as one: the table says so."""

from pathlib import Path

from evenhand.intake import read_tables
from evenhand.model.network import Absent, IntakeSection
from tests.each_case import each_case
from tests.suffixes import SUFFIXES

SETTINGS = IntakeSection(
    advertisers="a.csv",
    max_refused_share="0",
    absent=Absent(payer="advertiser", political="no"),
    columns={"advertisers": {"domains": ""}},
)


def notes(folder: Path, *cells: str) -> tuple[str, ...]:
    """Return the notes on a table with these cells of other names."""
    rows = "".join(f'{number},Made-Up Bakery {number},"{cell}"\n' for number, cell in enumerate(cells))
    (folder / "a.csv").write_text(f"id,name,alias\n{rows}", "utf-8")
    return read_tables(folder, SETTINGS, {}, "EUR", SUFFIXES).understood[0].notes


def test_other_names_with_commas_or_bars_are_told(tmp_path: Path) -> None:
    """The first is shown; nothing of it is parted, because names have commas in them."""
    (note,) = notes(tmp_path, "Evro Bakery, Blitz; Crust, Inc.", "One", "Evro | Blitz", "", "Bread, Butter & Co., Ltd.")

    assert note == (
        "3 other names have a comma or bar inside, such as `Evro Bakery, Blitz`, and each is compared as one name."
        " Write `;` between several names"
    )


@each_case("cell", ["Evro Bakery; Blitz", "Crust, Inc.", "Crust, GmbH", "Crust Bakery,", ""])
def test_one_name_with_its_legal_form_is_not_told(tmp_path: Path, cell: str) -> None:
    """What stands behind its comma is no other name."""
    assert notes(tmp_path, cell) == ()
