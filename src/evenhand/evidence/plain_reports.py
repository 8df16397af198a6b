"""Short reports that one form gives away: "rejected the charge", "could not be reached", "court papers show that C"."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from evenhand.evidence.attributions import Attribution
from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.report_forms import (
    AFTER,
    AGAINST,
    CALLED_ON,
    DECLINE,
    DISMISSED_AS,
    FEELING,
    FIRM,
    HINTS,
    OPENED,
    PASSIVE_DENIAL,
    RELATIVE_DENIAL,
    SAID_THAT,
    SHARED,
    SHORT_DENIAL,
    UNANSWERED,
)
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Span, Stance

# Where a clause begins: forms that begin with their speaker are only tried there.
_OPENS: Final = re.compile(r"^|(?<=[.!?])\s|,\s(?:after|before)\s|\swhile\s", re.MULTILINE)

_OPENS_IN_LINE: Final = re.compile(r"[.!?]\s|,\s(?:after|before)\s")
_FEELINGS: Final[dict[str, Stance]] = {
    "regret": "regrets", "sorrow": "regrets", "hope": "hopes", "gratitude": "praises", "outrage": "accuses",
    "anger": "accuses", "disappointment": "accuses", "dismay": "accuses",
}  # fmt: skip
_SHARED_STANCES: Final[dict[str, Stance]] = {
    "called for": "requests", "called on": "requests", "apologised for": "regrets", "apologized for": "regrets",
}  # fmt: skip
_NO_PHRASE: Final = read_words("speaker_words.txt")["no_phrase"]
_ONLY_NEGATED: Final = re.compile(
    r"(?:would|did) (?:say|comment|discuss|answer|reply|respond)\b|answered|returned|responded|replied"
    r"|commented|reacted|agreed|could be"
)
"""Cues that refuse only behind "neither" and "nobody"."""
_NOBODY: Final = re.compile(r"(?:nobody|no one|neither|none)\b", re.IGNORECASE)
"""Who denies nothing: "nobody at the firm denied it"."""
_BEHIND_PREPOSITION: Final = re.compile(r"\b(?:in|at|from|for|with|to|by|on|near|outside)\s(?:the\s)?$")
_BESIDE_PREPOSITION: Final = frozenset({SHORT_DENIAL, CALLED_ON, DECLINE, FIRM})
"""Forms whose speaker may be only the end of a longer phrase: "an official in Lima declined"."""
_FORMS: Final = tuple(HINTS)
# Words of which a form has one as well; most windows around "which" and "against" have none.
_ALSO: Final[dict[re.Pattern[str], tuple[str, ...]]] = {
    RELATIVE_DENIAL: ("denie", "reject", "dismiss", "disput"),
    AGAINST: ("warned", "cautioned"),
}
_BEFORE_HINT: Final = 140
_BEHIND_HINT: Final = 260


def find_plain_reports(text: str, span: Span) -> Iterator[Attribution]:
    """Yield the attributions of a part of a text that one form gives away, whatever else was read of the sentence."""
    openings: list[int] | None = None
    for pattern, given in _hints_within(text, span):
        opened = pattern in OPENED
        if opened and openings is None:
            openings = _openings(text, span)
        found = (
            (pattern.match(text, at, span[1]) for at in openings or () if at < given[-1])
            if opened
            else _near(pattern, given, text, span)
        )
        for match in filter(None, found):
            if _is_report(pattern, match):
                yield _report(pattern, match)


def _hints_within(text: str, span: Span) -> list[tuple[re.Pattern[str], list[int]]]:
    """Return the forms of which a part of a text has hints, with the places of these in order."""
    hints = _hints_of(text)
    first = bisect_left(hints, (span[0], 0, 0))
    held: dict[int, list[int]] = {}
    for at, end, form in hints[first : bisect_left(hints, (span[1], 0, 0), first)]:
        if end <= span[1]:
            held.setdefault(form, []).append(at)
    return [(_FORMS[form], held[form]) for form in sorted(held)]


@lru_cache(maxsize=2)
def _hints_of(text: str) -> list[tuple[int, int, int]]:
    """Return where a whole text has hints: begin, end and number of the form, in order."""
    return sorted(
        (at, end, form)
        for form, pattern in enumerate(_FORMS)
        for hint in HINTS[pattern]
        for at, end in _places(text, hint)
    )


def _openings(text: str, span: Span) -> list[int]:
    """Return where clauses begin; in a paragraph of one line without "while" a faster pattern finds the same."""
    if text.find("while", *span) >= 0 or text.find("\n", *span) >= 0:
        return [found.end() for found in _OPENS.finditer(text, *span)]
    behind = [found.end() for found in _OPENS_IN_LINE.finditer(text, *span)]
    return [span[0], *behind] if not span[0] or text[span[0] - 1] == "\n" else behind


def _is_report(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    """Return whether a match is what its form says: its speaker a phrase, and "would say" no refusal of one party."""
    if pattern is DECLINE and _ONLY_NEGATED.match(match["cue"]):
        return match["who"].casefold().startswith(("neither", "none of", "nobody"))
    if pattern is SHORT_DENIAL and (_NOBODY.match(match["who"]) or match.string[: match.start()].endswith(" nor ")):
        return False
    if pattern in _BESIDE_PREPOSITION and _BEHIND_PREPOSITION.search(match.string[: match.start("who")][-12:]):
        return False
    return pattern not in {AFTER, SAID_THAT} or _is_phrase(match["who"])


def _near(pattern: re.Pattern[str], places: Sequence[int], text: str, span: Span) -> Iterator[re.Match[str]]:
    """Yield where a form stands around its hints; to try it everywhere would cost ten times as much."""
    last, also = span[0], _ALSO.get(pattern)
    for at in places:
        first, end = max(last, at - _BEFORE_HINT), min(span[1], at + _BEHIND_HINT)
        if first >= end or (also and not any(map(text[first:end].__contains__, also))):
            continue
        for match in pattern.finditer(text, first, end):
            yield match
            last = match.end()


def _places(text: str, hint: str) -> Iterator[Span]:
    at = text.find(hint)
    while at >= 0:
        yield at, at + len(hint)
        at = text.find(hint, at + 1)


def _is_phrase(words: str) -> bool:
    """Return whether words can be one noun phrase: no verb, no new clause, no pronoun."""
    lower = words.split()
    if any(word in _NO_PHRASE or (word.endswith(("ed", "n't")) and word.islower()) for word in lower):
        return False
    return not any(word in {"he", "she", "they", "it", "we", "you", "i"} for word in words.casefold().split())


def _report(pattern: re.Pattern[str], match: re.Match[str]) -> Attribution:
    if pattern in {DECLINE, UNANSWERED}:
        return _attribution(match, "declines", "decline", content=match.span("cue"))
    if pattern is CALLED_ON:
        return _attribution(match, "requests", "call")
    if pattern is FEELING:
        return _attribution(match, _FEELINGS.get(match["verb"], "asserts"), "express")
    if pattern in {RELATIVE_DENIAL, SHORT_DENIAL, PASSIVE_DENIAL, DISMISSED_AS}:
        return _attribution(match, "denies", _lemma(match["verb"]))
    if match["verb"].casefold().startswith("called "):
        return _attribution(match, "requests", "call")
    cue = cue_table().get(match["verb"].casefold())
    return _attribution(match, cue.stance if cue else "asserts", cue.lemma if cue else match["verb"].casefold())


def find_shared_reports(text: str, span: Span) -> Iterator[Attribution]:
    """Yield what a second verb of a sentence reports: "praised the union and called for a hearing"; without speaker."""
    for match in _matches_behind_and(text, span):
        cue = cue_table().get(match["verb"].split()[0])
        stance = _SHARED_STANCES.get(match["verb"]) or (cue.stance if cue else "asserts")
        yield Attribution(
            form="indirect",
            content=(match.span("content"),),
            resolution="continuation",
            cue=match.span("cue"),
            cue_lemma=cue.lemma if cue else match["verb"],
            stance=stance,
            frames="n",
        )


def _matches_behind_and(text: str, span: Span) -> Iterator[re.Match[str]]:
    at = text.find("and", span[0] + 1, span[1])
    while at >= 0:
        match = SHARED.match(text, at - 1, span[1])
        if match:
            yield match
        at = text.find("and", match.end() + 1 if match else at + 1, span[1])


_LEMMAS: Final = {
    "deni": "deny", "reje": "reject", "disp": "dispute", "refu": "refute", "rubb": "rubbish", "repu": "repudiate",
}  # fmt: skip


def _lemma(verb: str) -> str:
    return _LEMMAS.get(verb[:4].casefold(), "dismiss")


def _attribution(match: re.Match[str], stance: Stance, lemma: str, content: Span | None = None) -> Attribution:
    words = match["who"].split()
    pronoun = words[0].casefold() in {"he", "she", "they", "it"} and len(words) == 1
    return Attribution(
        form="indirect",
        content=(content or match.span("content"),),
        name="" if pronoun else " ".join(words),
        speaker_span=match.span("who"),
        speaker_phrase=match.span("who"),
        speaker_form="pronoun" if pronoun else "noun" if words[-1][:1].islower() else "name",
        resolution="none" if pronoun else "explicit",
        cue=match.span("cue"),
        cue_lemma=lemma,
        stance=stance,
        frames="n",
        target=match.span("target") if "target" in match.re.groupindex else None,
    )
