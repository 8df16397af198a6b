"""Websites and e-mail addresses in cells of lists, which hold several, words around them, or one for the other."""

import re

from evenhand.lists.formats.entry import Properties

_BETWEEN = re.compile(r"[;,|\s()<>]+")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_ADDRESS = re.compile(r"(?:https?:/+|www\.)\S+", re.IGNORECASE)
_HOST = re.compile(r"[^\s@]+\.[^\s@.]+/?")
_ONE_SLASH = re.compile(r"^(https?:)/(?=[^/])", re.IGNORECASE)


def add_contacts(name: str, cell: str, properties: Properties) -> None:
    """Add the `website`s and `email`s of a cell; `name` says which of the two a text without `@` and `www.` is.

    An e-mail address in a cell of websites is an e-mail address, a website in one of e-mail addresses a website. A
    cell that holds anything else is kept in `notes` too.
    """
    texts = [text for each in _BETWEEN.split(cell) if (text := each.strip(".:\"'"))]
    emails = [text for text in texts if _EMAIL.fullmatch(text)]
    websites = [
        whole_address(text) for text in texts
        if _ADDRESS.fullmatch(text) or (name == "website" and _HOST.fullmatch(text) and "@" not in text)
    ]  # fmt: skip
    properties.add("email", *emails)
    properties.add("website", *websites)
    properties.add("notes", cell if len(emails) + len(websites) < len(texts) else "")


def whole_address(text: str) -> str:
    """Return an address with both slashes behind its scheme: lists have `https:/host`."""
    return _ONE_SLASH.sub(r"\1//", text)
