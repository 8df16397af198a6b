"""A form that came in after its session had ended: kept for its person, shown to them, never sent by itself."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from evenhand.web.console.console import Console
from tests.people import ROLES, write_staff
from tests.unit.web.console.clients import ADDRESS, PASSWORD, Browser, browser, console_of, copy_network

WHY = "made-up words & <b>more</b>"
AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at


@pytest.fixture(scope="module")
def network(console_network: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_network(console_network, tmp_path_factory.mktemp("kept") / "network")
    write_staff(folder)
    return folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def console(network: Path, clock: Clock) -> Iterator[Console]:
    with console_of(network, clock=clock) as made:
        made.tables.rows("DELETE FROM kept_form")
        yield made


def answer_form(person: Browser, console: Console) -> tuple[str, dict[str, str]]:
    """Return the address of a match's page, and its form as a person has filled it in."""
    task = next(each for each in console.board().unanswered if each.kind == "match")
    page = person.get(f"/tasks/{task.id}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(token|mark|seen)" value="([^"]*)"', page))
    return f"/tasks/{task.id}", hidden | {"answer": "not-same", "why": WHY, "do": "record"}


def send_late(person: Browser, page: str, form: dict[str, str]) -> "TestClient":
    return person.post(f"{page}/answer", data=form, headers={"referer": f"{ADDRESS}{page}"})  # type: ignore[no-any-return]


def log_in(person: Browser, name: str, target: str = "/kept") -> str:
    person.cookies.clear()
    return str(person.post("/login", data={"person": name, "password": PASSWORD, "next": target}).headers["location"])


def test_a_form_that_is_sent_after_the_session_ended_is_shown_again_after_log_in(
    console: Console, clock: Clock
) -> None:
    """An hour of reading, ten lines of reasons, and the session is over: the words are not."""
    ana = browser(console, "ana")
    page, form = answer_form(ana, console)
    clock.at += timedelta(hours=3)

    answer = send_late(ana, page, form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fkept")
    assert "What you typed is kept for half an hour" in ana.get("/login?next=%2Fkept").text
    assert WHY not in ana.get("/login?next=%2Fkept").text
    assert log_in(ana, "ana") == "/kept"

    shown = ana.get("/kept").text
    assert "What you typed is filled in below" in shown
    assert "made-up words &amp; &lt;b&gt;more&lt;/b&gt;</textarea>" in shown
    assert re.search(r'id="answer-not-same"[^>]* checked>', shown)
    assert form["token"] not in shown
    task = console.board().find(page.rpartition("/")[2])
    assert task.state == "open", "nothing was sent by itself"
    assert "Look at it, and send it" in ana.get("/").text


def test_what_was_shown_again_is_sent_once_and_then_gone(console: Console, clock: Clock) -> None:
    """The form of the page that shows it goes through, with the token of the new session."""
    ana = browser(console, "ana")
    page, form = answer_form(ana, console)
    clock.at += timedelta(hours=3)
    send_late(ana, page, form)
    log_in(ana, "ana")
    shown = ana.get("/kept").text
    token = re.search(r'name="token" value="([^"]+)"', shown)
    assert token is not None

    sent = send_late(ana, page, form | {"token": token[1]})

    assert sent.status_code == 303
    assert console.board().find(page.rpartition("/")[2]).history[-1].words == WHY
    assert ana.get("/kept").headers["location"] == "/"


def test_another_person_who_logs_in_there_sees_nothing_of_it(console: Console, clock: Clock) -> None:
    """The machine may be shared: the words go to who typed them alone."""
    ana = browser(console, "ana")
    browser(console, "rob")
    page, form = answer_form(ana, console)
    clock.at += timedelta(hours=3)
    send_late(ana, page, form)

    log_in(ana, "rob")

    answer = ana.get("/kept")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "made-up words" not in ana.get("/").text
    log_in(ana, "ana")
    assert "made-up words" in ana.get("/kept").text


def test_a_form_of_somebody_else_who_was_logged_in_there_is_kept_for_them(console: Console) -> None:
    """Two tabs of one browser: in the second another person logged in meanwhile."""
    ana = browser(console, "ana")
    browser(console, "rob")
    page, form = answer_form(ana, console)
    log_in(ana, "rob")

    answer = send_late(ana, page, form)

    assert answer.status_code == 403
    assert "opened by another person" in answer.text
    assert "made-up words" not in answer.text
    assert [each.person for each in console.kept_forms.of("ana", AT)] == ["ana"]
    assert console.kept_forms.of("rob", AT) == []


def test_who_logged_in_again_in_another_tab_gets_the_form_with_the_new_token(console: Console) -> None:
    """Nothing is lost, and nothing recorded that a stale token sent."""
    ana = browser(console, "ana")
    page, form = answer_form(ana, console)
    log_in(ana, "ana")

    answer = send_late(ana, page, form)

    assert (answer.status_code, answer.headers["location"]) == (303, "/kept")
    assert "made-up words" in ana.get("/kept").text
    assert console.board().find(page.rpartition("/")[2]).state == "open"


def test_what_is_kept_is_gone_after_half_an_hour(console: Console, clock: Clock) -> None:
    """Words about a person do not stay where nobody asked for them."""
    ana = browser(console, "ana")
    page, form = answer_form(ana, console)
    clock.at += timedelta(hours=3)
    send_late(ana, page, form)
    clock.at += timedelta(minutes=31)

    log_in(ana, "ana")

    assert ana.get("/kept").headers["location"] == "/"
    assert console.tables.rows("SELECT count(*) FROM kept_form") == [(0,)]


@pytest.mark.parametrize("token", ["", "made-up"])
def test_a_form_of_nobody_known_is_not_kept(console: Console, token: str) -> None:
    """Who has no session's token cannot put words before anybody."""
    answer = browser(console).post("/people/add", data={"person": "mallory", "token": token})

    assert answer.status_code == 401
    assert console.tables.rows("SELECT count(*) FROM kept_form") == [(0,)]


def test_a_form_of_another_site_is_not_kept(console: Console, clock: Clock) -> None:
    """Even with a token that was known once."""
    ana = browser(console, "ana")
    page, form = answer_form(ana, console)
    clock.at += timedelta(hours=3)

    answer = ana.post(f"{page}/answer", data=form, headers={"origin": "https://evil.example"})

    assert answer.status_code == 401
    assert console.kept_forms.of("ana", clock.at) == []


def test_the_sessions_that_a_person_ended_keep_nothing_more(console: Console) -> None:
    """Who ends all sessions takes the machine where one was left from them."""
    left, ana = browser(console, "ana"), browser(console, "ana")
    page, form = answer_form(left, console)
    ana.send_form("/account/sessions", session="")

    assert send_late(left, page, form).status_code == 401
    assert console.kept_forms.of("ana", AT) == []


def test_who_lost_the_account_while_filling_in_a_form_is_told_so(console: Console) -> None:
    """It said that the form was too old or too large; it is kept for nobody, as nobody can send it."""
    rob = browser(console, "rob")
    page, form = answer_form(rob, console)
    console.accounts.set_disabled("rob", disabled=True)
    try:
        answer = send_late(rob, page, form)
        shown = rob.get(answer.headers["location"])
    finally:
        console.accounts.set_disabled("rob", disabled=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/login?ended=disabled")
    assert "Your account was disabled while you filled in the form, so nothing was recorded." in shown.text
    assert "Ask who runs this console." in shown.text
    assert console.kept_forms.of("rob", AT) == []


@pytest.mark.parametrize("reads_before", [False, True])
def test_who_is_no_more_in_the_staff_is_told_so(console: Console, network: Path, reads_before: bool) -> None:
    """Also where some page of theirs asked before, which ended the session."""
    rob = browser(console, "rob")
    page, form = answer_form(rob, console)
    before = (network / "staff.toml").read_text("utf-8")
    write_staff(network, {who: roles for who, roles in ROLES.items() if who != "rob"})
    try:
        if reads_before:
            assert rob.get("/").status_code == 303
        answer = send_late(rob, page, form)
        shown = rob.get(answer.headers["location"]).text
    finally:
        (network / "staff.toml").write_text(before, "utf-8")

    assert answer.headers["location"] == "/login?ended=staff"
    assert "By staff.toml your account cannot be used any more, so nothing was recorded." in shown
    assert console.kept_forms.of("rob", AT) == []
    assert rob.get("/login?ended=%3Cb%3E").status_code == 200


def test_passwords_and_tokens_are_never_kept(console: Console, clock: Clock) -> None:
    """A password stands nowhere but in its hash."""
    ana = browser(console, "ana")
    token = re.search(r'name="token" value="([^"]+)"', ana.get("/account").text)
    assert token is not None
    page, form = answer_form(ana, console)
    clock.at += timedelta(hours=3)
    words = {"token": token[1], "present": PASSWORD, "password": "another made up one", "again": "another made up one"}

    ana.post("/account/password", data=words)
    assert console.kept_forms.of("ana", clock.at) == []

    send_late(ana, page, form)
    (kept,) = console.kept_forms.of("ana", clock.at)
    assert sorted(kept.fields) == ["answer", "do", "mark", "seen", "why"]


def test_three_forms_of_a_person_are_kept_the_last_ones(console: Console, clock: Clock) -> None:
    """Nobody fills the disk of a console with forms."""
    ana = browser(console, "ana")
    page, form = answer_form(ana, console)
    clock.at += timedelta(hours=3)
    for number in range(5):
        send_late(ana, page, form | {"why": f"words {number}"})

    kept = console.kept_forms.of("ana", clock.at)

    assert [each.fields["why"] for each in kept] == [("words 4",), ("words 3",), ("words 2",)]


def test_a_kept_form_is_thrown_away_by_its_person_alone(console: Console, clock: Clock) -> None:
    """An id that somebody guesses deletes nothing of another's."""
    ana, rob = browser(console, "ana"), browser(console, "rob")
    page, form = answer_form(ana, console)
    log_in(ana, "ana")
    send_late(ana, page, form)
    (kept,) = console.kept_forms.of("ana", AT)

    rob.send_form("/kept/discard", form=kept.id)
    assert console.kept_forms.of("ana", AT) == [kept]
    ana.send_form("/kept/discard", form=kept.id)
    assert console.kept_forms.of("ana", AT) == []


@pytest.mark.parametrize("page", ["/nowhere", "//evil.example/", "/jobs/made-up/events", "/download/decisions.csv"])
def test_a_form_whose_page_cannot_be_shown_is_shown_as_words(console: Console, page: str) -> None:
    """The address of the page comes from the browser: it leads to no file, and to no other site."""
    ana = browser(console, "ana")
    _, form = answer_form(ana, console)
    log_in(ana, "ana")
    ana.post("/tasks/t0/answer", content=urlencode(form | {"shown-on": page}),
             headers={"content-type": "application/x-www-form-urlencoded"})  # fmt: skip

    shown = ana.get("/kept")

    assert shown.status_code == 200
    assert "made-up words &amp; &lt;b&gt;" in shown.text
    assert "evil.example" not in shown.text
