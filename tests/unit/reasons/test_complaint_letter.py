"""The letters about a complaint: read as prose, every reason answered, nothing that only a machine understands."""

import re
import unicodedata
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.model.complaint_codes import ComplaintReason, OutcomeReason, RejectReason
from evenhand.model.complaint_events import AskBody
from evenhand.model.errors import RecordIncomplete
from evenhand.model.record import sha256_hex
from evenhand.model.visible_text import hidden_characters
from evenhand.reasons.answer_codes import complaint_codes
from evenhand.reasons.complaint_letter import complaint_letter
from evenhand.reasons.language import words_of
from tests.each_case import each_case
from tests.unit.reasons.made import LANGUAGES
from tests.unit.reasons.made_complaints import (
    FILED,
    LETTERS,
    NAMES,
    PROVED,
    WRITTEN,
    about,
    decided,
    event,
    letters_in,
    made_complaint,
    snapshot,
)

MADE = {language: letters_in(language) for language in LANGUAGES}
CODES = re.compile(r"\b[a-z]+_[a-z_]+\b|\{|\}|\ba-7\b|sha256", re.ASCII)
ENGLISH_WORDS = re.compile(r"\b(the|of|and|is|are|that|with|by|has|have|be|this|for|you|not|to)\b", re.IGNORECASE)
UNEQUAL_OPEN = "reason-unanswered:unequal_treatment"
TEXTS = st.lists(st.one_of(st.text(), st.sampled_from("\u202e\u202c\u2066\u2069\u2029{}\n"))).map("".join)


@each_case("language", LANGUAGES)
@each_case("name", NAMES)
def test_a_letter_about_a_complaint_is_what_was_read_and_approved(name: str, language: str) -> None:
    """Each letter in each language is a file, reviewed as prose."""
    assert snapshot(MADE[language][name]) == (LETTERS / language / f"{name}.txt").read_text(encoding="utf-8")


def test_no_letter_about_complaints_is_kept_that_nothing_makes() -> None:
    """A snapshot without its case would be read for nothing."""
    kept = {f"{path.parent.name}/{path.stem}" for path in LETTERS.glob("*/*.txt")}
    assert kept == {f"{language}/{name}" for language in LANGUAGES for name in NAMES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_complaint_can_hold_has_its_words(language: str) -> None:
    """A code without words would fail in the middle of a settlement."""
    words = words_of(language)
    assert set(get_args(ComplaintReason)) == words.complaint_reason.keys()
    assert set(get_args(OutcomeReason)) == words.complaint_outcome.keys()
    assert {*get_args(RejectReason), "out_of_time_since"} == words.complaint_rejected.keys()


@each_case("language", LANGUAGES)
@each_case("name", NAMES)
def test_a_letter_about_a_complaint_has_no_code_and_no_id_of_others(name: str, language: str) -> None:
    """Who was treated otherwise is not named: names of like cases are no business of the complainant."""
    made = MADE[language][name]

    assert CODES.search(made.text) is None
    assert made.sha256 == sha256_hex(made.text.encode())
    assert (made.language, made.asked_language) == (language, None)


@each_case("language", LANGUAGES)
@each_case("name", ["upheld", "varied", "reversed"])
def test_the_answer_says_why_answers_each_reason_and_names_the_other_ways(name: str, language: str) -> None:
    """DSA Art. 20(5): the reasoned decision, and out of court and other redress."""
    _, why, answer, like, _ = WRITTEN[language]
    words, text = words_of(language), MADE[language][name].text

    assert [each for each in (why, answer, like) if each not in text] == []
    assert all(words.complaint_reason[each] in text for each in ("ownership_changed", "unequal_treatment"))
    assert text.index(why) < text.index(answer) < text.index(words.complaint["ways"])
    assert all(each.text in text for each in (_redress(language).out_of_court, _redress(language).judicial))


def _redress(language: str) -> Any:
    statement = about(language).statement
    assert statement is not None
    return statement.redress


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Dublin", "14 December 2026"), ("Europe/Berlin", "15 December 2026")]
)
@pytest.mark.parametrize("kind", ["decision", "done"])
def test_a_change_is_told_with_the_day_from_which_it_applies_everywhere(kind: Any, zone: str, day: str) -> None:
    """Proved at half past eleven at night in UTC; the day is the network's."""
    complaint = decided("en", "reversed", "wrong_entity", **PROVED)

    assert f"in our own systems since {day}" in complaint_letter(kind, complaint, replace(about(), zone=zone)).text


@each_case("language", [each for each in LANGUAGES if each != "en"])
@each_case("name", NAMES)
def test_no_english_sentence_stands_in_another_language(name: str, language: str) -> None:
    """What is not translated must not look as if it were."""
    text = MADE[language][name].text.replace("Harbour Broadcast Network", "")
    assert ENGLISH_WORDS.findall(text) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_line_in_arabic_begins_with_an_arabic_word(name: str) -> None:
    """The first strong letter outside of isolates gives a line its direction (Unicode Standard Annex 9, P2)."""
    for line in filter(None, snapshot(MADE["ar"][name]).split("\n")):
        outside = re.sub("\u2068[^\u2069]*\u2069", "", line)
        first = next(each for each in outside if unicodedata.bidirectional(each) in ("L", "R", "AL"))
        assert unicodedata.bidirectional(first) == "AL", line


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"answers": {"ownership_changed": "Read again."}}, (UNEQUAL_OPEN,)),
        ({"answers": {"ownership_changed": "Read", "unequal_treatment": "…"}}, (UNEQUAL_OPEN,)),
        ({"comparator_answers": {}}, ("comparator-unanswered:a-7",)),
        ({"text": " "}, ("slot-empty:text",)),
        ({"outcome_codes": ()}, ("slot-empty:outcome",)),
        ({"outcome": None}, ("slot-empty:outcome",)),
        ({"text": "Dear {{ name }}"}, ("template-leftover",)),
    ],
)  # fmt: skip
def test_an_answer_that_leaves_something_open_is_refused(fields: dict[str, Any], codes: tuple[str, ...]) -> None:
    """Every reason code of the complaint is addressed, or the letter is not written."""
    complaint = replace(decided("en", "upheld", "rule_fits"), **fields)

    assert complaint_codes(complaint) == codes
    with pytest.raises(RecordIncomplete) as refused:
        complaint_letter("decision", complaint, about())
    assert [error.code for error in refused.value.errors] == [code.partition(":")[0] for code in codes]


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("acknowledgement", {"filed_by": " "}, "filed_by"),
        ("inadmissible", {}, "reject_reason"),
        ("inadmissible", {"reject_reason": "empty", "text": "lorem ipsum"}, "text"),
        ("question", {}, "question"),
        ("question", {"events": (event(AskBody(question="?", due_at=FILED)),)}, "question"),
        ("question", {"events": (event(AskBody(question="TBD", due_at=FILED)),)}, "question"),
        ("done", {}, "events"),
        ("decision", {}, "outcome"),
    ],
)
def test_a_letter_before_its_time_is_refused_with_the_field(kind: Any, fields: dict[str, Any], field: str) -> None:
    """Nobody is told what has not happened."""
    with pytest.raises(RecordIncomplete) as refused:
        complaint_letter(kind, made_complaint(**fields), about())
    assert field in [error.field for error in refused.value.errors]


def test_a_network_without_a_way_to_court_writes_no_letter() -> None:
    """Slot f is never empty, as in a notice."""
    setting = replace(about(), settings=replace(about().settings, judicial=""))
    with pytest.raises(RecordIncomplete, match=r"settings\.judicial required"):
        complaint_letter("acknowledgement", made_complaint(), setting)


def test_a_language_without_a_file_gets_english_and_says_so() -> None:
    """Nobody is left without an answer."""
    made = complaint_letter("acknowledgement", made_complaint("pl"), about())
    assert (made.language, made.asked_language) == ("en", "pl")


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=TEXTS, name=TEXTS)
def test_whatever_people_write_nothing_in_a_letter_is_hidden(language: str, text: str, name: str) -> None:
    """Marks that turn a line round are escapes, and each isolate is closed in its line."""
    answers = {"ownership_changed": text, "unequal_treatment": text}
    complaint = decided(language, "upheld", "rule_fits", text=text, answers=answers, filed_by=name)
    if complaint_codes(complaint) or not re.search(r"\w", name):
        return
    try:
        made = complaint_letter("decision", complaint, about(language))
    except RecordIncomplete:
        return
    for line in made.text.split("\n"):
        assert line.count("\u2068") == line.count("\u2069")
    assert hidden_characters(re.sub("[\u2068\u2069\n]", "", made.text)) == hidden_characters("")


def test_what_a_network_wrote_in_another_language_is_said_to_be_in_it() -> None:
    """A complaint in Russian to a network of German letters: our own German sentence has a Russian one, others none."""
    ours, german = words_of("ru").network, words_of("de").network
    network = replace(about("ru").settings, language="de", out_of_court=german["out_of_court"])
    asked = made_complaint("ru")

    own = complaint_letter("acknowledgement", asked, replace(about("ru"), settings=network)).text
    theirs = replace(network, out_of_court="Zur Schlichtung geht es bei der Kammer und nach dem Brief.")
    other = complaint_letter("acknowledgement", asked, replace(about("ru"), settings=theirs)).text

    assert ours["out_of_court"] in own
    assert german["out_of_court"] not in own
    assert "«Zur Schlichtung geht es bei der Kammer und nach dem Brief.» (на немецком языке)" in other


def test_an_answer_says_in_which_language_the_letter_on_the_decision_is() -> None:
    """The letter about the new decision is in the network's language, whatever the complaint's."""
    german = replace(about("ru"), settings=replace(about("ru").settings, language="de"))
    answered = decided("ru", "reversed", "milder_measure")

    assert "Это письмо составлено на немецком языке." in complaint_letter("decision", answered, german).text
    assert "Это письмо составлено" not in complaint_letter("decision", answered, about("ru")).text
