"""When the words of a statement were said, and when they were reported: by the dates beside its cue."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from evenhand.evidence.noun_reports import REPORTING_WORDS
from evenhand.evidence.reported_dates import may_hold_date, read_said_on
from evenhand.evidence.statements import Statement
from evenhand.evidence.text_spans import sentences
from evenhand.model.claims import SaidOn, Span

_BESIDE_SUBJECT: Final = re.compile(
    r",\s(?:who|whose|whom|which|where|an?|the|its|[a-z]+ed)\s[^,.;:“”\"\n]{0,160},", re.IGNORECASE
)
"""What a sentence says of its subject between commas: "Holm, who left in 2019, said" was not said in 2019."""
_SINCE: Final = re.compile(r"\b(?:since|until|till|from)\s(?:the\s)?\w[\w. ]*$", re.IGNORECASE)
"""Before a date from which on something holds: nobody spoke then."""
LONGEST: Final = 3_000
"""Of a longer paragraph what stands around a cue is read for dates."""


def speech_time(text: str, statement: Statement, published: date | None) -> SaidOn | None:
    """Return when a statement was made: the date nearest to its cue, in its sentence and outside of its content."""
    cue = statement.attribution.cue
    if (
        cue is None
        or not may_hold_date(text, statement.clause or statement.paragraph)
        or statement.attribution.cue_lemma in REPORTING_WORDS
    ):
        return None
    beside = list(_beside(text, statement, cue))
    if statement.reported_by is not None and cue[0] > statement.last:
        # A date before the content is that of the report: "In May the paper reported that C, according to clerks".
        beside = [span for span in beside if span[0] >= statement.last]
    return _nearest(text, beside, cue, published)


def report_time(text: str, statement: Statement, published: date | None) -> SaidOn | None:
    """Return when a statement was reported by whom it reached us through."""
    reporter = statement.reported_by
    if reporter is None:
        return None
    sentence = _sentence(text, statement, reporter)
    span = (sentence[0], statement.first) if reporter[0] < statement.first else (statement.last, sentence[1])
    cue = statement.attribution.cue
    if cue is not None and not (cue[0] > statement.last > reporter[0] or cue[0] < statement.first < reporter[0]):
        return None
    return _nearest(text, [span], reporter, published)


def _beside(text: str, statement: Statement, cue: Span) -> Iterator[Span]:
    start, end = _sentence(text, statement, cue)
    if cue[0] < statement.first:
        yield start, statement.first
    elif cue[0] >= statement.last:
        yield statement.last, end
        yield start, statement.first
    else:
        content = statement.attribution.content
        yield max((stop for _, stop in content if stop <= cue[0]), default=start), cue[0]
        yield cue[1], min((begin for begin, _ in content if begin >= cue[1]), default=end)


def _sentence(text: str, statement: Statement, cue: Span) -> Span:
    start, end = statement.clause or statement.paragraph
    if end - start > LONGEST:
        start, end = max(start, cue[0] - LONGEST // 2), min(end, cue[1] + LONGEST // 2)
    return next((span for span in _sentences(text, start, end) if span[0] <= cue[0] < span[1]), (start, end))


@lru_cache(maxsize=8)
def _sentences(text: str, start: int, end: int) -> tuple[Span, ...]:
    return tuple(sentences(text, (start, end)))


def _nearest(text: str, spans: list[Span], cue: Span, published: date | None) -> SaidOn | None:
    found: list[tuple[int, SaidOn]] = []
    asides = [
        aside.span()
        for start, end in spans
        for aside in _BESIDE_SUBJECT.finditer(text, start, end)
        if not aside.start() <= cue[0] < aside.end()
    ]
    for start, end in spans:
        at = start
        while at < end and (said_on := read_said_on(text, published, (at, end))) is not None:
            first, last = said_on.span
            if _SINCE.search(text[max(0, first - 10) : last]) is None and not any(
                begin <= first < stop for begin, stop in asides
            ):
                found.append((max(0, first - cue[1], cue[0] - last), said_on))
            at = last
    return min(found, key=lambda entry: entry[0])[1] if found else None
