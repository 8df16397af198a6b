"""A document as a person hands it in; apart from the ledger, so that it is read quickly where none is opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from evenhand.model.errors import BadInput

MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".txt": "text/plain", ".text": "text/plain", ".md": "text/plain", ".html": "text/html", ".htm": "text/html",
    ".xhtml": "application/xhtml+xml", ".eml": "message/rfc822", ".pdf": "application/pdf",
}  # fmt: skip
"""What can be read, by the ending of a file's name."""


@dataclass(frozen=True)
class StatedDocument:
    """A document as a person saves it: where it is from, and whether an office itself has published it."""

    data: bytes
    uri: str
    media_type: str
    official: bool = False


def media_type_by_name(name: PurePath, todo: str) -> str:
    """Return the media type of a file by the ending of its name.

    Raises:
        BadInput: it has none that can be read; `todo` says what to do then.
    """
    kind = MEDIA_TYPES.get(name.suffix.lower(), "")
    if not kind:
        raise BadInput("no kind of document that can be read", where=name, expected=", ".join(MEDIA_TYPES), todo=todo)
    return kind
