"""Named arrays in one file that a process maps instead of reading: whole, of this version, or refused.

Layout, little-endian: magic (8 bytes), length of the head (8), SHA-256 of head and body (32), head (JSON), zeros
up to a multiple of 64, then each array's bytes at the offset that the head names, each again at a multiple of 64.
"""

import errno
import hashlib
import mmap
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from evenhand.model.errors import IndexUnreadable
from evenhand.store.atomic_files import replacing

Array = NDArray[Any]
T = TypeVar("T")

_KIND = b"EVHINDX"
_MAGIC = _KIND + b"1"
_PREFIX = struct.Struct("<8sQ32s")
_ALIGNED = 64
_MOST_HEAD = 1 << 26
_ANEW = "build it again from the lists"


class _Placed(msgspec.Struct, frozen=True):
    """Where an array lies: numpy's type code, number of values, offset from the start of the body."""

    dtype: str
    length: int
    offset: int


class _Head(msgspec.Struct, frozen=True):
    about: msgspec.Raw
    arrays: dict[str, _Placed]


def write_arrays(path: Path, about: object, arrays: Mapping[str, Array]) -> None:
    """Write one-dimensional arrays and what they are `about` (any JSON) as one file, whole or not at all."""
    placed, offset = {}, 0
    for name, array in arrays.items():
        placed[name] = _Placed(array.dtype.newbyteorder("<").str, array.size, offset)
        offset += _padded(array.nbytes)
    head = msgspec.json.encode(_Head(msgspec.Raw(msgspec.json.encode(about)), placed))
    head += b" " * (_padded(_PREFIX.size + len(head)) - _PREFIX.size - len(head))
    with replacing(path) as file:
        digest = hashlib.sha256(head)
        file.write(_PREFIX.pack(_MAGIC, len(head), bytes(32)))
        file.write(head)
        for array in arrays.values():
            # Looked at where it lies: a copy of the largest array would double what a big index takes.
            data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).view(np.uint8).data
            for part in (data, bytes(_padded(array.nbytes) - array.nbytes)):
                digest.update(part)
                file.write(part)
        file.seek(0)
        file.write(_PREFIX.pack(_MAGIC, len(head), digest.digest()))


def read_arrays(path: Path, about: type[T]) -> tuple[T, dict[str, Array]]:
    """Return what the file is about and its arrays, mapped and read-only. Cost: one pass for the hash.

    Raises:
        IndexUnreadable: no such file, another format, cut short or changed.
        OSError: there is not enough memory to map it.
    """
    data = _mapped(path)
    if len(data) < _PREFIX.size or data[:8] != _MAGIC:
        raise IndexUnreadable("no screening index of this version", where=path, todo=_ANEW)
    _, length, digest = _PREFIX.unpack(data[: _PREFIX.size])
    start = _PREFIX.size + length
    view = memoryview(data)
    if length > _MOST_HEAD or hashlib.sha256(view[_PREFIX.size :]).digest() != digest:
        raise IndexUnreadable("cut short or changed since it was written", where=path, todo=_ANEW)
    try:
        head = msgspec.json.decode(view[_PREFIX.size : start], type=_Head)
        about_read = msgspec.json.decode(head.about, type=about)
    except msgspec.DecodeError as error:
        raise IndexUnreadable(f"head of another version ({error})", where=path, todo=_ANEW) from None
    arrays = {
        name: np.frombuffer(data, np.dtype(each.dtype), each.length, start + each.offset)
        if each.length
        else np.empty(0, np.dtype(each.dtype))
        for name, each in head.arrays.items()
    }
    return about_read, arrays


def is_stored(path: Path) -> bool:
    """Return whether a file begins as one that `write_arrays` wrote, of whatever version."""
    with path.open("rb") as file:
        return file.read(len(_KIND)) == _KIND


def _mapped(path: Path) -> bytes | mmap.mmap:
    try:
        with path.open("rb") as file:
            empty = not os.fstat(file.fileno()).st_size
            return b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        if error.errno == errno.ENOMEM:  # a new index would not fit either
            raise OSError(error.errno, "not enough memory to map it", str(path)) from None
        raise IndexUnreadable(f"cannot be read ({error.strerror})", where=path, todo=_ANEW) from None


def _padded(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED
