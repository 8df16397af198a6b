"""Which accusations a denial answers: those against its speaker, or in the same words; never those of its own side."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from evenhand.evidence.states import states_named, states_within
from evenhand.evidence.text_spans import lines
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Claim

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_GENERIC: Final = re.compile(
    r"^\W*(?:that |any |all |the |these |those |such |its |his |her |their )*(?:(?:[\w.]+ )?(?:accusations?"
    r"|allegations?|charges?|claims?|reports?|criticisms?|suggestions?|complaints?|statements?|wrongdoing|involvement)\b"
    r"|(?:this|that|it|them)(?=\W*$|\W+(?:as|an?|in|on)\b|\s[“\"‘']))",
    re.IGNORECASE,
)
_OF_NO_DEED: Final = re.compile(r"^\W*(?:that )?(?:any|all)\b", re.IGNORECASE)
_OF_A_CLIENT: Final = re.compile(r"^\W*(?:he|she|they)\b", re.IGNORECASE)
_ONE_BEFORE: Final = re.compile(r"^\W*(?:this|that|it)\W*$", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"^\W*(?:that )?(?:both|all|these|those|the \w+s)\b", re.IGNORECASE)
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
_PERSONS: Final = frozenset({"him", "her", "he", "she"})
_PRONOUNS: Final = _PERSONS | {"it", "them", "they"}
_BESIDE: Final = 1
_SHORTLY: Final = 3
"""Paragraphs back to the accusation of a side that answers it in other words."""
_BEFORE: Final = 250
LONGEST: Final = 2_000
NEAREST: Final = 80
"""Claims before and behind a denial among which its accusation is looked for."""


class _Side(NamedTuple):
    """What a claim's speaker is called, the body spoken for, and the states of either."""

    names: frozenset[str]
    states: frozenset[str]
    proper: bool


def link_denials(text: str, claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims with `denies` and `denied_by` between them.

    A denial is linked where its speaker, or whom they speak for, is accused, or the accused belongs to the same state,
    or where both have words in common; one that only says "this is false" to the nearest accusation before it. What is
    said in support of a denial is linked as it is. A denial without an accusation is linked to none.
    """
    if not any(claim.stance == "denies" or "denies" in claim.secondary for claim in claims):
        return list(claims)
    starts = [start for start, end in lines(text) if text[start:end].strip()]
    views = [_View(text, claim, bisect_right(starts, claim.content[0][0])) for claim in claims]
    _note_held(views)
    links: dict[str, tuple[str, ...]] = {}
    supports: set[str] = set()
    for at, view in enumerate(views):
        if view.claim.stance == "denies" or "denies" in view.claim.secondary:
            near = [other for other in views[max(0, at - NEAREST) : at + NEAREST] if other.claim.id not in supports]
            answered = _answered(view, near)
            links[view.claim.id] = answered or _goes_on(view, views[max(0, at - 4) : at], links)
        elif at and (support := _supports(view, views[at - 1], links)):
            links[view.claim.id] = support
            supports.add(view.claim.id)
    denials: dict[str, list[str]] = {}
    for denial, accusations in links.items():
        for accusation in dict.fromkeys(accusations):
            denials.setdefault(accusation, []).append(denial)
    return [
        _linked(claim, links.get(claim.id, ()), tuple(denials.get(claim.id, ())), claim.id in supports)
        for claim in claims
    ]


def same_side(one: Claim, other: Claim) -> bool:
    """Return whether two claims are of one speaker, or of one body and who speaks for it."""
    side, against = _side(one), _side(other)
    state = bool(side.states) and side.states == against.states
    return _related(side, against) or (state and "named_person" not in (one.speaker.kind, other.speaker.kind))


def like_words(text: str, one: Claim, other: Claim) -> int:
    """Return how many words of two claims are alike, by their first five letters."""
    return len(_View(text, one).words & _View(text, other).words)


class _View:
    """A claim with the words that links are made by."""

    def __init__(self, text: str, claim: Claim, paragraph: int = 0) -> None:
        self.claim, self.paragraph = claim, paragraph
        self.start, self.end = claim.content[0][0], claim.content[-1][1]
        self.content = " ".join(text[slice(*span)] for span in claim.content)[:LONGEST]
        self.target = text[slice(*claim.target)] if claim.target else ""
        self.side = _side(claim)
        self.words = _stems(f"{self.target} {self.content}")
        question = _ASKED.search(text, max(0, self.start - _BEFORE), self.start)
        self.question_words = _stems(question["of"]) if question else frozenset[str]()
        self.held: _Side | None = None
        self.accused = f"{self.target} {self.content}"
        self.accused_states = states_within(self.target or self.content)
        self.generic = _GENERIC.match(self.content) is not None
        self.points_back = self.generic or _POINTS_BACK.match(self.content) is not None

    @property
    def is_open(self) -> bool:
        """Return whether a claim names nobody whom it is about: "they knew of it"."""
        return not self.claim.about and (not self.target or self.target.casefold() in _PRONOUNS)

    def is_beside(self, other: "_View") -> bool:
        """Return whether another claim stands in the same paragraph or in the one beside it."""
        return abs(self.paragraph - other.paragraph) <= _BESIDE

    def is_of_another(self, denial: "_View") -> bool:
        """Return whether an accusation names an accused who is none of those that deny."""
        last = self.target.split()[-1:]
        named = bool(last) and last[0][0].isupper() and denial.side.proper
        return named and not _is_named(denial, self) and not _speaks_of(denial, self)


def _note_held(views: Sequence[_View]) -> None:
    """Note whose accusations a denial speaks of: "denied Peru's accusations of C"; and whom "they knew" is about."""
    by_id = {view.claim.id: view for view in views}
    for before, view in pairwise(views):
        if view.claim.stance == before.claim.stance == "accuses" and view.is_open and before.is_beside(view):
            view.accused, view.accused_states = before.accused, before.accused_states
    for view in views:
        if view.claim.nested_in in by_id and view.claim.stance == "accuses":
            by_id[view.claim.nested_in].held = view.side


def _side(claim: Claim) -> _Side:
    speaker = claim.speaker
    names = {_plain(name) for name in (speaker.name, speaker.organisation, speaker.speaks_for) if name}
    states: frozenset[str] = frozenset()
    for name in (speaker.name if speaker.kind != "named_person" else None, speaker.organisation, speaker.speaks_for):
        if name:
            states |= states_named(name) or states_within(name)
    proper = any(_is_proper(name) for name in (speaker.name, speaker.organisation) if name)
    return _Side(frozenset(names - {""}), states, proper)


def _is_proper(name: str) -> bool:
    """Return whether a name is one, not "the company": a word behind the first has a capital, or the only one."""
    words = name.split()
    if words[0].casefold() in {"a", "an", "the", "its", "one"} and words[-1][0].islower():
        return False
    return any(word[0].isupper() for word in (words[1:] or words))


def _related(one: _Side, other: _Side) -> bool:
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


def _answered(denial: _View, near: Sequence[_View]) -> tuple[str, ...]:
    """Return the claims that a denial answers, among those near to it: accusations, else what only is asserted.

    A denial that fits several equally badly answers none: a wrong link costs more than a missing one.
    """
    others = [view for view in near if _can_answer(denial, view)]
    if _ONE_BEFORE.match(denial.content) and (nearest := _just_before(denial, others)):
        return nearest
    accusations = [view for view in others if view.claim.stance == "accuses"]
    asserted = [view for view in others if view.claim.stance == "asserts" and view.start < denial.start]
    answers = {view.claim.id for view in accusations if _answers(denial, view)}
    if denial.generic or not answers:
        answers |= {view.claim.id for view in asserted if _is_named(denial, view) and _is_alike(denial, view)}
    if not any(view.claim.id in answers and _is_named(denial, view) for view in accusations) and not denial.generic:
        answers |= set(_of_the_accused(denial, accusations))
    if answers:
        return tuple(view.claim.id for view in others if view.claim.id in answers)
    several = _SEVERAL.match(denial.content)
    nearest = _just_before(denial, others if several else accusations, _BESIDE if several else _SHORTLY)
    near_by = [view for view in asserted if view.paragraph == denial.paragraph or _is_named(denial, view)]
    return nearest or (() if _OF_NO_DEED.match(denial.content) else _just_before(denial, near_by))


def _is_named(denial: _View, view: _View) -> bool:
    """Return whether a claim is about the side that denies: by its name or state, or by a pronoun beside it."""
    if view.target.casefold() in _PRONOUNS:
        person = view.target.casefold() in _PERSONS
        fits = person == (denial.claim.speaker.kind == "named_person") or view.target.casefold() in {"they", "them"}
        return fits and view.paragraph == denial.paragraph
    accused = _plain(view.accused)
    return any(_names(name, accused) for name in denial.side.names) or bool(denial.side.states & view.accused_states)


def _is_alike(denial: _View, view: _View) -> bool:
    """Return whether two claims speak of the same: in a word, or the denial of no deed in particular."""
    return bool(denial.words & view.words) or (view.start < denial.start and denial.points_back)


def _answers(denial: _View, accusation: _View) -> bool:
    """Return whether an accusation is surely the one that is denied: of the same accused, and of the same."""
    holds = 0 <= denial.start - accusation.end <= 3 and denial.paragraph == accusation.paragraph
    if accusation.claim.nested_in == denial.claim.id or holds:
        return True
    held = denial.held
    of_holder = held is not None and bool(held.names & accusation.side.names or held.states & accusation.side.states)
    if _is_named(denial, accusation) or of_holder or _speaks_of(denial, accusation):
        return _is_alike(denial, accusation)
    if accusation.is_of_another(denial):
        return False
    in_question = bool(denial.question_words & accusation.words)
    alike = len(denial.words & accusation.words)
    return in_question or alike > 1 or (alike == 1 and denial.is_beside(accusation))


def _speaks_of(denial: _View, accusation: _View) -> bool:
    """Return whether a denial names the accused: "the ministry denied that Lim had paid"."""
    return bool(_capitals(accusation.target) & _capitals(denial.content))


def _just_before(denial: _View, views: Sequence[_View], far: int = _BESIDE) -> tuple[str, ...]:
    """Return what a denial points back to: "this is a lie" to the claim told just before, "these" to all of those."""
    before = [
        view
        for view in views
        if view.claim.stance in {"accuses", "asserts"}
        and view.start < denial.start
        and denial.paragraph - view.paragraph <= far
        and not view.is_of_another(denial)
    ]
    if not before or not denial.points_back:
        return ()
    nearest = [view.claim.id for view in before if view.paragraph == before[-1].paragraph]
    return tuple(nearest) if _SEVERAL.match(denial.content) else tuple(nearest[-1:])


def _of_the_accused(denial: _View, accusations: Sequence[_View]) -> tuple[str, ...]:
    """Return the nearest accusation of the side that denies, told shortly before, where no word is in common."""
    if denial.claim.form == "direct" and _OF_A_CLIENT.match(denial.content):
        return ()
    named = [view for view in accusations if view.target and _is_named(denial, view)]
    near = [view for view in named if 0 <= denial.paragraph - view.paragraph <= _SHORTLY]
    before = [view for view in near if view.start < denial.start or view.paragraph == denial.paragraph]
    return tuple(view.claim.id for view in before[-1:])


def _can_answer(denial: _View, accusation: _View) -> bool:
    if accusation.claim.nested_in == denial.claim.id:
        return True
    if accusation.claim is denial.claim or accusation.claim.section == "headline":
        return False
    return not _related(accusation.side, denial.side)


def _capitals(words: str) -> set[str]:
    """Return the words of capital letters alone, and those with a capital letter behind the first."""
    return {word for word in _WORD.findall(words)[1:] if word[0].isupper()} | {
        word for word in _WORD.findall(words) if word.isupper()
    }


def _names(name: str, accused: str) -> bool:
    """Return whether an accusation names a body: by its whole name, or by the first word of it."""
    first = name.split(maxsplit=1)[0]
    return _holds(accused, name) or (len(first) > 3 and first not in _COMMON and _holds(accused, first))


def _holds(words: str, name: str) -> bool:
    """Return whether whole words hold a name; to make a pattern of each name would cost more than all else here."""
    return name in words and re.search(rf"\b{re.escape(name)}\b", words) is not None


def _supports(view: _View, before: _View, links: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return what a claim denies because its speaker denied it just before, in the same paragraph."""
    same = _related(view.side, before.side) and view.paragraph == before.paragraph
    return links.get(before.claim.id, ()) if same and view.claim.stance == "asserts" else ()


def _goes_on(view: _View, before: Sequence[_View], links: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return what a denial denies because one beside it does: of its own side just before, or in the same words."""
    for other in reversed(before):
        own = other is before[-1] and _related(view.side, other.side)
        same = len(view.words & other.words) > 1 or (view.generic and not _OF_NO_DEED.match(view.content))
        far = _SHORTLY if same else _BESIDE
        if links.get(other.claim.id) and view.paragraph - other.paragraph <= far and (own or same):
            return links[other.claim.id]
    return ()


def _linked(claim: Claim, denies: tuple[str, ...], denied_by: tuple[str, ...], supports: bool) -> Claim:
    secondary = (*claim.secondary, "denies") if supports and "denies" not in claim.secondary else claim.secondary
    return msgspec.structs.replace(claim, denies=denies, denied_by=denied_by, secondary=secondary)
