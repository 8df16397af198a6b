"""Whether two saved reports are copies of one: the same words of a reporter, not the same quotation."""

import re
import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple

from evenhand.evidence.page_lines import paragraphs
from evenhand.evidence.text_spans import sentences
from evenhand.model.claims import Article

_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""A word; a sign of a script that puts no blanks between words is one too."""
_QUOTED: Final = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)|„[^“”]*(?:[“”]|$)")
_OWN_WORDS: Final = 8
_SHINGLE: Final = 5
_LONG_SENTENCE: Final = 8
_MOST_WORDS: Final = 100_000


class _Report(NamedTuple):
    """What of a report is compared: shingles of five words, sentences of eight words and more, who filed it when.

    `own` are the sentences with eight words and more outside of quotation marks: the reporter's own.
    """

    id: str
    shingles: frozenset[int]
    sentences: frozenset[int]
    own: frozenset[int]
    agency: str | None
    published: str | None


def same_origin(one: Article, other: Article) -> bool:
    """Return whether two reports are copies of one; the page around them and their datelines are left out.

    They are where half of their shingles are common, or where of the sentences of the shorter one 60 % stand in the
    other, 30 % where both name the same agency and day. Sentences in common that are quotations alone say nothing:
    everybody quotes a press statement.
    """
    return _are_copies(_report(one), _report(other))


def _are_copies(one: _Report, other: _Report) -> bool:
    if one.id == other.id:
        return True
    common = len(one.shingles & other.shingles)
    if common and 2 * common >= len(one.shingles | other.shingles):
        return True
    shared = one.sentences & other.sentences
    if not shared & one.own & other.own:
        return False
    share = len(shared) / min(len(one.sentences), len(other.sentences))
    filed = (one.agency, one.published)
    return share >= (0.3 if None not in filed and filed == (other.agency, other.published) else 0.6)


def _report(article: Article) -> _Report:
    document, text = article.document, article.text
    words: list[str] = []
    found: set[int] = set()
    own: set[int] = set()
    for paragraph in paragraphs(text, document.body_lines):
        start, end = paragraph
        if document.dateline and start <= document.dateline.span[0] < end:
            start = document.dateline.span[1]
        unquoted = _QUOTED.sub(lambda found: " " * len(found[0]), text[start:end])
        for sentence in sentences(text, (start, end)):
            held = _WORD.findall(text[slice(*sentence)].lower())
            words += held
            if len(held) >= _LONG_SENTENCE:
                found.add(_hash(held))
                outside = _WORD.findall(unquoted[sentence[0] - start : sentence[1] - start])
                own |= {_hash(held)} if len(outside) >= _OWN_WORDS else set()
        if len(words) > _MOST_WORDS:
            break
    return _Report(
        document.id, _shingles(words), frozenset(found), frozenset(own), document.agency, document.published.date
    )


def _shingles(words: Sequence[str]) -> frozenset[int]:
    if len(words) < _SHINGLE:
        return frozenset({_hash(words)} if words else ())
    return frozenset(_hash(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def _hash(words: Sequence[str]) -> int:
    """Return a number for some words that is the same everywhere and always."""
    data = " ".join(words).encode("utf-8", "surrogatepass")
    return zlib.crc32(data) << 32 | zlib.adler32(data)
