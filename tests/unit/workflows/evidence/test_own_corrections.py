"""A report that takes back itself what it says: a person is asked, before and after a claim of it counts."""

import pytest

from evenhand.evidence import read_article
from evenhand.evidence.corrections import taken_back
from evenhand.model.evidence import ClaimShown
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.claims_shown import open_documents
from evenhand.workflows.evidence_records.source_questions import KeptSourceFacts, SourceQuestion, of_claim
from evenhand.workflows.queries.evidence_checkup import evidence_findings
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task
from evenhand.workflows.review.task_board import list_tasks
from tests.networks import TOOLS
from tests.unit.workflows.evidence.conftest import ANA, Desk

HEAD = "Outlet questioned\n\nTULNA, February 24, 2026 (Quay Wire) - "
ACCUSED = "{0} on Monday accused {1} of hiding who owns it."
MIRRORS = [("The Harbour Office", "Lantern Radio"), ("The Canal Office", "Quay Channel")]


def claims(desk: Desk) -> list[ClaimShown]:
    """Return the claims of the saved documents."""
    network = desk.made.network
    return [each for opened in open_documents(network, evidence_of(network)) for each in opened.whole().claims]


def questions(desk: Desk) -> tuple[SourceQuestion, ...]:
    """Return what may change claims."""
    return KeptSourceFacts().questions(desk.made.network, evidence_of(desk.made.network))


def save(desk: Desk, *paragraphs: str) -> tuple[str, ...]:
    """Save a report, and return what is said of it."""
    return desk.add(HEAD + "\n\n".join(paragraphs) + "\n", read=read_article).notes


@pytest.mark.parametrize(("office", "outlet"), MIRRORS)
@pytest.mark.parametrize(
    "words",
    [
        "On Tuesday {0} withdrew its accusation and apologised to {1}.", "It has since dropped the charge.",
        "On Tuesday the accusation was withdrawn by {0}.", "{0} later retracted the claim.",
        "{0} took back all it had said in an earlier statement and retracted it.", "It apologised for the error.",
        "Correction: {0} did not say who owns {1}.", "{0} acknowledged that its statement was wrong.",
    ],
)  # fmt: skip
def test_a_retraction_in_the_same_report_is_asked_about(desk: Desk, words: str, office: str, outlet: str) -> None:
    """It was seen in another document only; the accusation was confirmed without a word."""
    notes = save(desk, ACCUSED.format(office, outlet), f"{outlet} did not deny it but declined to answer questions.",
                 words.format(office, outlet))  # fmt: skip
    accusation = next(each.id for each in claims(desk) if each.claim.stance == "accuses")
    waiting = {each.about["claim"]: each.title for each in list_tasks(desk.made.network, desk.tick(), TOOLS.suffixes,
                                                                     kind="claim")}  # fmt: skip

    assert "says itself that something is withdrawn, corrected or apologised for" in notes[0]
    assert accusation in notes[0]
    assert of_claim(questions(desk), accusation)
    assert waiting[accusation].endswith("accuses, perhaps taken back there")
    assert not list_tasks(desk.made.network, desk.tick(), TOOLS.suffixes, kind="source")

    desk.decide(accusation)

    (task,) = list_tasks(desk.made.network, desk.tick(), TOOLS.suffixes, kind="source")
    assert (accusation in task.question, outlet in task.question, office in task.question) == (True, False, False)
    assert task.question in [each.what for each in evidence_findings(desk.made.network, None)]

    answer_task(desk.made.network, StatedAnswer(task.id, "done", task.mark), ANA, desk.tick(), TOOLS)

    assert not list_tasks(desk.made.network, desk.tick(), TOOLS.suffixes, kind="source")


@pytest.mark.parametrize(
    "words",
    [
        "{1} demanded that {0} withdraw its accusation and apologise to it.", "{0} has not withdrawn the accusation.",
        "{1} asked for a retraction of the report.", "{1} will sue unless {0} retracted the claim.",
        "{0} refused to withdraw the claim.", "Troops were withdrawn on Tuesday.", "{0} would never drop the charge.",
    ],
)  # fmt: skip
def test_what_was_only_asked_for_or_not_done_asks_nothing(desk: Desk, words: str) -> None:
    """A person would be asked for nothing."""
    save(desk, ACCUSED.format(*MIRRORS[0]), words.format(*MIRRORS[0]))

    assert questions(desk) == ()


def test_where_a_name_says_whose_words_are_taken_back_the_others_are_not_asked_about(desk: Desk) -> None:
    save(desk, *(ACCUSED.format(*each) for each in MIRRORS), "The Canal Office withdrew its accusation.")
    (question,) = questions(desk)

    assert [each.claim.speaker.name for each in claims(desk) if each.id in question.proposed] == ["The Canal Office"]


def test_where_no_name_says_it_all_are(desk: Desk) -> None:
    save(desk, *(ACCUSED.format(*each) for each in MIRRORS), "It later withdrew the accusation.")
    (question,) = questions(desk)

    assert len(question.proposed) == 2


@pytest.mark.parametrize("sides", [MIRRORS[0], MIRRORS[0][::-1]])
def test_a_denial_that_is_taken_back_is_asked_about(desk: Desk, sides: tuple[str, str]) -> None:
    """Who denied and who accused are treated alike."""
    save(desk, ACCUSED.format(*sides), f"{sides[1]} denied the accusation.",
         f"On Friday {sides[1]} withdrew its statement.")  # fmt: skip
    (question,) = questions(desk)
    asked = {each.claim.stance for each in claims(desk) if each.id in question.proposed}

    assert "denies" in asked


def test_the_denial_of_whom_the_accuser_apologises_to_is_not_asked_about(desk: Desk) -> None:
    save(desk, ACCUSED.format(*MIRRORS[0]), "Lantern Radio denied the accusation.",
         "The Harbour Office withdrew it and apologised to Lantern Radio.")  # fmt: skip
    (question,) = questions(desk)

    assert [each.claim.stance for each in claims(desk) if each.id in question.proposed] == ["accuses"]


def test_words_that_an_accusation_holds_itself_take_nothing_back(desk: Desk) -> None:
    save(desk, "The Harbour Office on Monday accused Lantern Radio of having withdrawn its statement too late.")

    assert [each.claim.stance for each in claims(desk)] == ["accuses"]
    assert questions(desk) == ()


def test_a_rejected_claim_is_not_asked_about(desk: Desk) -> None:
    save(desk, ACCUSED.format(*MIRRORS[0]), "The Harbour Office withdrew its accusation.")
    (accusation,) = [each.id for each in claims(desk)]

    desk.decide(accusation, "reject")

    assert questions(desk) == ()


def test_places_are_those_of_the_text_where_a_letter_has_a_longer_small_form() -> None:
    """The Turkish İ is two characters in small letters."""
    text = "İİİ İlk withdrew its accusation."
    ((words, _),) = taken_back(text)

    assert text[slice(*words)] == "withdrew its accusation"
