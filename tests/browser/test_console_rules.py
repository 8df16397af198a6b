"""A rule is written and refuted in a browser, and the editor comes when somebody writes."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from evenhand.store.network import read_network
from evenhand.workflows.rulebooks.drafts import remove_draft
from tests.browser.consoles import CHROMIUM, log_in, served
from tests.browser.test_console_pages import SIDEWAYS, TAGS, axe_findings
from tests.people import write_staff

RULE = """
@id("country-first")
@title("Advertisers of one country wait")
@why("A made-up rule.")
@verdict("hold")
@ground("contract")
@notice_days("0")
@effective_from("2017-01-01")
@owner("policy-office")
forbid (principal is Advertiser, action == Action::"buy", resource)
when { principal.country == "FR" };
"""
CHECKED_MS = 90_000
MOST_BYTES = 100_000

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="never here: no Chromium is installed, and pages need a browser"),
    pytest.mark.xdist_group("console"),
]


@pytest.fixture(scope="module")
def address(built_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    network = Path(shutil.copytree(built_sample, tmp_path_factory.mktemp("console") / "network"))
    remove_draft(read_network(network))
    write_staff(network)
    with served(network, ["pol"]) as found:
        yield found


def test_a_rule_that_names_a_country_is_refuted_and_cannot_be_released(
    address: str, open_page: Callable[[], Page]
) -> None:
    """The proof comes before any advertiser is met by the rule; how one is released is in the tutorial's test."""
    page = open_page()
    log_in(page, address, "pol", "/rules/draft")
    page.get_by_role("button", name="Begin a draft").click()

    write(page, RULE)
    expect(page.locator("#marks")).to_contain_text("Advertiser.country", timeout=20_000)
    save_and_check(page, address)
    expect(page.locator("article")).to_contain_text("The outcome does not depend on nationality.")
    expect(page.locator("article .compare td").first).to_contain_text("FR")
    expect(page.get_by_role("button", name="Approve the release")).to_have_count(0)
    look(page, address)


def test_the_editor_comes_when_somebody_writes_and_keeps_what_was_typed_before(
    address: str, open_page: Callable[[], Page]
) -> None:
    """Who only reads loads 100 kB at most; on a slow line one writes on while the editor is on its way."""
    page = open_page()
    log_in(page, address, "pol", "/rules/draft")
    if page.get_by_role("button", name="Begin a draft").count():  # where it is the first test
        page.get_by_role("button", name="Begin a draft").click()
    page.goto("about:blank")  # or what the page before still loads is weighed too
    asked: list[Request] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    def note(request: Request) -> None:
        asked.append(request)

    page.on("request", note)
    page.route("**/codemirror.min.js", hold)
    page.goto(f"{address}/rules/draft", wait_until="networkidle")
    sent = [each.response() for each in asked]
    weighed = sum(each.request.sizes()["responseBodySize"] for each in sent if each is not None)

    page.locator("#text").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("// made up before")
    expect(page.locator("#text")).to_have_value(re.compile("// made up before$"))
    assert [Path(each.request.url).name for each in held] == ["codemirror.min.js"]
    held[0].continue_()
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.type(" and after")

    assert weighed < MOST_BYTES, weighed
    assert page.locator("#text").input_value().endswith("// made up before and after")
    assert page.locator(".cm-line").last.inner_text() == "// made up before and after"


def look(page: Page, address: str) -> None:
    """Look at the editor and at a counterexample as axe does, and at the width of a phone."""
    for path in ("/rules/draft/checks", "/rules/draft"):
        page.goto(address + path)
        assert axe_findings(page, TAGS) == []
        page.set_viewport_size({"width": 390, "height": 900})
        assert page.evaluate(SIDEWAYS) == 0
        page.set_viewport_size({"width": 1280, "height": 900})


def write(page: Page, text: str) -> None:
    """Type at the end of the editor."""
    open_editor(page)
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def open_editor(page: Page) -> None:
    """Put the cursor into the text, as a person does: that brings the editor."""
    if page.locator("#text").is_visible():
        page.locator("#text").click()
    page.locator(".cm-content").click()


def save_and_check(page: Page, address: str) -> None:
    """Save the draft and wait for all that is found out about it."""
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_load_state()
    page.goto(f"{address}/rules/draft/checks")
    expect(page.get_by_role("button", name="Check again")).to_be_visible(timeout=CHECKED_MS)
