"""Who speaks at a cue: the subject before it, behind it, or the one that it shares with an earlier verb."""

from itertools import pairwise
from typing import Final

from evenhand.evidence.cue_forms import is_cue, is_manner, opens_inverted
from evenhand.evidence.cue_words import Cue, cue_table
from evenhand.evidence.noun_phrases import (
    Phrase,
    is_verb,
    phrase_before,
)
from evenhand.evidence.verb_subjects import subject_behind, subject_of
from evenhand.evidence.word_classes import (
    ADVERBS,
    AUXILIARIES,
    BE,
    DAYS,
    MODALS,
    NEGATIONS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
)
from evenhand.evidence.words import Token
from evenhand.model.record import Record

# Letters of frames (`cues.txt`): what stands behind the cue.
_OTHER_FRAMES: Final = frozenset("manoiv")
_OBJECTS: Final = frozenset("no")
_MEANS: Final = frozenset(
    {"telephone", "phone", "email", "e-mail", "text", "letter", "fax", "radio", "video", "message"}
)
_NOBODY: Final = frozenset({"nobody", "none", "neither"})
_NAMING: Final = frozenset({"call", "dub", "brand", "label", "term", "describe"})


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
    for at in [at for at, word in enumerate(sentence) if (low := word.low) in table or low[-2:] == "ed"]:
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
    behind = subject_behind(sentence, first, last) if speaks or cue.lemma == "ask" else None
    if behind is not None:
        return SpokenBy(cue=cue, first=first, last=last, at=at, phrase=behind, place="behind", begin=first)
    passive = cue.shape == "past" and (
        bool(flags & BE) or _lacks_object(sentence, last, cue) or (cue.lemma == "ask" and _is_aside(sentence, first))
    )
    phrase, place = subject_of(sentence, first, cue, [known.phrase for known in earlier if known.phrase is not None])
    cites = cue.lemma in {"quote", "cite"} and _cites(sentence, last)
    if cites or (phrase is not None and _is_named_thing(sentence, phrase, cue, first)):
        phrase = None
    if phrase is not None and cue.stance == "denies" and _is_nobody(sentence, phrase, cue, first):
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
    return (after.low == "by" and not _by_means(sentence, last)) or (takes_object and after.low in PREPOSITIONS)


def _by_means(sentence: list[Token], last: int) -> bool:
    """Return whether `by` tells a way of speaking: `said by telephone`."""
    return last + 2 < len(sentence) and sentence[last + 2].low in _MEANS


def _is_aside(sentence: list[Token], first: int) -> bool:
    """Return whether a participle stands between commas before the verb of its subject: `Lim, asked of it, said`."""
    if not first or sentence[first - 1].text != ",":
        return False
    comma = next((at for at in range(first + 1, len(sentence)) if sentence[at].text == ","), len(sentence))
    return comma + 1 < len(sentence) and is_verb(sentence[comma + 1])


def _is_named_thing(sentence: list[Token], phrase: Phrase, cue: Cue, first: int) -> bool:
    """Return whether a verb only names what stands before it: `a book called …`, `what he calls …`."""
    if cue.lemma not in _NAMING:
        return False
    indefinite = phrase.kind == "noun" and first == phrase.last + 1 and sentence[phrase.first].low in {"a", "an"}
    return indefinite or (phrase.first > 0 and sentence[phrase.first - 1].low in {"what", "one"})


def _is_nobody(sentence: list[Token], phrase: Phrase, cue: Cue, first: int) -> bool:
    """Return whether no denial is made: `nobody at the firm denied C`, `declined to confirm or deny C`."""
    if cue.shape == "base" and first and sentence[first - 1].low in {"or", "nor"}:
        return True
    opening, following = sentence[phrase.first], sentence[phrase.first + 1]
    is_no = opening.low == "no" and following.kind == "w"  # "No 10 denied it"
    return is_no or opening.low in _NOBODY or (phrase.first > 0 and sentence[phrase.first - 1].low == "nor")


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
        elif (
            low in {"there", "here"}
            and first > 1
            and sentence[first - 2].kind == "w"
            and not is_verb(sentence[first - 2])
        ):
            first -= 1  # "a spokesman there said"
        else:
            break
    return first, words
