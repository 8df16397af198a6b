"""Changes of `[intake]` in `evenhand.toml` that leave every other line, and every comment, as it is."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from evenhand.model.errors import StateRefused
from evenhand.model.upload import Reading
from evenhand.store.settings import SETTINGS_FILE

_SECTION: Final = re.compile(r"\s*\[\s*(?P<name>[A-Za-z0-9_.-]+)\s*\]\s*(#.*)?$")
_ANY_SECTION: Final = re.compile(r"\s*\[")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def with_table(text: str, table: str, file: str, reading: Reading) -> str:
    """Return the text of `evenhand.toml` with a table's path and how it is read.

    What is set already is changed in its line, and its comment kept; what is new comes at the end of its section. The
    result is read and compared: nothing else may differ.

    Raises:
        StateRefused: it is written in a way that cannot be changed safely; the lines to write by hand are said.
    """
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    wanted = _wanted(tomllib.loads(text), table, file, reading)
    _set(lines, "intake", {table: file, "dates": reading.dates or None, "decimals": reading.decimals or None})
    _set(lines, "intake.sheets", {table: reading.sheet or None})
    before = tomllib.loads(text)["intake"].get("columns", {}).get(table, {})
    _set(lines, f"intake.columns.{table}", dict.fromkeys(before) | dict(reading.columns))
    made = "".join(lines)
    try:
        is_right = _without_empty(tomllib.loads(made)) == wanted
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise _by_hand(table, file, reading)
    return made


def _wanted(settings: dict[str, Any], table: str, file: str, reading: Reading) -> dict[str, Any]:
    intake: dict[str, Any] = settings["intake"]
    intake[table] = file
    _put(intake, "dates", reading.dates)
    _put(intake, "decimals", reading.decimals)
    parts: tuple[tuple[str, object], ...] = (("sheets", reading.sheet), ("columns", dict(reading.columns)))
    for name, value in parts:
        part = dict(intake.get(name, {}))
        _put(part, table, value)
        _put(intake, name, part)
    return _without_empty(settings)


def _without_empty(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings without empty parts of `columns` and `sheets`: a section without a key says nothing."""
    intake = settings["intake"]
    columns = {name: each for name, each in intake.get("columns", {}).items() if each}
    for name, part in (("columns", columns), ("sheets", intake.get("sheets", {}))):
        _put(intake, name, part)
    return settings


def _put(place: dict[str, Any], name: str, value: object) -> None:
    if value:
        place[name] = value
    else:
        place.pop(name, None)


def _set(lines: list[str], section: str, values: Mapping[str, str | None]) -> None:
    """Set or take out keys of a section in place; a section that is missing is made where one of its keys is set."""
    start, end = _section(lines, section)
    for key, value in values.items():
        pattern = re.compile(rf"(?P<head>\s*(?:{re.escape(key)}|\"{re.escape(key)}\")\s*=\s*)(?P<rest>.*)$", re.DOTALL)
        at = next((place for place in range(start, end) if pattern.match(lines[place])), None)
        if at is None and value is not None:
            if not start:
                start, end = _made(lines, section)
            lines.insert(end, f"{_key(key)} = {toml_string(value)}\n")
            end += 1
        elif at is not None and value is None:
            del lines[at]
            end -= 1
        elif at is not None and value is not None:
            match = pattern.match(lines[at])
            assert match is not None, "it was found by the same pattern"
            lines[at] = f"{match['head']}{toml_string(value)}{_comment(match['rest'])}"


def _section(lines: list[str], section: str) -> tuple[int, int]:
    """Return the lines of a section without its head, up to its last that is not blank; (0, 0) where there is none."""
    for place, line in enumerate(lines):
        found = _SECTION.match(line)
        if found and found["name"] == section:
            end = next((at for at in range(place + 1, len(lines)) if _ANY_SECTION.match(lines[at])), len(lines))
            while end > place + 1 and _is_between(lines[end - 1]):
                end -= 1
            return place + 1, end
    return 0, 0


def _is_between(line: str) -> bool:
    """Return whether a line is blank or a comment, which belongs to what follows."""
    return not line.strip() or line.lstrip().startswith("#")


def _made(lines: list[str], section: str) -> tuple[int, int]:
    """Make a section behind the last of `[intake]` and its parts, and return where its first line goes."""
    last = 0
    for line in lines:
        found = _SECTION.match(line)
        if found and (found["name"] == "intake" or found["name"].startswith("intake.")):
            last = _section(lines, found["name"])[1]
    lines[last:last] = ["\n", f"[{section}]\n"]
    return last + 2, last + 2


def _comment(rest: str) -> str:
    """Return what follows a value in its line: blanks, a comment, the end of the line."""
    value = re.match(r"(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^#\s]+)", rest)
    return rest[value.end() :] if value else "\n"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else toml_string(key)


def toml_string(text: str) -> str:
    """Return a TOML basic string; its escapes are those of JSON.

    >>> toml_string('a "b"')
    '"a \\\\"b\\\\""'
    """
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")


def _by_hand(table: str, file: str, reading: Reading) -> StateRefused:
    columns = ", ".join(f"{ours} = {toml_string(theirs)}" for ours, theirs in reading.columns.items())
    named = [f"[intake] {table} = {toml_string(file)}"]
    named += [f"[intake.sheets] {table} = {toml_string(reading.sheet)}"] if reading.sheet else []
    named += [f"[intake.columns.{table}] {columns}"] if columns else []
    named += [f"[intake] {name} = {toml_string(value)}" for name, value in
              (("dates", reading.dates), ("decimals", reading.decimals)) if value]  # fmt: skip
    return StateRefused(
        f"{SETTINGS_FILE} is written in a way that cannot be changed here without touching other lines",
        where=SETTINGS_FILE, state="unchanged", event="replace", todo=f"write into it: {'; '.join(named)}",
    )  # fmt: skip
