"""Whether "her" owns as "his" does, or is told something as "him" is: what stands behind it shows."""

from typing import Final

from evenhand.evidence.noun_phrases import is_verb
from evenhand.evidence.word_classes import (
    ADVERBS,
    AUXILIARIES,
    BREAKS,
    DETERMINERS,
    JOINTS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
)
from evenhand.evidence.words import Token

_NO_NOUN: Final = AUXILIARIES | BREAKS | DETERMINERS | JOINTS | PREPOSITIONS | SUBJECT_PRONOUNS | {"to", "not"}


def owns(sentence: list[Token], at: int) -> bool:
    """Return whether a noun stands behind a word such as "her": "her lawyer", not "told her that C"."""
    behind = at + 1
    while behind < len(sentence) and (sentence[behind].kind == "W" or sentence[behind].low in ADVERBS):
        behind += 1
    if behind >= len(sentence):
        return False
    word = sentence[behind]
    return word.kind == "n" or (word.kind == "w" and word.low not in _NO_NOUN and not is_verb(word))
