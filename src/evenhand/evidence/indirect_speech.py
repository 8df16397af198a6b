"""Reported speech without marks: only the frames of grammar that seldom mislead; elsewhere nothing is said."""

from typing import Final

from evenhand.evidence.clauses import (
    accused_of,
    content_end,
    content_start,
    ends_speech,
    phrase_end,
    preposition_behind,
    words_between,
)
from evenhand.evidence.direct_speech import draft_of
from evenhand.evidence.drafts import Draft, Passage, Reading
from evenhand.evidence.noun_phrases import Phrase, is_verb, phrase_after
from evenhand.evidence.speakers import SpokenBy
from evenhand.evidence.word_classes import BREAKS, DAYS, DETERMINERS, PREPOSITIONS
from evenhand.evidence.words import Token

FEWEST_WORDS: Final = 3
"""Words that reported speech must have."""
FEWEST_BEFORE: Final = 5
"""Words before a speaker that can be a report."""
MOST_BEHIND: Final = 12
"""Words behind a verb that tell when and where somebody spoke."""
NEAREST: Final = 80
"""Attributions of a paragraph before one that are compared with it."""
_ANSWERS: Final = frozenset({"respond", "reply", "comment", "answer"})
_NOT_DENIED: Final = frozenset({"deny", "dispute"})
_DUTIES: Final = frozenset({"should", "shouldn't", "must", "may", "might", "shall"})
_DECLINED: Final = _ANSWERS | {"say", "discuss", "confirm", "elaborate"}
# Letters of frames (`cues.txt`): what stands behind the cue.
_PHRASES: Final = frozenset("ngo")
_CLAUSES: Final = frozenset("tmw")
_OBJECTS: Final = frozenset("na")
_NARRATORS: Final = frozenset({"i", "we", "you"})
_CONDITIONS: Final = frozenset({"if", "whether", "unless"})


def find_indirect_speech(reading: Reading, passage: Passage) -> None:
    """Add the reported speech of a paragraph to its drafts."""
    has_according = "according" in reading.text[slice(*passage.span)].lower()
    for sentence, cues in passage.sentences:
        for spoken in cues:
            draft = _draft(passage, sentence, spoken, cues)
            if draft is not None and not _taken(passage, draft):
                _keep(reading, passage, sentence, draft)
        if has_according:
            _according_to(passage, sentence)


def _draft(passage: Passage, sentence: list[Token], spoken: SpokenBy, cues: list[SpokenBy]) -> Draft | None:
    if spoken.phrase is None or _reports_nothing(sentence, spoken, spoken.phrase):
        return None
    if _declines(sentence, spoken):
        return _decline(passage, sentence, spoken)
    if spoken.negated and spoken.cue.lemma in _NOT_DENIED:
        return _not_denied(passage, sentence, spoken, cues)
    if spoken.modal or spoken.negated or "d" in spoken.cue.frames:
        return None
    if _is_within_report(sentence, spoken) and (before := _clause_before(passage, sentence, spoken)):
        return before
    return _clause_behind(passage, sentence, spoken, cues) or _clause_before(passage, sentence, spoken)


def _reports_nothing(sentence: list[Token], spoken: SpokenBy, phrase: Phrase) -> bool:
    """Return whether a cue is passive, conditional, the narrator's own, behind `nor`, or `asked not to be named`."""
    if spoken.passive or _is_conditional(sentence, spoken):
        return True
    if sentence[phrase.first].low.partition("'")[0] in _NARRATORS:
        return True
    if phrase.first and sentence[phrase.first - 1].low == "nor":
        return True  # "neither the firm nor its owner replied"
    behind = sentence[spoken.last + 1 : spoken.last + 2]
    return spoken.cue.lemma == "ask" and bool(behind) and behind[0].low == "not"


def _not_denied(passage: Passage, sentence: list[Token], spoken: SpokenBy, cues: list[SpokenBy]) -> Draft | None:
    """`X did not deny that C` neither denies nor admits; what X "should not" deny says nothing of X."""
    is_duty = any(word.low in _DUTIES for word in sentence[spoken.first : spoken.last])
    draft = None if is_duty else _clause_behind(passage, sentence, spoken, cues)
    if draft is not None:
        draft.stance, draft.negated = "does_not_deny", False
    return draft


def _is_within_report(sentence: list[Token], spoken: SpokenBy) -> bool:
    """Return whether what is said stands before, and `that` tells of a paper: `C, Lim said in a letter that …`."""
    begin = spoken.begin if spoken.place == "before" else spoken.first
    opens = sentence[0].low in PREPOSITIONS or sentence[0].low in BREAKS
    if opens or begin < FEWEST_BEFORE or sentence[begin - 1].text != ",":
        return False
    behind = [word.low for word in sentence[spoken.last + 1 : spoken.last + 4]]
    return bool(behind) and behind[0] != "that" and any(map(is_verb, sentence[1 : begin - 1]))


def _keep(reading: Reading, passage: Passage, sentence: list[Token], draft: Draft) -> None:
    draft.quotes = [word.quotation for word in sentence if word.kind == "q" and _within(word, draft)]
    passage.used.update(draft.quotes)
    for number in draft.quotes:
        reading.of_quotation.setdefault(number, draft)
    passage.drafts.append(draft)


def _is_conditional(sentence: list[Token], spoken: SpokenBy) -> bool:
    begin = spoken.begin if spoken.place == "before" else spoken.first
    return any(sentence[at].low in _CONDITIONS for at in range(max(0, begin - 2), begin))


def _within(word: Token, draft: Draft) -> bool:
    return any(first <= word.start and word.end <= last for first, last in draft.content)


def _taken(passage: Passage, draft: Draft) -> bool:
    first, last = draft.content[0][0], draft.content[-1][1]
    return any(
        other.cue == draft.cue or (other.content[0][0] < last and first < other.content[-1][1] and other.direct)
        for other in passage.drafts[-NEAREST:]
    )


def _declines(sentence: list[Token], spoken: SpokenBy) -> bool:
    after = {word.low for word in sentence[spoken.last + 1 : spoken.last + 4]}
    if "d" in spoken.cue.frames:
        return bool(after & _DECLINED)
    return spoken.negated and spoken.cue.lemma in _ANSWERS and not after & {"that", "question"}


def _decline(passage: Passage, sentence: list[Token], spoken: SpokenBy) -> Draft:
    """Return a draft whose content is the cue with what was declined: `declined to comment`."""
    last = spoken.last
    while last + 1 < len(sentence) and sentence[last + 1].kind == "w" and sentence[last + 1].low not in DAYS:
        last += 1
    draft = draft_of(passage, spoken, sentence)
    draft.stance, draft.negated = "declines", False
    draft.content = [(sentence[spoken.first].start, sentence[last].end)]
    return draft


def _clause_behind(passage: Passage, sentence: list[Token], spoken: SpokenBy, cues: list[SpokenBy]) -> Draft | None:
    """`X said that C`, `X said C`, `X told Y that C`, `X accused Y of C`, `X denied C`, `X urged Y to C`."""
    first = _content_start(sentence, spoken)
    if first is None or sentence[first].low == "each":
        return None  # "They blamed each other"
    last = content_end(sentence, first, spoken, cues)
    if sentence[first].low != "that" and not _PHRASES.isdisjoint(spoken.cue.frames):
        last = phrase_end(sentence, first, last)
    fewest = 2 if spoken.cue.stance == "denies" else FEWEST_WORDS
    if words_between(sentence, first, last) < fewest:
        return None
    draft = draft_of(passage, spoken, sentence)
    draft.content = [(sentence[first].start, sentence[last].end)]
    _cite(sentence, first, draft)
    if "o" in spoken.cue.frames and sentence[first].low in {"of", "for"}:
        draft.target = (sentence[spoken.last + 1].start, sentence[first - 1].end)
    return draft


def _cite(sentence: list[Token], first: int, draft: Draft) -> None:
    """Cut `, citing documents` off a content and keep what is cited as what it is reported by."""
    for at in range(first + 2, len(sentence) - 1):
        if sentence[at].low in {"citing", "quoting"} and sentence[at - 1].text == ",":
            cited = phrase_after(sentence, at + 1)
            if cited is not None and draft.content[0][1] >= sentence[at - 2].end:
                draft.content = [(draft.content[0][0], sentence[at - 2].end)]
                draft.reported_by, draft.reported_cue = cited.name, (sentence[at].start, sentence[at].end)
            return


def _content_start(sentence: list[Token], spoken: SpokenBy) -> int | None:
    frames, after = spoken.cue.frames, spoken.last + 1
    if spoken.place == "behind" or after >= len(sentence):
        return content_start(sentence, spoken) if "t" in frames or "m" in frames else None
    if "v" in frames and sentence[after].low == "to":
        return after
    first = content_start(sentence, spoken) if not _CLAUSES.isdisjoint(frames) else None
    if first is not None:
        # "Who writes such a sentence" writes an object, no clause.
        return None if spoken.cue.lemma == "write" and sentence[first].low in DETERMINERS | {"such"} else first
    if "o" in frames:
        return accused_of(sentence, after, spoken.cue.lemma)
    if (
        "i" in frames
        and preposition_behind(sentence, after, {"to"}) is not None
        and sentence[after].low not in PREPOSITIONS
    ):
        return after
    if "g" in frames and sentence[after].low.endswith("ing"):
        return after
    if sentence[after].low == "as" and after + 2 < len(sentence) and sentence[after + 1].kind == "q" and "n" in frames:
        after += 2  # dismissed as “baseless” a claim
    return after if not _OBJECTS.isdisjoint(frames) and sentence[after].low not in PREPOSITIONS else None


def _clause_before(passage: Passage, sentence: list[Token], spoken: SpokenBy) -> Draft | None:
    """`C, X said.`"""
    begin = spoken.begin if spoken.place == "before" else spoken.first
    if "t" not in spoken.cue.frames or spoken.place == "shared" or sentence[0].low == "according":
        return None
    if begin < FEWEST_BEFORE or sentence[begin - 1].text != ",":
        return None
    end = next((at for at in range(spoken.last + 1, len(sentence)) if sentence[at].text == ","), len(sentence)) - 1
    if not ends_speech(sentence, spoken) or words_between(sentence, spoken.last + 1, end) > MOST_BEHIND:
        return None
    if end < len(sentence) - 2 and not any(map(is_verb, sentence[: begin - 1])):
        return None  # "But in recent days, the office said, …"
    draft = draft_of(passage, spoken, sentence)
    draft.content = [(sentence[0].start, sentence[begin - 2].end)]
    return draft


def _according_to(passage: Passage, sentence: list[Token]) -> None:
    for at, word in enumerate(sentence[:-2]):
        if word.low == "according" and sentence[at + 1].low == "to":
            draft = _accorded(passage, sentence, at)
            if draft is not None and not _reported(passage, draft):
                passage.drafts.append(draft)


def _accorded(passage: Passage, sentence: list[Token], at: int) -> Draft | None:
    """Return the draft of `According to X, C` or `C, according to X`."""
    phrase = phrase_after(sentence, at + 2)
    if phrase is None:
        return None
    draft = Draft(paragraph=passage.number, content=[], phrase=phrase, lemma="according to", frames="t")
    draft.cue = (sentence[at].start, sentence[at + 1].end)
    if at > 1 or sentence[0].kind == "q":
        left = at - 1 - (sentence[at - 1].text == ",")
        draft.content = [(sentence[0].start, sentence[left].end)]
        behind, end = phrase.last + 2, len(sentence) - 1 - (sentence[-1].kind == "p")
        if behind <= end and sentence[behind - 1].text == "," and is_verb(sentence[behind]):
            draft.content.append((sentence[behind].start, sentence[end].end))
        return draft
    comma = next((k for k in range(phrase.last + 1, len(sentence)) if sentence[k].text == ","), len(sentence))
    if comma + 3 >= len(sentence):
        return None
    draft.content = [(sentence[comma + 1].start, sentence[-1 - (sentence[-1].kind == "p")].end)]
    return draft


def _reported(passage: Passage, draft: Draft) -> bool:
    """Return whether somebody else is said to speak there; then one of the two only reports the other's words.

    Behind a report (`Reuters reported that C, according to officials`) the officials speak; otherwise the one named
    behind `according to` reports (`Lee said it was lost, according to a statement`).
    """
    first, last = draft.content[0][0], draft.content[-1][1]
    held = [known for known in passage.drafts[-NEAREST:] if known.content[0][0] < last and first < known.content[-1][1]]
    for known in held[-1:]:
        if draft.phrase is None or known.reported_by is not None:
            continue
        if "r" in known.frames and known.phrase is not None:
            known.reported_by, known.reported_cue = known.phrase.name, known.cue
            known.phrase, known.cue, known.lemma = draft.phrase, draft.cue, draft.lemma
        elif known.phrase is not None:
            known.reported_by, known.reported_cue = draft.phrase.name, draft.cue
    return bool(held)
