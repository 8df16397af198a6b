"""The text of a saved mail: its plain part, or its HTML part where it has no other; attachments are told, not read."""

import re
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final

from evenhand.evidence.decoding import decode
from evenhand.evidence.document_text import DocumentText
from evenhand.evidence.html_text import html_text
from evenhand.model.claims import PublishedAt

_LONGEST_HEADER: Final = 1_000
_MOST_PARTS: Final = 200


def mail_text(data: bytes) -> DocumentText:
    """Return the text of a mail, its subject as the first line; the text is kept beside the bytes, offsets count it.

    Raises:
        BadInput: it has an HTML part only, and trafilatura is not installed.
    """
    try:
        message = message_from_bytes(data)
        parts = _parts(message)
    except (MessageError, RecursionError, ValueError, LookupError, AssertionError, AttributeError):
        text, notes = decode(data)
        return DocumentText(text, (*notes, "the mail's parts cannot be told apart; it was read as plain text"))
    subject = _header(message, "Subject")
    texts = [part for part in parts if _is_shown(part, "text/plain")]
    pages = [part for part in parts if _is_shown(part, "text/html")]
    others = [part for part in parts if part not in texts and part not in pages]
    body = _plain(texts) if texts else _page(pages)
    left_out = [_attachment(part) for part in others]
    sent = _sent(message)
    if not sent and message.get("Date"):
        left_out.append(f"the date `{_header(message, 'Date')[:60]}` of the mail cannot be read or does not exist")
    return DocumentText(
        f"{subject}\n\n{body.text}" if subject else body.text,
        (*body.notes, *left_out),
        title=subject or None,
        published=sent or body.published,
        authors=body.authors,
        publisher=_sender(message),
        captions=body.captions,
        reader=body.reader,
    )


def _parts(message: Message) -> list[Message]:
    """Return the parts of a mail that hold no parts; those of a mail within it belong to that."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < _MOST_PARTS:
        part = waiting.pop()
        held = part.get_payload() if part.is_multipart() else None
        if isinstance(held, list) and part.get_content_maintype() == "multipart":
            waiting += [inner for inner in reversed(held) if isinstance(inner, Message)]
        else:
            found.append(part)
    return found


def _is_shown(part: Message, kind: str) -> bool:
    return (
        part.get_content_type() == kind and part.get_content_disposition() != "attachment" and not part.get_filename()
    )


def _plain(parts: list[Message]) -> DocumentText:
    read = [decode(_bytes(part), f"charset={part.get_content_charset() or 'utf-8'}") for part in parts]
    return DocumentText("\n\n".join(text for text, _ in read), tuple(note for _, notes in read for note in notes))


def _page(parts: list[Message]) -> DocumentText:
    if not parts:
        return DocumentText("")
    charset = parts[0].get_content_charset()
    found = html_text(_bytes(parts[0]), f"text/html; charset={charset}" if charset else None)
    return found._replace(notes=("the mail has no plain text; its HTML part was read", *found.notes))


def _bytes(part: Message) -> bytes:
    held = part.get_payload(decode=True)
    return held if isinstance(held, bytes) else b""


def _attachment(part: Message) -> str:
    name = part.get_filename()
    called = f" `{_decoded(name)[:80]}`" if name else ""
    return f"attachment not read:{called} ({part.get_content_type()}, {len(_bytes(part)):,} bytes)"


def _header(message: Message, name: str) -> str:
    return " ".join(_decoded(str(message.get(name, ""))).split())


def _decoded(value: str) -> str:
    """Return a header in plain letters; as it is written where its encoding is not known."""
    try:
        pieces = decode_header(value[:_LONGEST_HEADER])
        return "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "utf-8", "replace")
            for piece, charset in pieces
        )
    except (MessageError, LookupError, ValueError):
        return value[:_LONGEST_HEADER]


def _sent(message: Message) -> PublishedAt | None:
    """Return when the mail says that it was sent; None where it says no day that exists."""
    written = _header(message, "Date")
    try:
        when = parsedate_to_datetime(written)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    zone = re.search(r"(?:[+-]\d{4}|[A-Z]{2,4})\s*(?:\(.{1,40}\))?$", written)
    return PublishedAt(date=when.date().isoformat(), time=f"{when:%H:%M}", zone=zone[0].split()[0] if zone else None)


def _sender(message: Message) -> str | None:
    name, address = parseaddr(_header(message, "From"))
    return name or address or None
