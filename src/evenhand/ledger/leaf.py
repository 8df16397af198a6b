"""The public leaf of a record and its commitment to the payload (`docs/spec/ledger-leaf.md`)."""

import hashlib
import re
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, get_args

import msgspec

from evenhand.ledger.canonical_json import is_canonical
from evenhand.ledger.field_commitments import SALT_SIZE, SEALING_MARK, committed_form
from evenhand.ledger.sealed_fields import SEALED_MARK, sealed_places
from evenhand.ledger.sealing_forms import SealingForms
from evenhand.model.errors import NotVerified, RecordRefused
from evenhand.model.log import Leaf, LeafKind, LogRecord

LEAF_LIMIT = 1024

_KINDS = frozenset(get_args(LeafKind))
_HASH = re.compile(r"sha256:[0-9a-f]{64}")
_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Leaf).decode


class Committed(NamedTuple):
    """A record that may become a leaf, its salt, and what its leaf will say of both (`commit_record`)."""

    record: LogRecord
    salt: bytes
    commitment: str


def commit_record(record: LogRecord, salt: bytes, forms: SealingForms | None = None) -> str:
    """Return what the leaf of a record commits to: nearly all that a leaf costs, and it needs no ledger.

    With `forms`, which then know this payload's, the same in less than half of the time where many are alike.

    Raises:
        RecordRefused: the record may not become a leaf (`check_record`).
    """
    found = None if forms is None else forms.commitment(salt, record.payload)
    if found is not None:
        _check_names(record)
        return found
    check_record(record)
    if forms is not None:
        forms.learn(record.payload)
    return commit(salt, record.payload)


def make_leaf(record: LogRecord, seq: int, minute: str, commitment: str) -> bytes:
    """Return the public bytes of a record, from its `commit_record`; `minute` is `minute_of` its time."""
    leaf = Leaf(at=minute, c=commitment, kind=record.kind, lists=record.lists, rulebook=record.rulebook, seq=seq)
    return _encode(leaf)


def minute_of(at: datetime) -> str:
    """Return a time as leaves say it: to the minute, so that it does not name the case."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def check_record(record: LogRecord) -> None:
    """Raise RecordRefused unless the record may become a leaf.

    Raises:
        RecordRefused: the payload is not canonical or too large, the kind unknown, or a hash malformed.
    """
    if not is_canonical(record.payload):
        raise RecordRefused(
            "payload is not canonical", got=record.payload.decode(), expected="sorted keys, no blanks, plain escapes"
        )
    if SEALING_MARK in record.payload and SEALED_MARK in record.payload and _is_closed(record.payload):
        raise RecordRefused("a sealed value in a payload with `sealing`", expected="the value itself")
    _check_names(record)


def _check_names(record: LogRecord) -> None:
    if record.kind not in _KINDS:
        raise RecordRefused("unknown kind", got=record.kind, expected=", ".join(sorted(_KINDS)))
    for field, value in (("rulebook", record.rulebook), ("lists", record.lists)):
        if not _is_hash(value):
            raise RecordRefused(f"bad hash in `{field}`", got=value, expected="`sha256:` and 64 hex digits")


def _is_closed(payload: bytes) -> bool:
    return any(sealed_places(msgspec.json.decode(payload)))


@lru_cache(maxsize=64)  # a day's decisions name the same few rulebooks and lists
def _is_hash(value: str) -> bool:
    return _HASH.fullmatch(value) is not None


def commit(salt: bytes, payload: bytes) -> str:
    """Return SHA-256(0x02 ‖ salt ‖ payload) as hex: says nothing without the salt, binds with it.

    Of a payload with sealing 1 salt and text are those of its closed form (`field_commitments`).

    Raises:
        NotVerified: the salt has not 32 bytes; were its length free, bytes could move between salt and payload.
    """
    if len(salt) != SALT_SIZE:
        raise NotVerified("salt of another length", got=f"{len(salt)} bytes", expected=f"{SALT_SIZE}")
    # INVARIANT: 0x00 and 0x01 are the tree's prefixes, 0x03 that of sealed fields; none may be used twice.
    over, text = committed_form(salt, payload)
    return hashlib.sha256(b"\x02" + over + text).hexdigest()


def opens(leaf: Leaf, salt: bytes | None, payload: bytes, forms: SealingForms | None = None) -> bool:
    """Tell whether the leaf commits to this payload under this salt.

    A salt has 32 bytes: were its length free, bytes could move between salt and payload.
    With `forms`, which then know this payload's, the same in less than half of the time where many are alike.
    """
    if salt is None or len(salt) != SALT_SIZE:
        return False
    found = None if forms is None else forms.commitment(salt, payload)
    if found is not None:
        return found == leaf.c
    is_committed = commit(salt, payload) == leaf.c
    if forms is not None and is_committed:
        with suppress(RecordRefused, UnicodeDecodeError):  # of a form that no leaf has, nothing is learned
            if is_canonical(payload):
                forms.learn(payload)
    return is_committed


def fingerprint(leaf: bytes, salt: bytes, payload: bytes) -> bytes:
    """Return a hash of all that an entry was made of, by which its maker knows it again."""
    sizes = len(leaf).to_bytes(4) + len(salt).to_bytes(4)
    return hashlib.sha256(sizes + leaf + salt + payload).digest()


def read_leaf(data: bytes) -> Leaf:
    """Return the leaf that `data` is.

    Raises:
        NotVerified: not the seven fields, or not in canonical form.
    """
    try:
        leaf = _decode(data)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise NotVerified("not a leaf", got=str(error)) from None
    if _encode(leaf) != data or len(data) >= LEAF_LIMIT:
        raise NotVerified("leaf is not canonical", got=data.decode())
    return leaf
