"""The report page: whole, harmless, readable without network or script."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import msgspec

from evenhand.cli.pages import source_hash
from evenhand.cli.report import MOST_SHOWN, render_report, write_report
from evenhand.model.run import RunReport
from tests.unit.cli.made import CASES, MADE

VOID = {"meta", "input", "br"}


class Reader(HTMLParser):
    """Reads a page as text and notes its tags; an end tag without its start is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words += data.split()


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def text(report: RunReport) -> str:
    return " ".join(read(render_report(report)).words)


def test_every_element_is_closed_and_headings_come_in_order() -> None:
    """A screen reader walks by headings; a skipped level is a lost one."""
    reader = read(render_report(MADE))

    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch("h[1-6]", tag)]

    assert reader.open == []
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_links_lead_to_places_on_the_page_and_nothing_is_loaded() -> None:
    """One self-contained page: it opens from a mail, without network, and tells nobody that it was opened."""
    tags = read(render_report(MADE)).tags

    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    links = [attrs["href"] or "" for _, attrs in tags if "href" in attrs]

    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert not any("src" in attrs or "style" in attrs or tag == "link" for tag, attrs in tags)
    assert "url(" not in render_report(MADE)


def test_the_policy_admits_the_pages_own_style_and_script_only() -> None:
    """Even if a name slipped through unescaped, a browser would not run it."""
    html = render_report(MADE)

    style, script = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", html, re.DOTALL)
    expected = f"default-src 'none'; style-src '{source_hash(style)}'; script-src '{source_hash(script)}'"

    assert [attrs["content"] for _, attrs in read(html).tags if "http-equiv" in attrs] == [expected]


def test_a_decision_is_shown_with_because_rule_ground_plan_and_receipt() -> None:
    """Law `Because`: who reads the page sees why, on what ground, from when and what follows."""
    words = text(MADE)

    assert "Morvane Holding (30 %) and Tulquist Capital (25 %) hold 55 % together" in words
    assert "No dealing with a party owned 50 % or more by designated parties together owned-by-designated" in words
    assert "law: OFAC revised guidance of 13 August 2014, 1, US" in words
    assert "from 18 September 2019, 12:00 UTC, 30 days after it was decided" in words
    assert "campaign c-qm-broadcaster stops on 18 September 2019, 12:00 UTC, 3,549.75 EUR not spent" in words
    assert "prepaid 4,200.00 EUR is frozen" in words
    assert "leaf 41 of ads.made-up.example/log, checkpoint of tree size 160" in words


def test_lists_intake_and_checkpoint_are_on_the_page() -> None:
    """Nothing is lost silently: what was left out or kept from yesterday says so."""
    words = text(MADE)

    assert "house-sanctions not stated 14 c0dec0dec0de earlier version kept" in words
    assert "house-third – – never read" in words
    assert "campaigns.csv , line 45 account_no no-such-advertiser" in words
    assert "farm-shop.example is claimed by hill-farm and valley-farm" in words
    assert "historic rulebook" in words
    assert MADE.checkpoint.note in render_report(MADE)


def test_a_quiet_run_says_so() -> None:
    """An empty section would read as a page that failed."""
    quiet = msgspec.structs.replace(MADE, historic=False, cases=(), refused=(), again=(), contested=(), lists=())

    words = text(quiet)

    assert "None. Every party may advertise." in words
    assert "Every row and every value was read." in words
    assert "Nothing: no input changed since the last run." in words
    assert "No list is configured." in words
    assert "Duplicate keys" not in words
    assert "historic" not in words


def test_a_name_that_is_markup_is_shown_as_text() -> None:
    """Names come from outside; one of them will be `<script>`."""
    evil = '<script>alert("1")</script>`<img src=x>'
    case = msgspec.structs.replace(CASES[0], name=evil, because=(evil, f"`{evil}`", f"the name `{evil} is odd"))
    refused = tuple(msgspec.structs.replace(row, value=evil, expected=evil) for row in MADE.refused)
    report = msgspec.structs.replace(
        MADE, network=evil, cases=(case,), refused=refused, again=(evil,), contested=(evil,)
    )

    reader = read(render_report(report))

    assert [tag for tag, _ in reader.tags].count("script") == 1
    assert not any(tag == "img" for tag, _ in reader.tags)
    assert '<script>alert("1")</script>' in " ".join(reader.words)


def test_a_name_cannot_turn_the_line_around() -> None:
    """A right-to-left override in a name would make the page say something else than the data."""
    case = msgspec.structs.replace(CASES[0], name="Shop\u202egro")

    assert "Shop\\u202egro" in text(msgspec.structs.replace(MADE, cases=(case,)))


def test_of_a_large_network_the_page_shows_a_thousand_and_says_where_the_rest_is() -> None:
    """A browser chokes on a hundred thousand cards; the table beside the page holds them all."""
    large = msgspec.structs.replace(MADE, cases=CASES[:1] * 1_001, refused=MADE.refused[:1] * 1_001)

    html = render_report(large)

    assert html.count("<article") == MOST_SHOWN == 1_000
    assert "The first 1,000 of 1,001, strictest first." in html
    assert "decisions.parquet" in html
    assert "rejected-input.csv" in html


def test_writing_replaces_the_page_and_leaves_no_half(tmp_path: Path) -> None:
    """Somebody may have the page open while the next run ends."""
    path = tmp_path / "report.html"
    path.write_text("old")

    write_report(MADE, path)

    assert path.read_text(encoding="utf-8") == render_report(MADE)
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
