"""How many persons a phrase counts: "three current and four former officials" are seven, "officials" no number.

The words decide, no list of names: numbers, articles, what joins them, and whether a noun names a person.
"""

import re
from typing import Final

from evenhand.evidence.number_words import read_number
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Bound, SourceCount

LONGEST: Final = 600
"""A longer phrase is read up to here: no description of sources is longer."""

_HALF: Final = re.compile(r"\b(?:a\s+)?half(?:\s+a)?[\s-]+(dozen|hundred|thousand|million)\b", re.I)
_HALVES: Final = {"dozen": "6", "hundred": "50", "thousand": "500", "million": "500000"}
_BETWEEN: Final = re.compile(r"\bbetween (\S+) and (\S+)", re.I)
# What says more about persons that are counted already.
_SAYS_MORE: Final = re.compile(
    r"[,;]?\s+(?:including|among them|such as|who|whom|whose|that|which|on condition|speaking|some of)\b.*"
    r"|,\s+(?:\S+\s){1,3}(?:of (?:them|whom|these|those)\b).*|,\s+(?:both|all|each|neither|none)\b.*|\s[–—-]+\s.*|\(.*",
    re.I | re.S,
)
_AND: Final = re.compile(r",?\s+(?:and|as well as|along with|together with|plus)\s+(?!(?:a )?half\b)", re.I)
_AND_IN_NUMBER: Final = re.compile(r"\b(hundred|thousand) and (?=[a-z\d])", re.I)
_BOUNDS: Final[tuple[tuple[Bound, re.Pattern[str]], ...]] = (
    (
        "at_most",
        re.compile(r"(?:up to|at most|as many as|no(?:t)? more than|fewer than|less than|under|a maximum of)\s", re.I),
    ),
    (
        "at_least",
        re.compile(
            r"(?:at least|not? (?:fewer|less) than|more than|(?:just |well )?over|upwards? of|above"
            r"|a minimum of)\s",
            re.I,
        ),
    ),
    (
        "about",
        re.compile(r"(?:some|about|around|nearly|almost|roughly|approximately|close to|an estimated)\s", re.I),
    ),
)
_BEHIND: Final[tuple[tuple[Bound, re.Pattern[str]], ...]] = (
    ("at_most", re.compile(r"or (?:fewer|less)\b|at most\b")),
    ("at_least", re.compile(r"or (?:more|[a-z]+)\b(?<!or so)|to [a-z\d]+\b|at least\b")),
    ("about", re.compile(r"or so\b|or thereabouts\b")),
)
_UNCOUNTED: Final = frozenset({"dozens", "scores", "hundreds", "thousands", "tens", "millions"})
_SHARES: Final = re.compile(
    r"(?:a |an |one |two |three |some )?(?:half|third|thirds|quarter|quarters|fifth|majority|minority|fraction|number"
    r"|handful|lot|few|[\w-]+[- ](?:thirds|quarters|fifths))\b(?:\s+(?:of|the|his|her|its|their)\b|$)|quite a few"
    r"|a few\b|most\b|many\b|several\b|no\b|none\b|one in\b|[\d.,]+\s?(?:%|per ?cent\b)|\S+ per ?cent\b"
)
_SEVERAL_DOZEN: Final = re.compile(r"(?:several|a few|many) (?:dozen|hundred|thousand)\b")
_WORDS: Final = read_words("source_words.txt")
_PREPOSITIONS, _GROUPS, _ARTICLES = _WORDS["behind_head"], _WORDS["groups"], _WORDS["articles"]
_PERSON: Final = re.compile(
    r"(?:[a-z-]*(?:" + "|".join(sorted(_WORDS["persons"])) + r"))(?P<many>s)?"
    r"|(?P<these>" + "|".join(sorted(_WORDS["persons_plural"])) + ")"
)
_DOCUMENTS: Final = read_words("speaker_words.txt")["documents"]
_PLURAL_SOURCES: Final = read_words("speaker_words.txt")["plural_sources"]
_BEHIND_PAPERS: Final = re.compile(r"\s(?:of|from|by|seen|obtained|in|on|filed)\b.*", re.DOTALL)
_NO_PERSON: Final = _WORDS["no_persons"]


def count_sources(phrase: str) -> SourceCount:
    """Return how many persons a noun phrase counts, from its words alone.

    >>> count_sources("three current and four former U.S. officials").parts
    (3, 4)
    >>> count_sources("dozens of residents").bound
    'at_least'
    """
    words = _HALF.sub(lambda found: _HALVES[found[1].lower()], " ".join(phrase[:LONGEST].split()).strip(" ,.;:"))
    words = _SAYS_MORE.sub("", _AND_IN_NUMBER.sub(r"\1-and-", _BETWEEN.sub(r"\1 to \2", words)))
    pieces = _AND.split(words)
    if len(pieces) > 1:
        pieces = [inner for piece in pieces for inner in piece.split(", ")]
    pieces = [piece for piece in pieces if not _is_document(piece)] or pieces
    counts = [_count(piece.strip(), first=place == 0) for place, piece in enumerate(pieces) if piece.strip()]
    parts = tuple(n for n, _ in counts if n is not None)
    bound = next((bound for _, bound in counts if bound), None)
    if any(re.fullmatch(r"others", piece.strip(), re.I) for piece in pieces[1:]) and parts:
        bound = "at_least"
    open_ended = bool(counts) and counts[0][0] is None
    return SourceCount(
        n=None if open_ended or not parts else sum(parts),
        parts=() if open_ended else parts,
        bound=bound,
        named=any(_is_name(piece) for piece in pieces),
        as_written=phrase,
    )


def _is_document(piece: str) -> bool:
    """Return whether a piece is of papers: "bank records and a former clerk" are one person."""
    head = _BEHIND_PAPERS.sub("", piece).split()
    return bool(head) and head[-1].casefold() in _DOCUMENTS


def _count(piece: str, *, first: bool) -> tuple[int | None, Bound | None]:
    """Return the number of persons that one of several joined phrases counts; None where it counts none."""
    if _is_name(piece):
        return 1, None
    bound, plain = _take_bound(piece.casefold().replace("-and-", " and "))
    words = [word.strip(".,;:'’\"“”") or word for word in plain.split()]
    if not words:
        return None, bound
    if _SEVERAL_DOZEN.match(plain) or words[0] in _UNCOUNTED:
        return None, "at_least"
    if _SHARES.match(plain):
        return None, None
    return _count_words(words, bound, first=first)


def _count_words(words: list[str], bound: Bound | None, *, first: bool) -> tuple[int | None, Bound | None]:
    head = next((place for place, word in enumerate(words) if place and word in _PREPOSITIONS), len(words))
    if words[head - 1] in _GROUPS and words[head : head + 1] == ["of"] and head + 1 < len(words):
        inner, plain = _take_bound(" ".join(words[head + 1 :]))
        return _count_words(plain.split(), inner or bound, first=first) if plain else (None, bound)
    for place in range(head):
        if (number := read_number(words, place)) is not None:
            n, end = number
            if not first and not any(_person(word) for word in words[end:head]) and end < len(words):
                return None, bound
            behind = " ".join(words[end : end + 2])
            late = next((named for named, pattern in _BEHIND if pattern.match(behind)), None)
            about: Bound | None = "about" if "couple" in words[place:end] else None
            return n, bound or late or about
    return _one(words[:head], first=first), None


def _take_bound(plain: str) -> tuple[Bound | None, str]:
    """Return the bound that a phrase begins with and the rest; "some" binds only before a number."""
    plain = re.sub(r"^(?:a total of|the|all|just|only|exactly)\s(?=\S+\s)", "", plain, count=1)
    for bound, pattern in _BOUNDS:
        if found := pattern.match(plain):
            rest = plain[found.end() :]
            if rest and read_number(rest.split(), 0) is not None:
                return bound, rest
            if bound == "at_least" and rest.split()[:1] and rest.split()[0] in _UNCOUNTED:
                return bound, rest
    return None, plain


def _one(head: list[str], *, first: bool) -> int | None:
    """Return 1 where an article or a possessive stands before one person: "an official", "his deputy"."""
    if head[0] in {"someone", "somebody"}:
        return 1
    opens = next((place for place, word in enumerate(head) if word in _ARTICLES or word.endswith(("'s", "’s"))), None)
    if opens is None and head[0] not in {"single", "lone", "sole", "spokesman", "spokeswoman", "spokesperson"}:
        return 1 if not first and len(head) == 1 and head[0] == "another" else None
    many = any((found := _person(word)) and (found["many"] or found["these"]) for word in head)
    one = any(_person(word) for word in head)
    if many or head[-1] in _GROUPS:
        return None
    return 1 if one or (first and head[0] in {"a", "an", "another"}) else None


def is_person_noun(word: str) -> bool:
    """Return whether a noun, in small letters, names persons by its form: "official", "traders"."""
    return _person(word) is not None


def _person(word: str) -> re.Match[str] | None:
    return None if word in _NO_PERSON else _PERSON.fullmatch(word)


def _is_name(piece: str) -> bool:
    """Return whether a phrase is a name of two or more words: each begins with a capital letter, none is a number."""
    words = piece.split()
    capital = all(word[:1].isupper() for word in words)
    return len(words) > 1 and capital and not any(map(_names_several, words)) and not _counts(words[0])


def _names_several(word: str) -> bool:
    """Return whether a word is a plural of persons: "White House Officials"; Walter, Nasser and Sanders are names."""
    low = word.casefold()
    return (
        low in _WORDS["persons_plural"] or low in _PLURAL_SOURCES or (low[-1:] == "s" and low[:-1] in _WORDS["persons"])
    )


def _counts(word: str) -> bool:
    lower = word.casefold()
    return lower in _ARTICLES or read_number([lower], 0) is not None
