"""A few words in marks that nobody is said to have spoken, and whether they stand in the body word for word."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Final

from evenhand.evidence.drafts import Reading
from evenhand.evidence.quotation_marks import find_quotations
from evenhand.model.claims import Claim, Document, Span, VerbatimCheck

FEWEST_WORDS_OF_A_CLAIM: Final = 6
_MARKS: Final = "“”\"„«»‟'‘’`"


def find_scare_quotes(
    document: Document, reading: Reading, paragraphs: Sequence[Span], claims: Sequence[Claim]
) -> tuple[VerbatimCheck, ...]:
    """Return the words in marks of headline and caption, and those of the body that no claim holds.

    Those of a headline are checked even within a claim: an editor may have put them there.
    """
    text = reading.text
    heads = [span for span in (document.headline, document.caption) if span]
    is_held = _held_by([span for claim in claims if claim.section != "headline" for span in claim.content])
    found: list[VerbatimCheck] = []
    if in_heads := find_quotations(text, heads):
        body = _plain(" ".join(text[slice(*span)] for span in paragraphs if span != document.caption))
        found += [VerbatimCheck(span=each.span, in_body=_plain(text[slice(*each.span)]) in body) for each in in_heads]
    for quotation in reading.quotations:
        start, end = quotation.span
        few = len(text[start:end].split()) < FEWEST_WORDS_OF_A_CLAIM
        if few and paragraphs[quotation.paragraph] not in heads and not is_held(start, end):
            found.append(VerbatimCheck(span=quotation.span, in_body=True))
    return tuple(sorted(found, key=lambda check: check.span))


def _held_by(spans: Sequence[Span]) -> Callable[[int, int], bool]:
    """Return what tells whether one of some spans holds another: those that begin before it, and where they end."""
    ordered = sorted(spans)
    starts, ends = [first for first, _ in ordered], list(accumulate((last for _, last in ordered), max))

    def holds(start: int, end: int) -> bool:
        place = bisect_right(starts, start)
        return place > 0 and ends[place - 1] >= end

    return holds


def _plain(words: str) -> str:
    """Return words as they are compared: without the marks around them, blanks as one, letters unchanged."""
    return " ".join(words.strip(_MARKS + " ,.;:!?").split())
