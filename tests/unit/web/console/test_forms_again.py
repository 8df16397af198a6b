"""Every form of the console: what a person typed is on the page again when the form is refused."""

import re
from collections.abc import Mapping
from html import unescape
from typing import NamedTuple

import pytest
from starlette.routing import Match, Route

from evenhand.web.console.all_areas import AREAS
from evenhand.web.console.console import Console
from evenhand.web.console.form_filling import SECRET_FIELDS
from evenhand.web.console.page_forms import FormField, PageForm, PageForms
from evenhand.workflows.queries import explain
from tests.browser.console_pages import PATHS
from tests.unit.web.api.programs import program, secret_of
from tests.unit.web.console.clients import ADDRESS, TOKEN, Browser, browser

TYPED = ("text", "search", "date", "textarea", "number")
# Nothing is typed into these but passwords, which are never shown again, and files, which no page can fill in.
WITHOUT_WORDS = {
    "/logout", "/login", "/link/{secret}", "/account/password", "/account/sessions", "/kept/discard",
    "/jobs/{job}/cancel", "/lists/fetch", "/upload/{upload}/discard", "/rules/draft/begin", "/rules/draft/drop",
    "/people/disable", "/rules/draft/lint", "/rules/draft/checks", "/rules/draft/approve", "/upload", "/tasks/act",
    "/audit/run", "/audit/plan", "/audit/folder", "/login/code", "/login/set-up", "/account/second-factor",
    "/account/second-factor/change",
}  # fmt: skip
# Pages that the walk does not meet in the sample network: where such a form is, where it goes, its fields.
ELSEWHERE = (
    ("/lists/house-media", "/lists/house-media/accept", {"why": "typed why"}),
    ("/upload", "/upload/0123456789abcdef/replace", {"why": "typed why"}),
    ("/upload", "/upload/0123456789abcdef/read", {"sheet": "typed sheet"}),
    ("/tasks/t4b089c0c9a", "/tasks/t4b089c0c9a/second", {"words": "typed words"}),
    ("/people", "/people/sign-on", {"person": "typed person", "sign_on": "typed name"}),
    ("/audit/decisions/7", "/audit/decisions/7/review", {"words": "typed words"}),
    ("/jobs", "/jobs/run", {"list": "house-media", "why": "typed why"}),
    ("/people", "/people/add", {"person": "typed person", "name": "typed name"}),
)


class Sent(NamedTuple):
    """A form as a person has filled it in with nonsense: the page, where it goes, the fields, the words."""

    page: str
    action: str
    fields: Mapping[str, list[str]]
    words: frozenset[str]


@pytest.fixture(scope="module")
def console(reported: Console) -> Console:
    return reported


@pytest.fixture(scope="module")
def forms(console: Console) -> list[Sent]:
    """Return every form that people of three roles meet, once for each set of fields."""
    decided = explain(console.network(), "advertiser:rt", console.machine.now()).in_force[0].decision.id
    body = {"decision": decided, "reasons": ["facts_wrong"], "words": "made-up words", "filed_by": "made up",
            "contact": "a@b.example", "informed_on": f"{console.machine.now():%Y-%m-%d}"}  # fmt: skip
    complaint = program(console, secret_of(console, "ops", ["complain"])).post("/complaints", json=body).json()["id"]
    pol = browser(console, "pol")
    pol.send_form("/rules/draft/begin")
    pages = [*PATHS, f"/complaints/{complaint}"]
    found: dict[tuple[str, frozenset[str]], Sent] = {}
    for person in (browser(console, "rob"), pol):
        for page in pages:
            for form in PageForms(person.get(page).text).forms:
                names = frozenset(each.name for each in form.fields)
                for action in form.actions:
                    found.setdefault((re.sub("[0-9a-f]{8,}", "", action), names), filled_in(page, action, form))
    return [each for each in found.values() if each.words]


def filled_in(page: str, action: str, form: PageForm) -> Sent:
    """Return a form filled in with nonsense: whatever is typed is no day, number, party or reason."""
    fields: dict[str, list[str]] = {}
    words = set()
    for place, each in enumerate(form.fields):
        if each.kind in TYPED:
            word = f"nonsense {place} <&\"'>"
            fields.setdefault(each.name, []).append(word)
            words.add(word)
        elif each.kind in ("hidden", "checkbox"):
            fields.setdefault(each.name, []).append(each.value)
        elif each.kind in ("radio", "option") or is_first_button(each, fields):
            fields[each.name] = [each.value]
    return Sent(page, action, fields, frozenset(words))


def is_first_button(field: FormField, fields: Mapping[str, list[str]]) -> bool:
    return field.kind == "button" and field.name not in fields


def send(person: Browser, sent: Sent) -> tuple[int, set[str]]:
    """Send a form as its page would; return the status and which of its words the answer does not have."""
    token = TOKEN.search(person.get("/account").text)
    assert token is not None
    answer = person.post(
        sent.action, data={**sent.fields, "token": token[1]}, headers={"referer": f"{ADDRESS}{sent.page}"}
    )
    shown = unescape(answer.text)
    return answer.status_code, {each for each in sent.words if each not in shown}


def route_of(action: str) -> str:
    """Return the path of the route that a form goes to."""
    scope = {"type": "http", "method": "POST", "path": action, "root_path": "", "headers": []}
    routes = [route for area in AREAS for route in area.routes]
    return next(each.path for each in routes if isinstance(each, Route) and each.matches(scope)[0] is Match.FULL)


@pytest.mark.parametrize("who", ["aud", "rob"])
def test_what_was_typed_into_any_form_is_on_the_page_that_refuses_it(
    console: Console, forms: list[Sent], who: str
) -> None:
    """By whoever sends it, permitted or not: an answer of 4xx shows every word that was typed."""
    person = browser(console, who)

    outcomes = [(each.action, *send(person, each)) for each in forms]

    assert [(action, lost) for action, status, lost in outcomes if status != 303 and lost] == []
    assert sum(400 <= status < 500 for _, status, _ in outcomes) >= 12
    assert all(status in (200, 303) or 400 <= status < 500 for _, status, _ in outcomes)


@pytest.mark.parametrize(("page", "action", "fields"), ELSEWHERE)
def test_a_form_whose_page_has_changed_shows_the_words(
    console: Console, page: str, action: str, fields: dict[str, str]
) -> None:
    """The list was accepted, the upload thrown away, the answer confirmed by somebody else meanwhile."""
    sent = Sent(page, action, {name: [value] for name, value in fields.items()}, frozenset(fields.values()))

    status, lost = send(browser(console, "aud"), sent)

    assert 400 <= status < 500
    assert lost == set()


def test_no_form_is_left_out_of_this_walk(forms: list[Sent]) -> None:
    """A new form is met by the walk, named as one of another state, or has no words."""
    routes = {route.path for area in AREAS for route in area.routes if isinstance(route, Route)
              and "POST" in (route.methods or ())}  # fmt: skip

    walked = {route_of(each.action) for each in forms} | {route_of(action) for _, action, _ in ELSEWHERE}

    assert routes - walked - WITHOUT_WORDS == set()


def test_every_password_field_is_one_that_is_never_kept(console: Console, forms: list[Sent]) -> None:
    """A field for a password under another name would be kept and shown."""
    pages = ["/account", "/login"]
    read = [each for page in pages for each in PageForms(browser(console, "ana").get(page).text).forms]
    link = console.accounts.make_link("ana", "reset", console.machine.now(), console.session_lasts, lambda: "made-up")
    read += PageForms(browser(console).get(f"/link/{link}").text).forms

    secret = {each.name for form in read for each in form.fields if each.kind == "password"}

    assert {"password", "present", "again"} == secret
    assert secret | {"one_time_code"} <= SECRET_FIELDS
