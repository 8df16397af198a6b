"""Tables of which some rows are as in the last reading, read with its records, beside the same tables read anew."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.intake.filled_columns import Filled
from evenhand.intake.known_rows import KnownCells, known_table
from evenhand.intake.network_tables import LastTables, Reread, reread_tables, source_of, table_files
from evenhand.model.network import Absent, IntakeSection
from evenhand.store.tables import read_rows
from evenhand.workflows.evaluation.run_state import KnownInputs
from tests.differential.test_clean_rows import ADVERTISER, CAMPAIGN, CREATIVE, PARTY, tables, write_csv
from tests.networks import DAY_1
from tests.suffixes import SUFFIXES

FX = {"USD": "0.9"}
ABSENT = Absent(payer="undisclosed", political="no")
TEXTS = {"advertisers": ADVERTISER, "payers": PARTY, "campaigns": CAMPAIGN, "creatives": CREATIVE}
ADVERTISERS = ["a1,Made Up,", "a2,Made Up Too,p1", "a 3,Made Up Three,a1"]
"""The other table: whose campaigns they are, and who pays where no column says so."""
OTHERS = st.sampled_from([ADVERTISERS, ADVERTISERS[:2], ["a1,Made Up,a2", *ADVERTISERS[1:]]])
DAYS = ["13/05/2020", "05/13/2020", "03/04/2020", "2020-01-02"]
SUMS = ["1,50", "1.50", "1,234", "12"]


def read(folder: Path, section: IntakeSection, last: LastTables | None) -> Reread:
    return reread_tables(folder, section, FX, "EUR", SUFFIXES, last, kinds=None)


def kept(folder: Path, section: IntakeSection) -> LastTables:
    """Return what the next reading has of this one, as it comes back from `state/`."""
    first = read(folder, section, None)
    known = msgspec.msgpack.decode(msgspec.msgpack.encode(KnownInputs(DAY_1, first.tables, {})), type=KnownInputs)
    assert first.kept is not None
    return LastTables(
        known.tables, first.kept, {name: path.read_bytes() for name, path in table_files(folder, section).items()}
    )


def read_both(folder: Path, section: IntakeSection, last: LastTables) -> Reread:
    """Assert that both ways give the same tables, the same notes, and the same for the reading after them."""
    again, anew = read(folder, section, last), read(folder, section, None)
    assert again == anew
    assert all(type(item.id) is str for item in (*again.tables.advertisers, *again.tables.campaigns))
    return again


@st.composite
def edited(draw: st.DrawFn, name: str, columns: Sequence[str], rows: Sequence[list[str]]) -> list[list[str]]:
    """Return rows of which some were changed, dropped, moved, or are there twice."""
    found = [list(row) for row in rows]
    for _ in range(draw(st.integers(0, 3))):
        at, other = (draw(st.integers(0, len(found))) for _ in range(2))
        match draw(st.sampled_from(["cell", "drop", "move", "twice", "blank", "width"])):
            case "cell" if at < len(found) and len(found[at]) == len(columns):
                column = draw(st.sampled_from(columns))
                found[at][columns.index(column)] = draw(st.sampled_from(TEXTS[name][column]))
            case "drop":
                del found[at : at + 1]
            case "move" if at < len(found):
                found.insert(other, found.pop(at))
            case "twice" if at < len(found):
                found.insert(other, list(found[at]))
            case "blank":
                found.insert(at, [""] * len(columns))
            case _:
                found.insert(at, ["odd", "width", "of", "a", "row"])
    return found


def clean(name: str, columns: Sequence[str], count: int) -> list[list[str]]:
    """Return rows that need no care, so that there is something to take over."""
    own = {"id": "r{}", "name": "Made Up {}", "advertiser_id": "a1", "campaign_id": "c1"}
    return [[own.get(each, TEXTS[name][each][1]).format(number) for each in columns] for number in range(count)]


@given(tables(), st.data(), OTHERS, OTHERS, st.sampled_from(["advertiser", "undisclosed"]))
def test_rows_taken_over_give_what_rows_read_anew_give(
    made: tuple[str, Any, Any, list[list[str]]], data: st.DataObject, before: list[str], now: list[str], payer: Any
) -> None:
    """Notes, refusals and places are those of today, whatever came, went or moved, here or in the other table."""
    name, _, columns, rows = made
    columns = list(columns)
    rows = data.draw(st.permutations([*clean(name, columns, 9), *rows]))
    files = {"advertisers": "a.csv", name: "t.csv"}
    files |= {"campaigns": "c.csv"} if name == "creatives" else {}
    section = IntakeSection(**files, max_refused_share="1", absent=Absent(payer=payer, political="no"))
    with TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "c.csv").write_text("id,advertiser_id\nc1,a1\nc2,a 3\n")
        (path / "a.csv").write_text("\n".join(["id,name,payer_id", *before]))
        write_csv(path / "t.csv", [columns, *rows])
        last = kept(path, section)

        (path / "a.csv").write_text("\n".join(["id,name,payer_id", *now]))
        write_csv(path / "t.csv", [columns, *data.draw(edited(name, columns, rows))])

        again = read_both(path, section, last)
        # The reading after it goes on from what this one kept.
        assert again.kept is not None
        last = LastTables(again.tables, again.kept, {each: file.read_bytes() for each, file in
                                                     table_files(path, section).items()})  # fmt: skip
        write_csv(path / "t.csv", [columns, *rows])
        read_both(path, section, last)


@given(
    st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(SUMS)), min_size=8, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.sampled_from(DAYS), st.sampled_from(SUMS)), max_size=3),
)
def test_days_and_amounts_are_read_as_all_rows_of_today_say(
    rows: list[tuple[str, str]], changes: list[tuple[int, str, str]]
) -> None:
    """One row tells how a whole column is written: it may come, and the only one may go."""
    section = IntakeSection(advertisers="a.csv", max_refused_share="1", absent=ABSENT)
    with TemporaryDirectory() as folder:
        path = Path(folder)

        def write(cells: Sequence[tuple[str, str]]) -> None:
            lines = [[f"a{number}", "Made Up", *each] for number, each in enumerate(cells)]
            write_csv(path / "a.csv", [("id", "name", "first_seen", "prepaid"), *lines])

        write(rows)
        last = kept(path, section)
        found = list(rows)
        for at, day, amount in changes:
            found[at] = day, amount
        write(found)

        read_both(path, section, last)


PLACES = {"id": 0, "name": 1, "country": 2, "alias": 3, "prepaid": 4}


def party_lines(*edits: tuple[int, str]) -> list[str]:
    lines = [
        "id,name,country,alias,prepaid",
        *(f"a{number},Made Up {number},de,,{number}.50" for number in range(3000)),
    ]
    for at, line in edits:
        lines[at] = line
    return lines


@pytest.mark.parametrize(
    ("edits", "known"),
    [
        ([], 3000),
        ([(7, "a6,Made Up 6,fr,,6.50")], 2999),
        ([(2000, 'a1999,"Made, Up",de,x,1.50'), (2001, "a1,Made Up 1,de,,1.50")], 2999),
        ([(3000, ",Summe,,,4501500.00")], 2999),
    ],
)
def test_lines_that_are_as_they_were_are_not_split(tmp_path: Path, edits: list[tuple[int, str]], known: int) -> None:
    """The work is by what changed; a line is split only where somebody asks for a cell of it."""
    section = IntakeSection(advertisers="a.csv", max_refused_share="1", absent=ABSENT)
    file = tmp_path / "a.csv"
    file.write_text("\n".join(party_lines()))
    last = kept(tmp_path, section)
    file.write_text("\n".join(party_lines(*edits)))

    read_both(tmp_path, section, last)
    source, sheet = source_of(tmp_path, section, "advertisers"), last.sheet("advertisers")
    assert sheet is not None
    found = known_table(file, source.read(), PLACES, sheet)
    assert found is not None
    rows = [line.cells for line in found.table.lines]
    taken = [cells for cells in rows if isinstance(cells, KnownCells)]
    assert len(taken) == known
    filled = Filled(PLACES, sheet.filled)
    filled.look_at(rows)
    assert filled.columns == tuple(column for column in PLACES if column != "alias" or "x" in str(edits))
    assert sum(cells._cells is not None for cells in taken) <= 3


def test_a_file_that_may_be_no_rows_of_lines_is_read_whole(tmp_path: Path) -> None:
    """A quote that goes on in the next line, another encoding, a wider row: a line is not a row there."""
    section = IntakeSection(advertisers="a.csv", max_refused_share="1", absent=ABSENT)
    file = tmp_path / "a.csv"
    plain = "\n".join(party_lines())
    file.write_text(plain)
    last = kept(tmp_path, section)
    sheet = last.sheet("advertisers")
    assert sheet is not None
    for data in (
        plain.replace("Made Up 6,", '"Made\nUp 6",').encode(),
        plain.replace("Made Up 6,", "Gr\u00f6\u00dfe,").encode("cp1252"),
        plain.encode("utf-16"),
        plain.replace("\n", "\r").encode(),
        plain.replace("0.50", "0.50,,").encode(),
        plain.replace("prepaid", "budget").encode(),
        plain.replace(",", ";").encode(),
    ):
        file.write_bytes(data)
        assert known_table(file, read_rows(file), PLACES, sheet) is None
        if b"budget" not in data:
            read_both(tmp_path, section, last)
    # Line ends are no part of a row.
    file.write_bytes(plain.replace("\n", "\r\n").encode("utf-8-sig"))
    assert known_table(file, read_rows(file), PLACES, sheet) is not None
    read_both(tmp_path, section, last)


def test_other_bytes_than_those_that_were_read_tell_of_no_row(tmp_path: Path) -> None:
    """A file that is replaced while it is read, and a damaged `state/`: its lines are not those of the records."""
    section = IntakeSection(advertisers="a.csv", max_refused_share="1", absent=ABSENT)
    file = tmp_path / "a.csv"
    file.write_text("\n".join(party_lines()))
    last = kept(tmp_path, section)
    sheet, table = last.sheet("advertisers"), read_rows(file)
    assert sheet is not None
    assert known_table(file, table, PLACES, sheet) is not None
    other = "\n".join(party_lines((7, "a6,Another,fr,,6.50")))

    assert known_table(file, table, PLACES, replace(sheet, data=other.encode())) is None
    file.write_text(other)
    assert known_table(file, table, PLACES, sheet) is None
