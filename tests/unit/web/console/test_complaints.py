"""The desk of complaints: from the message to the answer, each act by a form, as the verb would record it."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import get_args

import pytest

from evenhand.model.complaint_codes import EventKind
from evenhand.web.console.areas.complaints import HAPPENED
from evenhand.web.console.console import Console
from evenhand.web.console.page_forms import PageForms
from evenhand.workflows.complaint_records.complaint_store import complaints_of, open_complaints
from evenhand.workflows.complaints.attachments import attachments_folder, keep_attachment
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.complaints.reviewing import answer
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.sessions import session_signer
from evenhand.workflows.queries import explain
from tests.people import write_staff
from tests.unit.web.api.programs import program, secret_of
from tests.unit.web.console.clients import Browser, browser, console_of, copy_network, forms_with

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def console(console_network: Path, tmp_path: Path) -> Iterator[Console]:
    network = copy_network(console_network, tmp_path / "network")
    write_staff(network)
    with console_of(network) as made:
        yield made


@pytest.fixture
def complaint(console: Console) -> str:
    """File a complaint about a refusal and return its id."""
    decided = explain(console.network(), "advertiser:rt", console.machine.now()).in_force[0].decision.id
    body = {"decision": decided, "reasons": ["facts_wrong"], "words": f"made-up words {SCRIPT}", "filed_by": SCRIPT,
            "contact": "a@b.example", "informed_on": f"{console.machine.now():%Y-%m-%d}"}  # fmt: skip
    answer = program(console, secret_of(console, "ops", ["complain"])).post("/complaints", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def state(console: Console, complaint: str) -> str:
    return str(complaints_of(console.network()).get(complaint).state)


def send(person: Browser, complaint: str, act: str, **fields: str) -> int:
    """Send the form of an act as its page would; return the status."""
    return int(person.send_form(f"/complaints/{complaint}/{act}", "/complaints/" + complaint, **fields).status_code)


def test_a_complaint_goes_from_the_message_to_the_answer_by_two_people(console: Console, complaint: str) -> None:
    """Admitted, taken, read, answered: each recorded for the person of the session, and signed."""
    rob = browser(console, "rob")

    assert complaint[:10] in rob.get("/complaints").text
    assert send(rob, complaint, "admit") == 303
    assert send(rob, complaint, "assign", conflict="no") == 303
    assert "The first reasoning" not in rob.get(f"/complaints/{complaint}").text
    assert send(rob, complaint, "show") == 303
    assert "The first reasoning" in rob.get(f"/complaints/{complaint}").text
    proposal = {"outcome": "upheld", "code": "facts_confirmed", "words": "made-up answer", "to-facts_wrong": "made up"}
    assert send(rob, complaint, "propose", **proposal) == 303

    standing = complaints_of(console.network()).get(complaint)
    assert standing.state in ("decided", "proposed")
    assert "made-up answer" in rob.get(f"/complaints/{complaint}").text
    assert all(each.signed is not None for each in standing.events if each.by == "rob")


def to_answer(person: Browser, complaint: str) -> None:
    """Bring a complaint as far as its answer, by one person."""
    for act, fields in (("admit", {}), ("assign", {"conflict": "no"}), ("show", {})):
        assert send(person, complaint, act, **fields) == 303


REVERSAL = {"outcome": "reversed", "code": "wrong_entity", "words": "made-up answer", "to-facts_wrong": "made up"}


def test_a_reviewer_says_on_the_page_that_an_entry_is_not_the_same(console: Console, complaint: str) -> None:
    """A refused party has no task: without this a wrong match could be reversed by the command line alone."""
    rob = browser(console, "rob")
    to_answer(rob, complaint)
    fields = re.findall(r'name="(judge-[^"]+)" value="not-same"', rob.get(f"/complaints/{complaint}").text)

    unchanged = rob.send_form(f"/complaints/{complaint}/propose", f"/complaints/{complaint}", **REVERSAL)
    answered = rob.send_form(f"/complaints/{complaint}/propose", f"/complaints/{complaint}",
                             **REVERSAL | dict.fromkeys(fields, "not-same"))  # fmt: skip

    assert unchanged.status_code == 409
    assert "no fact changes" in unchanged.text
    assert answered.status_code == 303
    standing = complaints_of(console.network()).get(complaint)
    assert standing.state == "proposed"
    assert [(f"judge-{each.list}#{each.entity_id}", each.verdict) for each in standing.changes] == [
        (field, "not-same") for field in fields
    ]


def test_the_second_reviewer_sees_which_facts_change(console: Console, complaint: str) -> None:
    """Words alone do not say what is confirmed."""
    rob = browser(console, "rob")
    to_answer(rob, complaint)
    fields = re.findall(r'name="(judge-[^"]+)" value="not-same"', rob.get(f"/complaints/{complaint}").text)
    send(rob, complaint, "propose", **REVERSAL | dict.fromkeys(fields, "not-same"))

    page = browser(console, "rea").get(f"/complaints/{complaint}").text
    answer = page.partition("The answer, as proposed by")[2].partition('id="history"')[0]

    assert "What is stated to be so" in answer
    assert all(f"{field.removeprefix('judge-')}</bdi>: not-same" in answer for field in fields)


def test_an_answer_that_cannot_be_is_shown_again_with_its_words(console: Console, complaint: str) -> None:
    """Also where what was chosen is not there: the words are an hour's."""
    rob = browser(console, "rob")
    to_answer(rob, complaint)
    (field,) = re.findall(r'name="(judge-[^"]+)" value="not-same"', rob.get(f"/complaints/{complaint}").text)[:1]
    answer = rob.send_form(f"/complaints/{complaint}/propose", f"/complaints/{complaint}",
                           **REVERSAL | {field: "perhaps"})  # fmt: skip

    assert answer.status_code == 400
    assert "made-up answer" in answer.text


def test_the_page_names_the_party_beside_its_id(console: Console, complaint: str) -> None:
    """An id is nobody's name."""
    page = browser(console, "rob").get(f"/complaints/{complaint}").text
    heading = page.partition("<h1>")[2].partition("</h1>")[0]

    assert heading.startswith("Complaint about RT")
    assert "advertiser <bdi>rt</bdi>" in page


def test_the_foot_says_utc_where_the_zone_is_utc(console: Console) -> None:
    """`Times are of Etc/UTC unless they say UTC` says nothing."""
    settings = console.folder / "evenhand.toml"
    before = browser(console, "rob").get("/complaints").text
    text = re.sub('(?m)^zone = "[^"]*"', 'zone = "Etc/UTC"', settings.read_text("utf-8"))
    settings.write_text(text, "utf-8")

    assert "unless they say UTC" in before
    assert "Times are in UTC." in browser(console, "rob").get("/complaints").text


def test_what_was_refused_is_said_and_what_was_typed_is_still_there(console: Console, complaint: str) -> None:
    """A person who wrote an answer for an hour must not lose it to a missing box."""
    rob = browser(console, "rob")
    for act, fields in (("admit", {}), ("assign", {"conflict": "no"}), ("show", {})):
        send(rob, complaint, act, **fields)
    answer = rob.send_form(f"/complaints/{complaint}/propose", f"/complaints/{complaint}", outcome="upheld",
                           words="words of an hour")  # fmt: skip

    assert answer.status_code == 400
    assert "no outcome code" in answer.text
    assert "words of an hour" in answer.text
    assert state(console, complaint) == "under_review"


def test_a_refused_answer_stands_in_its_own_form_alone_which_is_the_one_that_is_open(
    console: Console, complaint: str
) -> None:
    """The words of an answer in the form of a question went out as a letter by one press of the button."""
    rob = browser(console, "rob")
    for act, fields in (("admit", {}), ("assign", {"conflict": "no"}), ("show", {})):
        send(rob, complaint, act, **fields)
    page = rob.send_form(f"/complaints/{complaint}/propose", f"/complaints/{complaint}", outcome="upheld",
                         code="facts_confirmed", words="words of an hour").text  # fmt: skip

    assert forms_with(page, "words of an hour") == [{f"/complaints/{complaint}/propose"}]
    folds = PageForms(page).folds
    opened = [page[end : page.index("</summary>", end)] for start, end in folds if " open" in page[start:end]]
    assert opened == ["<summary>Propose an answer"]
    assert re.search('name="outcome" value="upheld" checked', page)
    assert len(re.findall('<details class="card" open', rob.get(f"/complaints/{complaint}").text)) == 1


def test_the_history_says_what_happened(console: Console, complaint: str) -> None:
    """`file` and `Admit` read like buttons."""
    history = browser(console, "rob").get(f"/complaints/{complaint}").text.partition('id="history"')[2]

    assert "<p>Filed</p>" in history
    assert "<p>Acknowledged</p>" in history


def test_every_event_of_a_complaint_has_its_sentence_in_the_history() -> None:
    """`comparators` and `tell` are words of the record."""
    assert set(get_args(EventKind)) - HAPPENED.keys() == set()


def test_an_upheld_complaint_is_not_said_to_be_decided_again(console: Console, complaint: str) -> None:
    """What is left to do is to tell the complainant."""
    rob = browser(console, "rob")
    for act, fields in (("admit", {}), ("assign", {"conflict": "no"}), ("show", {})):
        send(rob, complaint, act, **fields)
    proposal = {"outcome": "upheld", "code": "facts_confirmed", "words": "made-up answer", "to-facts_wrong": "made up"}
    send(rob, complaint, "propose", **proposal)
    page = rob.get(f"/complaints/{complaint}").text

    assert state(console, complaint) == "decided"
    assert "The decision stays as it is: the complainant is told, and the complaint is closed." in page
    assert "it is decided again" not in page


def test_who_may_not_is_refused_by_the_workflow(console: Console, complaint: str) -> None:
    """The page shows the form to anybody; the staff's rules decide."""
    aud = browser(console, "aud")
    answer = aud.send_form(f"/complaints/{complaint}/admit", f"/complaints/{complaint}")

    assert answer.status_code == 403
    assert "is not for the role auditor" in answer.text
    assert ("aud", "not permitted") in [(each.person, each.what) for each in console.read_log.last(3)]
    assert state(console, complaint) == "acknowledged"


def test_what_a_complainant_wrote_is_text_on_every_page(console: Console, complaint: str) -> None:
    """They are strangers, and their words are read by people who may decide."""
    rob = browser(console, "rob")
    page = rob.get(f"/complaints/{complaint}").text

    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    assert SCRIPT not in rob.get("/complaints?view=all").text


@pytest.mark.parametrize("act", ["no-such-act", "settle", "confirm", "close"])
def test_an_act_that_the_state_does_not_allow_changes_nothing(console: Console, complaint: str, act: str) -> None:
    """Also one that somebody types into the address."""
    rob = browser(console, "rob")

    assert send(rob, complaint, act) in (400, 403, 409)
    assert state(console, complaint) == "acknowledged"


def test_the_second_of_two_who_admit_a_complaint_is_told_who_was_first(console: Console, complaint: str) -> None:
    """In the words of the page, and not with the names of states and events."""
    rob, rea = browser(console, "rob"), browser(console, "rea")
    assert send(rob, complaint, "admit") == 303

    second = rea.send_form(f"/complaints/{complaint}/admit", f"/complaints/{complaint}")

    told = unescape(second.text.partition('class="problem"')[2].partition("</p>")[0])
    assert second.status_code == 409
    assert "“Admit” is not possible now, and nothing was recorded: the last step is “Admit”, by rob on " in told
    assert "allowed in state" not in told
    assert state(console, complaint) == "admissible"


def test_words_of_people_stand_in_their_own_direction(console: Console, complaint: str) -> None:
    """An Arabic complaint was shown from left to right; names and addresses are set apart from what is around them."""
    page = browser(console, "rob").get(f"/complaints/{complaint}").text

    assert '<p dir="auto">made-up words' in page
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi> · <bdi>a@b.example</bdi>" in page


def test_reading_a_complaint_is_logged(console: Console, complaint: str) -> None:
    """Who looked at whose words."""
    browser(console, "rob").get(f"/complaints/{complaint}")

    assert (console.read_log.last(1)[0].person, console.read_log.last(1)[0].about) == ("rob", complaint)


def attach(console: Console, complaint: str, name: str, data: bytes) -> str:
    """File a complaint like another with a file, and return the path of the file in the console."""
    with open_complaints(console.network(), console.machine.now(), console.tools()) as held:
        about = decision_named(held.ledger, held.complaints.get(complaint).decision)
        kept = keep_attachment(held.network, name, data)
        filed = file_complaint(held, about, StatedComplaint(words="See the file.", attachments=(kept,)), "a test")
    return f"/complaints/{filed.complaint.id}/files/{kept.sha256}"


def test_a_reviewer_opens_what_the_complainant_attached(console: Console, complaint: str) -> None:
    """As a file to be saved, whatever it says that it is; who was given it is kept."""
    path = attach(console, complaint, 'Register "1" – Übersicht.html', SCRIPT.encode())
    rob = browser(console, "rob")

    assert f'href="{path}"' in rob.get(path.partition("/files")[0]).text
    given = rob.get(path)

    assert (given.status_code, given.content) == (200, SCRIPT.encode())
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-disposition"] == (
        "attachment; filename*=utf-8''Register%20%221%22%20%E2%80%93%20%C3%9Cbersicht.html"
    )
    entry = console.read_log.last(1)[0]
    assert (entry.person, entry.what) == ("rob", "file of a complaint")
    assert entry.about.startswith(path.split("/")[2])


def test_a_file_that_was_added_later_is_given_too(console: Console, complaint: str) -> None:
    """With an answer to a question."""
    network, now = console.network(), console.machine.now()
    with open_complaints(network, now, console.tools()) as held:
        kept = keep_attachment(network, "later.pdf", b"made up")
        acting = Acting("rob", "", session_signer(network, now))
        answer(held, held.complaints.get(complaint), acting, "See the file.", (kept,))
    rob = browser(console, "rob")

    assert "later.pdf" in rob.get(f"/complaints/{complaint}").text
    assert rob.get(f"/complaints/{complaint}/files/{kept.sha256}").content == b"made up"


@pytest.mark.parametrize(
    ("data", "status", "says"),
    [(None, 404, "attachment is missing"), (b"other", 409, "attachment was changed since it came")],
)
def test_a_file_that_is_lost_or_another_one_is_not_given(
    console: Console, complaint: str, data: bytes | None, status: int, says: str
) -> None:
    """One clear line; no bytes that the complainant did not send."""
    path = attach(console, complaint, "a.pdf", b"made up")
    kept = attachments_folder(console.network()) / path.rpartition("/")[2]
    if data is None:
        kept.unlink()
    else:
        kept.write_bytes(data)
    answer = browser(console, "rob").get(path)

    assert answer.status_code == status
    assert says in answer.text.lower()
    assert "file of a complaint" not in [each.what for each in console.read_log.last(3)]


def test_a_file_of_another_complaint_is_not_given(console: Console, complaint: str) -> None:
    """Nor is any other file of the network's folder, nor anything to somebody who is not logged in."""
    path = attach(console, complaint, "a.pdf", b"made up")

    assert browser(console, "rob").get(f"/complaints/{complaint}/files/{'0' * 64}").status_code == 404
    assert browser(console).get(path).status_code == 303


@pytest.mark.parametrize(("language", "words"), [("de", "in German"), ("", "in English"), ("ru", "in Russian")])
def test_the_page_says_in_which_language_the_letter_goes_out(
    console: Console, complaint: str, language: str, words: str
) -> None:
    """What a reviewer writes stands in the letter as it is: in another language nobody could read it."""
    with open_complaints(console.network(), console.machine.now(), console.tools()) as held:
        about = decision_named(held.ledger, held.complaints.get(complaint).decision)
        stated = StatedComplaint(words="In other words.", language=language)
        filed = file_complaint(held, about, stated, "a test").complaint
    page = browser(console, "rob").get(f"/complaints/{filed.id}").text

    assert f"They go to the complainant, whose letter is {words}." in page


def test_the_list_names_the_party_and_the_day_that_it_is_sorted_by(console: Console, complaint: str) -> None:
    """An id and `admit or reject` say neither whom it is about nor how long there is time."""
    page = browser(console, "rob").get("/complaints").text
    admit = complaints_of(console.network()).get(complaint).deadline("admit")

    assert '<bdi>RT</bdi> <span class="quiet"><bdi>rt</bdi></span>' in page
    assert admit is not None
    assert f"admit or reject by {admit.due_at.astimezone(console.network().settings.zone):%Y-%m-%d}" in page


def test_lifting_the_restriction_is_offered_only_where_there_is_one_to_lift(console: Console, complaint: str) -> None:
    """Not for a decision about a campaign: the form was there, and could only be refused."""
    rob, network = browser(console, "rob"), console.network()
    with read_ledger(network.ledger) as ledger:
        decided = [decision_of(payload) for _, _, payload in ledger.entries("decision") if payload]
    of_campaign = next(each for each in decided if each.scope.startswith("campaign:") and each.outcome != "allow")
    with open_complaints(network, console.machine.now(), console.tools()) as held:
        about = decision_named(held.ledger, of_campaign.id)
        today = console.machine.now().date()
        stated = StatedComplaint(words="made-up words", reasons=("facts_wrong",), informed_on=today)
        other = file_complaint(held, about, stated, "a test").complaint.id
    for each in (complaint, other):
        assert send(rob, each, "admit") == 303

    assert f"/complaints/{complaint}/interim_relief" in rob.get(f"/complaints/{complaint}").text
    assert f"/complaints/{other}/interim_relief" not in rob.get(f"/complaints/{other}").text


def test_a_late_complaint_is_shown_as_late_and_not_offered_to_be_admitted(console: Console) -> None:
    """A button that can only fail costs a click and trust."""
    decided = explain(console.network(), "advertiser:rt", console.machine.now()).in_force[0].decision.id
    body = {"decision": decided, "reasons": ["facts_wrong"], "words": "made-up words, years later"}
    late = program(console, secret_of(console, "ops", ["complain"])).post("/complaints", json=body).json()["id"]
    page = browser(console, "rob").get(f"/complaints/{late}").text

    assert "cannot be admitted: out of time" in page
    assert f"/complaints/{late}/admit" not in page
    assert f"/complaints/{late}/reject_form" in page
