"""Quotations that name no speaker of their own: carried on from the quotation before, or from a line with a colon."""

from evenhand.evidence.direct_speech import FEWEST_WORDS, add, draft_of, words_in
from evenhand.evidence.drafts import Draft, Passage, Reading
from evenhand.evidence.noun_phrases import first_subject
from evenhand.evidence.words import Token


def carry_on(reading: Reading, passage: Passage) -> None:
    """Give the quotations that are sentences of their own to the speaker of the one before, or behind."""
    waiting: list[int] = []
    last: Draft | None = None
    for sentence, _ in passage.sentences:
        for word in sentence:
            if word.kind == "q":
                last = _carry(reading, passage, sentence, word, last, waiting)
        last = _last_cue(passage, sentence) or last
    if waiting:
        _from_before(reading, passage, waiting)


def _carry(
    reading: Reading, passage: Passage, sentence: list[Token], word: Token, last: Draft | None, waiting: list[int]
) -> Draft | None:
    """Return whose quotation is the last one known, once this one has its place."""
    known = reading.of_quotation.get(word.quotation)
    if known is not None:
        for number in reversed(waiting):
            _extend(reading, passage, known, number, first=True)
        waiting.clear()
        return known
    if word.quotation in passage.used or not _is_sentence(reading, sentence, word):
        return last
    if last is None:
        waiting.append(word.quotation)
    else:
        _extend(reading, passage, last, word.quotation)
    return last


def _last_cue(passage: Passage, sentence: list[Token]) -> Draft | None:
    first, end = sentence[0].start, sentence[-1].end
    here = [draft for draft in passage.drafts if draft.cue is not None and first <= draft.cue[0] < end]
    return here[-1] if here else None


def _is_sentence(reading: Reading, sentence: list[Token], word: Token) -> bool:
    return all(other.kind in "pq" for other in sentence) or words_in(reading, word) >= FEWEST_WORDS


def _extend(reading: Reading, passage: Passage, draft: Draft, number: int, first: bool = False) -> None:
    span = reading.quotations[number].span
    if draft.paragraph != passage.number or not draft.direct:
        add(reading, passage, _follower(passage, draft, span), [number])
        return
    draft.content = [span, *draft.content] if first else [*draft.content, span]
    draft.quotes = [number, *draft.quotes] if first else [*draft.quotes, number]
    reading.of_quotation[number] = draft
    passage.used.add(number)


def _follower(passage: Passage, source: Draft | None, span: tuple[int, int]) -> Draft:
    """Return a quotation that shares the speaker of another; of a line with a colon it takes the cue too."""
    draft = Draft(paragraph=passage.number, content=[span], direct=True, carried_from=source)
    if source is not None and not source.content:
        draft.phrase, draft.cue, draft.lemma, draft.carried_from = source.phrase, source.cue, source.lemma, None
        draft.stance, draft.frames = source.stance, source.frames
    return draft


def _from_before(reading: Reading, passage: Passage, waiting: list[int]) -> None:
    """Give a paragraph of quotations alone to the speaker before it; otherwise nobody is said to speak."""
    source: Draft | None = None
    continued = reading.quotations[waiting[0]].continues
    if continued is not None:
        source = reading.of_quotation.get(continued)
    elif reading.passages and _is_first(reading, passage, waiting[0]):
        before = reading.passages[-1]
        source = _before_colon(before) or _last_quoted(before)
    for number in waiting:
        add(reading, passage, _follower(passage, source, reading.quotations[number].span), [number])


def _before_colon(before: Passage) -> Draft | None:
    """Return who speaks in a paragraph that ends with a colon, without content."""
    if not before.sentences or before.sentences[-1][0][-1].text != ":":
        return None
    sentence, cues = before.sentences[-1]
    spoken = next((cue for cue in reversed(cues) if cue.phrase is not None and not cue.passive), None)
    if spoken is not None:
        return draft_of(before, spoken, sentence)
    phrase = first_subject(sentence, len(sentence) - 1)
    return None if phrase is None else Draft(paragraph=before.number, content=[], phrase=phrase)


def _last_quoted(before: Passage) -> Draft | None:
    quoted = [draft for draft in before.drafts if draft.quotes]
    return max(quoted, key=lambda draft: draft.content[-1]) if quoted else None


def _is_first(reading: Reading, passage: Passage, number: int) -> bool:
    return not reading.text[passage.span[0] : reading.quotations[number].span[0]].strip()
