"""What must hold of every text that is read as a host."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.model import hosts
from evenhand.model.hosts import host_of, registrable
from tests.suffixes import SUFFIXES

HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9_-]{1,63}\.)+(?!0x|[0-9]+\Z)[a-z0-9_-]{1,63}")

# Pieces that a reader trips over, in any order, beside any text at all.
PIECES = st.lists(st.sampled_from([
    "http", "https", "://", "//", "/", "\\", "?", "#", "@", ":", ".", "*.", "www.", "[", "]", "%", "%74", "%25", "%FF",
    "0x", "80", "ford", "com", "co.uk", "xn--", "xn--e1afmkfd", "рф", "пример", "ß", "ﬀ", "。", "İ", "א", "م", "٠", "क्",
    "\u00ad", "\u200d", "\u202e", "\u212a", "\u0301", "\ud800", "\t", " ", "-", "_",
]), max_size=9).map("".join)  # fmt: skip
TEXTS = st.one_of(st.text(), st.text(st.characters(codec="ascii")), PIECES, PIECES.map("http://{}.com/".format))


@given(st.one_of(TEXTS, st.none(), st.integers(), st.binary(), st.lists(st.text())))
@example("xn--a-ecp.ru")
@example("xn--\u0130.com")
def test_whatever_comes_in_a_host_or_none_comes_out(value: object) -> None:
    """A buyer chooses the text; the gate must not fail on it."""
    host = host_of(value)
    assert host is None or HOST.fullmatch(host)


@given(TEXTS)
def test_a_host_that_was_read_is_read_again_unchanged(value: str) -> None:
    """Registers store what was read; it must lead to the same key tomorrow."""
    host = host_of(value)
    if host is not None:
        assert host_of(host) == host_of(host.upper()) == host_of(f"https://www@{host}:443/?{value.strip()}") == host


@given(TEXTS, st.sampled_from(["", "http://", "HTTPS://", "https://a.de", "https://a.7"]))
@example("", f"https://{'a.' * 140}de/")
@example("/@b.de", "https://a.de")
@example("@b.de/", "https://a.de")
@example(":443", "https://a.de")
@example("./", "https://a.de")
@example("xn--a/", "https://b.")
@example("0x7/", "https://b.")
def test_a_plain_url_is_read_as_step_by_step(value: str, start: str) -> None:
    """What is read at a glance must lead where all steps do."""
    at_a_glance = host_of(start + value)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hosts, "_PLAIN_URL", re.compile("(?!)"))
        assert host_of(start + value) == at_a_glance


@given(TEXTS, st.characters(max_codepoint=0x1F), TEXTS)
@example("de.rt.com", "\n", "ford.com")
@example("https://ford.com/", "\t", "https://rt.com")
def test_two_texts_with_a_control_character_between_them_name_no_host(one: str, control: str, other: str) -> None:
    """A URL parser would drop it, and make one invented host of two."""
    if one.strip(hosts._ASCII_BLANKS) and other.strip(hosts._ASCII_BLANKS):
        assert host_of(one + control + other) is None


@given(TEXTS)
def test_a_registrable_domain_is_the_end_of_its_host_and_its_own_registrable_domain(value: str) -> None:
    """Reading it twice gives no shorter one, and a suffix gives none."""
    host = host_of(value)
    part = registrable(host, SUFFIXES) if host else None
    if host and part:
        assert host == part or host.endswith(f".{part}")
        assert registrable(part, SUFFIXES) == part
