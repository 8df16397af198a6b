"""Quotations in marks and who speaks them: behind the quotation, before it, or carried on from the one before."""

from typing import Final

from evenhand.evidence.clauses import accused_of, content_end, content_start, ends_speech, words_between
from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.drafts import Draft, Passage, Reading
from evenhand.evidence.noun_phrases import Phrase, first_subject, is_verb, phrase_after
from evenhand.evidence.speakers import SpokenBy
from evenhand.evidence.word_classes import DETERMINERS, PREPOSITIONS
from evenhand.evidence.words import Token, last_mark

FEWEST_WORDS: Final = 6
"""Words in marks below which a quotation without a cue is no claim."""
_SUBORDINATORS: Final = frozenset({"after", "when", "while", "because", "if", "before"})
_DASHES: Final = frozenset({"-", "–", "—", "--"})
_JOINED: Final = frozenset({",", "and", "but", "-", "–", "—", "--", "or", "that", ":"})
_QUOTING: Final = frozenset("tqw")
"""Letters of the frames (`cues.txt`) of cues that quotations stand at."""


def find_direct_speech(reading: Reading, passage: Passage) -> None:
    """Add the quotations of a paragraph that stand at a cue to its drafts."""
    for sentence, cues in passage.sentences:
        _skip_titles(reading, passage, sentence)
        if any(word.kind == "q" for word in sentence):
            active = [spoken for spoken in cues if not spoken.passive]
            placed = [(spoken, _before_cue(reading, passage, sentence, spoken, active)) for spoken in active]
            for spoken, draft in placed:
                if draft is not None:
                    _both_sides(reading, passage, sentence, spoken, draft)
            for spoken in active:
                _behind_cue(reading, passage, sentence, spoken, active)
            _behind_colon(reading, passage, sentence)
            _signed(reading, passage, sentence)
            _according_to(reading, passage, sentence)


def draft_of(passage: Passage, spoken: SpokenBy, sentence: list[Token]) -> Draft:
    """Return a draft of a cue, without content."""
    return Draft(
        paragraph=passage.number,
        content=[],
        phrase=spoken.phrase,
        cue=(sentence[spoken.first].start, sentence[spoken.last].end),
        lemma=spoken.cue.lemma,
        stance=spoken.cue.stance,
        frames=spoken.cue.frames,
        negated=spoken.negated,
    )


def add(reading: Reading, passage: Passage, draft: Draft, numbers: list[int]) -> None:
    """Add a draft and mark its quotations as read."""
    draft.quotes = numbers
    passage.drafts.append(draft)
    for number in numbers:
        passage.used.add(number)
        reading.of_quotation[number] = draft


def _skip_titles(reading: Reading, passage: Passage, sentence: list[Token]) -> None:
    """Leave out the titles of books, songs and broadcasts: marks around capitals that nothing introduces."""
    for at, word in enumerate(sentence):
        if word.kind == "q" and (_is_headed_by(reading, sentence, at) or _is_chanted(sentence, at)):
            passage.used.add(word.quotation)
        elif word.kind == "q" and at and sentence[at - 1].text not in {",", ":"}:
            before = sentence[at - 1]
            cue = cue_table().get(before.low)
            if before.kind in "wWp" and (cue is None or "m" in cue.frames) and _is_title(reading, word):
                passage.used.add(word.quotation)


def _is_chanted(sentence: list[Token], at: int) -> bool:
    cue = cue_table().get(sentence[at - 1].low) if at else None
    return cue is not None and "x" in cue.frames


def _is_headed_by(reading: Reading, sentence: list[Token], at: int) -> bool:
    """Return whether `by` and a name stand behind words in marks, as behind the title of a work: `“…,” by Ann Lee`."""
    following = sentence[at + 1 : at + 2]
    return bool(following) and following[0].low == "by" and last_mark(reading.text, sentence[at]) == ","


def _is_title(reading: Reading, word: Token) -> bool:
    words = [part.strip("“”„‟\"'’‘,.!?") for part in reading.text[word.start : word.end].split()]
    long = [part for part in words if len(part) > 3 and part.lower() not in PREPOSITIONS]
    return len(words) > 1 and bool(long) and all(part[0].isupper() and not part.isupper() for part in long)


def _before_cue(
    reading: Reading, passage: Passage, sentence: list[Token], spoken: SpokenBy, cues: list[SpokenBy]
) -> Draft | None:
    """`“…,” X said`, `“…,” said X`."""
    left = spoken.begin - 1 if spoken.place == "before" else spoken.first - 1
    if spoken.phrase is None or left < 0 or spoken.place == "shared" or _QUOTING.isdisjoint(spoken.cue.frames):
        return None
    comma = sentence[left].text == "," and left > 0
    left -= comma
    if sentence[left].kind != "q":
        return _mixed_before(reading, passage, sentence, spoken, left, cues) if comma else None
    if sentence[left].quotation in passage.used or _is_of_earlier(cues, left):
        return None
    own_comma = last_mark(reading.text, sentence[left]) in ",?!.-–—…"
    if not own_comma and not (comma and ends_speech(sentence, spoken)):
        return None
    draft = draft_of(passage, spoken, sentence)
    first = left
    while first > 0 and (sentence[first - 1].kind == "q" or sentence[first - 1].text in {",", "and"}):
        first -= 1
    while sentence[first].kind != "q":
        first += 1
    numbers = [word.quotation for word in sentence[first : left + 1] if word.kind == "q"]
    alone = own_comma and reading.text[sentence[first].start + 1].isupper()
    if words_between(sentence, 0, first - 1) > 2 and not alone:
        draft.content = [(_region_start(sentence, first), sentence[left].end)]
    else:
        draft.direct = True
        draft.content = [reading.quotations[number].span for number in numbers]
    add(reading, passage, draft, numbers)
    return draft


def _is_of_earlier(cues: list[SpokenBy], at: int) -> bool:
    """Return whether a quotation stands right behind another verb: X shouted “…!” and Y said that C."""
    return any(cue.last == at - 1 and cue.phrase is not None and not cue.modal for cue in cues)


def _mixed_before(
    reading: Reading, passage: Passage, sentence: list[Token], spoken: SpokenBy, left: int, cues: list[SpokenBy]
) -> Draft | None:
    """`“…” but not yet, X said`: a clause of which a part stands in marks."""
    first = max([cue.last + 1 for cue in cues if cue.last < left and cue.phrase is not None], default=0)
    held = [word.quotation for word in sentence[first : left + 1] if word.kind == "q"]
    if first or not held or any(number in passage.used for number in held):
        return None
    draft = draft_of(passage, spoken, sentence)
    draft.content = [(sentence[0].start, sentence[left].end)]
    add(reading, passage, draft, held)
    return draft


def _both_sides(reading: Reading, passage: Passage, sentence: list[Token], spoken: SpokenBy, draft: Draft) -> None:
    """Add to `“…,” X said` what X went on to say in marks behind it."""
    behind = spoken.phrase.last if spoken.place == "behind" and spoken.phrase is not None else spoken.last
    for number in _goes_on(sentence, behind + 1):
        if number not in passage.used:
            draft.content.append(reading.quotations[number].span)
            draft.quotes.append(number)
            passage.used.add(number)
            reading.of_quotation[number] = draft


def _region_start(sentence: list[Token], first: int) -> int:
    return sentence[0].start if first else sentence[first].start


def _goes_on(sentence: list[Token], first: int) -> list[int]:
    """Return the quotations behind `X said, ` where no other verb stands between."""
    for at in range(first, len(sentence)):
        if sentence[at].kind == "q":
            direct = sentence[at - 1].text in {",", ":", ".", "-", "–", "—", "--"} or at == first
            return [sentence[at].quotation] if direct else []
    return []


def _behind_cue(
    reading: Reading, passage: Passage, sentence: list[Token], spoken: SpokenBy, cues: list[SpokenBy]
) -> None:
    """`X said: “…”`, `X called it “…”`, `X said that it was “…”`."""
    if spoken.phrase is None or spoken.modal or (spoken.negated and spoken.cue.lemma == "respond"):
        return
    begin = (spoken.phrase.last if spoken.place == "behind" else spoken.last) + 1
    end = content_end(sentence, begin, spoken, cues)
    held = [at for at in range(begin, end + 1) if sentence[at].kind == "q"]
    held = [at for at in held if sentence[at].quotation not in passage.used]
    if held and any(_belongs_to(reading, sentence, held[0], cue) for cue in cues if spoken.at < cue.at < held[0]):
        return
    if not held or sentence[begin].low in _SUBORDINATORS or _judges(sentence, begin, spoken):
        return
    draft = draft_of(passage, spoken, sentence)
    first = held[0]
    accused = accused_of(sentence, begin, spoken.cue.lemma, end) if "o" in spoken.cue.frames else None
    if _introduces(sentence, begin, first) and (sentence[begin].low != "that" or sentence[first - 1].text == ":"):
        start = first
    elif accused is not None and accused < first:
        start = accused
        draft.target = (sentence[begin].start, sentence[accused - 1].end)
    else:
        clause = content_start(sentence, spoken)
        beside = clause is None and sentence[first - 1].text == "," and not _is_apposed(sentence, begin, first)
        start = first if beside else min(clause or begin, first)
    end = held[-1] if "a" in spoken.cue.frames else end
    spans = _spans(reading, sentence, start, end, held)
    draft.direct = all(span in [reading.quotations[sentence[at].quotation].span for at in held] for span in spans)
    draft.content = spans
    add(reading, passage, draft, [sentence[at].quotation for at in held])


def _is_apposed(sentence: list[Token], begin: int, first: int) -> bool:
    """Return whether only a noun and its name stand before marks that go on with it: `the firm, Lim, “never paid”`."""
    words = sentence[begin:first]
    commas = sum(word.text == "," for word in words)
    nominal = all(word.text == "," or (word.kind in "wW" and not is_verb(word)) for word in words)
    return commas == 2 and nominal and words[0].low in DETERMINERS and words[0].text != ","


def _judges(sentence: list[Token], begin: int, spoken: SpokenBy) -> bool:
    """Return whether marks only judge what is named behind them: `dismissed as “baseless” a claim`."""
    judged = begin + 2 < len(sentence) and sentence[begin].low == "as" and sentence[begin + 1].kind == "q"
    return judged and "n" in spoken.cue.frames and sentence[begin + 2].kind in "wW"


def _belongs_to(reading: Reading, sentence: list[Token], at: int, cue: SpokenBy) -> bool:
    """Return whether a cue between introduces a quotation of a sentence's length by itself: `…, adding: “…”`."""
    if cue.phrase is None or not _introduces(sentence, cue.last + 1, at):
        return False
    far = sentence[at - 1].text == "," and words_between(sentence, cue.last + 1, at - 1) > 4
    return (
        words_in(reading, sentence[at]) >= FEWEST_WORDS
        and not far
        and (cue.cue.frames != "q" or cue.phrase.relative is not None)
    )


def words_in(reading: Reading, word: Token) -> int:
    """Return how many words a quotation holds."""
    return len(reading.text[word.start : word.end].split())


def _introduces(sentence: list[Token], begin: int, first: int) -> bool:
    """Return whether a colon or comma stands before a quotation, or nothing."""
    return (
        begin == first
        or sentence[first - 1].text in {":"}
        or (sentence[first - 1].text == "," and words_between(sentence, begin, first - 1) <= 14)
    )


def _spans(reading: Reading, sentence: list[Token], start: int, end: int, held: list[int]) -> list[tuple[int, int]]:
    alone = all(sentence[at].kind == "q" or sentence[at].text in _JOINED for at in range(start, end + 1))
    if alone:
        return [reading.quotations[sentence[at].quotation].span for at in held]
    return [(sentence[start].start, sentence[end].end)]


def _behind_colon(reading: Reading, passage: Passage, sentence: list[Token]) -> None:
    """`The paper had this to say of it: “…”`: the subject speaks, whatever its verb is."""
    for at in range(2, len(sentence)):
        word = sentence[at]
        if word.kind == "q" and sentence[at - 1].text == ":" and word.quotation not in passage.used:
            phrase = first_subject(sentence, at - 1)
            if phrase is None:
                continue
            alone = phrase.first == 0 and phrase.last == at - 2 and phrase.kind == "name"
            if alone or (phrase.last + 1 < at - 1 and is_verb(sentence[phrase.last + 1])):
                draft = Draft(paragraph=passage.number, content=[reading.quotations[word.quotation].span], direct=True)
                draft.phrase = phrase
                add(reading, passage, draft, [word.quotation])


def _signed(reading: Reading, passage: Passage, sentence: list[Token]) -> None:
    """`“…” - Maria Lim`: a name behind a dash, and nothing else."""
    if len(sentence) < 3 or sentence[0].kind != "q" or sentence[0].quotation in passage.used:
        return
    phrase = phrase_after(sentence, 2) if sentence[1].text in _DASHES else None
    if phrase is not None and phrase.kind == "name" and _closes(sentence, phrase.last + 1):
        span = reading.quotations[sentence[0].quotation].span
        draft = Draft(paragraph=passage.number, content=[span], direct=True, phrase=phrase)
        add(reading, passage, draft, [sentence[0].quotation])


def _closes(sentence: list[Token], at: int) -> bool:
    return at >= len(sentence) or sentence[at].text in {",", "."}


def _according_to(reading: Reading, passage: Passage, sentence: list[Token]) -> None:
    """`According to X, “…”`, `“…,” according to X`."""
    for at, word in enumerate(sentence[:-2]):
        phrase = phrase_after(sentence, at + 2) if word.low == "according" and sentence[at + 1].low == "to" else None
        held = None if phrase is None else _accorded(sentence, at, phrase)
        if held is None or phrase is None or sentence[held].quotation in passage.used:
            continue
        draft = Draft(paragraph=passage.number, content=[], phrase=phrase, lemma="according to", frames="t")
        draft.cue = (word.start, sentence[at + 1].end)
        span = reading.quotations[sentence[held].quotation].span
        draft.direct = held > at or words_between(sentence, 0, held) <= 2
        draft.content = [span if draft.direct else (sentence[0].start, span[1])]
        add(reading, passage, draft, [sentence[held].quotation])


def _accorded(sentence: list[Token], at: int, phrase: Phrase) -> int | None:
    """Return the quotation behind `According to X,` or before `, according to X`."""
    if at <= 1 and sentence[0].kind != "q":
        behind = phrase.last + 2
        return behind if behind < len(sentence) and sentence[behind].kind == "q" else None
    left = at - 1 - (sentence[at - 1].text == ",")
    return left if sentence[left].kind == "q" else None
