"""A row of ownership may name the company; a name of several, or of nobody, lets nobody through."""

from pathlib import Path

import pytest

from evenhand.intake import Tables, read_tables
from evenhand.model.errors import TableUnreadable
from evenhand.model.network import Absent, IntakeSection
from evenhand.workflows.evaluation.unread_owners import unread_owner_sentences
from tests.suffixes import SUFFIXES

CLIENTS = "id,name,alias\n1,Plum GmbH,Plum Shop\n2,Pear AG,\n3,Péar AG,\n"


def read(folder: Path, ownership: str) -> Tables:
    (folder / "a.csv").write_text(CLIENTS, "utf-8")
    (folder / "o.csv").write_text(ownership, "utf-8")
    section = IntakeSection(
        advertisers="a.csv", ownership="o.csv", max_refused_share="1",
        absent=Absent(payer="advertiser", political="no"),
    )  # fmt: skip
    return read_tables(folder, section, {}, "EUR", SUFFIXES)


def lines(tables: Tables) -> list[tuple[str, str, int | None]]:
    return [(each.owner_name, each.owned, each.share) for each in tables.ownership]


def test_a_company_is_found_by_its_name_or_another_of_it(tmp_path: Path) -> None:
    """Whatever the case and the accents; an id in the row comes first."""
    tables = read(
        tmp_path, "owned,owned_name,owner_name,share\n,PLUM GMBH,Jane,60%\n,Plum Shop,Doe,\n2,Plum GmbH,Roe,1%\n"
    )

    assert lines(tables) == [("Jane", "1", 600_000), ("Doe", "1", None), ("Roe", "2", 10_000)]
    assert (tables.refused, tables.unread) == ((), ())


def test_a_name_of_two_counts_for_both_with_an_unknown_share(tmp_path: Path) -> None:
    """The row is rejected, and both parties keep what was decided until it is correct."""
    tables = read(tmp_path, "owned_name,owner_name,share\nPear AG,Jane,10 %\n")

    assert lines(tables) == [("Jane", "2", None), ("Jane", "3", None)]
    [rejected] = tables.refused
    assert (rejected.what, rejected.column, rejected.value) == ("row", "owned_name", "Pear AG")
    assert rejected.expected == "a name that one party has, or the id in `owned`: 2, 3 have it"
    assert [(each.column, each.party) for each in tables.unread] == [("owned_name", "2"), ("owned_name", "3")]


def test_a_name_of_nobody_is_a_third_party_and_told(tmp_path: Path) -> None:
    """It may own somebody itself, and then is known; a name that nobody has else is a warning."""
    tables = read(tmp_path, "owned_name,owner_name,share\nPlum GmbH,Up Ltd,60%\nUp Ltd,Jane,60%\nNobody KG,Doe,60%\n")

    assert lines(tables)[:2] == [("Up Ltd", "1", 600_000), ("Jane", "(owner Up Ltd)", 600_000)]
    assert tables.ownership[0].owner == tables.ownership[1].owned
    [said] = unread_owner_sentences(tables)
    assert said.startswith("o.csv: Owners count for nobody of 1 company, such as `Nobody KG`: no client, payer or")


def test_a_share_that_cannot_be_read_is_missing_of_that_company_alone(tmp_path: Path) -> None:
    """Without the id of the company nobody could tell whose it is, and everybody's decisions would be kept."""
    tables = read(tmp_path, "owned_name,owner_name,share\nPlum GmbH,Jane,sixty\n")

    assert lines(tables) == [("Jane", "1", None)]
    assert [(each.column, each.party) for each in tables.unread] == [("share", "1")]


def test_a_table_needs_the_company_and_the_owner(tmp_path: Path) -> None:
    """By id or by name."""
    with pytest.raises(TableUnreadable) as refused:
        read(tmp_path, "share,source\n60%,x\n")

    assert "has no column `owner` or `owner_name` and `owned` or `owned_name`" in str(refused.value)


@pytest.mark.parametrize(
    ("heading", "cells", "shares"),
    [
        ("Anteil in %", ["60", "40,5", "60 %"], [600_000, 405_000, 600_000]),
        ("percentage", ["0.6", "0.4", "1"], [600_000, 400_000, 1_000_000]),
        ("Anteil in %", ["60", "0.4", "0"], [600_000, None, 0]),
        ("Anteil in %", ["60", "1", ""], [600_000, None, None]),
        ("Anteil", ["60", "0.4", "40 %"], [None, 400_000, 400_000]),
    ],
)
def test_a_number_under_a_heading_of_percent_is_one(
    tmp_path: Path, heading: str, cells: list[str], shares: list[int | None]
) -> None:
    """Where another row of the column says so; what could be two shares is unknown, and its row rejected."""
    rows = "".join(f'1,Jane {number},"{cell}"\n' for number, cell in enumerate(cells))

    tables = read(tmp_path, f"owned,owner_name,{heading}\n{rows}")

    assert sorted(lines(tables)) == [(f"Jane {number}", "1", share) for number, share in enumerate(shares)]
    assert len(tables.unread) == sum(share is None and bool(cell) for share, cell in zip(shares, cells, strict=True))
