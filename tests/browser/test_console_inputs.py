"""A table handed in by a person in Chromium: a wrong heading mended, what changes seen, a run watched, a file taken."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from playwright.sync_api import Browser

from tests.browser.consoles import CHROMIUM, log_in, served
from tests.networks import MadeNetwork, full_network

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="never here: no Chromium is installed, and pages need a browser"),
    pytest.mark.xdist_group("console"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    found = full_network(tmp_path_factory.mktemp("inputs") / "network")
    found.run()
    return found


@pytest.fixture(scope="module")
def page(made: MadeNetwork, browser: Browser) -> Iterator[Any]:
    with served(made.folder, ["ops"]) as address:
        shown = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        faults: list[str] = []
        shown.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        log_in(shown, address, "ops", "/upload")
        yield shown
        shown.context.close()
        assert faults == []


def test_a_workbook_with_a_wrong_heading_becomes_the_table(page: Any, made: MadeNetwork, tmp_path: Path) -> None:
    """From the file to the decisions, as a person does it; progress comes without loading the page again."""
    rows = [["id", "Called", "country"], ["plain", "Plainer Payer", ""], ["morvane", "Morvane Holding", "QP"],
            ["tulquist", "Tulquist Capital", "QP"]]  # fmt: skip
    with xlsxwriter.Workbook(tmp_path / "payers of March.xlsx") as book:
        sheet = book.add_worksheet("Payers")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    page.get_by_label("Which table it is").select_option("payers")
    page.locator("#f-file").set_input_files(tmp_path / "payers of March.xlsx")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("Has no column name").wait_for(timeout=30_000)
    page.get_by_label("name (needed)", exact=True).select_option("Called")
    page.get_by_role("button", name="Look again").click()
    page.get_by_role("heading", name="What would change").wait_for(timeout=30_000)

    changed = page.get_by_role("region", name="Rows that change")
    assert "Plainer Payer" in changed.inner_text()
    assert "A run would stop: payers has lost a column" in page.get_by_role("main").inner_text()
    page.get_by_label("Why what is missing is right").fill("websites are in the other system")
    page.get_by_role("button", name="Replace the table").click()
    page.wait_for_url("**/jobs/*")
    page.get_by_role("heading", name="In force now").wait_for(timeout=60_000)

    with page.expect_download() as taken:
        page.get_by_role("link", name="Decisions as XLSX").click()
    assert taken.value.suggested_filename == "decisions.xlsx"
    assert Path(taken.value.path()).read_bytes().startswith(b"PK")
    assert made.network.settings.intake.columns == {"payers": {"name": "Called"}}
    assert made.register()[1]["plain"].names == ("Plainer Payer",)


def test_a_run_is_started_by_a_key_and_listed(page: Any) -> None:
    page.goto(page.url.partition("/jobs")[0] + "/jobs")
    page.keyboard.press("r")
    page.wait_for_url("**/jobs/*")
    page.get_by_role("heading", name="In force now").wait_for(timeout=60_000)

    assert "New decisions other than allow" in page.get_by_role("main").inner_text()
