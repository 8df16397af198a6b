"""The language files: the same keys and places in each, and names, days and sums as each language writes them."""

import re
import string
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.decision import Funds, PlannedCampaign
from evenhand.model.finding import FindingKind
from evenhand.model.finding_sentences import SENTENCES
from evenhand.model.statement import Automation, DecisionGround, Source
from evenhand.reasons.kinds import RESTRICTIONS, template_of
from evenhand.reasons.language import cut, isolated, language_of, languages, words_of
from tests.unit.reasons.made import LANGUAGES

PREPOSITIONS = {
    "en": ("",),
    "de": ("in ", "im ", "auf "),
    "fr": ("en ", "au ", "aux ", "à ", "dans "),
    "ru": ("в ", "во ", "на "),
    "ar": ("في ",),
}
MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
OTHERS = tuple(language for language in LANGUAGES if language != "en")


def _file(language: str) -> dict[str, str]:
    """Return every sentence of a language's file by its path; English comparisons are those of analysts."""
    raw = tomllib.loads(files("evenhand.reasons").joinpath("letters", f"{language}.toml").read_text(encoding="utf-8"))
    if language == "en":
        raw["compared"] = SENTENCES
    return dict(_sentences("", raw))


def _sentences(path: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, each in node.items():
            yield from _sentences(f"{path}/{key}", each)
    else:
        yield path, str(node)


def _places(sentence: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None})


def test_there_are_five_languages() -> None:
    """A file that no test reads would be sent unread."""
    assert languages() == set(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_sentence_of_the_english_file_with_the_same_places(language: str) -> None:
    """A sentence that lacks a name says less in one language than in another."""
    english, other = _file("en"), _file(language)
    assert other.keys() == english.keys()
    # what was expected of a rejected cell is worded in English: the letters of other languages name the cell alone
    shorter = {"/compared/row.rejected", "/compared/content.unknown"}
    assert {key: _places(each) for key, each in other.items() if key not in shorter} == {
        key: _places(each) for key, each in english.items() if key not in shorter
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_and_none_is_left_in_english(language: str) -> None:
    """What is not translated must not look as if it were; a few words are the same in two languages."""
    english, other = _file("en"), _file(language)
    assert "" not in other.values()
    same = {key for key, each in other.items() if each == english[key] and len(re.findall(r"[^\W\d]{2,}", each)) > 2}
    assert language == "en" or same <= {"/writing/day"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_record_can_hold_has_its_words(language: str) -> None:
    """A value of the model without words would fail in the middle of a run."""
    words = words_of(language)
    assert set(get_args(FindingKind)) <= words.found.keys()
    assert set(get_args(Source.__annotations__["type"])) <= words.source.keys()
    assert set(get_args(DecisionGround.__annotations__["type"])) <= words.ground.keys()
    assert set(get_args(Automation.__annotations__["detection"])) == words.detection.keys()
    assert set(get_args(Automation.__annotations__["decision"])) == words.decision.keys()
    acts = {*get_args(PlannedCampaign.__annotations__["action"]), *get_args(Funds.__annotations__["action"])}
    assert acts - {"none"} <= words.consequences.keys()
    templates = {*RESTRICTIONS, *(template_of("campaign:c", f"{act}-ads") for act in ("suspend", "limit", "label"))}
    assert templates == words.subject.keys()
    before = {f"before-{each}" for each in ("allow", "suspend-ads", "limit-ads", "label-ads")}  # what stages may be
    others = {"scope", "account_kept", "account_ended", "also-label-ads"}
    assert templates | before | others == words.restriction.keys()
    assert {*LANGUAGES, "other"} == words.languages.keys()
    assert len(set(words.months)) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_stands_with_its_preposition(language: str) -> None:
    """`in Schweiz` would be no German and `en Portugal` no French."""
    wrong = [each for each in words_of(language).countries.values() if not each.startswith(PREPOSITIONS[language])]
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "scope", "words"),
    [
        ("en", ("NL", "CH", "PT"), "in the Netherlands, Switzerland and Portugal"),
        ("de", ("NL", "CH", "PT"), "in den Niederlanden, in der Schweiz und in Portugal"),
        ("fr", ("NL", "CH", "PT"), "aux Pays-Bas, en Suisse et au Portugal"),
        ("ru", ("FR", "CY", "PT"), "во Франции, на Кипре и в Португалии"),
        ("ar", ("NL", "CH", "PT"), "في هولندا، في سويسرا وفي البرتغال"),
        ("de", ("ZZ",), "im Gebiet ZZ"),
        ("ar", "ZZ", "في الإقليم \u2068ZZ\u2069"),
        ("fr", "global", "partout"),
        ("en", ("EU",), "in the European Union"),
        ("de", ("EU", "GB"), "in der Europäischen Union und im Vereinigten Königreich"),
        ("fr", ("EEA", "US"), "dans l’Espace économique européen et aux États-Unis"),
        ("ru", "EEA", "во всей Европейской экономической зоне"),
    ],
)
def test_places_are_listed_as_the_language_does(language: str, scope: tuple[str, ...] | str, words: str) -> None:
    """Each language bends countries in its own way; a code that nobody knows is said as it is."""
    assert words_of(language).where(scope) == words


@pytest.mark.parametrize(
    ("language", "first", "other", "share", "total"),
    [
        ("en", "1 May 2027", "24 May 2027", "49.99 %", "1,250.00 EUR"),
        ("de", "1. Mai 2027", "24. Mai 2027", "49,99 %", "1.250,00 EUR"),
        ("fr", "1er mai 2027", "24 mai 2027", "49,99\u00a0%", "1\u202f250,00 EUR"),
        ("ru", "1 мая 2027 года", "24 мая 2027 года", "49,99\u00a0%", "1\u00a0250,00 EUR"),
        ("ar", "1 مايو 2027", "24 مايو 2027", "49.99 في المئة", "\u20681,250.00 EUR\u2069"),
    ],
)
def test_days_shares_and_sums_are_written_as_the_language_does(
    language: str, first: str, other: str, share: str, total: str
) -> None:
    """A comma that is a point elsewhere changes a sum a thousandfold."""
    words = words_of(language)
    assert (words.day(date(2027, 5, 1)), words.day(date(2027, 5, 24))) == (first, other)
    assert (words.percent(499_999), words.money(1_250_000_000, "EUR")) == (share, total)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de", "de"), ("DE-at", "de"), ("fr_CA", "fr"), ("", None), ("../en", None), ("english", None), ("e", None)],
)
def test_a_tag_asks_for_its_language_or_for_none(tag: str, language: str | None) -> None:
    """Settings hold any text: none may read another file, and none may fail."""
    assert language_of(tag) == language
    assert words_of(tag).language == (language or "en")


@given(st.lists(st.one_of(st.text(), st.sampled_from(MARKS))).map("".join))
def test_an_isolated_text_is_one_line_that_closes_what_it_opens(text: str) -> None:
    """Unicode ends an isolate with its paragraph, and a stray mark would end it before its time."""
    made = isolated(text)
    assert (made[0], made[-1]) == ("\u2068", "\u2069")
    assert made[1:-1].split() == made[1:-1].split(" ") or made[1:-1] == ""
    assert not set(made[1:-1]) & set(MARKS)


@given(st.text(), st.integers(1, 200))
def test_a_cut_text_is_never_longer(text: str, longest: int) -> None:
    """A notice is one page however long a name is."""
    assert len(cut(text, longest)) <= longest
