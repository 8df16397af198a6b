"""Whom `he` and `she` mean: the one person named before, or nobody."""

import pytest

from evenhand.evidence.attributions import find_attributions
from evenhand.evidence.text_spans import lines


def last_speaker(text: str) -> tuple[str, str]:
    found = find_attributions(text, [span for span in lines(text) if text[slice(*span)].strip()])[-1]
    return found.name, found.resolution


@pytest.mark.parametrize(
    "text",
    [
        "Grace Mutua said the list was lost. She said nobody would look for it.",
        "“The list was lost,” said Grace Mutua, the director.\nShe said nobody would look for it.",
        "Grace Mutua said it was lost. She said it was old. She said nobody would look for it.",
        "Grace Mutua said it was lost.\nShe said it was old.\nShe said nobody would look for it.",
        "Mrs. Grace Mutua told Mr. Peter Ode that it was lost. She said nobody would look for it.",
    ],
)
def test_the_only_person_who_fits_is_meant(text: str) -> None:
    assert last_speaker(text) == ("Grace Mutua", "pronoun")


@pytest.mark.parametrize(
    "text",
    [
        "Grace Mutua said Peter Ode had lost it. “No,” Peter Ode told reporters. She said nobody would look for it.",
        "Mr. Peter Ode said the list was lost. She said nobody would look for it.",
        "A woman who met Grace Mutua said it was lost. She said nobody would look for it.",
        "Broadfield said the list was lost. He said nobody would look for it.",
        "Grace Mutua said it was lost.\nNobody answered.\nThe room was empty.\nShe said nobody would look for it.",
        "Grace Mutua said it was lost. They said nobody would look for it.",
        "Grace Mutua and Peter Ode said it was lost. He said nobody would look for it.",
    ],
)
def test_where_another_may_be_meant_nobody_is_named(text: str) -> None:
    """A wrong name is worse than none."""
    assert last_speaker(text) == ("", "none")


def test_a_shorter_name_is_not_lengthened_where_two_share_it() -> None:
    text = "Grace Mutua said it was lost. Her brother, Paul Mutua, left.\nMutua said nobody would look for it."

    assert last_speaker(text) == ("Mutua", "explicit")


def test_a_pronoun_in_each_of_very_many_paragraphs_is_followed_a_few_steps() -> None:
    text = "Grace Mutua said it was lost.\n" + "She said nobody would look for it.\n" * 2_000

    assert last_speaker(text) == ("", "none")
