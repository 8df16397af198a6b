"""The list to paste into Google Ad Manager."""

from pathlib import Path

import pytest

from evenhand.gate.blocking import gam
from evenhand.gate.blocking.block_lists import BlockLists, block_lists
from evenhand.gate.blocking.drift import drift
from evenhand.gate.blocking.formats import report_on
from evenhand.gate.blocking.gam import GAM
from evenhand.model.errors import BadInput
from tests.unit.gate.registers import NOW, SUFFIXES, compiled_gate, row

HOST = Path("list.txt")
LISTED = (
    "apps.apple.com/app/id284882215",
    "pear.example",
    "play.google.com/store/apps/details?id=com.pear.App",
    "xn--h1ahn.example",
    "youtube.com/@pear",
)


@pytest.fixture
def lists(tmp_path: Path) -> BlockLists:
    pear = row(
        "pear", "refuse", domains=("www.pear.example", "\u043c\u0438\u0440.example"),
        accounts=("youtube/pear", "x/pear", "play/com.pear.App"),
        bundles=("284882215", "B00ABC-tv"),
    )  # fmt: skip
    return block_lists(compiled_gate(tmp_path, pear), NOW, SUFFIXES)


def test_a_line_is_a_domain_in_punycode_a_store_address_or_a_channel(lists: BlockLists) -> None:
    """Subdomains are Google's to match; an account of another platform and a television's app have no address."""
    assert GAM.text(lists).decode().splitlines() == list(LISTED)
    assert GAM.document(lists) == {"urls": list(LISTED)}


def test_a_list_that_was_pasted_and_copied_back_is_the_same(lists: BlockLists) -> None:
    """Commas or line ends, a scheme, `www.` and capitals are alike for Google."""
    copied = "https://WWW.Pear.example, xn--h1ahn.example\r\n\r\n" + "\n".join(
        each for each in LISTED if "pear.example" not in each and not each.startswith("xn--")
    )

    found = drift(GAM.due(lists), GAM.read(copied.encode(), HOST))

    assert (found.missing, found.extra, found.same) == ((), (), 5)


def test_what_was_left_out_or_added_is_named(lists: BlockLists) -> None:
    """A channel's handle keeps its place; nothing else is guessed."""
    found = drift(GAM.due(lists), GAM.read(b"\xef\xbb\xbfpear.example\nplum.example\n", HOST))

    assert found.extra == ("plum.example",)
    assert found.missing == tuple(each for each in LISTED if each != "pear.example")


def test_a_list_that_is_longer_than_a_protection_says_so(lists: BlockLists, monkeypatch: pytest.MonkeyPatch) -> None:
    """Google takes 25,000 addresses a protection; what is beyond would be cut or refused there."""
    assert gam.MOST == GAM.says.most == 25_000
    assert "one list" not in report_on(lists, GAM).notes[0]

    monkeypatch.setattr(type(GAM), "says", GAM.says._replace(most=4))

    assert report_on(lists, GAM).notes[0] == (
        "the host takes 4 entries in one list, these are 5: make a list of each 4 lines"
    )


def test_bytes_that_are_no_text_are_one_line() -> None:
    """A workbook in place of the list."""
    with pytest.raises(BadInput, match=r"list\.txt: not text"):
        GAM.read(b"PK\x03\x04\xff\xfe", HOST)
