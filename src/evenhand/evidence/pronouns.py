"""Whom a pronoun that speaks means: the one person that is named before it, if there is only one; otherwise nobody."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from evenhand.evidence.drafts import Passage, Reading
from evenhand.evidence.noun_phrases import Phrase, first_subject
from evenhand.evidence.word_classes import FEMALE_TITLES, HUMANS, MALE_TITLES, TITLES
from evenhand.evidence.words import Token
from evenhand.model.claims import Span

_GENDERS: Final = {"he": "m", "his": "m", "she": "f", "her": "f"}
_NAME: Final = r"[^\W\d_a-z][\w’'-]+"
_TITLED: Final = re.compile(rf"\b([A-Za-z-]{{2,14}}+\.?+) ((?:{_NAME} |[A-Z]\. ){{0,3}}{_NAME})")
MOST_STEPS: Final = 4
"""Paragraphs through which one pronoun is followed to the next."""
MOST_NAMES: Final = 60
"""Phrases, and names, of a paragraph that are looked at before a pronoun."""


class People:
    """The persons of a text: names of two words that speak, and names behind a title, with the gender of the title."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._names: dict[int, list[Token]] = {}
        self._acting: dict[int, list[Phrase]] = {}

    @cached_property
    def genders(self) -> dict[str, set[str]]:
        """Return the genders that titles give to each last name; found when the first pronoun asks for them."""
        found: dict[str, set[str]] = {}
        for passage in self.reading.passages:
            for draft in passage.drafts:
                if draft.phrase is not None and draft.phrase.kind == "name":
                    _add_speaker(found, self._words(draft.phrase))
        for match in _TITLED.finditer(self.reading.text):
            if (title := match[1].lower()) in TITLES:
                gender = "m" if title in MALE_TITLES else "f" if title in FEMALE_TITLES else ""
                found.setdefault(match[2].rsplit(maxsplit=1)[-1], set()).add(gender)
        return found

    def antecedent(self, phrase: Phrase, paragraph: int, steps: int = MOST_STEPS) -> Span | None:
        """Return the name that a pronoun stands for, of the same paragraph or the one before.

        It speaks or opens a sentence there, and no other person who fits is named there before the pronoun. Only `he`
        and `she` are resolved: whom `they`, `it`, `we` and `I` mean, the words beside them seldom tell.
        """
        gender = _GENDERS.get(self._text(phrase).lower())
        for number in (paragraph, paragraph - 1):
            if gender is None or number < 0 or not steps:
                break
            acting = self._before(number, phrase)
            persons = self._named(number, phrase.name[0], gender) | self._actors(acting)
            same = [each for each in acting if _GENDERS.get(self._text(each).lower()) == gender]
            if same:
                meant = self.antecedent(same[0], number, steps - 1)
                return meant if meant and persons <= {self._last(meant)} else None
            if persons:
                return self._one(acting, persons, gender)
        return None

    def _fits(self, name: str, gender: str) -> bool:
        """Return whether a person of that name may be meant: no title of the other gender stands before it."""
        other = "f" if gender == "m" else "m"
        return name in self.genders and (other not in self.genders[name] or gender in self.genders[name])

    def _named(self, number: int, before: int, gender: str) -> set[str]:
        """Return the last names of the persons who are named in a paragraph before a place and fit a pronoun."""
        if number not in self._names:
            self._names[number] = [
                word for sentence, _ in self.reading.passages[number].sentences for word in sentence if word.kind == "W"
            ]
        names = self._names[number]
        place = bisect_left(names, before, key=lambda word: word.start)
        words = {word.text for word in names[max(0, place - MOST_NAMES) : place]}
        return {word for word in words if self._fits(word, gender)}

    def _actors(self, acting: list[Phrase]) -> set[str]:
        """Return the names that act in a paragraph, of persons or not, and the persons without a name: `a woman`."""
        found = set()
        for phrase in acting:
            words = self._words(phrase)
            if phrase.kind == "name":
                found.add(words[-1])
            elif phrase.kind == "noun" and any(word.lower() in HUMANS for word in words):
                found.add(" ".join(words))
        return found

    def _one(self, acting: list[Phrase], persons: set[str], gender: str) -> Span | None:
        """Return where the one person of a paragraph acts, None where there are several or that one does not act."""
        places = [each.name for each in acting if each.kind == "name" and persons == {self._words(each)[-1]}]
        return max(places) if places and self._fits(self._last(places[0]), gender) else None

    def _before(self, number: int, phrase: Phrase) -> list[Phrase]:
        """Return the phrases that act in a paragraph before another one."""
        if number not in self._acting:
            self._acting[number] = sorted(_acting_in(self.reading.passages[number]), key=_place)
        acting = self._acting[number]
        place = bisect_left(acting, phrase.name[0], key=_place)
        return acting[max(0, place - MOST_NAMES) : place]

    def _text(self, phrase: Phrase) -> str:
        return self.reading.text[phrase.name[0] : phrase.name[1]]

    def _words(self, phrase: Phrase) -> list[str]:
        return self._text(phrase).split()

    def _last(self, span: Span) -> str:
        return self.reading.text[span[0] : span[1]].rsplit(maxsplit=1)[-1]


def _add_speaker(genders: dict[str, set[str]], words: list[str]) -> None:
    plain = len(words) > 1 and "and" not in words and words[0].lower() not in {"the", "a", "an"}
    if plain and not words[-1].isupper():
        genders.setdefault(words[-1], set())


def _place(phrase: Phrase) -> int:
    return phrase.name[0]


def _acting_in(passage: Passage) -> Iterator[Phrase]:
    for draft in passage.drafts:
        if draft.phrase is not None:
            yield draft.phrase
    for sentence, _ in passage.sentences:
        subject = first_subject(sentence, len(sentence))
        if subject is not None:
            yield subject
