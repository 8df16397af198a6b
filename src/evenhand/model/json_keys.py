"""Keys that a JSON object names twice: readers differ on which of the values counts, so such a text is refused."""

import json
from collections import Counter


def repeated_key(text: str | bytes) -> str:
    r"""Return a key that some object of a JSON text has twice, ``""`` if there is none; escapes are undone first.

    A strict parser has read the text before: what is no JSON raises `ValueError`, what is too deep `RecursionError`.

    >>> repeated_key('{"a": [{"b": 1, "\\u0062": 2}]}'), repeated_key('{"a": {"a": 1}}')
    ('b', '')
    """
    repeated: list[str] = []

    def look_at(pairs: list[tuple[str, object]]) -> None:
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            repeated.extend(key for key, times in Counter(keys).items() if times > 1)

    json.loads(text, object_pairs_hook=look_at, parse_int=str, parse_float=str)
    return repeated[0] if repeated else ""
