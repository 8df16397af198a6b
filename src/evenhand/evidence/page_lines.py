"""Which lines of a saved page are the article and which are the page around it, each that is left out with a reason.

A sentence between the first and the last sentence of the article is never left out, whatever its words are: within
them only lines without an end go that have the shape of a menu, button, date, by-line or caption.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from evenhand.evidence.bylines import are_names, is_byline, is_credit, is_signature
from evenhand.evidence.page_dates import is_date_line
from evenhand.evidence.page_families import announces, begins_with_time, family, is_list_heading
from evenhand.evidence.page_head import dateline, is_caption
from evenhand.evidence.text_spans import lines
from evenhand.model.claims import Span

_BLANKS: Final = " \t\r\n\f\v\u00a0\u2028\u2029\u200b\ufeff"
_LONG: Final = 700
_SHORT: Final = 8
"""Words up to which a line without an end is no paragraph where it stands before or behind the article."""
_HEADLINE: Final = 40
_TITLE_WITHIN: Final = 200
_TEASER: Final = 14
"""Words up to which a line without an end, above the first sentence or below the last, is a title or a summary."""
_QUESTION: Final = 16
_SENTENCE_END: Final = re.compile(r"[.!?…。！？।؟۔።]['\"”’»)\]›]*\s*(?:\[\d{1,3}\]\s*)*$")
_PLAIN_STOP: Final = re.compile(r"[.。।۔።]['\"”’»)\]]*\s*$")
_UNNAMED: Final = ("long", "short", "announced")
_SEPARATOR: Final = re.compile(r"\s[|>»›/]\s")
_NUMBERED: Final = re.compile(r"\s*(?:\d{1,2}[.)]|[•*·▪-])\s+\S")

Role = Literal["blank", "body", "headline", "date", "byline", "caption", "credit", "dropped"]


_HEAD: Final[Mapping[str, Role]] = {"date": "date", "byline": "byline", "caption": "caption", "credit": "credit"}


class PageLine(NamedTuple):
    """A line (or the lines of one wrapped paragraph): what it is, and for one left out the rule."""

    role: Role
    rule: str = ""


class Unit(NamedTuple):
    """One line, or several that a mail or a PDF broke a paragraph into; numbers from 0, end exclusive."""

    first: int
    end: int
    text: str
    kind: str
    """`sentence`, `long` (more than eight words), `short`, or the family, `date`, `byline`, `caption`, `credit`."""
    sentence: bool
    words: int
    dateline: bool = False

    @property
    def opens(self) -> bool:
        """Return whether it is the first paragraph of a report, finished or not."""
        return self.dateline and self.words > _SHORT


def page_lines(text: str, title: str | None = None, captions: Collection[str] = ()) -> list[PageLine]:
    """Return what each line of a text is, in order; `title` and `captions` are lines known to be such."""
    spans = lines(text)
    units = [_known(unit, number, title, captions) for number, unit in enumerate(_units(text, spans))]
    found = [PageLine("blank")] * len(spans)
    for unit, role in zip(units, _roles(units), strict=True):
        for number in range(unit.first, unit.end):
            if text[slice(*spans[number])].strip(_BLANKS):
                found[number] = role
    return found


def paragraphs(text: str, body: Sequence[int]) -> list[Span]:
    """Return the spans of the paragraphs that body lines (from 1) make; lines that wrapping made are one span."""
    spans = lines(text)
    held = set(body)
    found: list[Span] = []
    for first, end in _wrapped(text):
        run = [number for number in range(first, end) if number + 1 in held]
        if run:
            found.append((spans[run[0]][0], spans[run[-1]][1]))
    return found


def _units(text: str, spans: Sequence[Span]) -> list[Unit]:
    units = []
    for first, end in _wrapped(text):
        start, stop = spans[first][0], spans[end - 1][1]
        tail = text[max(start, stop - 80) : stop]
        if stop - start > _LONG:
            found, _, _ = dateline(text, (start, stop))
            units.append(Unit(first, end, "", "sentence", True, _LONG, found is not None))
            continue
        line = " ".join(text[start:stop].split()) if end > first + 1 else text[start:stop].strip(_BLANKS)
        sentence, words = bool(_SENTENCE_END.search(tail.rstrip(_BLANKS))), len(line.split())
        has_dateline = any(dateline(line, (0, len(line)))[:2]) and not is_date_line(line)
        units.append(Unit(first, end, line, _kind(line, sentence, words, has_dateline), sentence, words, has_dateline))
    return units


def _known(unit: Unit, number: int, title: str | None, captions: Collection[str]) -> Unit:
    if unit.text and unit.text == title and number < _TITLE_WITHIN:
        return unit._replace(kind="title", sentence=False)
    return unit._replace(kind="caption", sentence=False) if unit.text in captions else unit


def _kind(line: str, sentence: bool, words: int, has_dateline: bool) -> str:
    if has_dateline and words > _SHORT:
        return "sentence" if sentence else "long"
    if found := _head_kind(line):
        return found
    if sentence:
        return "sentence"
    return "announced" if announces(line) else "long" if words > _SHORT else "short"


def _head_kind(line: str) -> str | None:
    """Return the family of a line of the page, or which line of the head it is."""
    if is_credit(line):
        return "credit"
    if line[:3].lower() == "by " and is_byline(line):
        return "byline"
    if name := family(line):
        return name
    checks = {"date": is_date_line, "byline": is_byline, "caption": is_caption}
    return next((kind for kind, holds in checks.items() if holds(line)), None)


@lru_cache(maxsize=2)
def _wrapped(text: str) -> tuple[tuple[int, int], ...]:
    """Return first and end of each paragraph: one line, or the lines that a fixed width broke it into."""
    spans = lines(text)
    full = [number for number, (start, end) in enumerate(spans) if text[start : min(end, start + 400)].strip(_BLANKS)]
    width = _wrap_width(text, spans, full)
    if not width:
        return tuple((number, number + 1) for number in full)
    found: list[tuple[int, int]] = []
    for number in full:
        if found and found[-1][1] == number and _continues(text, spans[number - 1], spans[number], width):
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return tuple(found)


def _wrap_width(text: str, spans: Sequence[Span], full: Sequence[int]) -> int:
    """Return the width at which lines were broken, 0 where each line is a paragraph of its own.

    Broken text is known by lines that stop without an end near the width and go on below in small letters.
    """
    longest = max((spans[number][1] - spans[number][0] for number in full), default=0)
    if not 40 <= longest <= 130:
        return 0
    below = [
        text[spans[after][0] : spans[after][0] + 40].lstrip(_BLANKS + ">")[:1].islower()
        for before, after in pairwise(full)
        if after == before + 1 and spans[before][1] - spans[before][0] >= 0.6 * longest
    ]
    return longest if len(below) >= 2 and sum(below) >= 0.4 * len(below) else 0


def _continues(text: str, above: Span, line: Span, width: int) -> bool:
    """Return whether a line goes on where that above was broken: its first word had no room there, or is small."""
    words, below = text[slice(*above)].strip(_BLANKS), text[slice(*line)].strip(_BLANKS)
    if _NUMBERED.match(below) or family(below) or is_credit(below) or is_date_line(below) or is_byline(below):
        return False
    had_room = len(words) + 1 + len(below.split()[0]) < 0.85 * width
    return not had_room or (below[:1].islower() and not _SENTENCE_END.search(words) and 2 * len(words) > width)


def _roles(units: Sequence[Unit]) -> list[PageLine]:
    """Return the role of each unit, by where it stands: before the headline, within the article, or behind it."""
    core = [number for number, unit in enumerate(units) if unit.kind == "sentence" or unit.opens]
    headline = _headline(units, core)
    core = [number for number in core if number != headline and not _is_before(units[number], number, headline)]
    if not core:
        return [_outside(unit, number, headline, "no sentence") for number, unit in enumerate(units)]
    first, last = core[0], _last(units, core)
    found = []
    listed = chrome = False
    for number, unit in enumerate(units):
        if number == headline:
            found.append(PageLine("headline"))
        elif first <= number <= last:
            listed = listed and (unit.first == units[number - 1].end or bool(_NUMBERED.match(unit.text)))
            role = _inside(unit, listed)
            listed = role.role != "body" and (listed or is_list_heading(unit.kind, unit.text))
            found.append(role)
        elif number < first:
            named = headline is not None and number > headline and _is_author(units, number, headline)
            found.append(
                PageLine("byline", "byline") if named else _outside(unit, number, headline, "before the article")
            )
        else:
            signed = number == last + 1 and is_signature(unit.text)
            credited = any(other.kind == "credit" for other in units[first:number])
            found.append(PageLine("byline", "byline") if signed else _behind(unit, chrome, credited))
            chrome = chrome or found[-1].role == "dropped"
    return found


def _headline(units: Sequence[Unit], core: Sequence[int]) -> int | None:
    """Return the longest line without a full stop before the article; a question may be one.

    Where a sentence of the page stands above it, such as one about cookies, it is looked for before the first date,
    by-line or dateline; below two sentences nothing is a headline.
    """
    title = next((number for number, unit in enumerate(units) if unit.kind == "title"), None)
    if title is not None:
        return title
    limits = [core[0] if core else len(units)]
    anchor = next(
        (number for number, unit in enumerate(units) if unit.kind in ("date", "byline") or unit.dateline), None
    )
    if anchor is not None and core and core[0] < anchor < core[-1]:
        limits.append(anchor)
    for limit in limits:
        above = [number for number in range(limit) if _may_be_headline(units[number])]
        above += [number for number in core[:1] if number == limit and len(core) > 1 and _is_question(units[number])]
        above = [number for number in above if sum(other < number for other in core[:2]) < 2]
        if above:
            return max(above, key=lambda number: (units[number].kind != "announced", len(units[number].text)))
    return None


def _may_be_headline(unit: Unit) -> bool:
    if begins_with_time(unit.text):
        return False  # an entry of a live blog: "21:40 Grid operator apologises"
    if len(_SEPARATOR.findall(unit.text)) > 1:
        return False
    if unit.kind == "sentence":
        return not _PLAIN_STOP.search(unit.text) and 2 < unit.words <= _HEADLINE and not unit.dateline
    return unit.kind in _UNNAMED and 1 < unit.words <= _HEADLINE and not unit.text.endswith((",", ";"))


def _is_question(unit: Unit) -> bool:
    return unit.text.endswith(("?", "!")) and 2 < unit.words <= _QUESTION and unit.text[:1] not in "\"“„«‘'"


def _is_before(unit: Unit, number: int, headline: int | None) -> bool:
    """Return whether a short sentence stands before the headline: a page's own words."""
    return headline is not None and number < headline and unit.words <= 25


def _last(units: Sequence[Unit], core: Sequence[int]) -> int:
    """Return the last sentence of the article: that before the credit line, where most of the text stands there."""
    credit = next((number for number in range(core[0] + 1, len(units)) if units[number].kind == "credit"), None)
    before = [number for number in core if credit is None or number < credit]
    behind = [number for number in core if credit is not None and number > credit]
    weigh = [sum(units[number].words for number in part) for part in (before, behind)]
    return before[-1] if weigh[0] >= weigh[1] else core[-1]


def _inside(unit: Unit, listed: bool) -> PageLine:
    if unit.sentence and unit.kind != "credit":
        return PageLine("body")
    if unit.kind in _HEAD:
        return PageLine(_HEAD[unit.kind], unit.kind)
    if listed and (unit.kind == "short" or _NUMBERED.match(unit.text)):
        return PageLine("dropped", "related")
    if unit.kind in ("long", "short"):
        return PageLine("body")
    return PageLine("dropped", unit.kind)


def _outside(unit: Unit, number: int, headline: int | None, rule: str) -> PageLine:
    """Return what a line before the article is; a long one behind the headline belongs to it."""
    if number == headline:
        return PageLine("headline")
    if unit.kind in _HEAD:
        return PageLine(_HEAD[unit.kind], unit.kind)
    behind = headline is None or number > headline
    if behind and (
        unit.kind == "sentence" or _is_paragraph(unit) or (unit.kind == "short" and unit.text.endswith(":"))
    ):
        return PageLine("body")
    return PageLine("dropped", rule if unit.kind in ("long", "short", "sentence") else unit.kind)


def _is_paragraph(unit: Unit) -> bool:
    return unit.kind == "long" and (unit.words > _TEASER or unit.opens or unit.text.endswith((":", ",")))


def _is_author(units: Sequence[Unit], number: int, headline: int) -> bool:
    """Return whether a line is a name alone, or two, below the headline or beside a date: an author's."""
    beside = [units[other].kind for other in (number - 1, number + 1) if 0 <= other < len(units)]
    near = "date" in beside or number == headline + 1
    return units[number].kind == "short" and near and are_names(units[number].text)


def _behind(unit: Unit, chrome: bool, credited: bool) -> PageLine:
    """Return what a line behind the last sentence is: a long one is the article's unless the page has begun again."""
    if unit.kind in _HEAD:
        return PageLine(_HEAD[unit.kind], unit.kind)
    if unit.kind in ("long", "short", "sentence"):
        rule = "after the credit line" if credited else "after the article"
        return PageLine("body") if _is_paragraph(unit) and not chrome and not credited else PageLine("dropped", rule)
    return PageLine("dropped", unit.kind)
