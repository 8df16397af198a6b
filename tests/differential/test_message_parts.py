"""MessagePack in parts, held to what msgspec encodes at once."""

from dataclasses import dataclass, make_dataclass
from typing import Any

import msgspec
import pytest

from evenhand.model.party import Advertiser
from evenhand.store.message_parts import message_parts


@dataclass(frozen=True)
class Whole:
    """A value with rows, and one with fields of its own."""

    rows: tuple[Any, ...]
    inner: Any
    said: dict[str, tuple[str, ...]]


@pytest.mark.parametrize("length", [0, 1, 15, 16, 999, 1_000, 1_001, 1_015, 2_016, 65_535, 65_536])
def test_the_parts_are_the_bytes_of_the_whole(length: int) -> None:
    """Whatever the length of a header, of all rows or of those left over."""
    rows = tuple(Advertiser(id=f"a{number}", name="Mills") for number in range(length))
    value = Whole(rows, Whole(rows[:3], None, {}), {"a": ("b",)})

    assert b"".join(message_parts(value)) == msgspec.msgpack.encode(value)


@pytest.mark.parametrize("count", [1, 15, 16, 40])
def test_a_value_may_have_many_fields(count: int) -> None:
    """Sixteen and more have another header."""
    value = make_dataclass("Made", [(f"field_{number}", int) for number in range(count)])(*range(count))

    assert b"".join(message_parts(value)) == msgspec.msgpack.encode(value)


def test_no_part_has_more_than_a_thousand_rows() -> None:
    """Else all would be in memory twice, as records and as bytes."""
    rows = tuple("x" * 100 for _ in range(20_000))

    assert max(map(len, message_parts(rows))) < 110_000
