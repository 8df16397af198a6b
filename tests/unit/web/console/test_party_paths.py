"""Ids that look like paths: each party is reached by the links of pages, and by programs."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from evenhand.web.console.console import Console
from evenhand.web.console.party_paths import party_path
from tests.networks import DAY_1, empty_network
from tests.unit.web.api.programs import program, secret_of
from tests.unit.web.console.clients import browser, console_of

IDS = ("2024/117", "..", ".", "a/../b", "a//b", "/a", "b/", "x?y#z", "Müller & Söhne")
IN_A_PATH = ("2024/117", "x?y#z", "Müller & Söhne", "a//b", "/a", "b/")


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    made = empty_network(tmp_path_factory.mktemp("paths") / "network")
    made.add("house-sanctions", id="s-1", schema="Company", name="Granat Torum", topic="made-up")
    for number, each in enumerate(IDS):
        made.add("advertisers", id=each, name=f"Plum Number {number}", country="DE", domains=f"plum-{number}.example")
    made.run(DAY_1)
    with console_of(Path(made.folder), DAY_1) as opened:
        yield opened


@pytest.mark.parametrize("party", IDS)
def test_the_list_of_parties_leads_to_each_of_them(console: Console, party: str) -> None:
    """Browsers shorten `..` in an address, proxies also empty parts: such an id is in the query."""
    ana, path = browser(console, "ana"), party_path("advertiser", party)

    assert f'href="{path}"' in unescape(ana.get("/parties").text)
    assert not {"", ".", ".."} & set(path.partition("?")[0].split("/")[1:])
    page = ana.get(path)
    assert page.status_code == 200
    assert f"Plum Number {IDS.index(party)}" in page.text
    like = party_path("advertiser", party, "like-cases")
    assert like in unescape(page.text)
    assert ana.get(like).status_code == 200


@pytest.mark.parametrize("party", IDS)
def test_a_program_asks_for_any_id(console: Console, party: str) -> None:
    """By the path with a slash as `%2F` or as it is, or in the query."""
    crm = program(console, secret_of(console))
    asked = [crm.get("/parties/advertiser", params={"id": party})]
    if party in IN_A_PATH:
        asked += [crm.get(f"/parties/advertiser/{quote(party, safe=safe)}") for safe in ("", "/")]

    assert [(each.status_code, each.json().get("name")) for each in asked] == [
        (200, f"Plum Number {IDS.index(party)}")
    ] * len(asked)


def test_an_id_that_nobody_has_is_not_found(console: Console) -> None:
    """Nor is a kind that there is none of, and a query without an id says what it lacks."""
    crm = program(console, secret_of(console))

    assert crm.get("/parties/advertiser/2024%2F118").status_code == 404
    assert crm.get("/parties/buyer", params={"id": ".."}).status_code == 404
    answer = crm.get("/parties/advertiser")
    assert (answer.status_code, answer.json()["detail"]) == (422, "`id` is missing")
    assert browser(console, "ana").get("/parties/advertiser?id=nobody").status_code == 404
