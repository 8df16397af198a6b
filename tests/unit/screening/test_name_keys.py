"""Keys of listed names at once, and the hashes of words written together."""

import random
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from evenhand.screening.index.candidates import CandidateIndexBuilder
from evenhand.screening.index.entity_keys import offered_keys
from evenhand.screening.index.joined_hashes import joined_hashes
from evenhand.screening.index.name_keys import NameKeysBuilder
from evenhand.screening.names.normal_form import Name, read_name
from evenhand.screening.names.word_keys import hash_of
from evenhand.screening.names.words import FORM_WORDS, KINDS, is_form_word

PLAIN = [
    "Al Quandar", "Quandar", "QUANDAR Group", "Voice of Vessari", "Vessari News TV", "vessari.example", "Li Ng", "7",
    "Bank of the North and the South Trading Company 12", "WONG, Kwok Keung", "Zhang Guoqiang", "Anna Anna Petrova",
    "", "x", "بنك الشمال", "Banca Nordului (BN)", "El Vessari Holding", "Ab Cd", "Al", "Group",
    "Quandar 7", "QTV No. 2", "Channel 5",
]  # fmt: skip
WORDS = ["al", "bank", "group", "li", "wang", "keung", "quandar", "vessari", "a", "12", "radio", "van", "ng", "holding"]
WRITTEN = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)


def at_once(names: list[tuple[Name, bool]]) -> list[int]:
    words = CandidateIndexBuilder()
    made = NameKeysBuilder(words.ids)
    for name, media in names:
        words.add(name)
        made.add(name, media=media)
    return sorted(made.pairs())


def one_by_one(names: list[tuple[Name, bool]]) -> list[int]:
    return sorted(
        key << 32 | number
        for number, (name, media) in enumerate(names)
        for key in set(map(hash_of, offered_keys(name, media=media)))
    )


@pytest.mark.parametrize("several", [1, 3, 1 << 14])
@given(st.lists(st.tuples(st.sampled_from(PLAIN) | WRITTEN, st.booleans(), st.booleans()), max_size=12))
def test_keys_of_many_names_are_those_of_each(several: int, written: list[tuple[str, bool, bool]]) -> None:
    """The plain twin makes a text of every key; of words met in an earlier part of a list too."""
    names = [(read_name(text, "name", person=person), media) for text, person, media in written]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evenhand.screening.index.name_keys._AT_ONCE", several)
        found = at_once(names)

    assert found == one_by_one(names)


@given(st.lists(st.tuples(st.binary(max_size=40), st.binary(max_size=300)), min_size=1, max_size=8))
def test_the_hash_of_two_texts_together_is_made_of_theirs(texts: list[tuple[bytes, bytes]]) -> None:
    first, second = (np.array([crc32(each) for each in column], np.uint32) for column in zip(*texts, strict=True))

    found = joined_hashes(first, second, np.array([len(behind) for _, behind in texts]))

    assert found.tolist() == [crc32(before + behind) for before, behind in texts]


def test_a_form_word_is_told_as_by_a_look_at_all_of_them() -> None:
    """Only words of a like length are looked at."""
    chance = random.Random(14)
    long = sorted(word for word in FORM_WORDS if len(word) > 5 and word.isascii())
    written = [_with_errors(chance.choice(long), chance) for _ in range(1500)]

    found = {word for word in written if is_form_word(word)}

    assert found == {word for word in written if _is_form_word(word, long)}
    assert 300 < len(found) < len(set(written))


def _with_errors(word: str, chance: random.Random) -> str:
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(word))
        word = word[:at] + chance.choice(["", "x", word[at] * 2]) + word[at + 1 :]
    return word


def _is_form_word(word: str, long: list[str]) -> bool:
    if word in FORM_WORDS or len(word) < 6 or word in KINDS:
        return word in FORM_WORDS
    return any(OSA.distance(word, form) <= (1 if len(form) < 9 else 2) for form in long)
