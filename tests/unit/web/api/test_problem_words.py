"""What the API says of a request that cannot be used: its own fields, and nothing that is typed at a terminal."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from evenhand.web.api.acts import AnswerBody, ComplaintBody, JudgementBody
from evenhand.web.api.problems import FIELDS
from evenhand.web.console.console import Console
from tests.unit.web.api.programs import program, secret_of
from tests.unit.web.console.clients import console_of

COMPLAINT = {"reasons": ["facts_wrong"], "words": "made-up words"}


@pytest.fixture(scope="module")
def console(console_network: Path) -> Iterator[Console]:
    with console_of(console_network) as made:
        yield made


@pytest.fixture(scope="module")
def crm(console: Console) -> TestClient:
    return program(console, secret_of(console))


def refusal(crm: TestClient, path: str, body: dict[str, Any]) -> str:
    """Return the detail of a refusal, in which there is no option and no command."""
    answer = crm.post(path, json=body)
    detail = str(answer.json()["detail"])
    assert 400 <= answer.status_code < 500
    assert not re.search("--|evenhand|DIR", detail), detail
    return detail


def decision_of(crm: TestClient) -> str:
    return str(crm.get("/parties/advertiser/rt").json()["in_force"][0]["decision"]["id"])


def test_each_option_is_a_field_of_a_body() -> None:
    """A field that is renamed is renamed here too."""
    known = {name for body in (JudgementBody, AnswerBody, ComplaintBody) for name in body.__struct_fields__}

    assert {field.partition("[")[0] for field in FIELDS.values()} <= known


def test_a_day_that_cannot_be_names_its_field(crm: TestClient, console: Console) -> None:
    """A program has no `--informed`."""
    tomorrow = (console.machine.now() + timedelta(days=2)).date()
    body = COMPLAINT | {"decision": decision_of(crm), "informed_on": tomorrow.isoformat()}

    assert refusal(crm, "/complaints", body).startswith("`informed_on`: told after the complaint was filed")


def test_a_decision_that_nobody_knows_is_no_matter_of_commands(crm: TestClient) -> None:
    assert "no such decision" in refusal(crm, "/complaints", COMPLAINT | {"decision": "d-none"})


def test_what_an_answer_lacks_is_named_by_its_fields(crm: TestClient) -> None:
    """All that is missing at once, as the terminal says it."""
    task = crm.get("/tasks?kind=hold").json()["tasks"][0]
    body = {"answer": "keep", "why": "made-up words", "mark": task["mark"]}

    assert "expected `codes`, `until`; codes are" in refusal(crm, f"/tasks/{task['id']}/answer", body)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"words": "a\x00b"}, "`words`: a control character `U+0000`"), ({"words": "a\x1b[2Jb"}, "U+001B"),
     ({"contact": "a@b.example\r\nBcc: c@d.example"}, "`contact`: a control character `U+000D`"),
     ({"contact": "a@b.example\u2028"}, "U+2028"), ({"filed_by": "A\x7fB"}, "`filed_by`: a control character")],
)  # fmt: skip
def test_control_characters_of_a_complaint_are_refused(crm: TestClient, change: dict[str, str], said: str) -> None:
    """What a letter, a table or the head of a mail is made of holds none."""
    assert said in refusal(crm, "/complaints", COMPLAINT | {"decision": decision_of(crm)} | change)
