"""The compiled register: one file, mapped into memory and shared by every process that reads it."""

import hashlib
import mmap
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from evenhand.gate.registers import layout
from evenhand.gate.registers.layout import (
    COUNT,
    DIGEST_BYTES,
    END,
    EPOCH,
    HEADER,
    LONGEST_KEY,
    MANY,
    PLACE,
    PLACE_BITS,
    REF,
    key_bytes,
)
from evenhand.gate.registers.row_references import KINDS, OUTCOMES, PLACE_SHIFT, SANCTIONED, RowContent
from evenhand.model.errors import RegisterInvalid
from evenhand.model.program import When
from evenhand.model.register import CampaignDecision, RegisterHead

_PIECE = 1 << 20
_MOST_ROWS: Final = 512
_VERSIONS: Final = (layout.VERSION, layout.CAMPAIGNS_VERSION)
_TODO = "do not put this file in place of the register in use; `evenhand run` or `gate compile` writes it anew"
_head = msgspec.json.Decoder(RegisterHead).decode
_stored = msgspec.msgpack.Decoder(layout.StoredRow).decode
_when = msgspec.json.Decoder(tuple[When, ...]).decode
_number = int.from_bytes
_ref_at = REF.unpack_from


class MappedRegister:
    """A compiled register, verified whole when it is opened; fits `Register`. Builds nothing in the process's memory.

    A look-up reads one slot of the table, mostly, and compares the whole key. The last 512 rows met are kept.

    Raises:
        RegisterInvalid: the file is cut short, changed, empty, no register, or of another version.
        OSError: it cannot be read.
    """

    def __init__(self, file: BinaryIO, where: Path) -> None:
        self._where = where
        size = file.seek(0, 2)
        if size < HEADER.size + DIGEST_BYTES:
            raise self._fault("truncated:", f"{size} bytes")
        self._data = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
        header = self._header(size)
        self.keys, self.rows = header.keys, header.rows
        self._prime, self._factor, self._mask = header.prime, header.factor, header.slots - 1
        self._table = memoryview(self._data)[header.table_at : header.keys_at].cast("Q")
        self._keys_at, self._rows_at, self._conditions_at = header.keys_at, header.rows_at, header.conditions_at
        self.head = self._decoded_head(self._data[header.head_at : header.end_at])
        self._known: dict[int, RowContent] = {}

    def find(self, kind: bytes, text: str) -> tuple[int, ...]:
        """Return references to the rows that a key leads to, in the order of the rows; () if none does."""
        try:
            key = b"%b%b\xff" % (kind, text.encode())
        except UnicodeEncodeError:  # a lone surrogate
            key = key_bytes(kind, text)
        if len(key) > LONGEST_KEY:
            key = key_bytes(kind, text)
        hashed = _number(key) * self._factor % self._prime
        slot = hashed & self._mask
        while word := self._table[slot]:
            if word >> PLACE_BITS == hashed:
                place = self._keys_at + (word & PLACE)
                end = place + len(key)
                # INVARIANT: the whole key is compared; hashes alone would one day refuse the wrong client.
                if self._data[place:end] == key:
                    (ref,) = _ref_at(self._data, end)
                    return (ref,) if ref < MANY else self._several(ref - MANY)
            slot = slot + 1 & self._mask
        return ()

    def row(self, ref: int) -> RowContent:
        """Return the row of a reference that this register gave.

        Raises:
            RegisterInvalid: the file has no row there.
        """
        row = self._known.get(ref)
        if row is None:
            if len(self._known) >= _MOST_ROWS:
                self._known.clear()
            try:
                row = self._known[ref] = self._read(ref)
            except (msgspec.MsgspecError, ValueError, ArithmeticError, LookupError) as error:
                raise self._fault("invalid row of a register:", error) from error
        return row

    def entries(self) -> Iterator[tuple[bytes, str, tuple[int, ...]]]:
        """Yield every key once with what it leads to; a key of more than 255 bytes as the hex of its SHA-256.

        Raises:
            RegisterInvalid: the file has no key where its table says that one is.
        """
        for word in self._table:
            if word:
                try:
                    entry = self._entry(self._keys_at + (word & PLACE))
                except (UnicodeDecodeError, struct.error) as error:
                    raise self._fault("invalid key of a register:", error) from error
                yield entry

    def _entry(self, place: int) -> tuple[bytes, str, tuple[int, ...]]:
        end = self._data.find(END, place)
        kind, text = self._data[place : place + 1], self._data[place + 1 : end]
        (ref,) = _ref_at(self._data, end + 1)
        refs = (ref,) if ref < MANY else self._several(ref - MANY)
        return kind.lower(), text.decode("utf-8", "surrogatepass"), refs

    def _several(self, place: int) -> tuple[int, ...]:
        place += self._keys_at
        count = _number(self._data[place : place + COUNT.size], "little")
        start = place + COUNT.size
        refs = range(start, min(start + count * REF.size, len(self._data) - REF.size + 1), REF.size)
        return tuple(_ref_at(self._data, ref)[0] for ref in refs)

    def _read(self, ref: int) -> RowContent:
        stored = _stored(self._part(self._rows_at + (ref >> PLACE_SHIFT)))
        reason = stored.reason
        if reason == "" and stored.decision is not None:
            reason = _usual_reason(stored.decision)
        if stored.outcome and not (stored.decision and reason):
            raise self._fault("no decision or no reason for", stored.id, "both, or the outcome allow")
        return RowContent(
            kind=KINDS[stored.kind],
            id=stored.id,
            outcome=OUTCOMES[stored.outcome],
            decision=stored.decision,
            reason=reason,
            payers=stored.payers,
            instruct=stored.instruct,
            verification=stored.verification,
            until=_instant(stored.until_us),
            when=_when(self._part(self._conditions_at + stored.when - 1)) if stored.when else (),
            political_campaigns=stored.political_campaigns,
            sanctioned=bool(ref & SANCTIONED),
            campaigns=tuple(map(_campaign, stored.campaigns)),
        )

    def _part(self, place: int) -> bytes:
        """Return the bytes of a row or of conditions: their length stands before them."""
        return self._data[place + 4 : place + 4 + _number(self._data[place : place + 4], "little")]

    def _header(self, size: int) -> layout.Header:
        magic, version, *numbers = HEADER.unpack_from(self._data)
        if magic != layout.MAGIC:
            raise self._fault("not a compiled register; it begins with", magic.decode("latin-1"))
        if version not in _VERSIONS:
            raise self._fault("a register of version", version, f"version {' or '.join(map(str, _VERSIONS))}")
        header = layout.Header(version, *numbers)
        if header.end_at + DIGEST_BYTES != size:
            raise self._fault(
                "truncated, or longer than its header says:", f"{size} bytes", f"{header.end_at + DIGEST_BYTES}"
            )
        if self._digest(header.end_at) != self._data[header.end_at :]:
            raise self._fault("changed since it was written: its SHA-256 is", self._data[header.end_at :].hex())
        if not _is_sound(header):
            raise self._fault("its parts do not fit:", header)
        return header

    def _digest(self, end: int) -> bytes:
        digest, view = hashlib.sha256(), memoryview(self._data)
        for start in range(0, end, _PIECE):
            digest.update(view[start : min(start + _PIECE, end)])
        return digest.digest()

    def _decoded_head(self, text: bytes) -> RegisterHead:
        try:
            return _head(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._fault("invalid head of a register:", error) from error

    def _fault(self, what: str, got: object, expected: str = "") -> RegisterInvalid:
        return RegisterInvalid(what, where=self._where, got=got, expected=expected, todo=_TODO)


def _campaign(stored: layout.StoredCampaign) -> CampaignDecision:
    return CampaignDecision(
        id=stored.id,
        outcome=OUTCOMES[stored.outcome],
        decision=stored.decision,
        reason=stored.reason or _usual_reason(stored.decision),
        instruct=stored.instruct,
        begins=_instant(stored.begins_us),
        until=_instant(stored.until_us),
    )


def _usual_reason(decision: str) -> str:
    return "r-" + decision.removeprefix("d-")


def _instant(microseconds: int) -> datetime | None:
    return EPOCH + timedelta(microseconds=microseconds) if microseconds else None


def _is_sound(header: layout.Header) -> bool:
    """Return whether the parts follow one another and the table has room, so that every search in it ends."""
    places = [
        HEADER.size, header.table_at, header.keys_at, header.rows_at, header.conditions_at, header.head_at,
        header.end_at,
    ]  # fmt: skip
    slots = header.slots
    is_power = slots >= 8 and slots & (slots - 1) == 0
    table = header.keys_at - header.table_at
    return (
        header.table_at == HEADER.size
        and places == sorted(places)
        and is_power
        and table == slots * layout.SLOT_BYTES
        and header.keys < slots
        and header.prime > 1
    )
