"""The page on webhooks: its lines verify what we sign, and its examples are what we send."""

import base64
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from starlette.routing import Match

from evenhand.model.notification import EVENT_KINDS
from evenhand.web.console.all_areas import AREAS
from evenhand.workflows.delivery.back_off import back_off_s
from evenhand.workflows.notifications.event_delivery import LEAST_WAIT_S, MOST_ATTEMPTS, MOST_WAIT_S
from evenhand.workflows.notifications.event_records import _LINKS
from evenhand.workflows.notifications.mail_texts import _SENTENCES
from evenhand.workflows.notifications.webhook_signatures import signed_headers
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "how-to" / "webhooks.md").read_text("utf-8")
KEY = bytes(range(7, 40))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
BODY = '{"data":{"party_id":"Вершина"},"type":"decision.changed"}\n'.encode()
EXAMPLES: dict[str, Any] = {
    each["type"]: each["data"] for each in map(json.loads, re.findall(r"```json\n(.+)\n```", PAGE))
}


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.+?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.mark.parametrize(("skew_s", "body", "genuine"), [(0, BODY, True), (0, BODY + b" ", False), (400, BODY, False)])
def test_the_lines_of_python_verify_what_we_sign(skew_s: int, body: bytes, genuine: bool) -> None:
    """They stand alone: somebody copies them into a receiver without Evenhand. Two secrets sign."""
    names: dict[str, Any] = {}
    exec(block("python"), names)
    headers = signed_headers([b"o" * 24, KEY], "evt_1", int(time.time()) - skew_s, BODY)

    assert names["is_from_evenhand"](SECRET, headers, body) is genuine


@pytest.mark.skipif(shutil.which("openssl") is None, reason="not here: the command openssl")
def test_the_lines_of_the_shell_verify_what_we_sign(tmp_path: Path) -> None:
    """With OpenSSL and what every shell has."""
    headers = signed_headers([b"o" * 24, KEY], "evt_1", 1_772_452_800, BODY)
    stated = {"SECRET": SECRET, "ID": "evt_1", "TIMESTAMP": "1772452800", "SIGNATURE": headers["webhook-signature"]}

    def verdict(body: bytes) -> str:
        (tmp_path / "body.json").write_bytes(body)
        done = subprocess.run(
            ["sh", "-eu", "-c", block("sh")], cwd=tmp_path, env=os.environ | stated, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    assert (verdict(BODY), verdict(BODY.strip())) == ("genuine", "forged")


def test_every_event_has_an_example_with_what_mails_and_links_take_of_it() -> None:
    """An event that the page leaves out is one that nobody asks for."""
    assert EXAMPLES.keys() == set(EVENT_KINDS)
    for kind, data in EXAMPLES.items():
        for template in (_SENTENCES[kind], _LINKS[kind]):
            assert {name for _, name, _, _ in Formatter().parse(template) if name} <= data.keys(), kind
        assert f"**`{kind}`**" in PAGE


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_the_link_of_an_event_leads_to_a_page_of_the_console(kind: str) -> None:
    """Somebody opens it from a mail, or another system's page has it."""
    asked = {"type": "http", "method": "GET", "path": EXAMPLES[kind]["link"], "root_path": ""}

    assert Match.FULL in {route.matches(asked)[0] for area in AREAS for route in area.routes}


def test_the_table_of_waits_is_what_is_waited() -> None:
    """From half of the time, by chance, to all of it."""
    table = PAGE.split("| attempt |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (\d+)(?: to (\d+))? \| (.+) to (.+) \|$", table, re.MULTILINE)
    waits = {
        attempt: (least, most)
        for first, last, least, most in rows
        for attempt in range(int(first), int(last or first) + 1)
    }

    assert list(waits) == list(range(2, MOST_ATTEMPTS + 1))
    for attempt, (least, most) in waits.items():
        unit = most.split()[-1]
        expected = [back_off_s(attempt - 1, LEAST_WAIT_S, MOST_WAIT_S, chance) for chance in (0.0, 1.0)]
        assert [_seconds(least, unit), _seconds(most, unit)] == expected, attempt


def _seconds(text: str, unit: str) -> float:
    """Return the seconds of a time such as `2 h 8 min`; a number alone has the unit of the other end."""
    units = {"s": 1, "min": 60, "h": 3600}
    parts = re.findall(r"(\d+)(?: (s|min|h)\b)?", text)
    return float(sum(int(number) * units[name or unit] for number, name in parts))
