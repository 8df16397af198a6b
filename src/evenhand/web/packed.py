"""Bodies that come packed (RFC 9110 §8.4.1.3): unpacked no further than a plain body may be long."""

import zlib
from typing import Final

from evenhand.web.replies import PACKED, SIZE, Refused

GZIP: Final = frozenset({b"gzip", b"x-gzip"})
_WITH_HEADER: Final = 16 + zlib.MAX_WBITS


def unpacked(body: bytes, most: int) -> bytes:
    """Return what a gzip body holds, at most so many bytes. One member: a client that sends a request packs it once.

    Raises:
        Refused: it is not gzip, cut short, followed by anything, or longer than that when it is unpacked.
    """
    reader = zlib.decompressobj(_WITH_HEADER)
    try:
        whole = reader.decompress(body, most + 1)
    except zlib.error:
        raise Refused(PACKED) from None
    if len(whole) > most:
        raise Refused(SIZE)
    if not reader.eof or reader.unused_data:
        raise Refused(PACKED)
    return whole
