"""Which accusations a denial answers: those against its speaker, or in the same words; never those of its own side."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from evenhand.evidence.states import states_named, states_within
from evenhand.evidence.text_spans import lines
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Claim

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_GENERIC: Final = re.compile(
    r"^\W*(?:that |any |all |the |these |those |such |its |his |her |their )*(?:\w+ )?(?:accusations?|allegations?"
    r"|charges?|claims?|reports?|criticisms?|suggestions?|complaints?|wrongdoing|involvement|this|it|them)\b",
    re.IGNORECASE,
)
_FIRST_PERSON: Final = re.compile(r"\b(?:we|our|us|i|my)\b", re.IGNORECASE)
_POINTS_BACK: Final = re.compile(
    r"^\W*(?:that )?(?:this|these|those|(?:that|it)(?=\W*$| (?:is|was|were|did|never|had (?:not|never) happened)\b))\b",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(
    r"(?:^|[.!?]\W?\s|\n)(?:asked|pressed|questioned|responding|replying|reacting|confronted)\s(?P<of>[^.!?\n]{3,120}),[^.!?\n]*$",
    re.IGNORECASE,
)
_COMMON: Final = read_words("speaker_words.txt")["common"]
_PRONOUNS: Final = frozenset({"it", "them", "him", "her", "he", "she", "they"})
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
    starts = [start for start, _ in lines(text)]
    views = [_View(text, claim, bisect_right(starts, claim.content[0][0])) for claim in claims]
    _note_held(views)
    links: dict[str, tuple[str, ...]] = {}
    supports: set[str] = set()
    for at, view in enumerate(views):
        if view.claim.stance == "denies" or "denies" in view.claim.secondary:
            links[view.claim.id] = _answered(view, views[max(0, at - NEAREST) : at + NEAREST])
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


def _note_held(views: Sequence[_View]) -> None:
    """Note whose accusations a denial speaks of: "denied Peru's accusations of C"."""
    by_id = {view.claim.id: view for view in views}
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


def _is_named(denial: _View, view: _View) -> bool:
    """Return whether what somebody asserts names the side that denies."""
    accused = _plain(view.content)
    return any(_names(name, accused) for name in denial.side.names)


def _answered(denial: _View, near: Sequence[_View]) -> tuple[str, ...]:
    """Return the claims that a denial answers, among those near to it: accusations, else what only is asserted."""
    others = [view for view in near if _can_answer(denial, view)]
    scored = [(view, _likeness(denial, view)) for view in others if view.claim.stance == "accuses"]
    asserted = [view for view in others if view.claim.stance == "asserts" and view.start < denial.start]
    generic = _GENERIC.match(denial.content) is not None
    sure = {view.claim.id for view, score in scored if score >= 2}
    answers = sure | {view.claim.id for view, score in scored if generic and _is_open(view, score, denial.start)}
    if generic or not sure:
        answers |= {view.claim.id for view in asserted if _is_named(denial, view)}
    found = [view.claim.id for view in others if view.claim.id in answers]
    repeated = [view for view in asserted if _POINTS_BACK.match(denial.content) or len(denial.words & view.words) > 1]
    # "The allegations" may be rejected for another: they are those told of before, whomever they name.
    least = -3 if generic else 0
    return (
        tuple(found)
        or _nearest(denial, [(view, score) for view, score in scored if score >= least])
        or tuple(view.claim.id for view in repeated[-1:])
    )


def _is_open(accusation: _View, score: int, before: int) -> bool:
    """Return whether "the accusation" can be one that names nobody: "they knew of it", told of before the denial.

    A denial too many beside an accusation is seen by who confirms it, one too few is not.
    """
    nobody = not accusation.target or accusation.target.casefold() in _PRONOUNS
    return nobody and score >= 0 and accusation.start < before


def _nearest(denial: _View, scored: Sequence[tuple[_View, int]]) -> tuple[str, ...]:
    """Return the nearest accusation that a denial may answer: before it, else behind it.

    One that neither points back nor speaks of its own side needs a word in common.
    """
    points = (_GENERIC.match(denial.content), _POINTS_BACK.match(denial.content), _FIRST_PERSON.search(denial.content))
    allowed = [view for view, score in scored if any(points) or score]
    before = [view for view in allowed if view.start < denial.start]
    nearest = before[-1:] or allowed[:1]
    return tuple(view.claim.id for view in nearest)


def _can_answer(denial: _View, accusation: _View) -> bool:
    if accusation.claim.nested_in == denial.claim.id:
        return True
    if accusation.claim is denial.claim or accusation.claim.section == "headline":
        return False
    return not _related(accusation.side, denial.side)


def _likeness(denial: _View, accusation: _View) -> int:
    """Return how surely a denial answers an accusation: 2 and more is yes, below 0 is no."""
    if accusation.claim.nested_in == denial.claim.id:
        return 4
    score = min(3, len(denial.words & accusation.words)) + 2 * bool(denial.question_words & accusation.words)
    if accusation.target.casefold() in _PRONOUNS and accusation.paragraph == denial.paragraph:
        return score + 2
    held = denial.held
    if held is not None and (held.names & accusation.side.names or held.states & accusation.side.states):
        return score + 2
    if _capitals(accusation.target) & _capitals(denial.content):
        return score + 2
    accused = _plain(accusation.accused)
    if any(_names(name, accused) for name in denial.side.names) or denial.side.states & accusation.accused_states:
        return score + 2
    if 0 <= denial.start - accusation.end <= 3:
        return score + 2
    named = accusation.target.split()[-1:] and accusation.target.split()[-1][0].isupper()
    return score - 3 if named and denial.side.proper else score


def _capitals(words: str) -> set[str]:
    """Return the words of capital letters alone, and those with a capital letter behind the first."""
    return {word for word in _WORD.findall(words)[1:] if word[0].isupper()} | {
        word for word in _WORD.findall(words) if word.isupper()
    }


def _names(name: str, accused: str) -> bool:
    """Return whether an accusation names a body: by its whole name, or by the first word of it."""
    first = name.split(maxsplit=1)[0]
    return re.search(rf"\b{re.escape(name)}\b", accused) is not None or (
        len(first) > 3 and first not in _COMMON and re.search(rf"\b{re.escape(first)}\b", accused) is not None
    )


def _supports(view: _View, before: _View, links: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return what a claim denies because its speaker denied it just before, in the same paragraph."""
    same = _related(view.side, before.side) and view.paragraph == before.paragraph
    return links.get(before.claim.id, ()) if same and view.claim.stance == "asserts" else ()


def _linked(claim: Claim, denies: tuple[str, ...], denied_by: tuple[str, ...], supports: bool) -> Claim:
    secondary = (*claim.secondary, "denies") if supports and "denies" not in claim.secondary else claim.secondary
    return msgspec.structs.replace(claim, denies=denies, denied_by=denied_by, secondary=secondary)
