"""Words, numbers, marks and quotations of a paragraph as tokens, and its sentences."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from evenhand.evidence.grammar_names import is_name_here, names_like_grammar
from evenhand.evidence.quotation_marks import Quotation
from evenhand.evidence.word_classes import NAMES_TOO
from evenhand.model.claims import Span

_TOKEN: Final = re.compile(
    # Most words: small letters, or a capital and small letters, before a blank or mark that cannot be part of a word.
    r"(?P<blank>\s*)(?:(?P<small>[a-z]++(?=[ ,;:?!]))|(?P<capital>[A-Z][a-z]++(?=[ ,;:?!]))"
    r"|(?P<W>(?:Mr|Mrs|Ms|Dr|Prof|Rev|Hon|Gen|Col|Maj|Capt|Lt|Sgt|Sens?|Reps?|Govs?|Atty|St|Jr|Sr|Messrs"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|Inc|Corp|Co|Ltd|vs)\.(?=[\s,])"
    r"|(?:[^\W\d_a-z]\.){1,6}(?:[^\W\d_a-z](?=\W|$))?|[ap]\.m\.)"
    r"|(?P<n>[$€£]?(?:\d[\d.,:]*\d|\d)(?:st|nd|rd|th|s|m|bn)?%?(?:-[^\W_]+)*)"
    r"|(?P<w>[@#]?[^\W\d_]+(?:[.'’\-&@/]?[^\W_])*)"
    r"|(?P<p>--+|\.\.+|\S))"
)
"""Blanks and the word, number or mark behind them: matches follow one another without a gap."""
_ASIDES: Final = frozenset("([")
_DASHES: Final = frozenset({"-", "–", "—", "--"})
MARKS: Final = frozenset("“”„‟\"'’‘»«`")
"""Marks of quotations."""
LONGEST: Final = 20_000
"""Characters of one paragraph that are read as words."""


class Token(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A word (`w`, `W` with a capital), number (`n`), mark (`p`) or quotation (`q`) with its span and small letters.

    No `Record`: a text has thousands, and they are given by place.
    """

    kind: str
    start: int
    end: int
    text: str
    low: str
    quotation: int = -1


def tokens(text: str, paragraph: Span, quotations: Sequence[tuple[int, Quotation]]) -> list[Token]:
    """Return the tokens of a paragraph; each quotation (given with its number) is one, what it holds is not read."""
    start, end = paragraph[0], min(paragraph[1], paragraph[0] + LONGEST)
    found: list[Token] = []
    at = start
    for number, quotation in quotations:
        if quotation.span[1] > end:
            break
        _append_words(text, at, quotation.span[0], found)
        found.append(Token("q", *quotation.span, "", "", number))
        at = quotation.span[1]
    _append_words(text, at, end, found)
    return found


def _append_words(text: str, start: int, end: int, found: list[Token]) -> None:
    skip_to = stop = start
    append = found.append
    like_grammar = names_like_grammar(text)
    # Plain strings, whose lengths give the places: match objects would cost twice as much.
    for blank, small, capital, short, number, other, mark in _TOKEN.findall(text, start, end):
        word = small or capital or short or number or other or mark
        begin = stop + len(blank)
        stop = begin + len(word)
        if begin < skip_to:
            continue
        if small:
            append(Token("w", begin, stop, word, word))
        elif mark in _ASIDES and (aside := _aside_end(text, begin, end)):
            skip_to = aside
        elif mark or number:
            append(Token("p" if mark else "n", begin, stop, word, word))
        elif like_grammar and (bare := _without_owner(word)) in like_grammar and is_name_here(text, begin, bare):
            _append_word("W", begin, stop, word, found, is_name=True)
        elif capital:
            append(Token("W", begin, stop, word, word if word in NAMES_TOO else word.lower()))
        else:
            _append_word("W" if short else "w", begin, stop, word, found)


def _without_owner(word: str) -> str:
    return word.removesuffix("’s").removesuffix("'s")


def _append_word(kind: str, begin: int, stop: int, word: str, found: list[Token], *, is_name: bool = False) -> None:
    owner = word[len(_without_owner(word)) :]
    # No class of small words has a word in capitals.
    low = _without_owner(word).upper() + owner if is_name else word.lower()
    if "’" in low:
        low = low.replace("’", "'")
    if word[0].isupper():
        kind = "W"
        low = word if word in NAMES_TOO and not is_name else low
    if low.endswith("'s"):
        found.append(Token(kind, begin, stop - 2, word[:-2], low[:-2]))
        found.append(Token("p", stop - 2, stop, "'s", "'s"))
    else:
        found.append(Token(kind, begin, stop, word, low))


def behind_dateline(words: list[Token]) -> list[Token]:
    """Return the tokens behind `OSLO, May 3 (Agency) - `: a place in capitals, or alone, before a dash or colon."""
    for at, word in enumerate(words[:12]):
        if word.kind in "wq" or word.text == "'s" or (word.text == "." and not words[0].text.isupper()):
            return words
        if at and (word.text in _DASHES or word.text == ":"):
            place = words[0].text
            return words[at + 1 :] if place.isupper() or (at <= 2 and word.text != ":") else words
    return words


def _aside_end(text: str, begin: int, end: int) -> int:
    """Return where a short remark in brackets ends, 0 where it is long or does not end."""
    closing = text.find(")" if text[begin] == "(" else "]", begin, min(end, begin + 60))
    return closing + 1 if closing > 0 else 0


def sentences_of(text: str, words: list[Token]) -> list[list[Token]]:
    """Return the tokens of each sentence; a quotation that ends with a full stop ends one where a new one begins."""
    found: list[list[Token]] = []
    current: list[Token] = []
    for order, token in enumerate(words):
        current.append(token)
        if token.kind in "pq" and _ends(text, token, words[order + 1] if order + 1 < len(words) else None):
            found.append(current)
            current = []
    if current:
        found.append(current)
    return found


def _ends(text: str, token: Token, following: Token | None) -> bool:
    if token.kind == "q":
        last = last_mark(text, token)
        return last == "." and (following is None or following.kind in "Wqn" or following.low == "(")
    if token.kind != "p" or token.text not in {".", "!", "?", ";"}:
        return False
    return following is None or following.kind in "Wqn" or token.text == ";" or following.start - token.end > 1


def last_mark(text: str, token: Token) -> str:
    """Return the last character that a quotation holds, without its marks."""
    at = token.end - 1
    while at > token.start and (text[at].isspace() or text[at] in MARKS):
        at -= 1
    return text[at]
