"""Listed entities as the index keeps them: packed one by one, unpacked when somebody comes near."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.screening.profile import COMPARED, MEDIA, Profile, profile_of_entity
from evenhand.screening.ranges import starts_of
from evenhand.screening.stored import Array

_MOST_UNPACKED = 1 << 14

READ = COMPARED | {MEDIA}
"""INVARIANT: every field of a listed entity that a `Listed` is made of."""


class Listed(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One listed entity in the index: which list of the index it stands on, and what is compared of it.

    `media` tells an entry that describes who controls a news outlet from one that designates somebody.
    """

    source: int
    id: str
    media: bool
    profile: Profile


def listed_in(lists: Iterable[tuple[ListVersion, Sequence[ListedEntity]]]) -> list[Listed]:
    """Return every entity of some lists in order, read into comparable form. Cost: about 70 µs each."""
    return [
        Listed(source, entity.id, bool(entity.values(MEDIA)), profile_of_entity(entity))
        for source, (_, entities) in enumerate(lists)
        for entity in entities
    ]


class Entries:
    """Listed entities by number; the last few thousand that were asked for stay unpacked."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._starts, self._packed = arrays["entries.starts"], arrays["entries.packed"].data
        self._decoder = msgspec.msgpack.Decoder(Listed)
        self._unpacked: OrderedDict[int, Listed] = OrderedDict()

    @staticmethod
    def build(listed: Sequence[Listed]) -> dict[str, Array]:
        """Return the arrays of these entities."""
        packed = [msgspec.msgpack.encode(each) for each in listed]
        return {
            "entries.starts": starts_of(map(len, packed)),
            "entries.packed": np.frombuffer(b"".join(packed), np.uint8),
        }

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> Listed:
        found = self._unpacked.get(number)
        if found is None:
            found = self._decoder.decode(self._packed[self._starts[number] : self._starts[number + 1]])
            if len(self._unpacked) >= _MOST_UNPACKED:
                self._unpacked.popitem(last=False)
            self._unpacked[number] = found
        return found
