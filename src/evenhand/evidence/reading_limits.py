"""What of a text was not read for claims because it is too long, as notes with the numbers of it."""

from collections.abc import Sequence
from typing import Final

from evenhand.evidence import further_statements, words
from evenhand.evidence.article_parts import MOST_PARAGRAPHS, ArticleParts
from evenhand.evidence.drafts import Reading
from evenhand.evidence.quotation_marks import MOST_MARKS, count_marks
from evenhand.evidence.speakers import MOST_CUES
from evenhand.model.claims import Span

_SHORT_FORMS: Final = further_statements.LONGEST
MOST_TOLD: Final = 5
"""Long paragraphs that have a note of their own."""


def limit_notes(parts: ArticleParts, reading: Reading) -> list[str]:
    """Return a note for each limit that a text was beyond; none of an article of common length."""
    notes = []
    if parts.left_out:
        total = MOST_PARAGRAPHS + parts.left_out
        notes.append(f"of {total:,} paragraphs {MOST_PARAGRAPHS:,} are read for claims")
    long = [span for span in parts.whole if span[1] - span[0] > _SHORT_FORMS]
    notes += [_characters(reading, span) for span in long[:MOST_TOLD]]
    notes += [
        f"of {marks:,} quotation marks in the paragraph of line {_line(reading, span)} {MOST_MARKS:,} are read"
        for span in long[:MOST_TOLD]
        if (marks := count_marks(reading.text, span)) > MOST_MARKS
    ]
    if len(long) > MOST_TOLD:
        notes.append(f"{len(long):,} paragraphs are longer than {_SHORT_FORMS:,} characters; {MOST_TOLD} are told here")
    return notes + _sentences(reading)


def _characters(reading: Reading, span: Span) -> str:
    """Return how much of a long paragraph was read: words up to one limit, short set forms up to a lower one."""
    size, line = span[1] - span[0], _line(reading, span)
    of = f"of {size:,} characters in the paragraph of line {line}"
    if size <= words.LONGEST:
        return f"{of} {_SHORT_FORMS:,} are read for short statements, all for others"
    held = [each for each in reading.quotations if span[0] <= each.span[0] < span[1]]
    inside = sum(each.span[1] <= span[0] + words.LONGEST for each in held)
    quotations = _about(reading, span, held)
    share = f" ({inside:,} of about {quotations:,} quotations)" if held else ""
    return f"{of} {words.LONGEST:,} are read for claims{share}"


def _about(reading: Reading, span: Span, held: Sequence[object]) -> int:
    return max(len(held), count_marks(reading.text, span) // 2)


def _line(reading: Reading, span: Span) -> int:
    return reading.text.count("\n", 0, span[0]) + 1


def _sentences(reading: Reading) -> list[str]:
    full = [passage.span for passage in reading.passages for _, cues in passage.sentences if len(cues) == MOST_CUES]
    if not full:
        return []
    line = _line(reading, full[0])
    return [f"of the verbs of speech in a sentence {MOST_CUES} are read; {len(full):,} have as many (line {line})"]
