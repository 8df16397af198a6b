"""How alike two tokens are, and how names are aligned."""

import pytest

from evenhand.screening.names.alignment import align
from evenhand.screening.names.name_score import score_names
from evenhand.screening.names.normal_form import read_name
from evenhand.screening.names.similarity import FLOOR, INITIAL, VARIANT, similarity
from tests.each_case import each_case


@each_case(
    ("ours", "theirs", "least"),
    [
        ("novosti", "novosti", 1.0),
        ("muhammad", "mohamed", VARIANT),
        ("i", "igor", INITIAL),
        ("khaluf", "kalof", 0.8),
        ("~mhmd", "muhammad", 0.85),
        ("~skwt", "sukut", 0.8),
        ("chol", "jeol", 0.8),
        ("kawtharani", "kowsarani", FLOOR),
        ("novosti", "novsti", 0.8),
        ("jalali", "galali", 0.75),
        ("govorun", "hovorun", 0.75),
        ("ximina", "khimina", 0.7),
        ("ouazir", "wazir", 0.8),
        ("andrejs", "andreys", 0.85),
        ("marcis", "marsis", 0.85),
        ("khrushchev", "chruschtschow", 0.65),
        ("prigozhin", "prigoschin", 0.8),
        ("alekseyevich", "alexejewitsch", 0.8),
        ("nikolaevitsch", "nikolaevich", 0.85),
        ("~hbyb", "habib", 0.9),
        ("~shh", "shah", 0.9),
        ("mesta", "steam", 0.85),
        ("techn", "technology", 0.85),
        ("benhammedi", "benhamedi", 0.9),
    ],
)
def test_what_happens_to_one_word_keeps_it_alike(ours: str, theirs: str, least: float) -> None:
    """Spelling, sound, script, initials and familiar forms."""
    assert similarity(ours, theirs) >= least
    assert similarity(ours, theirs) == similarity(theirs, ours)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("north", "south"), ("ali", "omar"), ("steam", "meats."), ("techn", "technoid"), ("a", "boris"), ("~mhmd", "~kl")],
)
def test_two_words_are_nothing_alike_below_the_floor(ours: str, theirs: str) -> None:
    """A little likeness is none: it would add up over long names."""
    assert similarity(ours, theirs) == 0.0


def test_few_consonants_are_less_than_a_word() -> None:
    """Olga and Oleg share an l and a g, and are two people."""
    assert similarity("olga", "oleg") <= INITIAL < similarity("omar", "omer")
    assert similarity("young", "hong") <= INITIAL


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Jesusfernandez De Luna", "FERNANDEZ DE LUNA, Jesus"),
        ("Patr ushev Nikolai", "Nikolai Patrushev"),
        ("Nikolai Patr ushev", "Nikolai Platonovich Patrushev"),
        ("Sayf Ahdulrab", "Sayf Abdulrab"),
    ],
)
def test_words_written_as_one_answer_their_parts(ours: str, theirs: str) -> None:
    """Joined and split tokens, either way round."""
    aligned = align(read_name(ours, "name", person=True), read_name(theirs, "name", person=True))

    assert not aligned.ours_left
    assert set(aligned.theirs_left) <= {"platonovich"}


def test_a_whole_name_written_as_one_word_is_one_pair() -> None:
    """Three words joined are more than two halves."""
    ours = read_name("alfabetagamma", "name", person=False)

    aligned = align(ours, read_name("Alfa Beta Gamma", "name", person=False))

    assert [(pair.ours, pair.theirs) for pair in aligned.pairs] == [("alfabetagamma", "alfa beta gamma")]


def test_names_that_are_numbers_alone_are_compared_by_them() -> None:
    """An outlet may be called `24`."""
    ours, other = (read_name(text, "name", person=False) for text in ("24", "25"))

    same = score_names(ours, ours)

    assert same is not None
    assert same.number > 0
    assert score_names(ours, other) is None
    assert score_names(ours, read_name("Nordlicht", "name", person=False)) is None
