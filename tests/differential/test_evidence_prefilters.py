"""What is looked for first leaves nothing out: each short cut of the reader against the patterns that it saves.

The plain twins search everywhere with the whole pattern. Texts are made of the patterns themselves, of words that they
begin with, and of letters that a pattern which ignores case takes for others.
"""

import random
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.evidence import noun_reports, plain_reports, quotation_marks, report_forms, reported_dates, words
from evenhand.evidence.pattern_index import IndexedText
from evenhand.evidence.states import state_words, states_within
from evenhand.evidence.text_spans import folded, holds_words, lines, places_of
from evenhand.evidence.word_patterns import parts_of, read_patterns

TABLES: Final = ("content_stances.txt", "sentence_stances.txt")
SECTIONS: Final = [
    (table, section) for table in TABLES for section in read_patterns(table) if section not in parts_of(table)
]
WIRE: Final = Path(__file__).parents[1] / "fixtures" / "evidence"
DATE_WORDS: Final = re.findall(
    r"\S+",
    "on in since last next this of the early mid- Monday tues May march Sept. 3 3rd 12, 2016 2017-03-04 03/04/2015 week"
    " weekend month years ago before a couple two today night over at weeK laſt yeſterday Auguſt mıd thİs 1999",
)
LETTERS: Final = ("ı", "İ", "ſ", "\u212a", "’", "'", "-", ".", "ß", "é", "\u200b", "\n")


@pytest.mark.parametrize(("table", "section"), SECTIONS)
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_index_of_a_table_finds_what_its_whole_pattern_finds(table: str, section: str, data: st.DataObject) -> None:
    """A pattern that is not tried where it would match gives a claim another stance."""
    pattern = read_patterns(table)[section]
    text = " ".join(data.draw(st.lists(st.from_regex(pattern) | st.sampled_from(_some_words()), max_size=4))).lower()

    indexed = IndexedText(table, text)

    assert list(indexed.starts(section)) == [match.start() for match in pattern.finditer(text)]
    assert indexed.holds(section) == (pattern.search(text) is not None)


def test_each_article_has_the_same_matches_of_each_section_by_the_index() -> None:
    for sentence in _sentences():
        for table, section in SECTIONS:
            expected = [match.start() for match in read_patterns(table)[section].finditer(sentence)]
            assert list(IndexedText(table, sentence).starts(section)) == expected


def test_dates_are_the_same_when_every_form_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms whose words are not there are left out, also where a letter only looks like one of theirs."""
    texts = [" ".join(_chance().choices(DATE_WORDS, k=8)) for _ in range(2_000)]
    quick = [reported_dates.read_said_on(text, date(2017, 10, 27)) for text in texts]

    def nothing(_: str) -> list[str]:
        return []

    monkeypatch.setattr(reported_dates, "_lacking", nothing)

    assert quick == [reported_dates.read_said_on(text, date(2017, 10, 27)) for text in texts]
    assert sum(found is not None for found in quick) > 500


def test_clauses_begin_where_the_whole_pattern_says() -> None:
    for text in _texts():
        for line in re.finditer(r"[^\n]+", text):
            for start in (line.start(), min(line.end(), line.start() + 7)):
                expected = [found.end() for found in plain_reports._OPENS.finditer(text, start, line.end())]
                if start < line.end() and not text[start].isspace():
                    span = (start, line.end())
                    assert plain_reports._openings(text, span) == expected


def test_reports_in_nouns_and_of_second_verbs_are_the_same_without_a_look_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = _texts()
    quick = [list(noun_reports.find_noun_reports(text, (0, len(text)))) for text in texts]
    shared = [[found.cue for found in plain_reports.find_shared_reports(text, (0, len(text)))] for text in texts]

    def every(_: str) -> list[str]:
        return [""]

    monkeypatch.setattr(noun_reports, "_nouns_of", every)

    assert quick == [list(noun_reports.find_noun_reports(text, (0, len(text)))) for text in texts]
    pattern = report_forms.SHARED
    assert shared == [[found.span("cue") for found in pattern.finditer(text)] for text in texts]
    assert any(quick)
    assert any(shared)


def test_hints_of_a_paragraph_are_those_that_stand_in_it() -> None:
    """They are looked for once in the whole text: a hint that a paragraph cuts is none of it."""
    for text in _texts():
        for line in re.finditer(r"[^\n]+", text):
            for first, last in (line.span(), (line.start(), max(line.start() + 1, line.end() - 5))):
                held = dict(plain_reports._hints_within(text, (first, last)))
                for pattern, hints in report_forms.HINTS.items():
                    plain = [first + found.start() for hint in hints
                             for found in re.finditer(f"(?={re.escape(hint)})", text[first:last])]  # fmt: skip
                    assert held.get(pattern, []) == sorted(plain)


def test_dates_of_a_part_are_found_by_the_hints_of_the_whole_text() -> None:
    """A part may begin within a word: "Sunday" has a hint of its own in its end."""
    for _ in range(300):
        text = " ".join(_chance().choices(DATE_WORDS, k=12))
        start = _chance().randrange(len(text))
        end = _chance().randrange(start, len(text) + 1)
        expected = [found.span() for found in reported_dates._HINT.finditer(text, start, end)]

        assert reported_dates._hints_within(text, start, end) == expected
        assert reported_dates.may_hold_date(text, (start, end)) == bool(expected)


@given(st.text(alphabet="ab_. -’é\n", max_size=40), st.text(alphabet="ab_. -’é", min_size=1, max_size=4))
def test_whole_words_stand_where_a_pattern_with_edges_finds_them(text: str, words_: str) -> None:
    expected = [found.start() for found in re.finditer(rf"\b(?={re.escape(words_)}\b)", text)]

    assert list(places_of(text, words_)) == expected
    assert holds_words(text, words_) == bool(expected)


@given(st.text(alphabet="ab“”\"„«»‟‘’'‚‛‹›`. ", max_size=30))
def test_marks_are_the_same_by_the_faster_pattern(text: str) -> None:
    """Only the doubled grave accent needs the slower one."""
    whole = [found.span() for found in quotation_marks._MARK_OR_GRAVE.finditer(text)]

    assert "``" in text or [found.span() for found in quotation_marks._MARK.finditer(text)] == whole


@given(st.text(alphabet="ab\r\n", max_size=20))
def test_lines_are_the_same_with_every_mark_of_an_end(text: str) -> None:
    """A text without carriage returns is split faster."""
    ends = [found.span() for found in re.finditer(r"\r\n|\n|\r", text)]
    expected = list(zip([0, *(end for _, end in ends)], [*(at for at, _ in ends), len(text)], strict=True))

    assert list(lines(text)) == expected


def test_plain_words_are_the_tokens_that_the_whole_pattern_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = _texts()
    quick = [_tokens(text) for text in texts]
    whole = words._TOKEN.pattern

    quick_forms = whole[whole.index("(?P<small>") : whole.index("(?P<W>")]
    monkeypatch.setattr(words, "_TOKEN", re.compile(whole.replace(quick_forms, "(?P<small>(?!))|(?P<capital>(?!))|")))

    assert quick == [_tokens(text) for text in texts]


def test_states_within_a_phrase_are_those_of_each_table() -> None:
    known = state_words()
    names = [name.title() for table in known for name in table]
    for _ in range(2_000):
        phrase = "".join(name + _chance().choice((" ", "’s ", "'s ", ". ", "-owned ", ", ")) for name in _drawn(names))
        assert states_within(phrase) == _states_by_tables(phrase), phrase


@pytest.mark.parametrize("letter", LETTERS)
def test_folded_words_hold_each_plain_word_that_a_pattern_finds(letter: str) -> None:
    """A pattern that ignores case takes four letters beside ASCII for `i`, `k` and `s`."""
    for plain in ("said", "weeks", "claim", "kiss"):
        for at in range(len(plain)):
            word = plain[:at] + letter + plain[at + 1 :]
            if re.search(plain, word, re.IGNORECASE):
                assert plain in folded(word)


def _states_by_tables(phrase: str) -> frozenset[str]:
    pieces = [word.strip(".,;:()\"“”’'") for word in phrase.replace("’", "'").replace("-owned", "").split()[:60]]
    found: set[str] = set()
    for start in range(len(pieces)):
        for length in (1, 2, 3):
            piece = " ".join(pieces[start : start + length]).removesuffix("'s").casefold()
            if pieces[start][:1].isupper():
                for table in state_words():
                    found |= table.get(piece) or table.get(piece + ".") or frozenset()
    return frozenset(found)


def _tokens(text: str) -> list[tuple[str, int, int, str, str]]:
    return [(each.kind, each.start, each.end, each.text, each.low) for each in words.tokens(text, (0, len(text)), [])]


@cache
def _chance() -> random.Random:
    return random.Random(19)


def _drawn(names: list[str]) -> list[str]:
    return _chance().choices(names, k=4)


@cache
def _some_words() -> tuple[str, ...]:
    common = sorted({word for text in _articles() for word in text.split()})[::7]
    return (*common, "we ", "our ", "’ll", *LETTERS)


@cache
def _sentences() -> tuple[str, ...]:
    return tuple(sentence.lower() for text in _articles() for sentence in re.split(r"(?<=[.!?])\s|\n", text))[::3]


@cache
def _articles() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(WIRE.glob("*.txt")))


@cache
def _texts() -> tuple[str, ...]:
    """Return articles, and the same with some letters put into them."""
    mixed = []
    for text in _articles():
        letters = list(text)
        for _ in range(40):
            letters.insert(_chance().randrange(len(letters)), _chance().choice((*LETTERS, " and denied ", ", after ")))
        mixed.append("".join(letters))
    return (*_articles(), *mixed)
