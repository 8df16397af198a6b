"""Whether a word names several: a noun in -s does, a name that only ends in -s does not.

With a capital letter only words for persons and the endings of groups ("Democrats", "Georgians") are plural: Sanders,
Torres, Papadopoulos and Kovács are one person each and are read as Lim is.
"""

from functools import lru_cache
from typing import Final

from evenhand.evidence.states import state_words
from evenhand.evidence.word_classes import HUMANS
from evenhand.evidence.word_patterns import read_words
from evenhand.evidence.words import Token

_ENDINGS: Final = tuple(read_words("source_words.txt")["groups_of_persons"])
_NO_PLURALS: Final = ("ss", "us", "is")
_PERSONS: Final = read_words("speaker_words.txt")["plural_sources"] | read_words("source_words.txt")["persons_plural"]


def is_plural(word: Token) -> bool:
    """Return whether a word is a plural in -s, by its form; a name never is, whatever its last letter."""
    low = word.low
    if not low.endswith("s") or low.endswith(_NO_PLURALS):
        return False
    return word.kind == "w" or (word.kind == "W" and names_group(low))


def may_end_in_s(word: Token) -> bool:
    """Return whether a word ends in -s as a plural does; of names, with a capital letter, only words for groups do."""
    return word.low.endswith("s") and (word.kind != "W" or names_group(word.low))


@lru_cache(maxsize=4_096)
def names_group(low: str) -> bool:
    """Return whether a word, in small letters, is a plural of persons by its form: "clintonites", "democrats"."""
    known = low in _PERSONS or low[:-1] in HUMANS or low[:-1] in state_words().adjectives
    return known or low.endswith(_ENDINGS)
