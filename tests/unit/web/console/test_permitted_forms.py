"""Every form of the console, sent by somebody of each role: the staff's rules refuse who may not."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import pytest
from starlette.routing import Route

from evenhand.web.console import draft_runner, job_runner
from evenhand.web.console.all_areas import AREAS
from evenhand.web.console.console import Console
from tests.networks import empty_network
from tests.people import write_staff
from tests.unit.web.console.clients import TOKEN, browser, console_of

PEOPLE: Final[Mapping[str, str]] = {
    "analyst": "ana", "reviewer": "rob", "legal": "lea", "policy": "pol", "operator": "ops", "auditor": "aud",
}  # fmt: skip
OWN: Final = frozenset[str]()  # one's own session, account, searches and kept forms, and the ways to log in
JUDGES: Final = frozenset({"analyst", "reviewer", "legal"})
COMPLAINTS: Final = frozenset({"reviewer", "legal", "operator"})
RULES: Final = frozenset({"policy", "legal"})
RUNS: Final = frozenset({"operator", "policy", "legal"})
AUDITS: Final = RUNS | {"auditor"}
INPUTS: Final = frozenset({"operator"})
TASKS: Final = frozenset(PEOPLE) - {"auditor"}

FORMS: Final[Mapping[str, frozenset[str]]] = {
    "/tasks/act": TASKS, "/tasks/not-same": JUDGES, "/tasks/searches": OWN, "/tasks/{id}/answer": TASKS,
    "/tasks/{id}/second": TASKS, "/tasks/{id}/act": TASKS,
    "/complaints/{id}/{act}": COMPLAINTS,
    "/evidence": TASKS, "/evidence/{document}/claims/{claim}/{act}": JUDGES,
    "/audit/plan": AUDITS, "/audit/run": AUDITS, "/audit/folder": AUDITS,
    "/audit/decisions/{seq}/review": frozenset(PEOPLE),  # whoever sees a finding may complain, as anybody outside may
    "/jobs/run": RUNS, "/jobs/{job}/cancel": AUDITS, "/lists/fetch": RUNS, "/lists/{key}/accept": INPUTS,
    "/upload": INPUTS, "/upload/{upload}/read": INPUTS, "/upload/{upload}/replace": INPUTS,
    "/upload/{upload}/discard": INPUTS,
    "/rules/draft": RULES, "/rules/draft/begin": RULES, "/rules/draft/lint": RULES, "/rules/draft/drop": RULES,
    "/rules/draft/checks": RULES, "/rules/draft/approve": RULES,
    "/people/add": INPUTS, "/people/sign-on": INPUTS, "/people/disable": INPUTS,
    "/account/password": OWN, "/account/sessions": OWN, "/account/second-factor": OWN,
    "/account/second-factor/change": OWN, "/kept/discard": OWN,
    "/login": OWN, "/login/code": OWN, "/login/set-up": OWN, "/link/{secret}": OWN, "/logout": OWN,
}  # fmt: skip


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    made = empty_network(tmp_path_factory.mktemp("forms") / "network")
    made.write()
    write_staff(made.folder)
    with console_of(made.folder) as opened:
        yield opened


def form_paths() -> set[str]:
    routes = [route for area in AREAS for route in area.routes if isinstance(route, Route)]
    return {route.path for route in routes if "POST" in (route.methods or ())}


def test_every_form_of_the_console_is_in_the_table() -> None:
    """A new form is entered with the roles that may send it."""
    assert form_paths() == set(FORMS)


@pytest.mark.parametrize("role", PEOPLE)
def test_a_form_is_refused_to_the_roles_that_may_not_send_it(
    console: Console, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused before anything is looked for: that there is no such upload is nothing to them either."""
    for runner in (job_runner, draft_runner):
        monkeypatch.setattr(runner, "COMMAND", ("true",))  # who may starts nothing that takes long
    client = browser(console, PEOPLE[role])
    token = TOKEN.search(client.get("/account").text)
    assert token
    sent = {"token": token.group(1)}

    statuses = {path: client.post(re.sub("{[^}]+}", "none", path), data=sent).status_code
                for path, roles in FORMS.items() if roles is not OWN}  # fmt: skip

    refused = {path for path, status in statuses.items() if status == 403}
    assert refused == {path for path in statuses if role not in FORMS[path]}


def test_an_upload_of_another_stays_where_it_is(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """An auditor reads and changes nothing, an analyst hands in no tables: neither is shown a button for it."""
    monkeypatch.setattr(job_runner, "COMMAND", ("true",))
    operator = browser(console, "ops")
    token = TOKEN.search(operator.get("/account").text)
    assert token
    sent = {"token": token.group(1), "table": "payers"}
    place = operator.post("/upload", data=sent, files={"file": ("p.csv", b"id,name\na,b\n")}).headers["location"]
    assert f'action="{place}/discard"' in operator.get(place).text

    for person, role in (("aud", "auditor"), ("ana", "analyst")):
        client = browser(console, person)
        assert f'action="{place}' not in client.get(place).text
        refused = client.send_form(f"{place}/discard")
        assert refused.status_code == 403
        assert f"is not for the role {role}" in refused.text

    assert operator.get(place).status_code == 200
