"""The report page: whole, harmless, readable without network or script."""

import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.decision_row import ShownDecision
from evenhand.model.run import ColumnRead, RunReport, TableRead
from evenhand.render import report as page_module
from evenhand.render.pages import source_hash
from evenhand.render.report import ON_ONE_PAGE, ReportPage
from tests.unit.cli.made import CASES, ENTRY, MADE, MATCH, SHOWN, made_shown

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


def render(report: RunReport = MADE, shown: Iterable[ShownDecision] = SHOWN, *, workbook: bool = False) -> str:
    page = ReportPage()
    for each in shown:
        page.add(each)
    return page.render(report, workbook=workbook)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def text(report: RunReport = MADE, shown: Iterable[ShownDecision] = SHOWN) -> str:
    return " ".join(read(render(report, shown)).words)


def data_of(html: str) -> dict[str, Any]:
    """Return what the page's script reads."""
    (block,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    return json.loads(block)  # type: ignore[no-any-return]


def plain(data: dict[str, Any], part: Any) -> Any:
    """Return a row of the page's data with its texts in place of their numbers."""
    return data["texts"][part] if isinstance(part, int) else [plain(data, each) for each in part]


def test_every_element_is_closed_and_headings_come_in_order() -> None:
    """A screen reader walks by headings; a skipped level is a lost one."""
    reader = read(render())

    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch("h[1-6]", tag)]

    assert reader.open == []
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_control_has_a_label_and_every_table_a_caption() -> None:
    """Who hears the page instead of seeing it must know what a field is for."""
    reader = read(render())

    labels = {attrs["for"] for tag, attrs in reader.tags if tag == "label"}
    tables = [tag for tag, _ in reader.tags].count("table")

    assert labels == {attrs["id"] for tag, attrs in reader.tags if tag in {"input", "select"}}
    assert [tag for tag, _ in reader.tags].count("caption") == tables
    assert all(attrs.get("scope") in {"col", "row"} for tag, attrs in reader.tags if tag == "th")


def test_links_lead_to_places_on_the_page_or_to_a_publisher_and_nothing_is_loaded() -> None:
    """One self-contained page: it opens from a mail, without network, and tells nobody that it was opened."""
    html = render()
    tags = read(html).tags

    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    links = [attrs["href"] or "" for _, attrs in tags if "href" in attrs]

    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} - {ENTRY.page} <= set(ids)
    assert not any("src" in attrs or "style" in attrs or tag == "link" for tag, attrs in tags)
    assert "url(" not in html


def test_a_page_of_a_publisher_is_linked_only_by_http() -> None:
    """The address comes from the list; `javascript:` in it would be a script of somebody else's."""
    entry = msgspec.structs.replace(ENTRY, page="javascript:alert(1)")
    match = msgspec.structs.replace(MATCH, entries=(entry,))

    html = render(shown=[made_shown(CASES[0], matches=(match,))])

    assert "javascript:" not in html


def test_the_policy_admits_the_pages_own_style_and_script_only() -> None:
    """Even if a name slipped through unescaped, a browser would not run it."""
    html = render()

    style, script = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", html, re.DOTALL)
    expected = f"default-src 'none'; style-src '{source_hash(style)}'; script-src '{source_hash(script)}'"

    assert [attrs["content"] for _, attrs in read(html).tags if "http-equiv" in attrs] == [expected]


def test_a_decision_is_shown_with_rule_ground_plan_and_receipt() -> None:
    """Law `Because`: who reads the page sees why, on what ground, from when and what follows."""
    words = text()

    assert "Morvane Holding (30 %) and Tulquist Capital (25 %) hold 55 % together" in words
    assert "No dealing with a party owned 50 % or more by designated parties together (owned-by-designated;" in words
    assert "law: OFAC revised guidance of 13 August 2014, 1, US)" in words
    assert "From 18 September 2019, 12:00 UTC, 30 days after it was decided" in words
    assert "Effective Immediately, 19 August 2019" in words
    assert "Campaign c-qm-broadcaster stops on 18 September 2019, 12:00 UTC, 3,549.75 EUR not spent" in words
    assert "Prepaid 4,200.00 EUR is frozen" in words
    assert "Notify the advertiser two-owners by 20 August 2019" in words
    assert "decision d-00000000000000000029, leaf 41 of the log" in words


def test_a_match_is_shown_with_both_sides_its_point_first() -> None:
    """A person judges two records, not a score."""
    words = text()

    point = words.index("Same name in another order and another alphabet; no birth date to compare.")
    sides = words.index("Our record Listed entry ofac-sdn-12345 of ofac-sdn")
    assert "Possible match with ofac-sdn-12345 of ofac-sdn, score 0.87" in words
    assert "Names Гранат Торум TORUM, Granat" in words
    assert "Born – 1961 Countries QN QP" in words
    assert "Remarks – Linked to: MORVANE HOLDING List – SDN List (2019-01-15), US Treasury" in words
    assert point < sides < words.index("has the words of the listed name")


def test_script_and_text_are_given_the_same() -> None:
    """The first hundred are written twice; a decision that reads otherwise with a script would be two truths."""
    html = render()
    data, words = data_of(html), " ".join(read(html).words)

    rows = [plain(data, row) for row in data["rows"]]

    assert [row[0] for row in rows] == [each.row.name for each in SHOWN]
    assert [row[2] for row in rows] == [each.row.outcome.value for each in SHOWN]
    for _, lines in (fact for row in rows for fact in row[11]):
        assert all(line.replace("`", "")[:20] in words.replace("`", "") for line in lines)


def test_rejected_rows_come_before_values_with_the_counts_of_both() -> None:
    """A lost client weighs more than a lost website."""
    data = data_of(render())

    assert "Rejected input: 2 rows, 1 value; 1 note" in text()
    assert "rows or values rejected 3 " in text()
    assert [plain(data, row)[0] for row in data["rejected"]] == ["row", "row", "value", "note"]


def test_lists_intake_and_checkpoint_are_on_the_page() -> None:
    """Nothing is lost silently: what was left out or kept from yesterday says so."""
    words = text()

    assert "house-sanctions not stated 14 c0dec0dec0de earlier version kept" in words
    assert "house-third – – never read" in words
    assert "row campaigns.csv, line 45 account_no no-such-advertiser" in words
    assert "farm-shop.example is claimed by hill-farm and valley-farm" in words
    assert "historic rulebook" in words
    assert MADE.checkpoint.note in render()


def test_what_was_understood_of_each_table_is_on_the_page() -> None:
    """A heading that was guessed is looked at once, where the decisions are read."""
    read_as = ColumnRead(heading="Firma", column="name", words="name")
    table = TableRead(table="advertisers", file="clients.xlsx", sheet="Kunden", columns=(read_as,))
    quiet = TableRead(table="payers", file="payers.csv")

    words = text(msgspec.structs.replace(MADE, understood=(table, quiet)))

    assert "How the tables were read clients.xlsx, sheet Kunden : Firma read as name" in words
    assert "payers.csv" not in words
    assert "How the tables were read" not in text(msgspec.structs.replace(MADE, understood=(quiet,)))


def test_a_quiet_run_says_so() -> None:
    """An empty section would read as a page that failed."""
    quiet = msgspec.structs.replace(
        MADE, historic=False, refused=(), again=(), contested=(), lists=(), outcomes_in_force={}
    )

    words = text(quiet, ())

    assert "No decision is in force." in words
    assert "Every row and every value was read." in words
    assert "Nothing: no input changed since the last run." in words
    assert "No list is configured." in words
    assert "Duplicate keys" not in words
    assert "historic" not in words


def test_a_name_that_is_markup_is_shown_as_text() -> None:
    """Names come from outside; one of them will be `<script>`."""
    evil = '</script><script>alert("1")</script>`<img src=x>'
    case = msgspec.structs.replace(CASES[0], name=evil, because=(evil, f"`{evil}`", f"the name `{evil} is odd"))
    refused = tuple(msgspec.structs.replace(row, value=evil, expected=evil) for row in MADE.refused)
    report = msgspec.structs.replace(MADE, network=evil, refused=refused, again=(evil,), contested=(evil,))

    html = render(report, [made_shown(case, next_step=evil, matches=(msgspec.structs.replace(MATCH, sentence=evil),))])

    reader = read(html)
    assert [tag for tag, _ in reader.tags].count("script") == 2
    assert not any(tag == "img" for tag, _ in reader.tags)
    assert '<script>alert("1")</script>' in " ".join(reader.words)
    assert plain(data_of(html), data_of(html)["rows"][0])[0] == evil


def test_a_name_cannot_turn_the_line_around() -> None:
    """A right-to-left override in a name would make the page say something else than the data."""
    case = msgspec.structs.replace(CASES[0], name="Shop\u202egro")

    html = render(shown=[made_shown(case)])

    assert "\u202e" not in html
    assert "Shop\\u202egro" in " ".join(read(html).words)
    assert plain(data_of(html), data_of(html)["rows"][0])[0] == "Shop\\u202egro"


def test_of_many_decisions_a_hundred_are_text_and_all_are_data() -> None:
    """Where no script runs a phone still shows the page, and it says what is missing."""
    large = msgspec.structs.replace(MADE, refused=MADE.refused[:1] * 250)
    shown = [made_shown(CASES[0], decision=f"d-{number}", name=f"Plum {number}") for number in range(250)]

    html = render(large, shown)

    data = data_of(html)
    assert html.count('class="case"') == ON_ONE_PAGE == 100
    assert (len(data["rows"]), len(data["rejected"])) == (250, 250)
    assert "only the first 100 of 250 decisions are shown" in html
    assert "only the first 100 are shown, rows before values" in html
    assert "rejected-input.csv" in html


def test_a_page_that_cannot_hold_all_says_where_the_rest_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser chokes on a million decisions; the tables beside the page hold them all."""
    monkeypatch.setattr(page_module, "MOST_SHOWN", 2)

    words = text(shown=SHOWN[:2])

    assert "The first 2 of 74 decisions, strictest first. All of them are in decisions.xlsx and decisions.csv" in words
    assert "The first 2 of 4. All of them are in rejected-input.csv" in words


def test_the_workbook_is_linked_where_it_is_beside_the_page(tmp_path: Path) -> None:
    """A button that leads nowhere is worse than none."""
    page, path = ReportPage(), tmp_path / "report.html"

    page.write(MADE, path)
    without = path.read_text("utf-8")
    (tmp_path / "decisions.xlsx").write_bytes(b"PK")
    page.write(MADE, path)

    assert 'href="decisions.xlsx"' not in without
    assert 'href="decisions.xlsx"' in path.read_text("utf-8")


def test_writing_replaces_the_page_and_leaves_no_half(tmp_path: Path) -> None:
    """Somebody may have the page open while the next run ends."""
    path = tmp_path / "report.html"
    path.write_text("old")

    ReportPage().write(MADE, path)

    assert path.read_text(encoding="utf-8") == render(shown=())
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
