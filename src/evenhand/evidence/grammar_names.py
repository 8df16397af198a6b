"""Names that are spelled like words of grammar: Lei He, Jin So, Mei An, Ha Do, Dorothy Day and Theresa May are persons.

A capital within a sentence behind another one tells; where a text has such a name, it is one elsewhere in it as well.
"""

import re
from functools import lru_cache
from typing import Final

from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.word_classes import (
    ADVERBS,
    AUXILIARIES,
    BREAKS,
    DAYS,
    DETERMINERS,
    HUMANS,
    JOINTS,
    MONTHS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    TIMES,
)

_GRAMMAR: Final = (
    ADVERBS | AUXILIARIES | BREAKS | DETERMINERS | JOINTS | MONTHS | PREPOSITIONS | SUBJECT_PRONOUNS | TIMES | {"may"}
) - {"of", "the", "for", "and"}
_NO_GIVEN_NAME: Final = _GRAMMAR | DAYS | {"of", "the", "for", "and"}
_BEHIND_CAPITAL: Final = re.compile(r"(?P<before>[A-Z][\w’'-]*\.?) (?=(?P<name>[A-Z][a-z]*)(?:[’']s\b|[,.;:)]| [a-z]))")
_WITH_IS: Final = SUBJECT_PRONOUNS | {"that", "there", "this", "who", "what", "where", "when", "how", "why"}
_OPENS: Final = frozenset('.!?:;“”"‘\n')
_BEHIND: Final = re.compile(r" ([a-z]+)")


@lru_cache(maxsize=2)
def names_like_grammar(text: str) -> frozenset[str]:
    """Return the words of grammar that are names in a text: those with a capital behind a given name or a title."""
    pairs = _BEHIND_CAPITAL.findall(text)
    return frozenset(name for before, name in pairs if name.lower() in _GRAMMAR and _is_of_a_person(before.lower()))


def _is_of_a_person(before: str) -> bool:
    """Return whether what stands before is of a person: behind the stop of "U.S." only a sentence begins."""
    if before in _NO_GIVEN_NAME or before.rstrip(".") in _NO_GIVEN_NAME:
        return False
    return before[-1] != "." or before in HUMANS


def is_name_here(text: str, start: int, word: str) -> bool:
    """Return whether such a word is the name at a place: within a sentence, or before the verb of one that it opens."""
    before = text[max(0, start - 4) : start].rstrip(" ")
    if before and before[-1] not in _OPENS:
        return True
    titled = text[max(0, start - 12) : start].split()[-1:] if text[start - 1 : start] == " " else []
    if titled and titled[0].lower() in HUMANS:
        return True
    end = start + len(word)
    behind = _BEHIND.match(text, end)
    speaks = behind is not None and (behind[1] in cue_table() or behind[1] in ADVERBS)
    speaks = speaks or text[end : end + 2] in {"'s", "’s"}
    return speaks and word.lower() not in _WITH_IS
