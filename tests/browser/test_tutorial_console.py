"""The second part of the tutorial, done in Chromium step by step; it makes the tutorial's pictures.

With `EVENHAND_PICTURES=1` in the environment the pictures in `docs/assets/tutorial` are written anew. Look at each.
"""

import io
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from evenhand.store.accounts import Accounts
from evenhand.store.console_tables import ConsoleTables
from tests.browser.consoles import CHROMIUM, PASSWORD, served
from tests.docs.pages import ROOT, File, steps

DOCUMENT = ROOT / "docs" / "tutorial-console.md"
PICTURES = ROOT / "docs" / "assets" / "tutorial"
MAKES_PICTURES = os.environ.get("EVENHAND_PICTURES") == "1"
MOST_BYTES, MOST_COLOURS = 60_000, 128
AT = "2026-11-03T09:00:00+00:00"
SLOW_MS = 120_000
TEXT = DOCUMENT.read_text("utf-8")
_STEP = re.compile(r"^## (\d+)\. .*?(?=^## )", re.MULTILINE | re.DOTALL)
_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(assets/tutorial/(?P<name>\w+)\.png\)")
# What a person reads: the text that is shown, and what is written on buttons and in fields' choices.
_SHOWN = (
    "document.body.innerText + ' ' + [...document.querySelectorAll('button, option')].map(e => e.textContent).join(' ')"
)

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="never here: no Chromium is installed, and pages need a browser"),
    pytest.mark.xdist_group("console"),
]


class Reader:
    """Somebody who follows the page: with two browsers, and with what was on every page that they saw in a step."""

    def __init__(self, browser: Browser, address: str, folder: Path, link: str) -> None:
        self.address, self.folder, self.link = address, folder, link
        look = {"width": 1280, "height": 800}
        self.page, self.other = (browser.new_context(viewport=look, color_scheme="light").new_page() for _ in range(2))  # type: ignore[arg-type]
        self.read: list[str] = []

    def open(self, name: str) -> None:
        """Choose a page from the menu."""
        self.page.locator(".side").get_by_role("link", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def see(self, page: Page | None = None) -> None:
        """Read what is on the page now."""
        page = page or self.page
        page.wait_for_load_state()
        self.read.append(" ".join(str(page.evaluate(_SHOWN)).casefold().split()))

    def press(self, name: str, page: Page | None = None) -> None:
        """Press a button, after reading the page that has it."""
        self.see(page)
        (page or self.page).get_by_role("button", name=name, exact=True).first.click()
        (page or self.page).wait_for_load_state()

    def picture(self, name: str, page: Page | None = None, top: str = "") -> None:
        """Make a picture of what is seen now, from an element down where one is named; only where it is asked for."""
        page = page or self.page
        self.see(page)
        if not MAKES_PICTURES:
            return
        page.evaluate("document.activeElement?.blur()")
        place = f"document.querySelector({top!r}).getBoundingClientRect().top + scrollY - 70" if top else "0"
        page.evaluate(f"scrollTo(0, {place})")
        page.wait_for_timeout(300)
        shot = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
        PICTURES.mkdir(exist_ok=True)
        shot.quantize(MOST_COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


def first_account(reader: Reader) -> None:
    page = reader.page
    page.goto(reader.link)
    page.get_by_label("Your id").fill("m.lind")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    reader.press("Make it and log in")
    reader.open("People")
    reader.see()
    page.get_by_role("row", name="t.ober").get_by_role("button", name="Invite").click()
    reader.other.goto(page.locator(".flash code").inner_text())
    reader.other.get_by_label("Password").fill(PASSWORD)
    reader.other.get_by_label("The same again").fill(PASSWORD)
    reader.press("Set it and log in", reader.other)


def today(reader: Reader) -> None:
    reader.open("Today")
    reader.picture("today")


def match(reader: Reader) -> None:
    page = reader.page
    reader.open("Queue")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Match")).first.click()
    reader.see()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/t*")
    page.keyboard.press("d")
    expect(page.get_by_label("Why", exact=True)).to_be_focused()
    page.keyboard.type("another owner, register extract seen")
    reader.picture("match")
    page.get_by_label("Why", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Recorded not-same")


def case(reader: Reader) -> None:
    page = reader.page
    page.keyboard.press("Control+k")
    page.keyboard.type("calvado")
    expect(page.get_by_role("option").first).to_contain_text("Calvado Cement")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/parties/advertiser/two-owners")
    reader.picture("case")


def complaint(reader: Reader) -> None:
    page = reader.page
    reader.open("Complaints")
    reader.see()
    page.get_by_role("main").locator("tbody a").first.click()
    page.wait_for_load_state()
    unfolded(page, "Admit")
    reader.press("Admit")
    unfolded(page, "Take the review")
    page.get_by_role("group", name="conflict of interest").get_by_label("No", exact=True).check()
    reader.press("Take the review")
    reader.press("Read the case")
    unfolded(page, "Propose an answer")
    page.get_by_label("upheld").check()
    page.get_by_label("facts confirmed").check()
    for field in page.locator("form[action$='/propose'] textarea").all():
        field.fill("No new entry of the register has reached us.")
    reader.picture("complaint")
    reader.press("Propose an answer")
    reader.see()


def unfolded(page: Page, name: str) -> None:
    """Open the fold of an act, unless it is open."""
    fold = page.locator("details", has=page.locator("summary", has_text=name))
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()


def rule(reader: Reader) -> None:
    page, other = reader.page, reader.other
    reader.open("Rulebook")
    page.get_by_role("link", name="The draft").first.click()
    page.wait_for_url("**/rules/draft")
    checks(reader)
    reader.press("Check the draft")
    expect(page.locator("article").first).to_be_visible(timeout=SLOW_MS)
    if MAKES_PICTURES:  # what comes after the proofs costs seconds, and is not what this step is about
        expect(page.get_by_role("button", name="Check again")).to_be_visible(timeout=SLOW_MS)
    reader.picture("counterexample", top="article")
    page.get_by_role("link", name="Back to the text").click()
    page.locator("#text").click()  # the editor is loaded when somebody begins to write
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+End")
    page.keyboard.insert_text("when { principal.designated_share_bp >= 1000 && context.political };")
    reader.press("Save the draft")
    checks(reader)
    expect(page.get_by_role("button", name="Check again")).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("#checks")).to_contain_text("all proved")
    reader.press("Approve the release")
    reader.see()
    other.goto(f"{reader.address}/rules/draft/checks")
    reader.picture("release", other, top="#proofs")
    reader.press("Confirm and release", other)
    expect(other.locator(".flash")).to_have_text("Released by m.lind and t.ober. The next run decides by these rules.")


def checks(reader: Reader) -> None:
    """Go from the text to its checks."""
    reader.see()
    reader.page.get_by_role("link", name="Checks and release").click()
    reader.page.wait_for_url("**/rules/draft/checks")


def article(reader: Reader) -> None:
    page = reader.page
    reader.open("Evidence")
    page.locator("#f-file").set_input_files(reader.folder / "article.txt")
    reader.press("Save and read it")
    page.wait_for_url("**/evidence/*")
    reader.see()
    page.keyboard.press("n")
    page.wait_for_url("**/claims/*")
    page.get_by_label("It denies this claim").first.check()
    reader.picture("claim")
    page.keyboard.press("c")
    expect(page.get_by_role("status")).to_be_visible()
    reader.see()


def upload(reader: Reader) -> None:
    page = reader.page
    reader.open("Upload")
    page.get_by_label("Which table it is").select_option("payers")
    page.locator("#f-file").set_input_files(reader.folder / "payers.csv")
    reader.press("Look at it")
    page.get_by_text("Has no column name").wait_for(timeout=SLOW_MS)
    page.get_by_label("name (needed)", exact=True).select_option("Called")
    reader.press("Look again")
    page.get_by_role("heading", name="What would change").wait_for(timeout=SLOW_MS)
    reader.picture("upload")
    reader.press("Replace the table")
    page.get_by_role("heading", name="In force now").wait_for(timeout=SLOW_MS)
    reader.see()


STEPS: tuple[Callable[[Reader], None], ...] = (first_account, today, match, case, complaint, rule, article, upload)


@pytest.fixture(scope="module")
def reader(built_sample: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("tutorial")
    network = Path(shutil.copytree(built_sample, folder / "demo-network"))
    for each in steps(TEXT):
        if isinstance(each, File):
            (folder / each.path).write_text(each.text, "utf-8")
    tables = ConsoleTables(network)
    secret = Accounts(tables).make_first_link(datetime.fromisoformat(AT), timedelta(hours=1), lambda: "made-up-secret")
    tables.close()
    with served(network, (), AT) as address:
        reader = Reader(browser, address, folder, f"{address}/link/{secret}")
        yield reader
        for page in (reader.page, reader.other):
            page.context.close()


def test_whoever_follows_the_page_sees_what_is_bold_on_it(reader: Reader) -> None:
    """A tutorial that nobody follows grows old: a button is renamed, and the reader is lost in the first minute."""
    told = {int(found[1]): re.findall(r"\*\*(.+?)\*\*", found[0], re.DOTALL) for found in _STEP.finditer(TEXT)}
    missing = {}

    for number, step in enumerate(STEPS, 1):
        reader.read.clear()
        step(reader)
        seen = " ".join(reader.read)
        absent = [each for each in told[number] if " ".join(each.casefold().split()) not in seen]
        if absent:
            missing[number] = absent

    assert missing == {}
    assert told.keys() == set(range(1, len(STEPS) + 1))
    assert min(map(len, told.values())) >= 2


def test_every_picture_of_the_page_is_there_small_and_with_words() -> None:
    """The page shows each picture that the test makes, and none besides; who sees none reads what is on it."""
    shown = {found["name"]: found["alt"] for found in _PICTURE.finditer(TEXT)}
    made = {each.stem: each for each in PICTURES.glob("*.png")}

    assert shown.keys() == made.keys()
    assert min(map(len, shown.values())) > 20
    assert {name: each.stat().st_size for name, each in made.items() if each.stat().st_size > MOST_BYTES} == {}
    assert {size_of(each) for each in made.values()} == {(1280, 800)}


def size_of(picture: Path) -> tuple[int, int]:
    with Image.open(picture) as opened:
        return opened.size
