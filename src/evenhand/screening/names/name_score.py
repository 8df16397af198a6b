"""The scorer for names: how far two of them say that they are one."""

import re
from functools import lru_cache

import msgspec

from evenhand.screening.names.alignment import Alignment, align, left_over
from evenhand.screening.names.branches import left_of_branch
from evenhand.screening.names.comparison_terms import Term
from evenhand.screening.names.generations import are_apart
from evenhand.screening.names.name_numbers import number_weight
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.person_names import (
    are_father_and_son,
    has_further_initials,
    in_order,
    without_further_initials,
)
from evenhand.screening.names.similarity import VARIANT, skeleton
from evenhand.screening.names.weights import (
    ACRONYM,
    BY_SLIP,
    BY_TABLE,
    GENERATION_MORE,
    ORGANISATION,
    OTHER_AIM,
    OTHER_FATHER,
    OTHER_FORM,
    OTHER_FORM_OF_CLASS,
    OTHER_GENERATION,
    OTHER_MIDDLE,
    OTHER_PLACE,
    OTHER_SIGN,
    OTHER_TRADE,
    PERSON,
    SAME_FORM,
    SAME_GENERATION,
    NameWeights,
)
from evenhand.screening.names.words import (
    KINDS,
    NUMBER_SIGNS,
    OFFICE_WORDS,
    SHOP_WORDS,
    is_form_misspelt,
    is_form_word,
    is_patronymic,
)

_MOST_INFO = 2.0
_MOST_BOTH = 1.5
_MOST_LEFT = 2.0
_MOST_DOUBT = 1.5
_SHORT = 4
_ALIKE = 0.84
_SPAN = 0.08
_GENERAL = frozenset({"trade", "media", "country", "noise", "title", "form"})
_OWN = frozenset({"own", "initial"})
_TOLD = _GENERAL | _OWN
_LITTLE = frozenset({"particle"})
_TRADE = frozenset({"trade", "media"})
_OF_MANY = frozenset({"trade", "media", "particle", "country"})
_COUNTED = OFFICE_WORDS | SHOP_WORDS  # a number beside one is the office's or shop's own
_SIGN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]")
_ACRONYM_LENGTHS = range(3, 8)


class NameScore(msgspec.Struct, frozen=True, gc=False):
    """Two names side by side; the numbers are weights already, `total` is their sum.

    `per_support` times a pair's support is that pair's weight.
    """

    ours: Name
    theirs: Name
    aligned: Alignment
    per_support: float
    prior: float
    both: float
    extra: float
    missing: float
    whole: float
    short: float
    number: float
    form: float
    place: float
    initial: float
    trade: float
    sign: float
    unlike: float
    total: float


def score_names(ours: Name, theirs: Name) -> NameScore | None:
    """Return what two names say for and against, or None if they share nothing.

    Cost: about 10 µs; each pair of tokens is compared once in a process.
    """
    aligned = align(ours, theirs)
    if not aligned.pairs and not (ours.numbers & theirs.numbers and not ours.tokens and not theirs.tokens):
        return None
    weights = PERSON if theirs.person else ORGANISATION
    if bool(ours.form) != bool(theirs.form) and not theirs.person:
        aligned = _without_misspelt_form(ours, theirs, aligned)
    further = theirs.person and has_further_initials(ours.tokens, theirs.tokens, aligned)
    if further:
        aligned = without_further_initials(ours, theirs, aligned)
    over, under = aligned.ours_over, aligned.theirs_over
    agreement, whole = _whole(aligned, weights, further=further)
    if whole and theirs.person and not in_order(ours.tokens, theirs.tokens):
        agreement = 0.0
    branch = left_of_branch(ours, theirs, aligned) if over else None
    if branch is not None:
        agreement, over = weights.within, branch
    numbered = branch is not None and not theirs.numbers and not _COUNTED.isdisjoint(aligned.ours_left)
    numbers = 0.0
    if (ours.numbers or theirs.numbers) and not numbered:
        as_written = whole or not (ours.folded or theirs.folded)  # `8Days` is no slip of `11Days`
        numbers = number_weight(ours, theirs, otherwise_equal=agreement > 0 and as_written)
    place, initial, trade = _contradictions(aligned, theirs.person)
    if theirs.person and not initial and are_father_and_son(ours.tokens, theirs.tokens):
        initial = OTHER_FATHER
    parts = (
        weights.prior,
        weights.both * min(over, under, _MOST_BOTH) if over and under else 0.0,
        weights.extra * min(over - under, _MOST_LEFT) if over > under else 0.0,
        weights.missing * min(under - over, _MOST_LEFT) if under > over else 0.0,
        agreement,
        weights.short * (whole and _is_short(ours, theirs)),
        numbers,
        _form_weight(ours, theirs) if ours.form or theirs.form else 0.0,
        place,
        initial,
        trade,
        OTHER_SIGN if not whole and _in_signs(ours.text) and _in_signs(theirs.text) else 0.0,
        weights.unlike * min(aligned.doubt, _MOST_DOUBT),
    )
    per_support = _per_support(aligned, weights)
    return NameScore(ours, theirs, aligned, per_support, *parts, per_support * aligned.support + sum(parts))


def _without_misspelt_form(ours: Name, theirs: Name, aligned: Alignment) -> Alignment:
    """Take `Ltfd` at the end of one name for a legal form where the other has one; it is left over otherwise."""
    mine, other = aligned.ours_left, aligned.theirs_left
    if theirs.form and mine and mine[-1] == ours.tokens[-1] and len(ours.tokens) > 1 and is_form_misspelt(mine[-1]):
        over = aligned.ours_over - left_over(mine[-1], person=False)
        return msgspec.structs.replace(aligned, ours_left=mine[:-1], ours_over=max(over, 0.0) if mine[:-1] else 0.0)
    if (
        ours.form
        and other
        and other[-1] == theirs.tokens[-1]
        and len(theirs.tokens) > 1
        and is_form_misspelt(other[-1])
    ):
        under = aligned.theirs_over - left_over(other[-1], person=False)
        return msgspec.structs.replace(
            aligned, theirs_left=other[:-1], theirs_over=max(under, 0.0) if other[:-1] else 0.0
        )
    return aligned


def _whole(aligned: Alignment, weights: NameWeights, *, further: bool) -> tuple[float, bool]:
    """Return what it weighs that one name as a whole stands in the other, and whether both are equal word by word.

    Little words that are left over do not count, nor do a person's `further` initials.
    """
    ours, theirs = aligned.ours_left, aligned.theirs_left
    if further:
        return weights.complete * _likeness(aligned), False
    if (theirs and not _TOLD.isdisjoint(map(_rest, theirs))) or (ours and not _OWN.isdisjoint(map(_rest, ours))):
        return 0.0, False
    if has_general(ours):
        return weights.within, False
    for pair in aligned.pairs:
        if pair.similarity < 1.0:
            return weights.complete * _likeness(aligned), False
    return weights.whole, True


def _likeness(aligned: Alignment) -> float:
    """Return how many times `complete` the least alike pair gives; initials do not count, but alone they tell nothing.

    Beside another telling word a slip of the pen leaves more; a form of a name from the table less: it may be another.
    """
    alike = [pair for pair in aligned.pairs if len(pair.ours) > 1 and len(pair.theirs) > 1]
    if not alike:
        return 0.0
    least = min(pair.similarity for pair in alike)
    forms = [pair for pair in alike if pair.similarity == VARIANT]
    if forms:
        return 1.0 if all(skeleton(pair.ours) == skeleton(pair.theirs) for pair in forms) else BY_TABLE
    telling = sum(KINDS.get(pair.theirs) not in _OF_MANY for pair in alike)
    return 1.0 + (BY_SLIP - 1.0) * min(max((least - _ALIKE) / _SPAN, 0.0), 1.0) * (telling > 1)


def _is_short(ours: Name, theirs: Name) -> bool:
    """Return whether the whole name is at most four letters; a number that one of two has more makes none longer."""
    if ours.numbers == theirs.numbers:
        return len(ours.joined) <= _SHORT
    return min(len(ours.joined), len(theirs.joined)) <= _SHORT


@lru_cache(maxsize=1 << 15)
def _rest(word: str) -> str:
    """Return what a word that is left over is: its kind in the tables, `form`, `initial` or `own`."""
    kind = KINDS.get(word, "")
    if word in NUMBER_SIGNS:
        return "particle"
    if kind == "common" or not kind:
        if is_form_word(word):
            return "form"
        return "initial" if len(word) == 1 else "own"
    return kind


def has_general(left: tuple[str, ...]) -> bool:
    """Return whether general words are left over."""
    return bool(left) and not _GENERAL.isdisjoint(map(_rest, left))


def _contradictions(aligned: Alignment, person: bool) -> tuple[float, float, float]:
    """Return what it weighs that both have another place, middle name or line of business left over."""
    if not aligned.ours_left or not aligned.theirs_left:
        return 0.0, 0.0, 0.0
    ours = {_rest(word) for word in aligned.ours_left} - _LITTLE
    theirs = {_rest(word) for word in aligned.theirs_left} - _LITTLE
    place = OTHER_PLACE if "country" in ours and "country" in theirs else 0.0
    if person:
        return place, OTHER_MIDDLE * _middles_differ(aligned), 0.0
    trade = bool(ours and theirs) and ours <= _TRADE and theirs <= _TRADE
    return place, 0.0, OTHER_TRADE if trade else 0.0


def _middles_differ(aligned: Alignment) -> bool:
    """Return whether one side has an initial over, or both a father's name, that nothing of the other answers."""
    if 1 in map(len, (*aligned.ours_left, *aligned.theirs_left)):
        return True
    return any(map(is_patronymic, aligned.ours_left)) and any(map(is_patronymic, aligned.theirs_left))


def _per_support(aligned: Alignment, weights: NameWeights) -> float:
    """Return the weight of one unit of support, so that cover and info keep their limits over all pairs."""
    support = aligned.support
    if not support:
        return 0.0
    return (weights.cover * min(support / aligned.shorter, 1.0) + weights.info * min(support, _MOST_INFO)) / support


def _in_signs(text: str) -> bool:
    """Return whether a name is written in Han or Hangul, where another sign is another name."""
    return not text.isascii() and _SIGN.search(text) is not None


def _form_weight(our_name: Name, their_name: Name) -> float:
    ours, theirs = our_name.form, their_name.form
    if our_name.person or their_name.person:
        return _generation_weight(ours, theirs) if our_name.person and their_name.person else 0.0
    if not ours or not theirs:
        return 0.0
    (mine, _, form), (other, _, listed) = ours.partition(" "), theirs.partition(" ")
    if mine != other:
        return OTHER_AIM if "nonprofit" in {mine, other} else OTHER_FORM * ({mine, other} == {"private", "public"})
    apart = form != listed and form[:2] == listed[:2]
    return OTHER_FORM_OF_CLASS if apart else SAME_FORM


def _generation_weight(ours: str, theirs: str) -> float:
    if not ours or not theirs:
        return GENERATION_MORE
    return OTHER_GENERATION if are_apart(ours, theirs) else SAME_GENERATION


def acronym_term(ours: Name, theirs: tuple[Name, ...]) -> Term | None:
    """Return the comparison of an acronym with a name that it stands for; never enough by itself."""
    if not is_acronym(ours):
        return None
    for name in theirs:
        if ours.joined in acronyms(name):
            return Term("name.acronym", ours.text, name.text, 1.0, ACRONYM, name.field)
    return None


def is_acronym(name: Name) -> bool:
    """Return whether a name is one word that may be the first letters of others."""
    return len(name.tokens) == 1 and not name.person and not name.numbers and len(name.joined) in _ACRONYM_LENGTHS


def acronyms(name: Name) -> frozenset[str]:
    """Return the initials of a name's words, with and without its little words; empty for persons.

    >>> from evenhand.screening.names.normal_form import read_name
    >>> sorted(acronyms(read_name("Islamic Republic of Iran Shipping Lines", "name", person=False)))
    ['irisl', 'iroisl']
    """
    if name.person or len(name.tokens) < _ACRONYM_LENGTHS[0]:
        return frozenset()
    telling = [word for word in name.tokens if KINDS.get(word) != "particle"]
    found = {"".join(word[0] for word in words) for words in (name.tokens, telling)}
    return frozenset(each for each in found if len(each) in _ACRONYM_LENGTHS)
