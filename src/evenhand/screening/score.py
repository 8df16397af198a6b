"""The scorer for names: how far two of them say that they are one."""

import re
from functools import lru_cache
from typing import NamedTuple

from evenhand.screening.align import Alignment, Pair, align
from evenhand.screening.normal import Name
from evenhand.screening.script import LOSSY
from evenhand.screening.similarity import INITIAL, VARIANT, skeleton
from evenhand.screening.terms import Term
from evenhand.screening.weights import (
    ACRONYM,
    MIXED_SCRIPT,
    NUMBER_MORE,
    ORGANISATION,
    OTHER_AIM,
    OTHER_FORM,
    OTHER_INITIAL,
    OTHER_NUMBERS,
    OTHER_PLACE,
    OTHER_SIGN,
    OTHER_TRADE,
    PERSON,
    SAME_FORM,
    SAME_NUMBERS,
    SOME_NUMBERS,
    NameWeights,
)
from evenhand.screening.words import KINDS, is_form_word

_MOST_INFO = 2.0
_MOST_BOTH = 1.5
_MOST_LEFT = 2.0
_MOST_DOUBT = 1.5
_SHORT = 4
_GENERAL = frozenset({"trade", "media", "country", "noise", "title"})
_TRADE = frozenset({"trade", "media"})
_SIGN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]")
_ACRONYM_LENGTHS = range(3, 8)


class NameScore(NamedTuple):
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

    Cost: about 15 µs; each pair of tokens is compared once in a process.
    """
    aligned = align(ours, theirs)
    if not aligned.pairs and not (ours.numbers & theirs.numbers and not ours.tokens and not theirs.tokens):
        return None
    weights = PERSON if theirs.person else ORGANISATION
    over, under = aligned.ours_over, aligned.theirs_over
    agreement, whole = _whole(aligned, weights)
    parts = (
        weights.prior,
        weights.both * min(over, under, _MOST_BOTH),
        weights.extra * min(max(over - under, 0.0), _MOST_LEFT),
        weights.missing * min(max(under - over, 0.0), _MOST_LEFT),
        agreement,
        weights.short * (whole and len(ours.joined) <= _SHORT),
        _number_weight(ours.numbers, theirs.numbers),
        _form_weight(ours.form, theirs.form),
        OTHER_PLACE * (_has_place(aligned.ours_left) and _has_place(aligned.theirs_left)),
        OTHER_INITIAL * (theirs.person and _initials_differ(aligned.ours_left, aligned.theirs_left)),
        OTHER_TRADE * (not theirs.person and _only_trade(aligned.ours_left) and _only_trade(aligned.theirs_left)),
        OTHER_SIGN * (not whole and _in_signs(ours.text) and _in_signs(theirs.text)),
        weights.unlike * min(aligned.doubt, _MOST_DOUBT),
    )
    per_support = _per_support(aligned, weights)
    return NameScore(ours, theirs, aligned, per_support, *parts, per_support * aligned.support + sum(parts))


def _whole(aligned: Alignment, weights: NameWeights) -> tuple[float, bool]:
    """Return what it weighs that one name as a whole stands in the other, and whether both are equal word by word."""
    ours, theirs = _rest(aligned.ours_left), _rest(aligned.theirs_left)
    if not ours and not theirs:
        whole = all(pair.similarity == 1.0 for pair in aligned.pairs)
        told = whole or any(len(pair.ours) > 1 and len(pair.theirs) > 1 for pair in aligned.pairs)
        return (weights.whole if whole else weights.complete * told), whole
    if not theirs:
        return weights.within * (ours == {"general"}), False
    return 0.0, False


def _rest(left: tuple[str, ...]) -> set[str]:
    """Return what is left over of a name: nothing, general words or words of its own; little words do not count."""
    return {kind for word in left if (kind := _rest_of(word))}


@lru_cache(maxsize=1 << 14)
def _rest_of(word: str) -> str:
    kind = KINDS.get(word, "")
    if kind == "particle":
        return ""
    return "general" if kind in _GENERAL or is_form_word(word) else "own"


def _per_support(aligned: Alignment, weights: NameWeights) -> float:
    """Return the weight of one unit of support, so that cover and info keep their limits over all pairs."""
    support = aligned.support
    if not support:
        return 0.0
    return (weights.cover * min(support / aligned.shorter, 1.0) + weights.info * min(support, _MOST_INFO)) / support


def _has_place(left: tuple[str, ...]) -> bool:
    return any(KINDS.get(word) == "country" for word in left)


def _only_trade(left: tuple[str, ...]) -> bool:
    kinds = {KINDS.get(word, "") for word in left} - {"particle"}
    return bool(kinds) and kinds <= _TRADE


def _in_signs(text: str) -> bool:
    """Return whether a name is written in Han or Hangul, where another sign is another name."""
    return not text.isascii() and _SIGN.search(text) is not None


def _initials_differ(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Return whether an initial is left over that nothing left on the other side begins with."""
    return bool(ours and theirs) and (any(len(word) == 1 for word in ours) or any(len(word) == 1 for word in theirs))


def _number_weight(ours: frozenset[str], theirs: frozenset[str]) -> float:
    if ours == theirs:
        return SAME_NUMBERS if ours else 0.0
    if not ours or not theirs:
        return NUMBER_MORE
    return SOME_NUMBERS if ours & theirs else OTHER_NUMBERS


def _form_weight(ours: str, theirs: str) -> float:
    if ours == theirs:
        return SAME_FORM if ours else 0.0
    if ours and theirs and "nonprofit" in {ours, theirs}:
        return OTHER_AIM
    return OTHER_FORM if {ours, theirs} == {"private", "public"} else 0.0


def name_terms(score: NameScore) -> list[Term]:
    """Return the comparisons whose weights sum to the score's total."""
    ours, theirs, aligned = score.ours, score.theirs, score.aligned
    field = theirs.field
    left, lacking = " ".join(aligned.ours_left), " ".join(aligned.theirs_left)
    numbers = " ".join(sorted(ours.numbers)), " ".join(sorted(theirs.numbers))
    return [
        Term(_whole_name(score), ours.text, theirs.text, 1.0, score.whole, field),
        *(
            Term(
                _pair_name(pair, ours),
                _shown(pair.ours),
                _shown(pair.theirs),
                pair.similarity,
                pair.support * score.per_support,
                field,
            )
            for pair in aligned.pairs
        ),
        Term(_other_name(score), _shown(left), _shown(lacking), 0.0, score.both, field),
        Term("name.extra", _shown(left), theirs.text, 0.0, score.extra, field),
        Term("name.missing", ours.text, _shown(lacking), 0.0, score.missing, field),
        Term("name.number", *numbers, float(ours.numbers == theirs.numbers), score.number, field),
        Term("org.form", ours.form, theirs.form, float(ours.form == theirs.form), score.form, field),
        Term("name.other_place", _shown(left), _shown(lacking), 0.0, score.place, field),
        Term("name.other_initial", _shown(left), _shown(lacking), 0.0, score.initial, field),
        Term("name.unlike", *_roughly_alike(aligned), 0.0, score.unlike, field),
        Term("org.trade", _shown(left), _shown(lacking), 0.0, score.trade, field),
        Term("name.other_sign", ours.text, theirs.text, 0.0, score.sign, field),
        Term("name.short", ours.text, theirs.text, 1.0, score.short, field),
        Term("name.prior", ours.text, theirs.text, 0.0, score.prior, field),
    ]


def _whole_name(score: NameScore) -> str:
    if _rest(score.aligned.ours_left):
        return "name.within"
    if score.ours.tokens == score.theirs.tokens:
        return "name.exact"
    if score.ours.key == score.theirs.key:
        return "name.reordered"
    joined = score.ours.joined == score.theirs.joined
    return "name.joined" if joined or all(pair.similarity == 1.0 for pair in score.aligned.pairs) else "name.complete"


def _pair_name(pair: Pair, ours: Name) -> str:
    if pair.similarity == INITIAL and 1 in {len(pair.ours), len(pair.theirs)}:
        return "name.initial"
    if pair.ours[0] == LOSSY != pair.theirs[0] or (not ours.text.isascii() and pair.similarity < 1):
        return "name.script"
    if pair.similarity == VARIANT:
        return "name.variant"
    return "name.skeleton" if pair.similarity < 1 and skeleton(pair.ours) == skeleton(pair.theirs) else "name.token"


def _other_name(score: NameScore) -> str:
    if score.theirs.person:
        surname = score.theirs.text.partition(",")[0].lower() if "," in score.theirs.text else ""
        lacking = score.aligned.theirs_left
        return "name.other_given" if surname and not any(word in surname for word in lacking) else "name.other_word"
    plain = all(KINDS.get(pair.theirs, "") for pair in score.aligned.pairs)
    return "org.core" if plain else "name.other_word"


def _roughly_alike(aligned: Alignment) -> tuple[str, str]:
    pairs = [pair for pair in aligned.pairs if pair.doubt]
    return _shown(" ".join(pair.ours for pair in pairs)), _shown(" ".join(pair.theirs for pair in pairs))


def _shown(tokens: str) -> str:
    return tokens.replace(LOSSY, "")


def mixed_script_term(ours: Name) -> Term:
    """Return the mark of a name that mixes look-alike letters of two scripts inside one word."""
    return Term("name.mixed_script", ours.text, ours.joined, 1.0, MIXED_SCRIPT, "name")


def acronym_term(ours: Name, theirs: tuple[Name, ...]) -> Term | None:
    """Return the comparison of an acronym with a name that it stands for; never enough by itself."""
    if ours.person or len(ours.tokens) != 1 or ours.numbers or len(ours.joined) not in _ACRONYM_LENGTHS:
        return None
    for name in theirs:
        if ours.joined in acronyms(name):
            return Term("name.acronym", ours.text, name.text, 1.0, ACRONYM, name.field)
    return None


def acronyms(name: Name) -> frozenset[str]:
    """Return the initials of a name's words, with and without its little words; empty for persons.

    >>> from evenhand.screening.normal import read_name
    >>> sorted(acronyms(read_name("Islamic Republic of Iran Shipping Lines", "name", person=False)))
    ['irisl', 'iroisl']
    """
    if name.person or len(name.tokens) < _ACRONYM_LENGTHS[0]:
        return frozenset()
    telling = [word for word in name.tokens if KINDS.get(word) != "particle"]
    found = {"".join(word[0] for word in words) for words in (name.tokens, telling)}
    return frozenset(each for each in found if len(each) in _ACRONYM_LENGTHS)
