"""What holds of every table, however it is written."""

import csv
import re
from contextlib import suppress
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.intake import read_tables
from evenhand.intake.values import cells
from evenhand.model.network import Absent, IntakeSection
from evenhand.store.tables import read_parquet, write_parquet
from tests.suffixes import SUFFIXES
from tests.tables import check_table_or_error

SETTINGS = IntakeSection(
    advertisers="a.csv", max_refused_share="1", absent=Absent(payer="undisclosed", political="refuse")
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=8))
def test_no_row_is_lost(rows: list[tuple[str, str, str]]) -> None:
    """Every row that holds anything is an advertiser; one that was rejected says so, and nobody took it for read.

    One that says what an earlier one does is counted in a note.
    """
    text = StringIO()
    csv.writer(text).writerows([("id", "name", "domains"), *rows])
    with TemporaryDirectory() as folder:
        Path(folder, "a.csv").write_text(text.getvalue(), encoding="utf-8", newline="")

        tables = read_tables(Path(folder), SETTINGS, {}, "EUR", SUFFIXES)

    bad = {each.line for each in tables.refused if each.what == "row"}
    read = [each for each in tables.advertisers if each.id not in tables.unscreened]
    assert tables.rows["advertisers"] == sum(map(any, rows))
    notes = [note for table in tables.understood for note in table.notes]
    again = sum(
        int(found[1].replace(",", "")) for note in notes if (found := re.match(r"([0-9,]+) rows? equals? ", note))
    )
    assert len(read) <= tables.rows["advertisers"] - len(bad) - again <= len(tables.advertisers)
    assert {each.id for each in tables.advertisers} >= set(tables.unscreened)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_one_clear_error(raw: bytes) -> None:
    """A file from outside must not break the run in any other way."""
    check_table_or_error(raw, "a.csv")


@given(
    st.lists(
        st.tuples(TEXT, st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.binary(max_size=20)), max_size=6
    )
)
@settings(max_examples=30, deadline=None)
def test_parquet_gives_back_what_it_was_given(rows: list[tuple[str, int | None, bytes | None]]) -> None:
    """Round trip: state is compared with what it was written from."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "t.parquet")

        write_parquet(path, {"a": "VARCHAR", "b": "BIGINT", "c": "BLOB"}, rows)

        assert read_parquet(path) == rows


@given(st.integers(0, 100_000_000))
def test_a_share_in_percent_is_the_same_as_its_fraction(hundred_millionths: int) -> None:
    """Two spellings of one share must catch the same companies."""
    percent = f"{hundred_millionths // 1_000_000}.{hundred_millionths % 1_000_000:06} %"
    fraction = f"{hundred_millionths // 100_000_000}.{hundred_millionths % 100_000_000:08}"

    assert cells.share(percent) == cells.share(fraction) == hundred_millionths // 100


@given(TEXT)
def test_any_text_is_a_value_or_unusable(text: str) -> None:
    """A cell may hold anything; only `Unusable` says so."""
    for read in (cells.key, cells.day, cells.birth_date, cells.truth, cells.share, cells.account, cells.identifier):
        try:
            read(text)
        except cells.Unusable:
            continue
    with suppress(cells.Unusable):
        assert cells.money(text, "EUR", {}) >= 0
