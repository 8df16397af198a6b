"""Short speech acts: "welcomed the ruling", "vowed to appeal", "denied wrongdoing", "was accused of C by X".

Only verbs that say more than that somebody spoke; what stands behind them is the content, however short.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from evenhand.evidence.clauses import accused_of
from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.drafts import Attribution, Passage
from evenhand.evidence.noun_phrases import Phrase, is_verb, phrase_after, with_apposition
from evenhand.evidence.speakers import SpokenBy
from evenhand.evidence.word_classes import DAYS, POSSESSIVES, PREPOSITIONS
from evenhand.evidence.words import Token
from evenhand.model.claims import Stance

MOST_WORDS: Final = 24
"""Words of a content that are looked at, those with a capital not counted."""
_ENDS: Final = frozenset({".", "!", "?", ";", ":", "—", "–", "--", "("})
_END_WORDS: Final = frozenset(
    ["and", "but", "after", "before", "while", "when", "because", "as", "which", "who", "saying", "adding", "although"]
)
_DEEDS: Final = frozenset({"order", "instruct", "back", "support", "press"})
_PLACES: Final = frozenset({"outside", "in", "near", "at", "inside"})
_BLAME: Final = frozenset(
    {"responsibility", "blame", "criticism", "findings", "fault", "guilt", "mistake", "mistakes", "that", "charge"}
)
_ANSWERS: Final = frozenset({"comment", "say", "answer", "reply", "elaborate"})
_PASSIVE: Final = frozenset({"accuse", "blame", "criticise", "criticize", "condemn", "charge", "fault"})
_LISTENERS: Final = frozenset({"of", "for", "over"})
_STANCES: Final[dict[str, Stance]] = {"vow": "threatens", "promise": "asserts", "pledge": "asserts"}


def find_short_speech(text: str, passage: Passage) -> Iterator[Attribution]:
    """Yield the short speech acts of a paragraph; which of them are known already is not looked at."""
    for sentence, cues in passage.sentences:
        opening = cue_table().get(sentence[0].low)
        if opening is not None and opening.shape == "past" and opening.lemma in _PASSIVE:
            spoken = SpokenBy(cue=opening, first=0, last=0, at=0, phrase=None, place="none", begin=0, passive=True)
            yield from _opening(text, sentence, spoken)
        for spoken in cues:
            yield from _acts(text, sentence, spoken, cues)


def _acts(text: str, sentence: list[Token], spoken: SpokenBy, cues: list[SpokenBy]) -> Iterator[Attribution]:
    stance = _STANCES.get(spoken.cue.lemma, spoken.cue.stance)
    if spoken.phrase is None or spoken.modal or spoken.negated or spoken.cue.lemma in _DEEDS:
        return
    if spoken.passive:
        if spoken.cue.lemma in _PASSIVE:
            yield from _passive(text, sentence, spoken)
    elif spoken.place != "behind" and (stance != "asserts" or spoken.cue.lemma in _STANCES):
        yield from _active(text, sentence, spoken, cues, stance)


def _active(
    text: str, sentence: list[Token], spoken: SpokenBy, cues: list[SpokenBy], stance: Stance
) -> Iterator[Attribution]:
    first = spoken.last + 1
    last = _end(sentence, first, spoken, cues)
    while first < last and _is_day(sentence, first):
        first += 1
    split = accused_of(sentence, first, spoken.cue.lemma) if "o" in spoken.cue.frames and first < last else None
    if split is not None and split > last and any(sentence[at].low == "of" for at in range(first, last)):
        last = _end(sentence, split, spoken, cues)  # accused the head of loans, Ann Lee, of lying
    blame = {word.low for word in sentence[first : last + 1]} & _BLAME
    if spoken.cue.lemma == "accept" and not blame:
        return  # "she accepted a weekend" admits nothing
    if last < first or sentence[first].kind not in "wWnq" or sentence[first].low in DAYS:
        return
    if spoken.cue.lemma == "defend" and sentence[first].low in POSSESSIVES | {"itself", "himself", "herself"}:
        return  # "the bank defended its record" praises nobody
    if spoken.cue.lemma == "protest" and sentence[first].low in _PLACES:
        return
    if stance == "declines" or (stance == "refuses" and sentence[last].low in _ANSWERS):
        first, stance = spoken.first, "declines"
    yield _attribution(text, sentence, spoken, spoken.phrase, (first, last), stance)


def _is_day(sentence: list[Token], at: int) -> bool:
    return sentence[at].low in DAYS or (sentence[at].low == "on" and sentence[at + 1].low in DAYS)


def _end(sentence: list[Token], first: int, spoken: SpokenBy, cues: list[SpokenBy]) -> int:
    """Return the last token of a content: before a mark, a joint that another verb follows, or a new clause."""
    verbs = {cue.first for cue in cues if cue.at > spoken.at} | {cue.begin for cue in cues if cue.at > spoken.at}
    # Only small words count: a content that names the United Arab Emirates is no shorter than one that names Chad.
    left = MOST_WORDS
    for at in range(first, len(sentence)):
        word = sentence[at]
        left -= word.kind != "W"
        if left < 0:
            return at - 1
        if word.text in _ENDS or (word.text == "," and at > first and not _is_beside_age(sentence, at)):
            return at - 1
        if word.low in _END_WORDS and at > first and (word.low != "and" or at + 1 in verbs):
            return at - 1
    return len(sentence) - 1


def _is_beside_age(sentence: list[Token], at: int) -> bool:
    """Return whether a comma is one of those around an age: `accused Ola Vik, 51, of theft`."""
    around = [word.text for word in sentence[max(0, at - 2) : at + 3]]
    return any(
        one == other == "," and age.isdigit() for one, age, other in zip(around, around[1:], around[2:], strict=False)
    )


def _passive(text: str, sentence: list[Token], spoken: SpokenBy) -> Iterator[Attribution]:
    """Yield "X was accused of C by Y": Y speaks, or nobody who is named."""
    listeners = _LISTENERS | {"with"} if spoken.cue.lemma == "charge" else _LISTENERS
    first = next(
        (at for at in range(spoken.last + 1, min(len(sentence), spoken.last + 16)) if sentence[at].low in listeners),
        None,
    )
    if first is None or spoken.phrase is None:
        return
    last = _end(sentence, first, spoken, [])
    by = next((at for at in range(spoken.last + 1, last) if sentence[at].low == "by"), None)
    speaker = phrase_after(sentence, by + 1) if by is not None else None
    speaker = with_apposition(sentence, speaker) if speaker is not None else None
    if by is not None and by > first:
        last = by - 1
    if last <= first:
        return
    attribution = _attribution(text, sentence, spoken, speaker, (first, last), spoken.cue.stance)
    target = (sentence[spoken.phrase.first].start, sentence[spoken.phrase.last].end)
    yield msgspec.structs.replace(attribution, target=target)


def _opening(text: str, sentence: list[Token], spoken: SpokenBy) -> Iterator[Attribution]:
    """Yield "Accused of C by X, Y said": X speaks, and what is said is of Y; nothing where no X is named."""
    commas = [at for at in range(3, min(len(sentence) - 2, 2 * MOST_WORDS)) if sentence[at].text == ","]
    accused = _subject_behind(sentence, commas)
    if accused is None:
        return
    behind = range(1, accused.first)
    by = next((at for at in behind if sentence[at].low == "by" and sentence[at].kind == "w"), None)
    of = next((at for at in behind if sentence[at].low in _LISTENERS | {"with"}), None)
    speaker = phrase_after(sentence, by + 1) if by is not None else None
    if by is None or of is None or speaker is None or speaker.last >= accused.first:
        return
    last = (by if by > of else next(at for at in commas if at > of)) - 1
    if last > of:
        target = (sentence[accused.first].start, sentence[accused.last].end)
        found = _attribution(text, sentence, spoken, speaker, (of, last), spoken.cue.stance)
        yield msgspec.structs.replace(found, target=target)


def _subject_behind(sentence: list[Token], commas: list[int]) -> Phrase | None:
    """Return the subject behind one of some commas: right before a verb, else before its own apposition."""
    phrases = [phrase for at in commas if (phrase := phrase_after(sentence, at + 1)) is not None]
    followed = [(phrase, sentence[phrase.last + 1]) for phrase in phrases if phrase.last + 1 < len(sentence)]
    before_verb = (phrase for phrase, word in followed if is_verb(word) or word.low.endswith("ly"))
    return next(before_verb, next((phrase for phrase, word in followed if word.text == ","), None))


def _attribution(
    text: str, sentence: list[Token], spoken: SpokenBy, phrase: Phrase | None, place: tuple[int, int], stance: Stance
) -> Attribution:
    first, last = place
    target = None
    split = accused_of(sentence, first, spoken.cue.lemma, last) if "o" in spoken.cue.frames else None
    if split is not None and sentence[first].low not in PREPOSITIONS:
        end = next((at for at in range(first + 1, split) if sentence[at].text == ","), split)
        target, first = (sentence[first].start, sentence[end - 1].end), split
    pronoun = phrase is not None and phrase.kind == "pronoun"
    return Attribution(
        form="mixed" if any(word.kind == "q" for word in sentence[first : last + 1]) else "indirect",
        content=((sentence[first].start, sentence[last].end),),
        inner_quotes=tuple((word.start, word.end) for word in sentence[first : last + 1] if word.kind == "q"),
        name="" if phrase is None or pronoun else " ".join(text[slice(*phrase.name)].split()),
        speaker_span=None if phrase is None else phrase.name,
        speaker_phrase=None if phrase is None else phrase.whole,
        speaker_form="none" if phrase is None else phrase.kind,
        resolution="none" if phrase is None or pronoun else "explicit",
        cue=(sentence[spoken.first].start, sentence[spoken.last].end),
        cue_lemma=spoken.cue.lemma,
        stance=stance,
        frames=spoken.cue.frames,
        target=target,
    )
