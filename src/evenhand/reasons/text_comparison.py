"""How texts are compared with each other, and when one counts as empty."""

import re
import unicodedata

_DIGIT = re.compile(r"\d")
_UNSEEN = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # soft hyphens, zero width, directions
_UNSEEN_SIGN = re.compile(f"[{_UNSEEN}]")
_EMPTY = re.compile(rf"[\s{_UNSEEN}]*")
_ALIKE = str.maketrans("‐‑‒–−’ʼ‘", "-----'''")
_ODD = re.compile(rf"[{_UNSEEN}‐‑‒–−’ʼ‘]|(?![0-9])\d")
_ASCII_DIGITS = bytes.maketrans(b"0123456789", b"##########")


def normalised(text: str) -> str:
    """Return a text as the lint compares it: case folded, each digit `#`, blanks collapsed.

    >>> normalised("Section  4.2\\n(News)")
    'section #.# (news)'

    Source: `reasons.md` §5.
    """
    if text.isascii():  # the same, three times as fast
        return " ".join(text.lower().encode().translate(_ASCII_DIGITS).decode().split())
    return " ".join(_DIGIT.sub("#", text.casefold()).split())


def is_blank(text: str) -> bool:
    """Return whether a text says nothing: it has no letter and no digit."""
    return not any(map(str.isalnum, text))


def is_empty(text: str) -> bool:
    """Return whether a text has nothing that could be seen: blanks of any width, or no width, and nothing else."""
    return _EMPTY.fullmatch(text) is not None


def plain(text: str) -> str:
    """Return a text with what looks alike made equal: compatible signs, hyphens, apostrophes, digits; nothing unseen.

    >>> plain("O’Brien, ＋４９\\u00a0３０")
    "O'Brien, +49 30"
    """
    if text.isascii() or (unicodedata.is_normalized("NFKC", text) and not _ODD.search(text)):
        return text
    seen = unicodedata.normalize("NFKC", _UNSEEN_SIGN.sub("", text)).translate(_ALIKE)
    return _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group())), seen)
