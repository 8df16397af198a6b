"""Creatives whose pictures are copies or variants of one another: other sizes, compressions, crops, bars of text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.influence.communities import least_connected
from evenhand.influence.picture_hashes import FRAMES, PictureHashes, Words, hash_picture
from evenhand.model.coordination import CreativeCluster, SimilarCreatives
from evenhand.model.errors import PictureUnreadable
from evenhand.store.pictures import read_bytes, read_luma

PDQ: Final = (31, 50)
"""Pictures are alike if so few of 256 bits differ, where the quality of both is so high."""

DHASH: Final = (10, 32, 90)
"""Also where so few of 64 bits differ of wholes or middles, so many of which tell a difference, and so many of PDQ."""

_AT_ONCE: Final = 256  # rows compared with all others


def similar_images(pictures: Iterable[tuple[str, str | Path]]) -> SimilarCreatives:
    """Return the object of each creative, given as id and file, and the clusters of two creatives or more.

    The same creatives give the same result in whatever order they come. A file that is no picture, or one of too many
    pixels, is reported. Cost: 15 ms a picture, and 10 s for all pairs of 30,000.

    Raises:
        BadInput: Pillow is not installed (extra `images`).
    """
    creatives: dict[str, list[str]] = {}
    hashes: dict[str, PictureHashes] = {}
    unreadable = {}
    for creative, file in pictures:
        path = Path(file)
        try:
            raw = read_bytes(path)
            name = sha256(raw).hexdigest()
            if name not in hashes:
                hashes[name] = hash_picture(read_luma(raw, path))
        except PictureUnreadable as error:
            unreadable[creative] = error.what
        else:
            creatives.setdefault(name, []).append(creative)
    names = sorted(creatives)  # INVARIANT: places follow the bytes, so the order of the input changes nothing
    groups = _groups(names, [hashes[name] for name in names])
    return SimilarCreatives(
        object_ids={creative: _object_id(group) for group in groups for name in group for creative in creatives[name]},
        clusters=tuple(_clusters(groups, creatives)),
        unreadable=unreadable,
    )


class _Hashes(NamedTuple):
    """Hashes of many pictures, a row each."""

    pdq: Words
    clear: NDArray[np.bool_]
    dhash: Words
    telling: NDArray[np.bool_]


def _groups(names: Sequence[str], hashes: Sequence[PictureHashes]) -> list[list[str]]:
    if not names:
        return []
    table = _Hashes(
        pdq=np.stack([each.pdq for each in hashes]),
        clear=np.array([each.quality >= PDQ[1] for each in hashes]),
        dhash=np.stack([each.dhash for each in hashes]),
        telling=np.stack([each.steps >= DHASH[1] for each in hashes]),
    )
    pairs = [pair for start in range(0, len(names), _AT_ONCE) for pair in _like_pairs(table, start)]
    left, right = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    groups: dict[int, list[str]] = {}
    for name, first in zip(names, least_connected(left, right, len(names)).tolist(), strict=True):
        groups.setdefault(first, []).append(name)
    return list(groups.values())


def _like_pairs(table: _Hashes, start: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the like pairs of 256 pictures with all others.

    All pairs are compared: reading a hundred thousand pictures takes far longer than their five thousand million pairs.
    """
    rows = slice(start, start + _AT_ONCE)
    left, right = np.nonzero(_apart(table.pdq[rows, None, 0], table.pdq[None, :, 0]) <= PDQ[0])
    clear = table.clear[rows][left] & table.clear[right]
    yield left[clear] + start, right[clear]
    for frame in range(len(FRAMES)):
        apart = np.bitwise_count(table.dhash[rows, None, 0] ^ table.dhash[None, :, frame])
        apart[~table.telling[rows, 0]] = apart[:, ~table.telling[:, frame]] = 64
        left, right = np.nonzero(apart <= DHASH[0])
        near = _apart(table.pdq[rows][left, 0], table.pdq[right, frame]) <= DHASH[2]
        yield left[near] + start, right[near]


def _apart(a: Words, b: Words) -> NDArray[np.int64]:
    bits: NDArray[np.int64] = np.bitwise_count(a ^ b).sum(axis=-1, dtype=np.int64)
    return bits


def _clusters(groups: Sequence[Sequence[str]], creatives: Mapping[str, Sequence[str]]) -> Iterator[CreativeCluster]:
    for group in groups:
        members = sorted(creative for name in group for creative in creatives[name])
        if len(members) > 1:
            used_most = max(group, key=lambda name: (len(creatives[name]), name))
            yield CreativeCluster(
                id=_object_id(group),
                kind="copy" if len(group) == 1 else "variant",
                creatives=tuple(members),
                example=min(creatives[used_most]),
            )


def _object_id(group: Sequence[str]) -> str:
    return f"creative_image:{min(group)[:24]}"
