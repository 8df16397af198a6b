"""The gate's conditions that the last register was made with, so that an answer makes anew only those that it changes.

Derived, and kept in `state/`: without the file, or with another one, every condition is made anew.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

import msgspec

from evenhand.model.party import Advertiser
from evenhand.model.program import And, Before, Not, Or
from evenhand.policy.residuals import Conditions
from evenhand.store.atomic_files import write_whole

_FILE = "conditions.msgpack"


class KeptConditions(msgspec.Struct, frozen=True):
    """Different conditions once, and where those of an advertiser's facts are.

    `basis` is the hash of what all of them rest on beside those facts, `since_ms` the instant they were made for.
    Keys of `places` are hashes of facts without the instant, those of `answers` of what the rules read of facts.
    """

    basis: str
    since_ms: int
    made: tuple[Conditions, ...]
    places: dict[bytes, int]
    answers: dict[bytes, int] = {}


class ConditionMemory:
    """Conditions by advertiser: those of a last time that still hold, and all of this time.

    `facts` are the hashes of advertisers' standing facts by id: with the basis, conditions follow from them.
    `answers` are conditions by the hash of what the rules read of facts: other facts may come to the same.

    INVARIANT: conditions made for an earlier instant hold for a later one too. Those in which a time that has come
    since is still ahead are not taken up, so that they are the ones that would be made now.
    """

    def __init__(self, facts: Mapping[str, bytes], earlier: KeptConditions | None = None) -> None:
        self._facts, self._earlier = facts, earlier
        self._known: dict[bytes, Conditions] = {}
        self.answers: dict[bytes, Conditions] = {}
        self._basis, self._since_ms = "", 0
        self._is_begun = False  # with what was kept last
        self._all: dict[bytes, Conditions] = {}

    def begin(self, basis: str, since_ms: int) -> None:
        """Take up what was kept on this basis; called before anything is asked."""
        kept, is_begun = self._earlier, self._is_begun and (basis, since_ms) == (self._basis, self._since_ms)
        self._basis, self._since_ms, self._is_begun = basis, since_ms, True
        if is_begun or kept is None or kept.basis != basis or kept.since_ms > since_ms:
            return
        lasting = [not _passes(each, kept.since_ms, since_ms) for each in kept.made]
        found = ((facts, kept.places.get(facts)) for facts in self._facts.values())
        self._known = {facts: kept.made[place] for facts, place in found if place is not None and lasting[place]}
        # What was asked in this run stays: its answers are as good, and further ones must not be lost.
        self.answers = {key: kept.made[place] for key, place in kept.answers.items() if lasting[place]} | self.answers
        self._earlier = None  # its hashes are as large as all else here

    def lacking(self, advertiser_ids: Iterable[str]) -> int:
        """Return of how many advertisers the conditions have to be made."""
        return sum(self.find(each) is None for each in advertiser_ids)

    def find(self, advertiser_id: str) -> Conditions | None:
        """Return an advertiser's conditions, None where they have to be made."""
        facts = self._facts.get(advertiser_id, b"")
        return self._all.get(facts) or self._known.get(facts)

    def of(self, advertiser: Advertiser, make: Callable[[Advertiser], Conditions]) -> Conditions:
        """Return an advertiser's conditions, made where they have to be, and keep them for the next time."""
        facts = self._facts.get(advertiser.id)
        if facts is None:
            return make(advertiser)
        found = self._all.get(facts)
        if found is None:
            found = self._all[facts] = self._known.get(facts) or make(advertiser)
        return found

    def packed(self) -> bytes:
        """Return what is kept."""
        numbers: dict[Conditions, int] = {}
        # INVARIANT: no more than advertisers: what nobody's facts come to any more would stay for ever.
        answers = dict(islice(self.answers.items(), max(0, len(self.answers) - len(self._all)), None))
        # Most are one object for many advertisers: to hash each anew costs 10 µs.
        objects = {id(each): each for each in chain(self._all.values(), answers.values())}
        by_object = {key: numbers.setdefault(each, len(numbers)) for key, each in objects.items()}
        places = {facts: by_object[id(each)] for facts, each in self._all.items()}
        numbered = {key: by_object[id(each)] for key, each in answers.items()}
        return msgspec.msgpack.encode(KeptConditions(self._basis, self._since_ms, tuple(numbers), places, numbered))

    def take(self, packed: bytes) -> None:
        """Take up, from the next `begin` on, what was kept of the same facts elsewhere."""
        self._earlier, self._is_begun = _decode(packed), False

    def next_ms(self) -> int | None:
        """Return the first instant ahead that any of these conditions names; before it, others would not be made."""
        ahead = (each for kept in set(self._all.values()) for each in _times(kept) if each > self._since_ms)
        return min(ahead, default=None)

    def write(self, folder: Path) -> None:
        """Put what is kept into a folder, in place of what was there.

        Raises:
            OSError: the folder cannot be written.
        """
        write_whole(folder / _FILE, self.packed(), mode=0o640)


_decode = msgspec.msgpack.Decoder(KeptConditions).decode


def read_conditions(folder: Path) -> KeptConditions | None:
    """Return what was kept in a folder, None where it is lost, damaged or of another form."""
    try:
        kept = _decode((folder / _FILE).read_bytes())
    except (OSError, msgspec.MsgspecError, ValueError):
        return None
    whole = range(len(kept.made))
    return kept if all(place in whole for place in chain(kept.places.values(), kept.answers.values())) else None


def _passes(conditions: Conditions, since_ms: int, until_ms: int) -> bool:
    """Return whether a time that conditions name lies after `since_ms` and not after `until_ms`."""
    return any(since_ms < at_ms <= until_ms for at_ms in _times(conditions))


def _times(conditions: Conditions) -> Iterator[int]:
    """Yield each instant that conditions name."""
    parts = [each.program for each in conditions.items]
    while parts:
        match parts.pop():
            case Before(at_ms):
                yield at_ms
            case And(further) | Or(further):
                parts.extend(further)
            case Not(part):
                parts.append(part)
            case _:
                pass
