"""Which accusations a denial answers: those against its speaker, or in the same words; never those of its own side."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import msgspec

from evenhand.evidence.claim_views import NounsOfNames, View, is_alike, is_named, note_held, related, speaks_of
from evenhand.evidence.text_spans import lines
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Claim

_UNTRUE: Final = re.compile(
    r"^\W*(?:that )?(?:this|that|it)(?:[’']s| is| was) (?:\w+ly )?(?:an? )?(?:lies?|untrue|false|wrong|nonsense"
    r"|absurd|baseless|fiction|not (?:true|so|the case))\b",
    re.IGNORECASE,
)
_THIS_ONE: Final = re.compile(
    r"^\W*(?:this|that) (?:\w+ )?(?:accusation|allegation|charge|claim|suggestion)\b", re.IGNORECASE
)
_FIGURE: Final = re.compile(
    r"^\W*(?:this|that|these|those|the|such) (?:\w+ )?"
    r"(?:figures?|numbers?|sums?|amounts?|totals?|counts?|estimates?|tolls?)\b",
    re.IGNORECASE,
)
_PERSON: Final = re.compile(
    r"^\W*(?:him|her|them"
    r"|(?:his|her|their) (?:\w+ )?(?:accounts?|versions?|story|words|testimony|remarks|evidence))\W*$",
    re.IGNORECASE,
)
_OWNED: Final = re.compile(
    r"^\W*(?:the |a |an )?(?P<who>[^,.;:“”\"]{2,40}?)[’']s? (?:[\w-]+ ){0,2}?"
    r"(?:accusations?|allegations?|charges?|claims?|accounts?|versions?|story|words|remarks|testimony|comments|figures?|numbers?|reports?|criticisms?|complaints?|statements?)\b"
)
_PAPER: Final = re.compile(
    r"^\W*(?:that )?(?:the|this|that|its|their|his|her) (?:[\w’'-]+ ){0,2}?(?P<noun>"
    + "|".join(sorted(read_words("speaker_words.txt")["documents"], key=len, reverse=True))
    + r")\b",
    re.IGNORECASE,
)
_CHARGED: Final = re.compile(
    r"^\W*(?:[\w’'-]+ ){0,3}(?:accusations?|allegations?|charges?|wrongdoing|criticisms?|complaints?)\b", re.IGNORECASE
)
_OF_NO_DEED: Final = re.compile(r"^\W*(?:that )?(?:any|all)\b", re.IGNORECASE)
_OF_A_CLIENT: Final = re.compile(r"^\W*(?:he|she|they)\b", re.IGNORECASE)
_ONE_BEFORE: Final = re.compile(r"^\W*(?:this|that|it)\W*$", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"^\W*(?:that )?(?:both|all|these|those|the \w+s)\b", re.IGNORECASE)
_BESIDE: Final = 1
_SHORTLY: Final = 3
"""Paragraphs back to the accusation of a side that answers it in other words."""
_DENYING: Final = frozenset({"deny", "dispute", "reject", "dismiss", "refute", "contest"})
_FAR: Final = 10
"""Paragraphs back to what is only asserted and denied in general words."""
NEAREST: Final = 80
"""Claims before and behind a denial among which its accusation is looked for."""


def link_denials(text: str, claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims with `denies` and `denied_by` between them.

    A denial is linked where its speaker, or whom they speak for, is accused, or the accused belongs to the same state,
    or where both have words in common; one that only says "this is false" to the nearest accusation before it. What is
    said in support of a denial is linked as it is. A denial without an accusation is linked to none.
    """
    if not any(claim.stance == "denies" or "denies" in claim.secondary for claim in claims):
        return list(claims)
    starts = [start for start, end in lines(text) if text[start:end].strip()]
    known = NounsOfNames(text)
    views = [View(text, claim, bisect_right(starts, claim.content[0][0]), known) for claim in claims]
    note_held(views)
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
    charging = {view.claim.id for view in views if view.claim.stance == "denies" and _CHARGED.match(view.content)}
    return [
        _linked(claim, links.get(claim.id, ()), tuple(denials.get(claim.id, ())), claim.id in supports, charging)
        for claim in claims
    ]


def _answered(denial: View, near: Sequence[View]) -> tuple[str, ...]:
    """Return the claims that a denial answers, among those near to it: accusations, else what only is asserted.

    A denial that fits several equally badly answers none: a wrong link costs more than a missing one.
    """
    others = [view for view in near if _can_answer(denial, view)]
    if pointed := _pointed_at(denial, others):
        return pointed
    accusations = [view for view in others if view.claim.stance == "accuses"]
    asserted = [
        view
        for view in others
        if view.claim.stance == "asserts" and view.start < denial.start and denial.paragraph - view.paragraph <= _FAR
    ]
    answers = {view.claim.id for view in accusations if _answers(denial, view)}
    if denial.generic or not answers:
        answers |= {view.claim.id for view in asserted if is_named(denial, view) and is_alike(denial, view)}
    if not any(view.claim.id in answers and is_named(denial, view) for view in accusations) and not denial.generic:
        answers |= set(_of_the_accused(denial, accusations))
    if not answers and (denial.generic or denial.claim.cue_lemma in _DENYING):
        answers = {view.claim.id for view in asserted if view.is_beside(denial) and denial.words & view.words}
    if answers:
        return tuple(view.claim.id for view in others if view.claim.id in answers)
    several = _SEVERAL.match(denial.content)
    nearest = _just_before(denial, others if several else accusations, _BESIDE if several else _SHORTLY)
    near_by = [view for view in asserted if view.is_beside(denial) or is_named(denial, view)]
    return nearest or (() if _OF_NO_DEED.match(denial.content) else _just_before(denial, near_by))


def _pointed_at(denial: View, others: Sequence[View]) -> tuple[str, ...]:
    """Return what the words of a denial point at: "that", "this figure", "him", "the letter", "not guilty"."""
    if _ONE_BEFORE.match(denial.content):
        return _just_before(denial, others)
    if denial.question_words:
        return ()  # "Asked about the ring, she said that was untrue"
    if _UNTRUE.match(denial.content):
        return _just_before(denial, others, 0 if denial.claim.form == "direct" else _BESIDE)
    if _THIS_ONE.match(denial.content):
        return _just_before(denial, [view for view in others if view.claim.stance == "accuses"], _SHORTLY)
    earlier = [view for view in others if view.claim.stance in {"accuses", "asserts"} and view.start < denial.start]
    near = [view for view in earlier if denial.paragraph - view.paragraph <= _SHORTLY]
    if denial.claim.cue_lemma == "plead":
        charges = [view for view in near if view.claim.stance == "accuses"]
        return tuple(view.claim.id for view in charges if related(view.side, charges[-1].side))
    return _of_figure_or_person(denial, near) or _of_words_owned(denial, near, earlier)


def _of_figure_or_person(denial: View, near: Sequence[View]) -> tuple[str, ...]:
    """Return the nearest claim with a number that "this figure" means, or of the person that "him" does."""
    if _FIGURE.match(denial.content):
        return tuple(view.claim.id for view in near if any(map(str.isdigit, view.content)))[-1:]
    if _PERSON.match(denial.content):
        persons = [view for view in near if view.claim.speaker.kind in {"named_person", "anonymous"}]
        return tuple(view.claim.id for view in persons if view.is_beside(denial))[-1:]
    return ()


def _of_words_owned(denial: View, near: Sequence[View], earlier: Sequence[View]) -> tuple[str, ...]:
    """Return the claims that "Koh's account" means, or that "the letter" tells."""
    if owned := _OWNED.match(denial.content):
        whose = owned["who"].casefold()
        return tuple(view.claim.id for view in near if any(_is_part(whose, name) for name in view.side.names))
    named = denial.content.strip().casefold()
    if denial.content[:1].isupper() and any(_is_part(named, name) for view in near for name in view.side.names):
        return tuple(view.claim.id for view in near if any(_is_part(named, name) for name in view.side.names))
    paper = _PAPER.match(denial.content)
    if paper is None:
        return ()
    return tuple(view.claim.id for view in earlier if paper["noun"].casefold() in _paper_of(view.claim))


def _is_part(words: str, name: str) -> bool:
    """Return whether words are a name or the beginning or end of it: "Koh", "Daniel Koh"."""
    return words == name or name.startswith(f"{words} ") or name.endswith(f" {words}")


def _paper_of(claim: Claim) -> frozenset[str]:
    """Return the words of the document that says or reports a claim."""
    names = [claim.speaker.name] if claim.speaker.kind == "document" else []
    names += [claim.reported_by.name] if claim.reported_by else []
    return frozenset(" ".join(names).casefold().split())


def _answers(denial: View, accusation: View) -> bool:
    """Return whether an accusation is surely the one that is denied: of the same accused, and of the same."""
    holds = 0 <= denial.start - accusation.end <= 3 and denial.paragraph == accusation.paragraph
    if accusation.claim.nested_in == denial.claim.id or holds:
        return True
    held = denial.held
    of_holder = held is not None and bool(held.names & accusation.side.names or held.states & accusation.side.states)
    if is_named(denial, accusation) or of_holder or speaks_of(denial, accusation):
        return is_alike(denial, accusation)
    if accusation.is_of_another(denial):
        return False
    in_question = bool(denial.question_words & accusation.words)
    alike = len(denial.words & accusation.words)
    unnamed = denial.paragraph - accusation.paragraph in range(_FAR // 2) and accusation.is_of_a_noun
    return in_question or alike > 1 or (alike == 1 and (denial.is_beside(accusation) or unnamed))


def _just_before(denial: View, views: Sequence[View], far: int = _BESIDE) -> tuple[str, ...]:
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


def _of_the_accused(denial: View, accusations: Sequence[View]) -> tuple[str, ...]:
    """Return the nearest accusation of the side that denies, told shortly before, where no word is in common."""
    if denial.claim.form == "direct" and _OF_A_CLIENT.match(denial.content):
        return ()
    named = [view for view in accusations if view.target and is_named(denial, view)]
    near = [view for view in named if 0 <= denial.paragraph - view.paragraph <= _SHORTLY]
    before = [view for view in near if view.start < denial.start or view.paragraph == denial.paragraph]
    return tuple(view.claim.id for view in before[-1:])


def _can_answer(denial: View, accusation: View) -> bool:
    if accusation.claim.nested_in == denial.claim.id:
        return True
    if accusation.claim is denial.claim or accusation.claim.section == "headline":
        return False
    return not related(accusation.side, denial.side)


def _supports(view: View, before: View, links: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return what a claim denies because its speaker denied it just before, in the same paragraph."""
    same = view.paragraph == before.paragraph and (related(view.side, before.side) or view.speaks_beside(before))
    return links.get(before.claim.id, ()) if same and view.claim.stance == "asserts" else ()


def _goes_on(view: View, before: Sequence[View], links: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return what a denial denies because one beside it does: of its own side just before, or in the same words."""
    for other in reversed(before):
        own = other is before[-1] and (related(view.side, other.side) or view.speaks_beside(other))
        same = len(view.words & other.words) > 1 or (view.generic and not _OF_NO_DEED.match(view.content))
        far = _SHORTLY if same else _BESIDE
        if links.get(other.claim.id) and view.paragraph - other.paragraph <= far and (own or same):
            return links[other.claim.id]
    return ()


def _linked(
    claim: Claim, denies: tuple[str, ...], denied_by: tuple[str, ...], supports: bool, charging: set[str]
) -> Claim:
    """Return a claim with its links; what somebody denies as "the charge" accuses."""
    accuses = claim.stance == "asserts" and not charging.isdisjoint(denied_by)
    secondary = (*claim.secondary, "denies") if supports and "denies" not in claim.secondary else claim.secondary
    stance = "accuses" if accuses else claim.stance
    return msgspec.structs.replace(claim, denies=denies, denied_by=denied_by, secondary=secondary, stance=stance)
