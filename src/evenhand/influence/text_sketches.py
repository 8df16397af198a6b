"""Texts as sets of five-letter shingles: short sketches by which like ones are found, and their exact likeness.

Source of the sketch: Li, Owen and Zhang 2012 (one permutation hashing); empty slots borrow from others as in
Shrivastava 2017 (optimal densification). 32 bands of 4 slots: of pairs with a share of 0.7 in common 99.98 % meet.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SHINGLE: Final = 5
_SLOTS: Final = 128
_ROWS: Final = 4  # slots of a band: 16 bits each, 64 together
_AT_ONCE: Final = 512  # texts whose letters fit into a processor's own memory
_PAIRS_AT_ONCE: Final = 16  # few: sorting is most of the work, and of short arrays it takes half the time a number
_MIX: Final = tuple(
    np.uint64(each) for each in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
)

_EMPTY: Final = np.uint32(0xFFFFFFFF)
_SPREAD: Final = np.uint32(0x9E3779B1)

Hashes = NDArray[np.uint64]


def sketches(texts: Sequence[str]) -> NDArray[np.uint16]:
    """Return a row of 128 numbers for each text; the share of equal ones estimates that of common shingles."""
    found = np.empty((len(texts), _SLOTS), np.uint16)
    for start in range(0, len(texts), _AT_ONCE):
        found[start : start + _AT_ONCE] = _sketched(texts[start : start + _AT_ONCE])
    return found


def band_keys(sketched: NDArray[np.uint16]) -> Iterator[Hashes]:
    """Yield, for each band, one key a text: texts with an equal key may be alike."""
    keys = sketched.view(np.uint64)
    for band in range(_SLOTS // _ROWS):
        yield keys[:, band] * _MIX[0]  # whose upper bits depend on all four numbers


def estimated_likeness(
    sketched: NDArray[np.uint16], left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the share of equal numbers of the sketches of pairs of texts."""
    found = np.empty(len(left))
    for start in range(0, len(left), 1 << 14):
        at = slice(start, start + (1 << 14))
        found[at] = (sketched[left[at]] == sketched[right[at]]).mean(axis=1)
    return found


def likeness(left: Sequence[str], right: Sequence[str]) -> NDArray[np.float64]:
    """Return the share of common shingles (Jaccard) of pairs of texts, counted on hashes of 55 bits."""
    found = np.empty(len(left))
    for start in range(0, len(left), _PAIRS_AT_ONCE):
        at = slice(start, start + _PAIRS_AT_ONCE)
        found[at] = _shares([text for pair in zip(left[at], right[at], strict=True) for text in pair])
    return found


def first_of_equals(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return of each number whether another one stands before it, or none; equal numbers stand side by side."""
    first = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return first


def _shares(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the likeness of neighbours: first and second, third and fourth, and so on."""
    pairs = np.arange(len(texts) // 2, dtype=np.uint64) << np.uint64(56)
    sides = np.arange(len(texts), dtype=np.uint64) & np.uint64(1)
    marks, hashes, whole = _shingles(texts, np.repeat(pairs, 2) | sides)
    keys = (marks | hashes >> np.uint64(9) << np.uint64(1))[whole]
    keys.sort()
    starts = np.searchsorted(keys, pairs)
    sizes, union = (
        np.add.reduceat(first_of_equals(each), starts, dtype=np.int64) for each in (keys, keys >> np.uint64(1))
    )
    return np.asarray((sizes - union) / union, np.float64)


def _sketched(texts: Sequence[str]) -> NDArray[np.uint16]:
    firsts = np.arange(0, len(texts) * _SLOTS, _SLOTS, dtype=np.uint64)
    marks, hashes, whole = _shingles(texts, firsts)
    cells = (marks | hashes >> np.uint64(57)).astype(np.int64)[whole]
    least = np.full(len(texts) * _SLOTS, _EMPTY, np.uint32)
    np.minimum.at(least, cells, (hashes >> np.uint64(25)).astype(np.uint32)[whole])
    # Mixed as a whole: the upper bits of the least of many numbers are mostly zero.
    kept = ((least * _SPREAD) >> np.uint32(16)).astype(np.uint16)
    return _filled(kept, least == _EMPTY).reshape(-1, _SLOTS)


def _filled(found: NDArray[np.uint16], missing: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Return slots of which those without a shingle borrow from others of their text, each text in the same order."""
    filled, empty = found.copy(), np.flatnonzero(missing)
    drawn = np.random.default_rng(5)
    while len(empty):
        lender = drawn.permutation(_SLOTS)
        lent = (empty & -_SLOTS) + lender[empty & (_SLOTS - 1)]
        filled[empty] = found[lent]
        empty = empty[missing[lent]]
    return filled


def _shingles(texts: Sequence[str], marks: Hashes) -> tuple[Hashes, Hashes, NDArray[np.bool_]]:
    """Return for each letter the mark of its text, the shingle that begins there, hashed, and whether it is whole.

    A text of fewer than five letters is one shingle, padded.
    """
    padded = texts
    if min(map(len, texts)) < SHINGLE:
        padded = [text.ljust(SHINGLE, "\0") for text in texts]
    letters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, padded), np.int64, len(padded))
    ends = np.cumsum(lengths)
    whole = np.ones(len(letters), bool)
    for back in range(1, SHINGLE):
        whole[ends - back] = False
    return np.repeat(marks, lengths), _hashed(letters), whole


def _hashed(letters: NDArray[np.uint32]) -> Hashes:
    """Return the hash of the five letters from each place on (the last four places are of no use)."""
    wide = np.append(letters, np.zeros(SHINGLE - 1, np.uint32)).astype(np.uint64)
    # Letters have 21 bits: three of them fit into 64, two and the three are mixed.
    pairs = wide[:-1] | wide[1:] << np.uint64(21)
    mixed: Hashes = (pairs[:-3] | wide[2:-2] << np.uint64(42)) * _MIX[0] ^ pairs[3:] * _MIX[1]
    for shift, factor in ((32, _MIX[2]), (29, _MIX[3])):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= factor
    mixed ^= mixed >> np.uint64(32)
    return mixed
