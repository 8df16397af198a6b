"""Lists of names within a sentence: so many that a person reads them, and how many more there are."""

from collections.abc import Sequence
from typing import Final

MOST_NAMED: Final = 5
"""Names that a sentence gives before it counts the rest."""


def short_list(names: Sequence[str]) -> str:
    """Return the first names and how many more there are.

    >>> short_list(["a", "b"]), short_list(["a"]), short_list(list("abcdefgh"))
    ('a and b', 'a', 'a, b, c, d, e and 3 more')
    """
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED:,} more"
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
