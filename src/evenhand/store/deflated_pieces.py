"""A part of an archive made of pieces, each deflated by itself: one that is as it was is taken over packed.

A piece ends with a full flush (RFC 1951 §3.2.4), on a whole byte, and the next one does not look back at it. The CRC-32
of the part is put together from those of its pieces.
"""

import zlib
from functools import cache
from shutil import copyfileobj
from typing import Any, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

_LEVEL: Final = 1  # of 9: a third of the time of 6, a file a seventh larger
_POLYNOMIAL: Final = 0xEDB88320  # of CRC-32, the lowest power in the highest bit
_ONE: Final = 1 << 31
_END: Final = b"\x03\x00"  # an empty last block


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """A piece in an archive: what it was made of as a hash, its bytes and their CRC-32, and where it is deflated.

    `last_row` is the last row of a sheet that is in it, counted from 0.
    """

    key: bytes
    size: int
    crc: int
    at: int
    packed: int
    last_row: int = 0


class Pieces:
    """The pieces of one part, deflated into a file of their own until the archive is written."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin with none, in an empty file."""
        self._file, self._end = file, 0
        self.made: list[Piece] = []

    def add(self, data: bytes, key: bytes = b"", last_row: int = 0) -> None:
        """Add a piece."""
        self._put(_deflated(data), Piece(key, len(data), zlib.crc32(data), 0, 0, last_row))

    def take(self, piece: Piece, packed: bytes) -> None:
        """Add a piece of another archive, as it is deflated there."""
        self._put(packed, piece)

    def write(self, package: ZipFile, info: ZipInfo, head: bytes, tail: bytes) -> list[Piece]:
        """Write the part into an archive, between head and tail, and return the pieces where they are there."""
        packed_head = _deflated(head)
        crc, size = zlib.crc32(head), len(head)
        for piece in self.made:
            crc, size = joined_crc(crc, piece.crc, piece.size), size + piece.size
        info.CRC = joined_crc(crc, zlib.crc32(tail), len(tail))
        info.file_size, info.compress_type = size + len(tail), ZIP_DEFLATED
        packed_tail = _deflated(tail) + _END
        info.compress_size = len(packed_head) + self._end + len(packed_tail)
        archive: Any = package  # `zipfile` writes no entry that is deflated already: this is what it does for its own
        info.header_offset = archive.start_dir
        archive.fp.seek(archive.start_dir)
        archive.fp.write(info.FileHeader() + packed_head)
        start = archive.fp.tell()
        self._file.seek(0)
        copyfileobj(self._file, archive.fp)
        archive.fp.write(packed_tail)
        archive.start_dir = archive.fp.tell()
        archive.filelist.append(info)
        archive.NameToInfo[info.filename] = info
        archive._didModify = True
        return [msgspec.structs.replace(piece, at=start + piece.at) for piece in self.made]

    def _put(self, packed: bytes, piece: Piece) -> None:
        self._file.write(packed)
        self.made.append(msgspec.structs.replace(piece, at=self._end, packed=len(packed)))
        self._end += len(packed)


def joined_crc(first: int, second: int, size: int) -> int:
    """Return the CRC-32 of two texts, one behind the other, from those of each; the second has so many bytes.

    A CRC is a remainder of polynomials over GF(2): the first is moved up by the bits of the second, which is a product
    with a power of x, and added. Source: zlib, `crc32_combine` (crc32.c, version 1.3).

    >>> joined_crc(zlib.crc32(b"Even"), zlib.crc32(b"hand"), 4) == zlib.crc32(b"Evenhand")
    True
    """
    moved, place = first, 3  # 8 bits a byte
    while size:
        if size & 1:
            moved = _product(_power(place), moved)
        size, place = size >> 1, place + 1
    return moved ^ second


def _product(one: int, other: int) -> int:
    """Return a product of two polynomials, less multiples of that of CRC-32."""
    found, bit = 0, _ONE
    while bit:
        if one & bit:
            found ^= other
        bit >>= 1
        other = other >> 1 ^ _POLYNOMIAL if other & 1 else other >> 1
    return found


@cache
def _power(place: int) -> int:
    """Return x to the power of 2 to the power of `place`."""
    return _ONE >> 1 if not place else _product(_power(place - 1), _power(place - 1))


def _deflated(data: bytes) -> bytes:
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(data) + deflate.flush(zlib.Z_FULL_FLUSH)
