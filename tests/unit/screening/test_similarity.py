"""How alike two tokens are, and how names are aligned."""

import pytest

from evenhand.screening.align import align
from evenhand.screening.normal import read_name
from evenhand.screening.score import name_terms, score_names
from evenhand.screening.similarity import FLOOR, INITIAL, VARIANT, similarity


@pytest.mark.parametrize(
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
    ],
)
def test_what_happens_to_one_word_keeps_it_alike(ours: str, theirs: str, least: float) -> None:
    """Spelling, sound, script, initials and familiar forms."""
    assert similarity(ours, theirs) >= least
    assert similarity(ours, theirs) == similarity(theirs, ours)


@pytest.mark.parametrize(("ours", "theirs"), [("north", "south"), ("ali", "omar"), ("a", "boris"), ("~mhmd", "~kl")])
def test_two_words_are_nothing_alike_below_the_floor(ours: str, theirs: str) -> None:
    """A little likeness is none: it would add up over long names."""
    assert similarity(ours, theirs) == 0.0


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Jesusfernandez De Luna", "FERNANDEZ DE LUNA, Jesus"), ("Patr ushev Nikolai", "Nikolai Patrushev")],
)
def test_words_written_as_one_answer_their_parts(ours: str, theirs: str) -> None:
    """Joined and split tokens, either way round."""
    aligned = align(read_name(ours, "name", person=True), read_name(theirs, "name", person=True))

    assert not aligned.ours_left
    assert not aligned.theirs_left


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


@pytest.mark.parametrize(
    ("ours", "theirs", "name"),
    [
        ("I. Petrov", "PETROV, Igor", "name.initial"),
        ("Sasha Petrov", "PETROV, Aleksandr", "name.variant"),
        ("محمد", "MUHAMMAD", "name.script"),
        ("Anna Petrov", "PETROV, Zoya", "name.other_given"),
        ("Anna Sidorov", "PETROV, Anna", "name.other_word"),
    ],
)
def test_a_comparison_says_how_two_words_answered_each_other(ours: str, theirs: str, name: str) -> None:
    """An analyst must see why, not only how much."""
    score = score_names(read_name(ours, "name", person=True), read_name(theirs, "name", person=True))

    assert score is not None
    assert name in {term.name for term in name_terms(score) if term.weight}


def test_forms_support_within_a_class_and_weigh_little_across() -> None:
    """LLC and GmbH are one class; a public company is seldom a private one."""
    private, same, public = (read_name(f"Alfa {form}", "name", person=False) for form in ("LLC", "GmbH", "OJSC"))

    alike, unlike = score_names(private, same), score_names(private, public)

    assert alike is not None and unlike is not None  # noqa: PT018
    assert alike.form > 0 > unlike.form
