"""Which token of one name answers which of another, and what is left over on either side."""

from functools import lru_cache

import msgspec

from evenhand.screening.names.chinese_names import is_same_chinese_name
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.similarity import FLOOR, VARIANT, firm_similarity, similarity
from evenhand.screening.names.words import KINDS, NUMBER_SIGNS, is_form_word, is_patronymic, weight_of

_JOINED_ALIKE = 0.85
_LETTER_JOINED = 0.9
_ARTICLES = frozenset({"al", "el"})
_ALIKE = 0.8
_SHORTEST_JOINED = 4
_MOST_LOST = 2
_LEFT_FORM = 0.1
_LEFT_PATRONYMIC = 0.4
_GIVEN_AND_FAMILY = 2  # names
_OF_ORGANISATIONS = frozenset({"trade", "media", "country"})
_LEFT_WEIGHT = {"noise": 0.0, "title": 0.0, "particle": 0.05, "trade": 0.4, "media": 0.25, "country": 0.4}


class Pair(msgspec.Struct, frozen=True, gc=False):
    """Two tokens (or a token and the two it was joined from) that answer each other."""

    ours: str
    theirs: str
    similarity: float
    support: float
    doubt: float = 0.0


class Alignment(msgspec.Struct, frozen=True, gc=False):
    """Pairs and leftovers of two names.

    Sums over tokens, each at most 1: `support` of the pairs, `shorter` the weight of the lighter name,
    `ours_over` and `theirs_over` of what is left over, `doubt` of pairs that are only roughly alike.
    """

    pairs: tuple[Pair, ...]
    ours_left: tuple[str, ...]
    theirs_left: tuple[str, ...]
    support: float
    shorter: float
    ours_over: float
    theirs_over: float
    doubt: float = 0.0


def align(ours: Name, theirs: Name) -> Alignment:
    """Return the best one-to-one answer of tokens, equal ones first, then the most alike (greedy)."""
    if ours.joined == theirs.joined and ours.tokens != theirs.tokens and ours.joined:
        return _written_as_one(ours, theirs)
    pairs, rest, left = _answered(ours, theirs)
    person = ours.person and theirs.person
    # Whose name this is nobody said; with a father's name beside two others it is a person's.
    may_be_persons = theirs.person and len(ours.tokens) > _GIVEN_AND_FAMILY
    if person and (spelled := is_same_chinese_name(ours.tokens, theirs.tokens)) and not _is_alike(pairs, rest, left):
        return _chinese(ours, theirs, *spelled)
    support = doubt = 0.0
    for pair in pairs:
        support += pair.support
        doubt += pair.doubt
    return Alignment(
        tuple(pairs),
        tuple(rest),
        tuple(left),
        support,
        min(ours.weight, theirs.weight),
        sum([left_over(token, person or (may_be_persons and is_patronymic(token))) for token in rest]) if rest else 0.0,
        sum([left_over(token, person) for token in left]) if left else 0.0,
        doubt,
    )


def _is_alike(pairs: list[Pair], rest: list[str], left: list[str]) -> bool:
    return not rest and not left and all(pair.similarity >= VARIANT for pair in pairs)


@lru_cache(maxsize=1 << 15)
def left_over(token: str, person: bool) -> float:
    """Return what this token counts when nothing answers it: persons' names fully, trade words little."""
    if len(token) == 1:
        return 0.2
    kind = KINDS.get(token, "")
    if person:
        if is_patronymic(token):
            return _LEFT_PATRONYMIC
        return 1.0 if kind in _OF_ORGANISATIONS else _LEFT_WEIGHT.get(kind, 1.0)
    usual = _LEFT_WEIGHT["particle"] if token in NUMBER_SIGNS else _LEFT_WEIGHT.get(kind, 1.0)
    return min(usual, _LEFT_FORM) if is_form_word(token) else usual


def _written_as_one(ours: Name, theirs: Name) -> Alignment:
    weight = theirs.weight
    pair = Pair(" ".join(ours.tokens), " ".join(theirs.tokens), 1.0, weight)
    return Alignment((pair,), (), (), weight, weight, 0.0, 0.0)


def _answered(ours: Name, theirs: Name) -> tuple[list[Pair], list[str], list[str]]:
    """Return the tokens that answer each other, and those of ours and of theirs that are left over."""
    rest: list[str] = []
    left, pairs = list(theirs.tokens), list[Pair]()
    for token in ours.tokens:
        if token in left:
            left.remove(token)
            pairs.append(_equal(token))
        else:
            rest.append(token)
    if rest and left:
        if len(left) > 1:
            _join(rest, left, pairs, swapped=False)
        if len(rest) > 1:
            _join(left, rest, pairs, swapped=True)
        _match_alike(rest, left, pairs, person=ours.person or theirs.person)
    return pairs, rest, left


def _chinese(ours: Name, theirs: Name, mine: tuple[str, ...], other: tuple[str, ...]) -> Alignment:
    """Return the alignment of two spellings of one Chinese name: the surname, and the given name as a whole."""
    pairs = tuple(
        _pair(
            " ".join(a), " ".join(b), 1.0 if a == b else VARIANT, min(1.0, weight_of("".join(a)), weight_of("".join(b)))
        )
        for a, b in ((mine[:1], other[:1]), (mine[1:], other[1:]))
    )
    support = sum([pair.support for pair in pairs])
    return Alignment(pairs, (), (), support, min(ours.weight, theirs.weight, float(len(pairs))), 0.0, 0.0)


def _match_alike(rest: list[str], left: list[str], pairs: list[Pair], *, person: bool) -> None:
    """Move the tokens that are alike from both sides to the pairs, the most alike first."""
    likeness = similarity if person else firm_similarity
    options = [(alike, a, b) for a in rest for b in left if (alike := likeness(a, b))]
    if len(options) > 1:
        options.sort(reverse=True)
    for _, a, b in options:
        if a in rest and b in left:
            rest.remove(a)
            left.remove(b)
            pairs.append(_alike(a, b, person))


def _join(rest: list[str], left: list[str], pairs: list[Pair], *, swapped: bool) -> None:
    """Let one token of `rest` answer two of `left` written as one word."""
    for a in [*rest]:
        if len(a) >= _SHORTEST_JOINED and (parts := _parts_of(a, left)):
            alike, b, c = parts
            rest.remove(a)
            left.remove(b)
            left.remove(c)
            one, two = (f"{b} {c}", a) if swapped else (a, f"{b} {c}")
            pairs.append(_pair(one, two, alike, weight_of(a)))


def _parts_of(token: str, left: list[str]) -> tuple[float, str, str] | None:
    best = (0.0, "", "")
    letter, length = token[0], len(token)
    for i, b in enumerate(left):
        if letter != b[0]:
            continue
        # `abdulrahim` lost its article when it was read as two.
        first = "abdul" if b == "abd" else b
        spare = length - len(first)
        for j, c in enumerate(left):
            # The Arabic article is written in front of a word, never behind it.
            if -_MOST_LOST <= spare - len(c) <= _MOST_LOST and i != j and (j > i or c not in _ARTICLES):
                best = max(best, (similarity(token, first + c), b, c))
    if not best[0]:
        return None
    little = len(best[1]) == 1 or len(best[2]) == 1
    return best if best[0] >= (_LETTER_JOINED if little else _JOINED_ALIKE) else None


@lru_cache(maxsize=1 << 15)
def _equal(token: str) -> Pair:
    return Pair(token, token, 1.0, weight_of(token))


@lru_cache(maxsize=1 << 15)
def _alike(ours: str, theirs: str, person: bool) -> Pair:
    likeness = similarity if person else firm_similarity
    return _pair(ours, theirs, likeness(ours, theirs), min(weight_of(ours), weight_of(theirs)))


def _pair(ours: str, theirs: str, alike: float, weight: float) -> Pair:
    initial = len(ours) == 1 or len(theirs) == 1
    doubt = weight * (_ALIKE - alike) / (_ALIKE - FLOOR) if alike < _ALIKE and not initial else 0.0
    return Pair(ours, theirs, alike, weight * (alike - FLOOR) / (1 - FLOOR), doubt)
