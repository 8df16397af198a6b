"""With which letters a match of a line of a table can begin: the first four of a word, or the whole of a shorter one.

Lines begin with plain letters or with a group of choices; of any other nothing is told.
"""

import re
from typing import Final

LETTERS: Final = 4
AT_START: Final = r"=^\W*"
"""How a line begins that matches only at the start of a text."""
_PLAIN: Final = re.compile(r"[a-z]*")
_LOOKS: Final = ("(?!", "(?=", "(?<!", "(?<=")
_NO_LETTERS: Final = re.compile(r"\[[^\w\\\]^]+\](?![?*{])")
_REPEATED: Final = re.compile(r"[?*+]|\{\d*,?\d*\}")


def openings_of(line: str) -> set[str] | None:
    """Return the openings of all matches of a line, None where they cannot be told.

    A line behind `=` stands as it is, any other is of whole words.

    >>> sorted(openings_of("(?:hid(?:den)?|no one) of")), openings_of("un[a-z]+")
    (['hid', 'hidd', 'no'], None)
    """
    if line.startswith("="):
        return _openings(line.removeprefix(AT_START).removeprefix("=") + r"\w*", "")
    return _openings(f"(?:{line})", "")


def _openings(source: str, word: str) -> set[str] | None:
    """Return the openings of a pattern behind the letters of a word that are known already."""
    plain = _PLAIN.match(source)
    letters = plain[0] if plain else ""
    rest = source[len(letters) :]
    if letters and rest[:1] in ("?", "*", "{"):
        letters, rest = letters[:-1], letters[-1] + rest
    word += letters
    if len(word) >= LETTERS:
        return {word[:LETTERS]}
    if rest.startswith("("):
        return _of_group(rest, word)
    if rest[1:2] == "?":
        return _together([_openings(rest[0] + rest[2:], word), _openings(rest[2:], word)])
    if rest.startswith(r"\b"):
        return {word} if word else _openings(rest[2:], "")
    return _of_edge(rest, word)


def _of_edge(rest: str, word: str) -> set[str] | None:
    """Return the opening of a word that ends here, or of an apostrophe that stands for the beginning of one."""
    if rest[1:2] in ("*", "{"):
        return None
    if word and (not rest or rest[0] in " -,’'" or _NO_LETTERS.match(rest)):
        return {word}
    return {rest[0]} if rest[:1] in ("’", "'") else None


def _together(each: list[set[str] | None]) -> set[str] | None:
    """Return all of some openings, None where some are not told."""
    found: set[str] = set()
    for openings in each:
        if openings is None:
            return None
        found |= openings
    return found


def _of_group(source: str, word: str) -> set[str] | None:
    inner, behind = _group(source)
    if source.startswith(_LOOKS):
        return None if word else _openings(behind, "")
    if not source.startswith("(?:"):
        return None
    repeated = _REPEATED.match(behind)
    mark = repeated[0] if repeated else ""
    behind = behind[len(mark) :].removeprefix("?") if mark else behind
    # Of a group that can stand twice no word goes on behind it in one way alone.
    choices = [choice + (behind if mark in ("", "?") else r"\w*") for choice in _choices(inner)]
    choices += [behind] if mark and mark != "+" else []
    return _together([_openings(choice, word) for choice in choices])


def _group(source: str) -> tuple[str, str]:
    """Return what the group that a pattern begins with holds, and what stands behind it."""
    depth = 0
    for at, char in enumerate(source):
        depth += (char == "(") - (char == ")")
        if not depth:
            return source[3:at], source[at + 1 :]
    raise ValueError(f"a bracket is not closed: {source}")


def _choices(inner: str) -> list[str]:
    found, depth = [""], 0
    for char in inner:
        depth += (char == "(") - (char == ")")
        if char == "|" and not depth:
            found.append("")
        else:
            found[-1] += char
    return found
