"""What a text takes back is nobody's claim. All texts are made up."""

import pytest

from tests.unit.evidence.test_who_denies import told


@pytest.mark.parametrize(
    "words",
    [
        "Correction: An earlier version of this article said that the union had accused Ada Brun of theft.",
        "Clarification: A previous version of the report said that Ola Vik had called Ada Brun a liar.",
        "The original version of this story stated that Ada Brun accused the board of fraud.",
        "Correction: Friday’s Courier said that Ola Vik had accused Ada Brun of theft. He did not.",
        "Correction: An article on Monday wrongly said that the union had accused Ada Brun of theft.",
    ],
)
def test_what_a_correction_takes_back_is_no_claim(words: str) -> None:
    assert told(words) == []


def test_what_a_correction_sets_right_is_a_claim() -> None:
    body = (
        "Correction: An earlier version of this article said that the union had accused Ada Brun of theft. "
        "The union accused the port of theft, not Ms Brun."
    )

    assert told(body) == [("The union", "accuses")]


@pytest.mark.parametrize("heading", ["CORRECTION", "Corrections and clarifications"])
def test_a_heading_makes_a_correction(heading: str) -> None:
    body = f"{heading}\n\nYesterday’s Courier said that Ola Vik had called Ada Brun a thief. He did not."

    assert told(body) == []


@pytest.mark.parametrize("denied", ["He did not.", "He had not.", "That was untrue.", "In fact, he did not."])
def test_who_is_said_to_have_said_it_and_did_not_says_nothing(denied: str) -> None:
    """That the board said so stays: somebody said it."""
    assert told(f"The board told the court that Ola Vik had accused Ada Brun of theft. {denied}") == [
        ("The board", "asserts")
    ]


@pytest.mark.parametrize(
    "body",
    [
        "Ola Vik accused Ada Brun of theft. She did not answer.",
        "Ola Vik accused Ada Brun of theft. It was not the first time.",
        "Ola Vik accused Ada Brun of theft in an earlier letter.",
        "Ola Vik accused the board of an error in the first version of its report.",
    ],
)
def test_what_only_looks_like_a_correction_takes_nothing_back(body: str) -> None:
    assert ("Ola Vik", "accuses") in told(body)


def test_what_a_person_says_stays_a_claim_where_the_reporter_contradicts_it() -> None:
    assert told("The board said that the ferry was late. It was not.")[0] == ("The board", "asserts")
