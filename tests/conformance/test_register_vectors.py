"""The compiled register read by a second reader, written from `docs/spec/register.md` alone."""

import base64
import hashlib
import json
import struct
from typing import Any

import msgspec

from tests.conformance.register_vectors import ROWS, VECTORS, WITH_CAMPAIGNS, compiled

STATED: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
NAMES = (
    "prime",
    "factor",
    "slots",
    "keys",
    "rows",
    "table_at",
    "keys_at",
    "rows_at",
    "conditions_at",
    "head_at",
    "end_at",
)


class SecondReader:
    """A reader that shares no code with the gate's."""

    def __init__(self, data: bytes, version: int = 1) -> None:
        assert data[:8] == b"EVHREG" + bytes([version, 0])
        self.data = data
        self.head = dict(zip(NAMES, struct.unpack_from("<11Q", data, 8), strict=True))
        assert hashlib.sha256(data[:-32]).digest() == data[self.head["end_at"] :]

    def find(self, kind: str, text: str) -> list[int]:
        key = kind.encode() + text.encode() + b"\xff"
        slots = self.head["slots"]
        hashed = int.from_bytes(key, "big") * self.head["factor"] % self.head["prime"]
        for step in range(slots):
            (word,) = struct.unpack_from("<Q", self.data, self.head["table_at"] + (hashed + step) % slots * 8)
            place = self.head["keys_at"] + word % 2**34
            if word == 0:
                return []
            if word >> 34 == hashed and self.data[place : place + len(key)] == key:
                (ref,) = struct.unpack_from("<Q", self.data, place + len(key))
                return [ref] if ref < 2**63 else self.listed(self.head["keys_at"] + ref - 2**63)
        raise AssertionError("no empty slot")

    def listed(self, place: int) -> list[int]:
        (count,) = struct.unpack_from("<I", self.data, place)
        return list(struct.unpack_from(f"<{count}Q", self.data, place + 4))

    def part(self, place: int) -> bytes:
        (size,) = struct.unpack_from("<I", self.data, place)
        return self.data[place + 4 : place + 4 + size]

    def row(self, ref: int) -> list[Any]:
        row: list[Any] = msgspec.msgpack.decode(self.part(self.head["rows_at"] + (ref >> 16)))
        return row + [None, None, 0, [], 0, [], 0, []][len(row) - 3 :]


def test_the_file_of_the_vectors_is_what_this_project_writes() -> None:
    """The format does not change without a new version."""
    assert base64.b64decode(STATED["file"]) == compiled(ROWS)
    assert base64.b64decode(STATED["with_campaigns"]["file"]) == compiled(WITH_CAMPAIGNS)


def test_every_look_up_leads_where_the_vectors_say() -> None:
    """Kind and id of each row, in order."""
    reader = SecondReader(base64.b64decode(STATED["file"]))

    for each in STATED["lookups"]:
        rows = map(reader.row, reader.find(each["kind"], each["text"]))
        assert [f"{('advertiser', 'payer', 'seat')[row[0]]} {row[2]}" for row in rows] == each["leads_to"]


def test_rows_flags_and_conditions_say_what_the_plain_form_says() -> None:
    """Field by field, as the page has them."""
    reader = SecondReader(base64.b64decode(STATED["file"]))
    (first,), (second,), (payer,) = (reader.find(*each) for each in (("a", "a1"), ("a", "a2"), ("p", "p1")))

    assert (reader.head["rows"], json.loads(reader.data[reader.head["head_at"] : -32])) == (4, STATED["head"])
    assert reader.row(first) == [0, 4, "a1", "d-1", "", 2, ["p1"], 1_798_761_600_000_000, [], 0, []]
    assert reader.row(payer) == [1, 3, "p1", "d-3", "another", 0, [], 0, [], 0, []]
    assert [bit for bit in range(16) if first >> bit & 1] == [2, 3, 8, 10]
    assert [bit for bit in range(16) if second >> bit & 1] == [4, 8, 9]
    assert [bit for bit in range(16) if payer >> bit & 1] == [0, 1, 6]
    place = reader.head["conditions_at"] + reader.row(second)[9] - 1
    assert json.loads(reader.part(place)) == STATED["rows"][1]["when"]


def test_decisions_about_campaigns_are_the_last_element_of_a_file_of_the_second_version() -> None:
    """Outcome as in the flags, reason and times as of a row."""
    reader = SecondReader(base64.b64decode(STATED["with_campaigns"]["file"]), version=2)
    new_year = 1_798_761_600_000_000

    [ref] = reader.find("a", "a1")

    assert reader.row(ref)[11] == [
        ["c1", 1, "d-2", "", ["sponsor"], 0, new_year], ["c1", 4, "d-3", "another", [], new_year, 0],
    ]  # fmt: skip
