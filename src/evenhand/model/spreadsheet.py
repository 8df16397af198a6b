"""Cells of tables that people open in a spreadsheet: what it would run as a formula is kept a text."""

import re
from typing import Final

from evenhand.model.visible import visible

# A spreadsheet of another locale parts cells at `;` or a tab as well, so a formula may begin behind one.
_FORMULA: Final = re.compile(r"(^|[;\t\r\n])([\s\"]*)(?=[=+\-@])|^(?=[\t\r])")

_GUARDED: Final = re.compile(r"(^|[;\t\r\n])([\s\"]*)'(?=[=+\-@])|^'(?=[\t\r])")


def safe_cell(text: str) -> str:
    """Return a text for a cell: an apostrophe before each formula, and escapes for what shows nothing.

    >>> safe_cell("=1+1"), safe_cell("Plum;=HYPERLINK(A1)"), safe_cell("Plum; = x"), safe_cell("a-b; c=d")
    ("'=1+1", "Plum;'=HYPERLINK(A1)", "Plum;' = x", 'a-b; c=d')
    """
    return visible(_FORMULA.sub(r"\1'\2", text))


def unguarded_cell(text: str) -> str:
    """Return a cell as it was before `safe_cell` put an apostrophe before its formula; others stay as they are.

    >>> unguarded_cell("'=1+1"), unguarded_cell("'tis"), unguarded_cell(safe_cell("-4;+1"))
    ('=1+1', "'tis", '-4;+1')
    """
    return _GUARDED.sub(r"\1\2", text)
