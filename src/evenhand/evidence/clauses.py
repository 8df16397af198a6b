"""Which words are the content of a cue: where they begin behind it, and where they end."""

from typing import Final

from evenhand.evidence.noun_phrases import is_verb, phrase_after
from evenhand.evidence.plurals import may_end_in_s
from evenhand.evidence.possessives import owns
from evenhand.evidence.speakers import SpokenBy
from evenhand.evidence.word_classes import (
    ADVERBS,
    AUXILIARIES,
    BODIES,
    BREAKS,
    DAYS,
    DETERMINERS,
    HUMANS,
    IRREGULAR_PAST,
    JOINTS,
    MONTHS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    TIMES,
)
from evenhand.evidence.words import Token

_LISTENERS: Final = frozenset({"him", "her", "them", "me", "us", "you"})
_OF_WHAT: Final = {"accuse": {"of"}, "blame": {"for"}, "charge": {"with"}, "fault": {"for"}}
_BREAK_TIMES: Final = frozenset({"a", "days", "hours", "weeks", "months", "one", "two"})
_TIMES_AND_MONTHS: Final = TIMES | MONTHS
_ENDS_OF_PHRASE: Final = BREAKS | PREPOSITIONS | _BREAK_TIMES
_MADE_PUBLIC: Final = frozenset(["published", "broadcast", "aired", "posted", "released", "issued", "dated", "carried"])
_BESIDE_SPEECH: Final = PREPOSITIONS | DAYS | ADVERBS
FARTHEST: Final = 16
"""Words behind a cue in which its `that` is looked for."""


def content_start(sentence: list[Token], spoken: SpokenBy) -> int | None:
    """Return the token at which the content behind a cue begins, None where no clause can be told."""
    first = spoken.last + 1 if spoken.place != "behind" or spoken.phrase is None else spoken.phrase.last + 1
    end = len(sentence)
    first = _behind_time(sentence, first)
    if first + 1 < end and sentence[first].text == "," and sentence[first + 1].low in {"citing", "quoting"}:
        first = next((at + 1 for at in range(first + 2, end) if sentence[at].text == ","), end)
    if first >= end:
        return None
    if "m" in spoken.cue.frames and sentence[first].low != "that":
        first = _behind_listener(sentence, first)
    that = _that(sentence, first, first < end and sentence[first].low in PREPOSITIONS)
    if that is not None:
        return that
    first = _behind_place(sentence, _behind_time(sentence, first))
    return first if first < end and _opens_clause(sentence, first) else None


def _that(sentence: list[Token], first: int, far: bool) -> int | None:
    """Return where `that` stands, if only time, place or listener stand before it."""
    for at in range(first, min(len(sentence), first + FARTHEST)):
        word = sentence[at]
        if word.low == "that" and word.kind == "w":
            clear = at == first or (far and sentence[at - 1].low not in PREPOSITIONS)
            return at if clear else None
        if word.kind == "q" or word.text in {":", ";"} or word.low in BREAKS or word.low in SUBJECT_PRONOUNS:
            return None
        if (is_verb(word) and word.low not in _MADE_PUBLIC) or (word.low in AUXILIARIES and word.kind == "w"):
            return None
    return None


def _behind_time(sentence: list[Token], first: int) -> int:
    at = first
    while at < len(sentence):
        low = sentence[at].low
        if low in TIMES or (low in ADVERBS and low != "both"):
            at += 1
        elif (
            low in {"on", "in", "late", "early"}
            and at + 1 < len(sentence)
            and sentence[at + 1].low in _TIMES_AND_MONTHS
        ):
            at += 2
            at += at < len(sentence) and sentence[at].kind == "n"
        else:
            break
    return at


def _behind_listener(sentence: list[Token], first: int) -> int:
    listener = phrase_after(sentence, first)
    if sentence[first].low in _LISTENERS and not (sentence[first].low == "her" and owns(sentence, first)):
        return first + 1
    if listener is None or listener.kind == "pronoun":
        return first
    end = listener.last
    # A listener such as "reporters the company had" holds the next subject: it ends before the second determiner.
    for at in range(first + 1, listener.last + 1):
        if sentence[at].kind == "w" and sentence[at].low in DETERMINERS and sentence[at - 1].low not in PREPOSITIONS:
            end = at - 1
            break
    return end + 1


def _behind_place(sentence: list[Token], first: int) -> int:
    """Return the token behind `in a statement on Friday`."""
    at = first
    while at < len(sentence) and sentence[at].low in PREPOSITIONS and sentence[at].kind == "w":
        at += 1
        if at < len(sentence) and sentence[at].low in DETERMINERS:
            at += 1
        while at < len(sentence) and sentence[at].kind in "wWn" and not _opens_subject(sentence, at):
            if is_verb(sentence[at]) or sentence[at].low in PREPOSITIONS or sentence[at].low in BREAKS:
                break
            at += 1
    return _behind_time(sentence, at)


def _opens_subject(sentence: list[Token], at: int) -> bool:
    low = sentence[at].low
    return low in SUBJECT_PRONOUNS or low in DETERMINERS or low == "there" or low in TIMES


def _opens_clause(sentence: list[Token], first: int) -> bool:
    """Return whether a finite verb follows the first noun phrase behind a cue."""
    word = sentence[first]
    if word.kind == "p" or word.low in PREPOSITIONS or word.low in {"to", "as"}:
        return False
    if word.low in SUBJECT_PRONOUNS or word.low in {"there", "if", "whether", "what", "how", "why"}:
        return True
    if word.kind == "w" and (word.low in BREAKS or is_verb(word)):
        return False
    return any(_may_be_verb(sentence, at) for at in range(first + 1, min(len(sentence), first + FARTHEST)))


def _may_be_verb(sentence: list[Token], at: int) -> bool:
    word = sentence[at]
    if word.kind not in "wp":
        return False
    return (word.low in AUXILIARIES and word.low != "'s") or is_verb(word) or _is_present(sentence, at)


def _is_present(sentence: list[Token], at: int) -> bool:
    """Return whether a form in -s is a verb, by what stands beside it: `the law gives it power`."""
    word = sentence[at]
    if word.kind != "w" or not word.low.endswith("s") or word.low.endswith("ss") or at + 1 >= len(sentence):
        return False
    after, before = sentence[at + 1], sentence[at - 1]
    opens = after.low in DETERMINERS or after.low in SUBJECT_PRONOUNS or after.low in {"them", "him", "her", "me", "us"}
    return opens and before.kind in "wW" and not may_end_in_s(before)


def content_end(sentence: list[Token], first: int, spoken: SpokenBy, cues: list[SpokenBy]) -> int:
    """Return the last token of the content: the sentence's, or that before another speaker's verb or `according to`."""
    last = len(sentence) - 1
    while last > first and sentence[last].kind == "p" and sentence[last].text in {".", "!", "?", ";", ":", ","}:
        last -= 1
    for cue in cues:
        if cue.at > max(first, spoken.at) and (cut := _cut(sentence, cue, first)) is not None:
            last = min(last, cut)
            break
    for at in range(first + 2, last):
        if sentence[at].low == "according" and sentence[at - 1].text in {",", "-", "–", "—", "--"}:
            return min(last, at - 2)
    return last


def phrase_end(sentence: list[Token], first: int, last: int) -> int:
    """Return where a content that is no clause ends: before `, a day after …`, `, which …` or `and banned …`."""
    for at in range(first + 1, last):
        low = sentence[at + 1].low
        if sentence[at].text == "," and (low in _ENDS_OF_PHRASE or low.endswith("ing")):
            return at - 1
        if sentence[at].low == "and" and (low.endswith("ed") or low in IRREGULAR_PAST):
            return at - 1
    return last


def _cut(sentence: list[Token], cue: SpokenBy, first: int) -> int | None:
    begin = cue.begin if cue.place == "before" and cue.begin > first else cue.first
    before = sentence[begin - 1] if begin > first else None
    if before is None or (before.low in JOINTS and (cue.modal or (cue.negated and cue.cue.stance != "declines"))):
        return None  # "that it was right and would appeal": nobody says anything anew
    if before.low in JOINTS and cue.phrase is not None:
        return begin - 2 - (sentence[begin - 2].text == ",")
    if before.text == "," and (cue.cue.shape == "ing" or cue.place in {"before", "behind"}):
        return begin - 2
    return None


def ends_speech(sentence: list[Token], spoken: SpokenBy) -> bool:
    """Return whether nothing that could be said stands behind a speaker and verb."""
    behind = (spoken.phrase.last if spoken.place == "behind" and spoken.phrase is not None else spoken.last) + 1
    if behind >= len(sentence):
        return True
    word = sentence[behind]
    return word.kind in "pq" or word.low in _BESIDE_SPEECH or "m" in spoken.cue.frames


def accused_of(sentence: list[Token], first: int, lemma: str, last: int | None = None) -> int | None:
    """Return where the `of` or `for` of an accusation stands: in `the head of loans of lying` the second one."""
    words = _OF_WHAT.get(lemma, {"of", "for"})
    found = preposition_behind(sentence, first, words)
    while found is not None and (last is None or found < last):
        further = preposition_behind(sentence, found, words)
        if further is None or sentence[found + 1].low.endswith("ing") or (last is not None and further >= last):
            return found
        office = sentence[found - 1].low in HUMANS | BODIES or sentence[further + 1].low.endswith("ing")
        if not office or not _is_one_phrase(sentence, found, further):
            return found
        found = further
    return None


def _is_one_phrase(sentence: list[Token], first: int, last: int) -> bool:
    """Return whether no verb stands between, only names and an apposition: `of loans, Ann Lee, of`."""
    return all(
        word.text == "," or (word.kind in "wWn" and not is_verb(word) and not word.low.endswith("ing"))
        for word in sentence[first + 1 : last]
    )


def preposition_behind(sentence: list[Token], first: int, words: set[str]) -> int | None:
    """Return where one of some prepositions stands behind the one spoken to or of, before any mark but a comma."""
    for at in range(first + 1, min(len(sentence), first + 24)):
        if sentence[at].low in words and (sentence[at - 1].low not in DETERMINERS or sentence[at - 1].low == "her"):
            return at
        if sentence[at].text in {";", ":", "."}:
            return None
    return None


def words_between(sentence: list[Token], first: int, last: int) -> int:
    """Return how many words stand between two tokens, both included."""
    return sum(1 for at in range(first, last + 1) if sentence[at].kind in "wWn")
