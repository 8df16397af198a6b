"""Statements that a first reading of a text leaves out: short acts, set forms, words that report, second verbs."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from evenhand.evidence.attributions import Attribution
from evenhand.evidence.drafts import Reading
from evenhand.evidence.noun_reports import find_noun_reports, is_charge
from evenhand.evidence.plain_reports import find_plain_reports, find_shared_reports
from evenhand.evidence.short_speech import find_short_speech
from evenhand.evidence.statements import Statement, says_no_name
from evenhand.model.claims import Section, Span

LONGEST: Final = 6_000
"""Of a longer paragraph the beginning is read for set forms."""


def with_further_statements(
    reading: Reading, paragraphs: Sequence[Span], sections: Sequence[Section], known: Sequence[Statement]
) -> list[Statement]:
    """Return the known statements and those that they leave out, in no order; none twice.

    One that stands within the content of another is nested in it.
    """
    text = reading.text
    found = [statement for statement in known if not is_charge(text, statement.attribution.speaker_phrase)]
    by_paragraph: dict[Span, list[Statement]] = {}
    for statement in found:
        by_paragraph.setdefault(statement.paragraph, []).append(statement)
    for section, paragraph, passage in zip(sections, paragraphs, reading.passages, strict=True):
        span = (paragraph[0], min(paragraph[1], paragraph[0] + LONGEST))
        beside = by_paragraph.get(paragraph, [])
        added = _added(text, span, [*find_plain_reports(text, span), *find_short_speech(text, passage)], beside)
        for statement in added:
            statement.section, statement.paragraph = section, paragraph
        found += added
    return found


def _added(text: str, span: Span, attributions: Sequence[Attribution], beside: Sequence[Statement]) -> list[Statement]:
    added: list[Statement] = []
    for attribution in attributions:
        if says_no_name(text, attribution.content[0][0]):
            continue
        others = [other for other in (*beside, *added) if _overlap(attribution.content[0], other)]
        if all(_is_noun_within(attribution.content[0], other) for other in others):
            statement = Statement(attribution, "body", span, target=attribution.target)
            for other in others:
                _nest(other, statement)
            added.append(statement)
    added += _second_verbs(text, span, [*beside, *added])
    return added + list(_in_nouns(text, span, [*beside, *added]))


def _overlap(span: Span, statement: Statement) -> bool:
    return any(start < span[1] and span[0] < end for start, end in statement.attribution.content)


def _is_noun_within(content: Span, other: Statement) -> bool:
    """Return whether a statement is what a noun within a content reports: "denied the union's claim that C"."""
    cue = other.attribution.cue
    within = cue is not None and content[0] <= cue[0] and other.last <= content[1]
    return within and other.attribution.cue_lemma is not None and "z" in other.attribution.frames


def _nest(inner: Statement, outer: Statement) -> None:
    """Put a statement into another one; what is denied accuses."""
    inner.parent = outer
    if outer.attribution.stance in {"denies", "refuses"} and inner.attribution.stance == "asserts":
        inner.attribution = msgspec.structs.replace(inner.attribution, stance="accuses")


def _in_nouns(text: str, span: Span, beside: Sequence[Statement]) -> Iterator[Statement]:
    starts: set[int] = set()
    for attribution in find_noun_reports(text, span):
        content, cue = attribution.content[0], attribution.cue or attribution.content[0]
        holding = next((other for other in beside if other.first <= cue[0] and content[1] <= other.last), None)
        taken = any(_overlap(content, other) for other in beside if other is not holding)
        if taken or content[0] in starts or (holding is not None and holding.first == content[0]):
            continue
        starts.add(content[0])
        statement = Statement(attribution, "body", span)
        if holding is not None:
            _nest(statement, holding)
        yield statement


def _second_verbs(text: str, span: Span, beside: Sequence[Statement]) -> Iterator[Statement]:
    """Yield what a second verb of a sentence reports, by the speaker of the first."""
    for attribution in find_shared_reports(text, span):
        if any(
            other.first <= attribution.content[0][0] and other.attribution.cue == attribution.cue for other in beside
        ):
            continue
        source = _sharing(text, attribution, beside)
        if source is not None and not _begins_within(attribution, beside, source):
            _end_before(source, attribution)
            yield Statement(attribution, "body", span, source=source)


def _begins_within(attribution: Attribution, beside: Sequence[Statement], source: Statement) -> bool:
    return any(_overlap(attribution.content[0], other) for other in beside if other is not source)


def _sharing(text: str, attribution: Attribution, beside: Sequence[Statement]) -> Statement | None:
    """Return the statement before in a sentence, whose speaker a second verb shares; None where there is none."""
    start = (attribution.cue or attribution.content[0])[0]
    before = [
        other
        for other in beside
        if other.attribution.cue is not None
        and other.attribution.cue[1] <= start
        and other.first < start
        and other.attribution.speaker_span is not None
        and "." not in text[other.last : start]
        and not any(first <= start < last for first, last in other.attribution.inner_quotes)
    ]
    return max(before, key=lambda other: other.first, default=None)


def _end_before(source: Statement, attribution: Attribution) -> None:
    """Cut a statement before the second verb, if it holds it."""
    start = (attribution.cue or attribution.content[0])[0] - len(" and")
    if source.first < start < source.last:
        content = tuple((first, min(last, start)) for first, last in source.attribution.content if first < start)
        source.attribution = msgspec.structs.replace(source.attribution, content=content)
