"""The second factor in the browser: asked for after the password, set up, replaced, lost."""

import re
from base64 import b32decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.one_time_codes import STEP_S, code_at, step_of
from evenhand.web.console.console import Console
from evenhand.web.console.qr_picture import qr_picture
from tests.networks import empty_network
from tests.unit.web.console.clients import PASSWORD, Browser, browser, console_of

SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')
ANA = {"person": "ana", "password": PASSWORD}


class Clock:
    """A clock that stands until it is put forward."""

    at = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, seconds: float = STEP_S) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = empty_network(tmp_path_factory.mktemp("factor") / "network")
    made.write()
    return made.folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def console(folder: Path, clock: Clock) -> Iterator[Console]:
    """Yield a console in which Ana has an account with a password."""
    (folder / "console" / "console.sqlite").unlink(missing_ok=True)
    require(folder, "optional")
    with console_of(folder, clock=clock) as made:
        browser(made, "ana")
        yield made


def require(folder: Path, what: str) -> None:
    path = folder / "evenhand.toml"
    text = path.read_text("utf-8").partition("\n[console]")[0]
    path.write_text(f'{text}\n[console]\nsecond_factor = "{what}"\n', "utf-8")


def code_of(secret: str, clock: Clock) -> str:
    return code_at(b32decode(secret.replace(" ", "")), step_of(clock.at))


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li><code>([a-z2-7-]+)</code></li>", page)


def problem(answer: Any) -> str:
    found = re.search(r'class="problem" role="alert">(.*?)</p>', answer.text, re.DOTALL)
    return unescape(found[1]).lower() if found else ""


def is_let_in(client: Browser) -> bool:
    return bool(client.get("/").status_code == 200)


def switched_on(client: Browser, clock: Clock) -> tuple[str, list[str]]:
    """Switch the second factor on as a person does; return its secret and the recovery codes."""
    assert client.send_form("/account/second-factor/change", do="set-up", present=PASSWORD).status_code == 303
    found = SECRET.search(client.get("/account/second-factor").text)
    assert found
    answer = client.send_form("/account/second-factor", one_time_code=code_of(found[1], clock))
    assert answer.status_code == 200, problem(answer)
    clock.go_on()
    return found[1], codes_on(answer.text)


def with_password(console: Console) -> Browser:
    """Return a browser in which Ana gave the right password and nothing else yet."""
    client = browser(console)
    answer = client.post("/login", data=ANA | {"next": "/people"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login/code")
    return client


def test_after_the_password_a_code_is_asked_for(console: Console, clock: Clock) -> None:
    """Neither is enough alone, and the way leads on to where the person wanted to go."""
    secret, codes = switched_on(browser(console, "ana"), clock)
    assert len(codes) == 10
    client = with_password(console)
    assert not is_let_in(client)
    assert 'autocomplete="one-time-code"' in client.get("/login/code").text

    answer = client.post("/login/code", data={"one_time_code": code_of(secret, clock)})

    assert (answer.status_code, answer.headers["location"]) == (303, "/people")
    assert "second factor</span>" in client.get("/people").text
    assert console.read_log.last(1)[0].what == "logged in with a second factor"
    assert list(client.cookies) == ["evenhand"]


def test_a_wrong_code_and_one_that_was_used_open_nothing(console: Console, clock: Clock) -> None:
    """And both are kept for the operator to see."""
    secret, _ = switched_on(browser(console, "ana"), clock)
    code = code_of(secret, clock)
    with_password(console).post("/login/code", data={"one_time_code": code})
    client = with_password(console)

    for wrong in ("000000", "", code):
        answer = client.post("/login/code", data={"one_time_code": wrong})
        assert answer.status_code == 401
        assert "not right, was used already" in problem(answer)
    assert not is_let_in(client)
    assert {each.what for each in console.read_log.last(3)} == {"second factor refused"}


def test_a_code_without_the_password_before_it_opens_nothing(console: Console, clock: Clock) -> None:
    """Nor ten minutes after it, nor with a cookie of another purpose, nor for an account that is disabled."""
    secret, _ = switched_on(browser(console, "ana"), clock)
    stranger, late, other, disabled = browser(console), with_password(console), browser(console), with_password(console)
    sealed = console.sealed.sealed("sso", {"id": "1", "person": "ana", "next": "/"}, clock.at, timedelta(hours=1))
    other.cookies.set("evenhand-code", sealed, domain="127.0.0.1")
    clock.go_on(601)
    late_disabled = with_password(console)
    console.accounts.set_disabled("ana", disabled=True)

    for client in (stranger, late, other, disabled, late_disabled):
        answer = client.post("/login/code", data={"one_time_code": code_of(secret, clock)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert client.get("/login/code").headers["location"] == "/login"
        assert not is_let_in(client)


def test_a_right_password_opens_one_session(console: Console, clock: Clock) -> None:
    """A cookie that was copied before the code was given is void after it."""
    secret, _ = switched_on(browser(console, "ana"), clock)
    client = with_password(console)
    copied = client.cookies["evenhand-code"]
    client.post("/login/code", data={"one_time_code": code_of(secret, clock)})
    clock.go_on()
    thief = browser(console)
    thief.cookies.set("evenhand-code", copied, domain="127.0.0.1")

    thief.post("/login/code", data={"one_time_code": code_of(secret, clock)})

    assert not is_let_in(thief)


def test_a_recovery_code_stands_for_the_telephone(console: Console, clock: Clock) -> None:
    """Once, and the page of the account says how many are left."""
    _, codes = switched_on(browser(console, "ana"), clock)
    client = with_password(console)

    assert client.post("/login/code", data={"one_time_code": codes[0].upper()}).status_code == 303
    assert "9 recovery codes are left" in client.get("/account").text
    assert console.read_log.last(1)[0].what == "logged in with a recovery code, 9 left"
    assert with_password(console).post("/login/code", data={"one_time_code": codes[0]}).status_code == 401


def test_wrong_codes_make_the_account_wait(console: Console, clock: Clock) -> None:
    """The right code does not count then either."""
    secret, _ = switched_on(browser(console, "ana"), clock)
    client = with_password(console)
    for _ in range(6):
        client.post("/login/code", data={"one_time_code": "000000"})

    assert client.post("/login/code", data={"one_time_code": code_of(secret, clock)}).status_code == 401
    clock.go_on(2)
    assert client.post("/login/code", data={"one_time_code": code_of(secret, clock)}).status_code == 303


def test_where_it_is_required_it_is_set_up_before_the_first_session(
    console: Console, clock: Clock, folder: Path
) -> None:
    """The recovery codes come with the session; a page that was left is begun anew with another secret."""
    require(folder, "required")
    client = browser(console)
    answer = client.post("/login", data=ANA | {"next": "/people"})
    assert answer.headers["location"] == "/login/set-up"
    found = SECRET.search(client.get("/login/set-up").text)
    assert found
    assert not is_let_in(client)
    assert client.post("/login/set-up", data={"one_time_code": "000000"}).status_code == 401

    done = client.post("/login/set-up", data={"one_time_code": code_of(found[1], clock)})

    assert len(codes_on(done.text)) == 10
    assert 'href="/people"' in done.text
    assert is_let_in(client)
    assert "set-cookie" in done.headers
    clock.go_on()
    assert with_password(console).post(
        "/login/code", data={"one_time_code": code_of(found[1], clock)}
    ).status_code == 303  # fmt: skip


def test_a_link_for_a_new_password_does_not_go_round_the_second_factor(
    console: Console, clock: Clock, folder: Path
) -> None:
    """ASVS 5.0, 6.4.3: neither where there is one, nor where one is required."""
    new = {"password": "eight other made up words", "again": "eight other made up words"}
    draw = console.machine.random_text
    require(folder, "required")
    link = console.accounts.make_link("ana", "reset", clock.at, timedelta(hours=1), draw)
    assert browser(console).post(f"/link/{link}", data=new).headers["location"] == "/login/set-up"
    console.accounts.set_password("ana", PASSWORD)
    require(folder, "optional")
    switched_on(browser(console, "ana"), clock)
    link = console.accounts.make_link("ana", "reset", clock.at, timedelta(hours=1), draw)
    client = browser(console)

    assert client.post(f"/link/{link}", data=new).headers["location"] == "/login/code"
    assert not is_let_in(client)


def test_who_finds_a_session_open_cannot_change_the_second_factor(console: Console, clock: Clock) -> None:
    """Password and code are asked for again (ASVS 5.0, 7.5.1)."""
    ana = browser(console, "ana")
    assert "present password" in problem(ana.send_form("/account/second-factor/change", do="set-up", present="guess"))
    assert ana.get("/account/second-factor").headers["location"] == "/account"
    switched_on(ana, clock)

    for what in ("set-up", "codes", "off"):
        answer = ana.send_form("/account/second-factor/change", do=what, present=PASSWORD, one_time_code="000000")
        assert answer.status_code == 400
        assert "this code is not right" in problem(answer)
    assert console.second_factors.is_on("ana")
    assert not console.second_factors.begun("ana")


def test_it_is_replaced_and_turned_off_by_who_has_it(console: Console, clock: Clock, folder: Path) -> None:
    """Turned off only where it is not required."""
    ana = browser(console, "ana")
    secret, codes = switched_on(ana, clock)

    def change(what: str) -> Any:
        clock.go_on()
        return ana.send_form(
            "/account/second-factor/change", do=what, present=PASSWORD, one_time_code=code_of(secret, clock)
        )

    assert len(set(codes_on(change("codes").text)) - set(codes)) == 10
    require(folder, "required")
    assert "is required" in problem(change("off"))
    assert ">Turn it off<" not in ana.get("/account").text
    require(folder, "optional")
    assert change("set-up").headers["location"] == "/account/second-factor"
    assert not is_let_in(with_password(console))
    assert change("off").status_code == 303
    assert "is turned off" in ana.get("/account").text
    assert browser(console).post("/login", data=ANA).headers["location"] == "/"
    assert "no second factor" in problem(ana.send_form("/account/second-factor/change", do="off", present=PASSWORD))


def test_a_form_with_a_code_is_neither_kept_nor_shown_again(console: Console, clock: Clock) -> None:
    """A code in a file of forms would be one that somebody else can read."""
    ana = browser(console, "ana")
    secret, _ = switched_on(ana, clock)
    code = code_of(secret, clock)
    answer = ana.send_form("/account/second-factor/change", do="off", present="guess", one_time_code=code)

    assert answer.status_code == 400
    assert code not in answer.text
    assert "guess" not in answer.text


def test_the_picture_has_the_link_in_it() -> None:
    """A symbol of the right size with its three finder patterns, and other modules for another text."""
    link = "otpauth://totp/Made-up:ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Made-up&algorithm=SHA1"

    picture = str(qr_picture(link))

    side = int(re.findall(r'viewBox="0 0 (\d+)', picture)[0])
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1", picture)}
    ring = {(x, y) for x in range(7) for y in range(7) if x in (0, 6) or y in (0, 6)}
    assert (side - 8 - 17) % 4 == 0
    for left, top in ((4, 4), (side - 11, 4), (4, side - 11)):
        assert {(x + left, y + top) for x, y in ring} <= dark
        assert not {(left + 1, top + 1), (left + 5, top + 1)} & dark
    assert min(min(each) for each in dark) == 4
    assert picture != str(qr_picture(link.replace("ana", "ben")))
