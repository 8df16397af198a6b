"""Websites and e-mail addresses in cells, in the shapes that the EU's and the UK's lists have; all are made up."""

from collections import Counter

import pytest

from evenhand.lists.formats.contacts import add_contacts
from evenhand.lists.formats.entry import Properties


@pytest.mark.parametrize(
    ("name", "cell", "websites", "emails"),
    [
        ("website", "www.made-up.example; made-up-2.example", ["www.made-up.example", "made-up-2.example"], []),
        ("website", "https:/made-up.example", ["https://made-up.example"], []),
        ("website", "info@made-up.example", [], ["info@made-up.example"]),
        ("email", "info@made-up.example,sales@made-up.example", [], ["info@made-up.example", "sales@made-up.example"]),
        ("email", "www.made-up.example", ["www.made-up.example"], []),
        ("email", "https://made-up.example/", ["https://made-up.example/"], []),
        ("email", "", [], []),
    ],
)
def test_a_contact_is_known_by_its_form(name: str, cell: str, websites: list[str], emails: list[str]) -> None:
    """Publishers write websites into the column of e-mail addresses, and the other way round."""
    properties = Properties(Counter())

    add_contacts(name, cell, properties)

    assert (list(properties.values("website")), list(properties.values("email"))) == (websites, emails)
    assert properties.values("notes") == ()


@pytest.mark.parametrize(
    ("name", "cell", "websites"),
    [
        ("website", "made-up.example and made-up-2.example", ("made-up.example", "made-up-2.example")),
        ("website", "Made-Up Ltd (made-up.example)", ("made-up.example",)),
        ("website", "Official web site: http://made-up.example", ("http://made-up.example",)),
        ("website", "Unknown", ()),
        ("email", "info@made up.example", ()),
        ("email", "none", ()),
    ],
)
def test_what_else_a_cell_says_is_kept(name: str, cell: str, websites: tuple[str, ...]) -> None:
    """A part of a broken address is no website, and a word between two is no third."""
    properties = Properties(Counter())

    add_contacts(name, cell, properties)

    assert properties.values("website") == websites
    assert properties.values("email") == ()
    assert properties.values("notes") == (cell,)
