"""What a reader takes one host for: our own list of facts, half of them labels that are not alike."""

import pytest

from evenhand.model.host_likeness import folded_label, is_slip, slip_keys
from evenhand.model.hosts import host_of
from tests.each_case import each_case

ALIKE = [
    ("аррӏе", "apple"), ("раураӏ", "paypal"), ("ɡoogle", "google"), ("fасеbооk", "facebook"), ("ѕрutnik", "sputnik"),
    ("gаzprоm", "gazprom"), ("ıran", "iran"), ("prеsstv", "presstv"), ("téléSUR", "telesur"), ("ﬁnance", "finance"),
    ("хinhua", "xinhua"), ("rοssiya", "rossiya"), ("οnline", "online"), ("νesti", "vesti"), ("ոews", "news"),
    ("ցlobal", "global"), ("zvеzda", "zvezda"), ("dеutsche", "deutsche"), ("bаnk", "bank"), ("straße", "strasse"),
    ("münchen", "munchen"), ("łódź", "lodz"), ("cœur", "coeur"), ("gaz੦rom", "gazorom"), ("тaѕѕ", "tass"),
    ("g00gle", "google"), ("paypa1", "paypal"), ("rnoscow", "moscow"), ("vvorld", "world"), ("clelta", "delta"),
    ("lnfowars", "infowars"), ("sputn1k", "sputnik"), ("5putnik", "sputnik"), ("pr3sstv", "presstv"),
]  # fmt: skip
UNLIKE = [
    ("gazprom", "gazpron"), ("news", "views"), ("bank", "bonk"), ("moscow", "moskau"), ("берлин", "berlin"),
    ("новости", "novosti"), ("paypal", "paypai2"), ("delta", "della"), ("vesti", "vosti"), ("新华", "xinhua"),
    ("tass", "tas"), ("world", "wold"), ("global", "globe"), ("zvezda", "zveda"), ("मेल", "mail"),
]  # fmt: skip


def label(text: str) -> str:
    """Return a label as hosts carry it."""
    host = host_of(f"{text}.example")
    assert host is not None, text
    return host.removesuffix(".example")


@each_case(("ours", "theirs"), ALIKE)
def test_signs_that_look_alike_are_one(ours: str, theirs: str) -> None:
    assert folded_label(label(ours)) == folded_label(label(theirs))


@each_case(("ours", "theirs"), UNLIKE)
def test_words_that_differ_at_a_glance_are_two(ours: str, theirs: str) -> None:
    assert folded_label(label(ours)) != folded_label(label(theirs))


def test_what_cannot_be_decoded_stays_itself() -> None:
    assert folded_label("xn--\x80") == folded_label("xn--\x80")
    assert folded_label("xn--99999999999") == "xn--99999999999"
    assert folded_label("") == ""


@pytest.mark.parametrize(
    ("typed", "slip"),
    [
        ("gazprm", "a letter left out"), ("azprom", "the first left out"), ("gazpro", "the last left out"),
        ("gazzprom", "doubled"), ("gazpromm", "the last doubled"), ("agzprom", "two swapped"),
        ("gazporm", "two swapped"), ("gazpron", "a neighbouring key"), ("gazprok", "a neighbouring key"),
        ("fazprom", "a neighbouring key"), ("gazoprom", "a neighbouring key besides"),
    ],
)  # fmt: skip
def test_one_slip_of_the_keyboard_is_one(typed: str, slip: str) -> None:
    """The keys of the index lead from each to the other."""
    assert is_slip("my" + typed, "mygazprom"), slip
    assert slip_keys("my" + typed) & slip_keys("mygazprom")


@pytest.mark.parametrize(
    "typed",
    [
        "mygazprxm",
        "mygazqqom",
        "gazprommy",
        "mygazprom",
        "mygatzprom",
        "mygazprom9",
        "mygapzrmo",
        "mygazpr",
        "mygazpromneft",
    ],
)
def test_another_letter_or_two_slips_are_none(typed: str) -> None:
    assert not is_slip(typed, "mygazprom")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("qm-broadcaster", "qn-broadcaster"), ("broadcaster-de", "broadcaster-se"), ("radio24", "radio25"),
        ("channel12", "channel1"), ("my-radio-fm", "mt-radio-fm"), ("web--site", "web-site"),
    ],
)  # fmt: skip
def test_another_number_or_short_part_was_meant(ours: str, theirs: str) -> None:
    """Countries, branches and channels differ in one sign on purpose."""
    assert not is_slip(ours, theirs)
    assert not is_slip(theirs, ours)


def test_of_short_labels_nothing_is_a_slip() -> None:
    """`focus` is no slip of `locus`."""
    assert not is_slip("rossia", "rossiya")
    assert slip_keys("rossia") == frozenset()
    assert is_slip("rossiyya", "rossiya")
