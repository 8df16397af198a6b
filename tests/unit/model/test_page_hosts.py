"""A page on a site of others is nobody's own website; the site's front page is its owner's."""

from evenhand.model.hosts import host_of
from evenhand.model.page_hosts import is_page_of_others
from tests.each_case import each_case


@each_case("text", [
    "https://www.amazon.de/shops/foo", "amazon.co.uk/stores/x", "ebay.com.au/usr/x", "www.google.com/search?q=foo",
    "https://maps.google.com/?q=x", "https://maps.apple.com/?address=x", "https://booking.com/hotel/de/x",
    "https://de.wikipedia.org/wiki/X", "https://foo-com.translate.goog/a", "https://discord.gg/abc", "github.com/foo",
    "https://eur01.safelinks.protection.outlook.com/?url=x", "g.page/foo", "amazon.de\\shops", "cutt.ly/aBc",
    "https://www.xing.com/pages/foo", "  HTTPS://WWW.ETSY.COM/shop/foo", "https://google.com/maps?utm_source=x",
])  # fmt: skip
def test_a_page_on_a_site_of_others(text: str) -> None:
    """Marketplaces, directories, maps, translations, shorteners."""
    assert is_page_of_others(text, host_of(text) or "")


@each_case("text", [
    "amazon.de", "https://www.amazon.de/", "https://booking.com/de", "https://booking.com/de-de/index.html", "g.page",
    "https://google.com/?utm_source=a", "https://github.com/#top", "https://yahoo.com/home", "https://apple.com/de/x",
    "https://medium.de/kontakt", "https://foo.github.io/x", "https://amazon.example.de/x", "https://amazon-x.de/y",
    "https://de.foo/amazon", "https://foo.substack.com/p/abc", "https://foo.de/https://amazon.de/x",
])  # fmt: skip
def test_a_site_of_one_s_own(text: str) -> None:
    """The owner's front page in any language, and sites that are called much alike."""
    assert not is_page_of_others(text, host_of(text) or "")


def test_no_text_takes_long() -> None:
    """Websites come from tables of anybody."""
    for unit in ("/", "a/", "de-de/", "?utm_", "#", "\\", "index."):
        is_page_of_others("amazon.de/" + unit * (131_072 // len(unit)) + "x", "amazon.de")
