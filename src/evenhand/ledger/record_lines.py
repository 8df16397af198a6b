"""Records as JSON lines: what `evenhand ledger append` reads."""

from typing import Annotated

import msgspec

from evenhand.ledger.canonical_json import MOST_BYTES, MOST_DEPTH, is_canonical, read_canonical
from evenhand.ledger.erasure import ERASURE
from evenhand.ledger.sealed_fields import SEALED_MARK, sealed_places
from evenhand.model.errors import RecordRefused
from evenhand.model.log import NO_HASH, LeafKind, LogRecord
from evenhand.model.record import Record

LINE_BYTES = MOST_BYTES
Hash = Annotated[str, msgspec.Meta(pattern="^sha256:[0-9a-f]{64}$")]


class RecordLine(Record, frozen=True, kw_only=True):
    """One line: a record whose payload is any JSON of the subset that has one canonical form."""

    payload: msgspec.Raw
    kind: LeafKind = "decision"
    subject: str = ""
    key: str = ""
    rulebook: Hash = NO_HASH
    lists: Hash = NO_HASH


def read_line(text: bytes, most_bytes: int = LINE_BYTES) -> LogRecord:
    """Return the record that one line states.

    Raises:
        RecordRefused: the line is too long, no JSON, outside of the canonical subset, or has a field missing,
            unknown or wrong; or it is an erasure, which would say that something went although nothing did.
    """
    if len(text) > most_bytes:
        raise RecordRefused("record too large", got=f"{len(text)} bytes", expected=f"at most {most_bytes}")
    try:
        line = _decode(text)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise RecordRefused("not a record", got=error, expected="`payload`, and of " + ", ".join(_OPTIONAL)) from None
    except RecursionError:
        raise RecordRefused("nested too deep", expected=f"at most {MOST_DEPTH} containers") from None
    raw = bytes(line.payload)
    payload = raw if is_canonical(raw) else read_canonical(raw)
    _check_names(text, raw)
    _check_whole(line.kind, payload)
    return LogRecord(
        kind=line.kind, payload=payload, subject=line.subject, key=line.key, rulebook=line.rulebook, lists=line.lists
    )


def _check_whole(kind: LeafKind, payload: bytes) -> None:
    """Refuse records that need other rows: an erasure, or a payload whose sealed value is missing."""
    if kind == ERASURE:
        raise RecordRefused("an erasure is not appended", todo="run `evenhand ledger erase`")
    if SEALED_MARK in payload and any(sealed_places(msgspec.json.decode(payload))):
        raise RecordRefused("a sealed value whose value is not there", expected="the value itself")


def _check_names(text: bytes, payload: bytes) -> None:
    """Refuse a field given twice, of which the typed decoder silently takes the last.

    The payload was read before, and its depth is its own: a 0 replaces it, unless it is so short that
    its text could be a name's.
    """
    read_canonical(text.replace(payload, b"0", 1) if payload[:1] in (b"{", b"[") else text)


_OPTIONAL = ("kind", "subject", "key", "rulebook", "lists")
_decode = msgspec.json.Decoder(RecordLine).decode
