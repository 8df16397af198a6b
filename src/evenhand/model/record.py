"""The base of every record, and the one canonical form in which records are hashed and kept."""

import hashlib
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

_canonical = msgspec.json.Encoder(order="sorted")


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A frozen record: change is a new record, an unknown field is an error.

    `kw_only` is not inherited by msgspec, `frozen` not by type checkers: each record says both itself. No record is
    part of a ring of references, so the collector of these need not know it: 16 bytes less each.
    """


def canonical(value: object) -> bytes:
    """Return the canonical JSON of a record or plain value: sorted keys, no blanks, no floats.

    A float, which must be finite, becomes decimal text with six places, because JCS readers disagree on how floats are
    written (`ledger.md` §3); `msgspec.convert(..., strict=False)` reads it back as a float.

    >>> canonical({"share": 0.55, "n": 1})
    b'{"n":1,"share":"0.550000"}'
    """
    text = _canonical.encode(value)
    try:
        # Most records hold no float, and to read the text again costs a third of looking through every value.
        _without_float(text)
    except FloatingPointError:
        return _canonical.encode(_without_floats(msgspec.to_builtins(value)))
    return text


def _refuse(_: str) -> NoReturn:
    raise FloatingPointError


_without_float = msgspec.json.Decoder(float_hook=_refuse).decode


def canonical_exact(value: object) -> bytes:
    """Return the canonical JSON of a value that is known to hold no float; the same bytes, several times faster."""
    return _canonical.encode(value)


def _without_floats(value: Any) -> Any:
    """Return plain values with text for floats; exact types are compared, which is several times faster than `match`.

    `msgspec.to_builtins` gives no others.
    """
    kind = type(value)
    if kind is dict:
        return {key: inner if type(inner) is str else _without_floats(inner) for key, inner in value.items()}
    if kind is list or kind is tuple:
        return [inner if type(inner) is str else _without_floats(inner) for inner in value]
    return f"{value:.6f}" if kind is float else value


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def record_sha256(value: object) -> str:
    """Return the SHA-256 of a record's canonical JSON, as hex."""
    return sha256_hex(canonical(value))


def files_sha256(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of a set of files, as hex: over `name NUL size NUL bytes` in name order.

    Source: `pipeline.md` §8; a list version, a rulebook and a mapping are named by it.
    """
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode())
        whole.update(files[name])
    return whole.hexdigest()
