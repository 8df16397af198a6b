"""How one host may stand in an `adomain`."""

import pytest

from evenhand.gate.blocking.block_lists import spellings, unicode_form
from evenhand.model.hosts import host_of


def test_a_host_in_another_script_has_four_usual_spellings() -> None:
    """Some buyers write the A-label, some what people read, some put `www.` before either."""
    assert spellings("xn--h1ahn.example") == (
        "xn--h1ahn.example", "www.xn--h1ahn.example", "мир.example", "www.мир.example",
    )  # fmt: skip
    assert spellings("plum.example") == ("plum.example", "www.plum.example")


@pytest.mark.parametrize("host", ["xn--0.example", "xn--.example", "xn--a-ecp.ru", "xn--99999999999.example"])
def test_an_a_label_that_means_nothing_stays_as_it_is(host: str) -> None:
    """Other software lets such hosts through; what they decode to would be somebody else's, or nothing."""
    form = unicode_form(host)

    assert form == host


def test_the_unicode_form_means_the_same_host() -> None:
    """`ß` stays itself (IDNA 2008); a decoded look-alike is still the look-alike."""
    assert unicode_form("xn--fa-hia.de") == "faß.de"
    assert host_of(unicode_form("xn--frd-sed.example")) == "xn--frd-sed.example"
