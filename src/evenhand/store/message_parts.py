"""A large value as MessagePack in parts, so that never all of its bytes are in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from evenhand.store.atomic_files import naming

_ROWS: Final = 1_000
_encode = msgspec.msgpack.Encoder().encode


def write_message(path: Path, value: Any) -> None:
    """Write a value as `msgspec.msgpack.encode` gives it.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    with naming(path), path.open("wb") as file:
        file.writelines(message_parts(value))


def message_parts(value: Any) -> Iterator[bytes]:
    """Yield the bytes of `msgspec.msgpack.encode` in order: of a dataclass each field alone, of long tuples few rows.

    Source: the MessagePack specification, formats of arrays and maps.
    """
    if is_dataclass(value):
        names = [each.name for each in fields(value)]
        yield _header(len(names), 0x80, 0xDE)
        for name in names:
            yield _encode(name)
            yield from message_parts(getattr(value, name))
    elif isinstance(value, tuple) and len(value) > _ROWS:
        yield _header(len(value), 0x90, 0xDC)
        for start in range(0, len(value), _ROWS):
            rows: Sequence[Any] = value[start : start + _ROWS]
            yield _encode(rows)[len(_header(len(rows), 0x90, 0xDC)) :]
    else:
        yield _encode(value)


def _header(length: int, few: int, many: int) -> bytes:
    """Return what comes before the items of an array or map; `few` and `many` are the marks of its formats."""
    if length < 1 << 4:
        return bytes([few | length])
    return bytes([many]) + length.to_bytes(2) if length < 1 << 16 else bytes([many + 1]) + length.to_bytes(4)
