"""Sealed fields: a payload that holds only the commitment to a value, so that the value alone can go."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from evenhand.ledger.field_commitments import SALT_SIZE, field_hash, is_sealed
from evenhand.model.errors import BadInput
from evenhand.model.log import SealedField
from evenhand.model.record import canonical

SEALED = "sealed"
SEALED_MARK = b'{"sealed":"'  # as canonical JSON has it: a payload without these bytes holds no sealed value


def seal_hash(path: str, salt: bytes, value: bytes) -> str:
    """Return SHA-256(0x03 ‖ salt ‖ uint16-BE len(path) ‖ path ‖ value) as hex; `value` is canonical."""
    return field_hash(path.encode(), salt, value)


def seal(
    payload: dict[str, Any], paths: Sequence[str], draw: Callable[[int], bytes]
) -> tuple[dict[str, Any], tuple[SealedField, ...]]:
    """Return a payload with `{"sealed": hex}` in place of the values at `paths`, and those values beside it.

    A path is a JSON Pointer (RFC 6901). Use it for excerpts of evidence and contact data: rule, facts and
    outcome stay replayable when one person's words are erased.

    Raises:
        BadInput: there is nothing at a path, or one path is inside another.
    """
    fields = []
    whole: Any = payload
    for path in paths:
        value = _value_at(whole, path)
        if any(sealed_places(value)):
            raise BadInput("holds a sealed value already", where=path)
        field = SealedField(path=path, salt=draw(SALT_SIZE), value=canonical(value))
        fields.append(field)
        whole = _with(whole, _steps(path), {SEALED: seal_hash(path, field.salt, field.value)})
    return whole, tuple(fields)


def sealed_places(payload: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and hash of every sealed value of a payload."""
    match payload:
        case {"sealed": str(kept)} if is_sealed(payload):
            yield path, kept
        case dict():
            for key, value in payload.items():
                yield from sealed_places(value, f"{path}/{key.replace('~', '~0').replace('/', '~1')}")
        case list():
            for at, value in enumerate(payload):
                yield from sealed_places(value, f"{path}/{at}")


def _steps(path: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def _value_at(value: Any, path: str) -> Any:
    for step in _steps(path):
        match value:
            case {"sealed": str()}:
                raise BadInput("sealed already", where=path)
            case dict() if step in value:
                value = value[step]
            case list() if step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
            case _:
                raise BadInput("nothing to seal", where=path, expected="a JSON Pointer to a value of the payload")
    return value


def _with(value: Any, steps: list[str], new: Any) -> Any:
    if not steps:
        return new
    if isinstance(value, list):
        return [_with(item, steps[1:], new) if at == int(steps[0]) else item for at, item in enumerate(value)]
    return {key: _with(item, steps[1:], new) if key == steps[0] else item for key, item in value.items()}
