"""What a spreadsheet would run stays text, whatever parts its cells."""

import csv
import io

import pytest

from evenhand.model.visible_text import safe_cell
from tests.each_case import each_case


@each_case("formula", ["=1+1", "+1", "-1", "@SUM(A1)", ' "=1"', "\t=1", "x;=1", "x\t=1", "x; +1", 'x;"=1"'])
@each_case("delimiter", [",", ";", "\t"])
def test_no_cell_begins_a_formula_whatever_the_delimiter(formula: str, delimiter: str) -> None:
    """Excel in a German setting opens a CSV with `;`."""
    file = io.StringIO()
    csv.writer(file).writerow(["a", safe_cell(formula), "b"])

    for cell in next(csv.reader(io.StringIO(file.getvalue()), delimiter=delimiter)):
        assert not cell.strip(' "').startswith(("=", "+", "-", "@")), cell


@pytest.mark.parametrize("text", ["", "plain", "a-b; c=d", "3 + 4", "x@example.org"])
def test_an_ordinary_cell_stays_as_it_is(text: str) -> None:
    """A guard that changes names would make them unfit to be searched for."""
    assert safe_cell(text) == text
