"""Where people choose a password: what is easily guessed or listed is refused there, with the reason."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.web.console.console import Console
from tests.networks import empty_network
from tests.unit.web.console.clients import PASSWORD, browser, console_of

LASTS = timedelta(hours=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a network whose settings name a list of refused passwords."""
    made = empty_network(tmp_path_factory.mktemp("passwords") / "network")
    made.write()
    (made.folder.parent / "leaked.txt").write_text("eight other made up words\n", "utf-8")
    path = made.folder / "evenhand.toml"
    path.write_text(f'{path.read_text("utf-8")}\n[console]\nrefused_passwords = "../leaked.txt"\n', "utf-8")
    return made.folder


@pytest.fixture
def console(folder: Path) -> Iterator[Console]:
    (folder / "console" / "console.sqlite").unlink(missing_ok=True)
    with console_of(folder) as made:
        yield made


@pytest.mark.parametrize(
    ("password", "says"),
    [("Summer2026!!", "one or two common passwords or names"), ("eight other made up words", "that leaked"),
     ("evenhand-evenhand", "one or two common passwords or names")],
)  # fmt: skip
def test_a_weak_password_is_taken_nowhere(console: Console, password: str, says: str) -> None:
    """Neither for the first account, nor by a link, nor on the page of the account."""
    machine, new = console.machine, {"password": password, "again": password}
    first = console.accounts.make_first_link(machine.now(), LASTS, machine.random_text)
    answers = [browser(console).post(f"/link/{first}", data=new | {"person": "ana", "name": "Ana"})]
    assert console.accounts.all() == []
    ana = browser(console, "ana")
    link = console.accounts.make_link("ana", "reset", machine.now(), LASTS, machine.random_text)
    answers.append(browser(console).post(f"/link/{link}", data=new))
    answers.append(ana.send_form("/account/password", present=PASSWORD, **new))

    assert [each.status_code for each in answers] == [400] * 3
    assert all(says in each.text for each in answers)
    assert console.accounts.check_password("ana", PASSWORD, machine.now())


def test_the_name_of_the_account_is_no_password(console: Console) -> None:
    """Nor with a year behind."""
    machine = console.machine
    console.accounts.add("a.z", "Anna Zwengauer", machine.now())
    link = console.accounts.make_link("a.z", "invite", machine.now(), LASTS, machine.random_text)

    answer = browser(console).post(f"/link/{link}", data={"password": "Zwengauer2026", "again": "Zwengauer2026"})

    assert answer.status_code == 400
    assert "easily guessed" in answer.text


def test_a_name_is_taken_with_capitals_too(console: Console) -> None:
    """A phone writes the first letter of a field large."""
    browser(console, "ana")
    page = browser(console).get("/login").text

    for typed in ("Ana", "ANA", "ana"):
        one = browser(console)
        assert one.post("/login", data={"person": typed, "password": PASSWORD}).status_code == 303
        assert console.read_log.last(1)[0].person == "ana"
    assert browser(console).post("/login", data={"person": "Ana", "password": "a wrong one"}).status_code == 401
    assert re.search(r'name="person"[^>]* autocapitalize="none"', page)
