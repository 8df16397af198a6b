"""The text layer of a PDF; one of pictures has none, and that is said. Nothing is recognised from pictures."""

import io
import logging
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from evenhand.evidence.document_text import DocumentText
from evenhand.model.errors import BadInput

_MOST_PAGES: Final = 300
_MOST_DRAWN: Final = 5_000_000
"""Bytes of drawing instructions that are read, of all pages together; a page of text has some thousands."""
_LIGATURES: Final = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_SENTENCE_END: Final = (".", "?", "!", ":", ";", "”", '"')
_OPEN_WORDS: Final = frozenset(
    ["a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or", "but", "as", "that",
     "its", "his", "her", "their", "is", "are", "was", "over", "after"]
)  # fmt: skip
_LONGEST_HEADLINE_LINE: Final = 90
_BROKEN: Final = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, MemoryError, OSError,
    AssertionError, struct.error, zlib.error,
)  # fmt: skip
"""What a parser raises on files that are not what they say."""


def pdf_text(data: bytes) -> DocumentText:
    """Return the text layer of a PDF, page by page, and what its own record of itself says.

    The text is kept beside the bytes, and offsets count it.

    Raises:
        BadInput: pypdf is not installed; the message says which extra brings it.
    """
    pypdf = _pypdf()
    with _without_log():
        return _text(pypdf, data)


@contextmanager
def _without_log() -> Iterator[None]:
    """Keep the library's own lines on damaged files off the screen: the notes tell what they do."""
    log = logging.getLogger("pypdf")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(before)


def _text(pypdf: Any, data: bytes) -> DocumentText:
    broken = (*_BROKEN, pypdf.errors.PyPdfError)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return DocumentText("", ("the PDF is encrypted and needs a password; nothing was read",))
        count = len(reader.pages)
    except pypdf.errors.DependencyError:
        return DocumentText("", ("the PDF is encrypted in a way that is not read",))
    except broken as error:
        return DocumentText("", (f"the PDF is damaged and was not read: {type(error).__name__}",))
    pages, failed = _pages(reader, count, broken)
    if pages:
        pages[0] = _with_whole_headline(pages[0])
    return DocumentText(
        "\n\n".join(page for page in pages if page),
        tuple(_notes(pages, failed, count)),
        title=_title(reader, broken),
        reader=f"pypdf {pypdf.__version__}",
    )


def _pypdf() -> Any:
    """Return the package of the extra `pdf`; it is typed by what is called here."""
    try:
        import pypdf  # noqa: PLC0415  an extra
        import pypdf.errors  # noqa: PLC0415  an extra
    except ImportError:
        raise BadInput("reading PDF needs pypdf", todo="run `pip install 'evenhand[pdf]'`") from None
    return pypdf


def _pages(reader: Any, count: int, broken: tuple[type[BaseException], ...]) -> tuple[list[str], list[int]]:
    """Return the text of each page that is read, and the numbers of those that cannot be."""
    pages: list[str] = []
    failed: list[int] = []
    left = _MOST_DRAWN
    for number in range(min(count, _MOST_PAGES)):
        try:
            contents = reader.pages[number].get_contents()
            drawn = len(contents.get_data()) if contents is not None else 0
            if drawn > left:
                break
            left -= drawn
            text = str(reader.pages[number].extract_text()) if drawn else ""
        except broken:
            text = ""
            failed.append(number + 1)
        text = text.translate(_LIGATURES)
        pages.append("\n".join(line.rstrip() for line in text.split("\n")).strip())
    return pages, failed


def _with_whole_headline(page: str) -> str:
    """Return a first page with its headline in one line, where the page's width broke it into two or three.

    The lines below a first one belong to it while they begin in small letters, or the one before ends within a phrase.
    Behind it stands a blank line.
    """
    rows = page.split("\n")
    end = 1
    while end < min(3, len(rows)) and _goes_on(rows[end - 1], rows[end]):
        end += 1
    last = rows[end - 1]
    below = rows[end] if end < len(rows) else ""
    if end == 1 or below[:1].islower() or last.endswith(_SENTENCE_END) or _ends_open(last):
        return page
    return "\n".join([" ".join(rows[:end]), *([""] if below else []), *rows[end:]])


def _goes_on(before: str, row: str) -> bool:
    if not before or not row or max(len(before), len(row)) > _LONGEST_HEADLINE_LINE or before.endswith(_SENTENCE_END):
        return False
    return row[0].islower() or (_ends_open(before) and not row.startswith("By "))


def _ends_open(row: str) -> bool:
    return row.split()[-1:] != [] and row.rsplit(maxsplit=1)[-1].lower() in _OPEN_WORDS


def _notes(pages: list[str], failed: list[int], count: int) -> list[str]:
    found = []
    empty = [number for number, page in enumerate(pages, 1) if not page and number not in failed]
    if pages and len(empty) == count:
        found.append("no text layer: the pages are pictures")
    elif empty:
        found.append(f"no text layer on {len(empty)} of {count} pages: {_listed(empty)}")
    if failed:
        found.append(f"{len(failed)} of {count} pages are damaged and were not read: {_listed(failed)}")
    if count > len(pages):
        found.append(f"only the first {len(pages):,} of {count:,} pages were read")
    return found


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:10])) + (", …" if len(numbers) > 10 else "")


def _title(reader: Any, broken: tuple[type[BaseException], ...]) -> str | None:
    try:
        found = reader.metadata.title if reader.metadata else None
    except broken:
        return None
    return str(found).strip()[:300] or None if found else None
