"""Nothing raises, no matter what happened to the text of an article on its way; texts are made up or cut and mixed."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evenhand.evidence import read_article

WIRE = Path(__file__).parents[1] / "fixtures" / "evidence"
MARKS = [
    "“",
    "”",
    '"',
    "„",
    "«",
    "»",
    "‘",
    "’",
    "'",
    "``",
    "''",
    "(",
    ")",
    "[",
    "—",
    ".",
    ",",
    ":",
    "\n",
    "\r\n",
    "\x00",
]
WORDS = [
    " said ", " that ", " who ", " according to ", " denied ", " was accused of ", " told ", " and ", " He ", " the ",
    " a dozen ", " on Monday ", " 31/12/2017 ", " neither ", " claim ", "’s ", "\u2028", "\u202e", "İ", "ß", "𝔸", "é",
]  # fmt: skip


def mutated(text: str, drawn: random.Random) -> bytes:
    """Return a text after some accidents: marks and words put in, doubled and lost, lines cut and moved, bad bytes."""
    for _ in range(drawn.randint(1, 12)):
        text = drawn.choice(ACCIDENTS)(text, drawn)
    data = text.encode("utf-8", "surrogatepass")
    if drawn.random() < 0.2:
        at = drawn.randrange(len(data) + 1)
        data = data[:at] + bytes(drawn.randrange(256) for _ in range(drawn.randint(1, 6))) + data[at:]
    return data


def put_in(text: str, drawn: random.Random) -> str:
    at = drawn.randrange(len(text) + 1)
    return text[:at] + drawn.choice(MARKS + WORDS) * drawn.choice([1, 1, 1, 2, 30]) + text[at:]


def lose_marks(text: str, drawn: random.Random) -> str:
    lost = drawn.choice(MARKS)
    return "".join(char for char in text if char != lost or drawn.random() < 0.5)


def exchange_marks(text: str, drawn: random.Random) -> str:
    return text.replace(drawn.choice(MARKS), drawn.choice(MARKS))


def cut_lines(text: str, drawn: random.Random) -> str:
    lines = text.split("\n")
    first, last = sorted((drawn.randrange(len(lines) + 1), drawn.randrange(len(lines) + 1)))
    return "\n".join(lines[:first] + lines[last:])


def move_lines(text: str, drawn: random.Random) -> str:
    lines = text.split("\n")
    drawn.shuffle(lines)
    return "\n".join(lines)


def cut_anywhere(text: str, drawn: random.Random) -> str:
    first, last = sorted((drawn.randrange(len(text) + 1), drawn.randrange(len(text) + 1)))
    return text[first:last]


def join_lines(text: str, drawn: random.Random) -> str:
    return text.replace("\n", drawn.choice([" ", "", "\t", "\u2029"]))


def change_case(text: str, drawn: random.Random) -> str:
    return drawn.choice([str.upper, str.lower, str.title, str.swapcase])(text)


ACCIDENTS: list[Callable[[str, random.Random], str]] = [
    put_in, put_in, lose_marks, exchange_marks, cut_lines, move_lines, cut_anywhere, join_lines, change_case,
]  # fmt: skip


def mutations(count: int, seed: int) -> Iterator[bytes]:
    """Yield mutated articles, the same for the same seed."""
    drawn = random.Random(seed)
    texts = [path.read_text(encoding="utf-8") for path in sorted(WIRE.glob("*.txt"))]
    for _ in range(count):
        yield mutated(drawn.choice(texts), drawn)


def check(data: bytes) -> None:
    """Read a text; spans must stand within it, links must lead to claims of it, and the record must be written."""
    article = read_article(data, "page.txt", "text/plain")
    known = {claim.id for claim in article.claims}
    for claim in article.claims:
        spans = [*claim.content, *claim.inner_quotes, *filter(None, (claim.speaker_span, claim.cue, claim.target))]
        assert all(0 <= first < last <= article.document.characters for first, last in spans)
        assert claim.content == tuple(sorted(claim.content))
        assert {*claim.denies, *claim.denied_by, *filter(None, (claim.repeat_of, claim.nested_in))} <= known


def test_five_hundred_mutated_articles_raise_nothing() -> None:
    """And all their spans and links lead somewhere."""
    for data in mutations(500, seed=19):
        check(data)


@pytest.mark.long
def test_ten_thousand_mutated_articles_raise_nothing() -> None:
    """The same with other accidents."""
    for data in mutations(10_000, seed=2017):
        check(data)
