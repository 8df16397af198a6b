"""Words compared in arrays are as alike as one by one, to the last bit."""

import random

import numpy as np
import pytest

from evenhand.screening.index import token_similarities
from evenhand.screening.index.token_similarities import firm_similarities
from evenhand.screening.names.similarity import firm_similarity
from evenhand.screening.names.words import KINDS, VARIANTS

LETTERS, ENDS = "aeiouhykglmnrstwvjxzcqpbdf0", ("", "h", "y", "w", "v", "sch", "ou", "~", "g", "j")
KNOWN = sorted({*VARIANTS, *KINDS})
PAIRS = 16_000


def made_up_word(chance: random.Random) -> str:
    """Return a known word, or one of any letters."""
    if chance.random() < 0.3:
        return chance.choice(KNOWN)
    letters = "".join(chance.choice(LETTERS) for _ in range(chance.choice((1, 2, 3, 4, 5, 6, 8, 9, 11, 14))))
    return chance.choice(ENDS) + letters


def otherwise(word: str, chance: random.Random) -> str:
    """Return a word otherwise: letters left out, doubled, swapped, shuffled, vowels changed, cut, or another."""
    at = chance.randrange(len(word))
    letters = list(word)
    chance.shuffle(letters)
    return chance.choice([
        word,
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + chance.choice(LETTERS) + word[at + 1 :],
        word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
        word[0] + "".join(chance.choice("aeiou") if each in "aeiou" else each for each in word[1:]),
        word.translate(str.maketrans("kcgjzs", "qkjgsz")),
        word.translate(str.maketrans("tkprxc", "dgblsj")),
        "".join(letters),
        word[: at + 1],
        "~" + word,
        made_up_word(chance),
    ]) or word  # fmt: skip


def test_words_compared_in_arrays_are_as_alike_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an index keeps decides who is found: spelled, heard, slipped, shuffled, shortened, of another script."""
    monkeypatch.setattr(token_similarities, "_AT_ONCE", PAIRS - 1)
    chance = random.Random(5)
    ours = [made_up_word(chance) for _ in range(PAIRS)]
    theirs = [otherwise(otherwise(word, chance), chance) for word in ours]

    expected = [firm_similarity(*pair) for pair in zip(ours, theirs, strict=True)]

    assert [pair for pair in zip(ours, theirs, firm_similarities(ours, theirs).tolist(), expected, strict=True)
            if pair[2] != pair[3]] == []  # fmt: skip
    assert len(set(expected)) > 150


@pytest.mark.parametrize("words", [[], ["north"]])
def test_few_words_are_compared_too(words: list[str]) -> None:
    """None at all, and one of each: one by one, which is faster."""
    few = firm_similarities(words, words)

    assert few.tolist() == [1.0] * len(words)
    assert few.dtype == np.float64
