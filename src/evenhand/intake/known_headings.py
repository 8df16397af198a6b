"""The headings that are known of one table: its own names, and the rows of `headings.txt`."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from evenhand.intake.columns import NAMES, NAMES_OF, PARTIES, columns_of, heading_rows
from evenhand.model.text_matching import plain

SHORT = 3
"""Of a name of so few letters any other is as near."""

_UNCLEAR = "?"
_ID_OR_NAME = "name?"
_ALIKE = 0.75  # of 1, so that a typing error is seen and another word is not


class KnownHeadings(NamedTuple):
    """The headings of one table, plainly: the column of each, how it is shown, those that could be two things.

    Of these, `id_or_name` can only be the id or the name.
    """

    columns: Mapping[str, str]
    usual: Mapping[str, str]
    shown: Mapping[str, str]
    unclear: frozenset[str]
    id_or_name: frozenset[str]

    def nearest(self, name: str) -> tuple[str, str] | None:
        """Return the known heading nearest to a plain name, and its column."""
        names = {**self.usual, **self.columns}
        close = get_close_matches(name, names, 1, _ALIKE) if len(name) > SHORT else []
        return (self.shown[close[0]], names[close[0]]) if close else None


@cache
def known_headings(table: str) -> KnownHeadings:
    """Return the headings that are known of a table."""
    own = columns_of(table)
    usual: dict[str, str] = {}
    shown: dict[str, str] = {}
    unclear: dict[str, set[str]] = {_UNCLEAR: set(), _ID_OR_NAME: set()}
    sources = (table, "parties", "numbers") if table in PARTIES else (table,)
    for source in sources:
        for of, column, _, headings in heading_rows():
            name = column.partition(" ")[0]
            name = NAMES_OF.get(name, name) if table == NAMES else name
            if of == source and name in unclear:
                unclear[name].update(map(plain, headings))
            elif of == source and name in own:
                shown = {plain(heading): heading for heading in headings} | shown
                usual = dict.fromkeys(map(plain, headings), name) | usual
    columns = {plain(column): column for column in own}
    either = frozenset(unclear[_ID_OR_NAME] - usual.keys())
    return KnownHeadings(
        columns, usual, {**shown, **columns}, frozenset(unclear[_UNCLEAR] - usual.keys()) | either, either
    )
