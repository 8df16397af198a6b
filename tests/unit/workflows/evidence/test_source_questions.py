"""A later version, a correction elsewhere and the accuser's own denial are asked about: nothing changes silently."""

from collections.abc import Sequence
from functools import partial

import pytest
from msgspec.structs import replace

from evenhand.model.claims import Speaker
from evenhand.model.task import Task
from evenhand.workflows.evidence.adding import AddedDocument, StatedDocument, add_documents
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.source_questions import KeptSourceFacts, of_claim, page_of
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.queries.evidence_checkup import evidence_findings
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task
from evenhand.workflows.review.task_board import list_tasks, read_board
from evenhand.workflows.review.tasks_beside import tasks_beside
from tests.evidence_articles import TEXT, made_article
from tests.networks import TOOLS
from tests.unit.workflows.evidence.conftest import ANA, Desk

ADDRESS = "https://quay-wire.example/1"
LATER = TEXT.replace("on Tuesday accused Lantern Radio", "on Tuesday accused Quay Channel")
RETRACTED = """Quay Wire

Quay Wire has withdrawn its report on Lantern Radio. The report was false.
"""


def save(desk: Desk, text: str, uri: str = ADDRESS) -> AddedDocument:
    """Save a text in which no claim is read."""
    read = partial(made_article, said={})
    (added,) = add_documents(
        desk.made.network, [StatedDocument(text.encode(), uri, "text/plain")], ANA, desk.tick(), TOOLS, read
    )
    return added


def kinds(desk: Desk) -> list[str]:
    """Return what is asked about changed reports."""
    return [each.kind for each in KeptSourceFacts().questions(desk.made.network, evidence_of(desk.made.network))]


def tasks(desk: Desk) -> Sequence[Task]:
    """Return the open tasks about changed reports."""
    return list_tasks(desk.made.network, desk.tick(), TOOLS.suffixes, kind="source")


def findings(desk: Desk) -> list[str]:
    """Return what `doctor` says of changed reports."""
    return [each.what for each in evidence_findings(desk.made.network, None) if "compare" in each.what]


@pytest.mark.parametrize(
    "uri",
    [
        ADDRESS, "http://www.Quay-Wire.example/1/?utm_source=mail#top",
        "https://web.archive.org/web/20260226010203/https://quay-wire.example/1", "https://archive.example/o/x/http:/quay-wire.example/1",
    ],
)  # fmt: skip
def test_a_later_version_of_a_report_whose_claims_count_is_asked_about(desk: Desk, uri: str) -> None:
    """A copy of an archive is a version of the page too."""
    ids = desk.accused()

    added = save(desk, LATER, uri)

    assert kinds(desk) == ["later_version"]
    assert "a later version of the report that this rests on was saved" in added.notes[0]
    assert "linked to lantern" in added.notes[0]
    questions = KeptSourceFacts().questions(desk.made.network, evidence_of(desk.made.network))
    assert of_claim(questions, ids["1"])
    (task,) = tasks(desk)
    assert [each.id for each in task.concerned] == ["lantern"]
    assert "Ostan" not in task.question
    assert findings(desk) == [task.question]


@pytest.mark.parametrize("text", [TEXT + "\n", LATER])
def test_nothing_is_asked_where_nothing_counts_or_nothing_changed(desk: Desk, text: str) -> None:
    """The same article saved twice is no later version, nor is one of which nobody confirmed a claim."""
    if text == LATER:
        desk.add()
    else:
        desk.accused()

    assert save(desk, text).notes == ()
    assert kinds(desk) == []


def test_a_file_or_a_front_page_is_no_address_of_an_article() -> None:
    """All that an outlet writes would be versions of one another."""
    assert [page_of(each) for each in ("article.txt", "https://quay-wire.example/", "quay-wire.example/1")] == [
        "",
        "",
        "",
    ]


def test_a_correction_at_another_address_that_names_the_accused_is_asked_about(desk: Desk) -> None:
    """A retraction seldom stands where the report stood."""
    desk.accused()

    notes = save(desk, RETRACTED, "https://quay-wire.example/corrections/7").notes

    assert kinds(desk) == ["correction"]
    assert "words of a correction or retraction" in notes[0]


@pytest.mark.parametrize(
    "text", [RETRACTED.replace("Lantern Radio", "Other Radio"), "Quay Wire\n\nLantern Radio plays songs.\n"]
)
def test_a_text_that_corrects_nothing_or_names_others_asks_nothing(desk: Desk, text: str) -> None:
    """A person would be asked for nothing."""
    desk.accused()

    assert save(desk, text, "https://quay-wire.example/corrections/7").notes == ()
    assert kinds(desk) == []


def test_the_denial_of_an_accuser_elsewhere_is_asked_about_until_it_is_answered(desk: Desk) -> None:
    """Once it stands beside the accusation nobody is asked any more."""
    accusation = desk.accused()["2"]
    said = {"1": {"words": "We never accused Lantern Radio,", "stance": "denies",
                  "speaker": Speaker(kind="named_person", name="Mirel Ostan")}}  # fmt: skip
    text = "Board\n\nTULNA (Quay Wire) - “We never accused Lantern Radio,” Mirel Ostan said.\n"
    stated = StatedDocument(text.encode(), "https://other.example/1", "text/plain")
    (added,) = add_documents(desk.made.network, [stated], ANA, desk.tick(), TOOLS, partial(made_article, said=said))
    assert kinds(desk) == []
    desk.decide(added.proposed[0])
    assert kinds(desk) == ["accuser_denies"]

    desk.decide(accusation, beside=desk.denials(accusation))

    questions = KeptSourceFacts().questions(desk.made.network, evidence_of(desk.made.network))
    assert not of_claim(questions, accusation)


def test_a_report_that_was_compared_is_not_asked_about_again(desk: Desk) -> None:
    """The answer stays after the next run; a further claim that counts asks anew."""
    ids = desk.accused()
    save(desk, LATER)
    (task,) = tasks(desk)

    answer_task(desk.made.network, StatedAnswer(task.id, "done", "compared"), ANA, desk.tick(), TOOLS)
    desk.made.run(desk.tick())

    assert tasks(desk) == []
    assert findings(desk) == []
    desk.decide(ids["5"], "reject", overturns=None)
    assert [each.id for each in tasks(desk)] == [task.id]


def test_the_hold_that_rests_on_a_changed_report_says_so(desk: Desk) -> None:
    """Who decides about the hold has the question before them."""
    desk.accused()
    save(desk, LATER)
    with read_ledger(desk.made.network.ledger) as ledger:
        board = read_board(desk.made.network, ledger, desk.tick(), TOOLS.suffixes)
    (task,) = [each for each in board.unanswered if each.kind == "source"]
    hold = replace(task, id="t0", kind="hold")

    assert list(tasks_beside(hold, board)) == [f"Task {task.id}: {task.question}"]
