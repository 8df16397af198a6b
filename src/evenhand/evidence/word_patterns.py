"""Tables of words as patterns: files of this package with a section a pattern, one regular expression a line.

A line is of whole words; behind `=` it stands as it is; `{name}` is an earlier section. A section with its name in
double brackets is only a part of others. `#` begins a comment.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

_SECTION_NAME = re.compile(r"\{([a-z_]+)\}")


@cache
def read_patterns(name: str) -> dict[str, re.Pattern[str]]:
    """Return the pattern of each section of a table, by its name; for texts in small letters.

    To ignore the case of each letter would cost five times as much.
    """
    return {section: re.compile(join_lines(lines), re.DOTALL) for section, lines in read_lines(name).items()}


@cache
def read_lines(name: str) -> dict[str, list[str]]:
    """Return the lines of each section of a table of patterns, with earlier sections in place of their names."""
    sources: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for section, lines in _sections(files("evenhand.evidence").joinpath(name).read_text(encoding="utf-8")).items():
        found[section] = [_SECTION_NAME.sub(lambda found: sources[found[1]], line) for line in lines]
        sources[section] = join_lines(found[section])
    return found


@cache
def read_words(name: str) -> dict[str, frozenset[str]]:
    """Return the words of each section of a table, by its name; blanks separate them."""
    sections = _sections(files("evenhand.evidence").joinpath(name).read_text(encoding="utf-8"))
    return {section: frozenset(" ".join(lines).split()) for section, lines in sections.items()}


@cache
def parts_of(name: str) -> frozenset[str]:
    """Return the sections of a table that are only parts of others: their names stand in double brackets."""
    text = files("evenhand.evidence").joinpath(name).read_text(encoding="utf-8")
    return frozenset(line.strip("[]") for line in text.splitlines() if line.startswith("[["))


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    section = ""
    for line in filter(None, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = []
        elif not line.startswith("#"):
            found[section].append(line)
    return found


def join_lines(lines: Sequence[str]) -> str:
    """Return the pattern of lines: as they stand, and those of whole words as one with one look at the edge."""
    words = [line for line in lines if not line.startswith("=")]
    choices = [line[1:] for line in lines if line.startswith("=")] + ([rf"\b(?:{'|'.join(words)})\b"] if words else [])
    return "(?:" + "|".join(choices) + ")"
