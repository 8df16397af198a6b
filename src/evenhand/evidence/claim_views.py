"""What a claim says and who says it, as links between claims are made by: sides, accused, words cut to their stems."""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from evenhand.evidence.reported_accusations import reported_accusation
from evenhand.evidence.states import states_named, states_within
from evenhand.evidence.text_spans import holds_words
from evenhand.evidence.word_classes import COUNTS, DETERMINERS, HUMANS, PREPOSITIONS, SUBJECT_PRONOUNS
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Claim, Speaker

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_GENERIC: Final = re.compile(
    r"^\W*(?:that |any |all |the |these |those |such |its |his |her |their )*(?:(?:[\w.]+ )?(?:accusations?"
    r"|allegations?|charges?|claims?|reports?|criticisms?|suggestions?|complaints?|statements?|wrongdoing|involvement"
    r"|findings?|conclusions?|accounts?|versions?|stor(?:y|ies)|figures?|numbers?|notions?|characteri[sz]ations?)\b"
    r"|(?:this|that|it|them)(?=\W*$|\W+(?:as|an?|in|on)\b|\s[“\"‘']))",
    re.IGNORECASE,
)
_POINTS_BACK: Final = re.compile(
    r"^\W*(?:that )?(?:(?:this|these|those)\b|(?:that|it)[’']?s? (?:(?:is|was|were) )?(?:\w+ )?(?:an? )?"
    r"(?:lies?|untrue|false|wrong|nonsense|absurd|baseless|fiction|slander|libel|not true|never happened|not happen)\b"
    r"|(?:all |pure |just |nothing but )?lies\b|(?:\w+ ){0,3}(?:nothing of the (?:kind|sort)|no such thing)\b"
    r"|(?:having )?(?:said|done|doing|saying) (?:so|that|this|it)\b"
    r"|(?:he|she|it|they|we|i) (?:(?:has|have|had|played|took) ){1,2}no (?:part|role|hand|involvement|knowledge)\b)",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(
    r"(?:^|[.!?]\W?\s|\n)(?:asked|pressed|questioned|responding|replying|reacting|confronted)\s(?P<of>[^.!?\n]{3,120}),[^.!?\n]*$",
    re.IGNORECASE,
)
_OF_BODY: Final = re.compile(r"\s(?:of|for|at|in)\s")
_SHORTEST_OFFICE: Final = 3
_BESIDE_BEFORE: Final = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Oo]ne)\s(?:[\w-]+\s){0,3}?(?P<noun>[a-z-]+),\s$")
_BESIDE_BEHIND: Final = re.compile(
    r",\s(?:the|an?)\s(?:[\w-]+\s){0,3}?(?P<noun>[a-z-]+)(?=[,.]|\s(?:in|of|that|which|who)\b)"
)
_NO_NOUNS: Final = frozenset({"month", "week", "year", "case", "statement", "letter", "report", "side"})
_NEAR_NAME: Final = 60
_MOST_NOUNS: Final = 6
_SPEAKING: Final = read_words("speaker_words.txt")["speaking_for"]
_COUNSEL: Final = frozenset({"lawyer", "attorney", "counsel", "barrister", "solicitor"})
_COMMON: Final = read_words("speaker_words.txt")["common"]
_NO_NAMES: Final = COUNTS | DETERMINERS | HUMANS | PREPOSITIONS | SUBJECT_PRONOUNS | {"new", "old", "top", "big", "own"}
_PERSONS: Final = frozenset({"him", "her", "he", "she"})
_PRONOUNS: Final = _PERSONS | {"it", "them", "they"}
_BESIDE: Final = 1
_BEFORE: Final = 250
LONGEST: Final = 2_000


class Side(NamedTuple):
    """What a claim's speaker is called, the body spoken for, the states of either, and the noun of an office."""

    names: frozenset[str]
    states: frozenset[str]
    proper: bool
    office: str = ""


class View:
    """A claim with the words that links are made by."""

    def __init__(self, text: str, claim: Claim, paragraph: int = 0, known: "NounsOfNames | None" = None) -> None:
        self.claim, self.paragraph = claim, paragraph
        self.start, self.end = claim.content[0][0], claim.content[-1][1]
        self.content = " ".join(text[slice(*span)] for span in claim.content)[:LONGEST]
        self.target = _subject(text, claim)
        self.side = _side(claim)
        self._text = text
        self.held: Side | None = None
        self._known = known
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

    def calls_speaker(self, accused: str) -> bool:
        """Return whether words name a speaker by a noun that the text gives them: "the trader, Lim Gas"."""
        if self._known is None:
            return False
        return any(holds_words(accused, noun) for noun in self._known.of(self.claim.speaker.name))

    @property
    def is_open(self) -> bool:
        """Return whether a claim names nobody whom it is about: "they knew of it"."""
        return not self.claim.about and (not self.target or self.target.casefold() in _PRONOUNS)

    def speaks_beside(self, other: "View") -> bool:
        """Return whether a speaker for nobody named stands beside a side: "The bank denied it. Director Lim said"."""
        speaker = self.claim.speaker
        words = frozenset(speaker.role.casefold().split()) if speaker.role and not speaker.organisation else frozenset()
        body = other.claim.speaker.kind in {"named_organisation", "state"}
        fits = (body and not words.isdisjoint(_SPEAKING)) or not words.isdisjoint(_COUNSEL)
        return fits and self.is_beside(other)

    def is_beside(self, other: "View") -> bool:
        """Return whether another claim stands in the same paragraph or in the one beside it."""
        return abs(self.paragraph - other.paragraph) <= _BESIDE

    @property
    def is_of_a_noun(self) -> bool:
        """Return whether a claim calls whom it is about by a noun with "a" alone: "a tabloid had bought them"."""
        words = self.target.split()
        return len(words) > 1 and words[0].casefold() in {"a", "an"} and words[-1].islower()

    def is_of_another(self, denial: "View") -> bool:
        """Return whether an accusation names an accused who is none of those that deny."""
        last = self.target.split()[-1:]
        named = bool(last) and last[0][0].isupper() and denial.side.proper
        return named and not is_named(denial, self) and not speaks_of(denial, self)


def _subject(text: str, claim: Claim) -> str:
    """Return whom a claim is about, and of "the League accused the firm" the League.

    Links of denials were developed and measured with the subject; the accused's name is in the content anyway.
    """
    accusation = reported_accusation(text, claim.content) if claim.form != "direct" else None
    if accusation is not None and accusation.accused in (claim.target, None):
        return text[slice(*accusation.accuser)].strip()
    return text[slice(*claim.target)] if claim.target else ""


class NounsOfNames:
    """What a text calls a name beside it: one that says "The trader, Lim Gas," can accuse "a trader" before."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, frozenset[str]] = {}

    def of(self, name: str) -> frozenset[str]:
        """Return what a text calls a name, in small letters; nothing for words that are no name."""
        if name not in self._found:
            self._found[name] = self._read(name) if name and _is_proper(name) else frozenset()
        return self._found[name]

    def _read(self, name: str) -> frozenset[str]:
        found: set[str] = set()
        at = self._text.find(name)
        while at >= 0 and len(found) < _MOST_NOUNS:
            before = _BESIDE_BEFORE.search(self._text, max(0, at - _NEAR_NAME), at)
            behind = _BESIDE_BEHIND.match(self._text, at + len(name), at + len(name) + _NEAR_NAME)
            found |= {match["noun"] for match in (before, behind) if match and match["noun"] not in _COMMON}
            at = self._text.find(name, at + 1)
        return frozenset(noun for noun in found if len(noun) > _SHORTEST_OFFICE and noun not in _NO_NOUNS)


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
    return Side(frozenset(names - {""}), states, proper, _office(speaker))


def _office(speaker: Speaker) -> str:
    """Return the noun of a person's own office, by which an accusation can mean them: the "councillor" of a deed."""
    if speaker.kind != "named_person" or speaker.speaks_for or not speaker.role:
        return ""
    words = _OF_BODY.split(speaker.role.casefold())[0].split()
    return words[-1] if words and len(words[-1]) > _SHORTEST_OFFICE and words[-1] not in _COMMON else ""


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
    plain = {_stem(word) for word in words if word.islower() and len(word) > 3 and word not in _COMMON}
    return frozenset(plain)


def _stem(word: str) -> str:
    """Return the first five letters of a word, without the ending of a plural."""
    return word[:-1] if len(word) == len("names") and word[-1] == "s" != word[-2] else word[:5]


def is_named(denial: View, view: View) -> bool:
    """Return whether a claim is about the side that denies: by its name or state, or by a pronoun beside it."""
    if view.target.casefold() in _PRONOUNS:
        person = view.target.casefold() in _PERSONS
        fits = person == (denial.claim.speaker.kind == "named_person") or view.target.casefold() in {"they", "them"}
        return fits and view.paragraph == denial.paragraph
    accused = _plain(view.accused)
    if (denial.side.office and holds_words(accused, denial.side.office)) or denial.calls_speaker(accused):
        return True
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
