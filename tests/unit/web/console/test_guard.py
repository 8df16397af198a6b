"""What a request passes before a page sees it, and what every answer has."""

from pathlib import Path

import pytest

from evenhand.web.console.console import Console
from evenhand.web.console.responses import CONTENT_POLICY
from evenhand.web.console.static_files import static_path
from tests.unit.web.console.clients import PASSWORD, Browser, browser, console_of


@pytest.fixture
def ana(console: Console) -> Browser:
    return browser(console, "ana")


def test_who_is_not_logged_in_is_sent_to_log_in_and_comes_back(console: Console) -> None:
    """A link to a page that a colleague sent still leads there."""
    nobody = browser(console)

    assert nobody.get("/people?a=b").headers["location"] == "/login?next=%2Fpeople%3Fa%3Db"
    browser(console, "ana")
    answer = nobody.post("/login", data={"person": "ana", "password": PASSWORD, "next": "/people?a=b"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/people?a=b")


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "evil", "javascript:1"]
)
def test_log_in_leads_to_no_other_site(console: Console, target: str) -> None:
    """An open redirect lends our name to a page that asks for the password again."""
    browser(console, "ana")

    answer = browser(console).post("/login", data={"person": "ana", "password": PASSWORD, "next": target})

    assert answer.headers["location"] == "/"


def test_every_answer_forbids_scripts_of_others_and_frames(ana: Browser, console: Console) -> None:
    """Pages, refusals and files alike: a header that one answer lacks protects nobody."""
    answers = [ana.get("/"), ana.get("/none"), browser(console).get("/login"), ana.get("/", headers={"host": "evil"})]

    assert [each.headers["content-security-policy"] for each in answers] == [CONTENT_POLICY] * 4
    assert "unsafe" not in CONTENT_POLICY
    assert {each.headers["x-content-type-options"] for each in answers} == {"nosniff"}
    assert {each.headers["cache-control"] for each in answers} == {"no-store"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:8971"])
def test_another_host_name_is_refused(ana: Browser, host: str) -> None:
    """A page of another name that resolves to this machine must not read ours (DNS rebinding)."""
    assert ana.get("/people", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:8972"},
     {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)  # fmt: skip
def test_a_form_of_another_site_changes_nothing(ana: Browser, headers: dict[str, str]) -> None:
    """The browser sends our cookie with it; what it says of its origin is how we know."""
    answer = ana.post("/people/add", data={"person": "mallory", "token": "x"}, headers=headers)

    assert answer.status_code == 403
    assert "mallory" not in ana.get("/people").text


def test_a_form_without_the_sessions_token_changes_nothing(ana: Browser) -> None:
    """Also where a browser does not say the origin."""
    for token in ("", "x", "ä"):
        assert ana.post("/people/add", data={"person": "mallory", "token": token}).status_code == 403
    assert "mallory" not in ana.get("/people").text


def test_a_session_is_another_after_log_in(console: Console) -> None:
    """A secret that somebody planted in the browser before is worth nothing after it (session fixation)."""
    client = browser(console)
    client.cookies.set("evenhand", "planted")
    client.post("/login", data={"person": "ana", "password": PASSWORD})

    assert client.cookies.get("evenhand", domain="127.0.0.1") != "planted"
    stranger = browser(console)
    stranger.cookies.set("evenhand", "planted")
    assert stranger.get("/").status_code == 303


def test_a_session_that_is_ended_reads_nothing_more(console: Console) -> None:
    """Logged out here, the cookie that was copied elsewhere is void too."""
    client = browser(console, "ana")
    copied = dict(client.cookies)
    client.send_form("/logout")
    stranger = browser(console)
    for name, value in copied.items():
        stranger.cookies.set(name, value)

    assert stranger.get("/").headers["location"] == "/login"


@pytest.mark.parametrize(
    "path", ["/static/../server.py", "/static/x/../../app.py", "/static/x/console.css", "/%2e%2e/etc/passwd"]
)
def test_a_path_leads_to_no_other_file(ana: Browser, path: str) -> None:
    """Files of pages are by name in a table, so that no path reaches the disk."""
    assert ana.get(path).status_code in (303, 404)


def test_a_large_form_is_refused_before_it_is_read(ana: Browser) -> None:
    """A megabyte is more than any form of ours."""
    answer = ana.post("/people/add", data={"person": "x" * (1 << 20)})

    assert answer.status_code == 413


def test_files_of_pages_come_packed_to_who_takes_it_and_pages_never(console: Console, ana: Browser) -> None:
    """A script is the same for everybody; a page has a secret beside the words of others (BREACH)."""
    path = static_path("console.css")
    plain = ana.get(path, headers={"accept-encoding": "identity"})
    packed = ana.get(path, headers={"accept-encoding": "gzip"})

    assert plain.content == packed.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in ana.get("/people", headers={"accept-encoding": "gzip"}).headers
    assert ana.get(path.replace("/static/", "/static/0")).status_code == 404


def test_log_ins_and_refused_ones_are_kept_with_where_they_came_from(console: Console) -> None:
    """Who tries passwords is seen by the operator on the page Who read what."""
    stranger = browser(console)
    stranger.post("/login", data={"person": "mallory<b>", "password": "guess"})
    ana = browser(console, "ana")
    page = ana.get("/shown").text

    assert [(each.person, each.what) for each in console.read_log.last(2)] == [
        ("ana", "logged in"), ("mallory<b>", "log-in refused"),
    ]  # fmt: skip
    assert "mallory&lt;b&gt;" in page


def test_what_every_site_is_asked_for_needs_no_log_in(console: Console) -> None:
    """Monitors, crawlers and browsers were led to the log-in although anybody may read `/public`."""
    nobody = browser(console)

    ready, robots, icon = (nobody.get(path) for path in ("/readyz", "/robots.txt", "/favicon.ico"))

    assert (ready.status_code, ready.text) == (200, "ok\n")
    assert (robots.status_code, robots.text.splitlines()[1:]) == (
        200, ["Allow: /public", "Allow: /.well-known/", "Disallow: /"],
    )  # fmt: skip
    assert (icon.status_code, icon.headers["location"]) == (302, static_path("icon.svg"))
    assert nobody.get(icon.headers["location"]).status_code == 200


def test_a_console_without_settings_is_not_ready(tmp_path: Path) -> None:
    """Settings that never held since it began show no page."""
    with console_of(tmp_path) as console:
        answer = browser(console).get("/readyz")

    assert (answer.status_code, answer.text) == (503, "not ready\n")
