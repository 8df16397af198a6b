"""Days and amounts are read as a file writes them, and one that could be two is never guessed."""

from collections.abc import Iterator

import pytest

from evenhand.intake.row import Row
from evenhand.intake.values.cells import NO_AMOUNTS, PLACEHOLDERS, Unusable
from evenhand.intake.values.column_evidence import find_notation
from evenhand.store.tables import Line, NumberText
from tests.each_case import each_case


def read(column: str, *cells: str, dates: str = "", decimals: str = "") -> list[str]:
    """Return the cells of one column in plain form; `?` and what was expected where there is none."""
    notation = find_notation({column: 0}, lambda: _lines(cells), dates, decimals)  # type: ignore[arg-type]
    return [_plain_or_why(notation.plainly[column], cell) for cell in cells]


def _lines(cells: tuple[str, ...]) -> Iterator[Line]:
    return (Line(number, [cell]) for number, cell in enumerate(cells, 2))


def _plain_or_why(plainly: object, cell: str) -> str:
    try:
        return plainly(cell)  # type: ignore[operator, no-any-return]
    except Unusable as error:
        return f"? {error}"


@each_case(
    "text",
    [
        "2008-05-07", "2008/05/07", "07.05.2008", "7.5.2008", "7. Mai 2008", "7 mai 2008", "7 de mayo de 2008",
        "7 maggio 2008", "7 maja 2008", "7 мая 2008 г.", "7 maja 2008 r.",
        "07.05.2008 r.", "7 мая 2008 года", "May 7, 2008", "7-May-2008", "7th of May 2008",
        "07.05.2008 14:30", "2008-05-07 14:30:00", "2008-05-07T14:30:00", "20080507", "7. Mai 2008 14:30",
        "May 7, 2008 3:00 PM", "May 7, 2008, 03:00:00 a.m.", "2008/05/07 3:00 pm",
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written_in_seven_languages(text: str) -> None:
    """Dots are days first everywhere; a time of day without a zone is dropped."""
    assert read("first_seen", text) == ["2008-05-07"]


def test_a_day_that_could_be_two_is_decided_by_the_column_or_rejected() -> None:
    """Two rows that contradict each other decide nothing."""
    ambiguous = (
        "? a date that can be read in one way only: write it as YYYY-MM-DD, or say --dates dmy or mdy"
        " (dates in [intake])"
    )

    assert read("starts", "03/04/2019") == [ambiguous]
    assert read("starts", "03/04/2019", "13/04/2019") == ["2019-04-03", "2019-04-13"]
    assert read("starts", "03/04/2019", "5/13/2004") == ["2019-03-04", "2004-05-13"]
    assert read("starts", "03/04/2019", "13/04/2019", "5/13/2004") == [ambiguous, "2019-04-13", "2004-05-13"]
    assert read("starts", "03/04/2019", dates="mdy") == ["2019-03-04"]
    assert read("starts", "01/29/2020 3:00 PM", "3/4/2019 12:00:00 AM") == ["2020-01-29", "2019-03-04"]
    assert read("starts", "05/05/2019", "03-04-2019", "13.04.2019") == ["2019-05-05", ambiguous, "2019-04-13"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("31.02.2008", "? a day of the calendar; `31.02.2008` is none"),
        ("20080231", "? a day of the calendar; `20080231` is none"),
        ("07052008", "07052008"), ("20131307", "20131307"), ("20200129 3", "20200129 3"),
        ("07.05.08", "? a date with a year of four digits"),
        ("2008-05-07T12:00Z", "2008-05-07T12:00Z"), ("soon", "soon"), ("7 Brumaire 2008", "7 Brumaire 2008"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_said_or_left_to_the_reader_of_days(text: str, said: str) -> None:
    """A century is not guessed, nor a zone."""
    assert read("ends", text) == [said]


def test_a_date_of_birth_keeps_the_parts_that_it_has() -> None:
    """A year and a month are worth having."""
    assert read("birth_date", "1970", "03.1970", "März 1970", "12.03.1970") == [
        "1970",
        "1970-03",
        "1970-03",
        "1970-03-12",
    ]


@each_case(
    ("text", "plain"),
    [
        ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("1 234,56", "1234.56"), ("1'234.50", "1234.50"),
        ("1\u202f234\u202f567,5", "1234567.5"), ("1.234,56 €", "1234.56 EUR"),
        ("EUR 12,5", "12.5 EUR"), ("£12.50", "12.50 GBP"),
        ("1.234.567", "1234567"), ("1200", "1200"), ("0,250", "0.250"), ("0.250", "0.250"), ("12,5 USD", "12.5 USD"),
        ("12.34.56", "12.34.56"), ("$12", "$12"), ("-5", "-5"), ("1 23", "1 23"),
        ("120,-", "120.00"), ("1.234,-", "1234.00"), ("1.234,-- €", "1234.00 EUR"), ("CHF 120.–", "120.00 CHF"),
        (",-", ",-"), ("120-", "120-"), ("-", "-"),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_either_comma(text: str, plain: str) -> None:
    """What is no amount is left to the reader of amounts; a dollar is many currencies."""
    assert read("budget", text) == [plain]


def test_an_amount_that_could_be_two_is_decided_by_the_column_or_rejected() -> None:
    """`1,234` is a thousand or one; a number that its file holds as a number says nothing of its texts."""
    ambiguous = (
        "? an amount that can be read in one way only: add cents, or say --decimals comma or point"
        " (decimals in [intake])"
    )

    assert read("spent", "1,234", "1.234") == [ambiguous, ambiguous]
    assert read("spent", "1,234", "12.50") == ["1234", "12.50"]
    assert read("spent", "1.234", "120,-") == ["1234", "120.00"]
    assert read("spent", "1.234", "12,50") == ["1234", "12.50"]
    assert read("spent", "1.234", decimals="comma") == ["1234"]
    assert read("spent", NumberText("1.50"), "1,234")[1] == ambiguous


def test_what_was_understood_is_told_and_our_own_way_is_not() -> None:
    """ISO dates and decimal points need no word."""
    plain = find_notation({"starts": 0, "spent": 1}, lambda: iter([Line(2, ["2020-01-02", "1.50"])]), "", "")
    german = find_notation({"starts": 0, "spent": 1}, lambda: iter([Line(2, ["02.01.2020", "1,50"])]), "", "")

    assert (plain.days, plain.amounts) == ((), ())
    assert (german.days, german.amounts) == (("day.month.year",), ("a decimal comma",))


@pytest.mark.parametrize("column", ["prepaid", "budget", "spent"])
def test_an_amount_that_is_said_not_to_be_is_an_empty_cell_and_an_unknown_one_is_not(column: str) -> None:
    """`n/a` is no money; `unknown` may be some, and the row must be rejected."""
    for text in ("-", "n/a", "none", "entfällt", "néant", "нет", *NO_AMOUNTS):
        assert Row(2, [text.upper()], {column: 0}).text(column) == ""
    for text in ("unknown", "?", "tbd", "k.A.", "#N/A", "0", "-5"):
        assert Row(2, [text], {column: 0}).text(column) == text
    assert NO_AMOUNTS <= PLACEHOLDERS
