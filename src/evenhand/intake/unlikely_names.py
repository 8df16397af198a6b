"""Whether nearly all names of a table are none: countries, numbers, days or amounts, which another column has."""

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, NamedTuple

from evenhand.store.country_names import country_named, is_alpha2

# `K-100`, `03.04.2021`, `1.200,50 EUR`, and a number of hex digits; one digit alone may be a name, as in `A1` or `3M`.
_NUMBER = re.compile(
    r"(?=.*[0-9].*[0-9])[A-Za-z]{0,4}[\W_]*[0-9][0-9\W_]*(?:[A-Za-z]{1,3}[\W_]*)?|(?=.*[0-9])[0-9A-Fa-f-]{16,}"
)


class _Kind(NamedTuple):
    words: str
    is_one: Callable[[str], object]
    fewest: int


_KINDS: Final = (
    _Kind("countries", lambda text: country_named(text) or (len(text) == 2 and is_alpha2(text.upper())), 2),
    _Kind("numbers, days or amounts", _NUMBER.fullmatch, 3),
)


def doubt_of(names: Sequence[str]) -> str:
    """Return what nearly all names of a table are, nine of ten at least, if that is no names; ``""`` otherwise.

    >>> doubt_of(["DE", "RU", "Polen"]), doubt_of(["1&1", "3M", "123 GmbH"])
    ('3 of 3 names are countries, such as `DE`', '')
    """
    for kind in _KINDS:
        others = len(names) - max(kind.fewest, -(-len(names) * 9 // 10))
        if others >= 0 and len(list(islice((each for each in names if not kind.is_one(each)), others + 1))) <= others:
            found = [each for each in names if kind.is_one(each)]
            return f"{len(found):,} of {len(names):,} names are {kind.words}, such as `{found[0]}`"
    return ""
