"""Cells of seats and app bundles: each value that a person wrote becomes the key of bids, or is told."""

from pathlib import Path

from evenhand.intake import Tables, read_tables
from evenhand.intake.values.bid_keys import bundle_values, seat_values
from evenhand.model.network import Absent, IntakeSection
from tests.each_case import each_case
from tests.suffixes import SUFFIXES

PLAY = "https://play.google.com/store/apps/details?id="


def read(folder: Path, column: str, text: str) -> Tables:
    (folder / "a.csv").write_text(f'id,name,{column}\na1,Made Up,"{text}"\n', encoding="utf-8", newline="")
    absent = Absent(payer="advertiser", political="no")
    settings = IntakeSection(advertisers="a.csv", max_refused_share="0", absent=absent)
    return read_tables(folder, settings, {}, "EUR", SUFFIXES)


@each_case(("text", "bundles"), [
    ("com.z.three", ("com.z.three",)),
    ("com.z.three, com.z.four", ("com.z.three", "com.z.four")),
    ("com.z.three,com.z.four|com.z.five", ("com.z.three", "com.z.four", "com.z.five")),
    ("com.z.three com.z.four\ncom.z.five; com.z.three", ("com.z.three", "com.z.four", "com.z.five")),
    ("com.z.three und com.z.four", ("com.z.three", "com.z.four")),
    (f"{PLAY}com.z.one", ("com.z.one",)),
    (f"{PLAY}com.z.one&hl=de, com.z.two", ("com.z.one", "com.z.two")),
    ("https://apps.apple.com/us/app/x/id777777777", ("777777777",)),
    ("id1234567890, 1234567891", ("1234567890", "1234567891")),
    ("1234567891.0", ("1234567891",)),
    ("B00ABCDEF1; roku:12345", ("B00ABCDEF1", "roku:12345")),
    ("n/a", ()),
])  # fmt: skip
def test_every_bundle_of_a_cell_is_the_one_that_bids_carry(tmp_path: Path, text: str, bundles: tuple[str, ...]) -> None:
    """As one text, the bids of a refused client passed as unknown, and nothing said so."""
    tables = read(tmp_path, "bundles", text)

    assert (tables.advertisers[0].bundles, tables.refused) == (bundles, ())


@each_case(("text", "seats"), [
    ("512", ("512",)),
    ("512, 513", ("512", "513")),
    ("512,dsp.example/513 | 0014", ("512", "dsp.example/513", "0014")),
    ("512 513", ("512", "513")),
    ("Seat 9, Seat 10", ("Seat 9", "Seat 10")),
    ("512.0; dsp.example/a b", ("512", "dsp.example/a b")),
])  # fmt: skip
def test_every_seat_of_a_cell_is_the_one_that_bids_carry(tmp_path: Path, text: str, seats: tuple[str, ...]) -> None:
    """A seat may have a blank in it, never a comma."""
    tables = read(tmp_path, "seats", text)

    assert (tables.advertisers[0].seats, tables.refused) == (seats, ())


@each_case(("column", "text", "left", "expected"), [
    ("bundles", "com.z.one; My First App", ("com.z.one",), "an app's bundle, such as"),
    ("bundles", "com.z.one; https://apps.apple.com/de/charts", ("com.z.one",), "an app's bundle, such as"),
    ("bundles", "com.z.one; play.google.com/store/apps", ("com.z.one",), "an app's bundle, such as"),
    ("bundles", "com.z.one; market://details?id=com.z", ("com.z.one",), "an app's bundle, such as"),
    ("bundles", "com.z.one; 1.23457E+11", ("com.z.one",), "all digits"),
    ("seats", "512; https://dsp.example/513", ("512",), "a seat as bids name it"),
])  # fmt: skip
def test_what_no_bid_can_carry_is_told(
    tmp_path: Path, column: str, text: str, left: tuple[str, ...], expected: str
) -> None:
    """A key that nothing meets protects nobody, and looks as if it did."""
    tables = read(tmp_path, column, text)

    [told] = tables.refused
    assert (getattr(tables.advertisers[0], column), told.column, told.what) == (left, column, "value")
    assert expected in told.expected


def test_a_long_cell_of_keys_is_split_in_no_time() -> None:
    """A cell may hold 131,072 characters, and a stranger may have written it."""
    for unit in (",", "com.a,", "1 ", "a.b|x ", "id", "1."):
        text = unit * (131_072 // len(unit)) + " x"
        bundle_values(text)
        seat_values(text)
