"""What a claim says and who says it, as links between claims are made by: sides, accused, words cut to their stems."""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from evenhand.evidence.states import states_named, states_within
from evenhand.evidence.text_spans import holds_words
from evenhand.evidence.word_classes import COUNTS, DETERMINERS, HUMANS, PREPOSITIONS, SUBJECT_PRONOUNS
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Claim

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_GENERIC: Final = re.compile(
    r"^\W*(?:that |any |all |the |these |those |such |its |his |her |their )*(?:(?:[\w.]+ )?(?:accusations?"
    r"|allegations?|charges?|claims?|reports?|criticisms?|suggestions?|complaints?|statements?|wrongdoing|involvement)\b"
    r"|(?:this|that|it|them)(?=\W*$|\W+(?:as|an?|in|on)\b|\s[“\"‘']))",
    re.IGNORECASE,
)
_POINTS_BACK: Final = re.compile(
    r"^\W*(?:that )?(?:(?:this|these|those)\b|(?:that|it)[’']?s? (?:(?:is|was|were) )?(?:\w+ )?(?:an? )?"
    r"(?:lies?|untrue|false|wrong|nonsense|absurd|baseless|fiction|slander|libel|not true|never happened|not happen)\b"
    r"|(?:\w+ ){0,3}(?:nothing of the (?:kind|sort)|no such thing)\b)",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(
    r"(?:^|[.!?]\W?\s|\n)(?:asked|pressed|questioned|responding|replying|reacting|confronted)\s(?P<of>[^.!?\n]{3,120}),[^.!?\n]*$",
    re.IGNORECASE,
)
_COMMON: Final = read_words("speaker_words.txt")["common"]
_NO_NAMES: Final = COUNTS | DETERMINERS | HUMANS | PREPOSITIONS | SUBJECT_PRONOUNS | {"new", "old", "top", "big", "own"}
_PERSONS: Final = frozenset({"him", "her", "he", "she"})
_PRONOUNS: Final = _PERSONS | {"it", "them", "they"}
_BESIDE: Final = 1
_BEFORE: Final = 250
LONGEST: Final = 2_000


class Side(NamedTuple):
    """What a claim's speaker is called, the body spoken for, and the states of either."""

    names: frozenset[str]
    states: frozenset[str]
    proper: bool


class View:
    """A claim with the words that links are made by."""

    def __init__(self, text: str, claim: Claim, paragraph: int = 0) -> None:
        self.claim, self.paragraph = claim, paragraph
        self.start, self.end = claim.content[0][0], claim.content[-1][1]
        self.content = " ".join(text[slice(*span)] for span in claim.content)[:LONGEST]
        self.target = text[slice(*claim.target)] if claim.target else ""
        self.side = _side(claim)
        self._text = text
        self.held: Side | None = None
        self.accused = f"{self.target} {self.content}"

    @cached_property
    def words(self) -> frozenset[str]:
        """Return the words of target and content, cut to their stems; as all else here found when it is asked for."""
        return _stems(f"{self.target} {self.content}")

    @cached_property
    def question_words(self) -> frozenset[str]:
        """Return the words of the question that the claim answers."""
        question = _ASKED.search(self._text, max(0, self.start - _BEFORE), self.start)
        return _stems(question["of"]) if question else frozenset()

    @cached_property
    def accused_states(self) -> frozenset[str]:
        """Return the states that the accused are of, or that the content names."""
        return states_within(self.target or self.content)

    @cached_property
    def generic(self) -> bool:
        """Return whether nothing but "the accusation" is said."""
        return _GENERIC.match(self.content) is not None

    @cached_property
    def points_back(self) -> bool:
        """Return whether "this is a lie" points to what was told before."""
        return self.generic or _POINTS_BACK.match(self.content) is not None

    @property
    def is_open(self) -> bool:
        """Return whether a claim names nobody whom it is about: "they knew of it"."""
        return not self.claim.about and (not self.target or self.target.casefold() in _PRONOUNS)

    def is_beside(self, other: "View") -> bool:
        """Return whether another claim stands in the same paragraph or in the one beside it."""
        return abs(self.paragraph - other.paragraph) <= _BESIDE

    def is_of_another(self, denial: "View") -> bool:
        """Return whether an accusation names an accused who is none of those that deny."""
        last = self.target.split()[-1:]
        named = bool(last) and last[0][0].isupper() and denial.side.proper
        return named and not is_named(denial, self) and not speaks_of(denial, self)


def note_held(views: Sequence[View]) -> None:
    """Note whose accusations a denial speaks of: "denied Peru's accusations of C"; and whom "they knew" is about."""
    by_id = {view.claim.id: view for view in views}
    for before, view in pairwise(views):
        if view.claim.stance == before.claim.stance == "accuses" and view.is_open and before.is_beside(view):
            view.accused, view.accused_states = before.accused, before.accused_states
    for view in views:
        if view.claim.nested_in in by_id and view.claim.stance == "accuses":
            by_id[view.claim.nested_in].held = view.side


def same_side(one: Claim, other: Claim) -> bool:
    """Return whether two claims are of one speaker, or of one body and who speaks for it."""
    side, against = _side(one), _side(other)
    state = bool(side.states) and side.states == against.states
    return related(side, against) or (state and "named_person" not in (one.speaker.kind, other.speaker.kind))


def like_words(text: str, one: Claim, other: Claim) -> int:
    """Return how many words of two claims are alike, by their first five letters."""
    return len(View(text, one).words & View(text, other).words)


def _side(claim: Claim) -> Side:
    speaker = claim.speaker
    names = {_plain(name) for name in (speaker.name, speaker.organisation, speaker.speaks_for) if name}
    states: frozenset[str] = frozenset()
    for name in (speaker.name if speaker.kind != "named_person" else None, speaker.organisation, speaker.speaks_for):
        if name:
            states |= states_named(name) or states_within(name)
    proper = any(_is_proper(name) for name in (speaker.name, speaker.organisation) if name)
    return Side(frozenset(names - {""}), states, proper)


def _is_proper(name: str) -> bool:
    """Return whether a name is one, not "the company": a word behind the first has a capital, or the only one."""
    words = name.split()
    if words[0].casefold() in {"a", "an", "the", "its", "one"} and words[-1][0].islower():
        return False
    return any(word[0].isupper() for word in (words[1:] or words))


def related(one: Side, other: Side) -> bool:
    """Return whether two speakers have a name in common, or one's begins or ends with the other's: "Vik", "Ola Vik"."""
    return any(
        name == known or f"{name} ".startswith(f"{known} ") or f" {name}".endswith(f" {known}")
        for first, second in ((one.names, other.names), (other.names, one.names))
        for name in first
        for known in second
    )


def _plain(name: str) -> str:
    words = " ".join(name.casefold().replace("’", "'").split())
    return words.removeprefix("the ").removeprefix("a ").removeprefix("an ")


def _stems(content: str) -> frozenset[str]:
    """Return the words of a content cut to five letters, without names: those are compared apart."""
    words = _WORD.findall(content)
    plain = {word[:5] for word in words if word.islower() and len(word) > 3 and word not in _COMMON}
    return frozenset(plain)


def is_named(denial: View, view: View) -> bool:
    """Return whether a claim is about the side that denies: by its name or state, or by a pronoun beside it."""
    if view.target.casefold() in _PRONOUNS:
        person = view.target.casefold() in _PERSONS
        fits = person == (denial.claim.speaker.kind == "named_person") or view.target.casefold() in {"they", "them"}
        return fits and view.paragraph == denial.paragraph
    accused = _plain(view.accused)
    return any(_names(name, accused) for name in denial.side.names) or bool(denial.side.states & view.accused_states)


def is_alike(denial: View, view: View) -> bool:
    """Return whether two claims speak of the same: in a word, or the denial of no deed in particular."""
    return bool(denial.words & view.words) or (view.start < denial.start and denial.points_back)


def speaks_of(denial: View, accusation: View) -> bool:
    """Return whether a denial names the accused: "the ministry denied that Lim had paid"."""
    return bool(_capitals(accusation.target) & _capitals(denial.content))


def _capitals(words: str) -> set[str]:
    """Return the words of capital letters alone, and those with a capital letter behind the first."""
    return {word for word in _WORD.findall(words)[1:] if word[0].isupper()} | {
        word for word in _WORD.findall(words) if word.isupper()
    }


def _names(name: str, accused: str) -> bool:
    """Return whether an accusation names a body: by its whole name, or by the first word of it."""
    first = name.split(maxsplit=1)[0]
    tells = len(first) > 1 and first not in _COMMON and first not in _NO_NAMES
    return holds_words(accused, name) or (tells and holds_words(accused, first))
