"""Whether a text is English, by its function words; which other language it is, is not guessed."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.page_words import words as page_words

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LOOKED_AT: Final = 6_000
_A_SIGN_IN: Final = 12
"""Words in small letters of which one must be a sign of English, in a text with few function words."""


def language(text: str) -> str | None:
    """Return `en` of an English text, None of any other and of one that cannot be told.

    Of the words in small letters (names say nothing) English news has about half function words; other languages share
    0 to 20 % with it. From 30 % on, a third of them English alone, a text counts as English, unless it has more
    function words of other languages. One with fewer, as notes full of names are, needs a verb of speech or such a
    word in every twelve, and none of another language.

    >>> language("The ministry said that it had not been told of the ban."), language("Calvado denied wrongdoing.")
    ('en', 'en')
    >>> language("Das Ministerium hat das verneint.") is None
    True
    """
    english, other = page_words("english"), page_words("english and others")
    found = _WORD.findall(text[:_LOOKED_AT])
    small = [word for word in found if word[:1].islower()]
    words = [word.lower() for word in found if word[:1].islower() or word.lower() in english]
    known = [word for word in words if word in english]
    own = [word for word in known if word not in other]
    strange = _strange(found)
    if len(known) >= max(2, 0.3 * len(words)) and len(own) >= max(1, 0.1 * len(words)):
        return "en" if strange <= len(own) else None
    signs = [word for word in own if word not in page_words("english by chance")]
    signs += [word for word in small if word in _verbs_of_speech()]
    return "en" if not strange and len(signs) >= max(1, len(words) / _A_SIGN_IN) else None


def _strange(found: Sequence[str]) -> int:
    """Return how many words are of other languages: their function words, and any with letters English lacks.

    "Jan van der Berg" has none: small words before a name are part of it.
    """
    others, within_names = page_words("of other languages"), page_words("within names")
    if others.isdisjoint(found) and all(map(str.isascii, found)):
        return 0
    count, in_name = 0, False
    for word in reversed(found):
        in_name = word[0].isupper() or (in_name and word in within_names)
        letters = word if word.isascii() else word.replace("’", "")
        count += not in_name and (word in others or not letters.isascii())
    return count


@cache
def _verbs_of_speech() -> frozenset[str]:
    """Return the past forms and participles of the cues: no other language has words that end so and mean so."""
    return frozenset(form for form, cue in cue_table().items() if cue.shape in {"past", "ing"} and len(form) > 3)
