"""Names that a text gives in full, and what they are of: a later "Quist" is "Ada Quist", "the office" the one named.

Form and use alone tell a person from a body: "Lim, 51", "its", "the operator, Lim Hydro"; no list of names is asked.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from evenhand.evidence.grammar_names import names_like_grammar
from evenhand.evidence.plurals import names_group
from evenhand.evidence.source_counts import is_person_noun
from evenhand.evidence.speaker_kinds import is_body, speaker_kind
from evenhand.evidence.text_spans import holds_words, places_of
from evenhand.evidence.word_classes import (
    ADVERBS,
    AUXILIARIES,
    BREAKS,
    DETERMINERS,
    HUMANS,
    MONTHS,
    NAMES_TOO,
    NEGATIONS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    TIMES,
)
from evenhand.evidence.word_patterns import read_words

_TABLE: Final = read_words("speaker_words.txt")
_NAME: Final = r"[^\W\d_a-z][\w’'&.-]*\w"
_PARTICLE: Final = "de|da|do|di|du|des|dos|del|della|la|le|el|al|bin|ibn|van|von|der|den|ter|ten|zu|af"
# The class before the look behind it: a search skips to capital letters.
_IN_FULL: Final = re.compile(
    rf"[^\W\d_a-z](?<![\w’'-].)[\w’'&.-]*\w(?: (?:(?:{_PARTICLE}|of|for|of the|and|&) )?{_NAME}){{1,5}}"
)
_NO_PART: Final = (
    HUMANS | ADVERBS | AUXILIARIES | BREAKS | DETERMINERS | MONTHS | NEGATIONS | PREPOSITIONS | SUBJECT_PRONOUNS | TIMES
    | _TABLE["roles"] | _TABLE["speaking_for"] | _TABLE["role_parts"]
)  # fmt: skip
_DATES: Final = MONTHS | TIMES
_GIVEN_TOO: Final = NAMES_TOO | {month.capitalize() for month in MONTHS}
_BEFORE_MONTH: Final = PREPOSITIONS | DETERMINERS | {"last", "next", "early", "late", "mid"}
_ROLES: Final = "|".join(sorted(re.escape(word) for word in _TABLE["roles"] | _TABLE["speaking_for"]))
_HOLDERS: Final = "head|director|chief executive|chairman|chairwoman|chair|president|owner|founder|boss|board"
_BODIES: Final = "|".join(sorted(_TABLE["bodies"] | _TABLE["state_bodies"]))
_SHARES: Final = "shares?|stakes?|shareholders?|employees|employed|workers|staff"
_PERSON_BEHIND: Final = re.compile(r"(?:,\s\d{1,3}\b|,?\swho\b|(?:\s\w+){0,2}\s(?:he|she|his|her)\b)")
_ROLE_BEFORE: Final = re.compile(rf"\b(?:{_ROLES})\.?\s$")
_BODY_BEFORE: Final = re.compile(
    rf"(?:\b(?:{_BODIES}),?\s|\b(?:{_HOLDERS})\s(?:of|at|for)\s|\b(?:{_SHARES})\s(?:in|of|at|by)\s"
    r"|\bspokes(?:man|woman|person)\sfor\s)$"
)
_WITHIN_SENTENCE: Final = re.compile(r"[a-z,]\s")
_LONGEST_BEFORE: Final = 40
"""Characters that the longest of the words before a name have."""
_BODY_BEHIND: Final = re.compile(
    r"(?:[’']s?\s(?:managing director|chief executive|chairman|chairwoman|chair|board|shareholders|employees|fleet"
    r"|plant|factory|branches|head of|headquarters)\b"
    rf"|,\s(?:an?|the|its|one of the)\s(?:[\w-]+\s){{0,4}}(?:{_BODIES}|PAC|NGO)\b(?![’'])"
    rf"|(?:(?!\b(?:{_BODIES})\b)[^.A-Z“”\"]){{0,120}}\.\s(?:[“\"][^“”\"]{{0,300}}[”\"]\s)?[Ii]ts\s(?:[\w-]+\s){{0,3}}?"
    rf"(?:{_HOLDERS}|spokes\w+|counsel|lawyers?)\b)"
)
MOST_NAMES: Final = 400
"""Full names of a text that are looked at."""


class KnownNames:
    """The names of a text by which shorter ones are told; each table is made when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._used_as_body: dict[str, bool] = {}

    @cached_property
    def in_full(self) -> list[tuple[int, str, bool]]:
        """Return the names of two words and more with their places, and whether "the" stands before each.

        Titles and offices before them are left out.
        """
        found: list[tuple[int, str, bool]] = []
        like_grammar = names_like_grammar(self._text)
        for match in _IN_FULL.finditer(self._text):
            words = _without_owner(match[0].split())
            definite = self._text[max(0, match.start() - 4) : match.start()].casefold() == "the "
            while words and words[0].casefold().strip(".") in _NO_PART and not self._is_given(words, match.start()):
                definite = words[0].casefold() == "the"
                del words[0]
            while words and words[-1].casefold().strip(".") in _DATES and words[-1] not in like_grammar:
                del words[-1]
            if len(words) > 1 and len(found) < MOST_NAMES:
                found.append((match.start(), _bare(" ".join(words)), definite))
        return found

    def _is_given(self, words: Sequence[str], at: int) -> bool:
        """Return whether a given name is spelled like a small word or a month: Will Hurd, April Ryan."""
        if words[0] not in _GIVEN_TOO or len(words) != 2:
            return False
        before = self._text[max(0, at - 12) : at].split()[-1:]
        if words[0] in NAMES_TOO and _opens_sentence(self._text, at):
            return False
        return not before or before[0].casefold() not in _BEFORE_MONTH

    @cached_property
    def bearers(self) -> dict[str, set[str]]:
        """Return the persons with each last name, by first and last name."""
        found: dict[str, set[str]] = {}
        for name, definite in dict.fromkeys((name, definite) for _, name, definite in self.in_full):
            words = name.split()
            if (
                not definite
                and len(words) <= 4
                and "and" not in words
                and not names_group(words[-1].casefold())
                and speaker_kind(name, name, "name") == "named_person"
            ):
                found.setdefault(words[-1], set()).add(name)
        # "Nominates Ada Brun", of a headline in capitals, is Ada Brun, if the text names her.
        return {last: {name for name in names if not _ends_with_another(name, names)} for last, names in found.items()}

    @cached_property
    def _bodies(self) -> list[tuple[int, str]]:
        return [
            (at, f"the {name}" if definite else name)
            for at, name, definite in self.in_full
            if " and " not in name and (definite or speaker_kind(name, name, "name") in {"named_organisation", "state"})
        ]

    def bodies_called(self, word: str, before: int) -> set[str]:
        """Return the bodies named before a place whose name ends with a word: the Coast Office, for `office`."""
        return {name for at, name in self._bodies if at < before and name.split()[-1].casefold() == word.casefold()}

    def is_used_as_body(self, name: str) -> bool:
        """Return whether a text uses a name of two words as that of a body: it is "the operator", has a board, is "it".

        A name that is used as that of a person as well is none of a body.
        """
        if name not in self._used_as_body:
            places = list(places_of(self._text, name))
            body = any(self._stands_beside(at, name, _BODY_BEFORE, _BODY_BEHIND) for at in places)
            person = body and any(_PERSON_BEHIND.match(self._text, at + len(name)) for at in places)
            self._used_as_body[name] = body and not person
        return self._used_as_body[name]

    def _stands_beside(self, at: int, name: str, before: re.Pattern[str], behind: re.Pattern[str]) -> bool:
        """Return whether one pattern ends where a name begins, or another begins where it ends."""
        if behind.match(self._text, at + len(name)):
            return True
        return before.search(self._text, max(0, at - _LONGEST_BEFORE), at) is not None

    def is_person(self, name: str) -> bool:
        """Return whether a name is that of a person, in full or by the last name alone."""
        if " " not in name:
            return name in self.bearers
        places = places_of(self._text, name)
        return any(self._stands_beside(at, name, _ROLE_BEFORE, _PERSON_BEHIND) for at in places)

    def is_crowd(self, word: str, at: int) -> bool:
        """Return whether a plural that opens a sentence is of unnamed persons: `Tenants said`, not `Sanders said`.

        A name stands with a capital within a sentence too, or behind a first name.
        """
        low = word.casefold()
        if not low.endswith("s") or word in self.bearers or not _opens_sentence(self._text, at):
            return False
        if any(_WITHIN_SENTENCE.match(self._text, place - 2) for place in places_of(self._text, word) if place > 1):
            return False  # "for Banks": a capital within a sentence is that of a name
        if holds_words(self._text, low):
            return True
        named = re.search(rf"(?:[a-z,;(]|\b[A-Z]\w+)\s?(?<!\w){re.escape(word)}\b", self._text)
        return named is None and is_person_noun(low)


def _opens_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 4) : at].rstrip(" ")
    return not before or before[-1] in '.!?“"”\n:-–—'


def _without_owner(words: list[str]) -> list[str]:
    """Return the words behind the last owner: "Lima's Ada Brun" is Ada Brun."""
    owners = [at for at, word in enumerate(words[:-1]) if word.endswith(("'s", "’s", "s'", "s’"))]
    return words[owners[-1] + 1 :] if owners else words


def _ends_with_another(name: str, names: set[str]) -> bool:
    """Return whether a name ends with another one of some, of a first and a last name at least."""
    return any(name.endswith(f" {other}") for other in names)


def _bare(name: str) -> str:
    """Return a name without the possessive at its end."""
    if name.endswith(("’s", "'s")):
        return name[:-2]
    return name[:-1] if name.endswith(("s’", "s'")) else name


def is_definite_body(name: str) -> str | None:
    """Return the noun of a phrase such as "the office" or "The Sentinel", None of any other."""
    words = name.split()
    if len(words) != 2 or words[0].casefold() != "the":
        return None
    return words[1] if words[1][:1].isupper() or is_body(words[1]) else None
