"""What a text says that somebody said, cut to size: one statement a claim, with what stands beside it told apart.

A quotation that goes on in a new sentence is a statement of its own; "a day after …" and "citing …" are no part of what
was said; whom a statement accuses is its target.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import msgspec

from evenhand.evidence.attributions import Attribution, find_attributions, finished
from evenhand.evidence.drafts import Reading
from evenhand.evidence.reported_accusations import reported_accusation
from evenhand.evidence.reported_dates import read_said_on
from evenhand.model.claims import Section, Span

_BETWEEN: Final = re.compile(r"[.!?][”\"’»)]*\s")
# Clauses of the reporter behind what is reported.
_TAIL: Final = re.compile(
    r",\s+(?:(?:a|an|one|two|three|several|\w+)\s+(?:days?|weeks?|months?|years?|hours?|minutes)\s+(?:after|before)"
    r"|(?:just |shortly |days |hours |weeks |months )?(?:after|before)(?!\s+(?:all|long)\b)|while|prompting|triggering"
    r"|citing|quoting|as it \w+ed|following)\s"
    r"|,\s+(?:(?:which|something|an? (?:charge|claim|accusation|allegation|suggestion))\s)(?:that\s|which\s)?"
    r"(?=[^,.;“”\"]{2,60}?\s(?:has |have |had |\w+ly )?(?:den(?:y|ies|ied)|reject(?:s|ed)?|dismiss(?:es|ed)?"
    r"|disput(?:es?|ed))\b)"
    r"|\s+and\s+(?:\w+ly\s+)?(?:[a-z]{3,}ed|put|cut|took|gave|made|shut|withdrew|sent|left)\s+(?:them|it|him|her|the|its|his|their|a|an|all)\b",
    re.IGNORECASE,
)
_CITED: Final = re.compile(
    r",\s+(?P<cue>citing|quoting)\s+(?P<who>[^.;:“”\"\n]{3,120}?)(?=[.;,]|\s+(?:that|who|which|as)\b|$)"
)
_CITED_BETWEEN: Final = re.compile(r",\s(?P<cue>citing|quoting)\s(?P<who>[^,.;:“”\"\n]{3,80}),\s$")
_RELAY: Final = re.compile(r"\s(?:by|in)\s(?P<who>[^,.;:“”\"\n]{3,60}?)(?=[,.;]|\s(?:on|after|that|in)\b|$)")
_SUBJECT_END: Final = re.compile(
    r"\s(?:was|were|is|are|has|have|had|will|would|could|should|must|may|might|can|did|does|do|never|not|[a-z]{3,}ed"
    r"|says|denies|broke|took|gave|made|sold|bought|paid|hid|kept|knew|let|lied|ran|told)\b"
)
_MARKS: Final = '“”"«»„'
_ASKED_NO_NAME: Final = re.compile(
    r"(?:not to be (?:named|identified|quoted)|(?:for )?anonymity|that (?:his|her|their) names?)\b"
)
LONGEST: Final = 4_000
"""Of a longer paragraph the beginning is looked at for what stands beside a statement."""


@dataclass(slots=True, eq=False)
class Statement:
    """An attribution with its place: its section and paragraph, whom it accuses, and the statements it depends on.

    `clause` is the part of the sentence that its dates stand in, where that is not all of it.
    """

    attribution: Attribution
    section: Section
    paragraph: Span
    target: Span | None = None
    source: "Statement | None" = None
    parent: "Statement | None" = None
    reported_by: Span | None = None
    reported_cue: Span | None = None
    clause: Span | None = None

    @property
    def first(self) -> int:
        """Return where the content begins."""
        return self.attribution.content[0][0]

    @property
    def last(self) -> int:
        """Return where the content ends."""
        return self.attribution.content[-1][1]


def find_statements(reading: Reading, paragraphs: Sequence[Span], sections: Sequence[Section]) -> list[Statement]:
    """Return the statements of some paragraphs that were read, in the order of the text."""
    text, attributions = reading.text, finished(reading)
    found: list[Statement] = []
    placed: dict[int, Statement] = {}
    at = 0
    for number, attribution in enumerate(attributions):
        while at + 1 < len(paragraphs) and paragraphs[at][1] <= attribution.content[0][0]:
            at += 1
        statement = Statement(attribution, sections[at], paragraphs[at])
        statement.reported_by, statement.reported_cue = attribution.reported_by, attribution.reported_cue
        placed[number] = statement
        found.append(statement)
    for number, attribution in enumerate(attributions):
        statement = placed[number]
        statement.source = placed.get(attribution.resolved_by) if attribution.resolved_by is not None else None
        statement.parent = placed.get(attribution.nested_in) if attribution.nested_in is not None else None
    whole = [piece for statement in found for piece in _pieces(text, statement)]
    tails = [(statement, tail) for statement in whole if (tail := _cut(text, statement))]
    return [statement for statement in whole + _behind(text, tails) if not says_no_name(text, statement.first)]


def says_no_name(text: str, at: int) -> bool:
    """Return whether a content is only that its speaker is not to be named."""
    return _ASKED_NO_NAME.match(text, at) is not None


def _behind(text: str, tails: Sequence[tuple[Statement, Span]]) -> list[Statement]:
    """Return the statements in what the reporter adds: "…, a day after the firm accused it of C"."""
    spans = [tail for _, tail in tails]
    found: list[Statement] = []
    if not spans:
        return found
    for attribution in find_attributions(text, spans):
        beside = next(statement for statement, tail in tails if tail[0] <= attribution.content[0][0] < tail[1])
        statement = Statement(attribution, beside.section, beside.paragraph)
        statement.clause = next(tail for _, tail in tails if tail[0] <= attribution.content[0][0] < tail[1])
        _cut(text, statement)
        found.append(statement)
    return found


def _pieces(text: str, statement: Statement) -> list[Statement]:
    """Return a quotation as one statement a run of sentences: behind "…,” she said." begins another one."""
    content = statement.attribution.content
    groups: list[list[Span]] = [[content[0]]]
    for span in content[1:]:
        between = text[groups[-1][-1][1] : span[0]]
        if between.strip() and _BETWEEN.search(between + " "):
            groups.append([span])
        else:
            groups[-1].append(span)
    if len(groups) == 1:
        return [statement]
    cue = statement.attribution.cue
    main = next(
        (at for at, group in enumerate(groups[:-1]) if cue and group[-1][1] <= cue[0] < groups[at + 1][0][0]), 0
    )
    found = []
    for at, group in enumerate(groups):
        piece = statement if at == main else Statement(statement.attribution, statement.section, statement.paragraph)
        piece.attribution = _part(statement.attribution, tuple(group), carried=at != main)
        piece.source = statement.source if at == main else statement
        found.append(piece)
    return found


def _part(attribution: Attribution, content: tuple[Span, ...], *, carried: bool) -> Attribution:
    first, last = content[0][0], content[-1][1]

    def within(spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(span for span in spans if first <= span[0] and span[1] <= last)

    changes: dict[str, object] = (
        {"resolution": "continuation", "speaker_span": None, "cue": None, "cue_lemma": None, "stance": "asserts"}
        if carried
        else {}
    )
    return msgspec.structs.replace(
        attribution, content=content, inner_quotes=within(attribution.inner_quotes),
        elisions=within(attribution.elisions), insertions=within(attribution.insertions),
        hedge=attribution.hedge if attribution.hedge and within([attribution.hedge]) else None, **changes,
    )  # fmt: skip


def _cut(text: str, statement: Statement) -> Span | None:
    """Cut what the reporter adds behind reported words, and return it; note who is cited and who is accused."""
    attribution = statement.attribution
    _relay(text, statement)
    if attribution.form == "direct":
        return None
    first, last = statement.first, statement.last
    cites = _cites(text, statement.paragraph)
    cited = _CITED.search(text, first, min(statement.paragraph[1], last + 160, first + LONGEST)) if cites else None
    until = max(last, attribution.cue[1] + 40) if attribution.cue else last
    if cited and statement.reported_by is None and cited.start() <= until and ". " not in text[last : cited.start()]:
        statement.reported_by, statement.reported_cue = cited.span("who"), cited.span("cue")
    tail = _TAIL.search(text, first, min(last, first + LONGEST))
    if cites and statement.reported_by is None and attribution.cue and attribution.cue[1] <= first:
        between = _CITED_BETWEEN.search(text, statement.paragraph[0], attribution.cue[0])
        between = between or _CITED_BETWEEN.search(text, attribution.cue[1], first)
        if between:
            statement.reported_by, statement.reported_cue = between.span("who"), between.span("cue")
    left = None
    if tail and tail.start() > first + 3 and not _in_quotes(attribution, tail.start()):
        statement.attribution = _part(attribution, _up_to(attribution.content, tail.start()), carried=False)
        left = (tail.end(), last)
    statement.target = _target(text, statement)
    return left


@lru_cache(maxsize=8)
def _cites(text: str, paragraph: Span) -> bool:
    """Return whether a paragraph has a word by which somebody is cited: most have none."""
    return text.find("citing", *paragraph) >= 0 or text.find("quoting", *paragraph) >= 0


def _relay(text: str, statement: Statement) -> None:
    """Note through whom words came that somebody "was quoted as saying by" an agency."""
    cue = statement.attribution.cue
    if cue is None or not text[max(0, cue[0] - 11) : cue[0]].endswith("quoted as "):
        return
    if statement.reported_by is None and (relay := _RELAY.match(text, cue[1])) is not None:
        statement.reported_by, statement.reported_cue = relay.span("who"), cue


def _in_quotes(attribution: Attribution, at: int) -> bool:
    return any(start <= at < end for start, end in attribution.inner_quotes)


def _up_to(content: tuple[Span, ...], end: int) -> tuple[Span, ...]:
    return tuple((start, min(stop, end)) for start, stop in content if start < end)


def _target(text: str, statement: Statement) -> Span | None:
    """Return whom a statement is about: who is accused in it, or "of" it, else the subject of what is said."""
    attribution, first = statement.attribution, statement.first
    if attribution.cue and "o" in attribution.frames and attribution.cue[1] < first:
        return _without_day(text, _trimmed(text, (attribution.cue[1], first)))
    accusation = reported_accusation(text, attribution.content)
    if accusation is not None:
        return _without_day(text, _trimmed(text, accusation.accused)) if accusation.accused else None
    start = first + 5 if text[first : first + 5].casefold() == "that " else first
    end = _SUBJECT_END.search(text, start, min(statement.last, start + 200))
    if end is None or any(mark in text[start : end.start()] for mark in _MARKS):
        return None
    return _without_day(text, _trimmed(text, (start, end.start())))


def _without_day(text: str, span: Span | None) -> Span | None:
    """Return a target without the day behind it: "accused the firm on Monday of C"."""
    day = read_said_on(text, None, span) if span else None
    if span is None or day is None or day.span[1] < span[1] or day.span[0] <= span[0]:
        return span
    return _trimmed(text, (span[0], day.span[0]))


def _trimmed(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start] in " ,\t":
        start += 1
    while end > start and text[end - 1] in " ,\t":
        end -= 1
    return (start, end) if start < end else None
