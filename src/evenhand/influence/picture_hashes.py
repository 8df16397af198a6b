"""Short hashes of a picture by which like ones are found: PDQ and dHash, on numpy.

Source of PDQ: Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (2019); bits and
quality equal those of its reference code. dHash: whether each of 8 rows of 9 grey cells grows brighter to the right.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.float64]
"""Brightness of each pixel, 0 to 255, by row and column."""

Words = NDArray[np.uint64]

FRAMES: Final = (0.0, 0.05, 0.1)
"""Shares cut off on each side: the whole picture, and what is left when somebody has cropped it a little."""

_SIDE, _LOW = 64, 16  # cells of the smoothed picture, and of its lowest frequencies
_STEPS: Final = np.outer(np.arange(1, _LOW + 1), 2 * np.arange(_SIDE) + 1)
_COSINES: Final = np.sqrt(2 / _SIDE) * np.cos(np.pi / (2 * _SIDE) * _STEPS)
_STEP: Final = 3  # levels of 255 by which neighbours differ visibly


class PictureHashes(NamedTuple):
    """`pdq` (frame, word of 64 bits), `quality` of the whole in 0 to 100, `dhash` (frame), `steps` (frame).

    `steps` counts the 64 comparisons of dHash that tell a difference: of a plain ground there are few.
    """

    pdq: Words
    quality: int
    dhash: Words
    steps: NDArray[np.int64]


def hash_picture(luma: Luma) -> PictureHashes:
    """Return the hashes of a picture and of its middle."""
    frames = [_middle(luma, share) for share in FRAMES]
    hashed, differences = [pdq(frame) for frame in frames], [_differences(frame) for frame in frames]
    return PictureHashes(
        pdq=np.stack([words for words, _ in hashed]),
        quality=hashed[0][1],
        dhash=np.concatenate([_words(each > 0) for each in differences]),
        steps=np.array([np.count_nonzero(np.abs(each) > _STEP) for each in differences]),
    )


def pdq(luma: Luma) -> tuple[Words, int]:
    """Return the 256 bits, lowest frequency first, and the quality; from 50 on the bits say something."""
    rows, columns = luma.shape
    smooth = luma
    for _ in range(2):
        smooth = _averaged(_averaged(smooth, columns, 1), rows, 0)
    cells = smooth[np.ix_(_centres(rows), _centres(columns))]
    gradients = [np.abs(np.trunc(np.diff(cells, axis=axis) * 100 / 255)).sum() for axis in (0, 1)]
    frequencies = _COSINES @ cells @ _COSINES.T
    median = np.sort(frequencies, axis=None)[_LOW * _LOW // 2 - 1]
    return _words(frequencies > median), min(100, int(sum(gradients) / 90))


def _averaged(luma: Luma, size: int, axis: int) -> Luma:
    """Return means along an axis over a window of a 128th of it, cut off at both ends (a Jarosz filter is two)."""
    window = (size + 2 * _SIDE - 1) // (2 * _SIDE)
    ahead = (window + 2) // 2
    sums = np.cumsum(np.insert(luma, 0, 0, axis=axis), axis=axis)
    places = np.arange(size)
    first, last = np.maximum(0, places + ahead - window), np.minimum(size, places + ahead)
    counts = (last - first).reshape((-1, 1) if axis == 0 else (1, -1))
    averages: Luma = (np.take(sums, last, axis) - np.take(sums, first, axis)) / counts
    return averages


def _differences(luma: Luma) -> Luma:
    """Return by how much each of 8 × 9 cells, means of what they cover, is darker than the one to its right."""
    cells = luma
    for axis, count in ((0, 8), (1, 9)):
        size = cells.shape[axis]
        ends = np.arange(count + 1) * size // count
        first, last = np.minimum(ends[:-1], size - 1), np.maximum(ends[1:], np.minimum(ends[:-1], size - 1) + 1)
        sums = np.cumsum(np.insert(cells, 0, 0, axis=axis), axis=axis)
        widths = (last - first).reshape((-1, 1) if axis == 0 else (1, -1))
        cells = (np.take(sums, last, axis) - np.take(sums, first, axis)) / widths
    return np.diff(cells, axis=1)


def _middle(luma: Luma, share: float) -> Luma:
    rows, columns = (int(size * share) for size in luma.shape)
    return luma[rows : luma.shape[0] - rows, columns : luma.shape[1] - columns]


def _centres(size: int) -> NDArray[np.int64]:
    return ((np.arange(_SIDE) + 0.5) * size / _SIDE).astype(np.int64)


def _words(bits: NDArray[np.bool_]) -> Words:
    return np.packbits(bits.ravel()).view(np.uint64)
