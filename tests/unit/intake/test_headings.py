"""Columns are found by their usual headings, and the mapping wins."""

from pathlib import Path

import pytest

from evenhand.intake.headings import COLUMNS, match_headings
from evenhand.model.errors import NetworkUnreadable, TableUnreadable

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "tables.md"


def test_usual_headings_are_recognised_and_the_rest_is_named() -> None:
    """Nobody should have to rename the columns of an export."""
    header = ["Advertiser ID", "Account name", "WEBSITE", "first-seen", "Shoe size"]

    found = match_headings("advertisers", "a.csv", header, {})

    assert found.places == {"id": 0, "name": 1, "domains": 2, "first_seen": 3}
    assert found.ignored == ("Shoe size",)


def test_our_own_name_is_taken_before_a_synonym() -> None:
    """A file may hold both `id` and `advertiser`."""
    found = match_headings("advertisers", "a.csv", ["advertiser", "id", "name"], {})

    assert found.places["id"] == 1
    assert found.ignored == ("advertiser",)


def test_a_mapping_wins_over_every_guess() -> None:
    """Only the network knows what its columns mean."""
    found = match_headings("campaigns", "c.csv", ["id", "order_no", "advertiser id"], {"id": "order_no"})

    assert found.places == {"id": 1, "advertiser_id": 2}


def test_a_heading_is_never_used_twice() -> None:
    """`advertiser` could be the id or, once taken, nothing else."""
    found = match_headings("ownership", "o.csv", ["owner", "owned", "from", "to"], {"until": "from"})

    assert found.places == {"owner": 0, "owned": 1, "until": 2}
    assert found.ignored == ("to",)


@pytest.mark.parametrize(
    ("mapping", "error", "says"),
    [
        ({}, TableUnreadable, r"a.csv:1: has no column `id`; found `nr, name`; rename it, or map it in"),
        ({"id": "no"}, TableUnreadable, r"has no heading `no`, which \[intake.columns.advertisers\] maps to id"),
        ({"key": "nr"}, NetworkUnreadable, r"\[intake.columns.advertisers\]: unknown column `key`; expected one of id"),
    ],
)
def test_what_is_missing_is_named_with_what_was_found(
    mapping: dict[str, str], error: type[Exception], says: str
) -> None:
    """The error must be enough to write the mapping."""
    with pytest.raises(error, match=says):
        match_headings("advertisers", "a.csv", ["nr", "name"], mapping)


@pytest.mark.parametrize("table", COLUMNS)
def test_the_page_names_every_column(table: str) -> None:
    """A column that nobody can read about does not exist for the network."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {table}\n")[1].split("\n## ")[0]

    assert [column for column in COLUMNS[table] if f"`{column}`" not in section] == []
