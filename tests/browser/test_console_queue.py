"""Judge matches by keyboard, find anything, and answer with four eyes in two browsers, as people do it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from evenhand.store.network import read_network
from evenhand.workflows.review.task_board import list_tasks
from tests.browser.consoles import CHROMIUM, log_in, served
from tests.networks import SUFFIXES, full_network, put_under_a_law
from tests.people import write_staff

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="never here: no Chromium is installed, and pages need a browser"),
    pytest.mark.xdist_group("console"),
]
NAMESAKES = ("Tulquist Capital", "Ferrolit Export", "Morvane Holding")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with four open matches: one under a binding law, three that one person decides."""
    made = full_network(tmp_path_factory.mktemp("queue") / "network")
    for number, name in enumerate(NAMESAKES):
        made.add("advertisers", id=f"n{number}", name=name, domains=f"n{number}.example")
    made.run(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
    write_staff(made.folder)
    return made.folder


@pytest.fixture(scope="module")
def address(network: Path) -> Iterator[str]:
    with served(network, ["ana", "ben", "rob"]) as made:
        yield made


def page_of(browser: Browser, address: str, person: str, path: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    log_in(page, address, person, path)
    return page


def open_matches(network: Path) -> list[str]:
    found = list_tasks(read_network(network), datetime.now(UTC), SUFFIXES, kind="match")
    return [each.id for each in found if each.state != "second"]


def test_three_matches_are_judged_by_keyboard_alone(browser: Browser, address: str, network: Path) -> None:
    """`j` and Enter open the first, `d` chooses, the words are typed, Enter records and the next one is there."""
    before = open_matches(network)
    page = page_of(browser, address, "ana", "/tasks?kind=match")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for number, task in enumerate(before[:3]):
        page.wait_for_url(f"**/tasks/{task}?kind=match")
        page.keyboard.press("u" if number == 0 else "d")
        expect(page.get_by_label("Why", exact=True)).to_be_focused()
        page.keyboard.type("founded elsewhere, by others")
        page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.flash')?.textContent.includes('Recorded not-same')")

    left = open_matches(network)
    assert before[0] in left
    assert not {*before[1:3]} & {*left}
    page.context.close()


def test_an_answer_is_sent_once_however_often_enter_or_the_button_is_pressed(browser: Browser, address: str) -> None:
    """The second one was refused, and told that nothing was recorded."""
    page = page_of(browser, address, "ben", "/tasks?kind=match")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/t*?kind=match")
    count = "if (!event.defaultPrevented) window.timesSent += 1; event.preventDefault();"
    page.evaluate(f"window.timesSent = 0; window.addEventListener('submit', (event) => {{ {count} }})")
    page.keyboard.press("d")
    page.keyboard.type("founded elsewhere, by others")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Record", exact=True).click()

    assert page.evaluate("window.timesSent") == 1
    page.context.close()


def test_anything_is_found_by_ctrl_k_and_the_arrows(browser: Browser, address: str) -> None:
    """The list under the field is walked without the mouse; Enter opens what is chosen."""
    page = page_of(browser, address, "ana", "/people")
    page.keyboard.press("Control+k")
    page.keyboard.type("queue")
    option = page.get_by_role("option", name="Queue")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")

    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks")
    page.context.close()


def test_an_answer_of_two_people_is_given_and_confirmed_in_two_browsers(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The first answers, the second sees it on their first page and confirms; the first cannot."""
    made = full_network(tmp_path_factory.mktemp("law") / "network")
    put_under_a_law(made)
    made.run(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
    write_staff(made.folder)
    with served(made.folder, ["ana", "rob"]) as address:
        ana = page_of(browser, address, "ana", "/tasks?kind=match")
        rob = page_of(browser, address, "rob", "/")
        ana.get_by_role("row").nth(1).get_by_role("link").click()
        ana.get_by_label("Not the same").check()
        ana.get_by_label("Why", exact=True).fill("another company")
        ana.get_by_role("button", name="Record").click()
        expect(ana.get_by_role("status")).to_contain_text("waits for a second person")

        rob.reload()
        rob.get_by_role("region", name="Answers that wait for a second person").get_by_role("link").first.click()
        expect(rob.get_by_text("another company").first).to_be_visible()
        rob.get_by_label("Your words").fill("I saw it too")
        rob.get_by_role("button", name="Confirm").click()

        expect(rob.get_by_role("status")).to_contain_text("Answer confirmed")
        assert open_matches(made.folder) == []
        ana.context.close()
        rob.context.close()
