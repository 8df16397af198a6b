"""Numbers of persons in words and digits: "two dozen", "twenty-one", "a hundred and five", "1,200"."""

import re
from typing import Final

_SMALL: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_TIMES: Final = {"dozen": 12, "score": 20, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
_NOUNS: Final = {"pair": 2, "couple": 2, "duo": 2, "trio": 3, "quartet": 4, "both": 2, "neither": 2}
_DIGITS: Final = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
LARGEST: Final = 1_000_000


def read_number(words: list[str], start: int) -> tuple[int, int] | None:
    """Return the number that begins at a word (in small letters), and the place behind it; None where none begins.

    "a dozen" is a number, "a" alone and "score" alone are none. Above a million there is no number.

    >>> read_number("two dozen officials".split(), 0)
    (24, 2)
    """
    counted = words[start] in {"a", "an"}
    at = start + 1 if counted else start
    if at < len(words) and words[at] in _NOUNS:
        return _NOUNS[words[at]], at + 1
    total, current, end = 0, int(counted), at
    while end < len(words) and ((times := _TIMES.get(words[end])) or _value(words[end]) is not None):
        if times is None:
            current += _value(words[end]) or 0
        elif end == start:
            return None
        elif times >= 1_000:
            total, current = total + current * times, 0
        else:
            current *= times
        end += 1
        if words[end : end + 1] == ["and"] and times and end + 1 < len(words) and _value(words[end + 1]) is not None:
            end += 1
    plain = counted and (end == at or words[at] not in _TIMES)
    return None if end == at or plain or total + current > LARGEST else (total + current, end)


def _value(word: str) -> int | None:
    if _DIGITS.fullmatch(word):
        return int(word.replace(",", ""))
    tens, _, units = word.partition("-")
    if units:
        return _TENS[tens] + _SMALL[units] if tens in _TENS and units in _SMALL else None
    return _SMALL.get(word, _TENS.get(word))
