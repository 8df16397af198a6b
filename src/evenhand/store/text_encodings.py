"""In which one-byte encoding a text was written that is not UTF-8: by the letters that its words have in each.

Of each encoding: how likely are the words beyond ASCII, each in one of the languages written so, weighed by how many
words of the file are of each language? Words that are the same in two encodings decide nothing between them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import exp, log
from typing import Final, NamedTuple

WESTERN: Final = "cp1252"
# Of at least two bytes: a sign of a currency or degrees stands alone.
_WORD = re.compile(rb"[A-Za-z]+[\x80-\xff][A-Za-z\x80-\xff]*|[\x80-\xff][A-Za-z\x80-\xff]+")
_MOST_WORDS: Final = 1_000
_COMMONER: Final = log(100)
"""How much commoner Western texts are taken to be than others before a word is looked at, and these than those of DOS
and old Macintoshes: one odd word is a name from abroad."""
_LEAST, _LEAST_OF_SCRIPT = -5.0, -3.6
"""How likely the signs of a text are at least on average, as a logarithm, if it is of a language that is known here.

In a script of its own every letter counts: of names in Russian, Greek, Arabic and so on it was never below -3.55, of
Chinese, Japanese and Korean ones that were read as such never above -3.8 (ten names).
"""
_CLEAR, _CLEAR_OF_FEW, _FEW_WORDS = 4.0, 2.5, 10
"""How much likelier an encoding must be than any other, as a logarithm, and cp1252 by fewer words than these."""
_ROUNDS: Final = 4
"""How often the shares of languages are worked out anew from the words; they change little after that."""

# Natural logarithms of what is likely: a letter that a language does not have, a sign inside of a word, a quotation
# mark or dash at its end, a capital behind a small letter, and a Latin letter in a word of another script.
_FOREIGN, _SIGN, _MARK, _CAPITAL, _MIXED = log(2e-4), log(3e-5), log(0.05), -5.0, log(3e-3)
_SELDOM = log(0.1)  # of a letter of ASCII, where others count nothing
_MARKS: Final = frozenset("\u2018\u2019\u201a\u201c\u201d\u201e«»\u2013\u2014\u2026\u00a0®©™°ªº€¡¿µ")
_OWN_SCRIPT: Final = frozenset({"cp1251", "koi8-r", "koi8-u", "cp866", "iso8859-5", "cp1253", "cp1255", "cp1256"})


class Guess(NamedTuple):
    """The likeliest encoding, the likeliest in which the text is another one, and whether it is clearly the first.

    `other` is ``""`` where every encoding gives the same text, and where the text is likely in none: of a language that
    is not known here.
    """

    name: str
    other: str
    is_clear: bool


def guess_encoding(data: Iterable[bytes]) -> Guess:
    """Return in which encoding lines that are not all UTF-8 were most likely written; cp1252 where nothing tells.

    Cost: the first 1,000 different words beyond ASCII are looked at, in a second.
    """
    words = _words(data)
    read = {name: [word.decode(name, "replace") for word in words] for name in _languages()}
    likely = {name: _likelihood(name, texts) + _commonness(name) for name, texts in read.items()}
    best = max(likely, key=likely.__getitem__)
    if read[best] == read[WESTERN]:
        best = WESTERN
    signs = sum(not sign.isascii() for text in read[best] for sign in text)
    if likely[best] < (_LEAST_OF_SCRIPT if best in _OWN_SCRIPT else _LEAST) * signs:
        return Guess(best, "", is_clear=False)
    other = max((name for name in read if read[name] != read[best]), key=likely.__getitem__, default="")
    needed = _CLEAR if best != WESTERN else _CLEAR_OF_FEW if len(words) < _FEW_WORDS else 0.0
    return Guess(best, other, is_clear=not other or likely[best] - likely[other] >= needed)


def _commonness(encoding: str) -> float:
    if encoding.startswith(("cp8", "mac")):
        return -_COMMONER
    return _COMMONER if encoding == WESTERN else 0.0


def _words(data: Iterable[bytes]) -> Sequence[bytes]:
    """Return the first different words that are beyond ASCII."""
    found: dict[bytes, None] = {}
    for line in data:
        if not line.isascii():
            found |= dict.fromkeys(_WORD.findall(line))
        if len(found) >= _MOST_WORDS:
            break
    return list(found)[:_MOST_WORDS]


def _likelihood(encoding: str, texts: Sequence[str]) -> float:
    """Return the logarithm of how likely these words are in an encoding."""
    languages = _languages()[encoding]
    found = [[_word_likelihood(text, of, has_own_script=encoding in _OWN_SCRIPT) for of in languages] for text in texts]
    shares = [1 / len(languages)] * len(languages)
    for _ in range(_ROUNDS):
        counts = [0.05] * len(languages)
        for each in found:
            parts = [share * exp(one - max(each)) for share, one in zip(shares, each, strict=True)]
            counts = [count + part / sum(parts) for count, part in zip(counts, parts, strict=True)]
        shares = [count / sum(counts) for count in counts]
    return sum(
        max(each) + log(sum(share * exp(one - max(each)) for share, one in zip(shares, each, strict=True)))
        for each in found
    )


def _word_likelihood(text: str, letters: Mapping[str, float], *, has_own_script: bool) -> float:
    """Return the logarithm of how likely a word's letters beyond ASCII are in a language."""
    total = sum(_CAPITAL for before, after in pairwise(text) if before.islower() and after.isupper())
    for at, sign in enumerate(text):
        if sign.isascii():
            total += _MIXED if has_own_script else letters.get(sign.lower(), 0)
        elif sign in _MARKS:
            total += _MARK if at in (0, len(text) - 1) or sign == "\u2019" else _SIGN
        else:
            total += letters.get(sign.lower(), _FOREIGN) if sign.isalpha() else _SIGN
    return total


@cache
def _languages() -> Mapping[str, Sequence[Mapping[str, float]]]:
    """Return the languages of each encoding: the logarithm of how frequent each of their letters is."""
    text = files("evenhand.store").joinpath("text_encodings.txt").read_text(encoding="utf-8")
    found: dict[str, list[Mapping[str, float]]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            _, encodings, letters, seldom = line.split("\t")
            weights = Counter({letter: 1 / (rank + 2) for rank, letter in enumerate(letters)})
            for encoding in encodings.split():
                found.setdefault(encoding, []).append(
                    {letter: log(weight / weights.total()) for letter, weight in weights.items()}
                    | dict.fromkeys(seldom, _SELDOM)
                )
    return found
