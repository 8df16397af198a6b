"""The text of a file of some media type, and what the file says of itself beside its text."""

import re
from typing import Final, NamedTuple

from evenhand.model.claims import PublishedAt

_ENDINGS: Final = {
    "txt": "text/plain", "text": "text/plain", "md": "text/plain", "html": "text/html", "htm": "text/html",
    "xhtml": "text/html", "eml": "message/rfc822", "pdf": "application/pdf",
}  # fmt: skip
_HTML: Final = re.compile(rb"(?i)(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body)\b")
_LOOKED_AT: Final = 4096
_CONTROLS: Final = bytes([*range(9), *range(14, 32)])


class DocumentText(NamedTuple):
    """A text, and what was told with it: in metadata of a page, in the head of a mail.

    `captions` are lines of the text that belong to pictures. Names and dates of the text itself are not in here.
    """

    text: str
    notes: tuple[str, ...] = ()
    title: str | None = None
    published: PublishedAt | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    captions: frozenset[str] = frozenset()
    reader: str = ""
    """What took the text from the file, with its version: "pypdf 7.1.1"."""


def media_type_of(data: bytes, uri: str, declared: str | None) -> str:
    """Return the media type of a file: a PDF by its first bytes, else as declared, by name, by content.

    A page saved as plain text is HTML all the same: its first tag says so.

    >>> media_type_of(b"...", "saved/page.HTM", None), media_type_of(b"%PDF-1.7", "a.txt", "text/plain")
    ('text/html', 'application/pdf')
    """
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "application/pdf"
    kind = (declared or "").partition(";")[0].strip().lower()
    if kind == "text/plain" and _HTML.match(data[:_LOOKED_AT]):
        return "text/html"
    if kind and kind != "application/octet-stream":
        return "text/html" if kind == "application/xhtml+xml" else kind
    ending = uri.partition("?")[0].partition("#")[0].rpartition(".")[2].lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    return "text/html" if _HTML.match(data[:_LOOKED_AT]) else "text/plain"


def is_binary(data: bytes) -> bool:
    """Return whether the start of a file is no text: more than a twentieth of it are control characters."""
    if data[:4].startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return False
    start = data[:_LOOKED_AT]
    return (len(start) - len(start.translate(None, _CONTROLS))) * 20 > len(start)
