"""Who speaks at a cue: the subject before it, behind it, or the one that it shares with an earlier verb."""

from itertools import pairwise
from typing import Final

import msgspec

from evenhand.evidence.cue_forms import is_cue, is_manner, opens_inverted
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
    ADVERBS,
    AUXILIARIES,
    BE,
    BEFORE_PARTICIPLES,
    DAYS,
    DETERMINERS,
    JOINTS,
    MODALS,
    NEGATIONS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    TIMES,
)
from evenhand.evidence.words import Token
from evenhand.model.record import Record

_GO_ON: Final = frozenset({"on", "continued", "continues", "began", "used", "back"})
_PLAIN: Final = frozenset({"said", "says", "reported", "reports", "announced", "announces", "warned", "warns"})
_DASHES: Final = frozenset({"-", "–", "—", "--"})
_BEHIND_SPEAKER: Final = PREPOSITIONS | JOINTS | DAYS | {"who", "as"}
_BEFORE_SHARING: Final = BEFORE_PARTICIPLES | TIMES
# Letters of frames (`cues.txt`): what stands behind the cue.
_OTHER_FRAMES: Final = frozenset("manoiv")
_OBJECTS: Final = frozenset("no")
_NAMING: Final = frozenset("av")


MOST_CUES: Final = 40
"""Cues of one sentence that are read."""


class SpokenBy(Record, frozen=True, kw_only=True):
    """A cue in a sentence and who speaks: `first` to `last` are the tokens of verb and auxiliaries, `cue` the word's.

    `place` is `before`, `behind` (said X) or `shared` (X won and said). `begin` is the first token of subject and verb.
    """

    cue: Cue
    first: int
    last: int
    at: int
    phrase: Phrase | None
    place: str
    begin: int
    negated: bool = False
    modal: bool = False
    passive: bool = False


def cues_of(sentence: list[Token]) -> list[SpokenBy]:
    """Return each cue of a sentence with its speaker, in order."""
    found: list[SpokenBy] = []
    table = cue_table()
    for at in [at for at, word in enumerate(sentence) if word.low in table or word.low[-2:] == "ed"]:
        word = sentence[at]
        cue = table.get(word.low)
        if cue is None:
            cue = _unknown(sentence, at)
        elif word.kind != "w" and not opens_inverted(sentence, at):
            continue
        if cue is not None and "x" not in cue.frames and len(found) < MOST_CUES and is_cue(sentence, at, cue):
            found.append(_spoken_by(sentence, at, cue, found))
    return found


def _unknown(sentence: list[Token], at: int) -> Cue | None:
    """Return a cue for a verb that no table knows, if quotation and subject leave no doubt: `“…,” Lee beamed.`"""
    word = sentence[at]
    if at == 0 or len(word.low) < 5 or word.kind != "w":
        return None
    cue = Cue(lemma=word.low, stance="asserts", frames="q", shape="past")
    if sentence[at - 1].kind == "q":
        return cue if at + 1 < len(sentence) and sentence[at + 1].kind == "W" else None
    if sentence[at - 1].kind != "W" and sentence[at - 1].low not in SUBJECT_PRONOUNS:
        return None
    phrase = phrase_before(sentence, at - 1)
    return cue if phrase is not None and phrase.first and sentence[phrase.first - 1].kind == "q" else None


def _spoken_by(sentence: list[Token], at: int, cue: Cue, earlier: list[SpokenBy]) -> SpokenBy:
    first, flags = _verb_group(sentence, at)
    last = at + 1 if cue.particles else at
    speaks = cue.shape in {"past", "present"} and _OTHER_FRAMES.isdisjoint(cue.frames)
    behind = _inverted(sentence, first, last) if speaks or cue.lemma == "ask" else None
    if behind is not None:
        return SpokenBy(cue=cue, first=first, last=last, at=at, phrase=behind, place="behind", begin=first)
    if cue.lemma in {"quote", "cite"} and _cites(sentence, last):
        phrase = None
    passive = cue.shape == "past" and (
        bool(flags & BE) or _lacks_object(sentence, last, cue) or (cue.lemma == "ask" and _is_aside(sentence, first))
    )
    phrase, place = _subject(sentence, first, cue, earlier)
    if phrase is not None and _is_named_thing(sentence, phrase, cue, first):
        phrase = None
    begin = phrase.first if phrase is not None and place == "before" else first
    return SpokenBy(
        cue=cue, first=first, last=last, at=at, phrase=phrase, place=place, begin=begin,
        negated=bool(flags & NEGATIONS), modal=bool(flags & MODALS), passive=passive,
    )  # fmt: skip


def _cites(sentence: list[Token], last: int) -> bool:
    """Return whether `as saying` follows: then whom is quoted speaks, not who quotes."""
    following = [word.low for word in sentence[last + 1 : last + 12]]
    return any(one == "as" and two.endswith("ing") for one, two in pairwise(following))


def _lacks_object(sentence: list[Token], last: int, cue: Cue) -> bool:
    """Return whether a past form is a passive one: `the outlets accused of …`, `Lim, blamed by …`."""
    after = sentence[last + 1] if last + 1 < len(sentence) else None
    if after is None:
        return False
    if after.kind == "w" and is_verb(after) and after.low not in AUXILIARIES:
        return True  # "the man whom Lim accused said": another verb's clause
    takes_object = not _OBJECTS.isdisjoint(cue.frames) and "t" not in cue.frames
    return after.low == "by" or (takes_object and after.low in PREPOSITIONS)


def _is_aside(sentence: list[Token], first: int) -> bool:
    """Return whether a participle stands between commas before the verb of its subject: `Lim, asked of it, said`."""
    if not first or sentence[first - 1].text != ",":
        return False
    comma = next((at for at in range(first + 1, len(sentence)) if sentence[at].text == ","), len(sentence))
    return comma + 1 < len(sentence) and is_verb(sentence[comma + 1])


def _is_named_thing(sentence: list[Token], phrase: Phrase, cue: Cue, first: int) -> bool:
    """Return whether a verb only names what stands before it: `a book called …`, `what he calls …`."""
    if _NAMING.isdisjoint(cue.frames):
        return False
    indefinite = phrase.kind == "noun" and first == phrase.last + 1 and sentence[phrase.first].low in {"a", "an"}
    return indefinite or (phrase.first > 0 and sentence[phrase.first - 1].low in {"what", "one"})


def _verb_group(sentence: list[Token], at: int) -> tuple[int, set[str]]:
    """Return the first token of auxiliaries, adverbs and days before a verb, and their words."""
    words = set()
    first = at
    while first > 0:
        word = sentence[first - 1]
        low = word.low
        if low in DAYS or (low == "'s" and sentence[first - 2].low in {"he", "she", "it"}):
            first -= 1
        elif word.kind == "w" and (low in AUXILIARIES or low in ADVERBS or low in NEGATIONS or is_manner(word)):
            words.add(low)
            first -= 1
        elif low == "on" and sentence[first].low in DAYS:
            first -= 1
        else:
            break
    return first, words


def _inverted(sentence: list[Token], first: int, last: int) -> Phrase | None:
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


def _subject(sentence: list[Token], first: int, cue: Cue, earlier: list[SpokenBy]) -> tuple[Phrase | None, str]:
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


def _of_participle(sentence: list[Token], first: int, cue: Cue, earlier: list[SpokenBy]) -> tuple[Phrase | None, str]:
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


def _quoted(sentence: list[Token], first: int, earlier: list[SpokenBy]) -> Phrase | None:
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


def _shared(sentence: list[Token], first: int, earlier: list[SpokenBy]) -> Phrase | None:
    """Return the subject that a verb shares: that of the cue before it, or of the sentence."""
    for known in reversed(earlier):
        if known.phrase is not None:
            return known.phrase
    return first_subject(sentence, first)


def _apposed(sentence: list[Token], first: int, earlier: list[SpokenBy]) -> tuple[Phrase | None, str]:
    """Return the subject before what stands between commas: `Maria Lim, the editor, said`."""
    mark = sentence[first - 1].text
    marks = {","} if mark == "," else _DASHES
    opened = next((at for at in range(first - 2, max(-1, first - 32), -1) if sentence[at].text in marks), None)
    if opened is None or opened == 0:
        return (_shared(sentence, first, earlier), "shared") if opened is None else (None, "none")
    if opened > 2 and sentence[opened - 1].text.isdigit() and sentence[opened - 2].text == ",":
        opened -= 2  # "Ola Vik, 61, of Nordvik, said": an age is no subject
    head = phrase_before(sentence, opened - 1)
    return None if head is None else with_apposition(sentence, head), "before"


__all__ = ["TIMES", "SpokenBy", "cues_of", "is_verb"]
