"""A saved text with the words of claims marked in it, line by line; lines that were left out are together."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from evenhand.evidence.text_spans import lines
from evenhand.model.claims import Document, Span

MOST_CHARACTERS: Final = 8_000
"""Of a text on one page; a longer one is shown in parts."""


class Piece(NamedTuple):
    """Some characters of a text: the ids of the claims whose words they are, and of those whose words start here."""

    text: str
    claims: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()


class TextLine(NamedTuple):
    """A line (from 1) in pieces; `reason` is the rule by which it is no part of the article, ``""`` where it is."""

    number: int
    pieces: tuple[Piece, ...]
    reason: str = ""

    @property
    def is_blank(self) -> bool:
        """Return whether nothing stands in it."""
        return not any(each.text.strip() for each in self.pieces)


class TextBlock(NamedTuple):
    """Lines one after the other that are all of the article, or all left out."""

    lines: tuple[TextLine, ...]
    left_out: bool


def text_parts(text: str, most: int = MOST_CHARACTERS) -> tuple[Span, ...]:
    """Return the parts in which a text is shown: each ends with a line, where a line is not longer than a part.

    >>> text_parts("one\\ntwo\\nthree", 8), text_parts("", 8)
    (((0, 8), (8, 13)), ((0, 0),))
    """
    found, start = list[Span](), 0
    while len(text) - start > most:
        end = text.rfind("\n", start, start + most) + 1
        end = end if end > start else start + most
        found.append((start, end))
        start = end
    return (*found, (start, len(text)))


def marked(text: str, window: Span, places: Mapping[str, Sequence[Span]]) -> tuple[Piece, ...]:
    """Return a part of a text in pieces; `places` are the spans of each claim, which may lie in one another.

    >>> [(each.text, each.claims) for each in marked("he said no", (0, 10), {"1": [(8, 10)]})]
    [('he said ', ()), ('no', ('1',))]
    """
    start, end = window
    inside = [(name, spans) for name, spans in places.items() if any(s < end and e > start for s, e in spans)]
    cuts = {start, end, *(at for _, spans in inside for span in spans for at in span if start < at < end)}
    pieces = []
    for a, b in pairwise(sorted(cuts)):
        claims = tuple(name for name, spans in inside if any(s <= a < e for s, e in spans))
        starts = tuple(name for name in claims if dict(inside)[name][0][0] == a)
        pieces.append(Piece(text[a:b], claims, starts))
    return tuple(pieces)


def text_blocks(
    text: str, part: Span, document: Document, places: Mapping[str, Sequence[Span]]
) -> tuple[TextBlock, ...]:
    """Return a part of a text in blocks, without blank lines; a line with a claim in it is never among those left out.

    What was left out, and by which rule, stands in the record of the document.
    """
    reasons = {each.line: each.rule for each in document.dropped_lines}
    near = {name: spans for name, spans in places.items() if any(s < part[1] and e > part[0] for s, e in spans)}
    shown = (each for each in _lines(text, part, reasons, near) if not each.is_blank)
    return tuple(
        TextBlock(tuple(group), left_out) for left_out, group in groupby(shown, lambda line: bool(line.reason))
    )


def _lines(
    text: str, part: Span, reasons: Mapping[int, str], places: Mapping[str, Sequence[Span]]
) -> Iterator[TextLine]:
    for number, (start, end) in enumerate(lines(text), 1):
        window = max(start, part[0]), min(end, part[1])
        if window[0] < window[1]:
            pieces = marked(text, window, places)
            has_claim = any(each.claims for each in pieces)
            yield TextLine(number, pieces, "" if has_claim else reasons.get(number, ""))
