"""Compiling a register: all of it checked, and the old file in its place until the new one is safe on disk."""

import hashlib
from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path

import msgspec

from evenhand.gate.conditions.programs import only_political
from evenhand.gate.registers import layout
from evenhand.gate.registers.files import replace_file
from evenhand.gate.registers.fingerprint import prime_and_factor
from evenhand.gate.registers.host_warnings import HostWarnings
from evenhand.gate.registers.layout import END, EPOCH, MANY, PLACE, PLACE_BITS, REF, StoredRow, key_bytes
from evenhand.gate.registers.log_checkpoint import log_checkpoint
from evenhand.gate.registers.row_keys import DOMAIN, SHARED, check_conditions, checked_keys, double_key
from evenhand.gate.registers.row_references import KINDS, OUTCOMES, PLACE_SHIFT, flags_of, row_end
from evenhand.gate.registers.shared_conditions import SharedConditions
from evenhand.model.errors import RegisterInvalid
from evenhand.model.hosts import Suffixes
from evenhand.model.program import When
from evenhand.model.record import canonical
from evenhand.model.register import CampaignDecision, RegisterHead, RegisterRow

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(StoredRow).decode
_json = msgspec.json.Encoder().encode


def compile_register(
    rows: Iterable[RegisterRow],
    head: RegisterHead,
    path: Path,
    suffixes: Suffixes,
    seed: bytes,
    source: Path | None = None,
) -> tuple[str, ...]:
    """Write `register.evh` and return warnings, each one sentence without full stop.

    `seed` are 16 bytes that nobody outside can guess: keys are hashed by them. `source` is the file that the rows are
    read from, if they are, and is named where one is refused. Rows are read once, in order. A
    reader sees the old file or the new one, never a part. Cost: about 6 µs and 60 bytes of memory a key.

    Raises:
        RegisterInvalid: names source and row, or the head's checkpoint; the old file stays.
        OSError: the folder cannot be written; the old file stays.
    """
    log_checkpoint(head.checkpoint, source or path)
    form = CompiledForm(source or path, suffixes, head.shared_hosts, seed)
    for row in rows:
        form.add(row)
    write_compiled(path, form.parts(head))
    return form.doubts()


def write_compiled(path: Path, parts: Iterable[bytes | bytearray | memoryview]) -> None:
    """Put the parts of a compiled form in a file, with the digest at the end.

    Raises:
        OSError: the folder cannot be written; the old file stays.
    """
    replace_file(path, _with_digest(parts))


class CompiledForm:
    """The parts of a file that grows row by row; `where` is named in errors, `shared` are the register's own platforms.

    Raises:
        RegisterInvalid: where a row is added, or the parts are asked for: names `where`, row and key.
    """

    def __init__(self, where: Path, suffixes: Suffixes, shared: Iterable[str], seed: bytes) -> None:
        self._where, self._doubts, self._suffixes = where, HostWarnings(suffixes, shared), suffixes
        self._prime, self._factor = prime_and_factor(seed)
        self._keys, self._rows, self._conditions = bytearray(), bytearray(), bytearray()
        self._hashes, self._places = array("Q"), array("Q")
        self._when: dict[tuple[When, ...], tuple[int, bool]] = {}
        self._shared = SharedConditions(self._conditions_of)
        self._row_count = 0
        self._table, self._key_count = array("Q"), 0
        self._version = layout.VERSION

    def add(self, row: RegisterRow) -> tuple[str, ...]:
        """Take one more row with its keys, and return its domains as hosts, each once."""
        keys = checked_keys(row, self._where, self._suffixes)
        when, political = self._shared.of(row) if row.when else (0, True)
        leads_to = REF.pack(len(self._rows) << PLACE_SHIFT | flags_of(row, only_political=political))
        stored = _stored(row, when)
        self._rows += len(stored).to_bytes(4, "little") + stored
        self._row_count += 1
        if row.campaigns:
            self._version = layout.CAMPAIGNS_VERSION
        prime, factor, written = self._prime, self._factor, self._keys
        for kind, text in keys:
            key = key_bytes(kind, text)
            self._hashes.append(int.from_bytes(key, "big") * factor % prime)
            self._places.append(len(written))
            written += key + leads_to
        hosts = tuple([text for kind, text in keys if kind == DOMAIN])
        for host in hosts:
            self._doubts.add(host, f"{row.kind} {row.id}")
        return hosts

    def parts(self, head: RegisterHead) -> tuple[bytes | bytearray | memoryview, ...]:
        """Return the file's bytes in order, without the digest at the end."""
        self._fill_table()
        table, text = memoryview(self._table).cast("B"), canonical(head)
        parts = (table, self._keys, self._rows, self._conditions, text)
        places = tuple(accumulate(map(len, parts), initial=layout.HEADER.size))
        header = layout.Header(
            self._version, self._prime, self._factor, len(self._table), self._key_count, self._row_count, *places
        )  # fmt: skip
        return header.pack(), *parts

    def doubts(self) -> tuple[str, ...]:
        """Return what a person should look at, once the table is there."""
        return self._doubts.sentences(self._owner)

    def _owner(self, host: str) -> str | None:
        """Return the party whose domain a host is, read from the finished table."""
        key = key_bytes(DOMAIN, host)
        slot = int.from_bytes(key, "big") * self._factor % self._prime & len(self._table) - 1
        while word := self._table[slot]:
            place = word & PLACE
            if self._key_at(place) == key:
                row = self._row_at(self._ref_at(place) >> PLACE_SHIFT)
                return f"{row.kind} {row.id}"
            slot = (slot + 1) & len(self._table) - 1
        return None

    def _conditions_of(self, row: RegisterRow) -> tuple[int, bool]:
        """Return where a row's conditions stand, one up, and whether they ask for political advertising only."""
        when = row.when or ()
        if when not in self._when:
            check_conditions(row, self._where)
            self._when[when] = len(self._conditions) + 1, only_political(when)
            text = _json(when)
            self._conditions += len(text).to_bytes(4, "little") + text
        return self._when[when]

    def _fill_table(self) -> None:
        """Fill the hash table; keys that several rows share are gathered in lists behind the keys.

        The key of each slot is compared whole, so that two rows never share a key that belongs to one.
        """
        slots = layout.slots_for(len(self._hashes))
        table, mask = array("Q", bytes(slots * layout.SLOT_BYTES)), slots - 1
        shared: dict[int, list[int]] = {}
        for hashed, place in zip(self._hashes, self._places, strict=True):
            slot = hashed & mask
            while word := table[slot]:
                if word >> PLACE_BITS == hashed and self._key_at(word & PLACE) == self._key_at(place):
                    self._share(word & PLACE, place, shared)
                    break
                slot = (slot + 1) & mask
            else:
                table[slot] = hashed << PLACE_BITS | place
        self._key_count = len(self._hashes) - sum(len(refs) - 1 for refs in shared.values())
        self._table = table
        self._write_lists(shared)

    def _key_at(self, place: int) -> bytes:
        return bytes(self._keys[place : self._keys.index(END, place) + 1])

    def _ref_at(self, place: int) -> int:
        ref: int = REF.unpack_from(self._keys, self._keys.index(END, place) + 1)[0]
        return ref

    def _share(self, first: int, second: int, shared: dict[int, list[int]]) -> None:
        """Put a further row behind a key, or refuse the register if the key belongs to one."""
        kind = bytes(self._keys[first : first + 1])
        if kind.lower() not in SHARED:
            raise self._double(first, second)
        shared.setdefault(first, [self._ref_at(first)]).append(self._ref_at(second))

    def _double(self, first: int, second: int) -> RegisterInvalid:
        owner, row = (self._row_at(self._ref_at(place) >> PLACE_SHIFT) for place in (first, second))
        key = self._key_at(first)
        kind, text = key[:1].lower(), key[1:-1].decode("utf-8", "replace")
        return double_key(row, self._where, kind, text, f"{owner.kind} {owner.id}")

    def _row_at(self, place: int) -> RegisterRow:
        size = int.from_bytes(self._rows[place : place + 4], "little")
        stored = _unpack(self._rows[place + 4 : place + 4 + size])
        return RegisterRow(kind=KINDS[stored.kind], id=stored.id, outcome=OUTCOMES[stored.outcome])

    def _write_lists(self, shared: dict[int, list[int]]) -> None:
        for first, refs in shared.items():
            where = self._keys.index(END, first) + 1
            REF.pack_into(self._keys, where, MANY | len(self._keys))
            self._keys += layout.COUNT.pack(len(refs)) + b"".join(map(REF.pack, refs))


def _stored(row: RegisterRow, when: int) -> bytes:
    """Return a row's MessagePack array, as `row_content` has the row, without what says nothing at its end."""
    reason = row.reason if row.decision is None else _stored_reason(row.decision, row.reason)
    fields: list[object] = [
        KINDS.index(row.kind), row.outcome.severity, row.id, row.decision, reason if row.reason else None,
        row.verification, row.payers, _microseconds(row.until), row.instruct, when, row.political_campaigns,
        tuple(map(_stored_campaign, row.campaigns)),
    ]  # fmt: skip
    while fields[-1] in (0, None, ()):
        fields.pop()
    return _pack(fields)


def _stored_reason(decision: str, reason: str | None) -> str | None:
    """Return a reason, empty where it is the decision's usual one."""
    return "" if reason == "r-" + decision.removeprefix("d-") else reason


def _stored_campaign(each: CampaignDecision) -> layout.StoredCampaign:
    return layout.StoredCampaign(
        each.id, each.outcome.severity, each.decision, _stored_reason(each.decision, each.reason) or "",
        each.instruct, _microseconds(each.begins), _microseconds(each.until),
    )  # fmt: skip


def _microseconds(at: datetime | None) -> int:
    """Return an instant in microseconds since 1970, 0 for none."""
    return 0 if at is None else (row_end(at) - EPOCH) // timedelta(microseconds=1)


def _with_digest(parts: Iterable[bytes | bytearray | memoryview]) -> Iterator[bytes | bytearray | memoryview]:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
        yield part
    yield digest.digest()
