"""The words of a Cedar text with their places: the engine's errors carry none, and a deep text would end the process.

Places are offsets in characters; line and column are counted from 1 when they are shown.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from evenhand.model.errors import RulebookInvalid

MOST_NESTED = 100
MOST_JOINED = 1_000

_SHOWN = 100
_CLOSING = str.maketrans("([{<", ")]}>")
# Each of these makes Cedar's tree one deeper.
_JOINING = frozenset({"&&", "||", "+", "-", "*", ".", "if", "["})
_WORD = re.compile(
    r"""(?P<gap>\s+|//[^\n]*)|"(?:\\.|[^"\\])*"|[?]?[A-Za-z_][A-Za-z0-9_]*|[0-9]+|&&|\|\||[=!<>]=|::|.""", re.DOTALL
)


class Word(NamedTuple):
    """One word of a text: a name, number, string with its quotes, or sign; comments are none."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Return the offset just behind it."""
        return self.start + len(self.text)


class Span(NamedTuple):
    """A stretch of a text: the words of one policy, up to its `;`."""

    words: tuple[Word, ...]

    @property
    def start(self) -> int:
        """Return where the first word begins."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Return the offset just behind the last word."""
        return self.words[-1].end


@dataclass(frozen=True)
class CedarFile:
    """A file of policies; its words are looked at only when a place is to be shown."""

    where: Path
    text: str

    @cached_property
    def spans(self) -> Sequence[Span]:
        """Return the stretch of each policy."""
        return policy_spans(self.text)


def words(text: str) -> Iterator[Word]:
    """Yield the words of a Cedar text, policies or schema; any text has words.

    >>> [word.text for word in words('@id("a;b") permit(principal); // all')]
    ['@', 'id', '(', '"a;b"', ')', 'permit', '(', 'principal', ')', ';']
    """
    return (Word(found[0], found.start()) for found in _WORD.finditer(text) if found["gap"] is None)


def comments(text: str) -> Iterator[Word]:
    """Yield the comments of a Cedar text, each up to the end of its line.

    >>> [comment.text for comment in comments('// one\\npermit(principal == A::"//two", action); // three')]
    ['// one', '// three']
    """
    return (Word(found[0], found.start()) for found in _WORD.finditer(text) if found[0].startswith("//"))


def policy_spans(text: str) -> list[Span]:
    """Return the policies of a text in its order; what follows the last `;` is one more, if anything does."""
    spans, begun = [], list[Word]()
    for word in words(text):
        begun.append(word)
        if word.text == ";":
            spans.append(Span(tuple(begun)))
            begun = []
    return [*spans, Span(tuple(begun))] if begun else spans


def refuse_deep(text: str, where: object, opening: str = "([{") -> None:
    """Refuse a text nested so deep, or a policy joined of so many parts, that the engine's stack could end.

    Raises:
        RulebookInvalid: more than 100 brackets within one another, or more than 1,000 joints in one policy.
            cedarpy 4.12 is killed by 700 and by 2,000.
    """
    deeper, higher = frozenset(opening), frozenset(opening.translate(_CLOSING))
    counted = deeper | higher | _JOINING | {";"}
    depth = joined = 0
    for found in _WORD.finditer(text):
        word = found[0]
        if word not in counted:
            continue
        depth += (word in deeper) - (word in higher)
        joined += word in _JOINING
        if word == ";":
            depth = joined = 0
        if depth > MOST_NESTED:
            raise invalid("nested too deeply", where, text, found.start(), expected=f"at most {MOST_NESTED} levels")
        if joined > MOST_JOINED:
            expected = f"at most {MOST_JOINED:,} operators in one policy"
            raise invalid("too many operators", where, text, found.start(), expected=expected)


def invalid(
    what: str, where: object, text: str, offset: int, *, got: object = None, expected: str = ""
) -> RulebookInvalid:
    """Return the error that shows a place of a text: file, line, column, and the line itself with a caret below.

    >>> print(invalid("no scope", "a.cedar", "permit (\\n  nobody);", 11).excerpt)
      nobody);
      ^
    """
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:].split("\n", 1)[0]
    column = offset - start
    left = max(0, column - _SHOWN // 2)
    before, after = _plain(line[left:column]), _plain(line[column : left + _SHOWN])
    # The caret stays under its place where a character takes two cells or none.
    excerpt = f"{before}{after}".rstrip() + "\n" + " " * sum(map(_cells, before)) + "^"
    number = text.count("\n", 0, offset) + 1
    return RulebookInvalid(
        " ".join(what.split()), where=where, line=number, column=column + 1, excerpt=excerpt, got=got, expected=expected
    )


def first_wrong(text: str, error_of: Callable[[str], str | None], unfinished: str) -> int:
    """Return where the engine stops reading a text that it refuses.

    The words up to there are the beginning of some right text, so that alone they are only `unfinished`; found by
    halving. An error that is seen only when all has been read is at the last word.

    Args:
        text: what the engine refuses; it takes a text without words.
        error_of: the engine's message for a text, None if it takes it.
        unfinished: its message for a right text that is cut short.
    """
    found = list(words(text))
    low, high = 0, len(found) - 1
    while low < high:
        middle = (low + high) // 2
        if error_of(text[: found[middle].end]) in (unfinished, None):
            low = middle + 1
        else:
            high = middle
    return found[low].start


def named_in(message: str, span: Span, text: str) -> int | None:
    """Return where a span has what a message names in backticks or by its last word; None if it names nothing there.

    What follows a dot comes first: an attribute, and not what is called like it. What is there twice is wrong the
    second time.
    """
    body = text[span.start : span.end]
    ids = re.findall(r'::"([^"]+)"', message)
    pieces = [*re.findall(r"`([^`]+)`", message), *ids, message.rsplit(maxsplit=1)[-1].lstrip("@")]
    for piece in pieces:
        exact = rf"(?<![A-Za-z0-9_]){re.escape(piece)}(?![A-Za-z0-9_])"
        for pattern in (rf"(?<=\.){re.escape(piece)}(?![A-Za-z0-9_])", exact):
            places = [found.start() for found in re.finditer(pattern, body)]
            if places:
                twice = "duplicate" in message or "twice" in message
                return span.start + places[-1 if twice else 0]
    return None


def number_too_large(span: Span) -> int | None:
    """Return where a span has a number beyond 64 bits; None if it has none."""
    return next((word.start for word in span.words if word.text.isdigit() and int(word.text) > 2**63 - 1), None)


def annotation_place(span: Span, name: str) -> int:
    """Return where a policy's annotation of that name stands; the policy's effect, if it has none."""
    for sign, word in pairwise(span.words):
        if sign.text == "@" and word.text == name:
            return sign.start
    return effect_place(span)


def effect_place(span: Span) -> int:
    """Return where a policy says permit or forbid; its beginning, if it does not."""
    return next((word.start for word in span.words if word.text in ("permit", "forbid")), span.start)


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
