"""Sites on which others have pages: a page deep inside says nothing of who has the site, unlike its front page.

The names are general knowledge of November 2026, taken from no register.
"""

import re
from typing import Final

_ANYWHERE: Final = frozenset({
    "airbnb", "aliexpress", "amazon", "ebay", "etsy", "google", "tripadvisor", "trustpilot", "yandex", "yelp",
    "zalando",
})  # fmt: skip
"""Names that one owner has under many public suffixes."""
_HOSTS: Final = frozenset({
    "11880.com", "alibaba.com", "allegro.pl", "amzn.to", "archive.org", "avito.ru", "baidu.com", "behance.net",
    "bing.com", "bitbucket.org", "bol.com", "booking.com", "buff.ly", "buymeacoffee.com", "calendly.com", "canva.com",
    "cdiscount.com", "change.org", "crunchbase.com", "cutt.ly", "dastelefonbuch.de", "deliveroo.co.uk", "depop.com",
    "discord.com", "discord.gg", "dribbble.com", "dropbox.com", "eventbrite.com", "expedia.com", "fiverr.com",
    "flipkart.com", "foursquare.com", "freelancer.com", "g.page", "gelbeseiten.de", "github.com", "gitlab.com",
    "glassdoor.com", "gofundme.com", "goodreads.com", "gumtree.com", "herold.at", "holidaycheck.de", "hotels.com",
    "imdb.com", "indeed.com", "indiegogo.com", "issuu.com", "jotform.com", "kickstarter.com", "kleinanzeigen.de",
    "ko-fi.com", "kununu.com", "lazada.com", "leboncoin.fr", "lieferando.de", "local.ch", "maps.apple.com",
    "medium.com", "meetup.com", "mercadolibre.com", "mercadolivre.com.br", "mixcloud.com", "northdata.com",
    "northdata.de", "notion.so", "olx.pl", "opensea.io", "opentable.com", "otto.de", "outlook.com", "ozon.ru",
    "pagesjaunes.fr", "paginegialle.it", "patreon.com", "paypal.com", "paypal.me", "poshmark.com", "qrco.de",
    "quora.com", "rakuten.co.jp", "rb.gy", "rebrand.ly", "scribd.com", "shopee.com", "shorturl.at", "slideshare.net",
    "soundcloud.com", "spotify.com", "surveymonkey.com", "taobao.com", "taplink.cc", "translate.goog", "trip.com",
    "typeform.com", "upwork.com", "vinted.com", "wetransfer.com", "whatsapp.com", "wikidata.org", "wikimedia.org",
    "wikipedia.org", "wildberries.ru", "xing.com", "yahoo.com", "yell.com",
})  # fmt: skip
_BRANCHES: Final = frozenset({"co", "com"})  # as in amazon.co.uk
_URL: Final = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?[/\\]{0,2}[^/\\?#]*([^?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_SLASHES: Final = re.compile(r"[/\\]+")
_PLACE: Final = re.compile(r"[a-z]{2}(?:[_-][a-z]{2})?", re.IGNORECASE)  # a language or country
_FRONT: Final = re.compile(r"(?:index|home|default)(?:\.[a-z]{1,5})?", re.IGNORECASE)
_ARRIVED: Final = ("#", "?utm_", "?gclid=", "?fbclid=", "?ref=")


def is_page_of_others(text: str, host: str) -> bool:
    """Return whether a URL, of which this is the host, leads to a page that somebody has on a site of somebody else.

    A front page may name a language or country, and where its reader came from.

    >>> [is_page_of_others(each, "amazon.de") for each in ("https://amazon.de/shops/foo", "amazon.de")]
    [True, False]
    """
    if not has_pages_of_others(host):
        return False
    found = _URL.fullmatch(text)
    assert found is not None, "every text fits"
    path = [each for each in _SLASHES.split(found[1]) if each]
    if path and _PLACE.fullmatch(path[0]):
        del path[0]
    if path and _FRONT.fullmatch(path[0]):
        del path[0]
    return bool(path or (found[2] and not found[2].startswith(_ARRIVED)))


def has_pages_of_others(host: str) -> bool:
    """Return whether a host is one of the sites, or right below one, on which others have pages."""
    *above, name, last = host.split(".")[-3:]
    if name in _ANYWHERE or (above and name in _BRANCHES and above[0] in _ANYWHERE):
        return True
    return f"{name}.{last}" in _HOSTS or (bool(above) and f"{above[0]}.{name}.{last}" in _HOSTS)
