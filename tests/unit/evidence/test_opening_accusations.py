"""Accusations in the participle that opens a sentence, and complaints that only look like denials."""

import pytest

from evenhand.evidence import read_article
from evenhand.model.claims import Claim

HEAD = "Harbour board opens inquiry\n\nOSTVIK, March 5 (Nordia) - The inquiry into the port was opened on Monday.\n\n"


def read(words: str) -> list[tuple[Claim, str, str]]:
    """Return the claims of a paragraph, each with its content and whom it is made of."""
    article = read_article((HEAD + words).encode(), "x.txt")
    return [
        (
            claim,
            article.text[slice(*claim.content[0])],
            article.text[slice(*claim.target)] if claim.target else "",
        )
        for claim in article.claims
    ]


@pytest.mark.parametrize(
    ("words", "content", "accuser", "accused"),
    [
        ("Accused of theft by the harbour board, Ola Vik said he had been at sea.", "of theft", "the harbour board",
         "Ola Vik"),
        ("Accused by the Ostvik Gazette of hiding losses, the bank declined to comment.", "of hiding losses",
         "the Ostvik Gazette", "the bank"),
        ("Accused of bribing voters by three former aides, Ana Prado denied the charge.", "of bribing voters",
         "three former aides", "Ana Prado"),
        ("Blamed for the fire by residents, Per Holm, who owns the yard, said he had warned them.", "for the fire",
         "residents", "Per Holm"),
        ("Accused of lying by Ana Prado, the mayor, Ola Vik said the books were open.", "of lying", "Ana Prado",
         "Ola Vik"),
    ],
)  # fmt: skip
def test_who_is_accused_at_the_start_of_a_sentence_is_the_one_who_acts_in_it(
    words: str, content: str, accuser: str, accused: str
) -> None:
    """Without it a denial in the same sentence stands alone, and whom it answers is lost."""
    claim, said, target = read(words)[0]

    assert (claim.stance, said, claim.speaker.name, target) == ("accuses", content, accuser, accused)


def test_a_denial_answers_the_accusation_that_opens_its_sentence() -> None:
    found = read("Accused of dumping oil by the port authority, Lunde Shipping rejected the claim.")

    assert [claim.stance for claim, _, _ in found] == ["accuses", "denies"]
    assert found[1][0].denies == (found[0][0].id,)


@pytest.mark.parametrize(
    "words",
    [
        "Accused of fraud, the firm said it had paid every bill.",
        "Accused persons have rights by law, the judge said.",
        "Blamed by nobody, the pump failed again.",
    ],
)
def test_nobody_accuses_where_the_participle_names_nobody(words: str) -> None:
    assert not [claim for claim, _, _ in read(words) if claim.stance == "accuses" and claim.speaker.name]


@pytest.mark.parametrize(
    "quoted",
    [
        "We were never paid",
        "We have not been paid since May",
        "We don't have water",
        "We have no water",
        "I never received a letter",
        "We were never even asked",
    ],
)
def test_who_went_without_something_denies_nothing_unless_accused(quoted: str) -> None:
    """A complaint read as a denial asks for an accusation that nobody made."""
    complaint = read(f"“{quoted},” said Ola Vik, a welder at the yard.")[-1][0]
    accused = read(f"The watchdog accused Ola Vik of theft. “{quoted},” said Ola Vik, a welder.")[-1][0]

    assert complaint.stance != "denies"
    assert accused.stance == "denies"


@pytest.mark.parametrize(
    "quoted",
    ["We never paid anyone", "We were not involved", "We have not been paid and we never took a bribe"],
)
def test_a_deed_is_denied_whoever_speaks(quoted: str) -> None:
    claim = read(f"“{quoted},” said Ola Vik, a welder at the yard.")[-1][0]

    assert claim.stance == "denies"


def test_a_body_that_was_not_paid_denies_only_what_it_is_accused_of() -> None:
    alone = read("“We were never paid,” said the welders' union.")[-1][0]
    accused = read("The port accused the welders' union of hiding dues. “We were never paid,” said the union.")[-1][0]

    assert (alone.stance, accused.stance) == ("asserts", "denies")
