"""A word written together with the article before it: `almujil`, `abdelhalim`, also with a slip in the article."""

import re
from functools import lru_cache
from typing import NamedTuple

from evenhand.screening.names.similarity import similarity

_ARTICLE = re.compile(r"(?:(a{1,2}[bh]{1,2}d{1,2}[aeou]l)|[aeu]l)([a-z]{2,})")


class Compound(NamedTuple):
    """The article, `al` or `abd`, and the rest."""

    article: str
    rest: str


@lru_cache(maxsize=1 << 16)
def after_article(token: str) -> Compound | None:
    """Return the two words that a word may be, None if it begins with no article.

    >>> after_article("alnujil"), after_article("ahdulrab"), after_article("mujil")
    (Compound(article='al', rest='nujil'), Compound(article='abd', rest='rab'), None)
    """
    found = _ARTICLE.fullmatch(token)
    return Compound("abd" if found[1] else "al", found[2]) if found else None


def is_part(token: str, other: str) -> bool:
    """Return whether a word may be the article or the rest of one that is written together with it."""
    joined = after_article(token)
    return joined is not None and (other == joined.article or similarity(joined.rest, other) > 0)
