"""A cell with owners is read whole or told, and nothing in it is milder than in a table of ownership."""

from pathlib import Path

import pytest

from evenhand.intake import Tables, read_tables
from evenhand.intake.values.owner_cells import BEFORE_PERCENT, ONE_OWNER, UNKNOWN_SHARE, owners_in
from evenhand.model.network import Absent, IntakeSection
from evenhand.workflows.evaluation.unread_owners import unread_owner_sentences
from tests.suffixes import SUFFIXES


@pytest.mark.parametrize(
    ("cell", "owners"),
    [
        ("Hans Müller (60 %)", [("Hans Müller", 600_000)]),
        ("60% Hans Müller", [("Hans Müller", 600_000)]),
        ("Hans Müller 60,5 %", [("Hans Müller", 605_000)]),
        ("Hans Müller [60.5%]", [("Hans Müller", 605_000)]),
        ("Hans Müller: 60 Prozent", [("Hans Müller", 600_000)]),
        ("Hans Müller, Anteil: 60 %", [("Hans Müller", 600_000)]),
        ("Hans Müller Anteil 60 %", [("Hans Müller", 600_000)]),
        ("Fair Share 60 %", [("Fair Share", 600_000)]),
        ("Kim Min 60 %", [("Kim Min", 600_000)]),
        ("Hans Do 60 %; Eva Over 40 %", [("Hans Do", 600_000), ("Eva Over", 400_000)]),
        ("Hans Müller 0,6", [("Hans Müller", 600_000)]),
        ("Müller, Hans", [("Müller, Hans", None)]),
        ("Müller, Hans; Meier, Eva", [("Müller, Hans", None), ("Meier, Eva", None)]),
        ("Müller, Hans 60 %, Meier, Eva 40 %", [("Müller, Hans", 600_000), ("Meier, Eva", 400_000)]),
        ("60% Müller, Hans,40% Meier, Eva", [("Müller, Hans", 600_000), ("Meier, Eva", 400_000)]),
        ("Hans, 60 %, Eva, 40 %", [("Hans", 600_000), ("Eva", 400_000)]),
        ("Hans\n60 %\nEva\n40 %", [("Hans", 600_000), ("Eva", 400_000)]),
        ("1. Hans 60 %\n2. Eva", [("Hans", 600_000), ("Eva", None)]),
        ("1. FC Doe", [("1. FC Doe", None)]),
        ("Doe &amp; Roe\nGmbH 60 %", [("Doe & Roe GmbH", 600_000)]),
        ("Hans (1960)", [("Hans (1960)", None)]),
        ("-", []),
        ("n/a; Hans", [("Hans", None)]),
    ],
)
def test_owners_are_read_as_people_write_them(cell: str, owners: list[tuple[str, int | None]]) -> None:
    """With the share behind the name, in front of it or on the next line; a comma alone separates nobody."""
    assert owners_in(cell) == (tuple(owners), ())


@pytest.mark.parametrize(
    ("cell", "name", "share", "expected"),
    [
        ("Hans >25%", "Hans", None, UNKNOWN_SHARE),
        ("Hans 25-50 %", "Hans", None, UNKNOWN_SHARE),
        ("Hans über 25 %", "Hans", None, UNKNOWN_SHARE),
        ("Hans 75 % or more", "Hans", None, UNKNOWN_SHARE),
        ("Hans max. 60 %", "Hans", None, UNKNOWN_SHARE),
        ("Mindestens 25 % Hans", "Hans", None, UNKNOWN_SHARE),
        ("Hans (Min. 25 %)", "Hans", None, UNKNOWN_SHARE),
        ("Hans between 25 and 50 %", "Hans", None, UNKNOWN_SHARE),
        ("Hans 150 %", "Hans", None, UNKNOWN_SHARE),
        ("Hans -5 %", "Hans", None, UNKNOWN_SHARE),
        ("Hans (60)", "Hans", None, UNKNOWN_SHARE),
        ("Hans (sixty %)", "Hans", None, UNKNOWN_SHARE),
        ("Hans (60 %, since 2019)", "Hans", None, UNKNOWN_SHARE),
        ("Hans sixty %", "", None, ONE_OWNER),
        ("Hans 60", "Hans 60", None, BEFORE_PERCENT),
        ("Hans 60 % Eva 40 %", "", None, ONE_OWNER),
        ("60 %", "", 600_000, ONE_OWNER),
        ("unknown 40 %", "", 400_000, "a name, not a mark of nothing"),
    ],
)
def test_what_is_not_exact_is_told_and_counts_as_unknown(
    cell: str, name: str, share: int | None, expected: str
) -> None:
    """`More than 25 %` may be all of it; and of two owners in one text nobody can tell who is one."""
    assert owners_in(cell) == (((name, share),), ((cell, expected),))


def test_an_owner_whom_nobody_can_tell_is_not_part_of_the_one_before() -> None:
    """The name before it would hide it, and the client would be allowed."""
    unclear = "Eva 50 % / Jane 50 %"

    assert owners_in(f"Hans; {unclear}") == ((("Hans", None), ("", None)), ((unclear, ONE_OWNER),))


@pytest.mark.parametrize("cell", ["A" + " " * 100_000 + "B", "% a " + "." * 100_000, "a " * 50_000, "A 1%," * 20_000])
def test_a_long_cell_takes_no_longer_than_its_length(cell: str) -> None:
    """A cell of 100,000 characters must not stop a run."""
    assert owners_in(cell).owners


def read(folder: Path, rows: str, ownership: str = "") -> Tables:
    (folder / "a.csv").write_text(f"id,name,owners\n{rows}", "utf-8")
    (folder / "o.csv").write_text(f"owner,owned,share,owner_name\n{ownership}", "utf-8")
    section = IntakeSection(
        advertisers="a.csv", ownership="o.csv", max_refused_share="1",
        absent=Absent(payer="advertiser", political="no"),
    )  # fmt: skip
    return read_tables(folder, section, {}, "EUR", SUFFIXES)


def test_an_owner_whom_nobody_can_tell_leaves_the_client_ownerless(tmp_path: Path) -> None:
    """It is held, as where a row of the table of ownership has no owner; its own row is no rejected one."""
    tables = read(tmp_path, "1,Plum,M?ller 60 %\n2,Pear,Hans >25 %; Eva 60 % Ulm 40 %\n3,Fig,Hans >25 %\n")

    assert {party: (why.line, why.column, why.value) for party, why in tables.ownerless.items()} == {
        "1": (2, "owners", "M?ller 60 %"), "2": (3, "owners", "Eva 60 % Ulm 40 %"),
    }  # fmt: skip
    assert (tables.unscreened, tables.rows["advertisers"]) == ({}, 3)
    assert [str(each) for each in tables.unread if each.party == "3"] == ["advertisers.owners: Hans >25 %"]


def test_an_owner_in_both_places_counts_once(tmp_path: Path) -> None:
    """The table of ownership says it; where the two state other shares, nobody knows which, and a note says so."""
    tables = read(
        tmp_path, "1,Plum,Hans 60 %\n2,Pear,hans 60 %\n3,Fig,Hans\n4,Kiwi,Eva 60 %\n",
        ",1,60%,Hans\n,2,10%,Hans\n,3,10%,Hans\n,4,10%,Hans\n",
    )  # fmt: skip

    stated = [(each.owned, each.owner_name, each.share) for each in tables.ownership if each.row.startswith("table:")]
    assert stated == [("2", "hans", None), ("4", "Eva", 600_000)]
    [told] = [each for each in tables.refused if each.what == "value"]
    assert (told.line, told.value) == (3, "hans 60 %")
    assert told.expected == "the share that the table of ownership states; it counts as unknown"


def test_two_rows_of_one_client_with_other_owners_are_two_rows(tmp_path: Path) -> None:
    """One of them would else pass for a repetition, and its owner with it."""
    tables = read(tmp_path, "1,Plum,Hans 60 %\n1,Plum,Eva 40 %\n2,Pear,Hans\n2,Pear,Hans\n")

    assert tables.unscreened.keys() == {"1"}
    assert [(each.owned, each.owner_name) for each in tables.ownership] == [("1", "Hans"), ("1", "Eva"), ("2", "Hans")]


def test_what_was_read_is_said(tmp_path: Path) -> None:
    """How many owners, how many without a share, and that a comma separates nobody."""
    tables = read(tmp_path, '1,Plum,Hans 60 %\n2,Pear,"Doe, Jane; Eva"\n')

    assert tables.understood[0].notes[1:] == (
        "`owners` names 3 owners of 2 clients; 2 without a share, which counts as unknown",
        "1 owner has a comma or bar inside, such as `Doe, Jane`, and each is compared as one name. Write `;` between"
        " several names",
    )


def test_an_owner_called_as_another_client_is_told(tmp_path: Path) -> None:
    """Who owns that client does not count for the other one, unless its id is written; who owns itself is no other."""
    named = read(tmp_path, "1,Plum,PEAR 60%\n2,Pear,Hans\n3,Fig,fig\n", ",3,60%,Plum\n")
    by_id = read(tmp_path, "1,Plum,2 (60%)\n2,Pear,Hans\n3,Fig,fig\n", "1,3,60%,\n")

    assert list(unread_owner_sentences(named)) == [
        f"{file}: Possibly the client of that name: 1 owner, such as `{name}` ({id_}): if they are the same, write"
        " the id in place of the name, and who owns that client counts for what it owns."
        for file, name, id_ in (("a.csv", "Pear", "2"), ("o.csv", "Plum", "1"))
    ]
    assert list(unread_owner_sentences(by_id)) == []
    assert [(each.owner, each.owned) for each in by_id.ownership[:2]] == [("1", "3"), ("2", "1")]
