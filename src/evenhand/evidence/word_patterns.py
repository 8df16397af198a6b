"""Tables of words as patterns: files of this package with a section a pattern, one regular expression a line.

A line is of whole words; behind `=` it stands as it is; `{name}` is an earlier section. `#` begins a comment.
"""

import re
from functools import cache
from importlib.resources import files

_SECTION_NAME = re.compile(r"\{([a-z_]+)\}")


@cache
def read_patterns(name: str) -> dict[str, re.Pattern[str]]:
    """Return the pattern of each section of a table, by its name; for texts in small letters.

    To ignore the case of each letter would cost five times as much.
    """
    sources: dict[str, str] = {}
    for section, lines in _sections(files("evenhand.evidence").joinpath(name).read_text(encoding="utf-8")).items():
        whole = [_SECTION_NAME.sub(lambda found: sources[found[1]], line) for line in lines]
        sources[section] = "(?:" + "|".join(_alternatives(whole)) + ")"
    return {section: re.compile(source, re.DOTALL) for section, source in sources.items()}


@cache
def read_words(name: str) -> dict[str, frozenset[str]]:
    """Return the words of each section of a table, by its name; blanks separate them."""
    sections = _sections(files("evenhand.evidence").joinpath(name).read_text(encoding="utf-8"))
    return {section: frozenset(" ".join(lines).split()) for section, lines in sections.items()}


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


def _alternatives(lines: list[str]) -> list[str]:
    """Return the lines as they stand, and those of whole words as one: one look at the edge of a word for all."""
    words = [line for line in lines if not line.startswith("=")]
    return [line[1:] for line in lines if line.startswith("=")] + ([rf"\b(?:{'|'.join(words)})\b"] if words else [])
