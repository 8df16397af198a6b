"""Communities, their pairs, and the acts behind each pair."""

from html import unescape
from pathlib import Path

import pytest

from evenhand.store.network import read_network
from evenhand.web.console.console import Console
from evenhand.workflows.influence.edge_evidence import edge_evidence, kept_result
from tests.unit.web.console.clients import Browser, browser, console_of


@pytest.fixture(scope="module")
def group(console_network: Path) -> str:
    """Return the id of the sample's community."""
    return kept_result(read_network(console_network)).result.communities[0].id


def test_the_list_leads_to_each_community_and_to_the_files(ana: Browser, console: Console, group: str) -> None:
    """The files are those that the run wrote."""
    page = ana.get("/influence").text

    assert f'href="/influence/{group}"' in page
    for name in ("bundle.json", "graph.graphml", "graph.gexf"):
        assert f'href="/influence/files/{name}"' in page
        answer = ana.get(f"/influence/files/{name}")
        assert answer.content == (console.folder / "out" / "influence" / name).read_bytes()
        assert "attachment" in answer.headers["content-disposition"]
    assert ana.get("/influence/files/lookalike_hosts.parquet").status_code == 404


@pytest.mark.parametrize(("query", "is_there"), [("q=rain-coats", True), ("q=drizzle", True), ("q=nobody", False),
                                                 ("layer=landing_url", True), ("layer=payer", False)])  # fmt: skip
def test_communities_are_found_by_account_name_and_layer(
    ana: Browser, group: str, query: str, *, is_there: bool
) -> None:
    """Whoever has an advertiser on the telephone looks for it here."""
    assert (f'href="/influence/{group}"' in ana.get(f"/influence?{query}").text) is is_there


def test_a_community_has_its_picture_its_accounts_and_each_pair_as_a_link(ana: Browser, group: str) -> None:
    """The picture is for the eye; the tables say the same, and lead to the cases and the acts."""
    page = ana.get(f"/influence/{group}").text

    assert page.count("<circle") == 6
    assert page.count('<path class="edge') == 15
    assert page.count(f"/influence/{group}/edge?a=") == 15
    assert 'href="/parties/advertiser/rain-coats"' in page
    assert "Allowed" in page
    assert "style=" not in page


def test_every_edge_opens_the_acts_behind_it(ana: Browser, console_network: Path, group: str) -> None:
    """All of them, with both times, the object, and what does not count and why."""
    evidence = edge_evidence(read_network(console_network), "ferry-trips", "rain-coats")
    page = unescape(ana.get(f"/influence/{group}/edge?a=rain-coats&b=ferry-trips").text)

    assert f"{len(evidence.acts)} in common" in page
    for act in evidence.acts:
        assert act.object_id in page
        assert act.time(act.a_at) in page
        assert act.a_content in page
    assert page.count("does not count:") == len(evidence.acts) - len(evidence.counted)


@pytest.mark.parametrize(
    ("query", "status"),
    [("a=rain-coats&b=nobody", 400), ("a=rain-coats", 400), ("", 400), ("a=rain-coats&b=rain-coats", 400),
     ("a=rain-coats&b=ferry-trips&decision=d-678fb0c13689a9206369", 404)],
)  # fmt: skip
def test_an_edge_that_is_none_is_said_so(ana: Browser, group: str, query: str, status: int) -> None:
    """Also a decision that rests on no coordination."""
    assert ana.get(f"/influence/{group}/edge?{query}").status_code == status
    assert ana.get("/influence/g-none").status_code == 404


def test_a_network_that_was_never_tested_says_so(console_network: Path, tmp_path: Path) -> None:
    """Most networks have no events; their page is no error."""
    (tmp_path / "evenhand.toml").write_bytes((console_network / "evenhand.toml").read_bytes())
    with console_of(tmp_path) as empty:
        answer = browser(empty, "ana").get("/influence")

    assert answer.status_code == 200
    assert "Nothing was tested yet" in answer.text
