"""Tables in JSON lines (NDJSON): one object a line, its values as text."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from evenhand.model.json_keys import repeated_key
from evenhand.store.table_rows import Line, NestedValues, NumberText

# Floats stay the text that the file has: 0.1 is a tenth, not the binary number beside it.
_objects = msgspec.json.Decoder(dict[str, object], float_hook=NumberText)
_NAMES = re.compile(rb'"\s*:')


def read_names(path: Path, most: int) -> tuple[str, ...]:
    """Return the names that the objects of a file have, in its order; once there are more than `most`, no further."""
    names: dict[str, None] = {}
    for _, found, _ in _json_objects(path):
        names.update(dict.fromkeys(found))
        if len(names) > most:
            break
    return tuple(names)


def read_json_lines(path: Path, header: tuple[str, ...]) -> Iterator[Line]:
    """Yield the values of each line's object under `header`, as text; what cannot be read says so."""
    for number, found, problem in _json_objects(path):
        if problem and not found:
            yield Line(number, [], problem)
            continue
        cells = [_text_or_none(found.get(name)) for name in header]
        nested = tuple(name for name, cell in zip(header, cells, strict=True) if cell is None)
        yield Line(number, [cell or "" for cell in cells], problem or (NestedValues(nested) if nested else ""))


def _json_objects(path: Path) -> Iterator[tuple[int, dict[str, object], str]]:
    """Yield each line's number, object and what is wrong with it; an empty object where nothing can be read."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            text = raw.removeprefix(b"\xef\xbb\xbf").strip()
            if text:
                try:
                    found = _objects.decode(text)
                except RecursionError:
                    yield number, {}, "one JSON object a line, of texts, numbers and lists; this is nested too deeply"
                except (msgspec.DecodeError, UnicodeDecodeError):
                    yield number, {}, "one JSON object a line"
                else:
                    twice = repeated_key(text) if len(_NAMES.findall(text)) > len(found) else ""
                    yield number, found, f"each name once in an object; `{twice[:80]}` is there twice" if twice else ""


def _text_or_none(value: object) -> str | None:
    try:
        return _text_of(value)
    except TypeError:
        return None


def _text_of(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case list():
            return ";".join(map(_text_of, value))
        case _:
            raise TypeError
