"""Whether a text is English, by its function words; which other language it is, is not guessed."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Final

from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.page_words import words as page_words

_WORD: Final = re.compile(r"[A-Za-z]++(?=[ ,.\n])|[^\W\d_]+(?:['’][^\W\d_]+)?")
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
    counts = Counter(_words(text[:_LOOKED_AT]))
    # Each word is looked at once: half of an article are words that it has more than once.
    known = words = 0
    own: dict[str, int] = {}
    for word, number in counts.items():
        small = word.lower()
        if small in english:
            known += number
            if small not in other:
                own[word] = number
        if small in english or word[0].islower():
            words += number
    strange = _strange(text[:_LOOKED_AT], counts)
    if known >= max(2, 0.3 * words) and sum(own.values()) >= max(1, 0.1 * words):
        return "en" if strange <= sum(own.values()) else None
    by_chance, verbs = page_words("english by chance"), _verbs_of_speech()
    signs = sum(number for word, number in own.items() if word.lower() not in by_chance)
    signs += sum(number for word, number in counts.items() if word in verbs)
    return "en" if not strange and signs >= max(1, words / _A_SIGN_IN) else None


def _words(text: str) -> list[str]:
    """Return the words of a text, in no order: most are one between blanks, and need no pattern."""
    pieces = text.split()
    found = [piece for piece in pieces if piece.isalpha()]
    return found + _WORD.findall(" ".join(piece for piece in pieces if not piece.isalpha()))


def _strange(text: str, counts: Mapping[str, int]) -> int:
    """Return how many words are of other languages: their function words, and any with letters English lacks.

    "Jan van der Berg" has none: small words before a name are part of it.
    """
    others, within_names = page_words("of other languages"), page_words("within names")
    strange = {word for word in counts if word in others and not word[0].isupper()}
    if not "".join(counts).isascii():
        strange |= {word for word in counts if not word.replace("’", "").isascii() and not word[0].isupper()}
    count = sum(counts[word] for word in strange - within_names)
    if strange.isdisjoint(within_names):
        return count
    in_name = False
    for word in reversed(_WORD.findall(text)):
        in_name = word[0].isupper() or (in_name and word in within_names)
        count += not in_name and word in within_names and word in strange
    return count


@cache
def _verbs_of_speech() -> frozenset[str]:
    """Return the past forms and participles of the cues: no other language has words that end so and mean so."""
    return frozenset(form for form, cue in cue_table().items() if cue.shape in {"past", "ing"} and len(form) > 3)
