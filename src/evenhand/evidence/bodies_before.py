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
    rf"|(?P<the>(?:The|A|An|One)\s)?(?P<between>(?:(?<=\s)[a-z][\w’'-]*\s){{1,3}})?(?P<name>{_NAME}))(?=(?P<behind>,|\s+[a-z’'-]+))"
)
_SMALL: Final = ADVERBS | AUXILIARIES | BREAKS | DETERMINERS | MONTHS | PREPOSITIONS | SUBJECT_PRONOUNS | TIMES
_LONGEST_NOUN: Final = 120
_WORDS_OF_NOUN: Final = 6
_READ: Final = 1_500
_SENTENCES: Final = 2
"""Sentences, this one among them, in which the body is looked for."""


def body_before(earlier: str, names: KnownNames) -> str | None:
    """Return the body that "its" behind some words means: the subject there, or of the sentence before."""
    words = _QUOTED.sub(" ", earlier[-_READ:])
    found = sentences(words, (0, len(words)))
    pieces = [line for start, end in found[-_SENTENCES - 1 :] for line in words[start:end].split("\n") if line.strip()]
    for sentence in reversed(pieces[-_SENTENCES - 1 :]):
        body = _subject(sentence)
        if body is not None and not names.is_person(body):
            return body
    return None


def _subject(sentence: str) -> str | None:
    if noun := _body_noun(sentence):
        return noun
    found = _OPENING.match(sentence)
    if found is None or not (found["behind"].strip() == "," or _may_be_verb(found["behind"].strip())):
        return None
    name = _bare(found["beside"] or found["name"])
    if " " not in name and name.casefold().strip(".") in _SMALL:
        return None
    return name if found["beside"] or found["between"] else f"{found['the'] or ''}{name}"


def _body_noun(sentence: str) -> str | None:
    """Return a subject without a name that ends with the noun of a body: "The State election panel rejected …"."""
    words = sentence[:_LONGEST_NOUN].replace(",", " , ").split()
    if not words or words[0] not in {"The", "A", "An"}:
        return None
    for at in range(1, min(len(words) - 1, _WORDS_OF_NOUN)):
        if at > 1 and _is_finite(words[at - 1]):
            return None
        if is_body(words[at]) and (words[at + 1] == "," or _may_be_verb(words[at + 1])):
            return " ".join(["the" if words[0] == "The" else words[0].lower(), *words[1 : at + 1]])
    return None


def _is_finite(word: str) -> bool:
    """Return whether a word can be a verb in the past or an auxiliary: behind it no subject goes on."""
    cue = cue_table().get(word)
    return word in AUXILIARIES or word in IRREGULAR_PAST or (cue is not None and cue.shape == "past")


def _bare(name: str) -> str:
    return re.sub(r"[’']s$", "", re.sub(r"^(?:The|A|An)\s", "", name))


def _may_be_verb(word: str) -> bool:
    """Return whether a word behind a subject can go on with it: a verb, an adverb or `on Monday`."""
    small = AUXILIARIES | IRREGULAR_PAST | PREPOSITIONS | ADVERBS | {"who", "which"}
    return word in small or word in cue_table() or word.endswith(("ed", "s", "ly"))
