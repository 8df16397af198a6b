"""What a speaker does with the words."""

import pytest

from evenhand.evidence.sentence_stances import sentence_stance
from evenhand.evidence.stances import find_secondary, find_stance


@pytest.mark.parametrize(
    ("content", "stance"),
    [
        ("“This is a lie. We ask the agency to stop,”", "denies"),
        ("“We paid nobody for any advertisement,”", "denies"),
        ("“We regret that the company acted in this way.”", "regrets"),
        ("“We still hope for an answer.”", "hopes"),
        ("“We ask for the same treatment,”", "requests"),
        ("the station would lose its licence unless it explained the sales", "threatens"),
        ("that mistakes were made", "admits"),
        ("“They hid the payer from voters,”", "accuses"),
        ("the meeting begins at noon", "asserts"),
    ],
)
def test_a_cue_that_only_reports_leaves_the_stance_to_the_content(content: str, stance: str) -> None:
    assert find_stance("asserts", content) == stance


def test_reported_words_deny_where_the_speaker_is_it() -> None:
    assert find_stance("asserts", "it never placed an advertisement", quoted=False) == "denies"


@pytest.mark.parametrize(("content", "stance"), [("the charge", "denies"), ("an offer of talks", "refuses")])
def test_who_rejects_an_accusation_denies_and_who_rejects_an_offer_refuses(content: str, stance: str) -> None:
    assert find_stance("refuses", content, "reject") == stance


def test_the_stance_of_a_cue_comes_before_that_of_the_content() -> None:
    assert find_stance("admits", "that the report was false") == "admits"


def test_a_claim_can_ask_for_a_review_and_deny_as_well() -> None:
    content = "We hope that the board will reconsider and that our work should in no way be seen as meddling"

    assert find_secondary("hopes", content) == ("requests_review", "denies")


def test_a_claim_can_say_that_equals_were_not_treated_equally() -> None:
    assert find_secondary("accuses", "there is one rule for friends") == ("alleges_unequal_treatment",)


@pytest.mark.parametrize(
    ("sentence", "stance"),
    [
        ("The harbour union accused the port of hiding accidents.", "accuses"),
        ("The mayor turned down an offer of talks.", "refuses"),
        ("The governor urged both parties to meet in June.", "requests"),
        ("The island said it would close its airspace on Monday.", "threatens"),
        ("Dozens of students rallied to demand cheaper buses.", "other"),
        ("The two ministers met for an hour.", "other"),
        ("", "other"),
    ],
)
def test_the_first_strong_word_of_a_sentence_gives_its_stance(sentence: str, stance: str) -> None:
    assert sentence_stance(sentence) == stance
