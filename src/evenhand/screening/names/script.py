"""Any script into lower-case Latin letters, so that names can be compared across alphabets."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

LOSSY = "~"  # first character of a token whose script leaves out vowels

_LOOKALIKES = str.maketrans(
    "аАеЕоОрРсСуУхХіІјЈѕЅкКмМтТвВнНзЗαΑεΕοΟρΡτΤνΝυιΙκΚηΗ", "aAeEoOpPcCyYxXiIjJsSkKmMtTbBhH3ZaAeEoOpPtTvNuiIkKnH"
)
_MARKS = str.maketrans("", "", "™®©℠")
_ALPHABET = re.compile(r"[֐-ࣿﬀ-﷿ﹰ-﻿]")
_CYRILLIC_OR_GREEK = re.compile(r"[Ͱ-Ͽ҂-ԯЀ-ҁ]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_ARABIC_ALEF = re.compile(r"\b[اأإآعٱ]")
_ARABIC_ARTICLE = re.compile(r"\b(و?)ال(?=\w\w)")
_WORD = re.compile(r"\w+")


def latin(text: str) -> tuple[str, bool]:
    """Return the text in lower-case ASCII, and whether one of its words mixes look-alike scripts.

    A word in a script without vowels (Arabic, Hebrew) starts with `~` and keeps its consonants only.

    >>> latin("Дмитрий Щука")
    ('dmitriy shchuka', False)
    >>> latin("B\\u0430nk")
    ('bank', True)
    """
    if text.isascii():
        return text.lower(), False
    text = visible(text)
    mixed = False
    words = []
    for word in text.replace("عبد الله", "عبدالله").split():
        if _LATIN.search(word) and _CYRILLIC_OR_GREEK.search(word):
            folded = _unmask(word)
            mixed, word = mixed or folded != word, folded  # noqa: PLW2901
        words.append(_word(word))
    return " ".join(words).lower(), mixed


def visible(text: str) -> str:
    """Return a text without marks and invisible characters, letters and digits of other forms as plain ones.

    >>> visible("Ｖ０lk\\u200donet™")
    'V0lkonet'
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text.translate(_MARKS)) if not _is_invisible(c))


@lru_cache(maxsize=4096)
def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cf", "Cs", "Co", "Cn", "So", "Sk", "Me"}


def _unmask(word: str) -> str:
    """Fold look-alikes inside one run of letters only: `AO-Банк` is two honest words."""
    return _WORD.sub(lambda run: run[0].translate(_LOOKALIKES) if _LATIN.search(run[0]) else run[0], word)


def _word(word: str) -> str:
    if word.isascii():
        return word
    if not _ALPHABET.search(word):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", anyascii(word)) if not _LATIN.search(word) else anyascii(word)
    word = word.replace("عبدالله", "abdullah").replace("ظ", "ز")
    word = _ARABIC_ARTICLE.sub("al ", re.sub(r"\bعبدال", "عبد ال", word))
    word = _ARABIC_ALEF.sub("a", word)
    return " ".join(
        part if part.isascii() and part.isalpha() and part in {"al", "abdullah"} else LOSSY + anyascii(part)
        for part in word.split()
    )
