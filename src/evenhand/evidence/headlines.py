"""What a headline says that somebody said: "Port board rejects report", "Union: pay was held back"."""

import re
from typing import Final

from evenhand.evidence.attributions import Attribution
from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.statements import Statement
from evenhand.evidence.text_spans import trimmed
from evenhand.evidence.word_classes import AUXILIARIES, BREAKS, IRREGULAR_PAST
from evenhand.model.claims import Span, Stance

_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'.-][^\W\d_]+)*|\S")
# Verbs that only headlines use so; behind some stands a particle that is part of them.
_HEADLINE_VERBS: Final[dict[str, Stance]] = {
    "hits": "accuses", "slams": "accuses", "blasts": "accuses", "attacks": "accuses", "lashes": "accuses",
    "blames": "accuses", "faults": "accuses", "rips": "accuses", "decries": "accuses", "rejects": "denies",
    "dismisses": "denies", "denies": "denies", "rubbishes": "denies", "says": "asserts",
    "vows": "threatens", "urges": "requests",
}  # fmt: skip
_PARTICLES: Final = frozenset({"at", "out", "back", "that", "against", "on", "over"})
_CLAUSE_WORDS: Final = (BREAKS | AUXILIARIES | IRREGULAR_PAST | {"under", "amid", "over"}) - {"and"}
LONGEST: Final = 400
_DENIED_BEHIND: Final = re.compile(
    r"[,;–—-]\s(?:(?:but|and|while|as)\s)?(?P<who>(?!which\b|who\b)[^,;:“”\"]{2,40}?)\s"
    r"(?<!not\s)(?<!never\s)(?<!n[’']t\s)(?P<cue>denies|rejects|disputes|dismisses|denied|rejected|deny|reject|dispute)"
    r"(?P<content>\s(?:it|this|that|claims?|charges?|allegations?|wrongdoing)|)(?=\W*$)"
)


def headline_statements(text: str, headline: Span) -> list[Statement]:
    """Return what a headline says that somebody said; another one may deny it: "X says C, Y denies it"."""
    whole = (headline[0], min(headline[1], headline[0] + LONGEST))
    denial = _DENIED_BEHIND.search(text, *whole)
    if denial is None:
        return list(filter(None, [_headline_statement(text, headline)]))
    denied = trimmed(text, denial.span("content")) if denial["content"] else denial.span("cue")
    first = _headline_statement(text, (headline[0], denial.start()))
    second = _statement(text, headline, denial.span("who"), denial.span("cue"), denied, "denies")
    return [second] if first is None else [first, second]


def _headline_statement(text: str, headline: Span) -> Statement | None:
    """Return the statement of a headline whose verb is a cue in the present, with all before it as speaker.

    "X denies C", "X hits at C", "C, says X" are read; anything else is the reporter's own headline.
    """
    start, end = headline[0], min(headline[1], headline[0] + LONGEST)
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    for at, (first, last) in enumerate(words):
        stance = _stance(text[first:last])
        if stance is None or not at:
            continue
        if text[words[at - 1][0] : words[at - 1][1]] == "," and at + 1 < len(words):
            return _inverted(text, (start, words[at - 2][1]), (first, last), (words[at + 1][0], end), stance)
        behind = at + 1
        while behind < len(words) and text[slice(*words[behind])] in _PARTICLES:
            behind += 1
        if behind >= len(words) or at > 6 or any(_is_clause_word(text[slice(*word)]) for word in words[:at]):
            return None
        return _statement(
            text, headline, (start, words[at - 1][1]), (first, words[behind - 1][1]), (words[behind][0], end), stance
        )
    return None


def _is_clause_word(word: str) -> bool:
    """Return whether a word before a verb shows that its subject is shorter: `X faced charges`, `as Y says`."""
    return word.islower() and (word in _CLAUSE_WORDS or (word.endswith("ed") and len(word) > 4))


def _stance(word: str) -> Stance | None:
    if word in _HEADLINE_VERBS:
        return _HEADLINE_VERBS[word]
    cue = cue_table().get(word) if word.islower() else None
    return cue.stance if cue is not None and cue.shape == "present" and not cue.particles else None


def _inverted(text: str, content: Span, cue: Span, rest: Span, stance: Stance) -> Statement | None:
    speaker = re.compile(r"[^,;:]{2,60}").match(text, rest[0], rest[1])
    return _statement(text, (content[0], rest[1]), speaker.span(), cue, content, stance) if speaker else None


def _statement(text: str, headline: Span, who: Span, cue: Span, content: Span, stance: Stance) -> Statement:
    words = text[slice(*who)].split()
    known = cue_table().get(text[slice(*cue)].casefold().split(maxsplit=1)[0])
    attribution = Attribution(
        form="indirect",
        content=(content,),
        name=" ".join(words),
        speaker_span=who,
        speaker_phrase=who,
        speaker_form="noun" if words[-1][:1].islower() else "name",
        resolution="explicit",
        cue=cue,
        cue_lemma=known.lemma if known else text[slice(*cue)].casefold(),
        stance=stance,
        frames="t",
    )
    return Statement(attribution, "headline", headline)
