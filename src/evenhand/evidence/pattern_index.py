"""Where the patterns of a table can match in a text, by the openings of its words: elsewhere they are not tried.

A table has hundreds of patterns, and of most of them no word of a sentence can be the first.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from evenhand.evidence.word_openings import AT_START, LETTERS, openings_of
from evenhand.evidence.word_patterns import join_lines, parts_of, read_lines, read_patterns

_RUN: Final = re.compile(r"\w+|[’']")


class _Patterns(NamedTuple):
    """The patterns of each section, and one that matches where any of them does: most words have none."""

    any: re.Pattern[str]
    each: tuple[tuple[str, re.Pattern[str]], ...]


class PatternIndex(NamedTuple):
    """The lines of a table by the opening of their first word, by section.

    `first` are those that match only at the start of a text; `searched` are the names of the sections of which a line
    has no opening. `made` and `made_first` are the patterns of both, by opening, once a text had it.
    """

    words: dict[str, dict[str, list[str]]]
    first: dict[str, dict[str, list[str]]]
    searched: frozenset[str]
    made: dict[str, _Patterns]
    made_first: dict[str, _Patterns]


class IndexedText:
    """A text in small letters, with the places where patterns of a table match."""

    def __init__(self, name: str, text: str) -> None:
        self.text = text
        self._whole, self._index = read_patterns(name), _read_index(name)
        self._places: dict[str, list[int]] = {}
        for run in _RUN.finditer(text):
            opening = run[0][:LETTERS]
            if opening in self._index.first:
                self._try(_patterns(name, opening, at_start=True), 0)
            if opening[0].isalnum():
                break
        self._try_within(name)

    def _try_within(self, name: str) -> None:
        words, made, at = self._index.words, self._index.made, 0
        for word in self.text.split(" "):
            if word.isalnum():  # one run of letters, as most are
                opening = word[:LETTERS]
                if opening in words:
                    self._try(made.get(opening) or _patterns(name, opening, at_start=False), at)
            else:
                for run in _RUN.finditer(self.text, at, at + len(word)):
                    if run[0][:LETTERS] in words:
                        self._try(_patterns(name, run[0][:LETTERS], at_start=False), run.start())
            at += len(word) + 1

    def _try(self, patterns: _Patterns, at: int) -> None:
        if patterns.any.match(self.text, at) is None:
            return
        for section, pattern in patterns.each:
            if pattern.match(self.text, at):
                self._places.setdefault(section, []).append(at)

    def holds(self, section: str) -> bool:
        """Return whether the pattern of a section stands in the text."""
        return self.first(section) is not None

    def first(self, section: str) -> int | None:
        """Return where the pattern of a section stands first in the text."""
        if section in self._index.searched:
            match = self._whole[section].search(self.text)
            return match.start() if match else None
        places = self._places.get(section)
        return places[0] if places else None

    def starts(self, section: str) -> Iterator[int]:
        """Yield where each match of the pattern of a section begins, as a search from one to the next finds them."""
        whole, end = self._whole[section], 0
        if section in self._index.searched:
            yield from (match.start() for match in whole.finditer(self.text))
            return
        for at in self._places.get(section, ()):
            if at >= end:
                yield at
                match = whole.match(self.text, at)
                end = match.end() if match else end


def _patterns(name: str, opening: str, *, at_start: bool) -> _Patterns:
    """Return the patterns of the lines with an opening, by section; made when a text first has such a word."""
    index = _read_index(name)
    kept = index.made_first if at_start else index.made
    if opening in kept:
        return kept[opening]
    sections = (index.first if at_start else index.words)[opening]
    each = tuple((section, re.compile(join_lines(lines), re.DOTALL)) for section, lines in sections.items())
    # A line can be of several sections.
    lines = dict.fromkeys(line for section in sections.values() for line in section)
    joined = each[0][1] if len(each) == 1 else re.compile(join_lines(list(lines)), re.DOTALL)
    return kept.setdefault(opening, _Patterns(joined, each))


@cache
def _read_index(name: str) -> PatternIndex:
    words: dict[str, dict[str, list[str]]] = {}
    first: dict[str, dict[str, list[str]]] = {}
    searched: set[str] = set()
    for section, lines in read_lines(name).items():
        openings = [] if section in parts_of(name) else [openings_of(line) for line in lines]
        if None in openings:
            searched.add(section)
            continue
        for line, found in zip(lines, openings, strict=False):
            table = first if line.startswith(AT_START) else words
            for opening in found or ():
                table.setdefault(opening, {}).setdefault(section, []).append(line)
    return PatternIndex(words, first, frozenset(searched), {}, {})
