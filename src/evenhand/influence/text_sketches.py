"""Texts as sets of five-letter shingles: short sketches by which like ones are found, and their exact likeness.

Source of the sketch: Li, Owen and Zhang 2012 (one permutation hashing); empty slots borrow from others as in
Shrivastava 2017 (optimal densification). 32 bands of 4 slots: of pairs with a share of 0.7 in common 99.98 % meet.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

SHINGLE: Final = 5
_SLOTS: Final = 128
_ROWS: Final = 4  # slots of a band: 16 bits each, 64 together
_AT_ONCE: Final = 256  # texts whose letters fit into a processor's own memory
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
    step = _AT_ONCE // 2
    for start in range(0, len(left), step):
        pairs = zip(left[start : start + step], right[start : start + step], strict=True)
        found[start : start + step] = _shares([text for pair in pairs for text in pair])
    return found


def _shares(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the likeness of neighbours: first and second, third and fourth, and so on."""
    owners, hashes = _shingles(texts)
    side, pair = owners & np.uint64(1), owners >> np.uint64(1)
    keys = np.sort(pair << np.uint64(56) | hashes >> np.uint64(9) << np.uint64(1) | side)
    keys = keys[np.diff(keys, prepend=~keys[:1]) != 0]
    both = keys >> np.uint64(1)
    either = both[np.diff(both, prepend=~both[:1]) != 0]
    sizes, union = (
        np.bincount((each >> np.uint64(shift)).astype(np.int64), minlength=len(texts) // 2)
        for each, shift in ((keys, 56), (either, 55))
    )
    return np.asarray((sizes - union) / union, np.float64)


def _sketched(texts: Sequence[str]) -> NDArray[np.uint16]:
    owners, hashes = _shingles(texts)
    cells = (owners << np.uint64(7) | hashes >> np.uint64(57)).astype(np.int64)
    least = np.full(len(texts) * _SLOTS, _EMPTY, np.uint32)
    np.minimum.at(least, cells, (hashes >> np.uint64(25)).astype(np.uint32))
    # Mixed as a whole: the upper bits of the least of many numbers are mostly zero.
    kept = ((least * _SPREAD) >> np.uint32(16)).astype(np.uint16)
    return _filled(kept, least == _EMPTY).reshape(-1, _SLOTS)


def _filled(found: NDArray[np.uint16], missing: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Return slots of which those without a shingle borrow from others of their text, each text in the same order."""
    filled, empty = found.copy(), np.flatnonzero(missing)
    drawn = np.random.default_rng(5)
    while len(empty):
        lender = drawn.permutation(_SLOTS)
        lent = empty // _SLOTS * _SLOTS + lender[empty % _SLOTS]
        filled[empty] = found[lent]
        empty = empty[missing[lent]]
    return filled


def _shingles(texts: Sequence[str]) -> tuple[Hashes, Hashes]:
    """Return which text has which shingle, hashed; a text of fewer than five letters is one shingle, padded."""
    padded = texts
    if min(map(len, texts)) < SHINGLE:
        padded = [text.ljust(SHINGLE, "\0") for text in texts]
    letters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, padded), np.int64, len(padded))
    ends = np.cumsum(lengths)
    whole = np.ones(len(letters), bool)
    for back in range(1, SHINGLE):
        whole[ends - back] = False
    owners = np.repeat(np.arange(len(padded), dtype=np.uint64), lengths)
    return owners[whole], _hashed(letters)[whole]


def _hashed(letters: NDArray[np.uint32]) -> Hashes:
    """Return the hash of the five letters from each place on (the last four places are of no use)."""
    wide = np.append(letters, np.zeros(SHINGLE - 1, np.uint32)).astype(np.uint64)
    # Letters have 21 bits: three of them fit into 64, two and the three are mixed.
    first = wide[:-4] | wide[1:-3] << np.uint64(21) | wide[2:-2] << np.uint64(42)
    second = wide[3:-1] | wide[4:] << np.uint64(21)
    mixed: Hashes = first * _MIX[0] ^ second * _MIX[1]
    for shift, factor in ((32, _MIX[2]), (29, _MIX[3])):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= factor
    mixed ^= mixed >> np.uint64(32)
    return mixed
