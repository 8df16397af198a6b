"""The files that the verbs of `evidence` read, each with its kind by its name."""

from pathlib import Path
from typing import TYPE_CHECKING

from evenhand.model.errors import BadInput, EvenhandError, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenhand.model.claims import Article
    from evenhand.workflows.evidence_records.stated_document import StatedDocument

_EXPECTED = "an article or document as saved"


def stated_document(path: Path, uri: str, media_type: str, *, official: bool) -> "StatedDocument":
    """Return a file as a document.

    Raises:
        NotFound: there is no such file.
        BadInput: its name does not say what it is.
    """
    from evenhand.workflows.evidence_records.stated_document import MEDIA_TYPES, StatedDocument, media_type_by_name

    known = tuple(dict.fromkeys(MEDIA_TYPES.values()))
    if media_type and media_type.partition(";")[0].strip().lower() not in known:
        raise BadInput("no media type that can be read", where="--media-type", got=media_type,
                       expected=", ".join(known))  # fmt: skip
    kind = media_type or media_type_by_name(path, "name it with --media-type, such as text/plain")
    if path.is_dir():
        raise BadInput("a folder, no file", where=path, expected=_EXPECTED)
    if path.exists() and not path.is_file():
        raise BadInput("no plain file: a pipe, socket or device", where=path, expected=_EXPECTED)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound("no such file", where=path, expected=_EXPECTED) from None
    return StatedDocument(data, uri or path.name, kind, official)


def readable_documents(
    paths: "Sequence[Path]", uri: str, media_type: str, *, official: bool
) -> "tuple[list[tuple[StatedDocument, Article]], list[EvenhandError]]":
    """Return those files that can be saved, each with what was read of it, and the errors of the others."""
    from evenhand.evidence import read_article
    from evenhand.workflows.evidence.adding import check_document, check_text

    good: list[tuple[StatedDocument, Article]] = []
    bad: list[EvenhandError] = []
    for path in paths:
        try:
            stated = stated_document(path, uri, media_type, official=official)
            check_document(stated)
            article = read_article(stated.data, stated.uri, stated.media_type)
            check_text(stated, article)
            good.append((stated, article))
        except (BadInput, NotFound) as error:
            bad.append(error)
    return good, bad
