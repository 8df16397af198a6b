"""The addresses of pages about a party, whatever its id in the tables is."""

import re
from typing import Final
from urllib.parse import quote

# What browsers, proxies and programs shorten in a path before it comes here: `.`, `..` and nothing between two slashes.
_SHORTENED: Final = re.compile(r"(?:^|/)\.{0,2}(?:/|$)")


def party_path(kind: str, party_id: str, page: str = "parties") -> str:
    """Return the address of a party's case, or of its `like-cases`; an id that no path can carry is in the query.

    >>> party_path("advertiser", "2024/117"), party_path("payer", "..")
    ('/parties/advertiser/2024%2F117', '/parties/payer?id=..')
    """
    before = f"/{page}/{quote(kind, safe='')}"
    separator = "?id=" if _SHORTENED.search(party_id) else "/"
    return f"{before}{separator}{quote(party_id, safe='')}"
