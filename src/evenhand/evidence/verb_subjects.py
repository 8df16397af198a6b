"""The subject of a verb of speech: before it, behind it, or the one that it shares with an earlier verb."""

from typing import Final

import msgspec

from evenhand.evidence.cue_forms import is_manner
from evenhand.evidence.cue_words import Cue, cue_table
from evenhand.evidence.noun_phrases import (
    Phrase,
    first_subject,
    is_verb,
    phrase_after,
    phrase_before,
    phrase_of,
    with_apposition,
)
from evenhand.evidence.word_classes import (
    BE,
    BEFORE_PARTICIPLES,
    DAYS,
    DETERMINERS,
    JOINTS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    TIMES,
)
from evenhand.evidence.words import Token

_GO_ON: Final = frozenset({"on", "continued", "continues", "began", "used", "back"})
_PLAIN: Final = frozenset({"said", "says", "reported", "reports", "announced", "announces", "warned", "warns"})
_DASHES: Final = frozenset({"-", "–", "—", "--"})
_BEHIND_SPEAKER: Final = PREPOSITIONS | JOINTS | DAYS | {"who", "as"}
_BEFORE_SHARING: Final = BEFORE_PARTICIPLES | TIMES


def subject_behind(sentence: list[Token], first: int, last: int) -> Phrase | None:
    """Return the speaker behind a verb, as in `…, said the minister.`"""
    before = sentence[first - 1] if first else None
    if before is None and sentence[first].kind == "W":
        return phrase_after(sentence, first + 1)
    if before is None or not (before.kind == "q" or before.text in {",", *_DASHES}) or last + 1 >= len(sentence):
        return None
    quoted = before.kind == "q" or (first > 1 and sentence[first - 2].kind == "q")
    opening = sentence[last + 1]
    if opening.kind not in "Wn" and opening.low not in DETERMINERS and opening.kind != "w":
        return None
    if opening.low in DAYS or opening.low in PREPOSITIONS or opening.low == "that":
        return None
    phrase = phrase_after(sentence, last + 1)
    if phrase is None or phrase.kind == "pronoun":
        return None
    after = sentence[phrase.last + 1] if phrase.last + 1 < len(sentence) else None
    if not quoted and not _may_end_report(sentence, first, last, after):
        return None
    if after is None or after.kind in "pq" or after.low in _BEHIND_SPEAKER:
        return with_apposition(sentence, phrase)
    return phrase if quoted and after.low.endswith(("ed", "ing")) else None


def _may_end_report(sentence: list[Token], first: int, last: int, after: Token | None) -> bool:
    """Return whether verb and subject may end a report without marks at the comma: `C, said the minister.`"""
    speaks = sentence[last].low in _PLAIN or any(word.kind == "q" for word in sentence[:first])
    return speaks and (after is None or after.text in {".", ",", ";", ":"})


def subject_of(sentence: list[Token], first: int, cue: Cue, earlier: list[Phrase]) -> tuple[Phrase | None, str]:
    """Return the subject of a cue that none follows, and its place: `before`, `shared` or `none`.

    `first` is the first token of the verb; `earlier` are the subjects of the cues before it in its sentence.
    """
    before = sentence[first - 1] if first else None
    if before is None:
        return (None, "none") if cue.shape != "ing" else (_main_behind(sentence, first), "shared")
    if cue.shape == "ing" and not _stands_beside(sentence, first):
        return _of_participle(sentence, first, cue, earlier)
    if before.low in {"who", "which"} or (before.low == "that" and first > 1 and sentence[first - 2].kind in "wW"):
        return _relative(sentence, first), "before"
    if before.low in JOINTS:
        return _shared(sentence, first, earlier), "shared"
    if before.low == "to":
        goes_on = first > 1 and sentence[first - 2].low in _GO_ON
        return (_shared(sentence, first, earlier) if goes_on else None), "shared"
    if before.text == "," or before.text in _DASHES:
        return _apposed(sentence, first, earlier)
    beside = _behind_with(sentence, first) if cue.shape == "ing" else None
    return beside or _outside_relative(sentence, phrase_before(sentence, first - 1)), "before"


def _of_participle(sentence: list[Token], first: int, cue: Cue, earlier: list[Phrase]) -> tuple[Phrase | None, str]:
    """Return the subject that a participle shares, where a mark or a word joins it or its words follow in marks."""
    before = sentence[first - 1]
    if before.low == "as":
        return _quoted(sentence, first, earlier), "before"
    joined = before.kind in "pq" or before.low in _BEFORE_SHARING or is_manner(before)
    marks = "t" in cue.frames and any(word.kind == "q" for word in sentence[first + 1 : first + 3])
    return (_shared(sentence, first, earlier) if joined or marks else None), "shared"


def _outside_relative(sentence: list[Token], phrase: Phrase | None) -> Phrase | None:
    """Return the head of a relative clause that a phrase ends: in `officials who read the paper said` they speak.

    Behind a verb of speech within the clause the phrase is a subject of its own: `the man who said Lim had told him`.
    """
    if phrase is None or not phrase.first or phrase.kind == "pronoun":
        return phrase
    cue = cue_table().get(sentence[phrase.first - 1].low)
    if cue is not None and "t" in cue.frames:
        return phrase
    for at in range(phrase.first - 1, max(0, phrase.first - 16), -1):
        word = sentence[at]
        if word.kind in "pq" or word.low in JOINTS or word.low == "that":
            return phrase
        if word.low in {"who", "which", "whose"}:
            own = at == phrase.first - 1 and not _opens_with_verb(sentence, phrase)
            return phrase if own else phrase_before(sentence, at - 1, relative=True)
    return phrase


def _opens_with_verb(sentence: list[Token], phrase: Phrase) -> bool:
    """Return whether a phrase behind `who` is a verb and its object: `those who support Lim`, not `which Lim said`."""
    word = sentence[phrase.first]
    return word.kind == "w" and word.low not in DETERMINERS and sentence[phrase.first + 1].kind == "W"


def _relative(sentence: list[Token], first: int) -> Phrase | None:
    """Return the head of `Lim, who said`, with the `who`."""
    at = first - 2
    at -= at > 0 and sentence[at].text == ","
    head = phrase_before(sentence, at, relative=True)
    relative = (sentence[first - 1].start, sentence[first - 1].end)
    return None if head is None else msgspec.structs.replace(head, relative=relative)


def _quoted(sentence: list[Token], first: int, earlier: list[Phrase]) -> Phrase | None:
    """Return who speaks in `the paper quoted Lim as saying`, `Lim was quoted as saying`."""
    beside = phrase_before(sentence, first - 2) if first > 1 and not is_verb(sentence[first - 2]) else None
    return beside or _shared(sentence, first, earlier)


def _stands_beside(sentence: list[Token], first: int) -> bool:
    """Return whether a participle has a subject of its own: `with Lee saying that …`, `is saying`."""
    at = first - 1
    if sentence[first].low in BE or sentence[at].low in SUBJECT_PRONOUNS:
        return True
    while at >= 0 and sentence[at].kind == "W":
        at -= 1
    return at < first - 1 and (at < 0 or sentence[at].kind in "pq" or sentence[at].low in {"with", "and"})


def _behind_with(sentence: list[Token], first: int) -> Phrase | None:
    """Return the subject of `with Ann Lee saying that …`."""
    at = first - 1
    while at > 0 and sentence[at].kind == "W":
        at -= 1
    return phrase_of(sentence, at + 1, first - 1) if sentence[at].low == "with" and at + 1 < first else None


def _main_behind(sentence: list[Token], first: int) -> Phrase | None:
    """Return the subject behind a participle that opens a sentence: `Speaking in Ohio, Lee …`."""
    comma = next((at for at in range(first, len(sentence)) if sentence[at].text == ","), None)
    phrase = None if comma is None else phrase_after(sentence, comma + 1)
    follows = phrase is not None and phrase.last + 1 < len(sentence) and is_verb(sentence[phrase.last + 1])
    return phrase if follows else None


def _shared(sentence: list[Token], first: int, earlier: list[Phrase]) -> Phrase | None:
    """Return the subject that a verb shares: that of the cue before it, or of the sentence."""
    return earlier[-1] if earlier else first_subject(sentence, first)


def _apposed(sentence: list[Token], first: int, earlier: list[Phrase]) -> tuple[Phrase | None, str]:
    """Return the subject before what stands between commas: `Maria Lim, the editor, said`."""
    mark = sentence[first - 1].text
    marks = {","} if mark == "," else _DASHES
    opened = next((at for at in range(first - 2, max(-1, first - 32), -1) if sentence[at].text in marks), None)
    if opened is None or opened == 0:
        return (_shared(sentence, first, earlier), "shared") if opened is None else (None, "none")
    if opened > 2 and sentence[opened - 1].text.isdigit() and sentence[opened - 2].text == ",":
        opened -= 2  # "Ola Vik, 61, of Nordvik, said": an age is no subject
    head = _outside_relative(sentence, phrase_before(sentence, opened - 1))
    return None if head is None else with_apposition(sentence, head), "before"
