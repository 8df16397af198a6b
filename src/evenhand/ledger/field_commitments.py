"""Payloads that are committed to field by field, so that one value can be shown and the rest stay closed.

The payload with `"sealing":1` is kept whole, as every other; its leaf commits to the closed form, in which sealed
values stand (`docs/spec/ledger-leaf.md`, "Payload with sealing 1"). All salts come from the one kept beside it.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from struct import unpack
from typing import Any, NamedTuple

import msgspec

from evenhand.model.record import canonical_exact

SALT_SIZE = 32
SEALING_MARK = b'"sealing":1'  # as canonical JSON has it: a payload without these bytes is committed to whole
_DOMAIN = b"evenhand/sealing/1"
_CLEAR = frozenset((
    "changed", "decided_at", "decision", "effective_from", "errors", "inputs", "instruct", "outcome", "reasons",
    "sealing", "territories", "until", "v",
))  # fmt: skip
_NAMES = {"id", "type"}
_HASH = re.compile("[0-9a-f]{64}")


class Place(NamedTuple):
    """A value that is sealed: its JSON Pointer, and the object and key where it stands."""

    path: str
    holder: dict[str, Any]
    key: str

    @property
    def value(self) -> Any:
        """Return what stands there, the value or what seals it."""
        return self.holder[self.key]


class ShownPayload(NamedTuple):
    """A payload of which a part is shown: its leaf's commitment and salt, and the shown values' salts in one row."""

    commitment: str
    payload: dict[str, Any]
    salt: bytes
    salts: bytes


def committed_form(salt: bytes, payload: bytes) -> tuple[bytes, bytes]:
    """Return the salt and the bytes that a leaf's commitment is over; of a payload without sealing the same two."""
    if SEALING_MARK not in payload:
        return salt, payload
    try:
        whole = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return salt, payload
    return close_fields(salt, whole) if says_sealing(whole) else (salt, payload)


def close_fields(root: bytes, whole: dict[str, Any]) -> tuple[bytes, bytes]:
    """Return the leaf's salt and the text in which every value is sealed; `whole` is changed.

    Values that are sealed already stay as they are.
    """
    places = list(sealing_places(whole))
    salts = field_salts(root, len(places))
    for (path, holder, key), salt in zip(places, salts[1:], strict=True):
        if not is_sealed(holder[key]):
            holder[key] = _seal(path, salt, holder[key])
    return salts[0], canonical_exact(whole)


def show_fields(root: bytes, whole: dict[str, Any], keeps: Callable[[Place], bool]) -> ShownPayload:
    """Return a payload of which only what `keeps` says is shown, with what opens it; `whole` is changed.

    `commitment` is that of the leaf, for the caller to compare.
    """
    places = list(sealing_places(whole))
    salts = field_salts(root, len(places))
    shown: list[tuple[Place, bytes, Any]] = []
    for place, salt in zip(places, salts[1:], strict=True):
        path, holder, key = place
        if keeps(place):
            shown.append((place, salt, holder[key]))
        holder[key] = _seal(path, salt, holder[key])
    closed = canonical_exact(whole)
    for (_, holder, key), _, value in shown:
        holder[key] = value
    commitment = hashlib.sha256(b"\x02" + salts[0] + closed).hexdigest()
    return ShownPayload(commitment, whole, salts[0], b"".join(salt for _, salt, _ in shown))


def open_shown(payload: dict[str, Any], salt: bytes, salts: bytes) -> str | None:
    """Return the commitment that a shown payload opens; None if it has not one salt for each value shown.

    What is shown is sealed on the way and then put back. A payload without sealing is whole, and has no salts but one.
    """
    if not says_sealing(payload):
        whole = hashlib.sha256(b"\x02" + salt + canonical_exact(payload)).hexdigest()
        return None if salts or len(salt) != SALT_SIZE else whole
    shown = [(place, place.value) for place in sealing_places(payload) if not is_sealed(place.value)]
    if len(salts) != SALT_SIZE * len(shown) or len(salt) != SALT_SIZE:
        return None
    for at, ((path, holder, key), value) in enumerate(shown):
        holder[key] = _seal(path, salts[at * SALT_SIZE : at * SALT_SIZE + SALT_SIZE], value)
    closed = canonical_exact(payload)
    for (_, holder, key), value in shown:
        holder[key] = value
    return hashlib.sha256(b"\x02" + salt + closed).hexdigest()


def _seal(path: str, salt: bytes, value: Any) -> dict[str, str]:
    over = b"\x03" + salt + framed(path) + canonical_exact(value)  # as `field_hash`, with the path kept
    return {"sealed": hashlib.sha256(over).hexdigest()}


def field_salts(root: bytes, fields: int) -> list[bytes]:
    """Return the salt of the leaf and those of its fields in the order of the text.

    SHAKE256(`evenhand/sealing/1` ‖ root), cut into pieces of 32 bytes: none of them says anything of another.
    """
    stream = hashlib.shake_256(_DOMAIN + root).digest(SALT_SIZE * (fields + 1))
    return list(unpack(f"{SALT_SIZE}s" * (fields + 1), stream))


def field_hash(path: bytes, salt: bytes, value: bytes) -> str:
    """Return SHA-256(0x03 ‖ salt ‖ uint16-BE len(path) ‖ path ‖ value) as hex, as of every sealed value."""
    return hashlib.sha256(b"\x03" + salt + len(path).to_bytes(2) + path + value).hexdigest()


@lru_cache(maxsize=4096)  # the places of a network's decisions are the same few
def framed(path: str) -> bytes:
    """Return a path after its length, an unsigned 16-bit big-endian number, as a hash is over."""
    name = path.encode()
    return len(name).to_bytes(2) + name


def sealing_places(payload: dict[str, Any]) -> Iterator[Place]:
    """Yield the places that sealing 1 seals, in the order of the text; the same of a payload whole, closed or between.

    Members of the payload but for the ruling and its inputs; of the facts each attribute by itself, and of what names
    an entity only the id.
    """
    for key, value in sorted(payload.items()):
        if key == "facts" and isinstance(value, dict) and not is_sealed(value):
            yield from _facts(value)
        elif key not in _CLEAR:
            yield Place(f"/{_step(key)}", payload, key)


def _facts(facts: dict[str, Any]) -> Iterator[Place]:
    for key, value in sorted(facts.items()):
        match key, value:
            case "action", _:
                continue
            case "context", {**members} if not is_sealed(members):
                yield from _attributes(value, "/facts/context")
            case "entities", [*entities] if all(isinstance(each, dict) for each in entities):
                for at, entity in enumerate(entities):
                    yield from _entity(entity, f"/facts/entities/{at}")
            case (("principal" | "resource"), {"id": _, "type": str()}) if value.keys() == _NAMES:
                yield Place(f"/facts/{key}/id", value, "id")
            case _:
                yield Place(f"/facts/{_step(key)}", facts, key)


def _entity(entity: dict[str, Any], path: str) -> Iterator[Place]:
    for key, value in sorted(entity.items()):
        match key, value:
            case "attrs", {**members} if not is_sealed(members):
                yield from _attributes(value, f"{path}/attrs")
            case "uid", {"id": _, "type": str()} if value.keys() == _NAMES:
                yield Place(f"{path}/uid/id", value, "id")
            case _:
                yield Place(f"{path}/{_step(key)}", entity, key)


def _attributes(members: dict[str, Any], path: str) -> Iterator[Place]:
    for key, value in sorted(members.items()):
        match value:
            case {"__entity": {"id": _, "type": str()} as named} if len(value) == 1 and named.keys() == _NAMES:
                yield Place(f"{path}/{_step(key)}/__entity/id", named, "id")
            case _:
                yield Place(f"{path}/{_step(key)}", members, key)


def _step(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def is_sealed(value: Any) -> bool:
    """Tell whether a value stands for one that is kept elsewhere."""
    if type(value) is not dict or len(value) != 1:
        return False
    kept = value.get("sealed")
    return isinstance(kept, str) and _HASH.fullmatch(kept) is not None


def says_sealing(payload: Any) -> bool:
    """Tell whether a payload is committed to field by field."""
    return isinstance(payload, dict) and type(payload.get("sealing")) is int and payload["sealing"] == 1
