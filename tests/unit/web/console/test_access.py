"""Who has left the staff is let in no more, by any way in; who is yet to begin can be prepared."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from evenhand.model.one_time_codes import SECRET_BYTES, code_at, step_of
from evenhand.web.console.console import Console
from tests.networks import empty_network
from tests.people import block
from tests.unit.web.api.programs import program, secret_of
from tests.unit.web.console.clients import PASSWORD, Browser, browser, console_of

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
OPS = block("ops", ["operator"])
STAYS = block("ober", ["analyst"])
LEFT = {
    "active until the day before": (
        block("ober", ["analyst"], more="active_until = 2026-11-01"), "by staff.toml ober was active until 2026-11-01",
    ),
    "yet to begin": (
        block("ober", ["analyst"], more="active_from = 2026-11-03"), "by staff.toml ober is active from 2026-11-03 on",
    ),
    "deleted": ("", "ober is not named in staff.toml"),
}  # fmt: skip


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    made = empty_network(tmp_path / "network")
    made.write()
    name(made.folder, STAYS)
    with console_of(made.folder, AT) as opened:
        yield opened


def name(folder: Path, ober: str) -> None:
    """Name an operator in `staff.toml`, and Ober as a block says."""
    (folder / "staff.toml").write_text(f"{OPS}\n{ober}", "utf-8")


def log_in(console: Console) -> tuple[int, str]:
    answer = browser(console).post("/login", data={"person": "ober", "password": PASSWORD})
    return answer.status_code, unescape(answer.text)


@pytest.mark.parametrize(("ober", "why"), LEFT.values(), ids=LEFT)
def test_who_is_not_active_is_let_in_by_no_way(console: Console, ober: str, why: str) -> None:
    """The open session ends with the next page, the right password opens none, and the key of a program is refused."""
    client = browser(console, "ober")
    crm = program(console, secret_of(console, "ober"))
    assert (client.get("/account").status_code, crm.get("/lists").status_code) == (200, 200)

    name(console.folder, ober)

    assert client.get("/account").headers["location"] == "/login?next=%2Faccount"
    status, page = log_in(console)
    assert (status, f"This account cannot be used: {why}." in page) == (403, True)
    assert crm.get("/lists").status_code == 403
    assert crm.get("/lists").json()["detail"] == f"who answers for this key may not use it: {why}"
    kept = {(each.person, each.what) for each in console.read_log.last(50, 0, "")}
    assert {("ober", "log-in refused: not active"), ("ober", "API: not permitted")} <= kept


def test_a_wrong_password_tells_nobody_who_has_left(console: Console) -> None:
    """Only who shows that they are this person reads it."""
    browser(console, "ober")
    name(console.folder, "")

    answer = browser(console).post("/login", data={"person": "ober", "password": "another made up one"})

    assert (answer.status_code, "staff.toml" in answer.text) == (401, False)


def test_the_last_day_is_a_day_of_work_in_the_networks_zone(tmp_path: Path) -> None:
    """Half past eleven in the evening in Berlin is that day; an hour later is the next one."""
    made = empty_network(tmp_path / "network")
    made.write()
    name(made.folder, block("ober", ["analyst"], more="active_until = 2026-11-02"))
    clock = [datetime(2026, 11, 2, 22, 30, tzinfo=UTC)]
    with console_of(made.folder, clock=lambda: clock[0]) as console:
        client = browser(console, "ober")
        assert client.get("/account").status_code == 200

        clock[0] += timedelta(hours=1)

        assert client.get("/account").status_code == 303


def test_a_second_factor_opens_nothing_to_who_has_left_meanwhile(console: Console) -> None:
    """Between password and code the staff can change."""
    browser(console, "ober")
    secret = bytes(range(SECRET_BYTES))
    console.second_factors.begin("ober", secret)
    console.second_factors.confirm("ober", code_at(secret, step_of(AT)), AT, console.machine.random_bytes)
    client = browser(console)
    answer = client.post("/login", data={"person": "ober", "password": PASSWORD})
    assert answer.headers["location"] == "/login/code"

    name(console.folder, "")

    assert client.get("/login/code").headers["location"] == "/login"
    answer = client.post("/login/code", data={"one_time_code": code_at(secret, step_of(AT) + 1)})
    assert answer.headers["location"] == "/login"


def test_who_is_yet_to_begin_sets_a_password_before(console: Console) -> None:
    """Links work for two days: a new colleague is prepared the week before, and let in on the first day."""
    name(console.folder, LEFT["yet to begin"][0])
    console.accounts.add("ober", "", AT)
    secret = console.accounts.make_link("ober", "invite", AT, timedelta(days=2), console.machine.random_text)

    answer = browser(console).post(f"/link/{secret}", data={"password": PASSWORD, "again": PASSWORD})
    status, _ = log_in(console)
    name(console.folder, STAYS)

    assert (answer.status_code, status, log_in(console)[0]) == (403, 403, 303)


def test_people_shows_which_accounts_are_of_no_use(console: Console) -> None:
    """Who disables them needs to see them."""
    browser(console, "ober")
    operator = browser(console, "ops")
    assert "cannot log in" not in operator.get("/people").text

    name(console.folder, "")

    page = operator.get("/people").text
    assert "not in staff.toml: cannot log in" in page
    assert 'class="badge bad">cannot log in' in page.replace("badge-bad", "badge bad")


def test_the_first_account_is_of_somebody_who_is_active(console: Console) -> None:
    """Else the link is used up by an account that opens nothing."""
    name(console.folder, LEFT["active until the day before"][0])
    secret = console.accounts.make_first_link(AT, timedelta(hours=1), console.machine.random_text)
    form = {"person": "ober", "password": PASSWORD, "again": PASSWORD}

    refused = browser(console).post(f"/link/{secret}", data=form)
    taken = browser(console).post(f"/link/{secret}", data=form | {"person": "ops"})

    assert (refused.status_code, taken.status_code) == (400, 303)
    assert "was active until 2026-11-01" in unescape(refused.text)


def test_without_a_staff_file_everybody_with_an_account_is_let_in(console: Console) -> None:
    """As ever."""
    client: Browser = browser(console, "ober")

    (console.folder / "staff.toml").unlink()

    assert client.get("/account").status_code == 200
    assert log_in(console)[0] == 303
