"""From the list of parties to a case, its print, and the acts behind an edge, as a person does it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from evenhand.store.network import read_network
from evenhand.workflows.influence.edge_evidence import kept_result
from tests.browser.consoles import CHROMIUM, log_in, served

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="never here: no Chromium is installed, and pages need a browser"),
    pytest.mark.xdist_group("console"),
]


@pytest.fixture(scope="module")
def network(built_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(built_sample, tmp_path_factory.mktemp("case") / "network"))


@pytest.fixture(scope="module")
def address(network: Path) -> Iterator[str]:
    with served(network, ["ana"]) as made:
        yield made


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    made = context.new_page()
    log_in(made, address, "ana", "/parties")
    yield made
    context.close()


def test_from_the_list_to_the_case_by_keyboard(page: Page) -> None:
    """`f` searches, `j` goes to the first row, Enter opens it: nobody needs the mouse for it."""
    page.keyboard.press("f")
    page.keyboard.type("calvado")
    page.keyboard.press("Enter")
    page.wait_for_url("**/parties?q=calvado")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/parties/advertiser/two-owners")

    assert page.get_by_role("heading", level=1).inner_text() == "Calvado Cement"
    assert page.get_by_role("img", name="3 holders above Calvado Cement; the table has the same").is_visible()


def test_a_printed_case_has_everything_open_and_no_menu(page: Page, address: str) -> None:
    """A case is given to a court as a PDF: nothing may stay folded, nothing of the console is on it."""
    page.goto(f"{address}/parties/advertiser/two-owners")
    page.get_by_text("2 advertisers with the same facts: refused").wait_for()  # a script puts it in after the page
    folded = page.locator("details.finding dl").first
    assert not folded.is_visible()

    page.emulate_media(media="print")

    assert folded.is_visible()
    for name in (".side", ".bar", ".jumps"):
        assert not page.locator(name).first.is_visible()
    assert page.get_by_text("One fact that would change the outcome").first.is_visible()
    assert page.get_by_text("Not spent of the budget: 3,100.00 EUR.").is_visible()
    assert len(page.pdf()) > 20_000


def test_the_acts_behind_an_edge_are_opened_by_keyboard(page: Page, address: str, network: Path) -> None:
    """From the community to a pair and to its acts."""
    group = kept_result(read_network(network)).result.communities[0].id
    page.goto(f"{address}/influence/{group}")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edge?**")

    assert "in common" in page.locator("#acts + p").inner_text()
    assert page.locator("main tbody tr").count() > 5
