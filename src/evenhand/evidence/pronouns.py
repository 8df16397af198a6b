"""Whom a pronoun that speaks means: the last named person before it, if there is only one; otherwise nobody."""

from collections.abc import Iterator
from typing import Final

from evenhand.evidence.drafts import Draft, Passage, Reading
from evenhand.evidence.noun_phrases import Phrase, first_subject
from evenhand.model.claims import Span

_PERSON: Final = frozenset({"he", "she", "his", "her"})


def antecedent(reading: Reading, draft: Draft) -> Span | None:
    """Return the name that a pronoun stands for, of the same paragraph or the one before.

    Names that speak or open a sentence there are candidates; with two of them nothing is resolved. Only `he` and `she`
    are: whom `they`, `it`, `we` and `I` mean, the words beside them seldom tell.
    """
    if draft.phrase is None or reading.text[slice(*draft.phrase.name)].lower() not in _PERSON:
        return None
    before = draft.phrase.name[0]
    for number in (draft.paragraph, draft.paragraph - 1):
        if number >= 0:
            named = _names(reading, reading.passages[number], before)
            if named:
                return next(reversed(named.values())) if len(named) == 1 else None
    return None


def _names(reading: Reading, passage: Passage, before: int) -> dict[str, Span]:
    """Return the names of a paragraph that stand before a place, each under its last word."""
    found: dict[str, Span] = {}
    for phrase in _phrases(passage):
        words = reading.text[slice(*phrase.name)].split()
        if phrase.kind == "name" and phrase.name[1] <= before and _may_be_person(words):
            found[words[-1]] = phrase.name
    return found


def _phrases(passage: Passage) -> Iterator[Phrase]:
    for draft in passage.drafts:
        if draft.phrase is not None:
            yield draft.phrase
    for sentence, _ in passage.sentences:
        subject = first_subject(sentence, len(sentence))
        if subject is not None:
            yield subject


def _may_be_person(words: list[str]) -> bool:
    return words[0].lower() not in {"the", "a", "an"} and not words[-1].isupper()
