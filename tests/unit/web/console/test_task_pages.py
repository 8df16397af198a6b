"""The page of a task: what a person sees before they answer, and what an answer records."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from evenhand.model.record import sha256_hex
from evenhand.model.task import Task
from evenhand.web.console.areas.task_forms import fact_fields
from evenhand.web.console.console import Console
from tests.networks import DAY_1, full_network, put_under_a_law
from tests.people import write_staff
from tests.unit.web.console.clients import Browser, browser, console_of, forms_with

WHY = "founded elsewhere, by others"


def of_kind(console: Console, kind: str) -> list[Task]:
    return [each for each in console.board().unanswered if each.kind == kind and each.state == "open"]


def answer(person: Browser, task: Task, **fields: str) -> Any:
    """Send the answer form of a task as its page has it."""
    page = person.get(f"/tasks/{task.id}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(token|mark|seen)" value="([^"]*)"', page))
    return person.post(f"/tasks/{task.id}/answer", data=hidden | {"why": WHY, "do": "record"} | fields)


def test_every_task_has_a_page(ana: Browser, console: Console) -> None:
    """Each kind of the sample network, with its question as the heading."""
    for each in console.board().unanswered:
        assert ana.get(f"/tasks/{each.id}").status_code == 200
    assert ana.get("/tasks/t0000000000").status_code == 404
    assert ana.get("/tasks/t0").status_code == 400


def test_every_party_that_a_task_links_to_has_a_page(ana: Browser, console: Console) -> None:
    """An owner that is neither advertiser nor payer has none: its name is no link."""
    tasks = console.board().unanswered
    pages = [ana.get(f"/tasks/{each.id}").text for each in tasks]

    links = {link for page in pages for link in re.findall(r'href="(/parties/[^"]+)"', page)}

    assert any(party.kind == "owner" for each in tasks for party in each.concerned)
    assert links
    assert {link: status for link in links if (status := ana.get(link).status_code) != 200} == {}


def test_a_match_shows_both_sides_and_what_follows_before_an_answer(ana: Browser, console: Console) -> None:
    """The point first, what agrees marked, the comparisons folded, and the outlook beside each answer."""
    task = next(each for each in of_kind(console, "match") if each.concerned[0].id == "qm-bakery")

    page = ana.get(f"/tasks/{task.id}").text

    assert "Same name; the country is the same." in page
    assert page.count('class="same">agrees') == 3
    assert re.search(r"<details[^>]*><summary>Word by word", page)
    assert "would be refused (now on hold)" in page
    assert "could buy (now on hold)" in page


def test_who_was_shown_a_match_is_kept(ana: Browser, console: Console) -> None:
    """It is personal data, and an operator sees who read it."""
    task = of_kind(console, "match")[0]

    ana.get(f"/tasks/{task.id}")

    entry = console.read_log.last(1, 0, "ana")[0]
    assert entry.about == task.concerned[-1].id


def test_an_answer_is_recorded_signed_and_leads_to_the_next_task(written: Console) -> None:
    """By whom and in which role, as on the command line; the next task is of the same search."""
    ana = browser(written, "ana")
    first, second = of_kind(written, "match")[:2]
    page = ana.get(f"/tasks/{first.id}?kind=match").text
    hidden = dict(re.findall(r'<input type="hidden" name="(token|mark|seen)" value="([^"]*)"', page))

    done = ana.post(f"/tasks/{first.id}/answer?kind=match", data=hidden | {"why": WHY, "answer": "unsure"})

    assert (done.status_code, done.headers["location"]) == (303, f"/tasks/{second.id}?kind=match")
    assert "Recorded unsure" in ana.get(done.headers["location"]).text
    event = written.board().events[first.id][-1].event
    assert (event.by, event.answer, event.words) == ("ana", "unsure", WHY)
    assert event.signed is not None
    assert (event.signed.how, event.signed.role) == ("session", "analyst")
    again = ana.get(f"/tasks/{first.id}").text
    assert "Earlier judgements" in again
    assert WHY in again


def test_an_answer_without_words_is_shown_again_with_what_was_chosen(written: Console) -> None:
    """Nothing is recorded, and nothing has to be chosen again."""
    ana, task = browser(written, "ana"), of_kind(written, "match")[0]

    refused = answer(ana, task, answer="not-same", why=" ")

    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert re.search(r'value="not-same" required checked', refused.text)
    assert written.board().find(task.id).state == "open"


def test_the_second_of_two_is_told_what_the_first_did(written: Console) -> None:
    """Two people open a task; one claims it, the other's answer is refused and their words are kept."""
    ana, ben, task = browser(written, "ana"), browser(written, "ben"), of_kind(written, "match")[0]
    page = ben.get(f"/tasks/{task.id}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(token|mark|seen)" value="([^"]*)"', page))
    ana.send_form(f"/tasks/{task.id}/act", f"/tasks/{task.id}", do="claim")

    late = ben.post(f"/tasks/{task.id}/answer", data=hidden | {"why": "my own words", "answer": "unsure"})

    assert late.status_code == 409
    assert "What others did since you opened it" in late.text
    assert "claimed it" in late.text
    assert "my own words" in late.text
    ana.send_form(f"/tasks/{task.id}/act", f"/tasks/{task.id}", do="unclaim")
    assert written.board().find(task.id).state == "open"


def test_an_answer_to_what_has_changed_since_is_refused(written: Console) -> None:
    """The mark of the page is that of the question it showed."""
    ana, task = browser(written, "ana"), of_kind(written, "match")[0]

    refused = answer(ana, task, answer="unsure", mark="000000000000", why="typed before")

    assert refused.status_code == 409
    assert "has changed since" in refused.text
    assert "typed before" in refused.text


def test_the_same_answer_sent_twice_is_recorded_once_and_said_to_be_recorded(written: Console) -> None:
    """Enter pressed twice: what stands is not called refused. Other words, or another person, are."""
    ana, ben = browser(written, "ana"), browser(written, "ben")
    # Of what another test has just said something nothing more is said within that second.
    task = min(of_kind(written, "match"), key=lambda each: len(each.history))
    pages = {each: each.get(f"/tasks/{task.id}").text for each in (ana, ben)}
    hidden = {each: dict(re.findall(r'<input type="hidden" name="(token|mark|seen)" value="([^"]*)"', page))
              for each, page in pages.items()}  # fmt: skip
    before = [each.kind for each in task.history]
    path, given = f"/tasks/{task.id}/answer", {"why": WHY, "answer": "not-same", "do": "record"}

    first, again = (ana.post(path, data=hidden[ana] | given) for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 303)
    assert "Recorded not-same" in ana.get(again.headers["location"]).text
    assert [each.kind for each in written.board().find(task.id).history] == [*before, "answer"]
    assert "open since" in pages[ana]
    assert "open since" not in ana.get(f"/tasks/{task.id}").text
    assert ana.post(path, data=hidden[ana] | given | {"why": "other words"}).status_code == 409
    assert ben.post(path, data=hidden[ben] | given).status_code == 409


def test_a_hold_is_tried_before_it_is_answered(written: Console) -> None:
    """What would follow is shown, the fields stay as typed, and nothing is recorded."""
    ana = browser(written, "ana")
    task = next(each for each in of_kind(written, "hold") if "--verified" in each.about.get("changes", ""))
    fields = {"answer": "release", "verified": "document", "verified_until": "2099-01-31", "sha256": "a" * 64}

    tried = answer(ana, task, do="try", **fields)

    assert tried.status_code == 200
    assert "What would follow" in tried.text
    assert "Nothing was recorded" in tried.text
    assert 'value="2099-01-31"' in tried.text
    assert written.board().find(task.id).state == "open"


def test_a_document_of_a_hold_is_kept_by_its_hash_where_the_form_comes_back(written: Console) -> None:
    """A browser never fills in a file: the answer would be recorded without the document. It may be a large one."""
    ana = browser(written, "ana")
    task = next(each for each in of_kind(written, "hold") if "--verified" in each.about.get("changes", ""))
    fields = {"answer": "release", "verified": "document", "verified_until": "2099-01-31", "code": "identity_verified"}
    data = b"made up" * 300_000
    page = ana.get(f"/tasks/{task.id}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(token|mark|seen)" value="([^"]*)"', page))
    sent = hidden | fields | {"why": WHY, "sha256": "a" * 64}
    files = {"document": ("<extract>.pdf", data, "application/pdf")}
    path = f"/tasks/{task.id}/answer"

    tried = ana.post(path, data=sent | {"do": "try"}, files=files)
    refused = ana.post(path, data=sent | {"verified_until": "soon", "do": "record"}, files=files)
    empty = ana.post(path, data=sent | {"do": "try"}, files={"document": ("empty.pdf", b"", "application/pdf")})

    assert [each.status_code for each in (tried, refused, empty)] == [200, 400, 400]
    for answered in (tried, refused):
        assert f'name="sha256" type="text" value="{"a" * 64} {sha256_hex(data)}"' in answered.text
        assert "The SHA-256 of “<bdi>&lt;extract&gt;.pdf</bdi>”, which you chose, is filled in." in answered.text
    assert f'name="sha256" type="text" value="{"a" * 64}"' in empty.text
    assert "is filled in" not in empty.text + page


def test_a_stated_fact_releases_a_hold(written: Console) -> None:
    """With its reason and the hash of what was seen; the document itself is not kept."""
    ana = browser(written, "ana")
    task = next(each for each in of_kind(written, "hold") if "--verified" in each.about.get("changes", ""))
    fields = {"answer": "release", "verified": "document", "verified_until": "2099-01-31", "code": "identity_verified"}

    given = answer(ana, task, sha256="a" * 64, **fields)

    assert given.status_code == 303, given.text
    event = written.board().events[task.id][-1].event
    assert (event.answer, event.codes) == ("release", ("identity_verified",))
    assert event.changes[0].documents == ("a" * 64,)
    assert f"SHA-256 {'a' * 64}" in ana.get(f"/tasks/{task.id}").text


def test_a_second_person_sees_what_is_stated_and_what_follows_before_they_confirm(written: Console) -> None:
    """Who confirms signs for the same facts: the shares, the document and the outcome stand above the button."""
    ana, rob = browser(written, "ana"), browser(written, "rob")
    task = next(each for each in of_kind(written, "hold") if each.concerned[0].id == "mixed-owners")
    shares = {each.name: "1" for each in fact_fields(task) if each.kind == "share"}

    given = answer(ana, task, sha256="b" * 64, answer="release", code="ownership_shown", **shares)
    page = rob.get(f"/tasks/{task.id}").text

    assert given.status_code == 303, given.text
    assert written.board().find(task.id).state == "second"
    assert "holds 1 %" in page
    assert "b" * 64 in page
    assert "What follows if you confirm" in page


@pytest.fixture(scope="module")
def by_law(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console of a network where a match is with an entry of a list under a binding law."""
    made = full_network(tmp_path_factory.mktemp("law") / "network")
    put_under_a_law(made)
    made.run(DAY_1)
    write_staff(made.folder)
    with console_of(made.folder, DAY_1 + timedelta(hours=1)) as console:
        yield console


def test_a_note_that_is_refused_stands_in_no_other_form(written: Console) -> None:
    """The words of a note are no answer, and its day is not until when a party is held."""
    ana = browser(written, "ana")
    task = of_kind(written, "hold")[0]

    page = ana.send_form(f"/tasks/{task.id}/act", f"/tasks/{task.id}", do="snooze", words="of a snooze",
                         until="2020-01-02").text  # fmt: skip

    assert forms_with(page, "of a snooze") == [{f"/tasks/{task.id}/act"}]
    assert forms_with(page, "2020-01-02") == [{f"/tasks/{task.id}/act"}]


def test_an_answer_about_a_law_waits_for_a_second_person_who_confirms_it(by_law: Console) -> None:
    """Four eyes: who gave the answer cannot confirm it; an objection needs words and opens the task again."""
    ana, rob, task = browser(by_law, "ana"), browser(by_law, "rob"), of_kind(by_law, "match")[0]
    path = f"/tasks/{task.id}"

    assert answer(ana, task, answer="not-same").status_code == 303
    assert by_law.board().find(task.id).state == "second"
    own = ana.get(path).text
    assert "Another person confirms it or objects" in own
    assert ">Confirm</button>" not in own
    assert path in rob.get("/").text
    assert rob.send_form(f"{path}/second", path, do="object").status_code == 400  # type: ignore[attr-defined]
    rob.send_form(f"{path}/second", path, do="object", words="of another company")
    assert by_law.board().find(task.id).state == "open"
    assert "of another company" in ana.get(path).text

    answer(ana, task, answer="not-same")
    done = rob.send_form(f"{path}/second", path, do="confirm", words="I saw it too")

    assert done.status_code == 303, done.text  # type: ignore[attr-defined]  # an answer of the client
    assert task.id not in [each.id for each in by_law.board().unanswered]
    assert "confirmed the answer" in ana.get(path).text


def test_a_hold_that_no_fact_lifts_is_not_released(written: Console) -> None:
    """The rules decide: an answer that states nothing new is refused."""
    task = of_kind(written, "hold")[0]

    refused = answer(browser(written, "ana"), task, answer="release", code="rule_fits")

    assert refused.status_code in (400, 409)
    assert written.board().find(task.id).state == "open"


def test_a_release_without_a_fact_is_refused_in_the_words_of_the_page(written: Console) -> None:
    """Who works in a browser has a field of the page to fill in, and no option of a command."""
    task = next(each for each in of_kind(written, "hold") if "changes" in each.about)

    refused = answer(browser(written, "ana"), task, answer="release", code="rule_fits", why="It is fine.")

    problem = refused.text.partition('role="alert"')[2].partition("</")[0]
    assert refused.status_code == 400
    assert "What is otherwise than the rules saw it" in problem
    assert "expected" not in problem
    assert "code " not in problem


def test_a_community_is_answered_with_its_techniques(written: Console) -> None:
    """Techniques are set by people alone, with the answer."""
    ana, task = browser(written, "ana"), of_kind(written, "finding")[0]
    page = ana.get(f"/tasks/{task.id}").text
    assert "What acts as one" in page
    assert "Behind " in page

    done = answer(ana, task, answer="no-circumvention", techniques="T0049.002")

    assert done.status_code == 303, done.text
    assert written.board().events[task.id][-1].event.techniques == ("T0049.002",)
    assert "T0049.002" in ana.get(f"/tasks/{task.id}").text


def test_notes_and_snoozes_are_done_from_the_page(written: Console) -> None:
    """Markup in a note is text; a snoozed task leaves the queue until its day."""
    ana, task = browser(written, "ana"), of_kind(written, "match")[-1]
    path = f"/tasks/{task.id}"

    ana.send_form(f"{path}/act", path, do="note", words="<script>alert(1)</script>")
    wrong = ana.send_form(f"{path}/act", path, do="snooze", until="soon", words="later")
    ana.send_form(f"{path}/act", path, do="snooze", until=f"{written.machine.now():%Y-12-31}", words="they are away")

    assert wrong.status_code == 400  # type: ignore[attr-defined]  # an answer of the client
    page = ana.get(path).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert written.board().find(task.id).state == "snoozed"
    assert task.id not in ana.get("/tasks").text
    assert task.id in ana.get("/tasks?state=snoozed").text


def test_like_cases_are_shown_by_themselves(ana: Browser, console: Console) -> None:
    """They take longest to find: a page of their own, or a part that a script fetches."""
    task = of_kind(console, "hold")[0]

    assert "Precedents" in ana.get(f"/tasks/{task.id}/precedents").text
    part = ana.get(f"/tasks/{task.id}/precedents", headers={"hx-request": "true"}).text
    assert "Precedents" in part
    assert "<html" not in part


def test_an_answer_from_another_site_is_refused(ana: Browser, console: Console) -> None:
    """The cookie goes along; the origin does not."""
    task = of_kind(console, "match")[0]

    refused = ana.post(f"/tasks/{task.id}/answer", data={"answer": "same"}, headers={"origin": "https://evil.example"})

    assert refused.status_code == 403
    assert console.board().find(task.id).state == "open"


def test_the_first_page_says_what_is_mine_and_what_is_urgent(ana: Browser, console: Console) -> None:
    """With links to act, and how the network stands below."""
    page = ana.get("/")

    assert page.status_code == 200
    assert "Most urgent of those that are nobody" in page.text
    assert "?who=nobody&amp;state=open" in page.text  # escaped once: else the second choice is lost
    assert f'href="/tasks/{console.board().unanswered[0].id}' in page.text
    assert page.text.count("open tasks") == 1


def test_a_hold_that_only_a_table_mends_shows_the_cell_and_offers_no_release(ana: Browser, console: Console) -> None:
    """A button that is always refused wastes an analyst's morning."""
    task = next(each for each in of_kind(console, "hold") if each.concerned[0].id == "lantern-books")

    page = ana.get(f"/tasks/{task.id}").text

    assert "Enter the payer in the table data/campaigns.csv, row c-lantern-hidden, column bill_to, then run." in page
    assert 'href="/upload?table=campaigns"' in page
    assert re.findall(r'name="answer" value="([a-z-]+)"', page) == ["keep"]
    assert "You cannot release or refuse it here" in page
    other = next(each for each in of_kind(console, "hold") if each.concerned[0].id == "forty-nine")
    assert 'value="release"' in ana.get(f"/tasks/{other.id}").text


def test_a_title_says_who_and_what_and_the_question_stands_below(ana: Browser, console: Console) -> None:
    """A title of three lines is read by nobody in a queue of fifty."""
    titles = {each.title for each in console.board().unanswered}
    page = ana.get("/tasks").text

    assert max(map(len, titles)) <= 80
    assert "Dravik Mills: is it the listed Dravik Mills?" in titles
    assert "Ilverton Timber: release or refuse?</bdi></a><br>" in page
    assert "forty-nine: Listed owners hold a quarter or more" in page


def test_who_may_not_answer_sees_who_may_and_no_form(written: Console) -> None:
    """To fill in a form that is refused at its end is worse than to be told at once."""
    person = browser(written, "aud")
    for kind in ("match", "hold"):
        page = person.get(f"/tasks/{of_kind(written, kind)[0].id}").text

        assert "Your roles do not include it" in page
        assert "(ana, ben, " in page
        assert 'name="answer"' not in page
        assert "Claim for eight hours" not in page
    queue = person.get("/tasks").text
    assert ('name="task"' in queue, 'name="one"' in queue) == (False, False)
    assert 'name="answer"' in browser(written, "ben").get(f"/tasks/{of_kind(written, 'match')[0].id}").text


def test_a_role_that_may_do_a_part_sees_that_part(written: Console) -> None:
    """An operator works on tasks and judges no match."""
    page = browser(written, "ops").get(f"/tasks/{of_kind(written, 'match')[0].id}").text

    assert "To answer it is for the role analyst, reviewer or legal" in page
    assert 'name="answer"' not in page
    assert "Leave a note" in page


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("list", "/lists/sample-us"),
        ("statement", "/decisions/d-"),
        ("release", "/rules/draft"),
        ("drift", "--format csv"),
    ],
)
def test_a_task_about_no_party_says_what_to_do_and_leads_there(ana: Browser, kind: str, way: str) -> None:
    """`Done` alone says nothing about what somebody has to have done."""
    (task,) = re.findall(r'href="(/tasks/t[0-9a-f]{10})', ana.get(f"/tasks?kind={kind}").text)[:1]
    page = ana.get(task).text
    todo = page.partition('id="todo"')[2].partition("</section>")[0]

    assert way in todo
    for path in re.findall(r'href="([^"]+)"', todo):
        assert ana.get(path).status_code == 200
