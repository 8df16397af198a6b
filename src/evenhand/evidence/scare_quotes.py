"""A few words in marks that nobody is said to have spoken, and whether they stand in the body word for word."""

from collections.abc import Sequence
from typing import Final

from evenhand.evidence.quotation_marks import find_quotations
from evenhand.model.claims import Claim, Document, Span, VerbatimCheck

FEWEST_WORDS_OF_A_CLAIM: Final = 6
_MARKS: Final = "“”\"„«»‟'‘’`"


def find_scare_quotes(
    document: Document, text: str, paragraphs: Sequence[Span], claims: Sequence[Claim]
) -> tuple[VerbatimCheck, ...]:
    """Return the words in marks of headline and caption, and those of the body that no claim holds.

    Those of a headline are checked even within a claim: an editor may have put them there.
    """
    heads = [span for span in (document.headline, document.caption) if span]
    body = _plain(" ".join(text[slice(*span)] for span in paragraphs if span != document.caption))
    held = [span for claim in claims if claim.section != "headline" for span in claim.content]
    found: list[VerbatimCheck] = []
    for quotation in find_quotations(text, heads):
        span = quotation.span
        found.append(VerbatimCheck(span=span, in_body=_plain(text[slice(*span)]) in body))
    for quotation in find_quotations(text, [span for span in paragraphs if span not in heads]):
        start, end = quotation.span
        few = len(text[start:end].split()) < FEWEST_WORDS_OF_A_CLAIM
        if few and not any(first <= start and end <= last for first, last in held):
            found.append(VerbatimCheck(span=quotation.span, in_body=True))
    return tuple(sorted(found, key=lambda check: check.span))


def _plain(words: str) -> str:
    """Return words as they are compared: without the marks around them, blanks as one, letters unchanged."""
    return " ".join(words.strip(_MARKS + " ,.;:!?").split())
