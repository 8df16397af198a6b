"""Which passwords are easily guessed: common ones, names of the house, repetitions, rows of keys.

Source: D. L. Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", USENIX Security 2016: what guessers try first.
The list of common passwords is his; its licence is beside it.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import pairwise

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
_LEET = tuple(str.maketrans("0134578@$!", each) for each in ("oieastbasi", "oleastbasl"))
_LEAST_WORD, _LONGEST_WORD, _LEAST_NAME = 4, 24, 3
_MOST_WORDS, _MOST_FILLER = 2, 8
_LEAST_PERIOD = 8
_LEAST_RUN = 4
_SPLIT = re.compile(r"[\W_]+")


def names_in(*texts: str) -> frozenset[str]:
    """Return the words of names that a password should not be made of, in small letters.

    >>> sorted(names_in("Sample Network", "ads.sample.example/log"))
    ['ads', 'example', 'log', 'network', 'sample']
    """
    return frozenset(each for text in texts for each in _SPLIT.split(text.casefold()) if len(each) >= _LEAST_NAME)


def easy_because(password: str, names: Iterable[str] = ()) -> str:
    """Return why a password is easily guessed, ``""`` where nothing says so.

    >>> easy_because("P@ssw0rd123456"), easy_because("qwertyuiopas12"), easy_because("seven made up words")
    ('it is made of one or two common passwords or names', 'it is made of keys in a row', '')
    """
    text = password.casefold()
    known = _common() | frozenset(names)
    period = _period(text)
    if period * 2 <= len(text) and (period < _LEAST_PERIOD or easy_because(text[:period], names)):
        return "it repeats itself"
    if text in known:
        return "it is a common password"
    if _runs(text) * _LEAST_RUN <= len(text):
        return "it is made of keys in a row"
    if _is_few_words(text, known):
        return "it is made of one or two common passwords or names"
    return ""


@cache
def _common() -> frozenset[str]:
    data = files("evenhand.store").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(data.split("\n")) - {""}


def _period(text: str) -> int:
    """Return the length of the shortest beginning that makes up a text by repetition, its end perhaps cut."""
    return next(size for size in range(1, len(text) + 1) if text[size:] == text[: len(text) - size])


def _runs(text: str) -> int:
    """Return of how many runs a text consists: one character again, the alphabet, digits or a row of keys, either way.

    >>> [_runs(text) for text in ("abcdef", "654321", "qwertyas", "aaaa1234", "kx7")]
    [1, 1, 2, 2, 3]
    """
    runs, going = 1, frozenset[tuple[str, int]]()
    for before, after in pairwise(text):
        steps = _steps(before, after)
        going = going & steps if going else steps
        if not going:
            runs += 1
    return runs


def _steps(before: str, after: str) -> frozenset[tuple[str, int]]:
    """Return the rows in which one character follows the other, and in which direction; none where in no row."""
    places = [(row, row.find(before), row.find(after)) for row in _ROWS]
    found = {(row, there - here) for row, here, there in places if min(here, there) >= 0 and abs(there - here) == 1}
    apart = ord(after) - ord(before)
    return frozenset(found | ({("letters", apart)} if abs(apart) <= 1 else set()))


def _is_few_words(text: str, known: frozenset[str]) -> bool:
    """Return whether one or two known words, and eight characters that are no letters, make up a text.

    Digits and signs that stand for letters count as such too. Cost O(length).
    """
    unreachable = _MOST_FILLER + 1
    # The fewest other characters with which the first `end` characters are made up of so many words.
    fewest = [[unreachable] * (_MOST_WORDS + 1) for _ in range(len(text) + 1)]
    fewest[0][0] = 0
    for end in range(1, len(text) + 1):
        if not text[end - 1].isalpha():
            fewest[end] = [before + 1 for before in fewest[end - 1]]
        for start in range(max(0, end - _LONGEST_WORD), end - _LEAST_NAME + 1):
            if min(fewest[start]) < unreachable and _is_word(text[start:end], known):
                for words in range(_MOST_WORDS):
                    fewest[end][words + 1] = min(fewest[end][words + 1], fewest[start][words])
    return min(fewest[-1][1:]) < unreachable


def _is_word(text: str, known: frozenset[str]) -> bool:
    return text in known or any(text.translate(each) in known for each in _LEET)
