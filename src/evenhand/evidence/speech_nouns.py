"""Claims that a word such as `accusation` holds: `accusations of …`, `criticism in Oslo that …`."""

from typing import Final

from evenhand.evidence.clauses import content_end, words_between
from evenhand.evidence.cue_words import Cue, cue_table, noun_table
from evenhand.evidence.drafts import Draft, Passage
from evenhand.evidence.noun_phrases import Phrase, phrase_after, phrase_before, phrase_of
from evenhand.evidence.speakers import SpokenBy
from evenhand.evidence.word_classes import DAYS, MONTHS, POSSESSIVES, PREPOSITIONS
from evenhand.evidence.words import Token

FEWEST_WORDS: Final = 2
"""Words that the content behind a noun must have."""
_OF: Final = frozenset({"of", "about"})
_BY: Final = frozenset({"by", "from"})
_BEFORE_OWNED: Final = PREPOSITIONS | POSSESSIVES
_DAYS_AND_MONTHS: Final = DAYS | MONTHS


def find_claims_in_nouns(passage: Passage) -> None:
    """Add the claims that a noun of speech holds to the drafts of a paragraph.

    The speaker is the possessor (`U.S. accusations`, `Lee's claim`) or stands behind `by`; often there is none.
    """
    table = noun_table()
    for sentence, cues in passage.sentences:
        for at, word in enumerate(sentence[:-2]):
            if word.low in table and word.kind == "w":
                draft = _draft(passage, sentence, at, table[word.low], cues)
                if draft is not None and not _known(passage, draft):
                    passage.drafts.append(draft)


def _draft(passage: Passage, sentence: list[Token], at: int, cue: Cue, cues: list[SpokenBy]) -> Draft | None:
    speaker = _possessor(sentence, at)
    first = at + 1
    if sentence[first].low in _BY and speaker is None:
        speaker = _author(sentence, first + 1)
        first = first + 1 if speaker is None else speaker.last + 1
    elif sentence[first].low == "in":
        place = phrase_after(sentence, first + 1)
        first = first if place is None else place.last + 1
    if first >= len(sentence) or not _opens_content(sentence[first], cue, speaker):
        return None
    begin = first if sentence[first].low == "that" else first + 1
    last = content_end(
        sentence, begin, SpokenBy(cue=cue, first=at, last=at, at=at, phrase=None, place="none", begin=at), cues
    )
    if words_between(sentence, begin, last) < FEWEST_WORDS or _is_denied(sentence[last]):
        return None
    return Draft(
        paragraph=passage.number,
        content=[(sentence[begin].start, sentence[last].end)],
        phrase=speaker,
        cue=(sentence[at].start, sentence[at].end),
        lemma=cue.lemma,
        stance=cue.stance,
        frames=cue.frames,
    )


def _is_denied(word: Token) -> bool:
    """Return whether a clause ends with a denial of the noun: `a charge that the firm denies`."""
    cue = cue_table().get(word.low)
    return cue is not None and cue.stance in {"denies", "refuses"}


def _author(sentence: list[Token], first: int) -> Phrase | None:
    """Return who stands behind `by`, without `of lying` in `accusations by Lim of lying`."""
    phrase = phrase_after(sentence, first)
    if phrase is None:
        return None
    for at in range(first + 1, phrase.last):
        if sentence[at].low == "of" and sentence[at + 1].kind != "W":
            return phrase_of(sentence, first, at - 1)
    return phrase


def _opens_content(word: Token, cue: Cue, speaker: Phrase | None) -> bool:
    if word.low == "that":
        return speaker is not None or cue.stance != "asserts"
    return word.low in _OF and cue.stance == "accuses" and speaker is not None


def _possessor(sentence: list[Token], at: int) -> Phrase | None:
    """Return whose claim a noun is: `U.S. accusations`, `the ministry's repeated claim`."""
    begin = at - 1
    while begin >= 0 and sentence[begin].kind == "w" and sentence[begin].low not in _BEFORE_OWNED:
        begin -= 1
    if begin < 0:
        return None
    if sentence[begin].text in {"'s", "’", "'"}:
        return phrase_before(sentence, begin - 1)
    if sentence[begin].low in POSSESSIVES:
        span = (sentence[begin].start, sentence[begin].end)
        return Phrase(first=begin, last=begin, name=span, whole=span, kind="pronoun")
    return _denied(sentence, begin) if begin == at - 1 else None


def _denied(sentence: list[Token], last: int) -> Phrase | None:
    """Return the name between a denial and what it denies, as in `denied Twoville accusations`.

    Elsewhere such a name may as well be that of the accused.
    """
    first = last
    while first >= 0 and sentence[first].kind == "W":
        first -= 1
    cue = cue_table().get(sentence[first].low) if 0 <= first < last else None
    if cue is None or cue.stance not in {"denies", "refuses"} or sentence[last].low in _DAYS_AND_MONTHS:
        return None
    span = (sentence[first + 1].start, sentence[last].end)
    return Phrase(first=first + 1, last=last, name=span, whole=span, kind="name")


def _known(passage: Passage, draft: Draft) -> bool:
    return any(other.cue == draft.cue or other.content == draft.content for other in passage.drafts)
