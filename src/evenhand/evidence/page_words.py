"""Words and patterns of `page_words.txt`: what pages say around their articles."""

import re
from functools import cache
from importlib.resources import files


@cache
def sections() -> dict[str, tuple[str, ...]]:
    """Return the lines of each section of `page_words.txt`, by its heading, in the order of the file."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in files("evenhand.evidence").joinpath("page_words.txt").read_text(encoding="utf-8").splitlines():
        if (line.startswith("[") and line.endswith("]") and " " in line) or line == "[announcing]":
            lines = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return {name: tuple(held) for name, held in found.items()}


@cache
def words(name: str) -> frozenset[str]:
    """Return the words of a section `[words NAME]`."""
    return frozenset(" ".join(sections()[f"words {name}"]).split())


@cache
def family_names() -> tuple[str, ...]:
    """Return the names of the families, in the order in which they are tried."""
    return tuple(name.removeprefix("family ") for name in sections() if name.startswith("family "))


@cache
def family_pattern() -> re.Pattern[str]:
    """Return the pattern of all families: the group `f0` matches where the first of `family_names` does, and so on."""
    each = ("|".join(sections()[f"family {name}"]) for name in family_names())
    return re.compile("|".join(f"(?P<f{n}>{pattern})" for n, pattern in enumerate(each)), re.IGNORECASE)


@cache
def announcing_pattern() -> re.Pattern[str]:
    """Return the pattern of a line that announces another text: "Read more: Five charts"."""
    return re.compile(rf"(?:{'|'.join(sections()['announcing'])}) ?[:|»›>–—] ?\S.*", re.IGNORECASE)
