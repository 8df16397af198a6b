"""The score of quotations against records: pairs of segments that overlap by half, and whether the speaker is right.

A segment is direct when at least half of it stands inside quotation marks. Segments are paired one to one where their
intersection is at least half of their union, after trimming; a speaker is right when it overlaps the recorded one (of a
recorded quotation without speaker: when none is given).
"""

import re
from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]


@dataclass
class Counts:
    """Of direct or of indirect segments: recorded, found, paired, with the right speaker, with a wrong named one."""

    gold: int = 0
    found: int = 0
    paired: int = 0
    right: int = 0
    wrong_named: int = 0

    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    def f1(self, hits: int) -> float:
        return 2 * hits / (self.found + self.gold) if hits else 0.0


def add_counts(direct: Counts, indirect: Counts, text: str, gold: list[Any], found: list[Any]) -> None:
    """Add one document to the counts."""
    marks = inside_marks(text)
    for wanted, counts in ((True, direct), (False, indirect)):
        recorded, proposed = (segments(text, marks, quotes, wanted) for quotes in (gold, found))
        counts.gold += len(recorded)
        counts.found += len(proposed)
        for mine, theirs in _pairs(recorded, proposed):
            right = _overlap(mine, theirs) if mine else not theirs
            counts.paired += 1
            counts.right += right
            counts.wrong_named += bool(theirs) and not right


def inside_marks(text: str) -> bytearray:
    """Return for each character whether it stands inside double marks of its line."""
    marked = bytearray(len(text))
    for line in re.finditer(r"[^\n]+", text):
        opened = None
        for at in range(*line.span()):
            if text[at] == "“" or (text[at] == '"' and opened is None):
                opened = at if opened is None else opened
            elif text[at] in '”"' and opened is not None:
                marked[opened : at + 1] = b"\1" * (at + 1 - opened)
                opened = None
        if opened is not None:
            marked[opened : line.end()] = b"\1" * (line.end() - opened)
    return marked


def segments(text: str, marks: bytearray, quotes: list[Any], wanted: bool) -> list[tuple[Span, list[Span]]]:
    """Return the trimmed spans of the direct (or indirect) quotations, each with its speaker."""
    kept = []
    for quote in quotes:
        if _is_direct(quote["content"], marks) == wanted:
            spans = [span for span in quote["content"] if not wanted or _is_direct([span], marks)]
            kept += [(_core(text, *span), quote.get("speaker") or []) for span in spans]
    return kept


def _is_direct(spans: list[Span], marks: bytearray) -> bool:
    length = sum(end - start for start, end in spans)
    return length > 0 and sum(sum(marks[start:end]) for start, end in spans) / length >= 0.5


def _core(text: str, start: int, end: int) -> Span:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _pairs(
    gold: list[tuple[Span, list[Span]]], found: list[tuple[Span, list[Span]]]
) -> list[tuple[list[Span], list[Span]]]:
    """Return the speakers of segments that overlap by half, best pairs first, each segment once."""
    scored = [(_share(one, other), i, j) for i, (one, _) in enumerate(gold) for j, (other, _) in enumerate(found)]
    taken_gold: set[int] = set()
    taken_found: set[int] = set()
    pairs = []
    for score, i, j in sorted(scored, reverse=True):
        if score >= 0.5 and i not in taken_gold and j not in taken_found:
            taken_gold.add(i)
            taken_found.add(j)
            pairs.append((gold[i][1], found[j][1]))
    return pairs


def _share(one: Span, other: Span) -> float:
    common = max(0, min(one[1], other[1]) - max(one[0], other[0]))
    return common / (max(one[1], other[1]) - min(one[0], other[0])) if common else 0.0


def _overlap(one: list[Span], other: list[Span]) -> bool:
    return any(max(a[0], b[0]) < min(a[1], b[1]) for a in one for b in other)
