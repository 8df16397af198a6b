"""Erasure: payload and salt go, the leaf and every proof stay, and a leaf says under which basis."""

from typing import Literal

import msgspec

from evenhand.ledger.leaf import read_leaf
from evenhand.ledger.protocols import Storage
from evenhand.model.errors import BadInput, NotFound, NotVerified
from evenhand.model.log import LogRecord
from evenhand.model.record import Record, canonical

ERASURE: Literal["erasure"] = "erasure"


class Erasure(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The payload of an erasure leaf: of which entries what was erased, on which ground, by whom.

    `fields` are paths of sealed values: then only those went. Without it the whole payload went.
    """

    erased: tuple[int, ...]
    basis: str
    by: str
    fields: tuple[str, ...] = ()


def erasure_record(storage: Storage, erasure: Erasure) -> LogRecord:
    """Return the record that erases what `erasure` names when it is appended.

    Raises:
        NotFound: there is no such entry.
        BadInput: nothing to erase, no basis or person given, an entry that is erased already, or an erasure.
    """
    if not (erasure.erased and erasure.basis.strip() and erasure.by.strip()):
        raise BadInput("an erasure needs entries, a basis and who ordered it")
    for seq in erasure.erased:
        _check(storage, seq, whole=not erasure.fields)
    return LogRecord(
        kind=ERASURE,
        payload=canonical(erasure),
        erases=tuple(sorted(set(erasure.erased))),
        erases_fields=erasure.fields,
    )


def read_erasure(payload: bytes) -> Erasure | None:
    """Return the erasure that a payload states, None if it is none."""
    try:
        return msgspec.json.decode(payload, type=Erasure)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def _check(storage: Storage, seq: int, *, whole: bool) -> None:
    entry = storage.entry(seq)
    if entry is None:
        raise NotFound("no such entry", got=seq)
    if entry.body is None:
        raise BadInput("payload is gone already", where=f"entry {seq}")
    try:
        kind = read_leaf(entry.leaf).kind
    except NotVerified as error:
        raise BadInput(str(error), where=f"entry {seq}", todo="run `evenhand ledger verify`") from None
    if kind == ERASURE and whole:
        # Its payload is the only record of the basis of other erasures.
        raise BadInput("an erasure cannot be erased", where=f"entry {seq}")
