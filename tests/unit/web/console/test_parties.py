"""The list of parties: filters, order, search and files."""

from pathlib import Path

import pytest

from tests.unit.web.console.clients import Browser, browser, console_of


def test_the_strictest_decisions_come_first_with_their_rule_and_law(ana: Browser) -> None:
    """A policy team looks at restrictions first, and asks for each: by which rule, and is that the law's or ours?"""
    page = ana.get("/parties").text

    assert page.index("Torvessa Grain") < page.index("Lumbrea Public Radio")
    row = page[page.index("Torvessa Grain") :].partition("</tr>")[0]
    assert "No dealing with a party that the European Union lists under an asset freeze" in row
    assert "Regulation (EU) No 269/2014" in row
    assert "the network&#39;s terms" in page[page.index(">RT<") :].partition("</tr>")[0]


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [("outcome=hold", "Caldrune Optics", "Torvessa Grain"), ("scope=payer", "Morvane Holding", "Torvessa Grain"),
     ("list=sample-uk", "Caldrune Optics", "Morvane Holding"), ("q=torvessa", "Torvessa Grain", "Morvane Holding"),
     ("q=PAY-morvane", "Morvane Holding", "Torvessa Grain"), ("q=fete+x", "No decision is like this", "Torvessa")],
)  # fmt: skip
def test_a_filter_is_a_link_that_leaves_what_is_asked_for(ana: Browser, query: str, shown: str, hidden: str) -> None:
    """What somebody filtered can be sent to a colleague as an address."""
    page = ana.get(f"/parties?{query}").text

    assert shown in page
    assert hidden not in page


def test_a_filter_says_how_many_each_other_value_would_show(ana: Browser) -> None:
    """The counts beside a filter are those under all the other filters, its own left out."""
    page = ana.get("/parties?outcome=refuse&scope=payer").text

    assert 'href="/parties?outcome=refuse&amp;scope=campaign"' in page
    assert "4 decisions" in page
    assert "Allowed" in page  # other outcomes of payers stay in reach


def test_the_order_is_a_link_both_ways(ana: Browser) -> None:
    """By name upwards and downwards: the first of one is the last of the other."""
    up, down = (ana.get(f"/parties?outcome=refuse&sort={way}name").text for way in ("", "-"))

    assert up.index("Astrovane Daily") < up.index("Vessari Telewave")
    assert down.index("Vessari Telewave") < down.index("Astrovane Daily")


@pytest.mark.parametrize("query", ["sort=;drop", "sort=place", "skip=99999999", "skip=-1", "outcome='x", "q='+OR+1=1"])
def test_a_query_that_nobody_typed_shows_a_page_all_the_same(ana: Browser, query: str) -> None:
    """An address is text that anybody can change."""
    assert ana.get(f"/parties?{query}").status_code == 200


def test_before_the_first_run_the_page_says_what_to_do(tmp_path: Path, console_network: Path) -> None:
    """Not an error of a program: there is nothing yet."""
    (tmp_path / "evenhand.toml").write_bytes((console_network / "evenhand.toml").read_bytes())
    with console_of(tmp_path) as empty:
        answer = browser(empty, "ana").get("/parties")

    assert answer.status_code == 404
    assert "run `evenhand run` first" in answer.text.replace("<bdi", "`<bdi") or "evenhand run" in answer.text
