"""The report page in Chromium: what its script does with the address after `#`, which people can pass on."""

import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from evenhand.render.report import ReportPage
from tests.unit.cli.made import CASES, MADE, MATCH, SHOWN, made_shown

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="never here: no Chromium is installed, and nothing else runs the page's script"
)


class Shown(HTMLParser):
    """Reads the page as the browser has it: rows of decisions, status, pages, and how columns are sorted."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.rejected = 0
        self.open: list[str] = []
        self.sorted: dict[str, str] = {}
        self.text: list[str] = []
        self._where: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag not in {"meta", "input", "br"}:
            self._where.append((tag, known))
        if known.get("data-sort") and known.get("aria-sort") != "none":
            self.sorted[str(known["data-sort"])] = str(known.get("aria-sort"))
        self.rejected += known.get("data-label") == "Rejected"
        if tag == "details" and "open" in known:
            self.open.append(self.names[-1])

    def handle_endtag(self, _tag: str) -> None:
        self._where.pop()

    def handle_data(self, data: str) -> None:
        tag, known = self._where[-1] if self._where else ("", {})
        if tag not in {"style", "script"}:
            self.text += data.split()
        if known.get("class") == "name":
            self.names.append(data)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of 8 decisions of every outcome, 250 of one, and 254 rows, values and notes."""
    path, made = tmp_path_factory.mktemp("browser") / "report.html", ReportPage()
    for each in SHOWN:
        made.add(each)
    for number in range(250):
        made.add(
            made_shown(CASES[0], decision=f"d-plum-{number}", name=f"Plüm {number}", matches=(MATCH,) * (number % 2))
        )
    made.write(msgspec.structs.replace(MADE, refused=MADE.refused + MADE.refused[:1] * 250), path)
    return path


def browse(page: Path, address: str) -> Shown:
    """Return what Chromium shows of the page at an address."""
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom")
    done = subprocess.run(
        [str(CHROMIUM), *options, f"--user-data-dir={page.parent}/profile", f"file://{page}#{address}"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    shown = Shown()
    shown.feed(done.stdout)
    return shown


def test_an_address_filters_sorts_searches_and_turns_the_pages(page: Path) -> None:
    """Somebody sends a colleague what they see: the third page of what a search leaves, by name from the end."""
    shown = browse(page, "outcome=refuse&strength=none&q=PLUM+advertiser&sort=-name&page=2")

    assert shown.names == [f"Plüm {number}" for number in range(48, -1, -2)]
    assert shown.sorted == {"name": "descending"}
    words = " ".join(shown.text)
    assert "125 of 258 decisions; 0 of 254 rows, values and notes" in words
    assert "Page 2 of 2: decisions 101 to 125 of 125" in words


def test_without_an_address_the_first_hundred_are_shown_and_all_can_be_reached(page: Path) -> None:
    """A phone shows the page, and nothing is out of reach."""
    shown = browse(page, "")

    assert (len(shown.names), shown.rejected) == (100, 100)
    assert shown.names[:2] == [each.row.name for each in SHOWN[:2]]
    words = " ".join(shown.text)
    assert "Page 1 of 3: decisions 1 to 100 of 258" in words
    assert "Page 1 of 3: rows, values and notes 1 to 100 of 254" in words
    assert "On hold (3)" in words
    assert "no match (132)" in words


def test_an_address_of_one_decision_opens_it(page: Path) -> None:
    """A letter names the decision's id; the page is opened at it, with both sides of its match."""
    shown = browse(page, "d-plum-249")

    assert shown.open == ["Plüm 249"]
    assert "Our record Listed entry ofac-sdn-12345 of ofac-sdn" in " ".join(shown.text)


def test_a_list_can_be_chosen_and_every_detail_opened(page: Path) -> None:
    """For the reviewer of one list, and for print."""
    shown = browse(page, "list=ofac-sdn&open=all&sort=name")

    assert len(shown.names) == 100
    assert shown.open == shown.names
    assert shown.names[:2] == ["Plüm 1", "Plüm 3"]
    assert shown.sorted == {"name": "ascending"}
