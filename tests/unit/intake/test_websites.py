"""Cells of websites: every site that a person wrote is read, or told; a platform's host and a mail's are nobody's."""

from pathlib import Path

import pytest

from evenhand.intake import Tables, read_tables
from evenhand.intake.names import one_name
from evenhand.intake.values.websites import website_values
from evenhand.model.errors import BadInput
from evenhand.model.network import Absent, IntakeSection
from tests.each_case import each_case
from tests.suffixes import SUFFIXES


def read(folder: Path, column: str, text: str) -> Tables:
    quoted = text.replace('"', '""')
    (folder / "a.csv").write_text(f'id,name,{column}\na1,Made Up,"{quoted}"\n', encoding="utf-8", newline="")
    absent = Absent(payer="advertiser", political="no")
    settings = IntakeSection(advertisers="a.csv", max_refused_share="0", absent=absent)
    return read_tables(folder, settings, {}, "EUR", SUFFIXES)


@each_case(("text", "values"), [
    ("a.de", ["a.de"]),
    ("a.de; b.de", ["a.de", "b.de"]),
    ("a.de\nb.de", ["a.de", "b.de"]),
    ("a.de\r\nb.de", ["a.de", "", "b.de"]),
    ("https://a.de/x\nhttps://b.de", ["https://a.de/x", "https://b.de"]),
    ("a.de, b.de", ["a.de", "b.de"]),
    ("a.de,b.de", ["a.de", "b.de"]),
    ("a.de b.de", ["a.de", "b.de"]),
    ("a.de\tb.de", ["a.de", "b.de"]),
    ("a.de | b.de|c.de", ["a.de", "b.de", "c.de"]),
    ("a.de / b.de", ["a.de", "b.de"]),
    ("a.de und b.de", ["a.de", "b.de"]),
    ("a.de, B.de and c.de", ["a.de", "B.de", "c.de"]),
    ("http://a.de https://b.de/x?y", ["http://a.de", "https://b.de/x?y"]),
    ("https://a.de/x,https://b.de", ["https://a.de/x", "https://b.de"]),
    ("https://a.de/x,www.b.de", ["https://a.de/x", "www.b.de"]),
    ("https://a.de/x, b.de/y", ["https://a.de/x", "b.de/y"]),
    ("a.de, https://www.facebook.com/x", ["a.de", "https://www.facebook.com/x"]),
    ("a.de, info@b.de", ["a.de", "info@b.de"]),
    ("a.de, -", ["a.de"]),
    ("https://a.de/x,b.de", ["https://a.de/x,b.de"]),
    ("https://a.de/?x=1,2|3", ["https://a.de/?x=1,2|3"]),
    ("https://a.de/a page", ["https://a.de/a page"]),
    ("a.de (old: b.de)", ["a.de (old: b.de)"]),
    ("Web: a.de", ["Web: a.de"]),
    ("a,de", ["a,de"]),
    (",", [","]),
])  # fmt: skip
def test_a_cell_is_split_where_a_website_has_nothing_like_it(text: str, values: list[str]) -> None:
    """People write several sites into one cell in many ways; what is not sites alone stays whole and is told."""
    assert website_values(text) == values


def test_a_long_cell_is_split_in_no_time() -> None:
    """A cell may hold 131,072 characters, and a stranger may have written it."""
    for unit in (",", "a.de/,", "https://", "a.de/x|", "@", "a,"):
        website_values(unit * (131_072 // len(unit)) + " x")


@each_case(("text", "domains", "accounts"), [
    ("a.de\nsputnik.com", ("a.de", "sputnik.com"), ()),
    ("a.de; sputnik.com und b.de", ("a.de", "sputnik.com", "b.de"), ()),
    ("https://www.facebook.com/Made_Up", (), ("facebook/made_up",)),
    ("a.de, t.me/s/made_up", ("a.de",), ("telegram/made_up",)),
    ("twitter.com/made_up\nx.com/Made_Up", (), ("x/made_up",)),
    ("https://www.youtube.com/@made-up/videos", (), ("youtube/made-up",)),
    ("https://play.google.com/store/apps/details?id=com.example.App", (), ("play/com.example.App",)),
    ("https://apps.apple.com/us/app/x/id1234567890, a.de", ("a.de",), ("appstore/1234567890",)),
    ("https://a.de/@b", ("a.de",), ()),
    ("https://www.amazon.de/", ("www.amazon.de",), ()),
])  # fmt: skip
def test_every_site_of_a_cell_is_the_party_s_and_a_platform_s_address_its_account(
    tmp_path: Path, text: str, domains: tuple[str, ...], accounts: tuple[str, ...]
) -> None:
    """A listed site must not pass for the cell that it shares, nor a listed channel for its column."""
    tables = read(tmp_path, "website", text)

    [made] = tables.advertisers
    assert (made.domains, made.accounts, tables.refused) == (domains, accounts, ())


@each_case(("text", "expected"), [
    ("max@gmail.com", "a website, not an e-mail address"),
    ("mailto:wirt@web.de", "a website, not an e-mail address"),
    ("https://user@made-up.de/x", "a website, not an e-mail address"),
    ("https://www.facebook.com/", "`www.facebook.com` is a platform's"),
    ("facebook.com", "`facebook.com` is a platform's"),
    ("https://www.youtube.com/watch?v=x", "`www.youtube.com` is a platform's"),
    ("https://sites.google.com/view/x", "`sites.google.com` is a platform's"),
    ("https://apps.apple.com/de/charts", "`apps.apple.com` is a platform's"),
    ("https://rumble.com/c/x", "`rumble.com` is a platform's"),
    ("https://bit.ly/x", "`bit.ly` is a platform's"),
    ("https://www.amazon.de/shops/made-up", "not a page on `www.amazon.de`, where others have pages too"),
    ("a\x0bb.de", "a host or URL"),
    ("a.de (old: b.de)", "a host or URL"),
])  # fmt: skip
def test_what_is_no_site_of_the_party_s_own_is_told_and_nothing_is_taken_from_it(
    tmp_path: Path, text: str, expected: str
) -> None:
    """A mail provider's domain as the party's own would block all of its users."""
    tables = read(tmp_path, "website", f"shop.de;{text}")

    [made], [told] = tables.advertisers, tables.refused
    assert (made.domains, made.accounts) == (("shop.de",), ())
    assert (told.column, told.what, expected in told.expected) == ("domains", "value", True)


@each_case(("text", "accounts"), [
    ("https://www.facebook.com/Made_Up", ("facebook/made_up",)),
    ("facebook.com/Made_Up", ("facebook/made_up",)),
    ("linkedin.com/company/made-up", ("linkedin/company/made-up",)),
    ("youtube/@made\nt.me/made_up", ("youtube/made", "telegram/made_up")),
    ("play/com.Made.Up; appstore/1234567890", ("play/com.Made.Up", "appstore/1234567890")),
    ("x/made, telegram/up", ("x/made", "telegram/up")),
    ("x/made,telegram/up|https://www.youtube.com/@made", ("x/made", "telegram/up", "youtube/made")),
    ("x/made und https://t.me/up; vk/made", ("x/made", "telegram/up", "vk/made")),
    ("https://x.com/made?ref=1,2", ("x/made",)),
    ("club.example/made", ("club.example/made",)),
])  # fmt: skip
def test_an_account_may_be_its_address(tmp_path: Path, text: str, accounts: tuple[str, ...]) -> None:
    """As for `evenhand screen`."""
    tables = read(tmp_path, "account", text)

    assert (tables.advertisers[0].accounts, tables.refused) == (accounts, ())


@each_case(
    ("text", "left"),
    [("x/made (old), telegram/up", ()), ("x/made, up", ()), ("telegram/up; x/made,up", ("telegram/up",))],
)
def test_accounts_beside_something_else_are_told(tmp_path: Path, text: str, left: tuple[str, ...]) -> None:
    """As of websites: nobody can tell which part is an account, and a part must not pass for the whole."""
    tables = read(tmp_path, "account", text)

    assert (tables.advertisers[0].accounts, [each.column for each in tables.refused]) == (left, ["accounts"])


def test_line_breaks_separate_the_values_of_every_list(tmp_path: Path) -> None:
    """Alt and Enter is how people write several values into a cell of a workbook."""
    assert read(tmp_path, "alias", "Made, Inc.\nUp").advertisers[0].aliases == ("Made, Inc.", "Up")
    assert [each.value for each in read(tmp_path, "identifiers", "lei:5\nlei:6").advertisers[0].identifiers] == [
        "5",
        "6",
    ]


def test_a_channel_is_screened_as_an_account_and_a_platform_alone_is_refused() -> None:
    """What `evenhand screen` is given is read by the same rules."""
    found = one_name({"name": "Made Up", "website": "https://www.facebook.com/Made_Up"}, SUFFIXES).party

    assert (found.domains, found.accounts) == ((), ("facebook/made_up",))
    with pytest.raises(BadInput, match=r"`facebook\.com` is a platform's"):
        one_name({"name": "Made Up", "website": "facebook.com"}, SUFFIXES)
