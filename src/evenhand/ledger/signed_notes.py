"""Signed notes: text with signature lines below (C2SP signed-note 1.0.0, tlog-cosignature 1.0.0)."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from evenhand.ledger.encodings import SIZE_LIMIT, from_base64, read_hash, read_number, to_base64
from evenhand.ledger.protocols import Signer, Verifier
from evenhand.model.errors import BadInput, NotVerified
from evenhand.model.verifier_key import COSIGNATURE, ED25519, MLDSA44, PUBLIC_SIZES, VerifierKey, is_key_name

DASH = "— "
KINDS: tuple[Literal[0x01, 0x04, 0x06], ...] = (ED25519, COSIGNATURE, MLDSA44)
TIME_SIZE = 8
MOST_NAME_BYTES = 255
MOST_SIGNATURES = 100  # as golang.org/x/mod/sumdb/note


class Signature(NamedTuple):
    """One signature line: who says it signed, the four bytes that name its key, and what it signed with."""

    name: str
    key_id: bytes
    value: bytes


class OpenedNote(NamedTuple):
    """The text of a note and the known keys that signed it, in the order of their lines."""

    text: str
    keys: tuple[VerifierKey, ...]


def read_vkey(text: str, where: str = "") -> VerifierKey:
    """Return the key that a line `name+hex(id)+base64(kind ‖ public)` names; `where` is who gave it, for the error.

    Raises:
        BadInput: not that form, not the id of that key, or a kind other than 0x01, 0x04 and 0x06.
    """
    name, _, rest = text.partition("+")
    hex_id, _, encoded = rest.partition("+")
    try:
        data = from_base64(encoded)
    except NotVerified:
        data = b""
    kind = next((known for known in KINDS if data[:1] == bytes([known])), None)
    if kind is not None and len(data) == 1 + PUBLIC_SIZES[kind] and is_key_name(name):
        key = VerifierKey(name=name, kind=kind, public=data[1:])
        if key.id.hex() == hex_id:
            return key
    raise BadInput(
        "not a verifier key", where=where, got=text,
        expected="name+8 hex digits+base64 of a key of Ed25519 (kind 01 or 04) or ML-DSA-44 (06)",
    )  # fmt: skip


def sign_note(text: str, signer: Signer) -> str:
    """Return `text` (ending in LF) with the signer's line below it, and those of the keys beside it."""
    return f"{text}\n" + "".join(signature_line(text, key) for key in (signer, *signer.also))


def signature_line(text: str, signer: Signer) -> str:
    """Return the line with which one key signs `text`."""
    key = read_vkey(signer.vkey)
    return f"{DASH}{key.name} {to_base64(key.id + signer.sign(text.encode()))}\n"


def open_note(note: bytes, keys: Sequence[VerifierKey], verifier: Verifier) -> OpenedNote:
    """Return the text of a note and which of `keys` signed it: at least one, and none of them wrongly.

    Lines of unknown keys are passed over; a second line of one key is not looked at (as in Go's x/mod).

    Raises:
        NotVerified: not a note, a bad signature of a known key, or no known key at all.
    """
    text, signatures = parse_note(note)
    known = {(key.name, key.id): key for key in keys}
    signed: dict[VerifierKey, None] = {}
    for line in signatures:
        key = known.get((line.name, line.key_id))
        if key is None or key in signed:
            continue
        if not _holds(key, line.value, text, verifier):
            raise NotVerified("bad signature", got=line.name, todo="the text was changed or signed by another key")
        signed[key] = None
    if not signed:
        raise NotVerified("no signature of a known key", expected=" or ".join(key.name for key in keys))
    return OpenedNote(text, tuple(signed))


def parse_note(note: bytes) -> tuple[str, list[Signature]]:
    """Return text and signature lines of a note, nothing verified."""
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise NotVerified("not a signed note", expected="UTF-8") from None
    text, blank, block = whole.rpartition("\n\n")  # the text may hold blank lines itself
    if not blank or not block.endswith("\n") or any(character < " " and character != "\n" for character in whole):
        raise NotVerified("not a signed note", expected="text, a blank line, signature lines, each ending in LF")
    lines = block[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NotVerified("too many signatures", got=len(lines), expected=f"at most {MOST_SIGNATURES}")
    return text + "\n", [_signature(line) for line in lines]


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not is_key_name(name):
        raise NotVerified("not a signature line", got=line, expected="`— name base64`")
    data = from_base64(encoded)
    if len(data) < 5:
        raise NotVerified("signature too short", got=line)
    return Signature(name, data[:4], data[4:])


def _holds(key: VerifierKey, value: bytes, text: str, verifier: Verifier) -> bool:
    """Tell whether `value` is the key's signature: over the text, or over time and checkpoint."""
    if key.kind == ED25519:
        return len(value) == 64 and verifier.verify(key.public, value, text.encode())
    return is_cosigned(key, value, text, verifier)


def is_cosigned(key: VerifierKey, value: bytes, text: str, verifier: Verifier) -> bool:
    """Tell whether `value` (time, 8 bytes, and signature) is the cosignature of a checkpoint's text by `key`.

    Raises:
        NotVerified: the key is one of ML-DSA-44, and the text is no checkpoint.
    """
    at = int.from_bytes(value[:TIME_SIZE])
    if at >= SIZE_LIMIT:
        return False
    message = _structure(key.name, at, text) if key.kind == MLDSA44 else f"cosignature/v1\ntime {at}\n{text}".encode()
    return verifier.verify(key.public, value[TIME_SIZE:], message)


def _structure(name: str, at: int, text: str) -> bytes:
    """Return the `cosigned_message` of a whole log; lines after the third are not part of it."""
    lines = text.split("\n")
    if len(lines) < 4:
        raise NotVerified("not a checkpoint", got=text, expected="three or more lines")
    origin, size, root = lines[:3]
    parts = [b"subtree/v1\n\0", _opaque(name), at.to_bytes(8), _opaque(origin)]
    return b"".join([*parts, bytes(8), read_number(size).to_bytes(8), read_hash(root)])


def _opaque(text: str) -> bytes:
    """Return a text with its length before it, in one byte (RFC 8446 §3.4)."""
    data = text.encode()
    if len(data) > MOST_NAME_BYTES:
        raise NotVerified("name too long for this kind of signature", got=text, expected="at most 255 bytes")
    return bytes([len(data)]) + data
