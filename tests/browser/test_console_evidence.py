"""Claims decided as a person does it who has only a keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from evenhand.store.network import read_network
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument
from tests.browser.consoles import CHROMIUM, log_in, served
from tests.networks import DAY_1, empty_network
from tests.sample_network import CLAIMS, REPORT_ID, add_report

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="never here: no Chromium is installed, and pages need a browser"),
    pytest.mark.xdist_group("console"),
]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with one saved report, of which five claims wait."""
    made = empty_network(tmp_path_factory.mktemp("claims") / "network")
    made.add("advertisers", id="lantern", name="Lantern Radio", domains="lantern.example", country="DE",
             verification="register")  # fmt: skip
    made.run(DAY_1)
    add_report(made.folder)
    return made.folder


@pytest.fixture(scope="module")
def console(network: Path, browser: Browser) -> Iterator[tuple[str, Browser]]:
    with served(network, ["ana"]) as address:
        yield address, browser


@pytest.fixture
def page(console: tuple[str, Browser]) -> Iterator[Page]:
    address, browser = console
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    made = context.new_page()
    log_in(made, address, "ana", "/evidence")
    yield made
    context.close()


def states(network: Path) -> dict[str, str]:
    opened = OpenedDocument(read_network(network), evidence_of(read_network(network)).documents[REPORT_ID])
    return {name: opened.records.state_of(claim) for name, claim in CLAIMS.items()}


def at_claim(page: Page, name: str) -> None:
    """Wait for the page of a claim."""
    page.wait_for_url(f"**/claims/{CLAIMS[name]}")
    page.wait_for_load_state()


def test_three_claims_are_confirmed_corrected_and_rejected_by_keyboard(page: Page, network: Path) -> None:
    """The denial comes first: the key to confirm leads to its answers while they are not given."""
    keys = page.keyboard
    keys.press("j")
    keys.press("Enter")
    page.wait_for_url(f"**/evidence/{REPORT_ID}")
    keys.press("n")
    at_claim(page, "1")

    keys.press("c")
    assert page.evaluate("document.activeElement.name") == f"denial-{CLAIMS['4']}"
    assert states(network)["1"] == "proposed"
    keys.press("Space")
    keys.press("c")
    page.get_by_role("status").wait_for()
    assert states(network)["1"] == "confirmed"

    keys.press("n")
    at_claim(page, "2")
    keys.press("e")
    assert page.evaluate("document.activeElement.name") == "speaker"
    keys.press("Control+a")
    keys.type("Mirel Ostan of the board")
    keys.press("Enter")  # Enter in a field must decide nothing
    page.get_by_role("textbox", name="Why (optional)").focus()
    keys.type("her name as it is written")
    page.get_by_label("It denies this claim").focus()
    keys.press("Space")
    page.get_by_role("button", name="Correct", exact=True).focus()
    keys.press("Enter")
    page.get_by_role("status").wait_for()
    assert states(network)["2"] == "corrected"

    keys.press("n")
    at_claim(page, "3")
    keys.press("x")
    assert page.evaluate("document.activeElement.name") == "why"
    keys.type("not said so")
    keys.press("Tab")
    keys.press("Enter")
    page.get_by_role("status").wait_for()
    assert states(network) == {"1": "confirmed", "2": "corrected", "3": "rejected", "4": "proposed", "5": "proposed"}

    keys.press("p")
    at_claim(page, "2")
    keys.press("l")
    assert page.evaluate("document.activeElement.name") == "party"


def test_a_claim_leads_to_its_words_in_the_text(page: Page) -> None:
    """By a plain anchor; at the width of a phone the claims come before the text."""
    page.goto(page.url.replace("/evidence", f"/evidence/{REPORT_ID}"))
    page.get_by_role("link", name="In the text of claim 4").click()
    assert page.evaluate("document.querySelector('mark:target').textContent") == "the accusation of hidden campaigns"

    page.set_viewport_size({"width": 390, "height": 800})
    top = {name: page.get_by_role("heading", name=name).bounding_box() for name in ("Claims", "The text as saved")}
    assert top["Claims"]
    assert top["The text as saved"]
    assert top["Claims"]["y"] < top["The text as saved"]["y"]


def test_every_accusation_can_be_ticked_in_the_form_that_corrects_a_denial(page: Page) -> None:
    """A field that is not shown stands between the legend and the first, which had no width beside the legend."""
    page.goto(page.url.replace("/evidence", f"/evidence/{REPORT_ID}/claims/{CLAIMS['4']}?correct=yes"))
    choices = page.get_by_role("group", name="What it denies").locator("label")

    widths = {round(box["width"]) for each in choices.all() if (box := each.bounding_box())}

    assert choices.count() > 1
    assert len(widths) == 1
    assert min(widths) > 300
