"""Claims that wait are tasks: the denial is shown before anything can be confirmed, the answer decides."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from evenhand.ledger import LogReader
from evenhand.model.claims import Article
from evenhand.model.errors import BadInput, NotPermitted, StateRefused
from evenhand.model.task import Task
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.evidence.denials_seen import DenialAnswers
from evenhand.workflows.evidence_records.evidence_files import document_folder
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.signature_checks import verify_with_signatures
from evenhand.workflows.review.claim_tasks import KeptClaimTasks, claim_tasks
from evenhand.workflows.review.kept_run import KeptRun
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task
from evenhand.workflows.review.task_board import KeptBoard, list_tasks
from evenhand.workflows.review.task_details import show_task
from evenhand.workflows.review.task_sources import KeptSources
from tests.evidence_articles import TEXT, made_article
from tests.networks import SUFFIXES, TOOLS
from tests.people import acting, write_staff
from tests.unit.workflows.evidence.conftest import ANA, Desk

NONE_NAMED = DenialAnswers()


def waiting(desk: Desk) -> list[Task]:
    """Return the tasks about claims."""
    return list_tasks(desk.made.network, desk.at, SUFFIXES, kind="claim")


def answer(
    desk: Desk, task: Task, word: str, mark: str = "", by: Acting = ANA, denials: DenialAnswers = NONE_NAMED
) -> Task:
    """Answer a task."""
    stated = StatedAnswer(task.id, word, "made up", mark=mark, denials=denials)
    return answer_task(desk.made.network, stated, by, desk.tick(), TOOLS)


def of_claim(tasks: list[Task], claim: str) -> Task:
    """Return the task about a claim."""
    return next(each for each in tasks if each.about["claim"] == claim)


def test_each_claim_that_waits_is_a_task_without_a_word_of_it(desk: Desk) -> None:
    """What people do with a task goes into the ledger, names and words do not."""
    desk.decide(desk.add().proposed[4])

    tasks = waiting(desk)

    assert len(tasks) == 4
    assert not any(word in each.question for each in tasks for word in ("Ostan", "Harbour", "campaigns"))
    assert tasks[0].question.startswith("Is it said so in Quay Wire, 2026-02-24? Speaker: named")
    spoken = "Mirel Ostan accuses: “Lantern Radio pays others to speak for it,”; in https://quay-wire.example/1"
    assert tasks[1].excerpt == spoken
    answer(desk, tasks[1], "reject")
    assert not any(b"Ostan" in each for each in (*desk.made.payloads("task"), *desk.made.payloads("claim")))


def test_a_claim_is_shown_and_answered_from_the_documents_at_hand(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that keeps them reads no leaf again for a page or an answer; what others recorded since is in it."""
    document = desk.add().document
    with read_ledger(desk.made.network.ledger) as ledger:
        run = KeptRun(desk.made.network, ledger, desk.at, SUFFIXES)
    sources = KeptSources(KeptBoard(desk.made.network, SUFFIXES), lambda: run)
    claims = desk.document(document).claims
    task = of_claim(waiting(desk), claims[1].id)
    with read_ledger(desk.made.network.ledger) as ledger:
        sources.evidence(ledger)
    desk.decide(claims[4].id)
    plain = show_task(desk.made.network, task.id, desk.at, TOOLS)
    entries = LogReader.entries

    def no_claims(ledger: LogReader, *kinds: str, **more: int) -> Iterator[tuple[int, bytes, bytes | None]]:
        assert "claim" not in kinds
        return entries(ledger, *kinds, **more)

    monkeypatch.setattr(LogReader, "entries", no_claims)

    with read_ledger(desk.made.network.ledger) as ledger:
        board = sources.board(ledger, desk.at)
    shown = show_task(desk.made.network, task.id, desk.at, TOOLS, board=board, evidence=sources.evidence)
    stated = StatedAnswer(task.id, "reject", "made up", mark=task.mark, denials=NONE_NAMED)
    answer_task(desk.made.network, stated, ANA, desk.tick(), TOOLS, sources=sources)

    monkeypatch.undo()
    assert shown == plain
    now = desk.document(document).claims
    assert (now[1].state, now[4].state) == ("rejected", "confirmed")


def test_an_accusation_is_shown_after_its_denial_and_confirmed_by_who_names_it(desk: Desk) -> None:
    """Nobody confirms what they have not seen denied; the mark of the task names no denial."""
    claims = desk.document(desk.add().document).claims
    task = of_claim(waiting(desk), claims[0].id)

    shown = show_task(desk.made.network, task.id, desk.at, TOOLS)

    assert [each.id for each in shown.claims] == [claims[3].id, claims[0].id]
    assert "The Harbour Board on Tuesday accused Lantern Radio of running hidden campaigns." in shown.around
    for mark in ("", task.mark):
        with pytest.raises(StateRefused, match=f"may be denied in the same document: {claims[3].id}"):
            answer(desk, task, "confirm", mark=mark)
    named = DenialAnswers((claims[3].id,))
    with pytest.raises(StateRefused, match="what it asks has changed"):
        answer(desk, task, "confirm", mark="0" * 12, denials=named)
    assert answer(desk, task, "confirm", mark=task.mark, denials=named).state == "answered"
    assert desk.document(shown.claims[0].document).claims[0].state == "confirmed"
    assert task.id not in [each.id for each in waiting(desk)]


def test_a_possible_denial_is_answered_by_name_in_the_queue_too(desk: Desk) -> None:
    """It denies the claim, or it does not belong; what is said of it is what is recorded."""
    claims = desk.document(desk.add().document).claims
    task, denial = of_claim(waiting(desk), claims[2].id), claims[3].id

    assert claims[2].perhaps_denied_by == (denial,)
    with pytest.raises(StateRefused, match="--unrelated ID"):
        answer(desk, task, "confirm", mark=task.mark)
    with pytest.raises(BadInput, match="no denial of this document"):
        answer(desk, task, "confirm", denials=DenialAnswers((denial, claims[1].id)))
    assert answer(desk, task, "confirm", denials=DenialAnswers(unrelated=(denial,))).state == "answered"
    after = desk.document(claims[2].document).claims[2]
    assert (after.state, after.denied_by, after.perhaps_denied_by) == ("confirmed", (), ())


def test_a_claim_is_rejected_without_its_mark(desk: Desk) -> None:
    """Nothing follows from it."""
    desk.add()

    assert answer(desk, waiting(desk)[0], "reject").state == "answered"
    assert len(waiting(desk)) == 4
    with pytest.raises(BadInput, match="unknown answer"):
        answer(desk, waiting(desk)[0], "same")


def test_the_answer_and_what_it_decides_are_signed_by_an_analyst(desk: Desk) -> None:
    """Both records are one transaction."""
    write_staff(desk.made.folder)
    claim = desk.add(by=acting("ana")).proposed[2]
    task, named = of_claim(waiting(desk), claim), DenialAnswers(desk.denials(claim))

    with pytest.raises(NotPermitted, match="not for the role"):
        answer(desk, task, "confirm", denials=named, by=acting("ops"))
    answer(desk, task, "confirm", denials=named, by=acting("ana"))

    report = verify_with_signatures(desk.made.network.ledger)
    assert (report.ok, report.signatures) == (True, 4)


def test_a_headline_that_repeats_a_claim_is_no_task(desk: Desk) -> None:
    """One question is enough."""

    def read(data: bytes, uri: str, media_type: str) -> Article:
        article = made_article(data, uri, media_type)
        first, *others = article.claims
        return replace(article, claims=(replace(first, repeat_of="2"), *others))

    desk.add(read=read)

    assert len(waiting(desk)) == 4


def test_a_headline_that_repeats_a_denial_holds_nothing_up(desk: Desk) -> None:
    """The denial in the body is asked for in its place, and it has a task; the headline waits for nobody."""

    def read(data: bytes, uri: str, media_type: str) -> Article:
        article = made_article(data, uri, media_type)
        *others, last = article.claims
        headline = replace(article.claims[3], id="6", section="headline", repeat_of="4")
        return replace(article, claims=(*others, last, headline))

    claims = desk.document(desk.add(read=read).document).claims
    accusation, denial = claims[0], claims[3]

    assert accusation.denied_by == (denial.id,)
    assert claims[5].id not in [each.about["claim"] for each in waiting(desk)]
    desk.decide(denial.id)
    desk.decide(accusation.id, beside=[denial.id])
    assert desk.link(accusation.id).claim.links[0].relation == "about"
    desk.decide(denial.id, "reject")
    assert claims[5].id in [each.about["claim"] for each in waiting(desk)]


def test_a_document_whose_files_are_missing_takes_no_other_one_with_it(desk: Desk) -> None:
    """The claims of the others wait all the same; `doctor` says what is missing."""
    first, second = desk.add(), desk.add(f"{TEXT} ")
    for each in document_folder(desk.made.network, first.document).glob("reading-*"):
        each.unlink()

    assert [each.about["document"] for each in waiting(desk)] == [second.document] * 5


def test_who_keeps_the_tasks_has_those_that_are_read_anew(desk: Desk) -> None:
    """After every act, and when a file of a document goes away, is put back or is erased."""
    kept = KeptClaimTasks(desk.made.network)

    def same() -> int:
        with read_ledger(desk.made.network.ledger) as ledger:
            found = list(kept.read(ledger))
            assert found == list(claim_tasks(desk.made.network, ledger))
            again = list(kept.read(ledger))
        assert all(one is other for one, other in zip(again, found, strict=True))
        return len(found)

    numbers = [same()]
    document = desk.add().document
    numbers.append(same())
    claims = desk.document(document).claims
    desk.decide(claims[4].id)
    numbers.append(same())
    (reading,) = document_folder(desk.made.network, document).glob("reading-*")
    away = reading.rename(desk.made.folder / reading.name)
    numbers.append(same())
    away.rename(reading)
    desk.add(f"{TEXT} ")
    numbers.append(same())
    desk.decide(claims[3].id, "reject")
    numbers.append(same())
    erase(desk.made.network.ledger, (), desk.tick(), basis="GDPR Art. 17", by="DPO", subject=document)
    numbers.append(same())

    assert numbers == [0, 5, 4, 0, 9, 8, 5]
