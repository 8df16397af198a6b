"""Quotations of a text by its marks, paragraph by paragraph; apostrophes are never marks, nothing raises."""

import re
from collections.abc import Sequence
from typing import Final

from evenhand.model.claims import Span
from evenhand.model.record import Record

# Marks that come doubled ('' and ``) count as one double mark.
# One class first: a search skips to its characters.
_MARK: Final = re.compile(r"[“”\"„«»‟‘’'‚‛‹›](?:(?<=')'|(?<=’)’|(?<=‘)‘)?")
_MARK_OR_GRAVE: Final = re.compile(r"[“”\"„«»‟]|''|``|’’|‘‘|[‘’'‚‛‹›]")
_DOUBLE: Final = frozenset({"“", "”", '"', "„", "‟", "''", "``", "’’", "‘‘"})
_ANGLE: Final = frozenset({"«", "»"})
_OPENS_AFTER: Final = frozenset('([{“”„‟"‘«')
_CLOSES_BEFORE: Final = frozenset('.,;:!?)]}…“”„‟"’»')
_SENTENCE_END: Final = frozenset(".,!?…")
_OPENING: Final = frozenset("“”\"„‟«»'‘`")
_VERB: Final = "(?:said|says|added|told|wrote|asked|replied|warned|insisted|explained)"
_SPEAKER: Final = re.compile(
    rf"[,?!]\s(?:{_VERB}\s(?:[^\W\d_a-z]|the\s|an?\s|one\s)"
    rf"|(?:he|she|they|it|(?:[Tt]he\s)?(?:[\w’'-]+\s){{0,3}}?[^\W\d_a-z][\w’'-]+|the\s(?:[\w-]+\s)?[\w-]+)\s{_VERB}(?=[\s.,;:]|$))"
)
"""Where a speaker is named behind words whose mark is never closed."""
MOST_MARKS: Final = 2000
"""Marks of one paragraph that are looked at; the rest of a longer one is read as plain text."""


class Quotation(Record, frozen=True, kw_only=True):
    """Words in marks: `span` with its marks, `paragraph` from 0, `closed` where the closing mark stands there.

    `continues` is the index of the quotation whose unclosed paragraph this one goes on with.
    """

    span: Span
    paragraph: int
    closed: bool = True
    single: bool = False
    continues: int | None = None


def find_quotations(text: str, paragraphs: Sequence[Span]) -> list[Quotation]:
    """Return the outermost quotations of each paragraph, in order.

    Curly, straight and German double marks are read alike, by what stands beside them, so that a change of their shape
    changes no span. An unclosed mark ends with its paragraph; the next one continues it when it opens with a mark.
    """
    found: list[Quotation] = []
    open_before: int | None = None
    for number, paragraph in enumerate(paragraphs):
        marked = _pairs(text, paragraph)
        if marked and not marked[-1][1] and not _goes_on(text, paragraphs[number + 1 : number + 2]):
            marked[-1] = _up_to_speaker(text, marked[-1])
        for order, (span, closed, single) in enumerate(marked):
            goes_on = open_before is not None and order == 0 and _is_first(text, paragraph, span)
            found.append(
                Quotation(
                    span=span,
                    paragraph=number,
                    closed=closed,
                    single=single,
                    continues=open_before if goes_on else None,
                )
            )
        open_before = len(found) - 1 if marked and not marked[-1][1] else None
    return found


def count_marks(text: str, span: Span) -> int:
    """Return how many double marks and guillemets a part of a text has, beyond those that are looked at too."""
    return sum(text.count(mark, *span) for mark in '“”"„«»‟')


def _goes_on(text: str, following: Sequence[Span]) -> bool:
    """Return whether the next paragraph opens with a mark: only then does an open quotation go on in it."""
    return any(text[start:end].lstrip()[:1] in _OPENING for start, end in following)


def _up_to_speaker(text: str, marked: tuple[Span, bool, bool]) -> tuple[Span, bool, bool]:
    """Return an open quotation up to where its speaker is named, as if it closed there: “It was late, she said."""
    (start, end), _, single = marked
    speaker = _SPEAKER.search(text, start + 2, end)
    return ((start, speaker.start() + 1), True, single) if speaker else marked


def _is_first(text: str, paragraph: Span, span: Span) -> bool:
    return not text[paragraph[0] : span[0]].strip()


def _pairs(text: str, paragraph: Span) -> list[tuple[Span, bool, bool]]:
    start, end = paragraph
    marks = []
    pattern = _MARK if text.find("``", start, end) < 0 else _MARK_OR_GRAVE
    for match in pattern.finditer(text, start, end):
        marks.append(match)
        if len(marks) == MOST_MARKS:
            break
    if not marks:
        return []
    doubles = _double_pairs(text, paragraph, [mark for mark in marks if mark[0] in _DOUBLE])
    doubles += _angle_pairs(doubles, [mark for mark in marks if mark[0] in _ANGLE])
    singles = [mark for mark in marks if len(mark[0]) == 1 and mark[0] in "‘’'‚‛"]
    both = [(span, closed, False) for span, closed in doubles]
    both += [(span, True, True) for span in _single_pairs(text, paragraph, singles, [span for span, _ in doubles])]
    return sorted(both)


def _direction(text: str, paragraph: Span, mark: re.Match[str]) -> str:
    """Return `open`, `close` or `either`, by the characters on both sides."""
    before = text[mark.start() - 1] if mark.start() > paragraph[0] else " "
    after = text[mark.end()] if mark.end() < paragraph[1] else " "
    free_before, free_after = before.isspace() or before in _OPENS_AFTER, after.isspace() or after in _CLOSES_BEFORE
    if free_after and not before.isspace():
        return "close"
    if free_before and not free_after:
        return "open"
    return "either"


def _double_pairs(text: str, paragraph: Span, marks: list[re.Match[str]]) -> list[tuple[Span, bool]]:
    ways = [_direction(text, paragraph, mark) for mark in marks]
    nested = _nested_pairs(marks, ways)
    return _flat_pairs(text, paragraph, marks, ways) if nested is None else nested


def _nested_pairs(marks: list[re.Match[str]], ways: list[str]) -> list[tuple[Span, bool]] | None:
    """Return the outermost pairs where every mark has its partner, None where one has not."""
    found: list[tuple[Span, bool]] = []
    opened: list[int] = []
    for mark, way in zip(marks, ways, strict=True):
        if way == "open" or (way == "either" and not opened):
            opened.append(mark.start())
        elif not opened:
            return None
        else:
            begin = opened.pop()
            if not opened:
                found.append(((begin, mark.end()), True))
    return None if opened else found


def _is_within_marks(text: str, start: int, end: int) -> bool:
    """Return whether only marks stand between: those that close the quotations within one."""
    return all(char in "”\"’'»" for char in text[start:end])


def _flat_pairs(text: str, paragraph: Span, marks: list[re.Match[str]], ways: list[str]) -> list[tuple[Span, bool]]:
    found: list[tuple[Span, bool]] = []
    begin: int | None = None
    for mark, way in zip(marks, ways, strict=True):
        if begin is None and way == "close" and found and _is_within_marks(text, found[-1][0][1], mark.start()):
            found[-1] = ((found[-1][0][0], mark.end()), True)
        elif begin is None:
            begin = None if way == "close" else mark.start()
        elif way != "open":
            found.append(((begin, mark.end()), True))
            begin = None
    if begin is not None:
        found.append(((begin, paragraph[1]), False))
    return found


def _angle_pairs(doubles: list[tuple[Span, bool]], marks: list[re.Match[str]]) -> list[tuple[Span, bool]]:
    """Return pairs of « and », or of » and «, outside of other quotations."""
    found = []
    begin: re.Match[str] | None = None
    for mark in marks:
        if any(start <= mark.start() < end for (start, end), _ in doubles):
            continue
        if begin is None:
            begin = mark
        elif begin[0] != mark[0]:
            found.append(((begin.start(), mark.end()), True))
            begin = None
    return found


def _single_pairs(text: str, paragraph: Span, marks: list[re.Match[str]], taken: list[Span]) -> list[Span]:
    """Return pairs of single marks; one without a partner is an apostrophe."""
    found: list[Span] = []
    begin: int | None = None
    likely: Span | None = None
    for mark in marks:
        if any(start <= mark.start() < end for start, end in taken):
            continue
        way = _direction(text, paragraph, mark)
        if way == "open" and _starts_word(text, mark.end()):
            if likely:
                found.append(likely)
            begin, likely = mark.start(), None
        elif way == "close" and begin is not None:
            likely = likely or (begin, mark.end())
            if text[mark.start() - 1] in _SENTENCE_END or not _is_possessive(text, mark):
                found.append((begin, mark.end()))
                begin, likely = None, None
    return [*found, likely] if likely else found


def _starts_word(text: str, at: int) -> bool:
    return at < len(text) and text[at].isalpha()


def _is_possessive(text: str, mark: re.Match[str]) -> bool:
    """Return whether a mark may be the apostrophe of a plural: `the banks' power`."""
    following = text[mark.end() : mark.end() + 2]
    return text[mark.start() - 1] == "s" and following[:1] == " " and following[1:].islower()
