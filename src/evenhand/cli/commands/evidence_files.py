"""The files that the verbs of `evidence` read, each with its kind by its name."""

from pathlib import Path
from typing import TYPE_CHECKING

from evenhand.model.errors import BadInput, NotFound

if TYPE_CHECKING:
    from evenhand.workflows.evidence_records.stated_document import StatedDocument

MEDIA_TYPES = {
    ".txt": "text/plain", ".text": "text/plain", ".md": "text/plain", ".html": "text/html", ".htm": "text/html",
    ".xhtml": "application/xhtml+xml", ".eml": "message/rfc822", ".pdf": "application/pdf",
}  # fmt: skip


def stated_document(path: Path, uri: str, media_type: str, *, official: bool) -> "StatedDocument":
    """Return a file as a document.

    Raises:
        NotFound: there is no such file.
        BadInput: its name does not say what it is.
    """
    from evenhand.workflows.evidence_records.stated_document import StatedDocument

    kind = media_type or MEDIA_TYPES.get(path.suffix.lower(), "")
    if not kind:
        raise BadInput("no kind of document that can be read", where=path, expected=", ".join(MEDIA_TYPES),
                       todo="name it with --media-type, such as text/plain")  # fmt: skip
    try:
        data = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound("no such file", where=path, expected="an article or document as saved") from None
    return StatedDocument(data, uri or path.name, kind, official)
