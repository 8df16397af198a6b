"""A mail as a complaint: its words, files and sender; mails that a program sent make none and get no answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser

from evenhand.model.errors import BadInput
from evenhand.model.visible_text import on_one_line

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)
_BULK = frozenset({"bulk", "junk", "auto_reply"})
_PRESENT = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "List-Id", "X-Failed-Recipients")
_ABSENT = re.compile(
    r"(?:out of (?:the )?office|auto(?:matic)?[ -]?(?:reply|response)|automatische (?:antwort|abwesenheits\w*)"
    r"|abwesenheits(?:notiz|meldung|nachricht|benachrichtigung|agent)|r[eé]ponse automatique|message d['’]absence"
    r"|notification d['’]absence|absence du bureau|автоответ(?:чик)?|автоматический ответ|رد تلقائي|الرد التلقائي)"
    r"(?:\s*(?:$|[:;.,!()\[\]–—-])|\s+(?:re|aw|auto-?reply|reply|message|until|bis|vom|von|from|jusqu\w+|du)\b)",
    re.IGNORECASE,
)
"""How a subject begins that programs write for people who are away."""
_OURS = re.compile(r"(?<![0-9A-Za-z-])[cdrl]-[0-9a-f]{20}(?![0-9A-Za-z-])", re.IGNORECASE)
_PROGRAMS = frozenset({"mailer-daemon", "postmaster", "no-reply", "noreply"})
_HIDDEN_ELEMENTS = frozenset({"script", "style", "head", "title"})
_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "blockquote", "table"})


@dataclass(frozen=True)
class Mail:
    """What a complaint needs of a mail; `automatic` is why it is no person's, ``""`` if it is one's.

    `arrived_at` is what the last mail server stamped, None where it is not there.
    """

    subject: str
    words: str
    name: str
    address: str
    language: str
    message_id: str
    arrived_at: datetime | None
    automatic: str
    files: tuple[tuple[str, bytes], ...]


def read_mail(data: bytes, where: str) -> Mail:
    """Return the parts of a mail.

    Raises:
        BadInput: it is no mail.
    """
    expected = "headers, an empty line and a body (RFC 5322)"
    try:
        message = message_from_bytes(data, policy=policy.default.clone(raise_on_defect=False))
        if isinstance(message, EmailMessage) and message.keys():
            return _mail(message)
    except (*_UNREADABLE, RecursionError) as error:  # what the parser of the standard library raises on broken mails
        raise BadInput("a mail that cannot be read", where=where, got=str(error), expected=expected) from error
    raise BadInput("no mail", where=where, expected=expected)


def _mail(message: EmailMessage) -> Mail:
    name, address = _sender(message)
    return Mail(
        subject=_header(message, "Subject"),
        words=_words(message),
        name=name,
        address=address,
        language=_header(message, "Content-Language").partition(",")[0].strip().lower()[:2],
        message_id=_header(message, "Message-ID"),
        arrived_at=_arrived_at(message),
        automatic=_automatic(message, address),
        files=tuple(_files(message)),
    )


def _header(message: EmailMessage, name: str) -> str:
    """Return a header as one line; one that the parser cannot read as it stands, raw."""
    try:
        value = message.get(name, "")
    except _UNREADABLE:
        value = next((raw for key, raw in message.raw_items() if key.lower() == name.lower()), "")
    return _clean(str(value))


def _clean(text: str) -> str:
    """Return a text on one line, without halves of characters that no record could hold."""
    return on_one_line(text).encode(errors="replace").decode()


def _sender(message: EmailMessage) -> tuple[str, str]:
    """Return name and address of who wrote; ``""`` for what is not there."""
    try:
        header = message.get("From")
        addresses: tuple[Address, ...] = () if header is None else header.addresses
        first = addresses[0] if addresses else None
    except _UNREADABLE:
        first = None
    if first is None:
        return "", _header(message, "From")
    return _clean(first.display_name), _clean(first.addr_spec)


def _automatic(message: EmailMessage, address: str) -> str:
    """Return by which sign a mail is a program's; answering one would go on for ever (RFC 3834)."""
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return f"Auto-Submitted: {submitted}"
    present = next((name for name in _PRESENT if message.get(name) is not None), None)
    if present is not None:
        return present
    precedence = _header(message, "Precedence").strip().lower()
    if precedence in _BULK:
        return f"Precedence: {precedence}"
    if message.get("Return-Path") is not None and _header(message, "Return-Path").strip() in {"<>", ""}:
        return "empty Return-Path"
    local = address.partition("@")[0].lower()
    return f"From: {local}" if local in _PROGRAMS else _absence(message)


def _absence(message: EmailMessage) -> str:
    """Return the subject of a mail that says that nobody is there; ``""`` where it names one of our letters."""
    subject = _header(message, "Subject")
    is_absence = _ABSENT.match(subject) is not None and not _OURS.search(f"{subject} {_words(message)}")
    return f"Subject: {subject[:60]}" if is_absence else ""


def _arrived_at(message: EmailMessage) -> datetime | None:
    """Return when our own server took the mail: the topmost `Received`. The `Date` is the sender's to choose."""
    received = _header(message, "Received").rpartition(";")[2].strip()
    try:
        stamped = parsedate_to_datetime(received) if received else None
    except (ValueError, TypeError):
        return None
    return stamped if stamped is not None and stamped.tzinfo is not None else None


def _words(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    text = _text_of(body)
    return text_of_html(text) if body.get_content_type() == "text/html" else text.strip()


def _text_of(part: MIMEPart) -> str:
    """Return a part's text; in a charset that nobody knows, what of it is UTF-8."""
    try:
        text = part.get_content()
    except (LookupError, ValueError, KeyError):
        text = None
    if not isinstance(text, str):
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return text.replace("\r\n", "\n").encode(errors="replace").decode()


def _files(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each attachment, also of pictures in the text and of mails in the mail."""
    body = message.get_body(preferencelist=("plain", "html"))
    for part in message.walk():
        if part is body or part.is_multipart() or part is message:
            continue
        is_other_form = part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"
        payload = part.get_payload(decode=True)
        if not is_other_form and isinstance(payload, bytes):
            yield part.get_filename() or part.get_content_type().replace("/", "."), payload


def text_of_html(html: str) -> str:
    """Return the words of a page: no tags, no scripts, a line a block.

    >>> text_of_html("<style>p {}</style><p>This is <b>wrong</b>.</p><script>x()</script><p>Bye &amp; thanks</p>")
    'This is wrong.\\nBye & thanks'
    """
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = ("".join(reader.parts)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


class _Words(HTMLParser):
    """Collects what a page shows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._hidden += tag in _HIDDEN_ELEMENTS
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN_ELEMENTS))
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\n", " "))
