"""Files of pictures, read by Pillow (extra `images`) from senders whom nobody trusts."""

import io
import stat
import struct
import warnings
import zlib
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.model.errors import BadInput, PictureUnreadable

MOST_BYTES: Final = 32 << 20
MOST_PIXELS: Final = 30_000_000
_LONGEST_SIDE: Final = 512
# Nothing else: some of Pillow's readers start other programs.
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "AVIF")
_GREY: Final = np.array([0.299, 0.587, 0.114])
# What Pillow's readers raise for bytes that are no picture, a bomb or one that ends early.
_BROKEN: Final = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError, MemoryError, EOFError,
    struct.error, zlib.error,
)  # fmt: skip


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a picture's file.

    Raises:
        PictureUnreadable: there is no such file, or it is too large for a picture.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise PictureUnreadable("is no file", where=path)
        if about.st_size > MOST_BYTES:
            raise PictureUnreadable(f"has {about.st_size:,} bytes, at most {MOST_BYTES:,} are read", where=path)
        return path.read_bytes()
    except OSError as error:
        raise PictureUnreadable(error.strerror or "cannot be read", where=path) from None


def read_luma(raw: bytes, path: Path) -> NDArray[np.float64]:
    """Return the brightness of each pixel, of the first frame, no side longer than 512; `path` is for messages.

    What is transparent shows white; a turn that the file asks for is made.

    Raises:
        BadInput: Pillow is not installed.
        PictureUnreadable: these bytes are no picture, or one of too many pixels.
    """
    try:
        from PIL import Image, ImageOps  # noqa: PLC0415  an extra
    except ImportError:
        raise BadInput("comparing pictures needs Pillow", todo="run `pip install evenhand[images]`") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # INVARIANT: size is checked below, before a pixel is decoded
            with Image.open(io.BytesIO(raw), formats=_FORMATS) as picture:
                _check_size(picture.width, picture.height, path)
                picture.draft("RGB", (2 * _LONGEST_SIDE, 2 * _LONGEST_SIDE))
                small = picture.convert("RGBA")
        small.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.BOX)
        turned = ImageOps.exif_transpose(small)
        seen = Image.alpha_composite(Image.new("RGBA", turned.size, "white"), turned)
        luma: NDArray[np.float64] = np.asarray(seen, np.float64)[:, :, :3] @ _GREY
    except Image.DecompressionBombError:
        raise PictureUnreadable(f"has too many pixels, at most {MOST_PIXELS:,} are read", where=path) from None
    except _BROKEN:
        raise PictureUnreadable(f"is no picture that can be read (known: {', '.join(_FORMATS)})", where=path) from None
    return luma


def _check_size(width: int, height: int, path: Path) -> None:
    if width * height > MOST_PIXELS:
        raise PictureUnreadable(f"has {width:,} × {height:,} pixels, at most {MOST_PIXELS:,} are read", where=path)
