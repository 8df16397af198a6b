"""Who accuses and who is accused in what somebody reports; every name is made up, and every pair is exchanged."""

import pytest

from evenhand.evidence.claims import read_article
from tests.each_case import each_case

PAIRS = [("Orrin Media", "Kestrel League"), ("Kestrel League", "Orrin Media"), ("Bank of Harland", "Quolvet Union")]


def target(sentence: str) -> str | None:
    """Return the target of what Paul Stern says."""
    article = read_article(f"HARBURG, Nov. 3 (Quay Wire) - {sentence}\n".encode(), "a.txt")
    claim = next(each for each in article.claims if each.speaker.name == "Paul Stern")
    return None if claim.target is None else article.text[slice(*claim.target)]


@pytest.mark.parametrize(("accused", "accuser"), PAIRS)
@each_case(
    "sentence",
    [
        "{accuser} accused {accused} of running fake shops, Paul Stern said on Tuesday.",
        "Paul Stern said that {accuser} has falsely accused {accused} of fraud.",
        "{accuser} had sued {accused} for fraud, Paul Stern said.",
        "Paul Stern said {accuser} condemned {accused} in March.",
        "Paul Stern said {accuser} criticised {accused} over fake shops.",
        "Paul Stern said {accuser} charged {accused} with fraud.",
        "Paul Stern said {accuser} blamed the fake shops on {accused}.",
        "Paul Stern said {accuser} blamed {accused} for the fake shops.",
        "Paul Stern said {accuser} sanctioned {accused} after the fraud.",
        "Paul Stern said {accuser} filed a complaint against {accused} over fraud.",
        "Paul Stern said {accuser} imposed sanctions on {accused}.",
        "Paul Stern said a complaint against {accused} was filed by {accuser}.",
        "Paul Stern said {accuser} alleged that {accused} cheated customers.",
        "{accused} was accused by {accuser} of running fake shops, Paul Stern said.",
        "{accused} has been charged with fraud by {accuser}, Paul Stern said.",
        "Paul Stern said {accused} was sued by {accuser}.",
        "Paul Stern said {accused} cheated {accuser}.",
        "Paul Stern said {accused} charged {accuser} twice.",
        "Paul Stern said {accused} denied the claims against it by {accuser}.",
    ],
)
def test_whom_a_reported_clause_accuses_is_its_target(accused: str, accuser: str, sentence: str) -> None:
    """Who sued a fraud is none; the same words with the names exchanged accuse the other."""
    assert target(sentence.format(accused=accused, accuser=accuser)) == accused


def test_where_it_cannot_be_told_there_is_no_target() -> None:
    """Rather none than the accuser."""
    assert target("Kestrel League had warned that Orrin Media runs fake shops, Paul Stern said.") is None
