"""Names with digits or signs in their words in place of the letters that they look like: `V0lk0net`, `Tar$im`.

Only inside words that are letters for the most part: `3M`, `7-Eleven`, `4x4`, `H2O` and `50Hertz` are read as written.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice, product

from evenhand.screening.names.script import visible

_LATIN = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g",
    "$": "s", "@": "a", "€": "e", "£": "l", "¢": "c", "¥": "y", "₽": "p", "!": "i",
}  # fmt: skip
"""What a sign may stand for; where there are two, each is a reading of its own."""
_CYRILLIC = {"0": "о", "3": "з", "4": "ча", "6": "б", "@": "а", "€": "е"}
_SIGNS = re.escape("".join(_LATIN))
_MAY_FOLD = re.compile(rf"[^\W\d_][{_SIGNS}]|[{_SIGNS}][^\W\d_]")
_SIGN = re.compile(f"[{_SIGNS}]")
_WORD = re.compile(rf"(?:[^\W_]|[{_SIGNS}])+")
_IS_CYRILLIC = re.compile(r"[Ѐ-ԯ]")
_RUN = re.compile(rf"[{_SIGNS}]+")
_CURRENCIES = frozenset("$€£¥₽")
_LEAST_LETTERS = {True: 2, False: 3}
_LEAST_BEHIND = 4
_MOST_READINGS = 8


def letters_for_signs(text: str, *, person: bool) -> tuple[str, ...]:
    """Return a name with letters for the digits and signs in its words, in each way it can be read; none if in none.

    One such word has three letters or more (in a person's name two), and more than signs; the others need two. Within
    a word all signs are letters; at its end `0` and signs of money, in front one sign of a word of five signs or more.
    At most eight readings.

    >>> letters_for_signs("V0lk0net Trad1ng 24", person=False), letters_for_signs("J0e Sm!th", person=True)
    (('Volkonet Trading 24', 'Volkonet Tradlng 24'), ('Joe Smith',))
    >>> [letters_for_signs(each, person=False) for each in ("3M", "7-Eleven", "4x4", "H2O", "50Hertz", "K+S", "Radio1")]
    [(), (), (), (), (), (), ()]
    """
    plain = text if text.isascii() else visible(text)
    if not _SIGN.search(plain) or not _MAY_FOLD.search(plain):
        return ()
    between, words = _WORD.split(plain), _WORD.findall(plain)
    if not any(_is_of_letters(word, _LEAST_LETTERS[person]) and _readings(word) != (word,) for word in words):
        return ()
    several = [_readings(word) for word in words]
    return tuple(_joined(between, chosen) for chosen in islice(product(*several), _MOST_READINGS))


def _joined(between: Sequence[str], words: Sequence[str]) -> str:
    return between[0] + "".join(word + after for word, after in zip(words, between[1:], strict=True))


def _is_of_letters(word: str, least: int) -> bool:
    """Return whether a word is letters for the most part, and so many: `H2O` may be what it says."""
    letters = sum(map(str.isalpha, word))
    return letters >= least and 2 * letters > len(word)


def _readings(word: str) -> tuple[str, ...]:
    """Return a word with letters for its signs: all by their first letters, then all by their second ones."""
    if word.isalpha() or sum(map(str.isalpha, word)) < _LEAST_LETTERS[True]:
        return (word,)
    table = _CYRILLIC if _IS_CYRILLIC.search(word) else _LATIN
    parts, signs = _RUN.split(word), [_letters(run, table) for run in _RUN.finditer(word)]
    return tuple(dict.fromkeys(_joined(parts, [each[place] for each in signs]) for place in (0, -1)))


def _letters(run: re.Match[str], table: Mapping[str, str]) -> tuple[str, str]:
    """Return signs by the first and by the last letter that each stands for; as they are where they are none."""
    if not table.keys() >= set(run[0]) or not _stands_for_letters(run):
        return run[0], run[0]
    return "".join(table[sign][0] for sign in run[0]), "".join(table[sign][-1] for sign in run[0])


def _stands_for_letters(run: re.Match[str]) -> bool:
    """Return whether signs are letters where they stand: a digit behind a word is its number, `!` a mark."""
    word, signs = run.string, run[0]
    if run.end() == len(word):
        return signs == "0" or (signs in _CURRENCIES and run.start() > 0)
    return run.start() > 0 or (len(signs) == 1 and signs not in "!@" and len(word) > _LEAST_BEHIND)
