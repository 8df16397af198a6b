"""Strict reading of JSON: every accepted text has exactly one canonical form (`docs/spec/ledger-leaf.md`)."""

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

import msgspec

from evenhand.model.errors import RecordRefused

MOST_BYTES = 1 << 20
MOST_DEPTH = 32
MOST_INTEGER = (1 << 53) - 1
_BACKSLASH, _DEL = 0x5C, 0x7F

_encode = msgspec.json.Encoder(order="sorted").encode


def read_canonical(text: bytes) -> bytes:
    """Return the canonical bytes of a JSON text (a subset of RFC 8785).

    Floats, duplicate keys (also by escape), keys outside of U+0020–U+007E or empty, integers beyond 2^53 − 1,
    lone surrogates, more than 32 nested containers and more than 1 MiB are refused, because readers disagree
    on what those mean. Characters are kept as given, never normalised.

    Raises:
        RecordRefused: the text is no JSON or outside of the subset.
    """
    if len(text) > MOST_BYTES:
        raise RecordRefused("record too large", got=f"{len(text)} bytes", expected=f"at most {MOST_BYTES}")
    try:
        value = _decoder.decode(text.decode())
        _check_depth(value)
        return _encode(value)
    except UnicodeError as error:
        raise RecordRefused("not text", got=str(error), expected="UTF-8 without lone surrogates") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise RecordRefused("not JSON", where=f"character {error.pos}", got=error.msg) from None


def is_canonical(text: bytes) -> bool:
    """Tell whether a text is its own canonical form; for most payloads in a tenth of `read_canonical`'s time.

    Raises:
        RecordRefused: the text is no JSON or outside of the subset.
    """
    return _is_plain(text) or read_canonical(text) == text


def _is_plain(text: bytes) -> bool:
    """Tell whether `text` surely is canonical; False says nothing.

    What the decoder reads and the encoder writes again as it was has no blank and no key twice. Without escapes each
    quotation mark begins or ends a string, so that what the strict reader refuses is seen in the bytes: keys that are
    empty or not printable, floats, numbers of 16 digits, depth. Anything else is for the strict reader.
    """
    if len(text) > MOST_BYTES or _BACKSLASH in text:
        return False
    try:
        if _encode(_decode(text)) != text:
            return False
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    bare = b"".join(text.split(b'"')[::2])  # what is outside of strings
    return _has_plain_keys(text) and not _OTHER_NUMBER.search(bare) and _depth(bare) <= MOST_DEPTH


def _has_plain_keys(text: bytes) -> bool:
    if b'"":' in text:
        return False
    names = b"" if text.isascii() and _DEL not in text else b"".join(_KEYS.findall(text))
    return names.isascii() and _DEL not in names


def _depth(bare: bytes) -> int:
    """Return how many containers are inside one another in a JSON text without its strings."""
    brackets, depth = bare.translate(_ONE_KIND, _NO_BRACKETS), 0
    while brackets:  # each round takes the innermost away
        brackets = brackets.replace(b"()", b"")
        depth += 1
    return depth


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MOST_DEPTH):
        level = [inner for container in level for inner in _inside(container) if isinstance(inner, dict | list)]
        if not level:
            return
    raise _too_deep()


def _inside(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def _too_deep() -> RecordRefused:
    return RecordRefused("nested too deep", expected=f"at most {MOST_DEPTH} containers")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    names = "".join(values)
    if "" in values or not (names.isascii() and names.isprintable()):
        raise RecordRefused("bad key among", got=ascii(list(values)), expected="printable ASCII, not empty")
    if len(values) < len(pairs):
        raise RecordRefused("duplicate key", got=next(key for key, _ in pairs if [k for k, _ in pairs].count(key) > 1))
    return values


def _integer(digits: str) -> int:
    number = int(digits) if len(digits) <= 17 else MOST_INTEGER + 1
    if abs(number) > MOST_INTEGER:
        raise RecordRefused("integer too large", got=digits, expected="at most 2^53 - 1; write it as a string")
    return number


def _no_float(digits: str) -> NoReturn:
    raise RecordRefused("not an integer", got=digits, expected="shares, scores and money as decimal strings")


_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
)

_decode = msgspec.json.Decoder().decode
_KEYS = re.compile(rb'"([^"]*)":|"[^"]*"')  # each string once and whole: nothing for a value
_OTHER_NUMBER = re.compile(rb"[0-9](?:[.eE]|[0-9]{15})")
_ONE_KIND = bytes.maketrans(b"{}[]", b"()()")
_NO_BRACKETS = bytes(each for each in range(256) if each not in b"{}[]")
