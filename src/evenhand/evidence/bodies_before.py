"""Which body "its" means: the subject of the sentence, else of the one before; nobody where it is told otherwise."""

import re
from typing import Final

from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.known_names import KnownNames
from evenhand.evidence.speaker_kinds import is_body
from evenhand.evidence.text_spans import sentences
from evenhand.evidence.word_classes import (
    ADVERBS,
    AUXILIARIES,
    BREAKS,
    DETERMINERS,
    IRREGULAR_PAST,
    MONTHS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    TIMES,
)

_QUOTED: Final = re.compile(r"[“\"«„][^“”\"«»„]{0,2000}[”\"»“]")
_WORD: Final = r"[^\W\d_a-z][\w&.’'-]*"
_NAME: Final = rf"{_WORD}(?:\s(?:(?:of|for|and|&|de|the)\s){{0,2}}{_WORD}){{0,6}}"
_OPENING: Final = re.compile(
    r"^(?:(?:In|On|At|After|For|Since|During|Before|Under)\s[^,.;]{2,60},\s)?"
    rf"(?:(?P<apposed>(?:The|A|An|Its|His|Her|Their|One)\s[^,.;]{{2,80}},\s(?:the\s|a\s)?(?P<beside>{_NAME})(?=,))"
    rf"|(?P<the>(?:The|A|An|One)\s)?(?P<between>(?:(?<=\s)[a-z][\w’'-]*\s){{1,3}})?(?P<name>{_NAME})"
    r"|(?P<noun>The\s(?:[a-z-]+\s){0,2}?(?P<head>[a-z-]+)))(?=(?P<behind>,|\s+[a-z’'-]+))"
)
_SMALL: Final = ADVERBS | AUXILIARIES | BREAKS | DETERMINERS | MONTHS | PREPOSITIONS | SUBJECT_PRONOUNS | TIMES
_READ: Final = 1_500
_SENTENCES: Final = 2
"""Sentences, this one among them, in which the body is looked for."""


def body_before(earlier: str, names: KnownNames) -> str | None:
    """Return the body that "its" behind some words means: the subject there, or of the sentence before."""
    words = _QUOTED.sub(" ", earlier[-_READ:])
    found = sentences(words, (0, len(words)))
    for start, end in reversed(found[-_SENTENCES - 1 :]):
        body = _subject(words[start:end].rpartition("\n")[2])
        if body is not None and not names.is_person(body):
            return body
    return None


def _subject(sentence: str) -> str | None:
    found = _OPENING.match(sentence)
    if found is None or not (found["behind"] == "," or _may_be_verb(found["behind"].strip())):
        return None
    if found["noun"]:
        return found["noun"][0].lower() + found["noun"][1:] if is_body(found["head"]) else None
    name = _bare(found["beside"] or found["name"])
    if " " not in name and name.casefold().strip(".") in _SMALL:
        return None
    return name if found["beside"] or found["between"] else f"{found['the'] or ''}{name}"


def _bare(name: str) -> str:
    return re.sub(r"[’']s$", "", re.sub(r"^(?:The|A|An)\s", "", name))


def _may_be_verb(word: str) -> bool:
    """Return whether a word behind a subject can go on with it: a verb, an adverb or `on Monday`."""
    small = AUXILIARIES | IRREGULAR_PAST | PREPOSITIONS | ADVERBS | {"who", "which"}
    return word in small or word in cue_table() or word.endswith(("ed", "s", "ly"))
