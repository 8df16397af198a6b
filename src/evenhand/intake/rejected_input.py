"""What was left out, a row or a value with its place, and `rejected-input.csv`, which holds all of it."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from evenhand.model.run import Refused
from evenhand.model.visible_text import safe_cell
from evenhand.store.atomic_files import replacing_text

REJECTED = "rejected-input.csv"
FIELDS = ("file", "line", "column", "value", "expected", "what")


LONGEST_SHOWN = 200
"""Characters of a value that are shown."""


def refused(
    file: str, line: int, column: str, value: str, expected: str, what: Literal["row", "value", "note"] = "row"
) -> Refused:
    """Return what was left out with its place, a long value cut."""
    return Refused(file=file, line=line, column=column, value=value[:LONGEST_SHOWN], expected=expected, what=what)


def write_refused(path: Path, refused: Iterable[Refused]) -> None:
    """Write what was left out as CSV, whole or not at all; an empty list gives the heading alone.

    A value that a spreadsheet would run as a formula is prefixed by an apostrophe; what shows nothing is an escape.
    """
    with replacing_text(path) as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        writer.writerows([safe_cell(str(getattr(each, name))) for name in FIELDS] for each in refused)
