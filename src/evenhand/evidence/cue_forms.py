"""Whether a word in the form of a cue is a verb there, or a noun or an adjective in the same letters."""

from typing import Final

from evenhand.evidence.cue_words import Cue
from evenhand.evidence.noun_phrases import phrase_before
from evenhand.evidence.plurals import is_plural
from evenhand.evidence.word_classes import (
    BEFORE_BASE,
    BEFORE_PRESENT,
    COUNTS,
    DETERMINERS,
    NO_ADVERBS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
)
from evenhand.evidence.words import Token

_SHARERS: Final = frozenset({"all", "some", "many", "few", "most", "both"})
_PARTICLES: Final = frozenset({"out", "off", "back", "up", "themselves", "itself", "himself", "herself"})
_BEFORE_OBJECT: Final = PREPOSITIONS | {"to"}
_OPENS_SUBJECT: Final = DETERMINERS | SUBJECT_PRONOUNS
_OPENS_CLAUSE: Final = _OPENS_SUBJECT | {"that", "there", "nothing", "nobody"}
_BEHIND_NOUN: Final = PREPOSITIONS | _PARTICLES


def opens_inverted(sentence: list[Token], at: int) -> bool:
    """Return whether a cue has a capital: `Continued Lee: “…”`, `Lee, the editor, Tweeted on Friday`."""
    if sentence[at].kind == "W" and at and sentence[at - 1].text == ",":
        return at + 1 < len(sentence) and sentence[at + 1].kind == "w"
    if at or sentence[0].kind != "W" or len(sentence) < 3:
        return False
    if sentence[1].kind != "W" and sentence[1].low not in DETERMINERS:
        return False
    return any(word.text == ":" for word in sentence[2:])


def is_cue(sentence: list[Token], at: int, cue: Cue) -> bool:
    """Return whether the form of a cue is a verb there, not a noun or an adjective in the same letters."""
    after = sentence[at + 1].low if at + 1 < len(sentence) else ""
    if cue.particles:
        return after in cue.particles
    if at == 0:
        return cue.shape == "ing" or (cue.shape == "past" and sentence[at].kind == "W")
    before = sentence[at - 1]
    if before.low in _SHARERS or _says_the_rest(sentence, at, cue) or _ends_report(sentence, at, cue):
        return True
    if is_manner(before) and at > 1 and cue.shape != "ing":
        before = sentence[at - 2]
    if before.low == "that" and at > 1 and sentence[at - 2].kind in "wW" and cue.shape in {"past", "present"}:
        return "N" not in cue.frames
    if cue.shape == "base" and before.kind == "W":
        return _are_several(sentence, at - 1)
    if before.low == "her" and cue.shape == "past" and at > 1 and sentence[at - 2].low in _BEFORE_OBJECT:
        return "N" not in cue.frames  # "an aide close to her said"
    return not _is_noun_place(before, cue, after) and _fits_form(before, cue, after)


def _ends_report(sentence: list[Token], at: int, cue: Cue) -> bool:
    """Return whether a name and a verb between marks end what is reported: `C, the weekly Ugen reports, citing …`."""
    if cue.shape != "present" or "r" not in cue.frames or sentence[at - 1].kind != "W":
        return False
    if at + 1 >= len(sentence) or sentence[at + 1].text not in {",", "."}:
        return False
    comma = next((before for before in range(at - 2, max(2, at - 6), -1) if sentence[before].text == ","), None)
    return comma is not None


def _says_the_rest(sentence: list[Token], at: int, cue: Cue) -> bool:
    """Return whether the others of some persons speak: `the other three said they …`, not `three reported cases`."""
    if at < 2 or at + 1 >= len(sentence) or "t" not in cue.frames or sentence[at - 1].low not in COUNTS:
        return False
    after = sentence[at + 1]
    opens = after.kind == "q" or after.low in _OPENS_CLAUSE
    return sentence[at - 2].low in {"other", "remaining", "the"} and opens


def _are_several(sentence: list[Token], last: int) -> bool:
    """Return whether a phrase that ends with a name is plural: `critics of Lim`, `Lim and Ode`."""
    phrase = phrase_before(sentence, last)
    if phrase is None:
        return False
    words = sentence[phrase.first : phrase.last + 1]
    head = next((at - 1 for at, word in enumerate(words) if at and word.low in PREPOSITIONS), len(words) - 1)
    return any(word.low == "and" for word in words) or is_plural(words[head])


def _is_noun_place(before: Token, cue: Cue, after: str) -> bool:
    """Return whether a noun or an adjective must follow a word: `the claim`, `Lee's claim`, `400 pledged votes`."""
    if before.low in DETERMINERS or before.text in {"'s", "’", "'"} or before.low in {"own", "new"}:
        return True
    return before.kind == "n" or (cue.lemma == "call" and after in _BEHIND_NOUN)


def _fits_form(before: Token, cue: Cue, after: str) -> bool:
    if cue.shape in {"past", "ing"}:
        return True
    if "N" in cue.frames:
        return _is_verb_among_nouns(before, cue, after)
    if cue.shape == "base":
        return before.low in BEFORE_BASE or is_plural(before)
    if before.kind == "w":
        return before.low in BEFORE_PRESENT or (after not in PREPOSITIONS and before.low not in PREPOSITIONS)
    return True


def _is_verb_among_nouns(before: Token, cue: Cue, after: str) -> bool:
    """Return whether `claims`, `reports` or `states` is a verb there."""
    if before.low in BEFORE_PRESENT or before.low in BEFORE_BASE:
        return before.low != "and"
    opens = after in _OPENS_SUBJECT or not after or "a" in cue.frames
    return cue.shape == "present" and (before.kind == "W" or before.text == ",") and opens


def is_manner(word: Token) -> bool:
    """Return whether a word says how: `strongly`, not `family`."""
    return word.kind == "w" and word.low.endswith("ly") and word.low not in NO_ADVERBS
