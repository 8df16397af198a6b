"""A file of the network that does not hold: pages, the API and complaints go on with what held, acts wait."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from evenhand.model.errors import NetworkUnreadable
from evenhand.web.console.console import Console
from evenhand.web.site import make_site
from evenhand.workflows.complaint_records.complaint_store import complaints_of
from evenhand.workflows.people.staff_rules import network_staff
from tests.commands import evenhand
from tests.people import write_staff
from tests.unit.web.api.programs import program, secret_of
from tests.unit.web.console.clients import ADDRESS, PASSWORD, browser, console_of, copy_network

AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
COMPLAINT = {"reason": "facts_wrong", "words": "made-up words", "contact": "a@b.example"}
PAGES = ("/", "/people", "/upload", "/parties", "/tasks", "/lists")


def edit(name: str, before: str, after: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), "utf-8")

    return change


def plain(page: str) -> str:
    """Return the text of a page without tags and backticks."""
    return re.sub(r"<[^>]*>|`", "", unescape(page))


def unpermitting(folder: Path) -> None:
    (folder / "staff-rules").mkdir()
    (folder / "staff-rules" / "staff.cedar").write_text("permit (", "utf-8")


TYPOS = {
    "a choice": (edit("evenhand.toml", 'unknown = "allow"', 'unknown = "allowed"'), "unknown in [gate] is allowed"),
    "a bracket": (edit("evenhand.toml", "[gate]", "[gate"), "evenhand.toml: is not TOML"),
    "no file": (lambda folder: (folder / "evenhand.toml").rename(folder / "moved"), "no evenhand.toml"),
    "a role": (edit("staff.toml", '"reviewer"', '"reviewing"'), "unknown role reviewing; expected analyst"),
    "the staff's rules": (unpermitting, "staff-rules"),
}


@pytest.fixture
def console(console_network: Path, tmp_path: Path) -> Iterator[Console]:
    folder = copy_network(console_network, tmp_path / "network")
    write_staff(folder)
    with console_of(folder, AT) as made:
        network_staff(made.network())  # as the start of the server does
        yield made


@pytest.mark.parametrize(("typo", "words"), TYPOS.values(), ids=TYPOS)
def test_one_typo_takes_nothing_down(
    console: Console, typo: Callable[[Path], None], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages say the line of the command line, once on standard error too; complaints are taken; acts are refused."""
    ana, anybody = (
        browser(console, "ana"),
        TestClient(make_site(console), base_url=ADDRESS, headers={"origin": ADDRESS}),
    )
    crm = program(console, secret_of(console))
    before = len(complaints_of(console.network()).by_id)

    typo(console.folder)
    pages = {path: ana.get(path) for path in PAGES}

    assert {each.status_code for each in pages.values()} == {200}
    assert [path for path, each in pages.items() if words not in plain(each.text)] == []
    assert str(console.folder) not in pages["/people"].text
    said = capsys.readouterr().err
    assert (said.count("evenhand: warning: "), words in plain(said)) == (1, True)
    assert browser(console, "ben").get("/account").status_code == 200
    filed = anybody.post("/public/complaint", data=COMPLAINT)
    assert (filed.status_code, words in plain(anybody.get("/public/complaint").text)) == (201, False)
    assert len(complaints_of(console.network()).by_id) == before + 1
    assert crm.get("/decisions").status_code == 200
    act = ana.send_form("/people/add", "/people", person="zoe")
    answered = crm.post("/tasks/t-1/answer", json={"answer": "same", "why": "made up", "mark": ""})
    assert (act.status_code, answered.status_code) == (503, 503)
    assert words in plain(act.text)
    assert words in plain(answered.json()["detail"])
    assert ana.send_form("/account/sessions").status_code == 303


def test_a_file_that_is_mended_counts_at_once(console: Console) -> None:
    """No restart is needed, and the warning is gone."""
    ana, path = browser(console, "ana"), console.folder / "staff.toml"
    held = path.read_text("utf-8")
    path.write_text("[[person]]\n", "utf-8")
    assert "does not hold" in ana.get("/account").text

    path.write_text(held.replace('"analyst"', '"auditor"'), "utf-8")

    page = ana.get("/account").text
    assert "does not hold" not in page
    assert "auditor" in page


def test_who_had_left_before_the_typo_stays_out(console: Console) -> None:
    """What held last decides who is let in, not the file that cannot be read."""
    browser(console, "ana")
    path = console.folder / "staff.toml"
    path.write_text(path.read_text("utf-8").replace('id = "ana"', 'id = "anna"'), "utf-8")
    form = {"person": "ana", "password": PASSWORD}
    assert browser(console).post("/login", data=form).status_code == 403

    path.write_text("[[person]]\n", "utf-8")

    assert browser(console).post("/login", data=form).status_code == 403


def test_a_command_keeps_nothing(console: Console) -> None:
    """It says the line and ends: no process of a server stands behind it."""
    (console.folder / "staff.toml").write_text("[[person]]\n", "utf-8")

    assert "person 1" in evenhand("staff", console.folder).err
    assert "person 1" in evenhand("serve", console.folder).err


def test_what_never_held_is_refused(console_network: Path, tmp_path: Path) -> None:
    """There is nothing to go on with: the start of a server says the line."""
    folder = copy_network(console_network, tmp_path / "network")
    (folder / "staff.toml").write_text("[[person]]\n", "utf-8")
    with console_of(folder, AT + timedelta(hours=1)) as console, pytest.raises(NetworkUnreadable, match="person 1"):
        network_staff(console.network())
