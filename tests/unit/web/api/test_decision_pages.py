"""Which decisions a page has: all, or those in force now, of one outcome, about one party."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from evenhand.web.console.console import Console
from tests.networks import DAY_1, DAY_2, DAY_3, MadeNetwork, empty_network
from tests.unit.web.api.programs import program, secret_of
from tests.unit.web.console.clients import console_of

LATER = DAY_3 + timedelta(days=40)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Return a network in which `now` was held on the first day, and `then` no longer on the second."""
    made = empty_network(tmp_path_factory.mktemp("decisions") / "network")
    for party, name in (("now", "Granat Torum"), ("then", "Ozmerel Vantrik")):
        made.add("advertisers", id=party, name=name)
        made.add("house-sanctions", id=f"s-{party}", schema="Company", name=name, topic="made-up")
    made.run(DAY_1)
    made.drop("house-sanctions", "s-then")
    made.run(DAY_2)
    return made


@pytest.fixture(scope="module")
def console(made: MadeNetwork) -> Iterator[Console]:
    with console_of(Path(made.folder), clock=lambda: LATER) as console:
        yield console


@pytest.fixture(scope="module")
def crm(console: Console) -> TestClient:
    return program(console, secret_of(console))


def pages(crm: TestClient, query: str = "", limit: int = 500) -> list[dict[str, Any]]:
    """Return the decisions of all pages."""
    found, cursor = [], "0"
    while cursor:
        page = crm.get(f"/decisions?limit={limit}&cursor={cursor}&{query}".rstrip("&")).json()
        found += page["decisions"]
        cursor = page["next"]
    return found


def test_an_outcome_and_a_party_choose_among_all_decisions(crm: TestClient) -> None:
    """In the order of the ledger."""
    whole = pages(crm)

    for outcome in ("allow", "hold", "refuse"):
        assert pages(crm, f"outcome={outcome}") == [each for each in whole if each["decision"]["outcome"] == outcome]
    for party in ("now", "then", "nobody"):
        chosen = [each for each in whole if each["decision"]["party"]["id"] == party]
        assert pages(crm, f"party={party}") == chosen
        assert pages(crm, f"party={party}&outcome=hold") == [
            each for each in chosen if each["decision"]["outcome"] == "hold"
        ]
    assert {each["decision"]["outcome"] for each in pages(crm, "party=then")} == {"hold", "allow"}


def test_those_in_force_are_the_outcomes_of_now(crm: TestClient) -> None:
    """A sync of all outcomes needs no more: what was decided before and replaced is not among them."""
    held = {each["decision"]["party"]["id"] for each in pages(crm, "in_force=true&outcome=hold")}
    last = {each["decision"]["case"]: each["entry"] for each in pages(crm)}

    assert held == {"now"}
    assert [each["entry"] for each in pages(crm, "in_force=true")] == sorted(last.values())


@pytest.mark.parametrize("query", ["", "in_force=true", "outcome=hold", "party=then", "in_force=true&party=now"])
def test_pages_of_chosen_decisions_have_each_once(crm: TestClient, query: str) -> None:
    """However long a page is; `next` is the entry that the next page begins with."""
    assert pages(crm, query, limit=1) == pages(crm, query) != []


@pytest.mark.parametrize("query", ["outcome=refused", "in_force=yes", "scope=payer"])
def test_a_filter_that_is_not_known_is_refused(crm: TestClient, query: str) -> None:
    """One that is passed over would show too much."""
    assert crm.get(f"/decisions?{query}").status_code == 422
