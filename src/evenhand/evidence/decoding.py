"""The text of bytes: UTF-8 unless a mark or the media type says otherwise; what cannot be read is replaced and told."""

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def decode(data: bytes, media_type: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file and notes on what was not usable; never raises, never changes a character.

    A mark of UTF-16 or UTF-32 at the start decides, then the `charset` of the media type, then UTF-8. The mark of
    UTF-8 stays in the text, as its first code point, so that offsets are those of the file.

    >>> decode(b"caf\\xe9")
    ('caf\ufffd', ('1 of 4 bytes is not UTF-8 and was replaced; the first is at byte 3',))
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding:
        text, notes = _decode(data, encoding)
        return text, (f"read as {encoding.upper()}, as its first bytes say", *notes)
    declared = _CHARSET.search(media_type or "")
    if not declared:
        return _decode(data, "utf-8")
    name = _text_encoding(declared[1])
    if name:
        return _decode(data, name)
    text, notes = _decode(data, "utf-8")
    return text, (f"unknown encoding `{declared[1]}`; read as UTF-8", *notes)


def charset_of(head: str) -> str | None:
    """Return the encoding that the start of a text names (`charset=…`), None where it names no known one."""
    found = _CHARSET.search(head)
    return _text_encoding(found[1]) if found else None


def _text_encoding(name: str) -> str | None:
    """Return Python's name of an encoding of text; others of its codecs (`zip`, `rot13`) read something else."""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
        return found.name if isinstance(b"".decode(found.name), str) else None
    except (LookupError, ValueError, TypeError):
        return None


def _decode(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode(encoding), ()
    except UnicodeError as error:
        first = error.start if isinstance(error, UnicodeDecodeError) else 0
    try:
        text = data.decode(encoding, "replace")
    except UnicodeError:
        text, encoding = data.decode("utf-8", "replace"), "utf-8"
    wrong = max(1, text.count("\ufffd") - data.count(b"\xef\xbf\xbd"))
    verbs = ("is", "was") if wrong == 1 else ("are", "were")
    note = f"{wrong:,} of {len(data):,} bytes {verbs[0]} not {encoding.upper()} and {verbs[1]} replaced"
    return text, (f"{note}; the first is at byte {first}",)
