"""Several names in one cell, separated by `;` or line breaks: the whole is the name, and each of them another name.

A long name is written on several lines, too. So nothing is found that would not be found in the whole, and more is.
"""

from html import unescape
from typing import Final

from evenhand.intake.register_numbers import COMPARED_ALL_THE_SAME
from evenhand.intake.row import Row
from evenhand.intake.values import cells
from evenhand.intake.values.cells import Unusable, list_values
from evenhand.intake.values.legal_forms import is_legal_form

SEVERAL: Final = f"one name, or others in the column of aliases; each part is {COMPARED_ALL_THE_SAME} its names"
"""What is told of such a cell."""
_SEPARATORS = (";", "\n", "\r")


def names_within(row: Row) -> tuple[str, ...]:
    """Return the names in a row's cell of names if there are several, and tell of it."""
    text = row.own("name")
    parts = tuple(dict.fromkeys(part for part in map(str.strip, list_values(unescape(text))) if _is_name(part)))
    if len(parts) < 2:
        return ()
    row.left_out.append(("name", cells.on_one_line(text), SEVERAL))
    return parts


def quick_names_within(text: str) -> tuple[str, ...] | None:
    """Return no names of a cell without a separator, None of any other."""
    return None if any(each in text for each in _SEPARATORS) else ()


def _is_name(text: str) -> bool:
    """Return whether a part of a cell names somebody: not a number or a legal form on a line of its own."""
    try:
        return any(map(str.isalpha, cells.name(text))) and not is_legal_form(text)
    except Unusable:
        return False
