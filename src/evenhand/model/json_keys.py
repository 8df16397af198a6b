"""Keys that a JSON object names twice: readers differ on which of the values counts, so such a text is refused."""

import json


class _Repeated(Exception):
    """Carries the key out of the parser."""


def repeated_key(text: str | bytes) -> str:
    r"""Return a key that some object of a JSON text has twice, ``""`` if there is none; escapes are undone first.

    The text has been read by a strict parser before: what is no JSON raises `ValueError`.

    >>> repeated_key('{"a": [{"b": 1, "\\u0062": 2}]}'), repeated_key('{"a": {"a": 1}}')
    ('b', '')
    """
    try:
        _decode(text.decode() if isinstance(text, bytes) else text)
    except _Repeated as found:
        return str(found)
    return ""


def _look_at(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) < len(pairs):
        seen: set[str] = set()
        raise _Repeated(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]


_decode = json.JSONDecoder(object_pairs_hook=_look_at, parse_int=str, parse_float=str).decode
