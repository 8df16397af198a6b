"""The letter: read as prose, nothing empty, nothing that only a machine understands."""

import re
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.model.errors import RecordIncomplete
from evenhand.model.record import sha256_hex
from evenhand.model.statement import DecisionGround, FreeText, Source, StatementOfReasons
from evenhand.model.visible_text import hidden_characters
from evenhand.reasons import letter, public_record, statement_of_reasons, to_dsa
from evenhand.reasons.kinds import RESTRICTIONS
from evenhand.reasons.language import isolated, words_of
from tests.each_case import each_case
from tests.unit.reasons.made import (
    BY_PERSON,
    CASES,
    LANGUAGES,
    LETTERS,
    LIFTED,
    OTHER_LANGUAGE,
    SNAPSHOTS,
    made_case,
    made_decision,
    made_rule,
    snapshot,
    statement_for,
    told_in,
)

STATEMENT = statement_of_reasons(made_decision(), made_case())
TEXTS = st.lists(st.one_of(st.text(), st.sampled_from("\u202e\u202c\u2066\u2069\u2029{}"))).map("".join)
CODES = re.compile(r"\b[a-z]+_[a-z_]+\b|STATEMENT_|KEYWORD_|slot|\{|\}|\b[ak]-[0-9]|sha256", re.ASCII)


@each_case("language", LANGUAGES)
@each_case("name", [*SNAPSHOTS, *LIFTED])
def test_a_letter_is_what_was_read_and_approved(name: str, language: str) -> None:
    """Every kind of restriction has its letter in every language kept as a file, reviewed as prose."""
    assert snapshot(name, language) == (LETTERS / language / f"{name}.txt").read_text(encoding="utf-8")


def test_no_letter_is_kept_that_nothing_makes() -> None:
    """A snapshot without its case would be read for nothing."""
    kept = {f"{path.parent.name}/{path.stem}" for path in LETTERS.glob("*/*.txt")}
    assert kept == {f"{language}/{name}" for language in LANGUAGES for name in (*SNAPSHOTS, *LIFTED)}


@each_case("language", LANGUAGES)
@each_case("name", [*CASES, *BY_PERSON])
def test_a_letter_says_all_that_the_law_asks_and_nothing_coded(name: str, language: str) -> None:
    """DSA Art. 17(3): whom, on what ground, why, where to complain and until when; no code, no id but a campaign's."""
    statement = statement_for(name, language)

    text = letter(statement, language).text

    said = (
        statement.advertiser.name,
        statement.ground.reference,
        statement.ground.explanation,
        statement.redress.internal.url,
        words_of(language).day(statement.redress.internal.until),
        statement.id,
        statement.decision,
    )
    assert all(each in text for each in said)
    assert CODES.search(text) is None


@each_case("language", LANGUAGES)
@each_case("kind", RESTRICTIONS)
def test_every_kind_of_restriction_has_a_letter_in_every_language(kind: str, language: str) -> None:
    """`reasons.md` §3: whatever the database can be told, the advertiser is told first."""
    notice = letter(replace(STATEMENT, kind=kind, template=None), language)
    assert (notice.language, notice.asked_language) == (language, None)
    assert notice.subject


def test_of_law_and_clause_exactly_one_slot_is_filled() -> None:
    """DSA Art. 17(3)(d) and (e): one of them is the ground, never both and never none."""
    by_clause = letter(STATEMENT)
    by_law = letter(statement_of_reasons(*CASES["end-payout"]))

    assert (by_clause.slots.d, by_law.slots.e) == (None, None)
    assert by_clause.slots.e
    assert by_law.slots.d


def test_the_way_out_stands_right_after_the_decision() -> None:
    """A reader who stops after two paragraphs knows what happened and what can be done."""
    notice = letter(STATEMENT)
    order = [notice.text.index(part) for part in (notice.slots.a, notice.slots.f, notice.slots.b, notice.slots.c)]
    assert order == sorted(order)


def test_the_hash_is_of_the_bytes_as_sent() -> None:
    """The ledger keeps the hash, the network the bytes: they must belong together."""
    notice = letter(STATEMENT)
    assert notice.sha256 == sha256_hex(notice.text.encode())


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("facts", {"facts": " … "}),
        ("scope", {"scope": ()}),
        ("kind", {"kind": "made-up-kind", "template": None}),
        ("kind", {"template": "account_kept"}),
        ("ground.explanation", {"ground": DecisionGround(type="clause", reference="Section 4", explanation=" ")}),
        ("redress.judicial.text", {"redress": replace(STATEMENT.redress, judicial=FreeText(text=""))}),
    ],
)
def test_a_letter_with_an_empty_slot_is_refused(field: str, change: dict[str, object]) -> None:
    """A notice without one of its parts is no notice; the field is named, so that the case can be mended."""
    with pytest.raises(RecordIncomplete) as refused:
        letter(replace(STATEMENT, **change))
    assert field in [error.field for error in refused.value.errors]


def test_a_missing_translation_falls_back_to_english_and_says_so() -> None:
    """Nobody is left without reasons, and nobody believes a letter to be in a language that it is not in."""
    notice = letter(STATEMENT, "xx")
    assert (notice.language, notice.asked_language) == ("en", "xx")
    assert letter(STATEMENT, "en").asked_language is None
    assert letter(STATEMENT, "../en").asked_language == "../en"


def test_a_language_tag_with_a_country_gets_the_language() -> None:
    """A network writes `de-AT` and means German."""
    notice = letter(STATEMENT, "de-AT")
    assert (notice.language, notice.asked_language) == ("de", None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scope": "EEA"}, "in the whole European Economic Area"),
        ({"scope": "global"}, "applies everywhere"),
        ({"scope": "ZZ"}, "in ZZ"),
        ({"scope": ("DE",)}, "applies in Germany,"),
        ({"ends_on": STATEMENT.redress.internal.until}, "until 24 May 2027."),
        ({"account_kept": False}, "Your account is closed as well."),
        ({"source": Source(type="government", identity="Made-up Office")}, "The report came from Made-up Office."),
        (
            {"ground": replace(STATEMENT.ground, also_illegal=True, url=None)},
            "We also consider this to be against the law.",
        ),
    ],
)
def test_a_letter_follows_the_record(change: dict[str, object], words: str) -> None:
    """Scope, duration, account, source and ground are said as the record has them."""
    changed: StatementOfReasons = replace(STATEMENT, **change)
    assert words in letter(changed).text


def test_braces_in_a_name_are_text() -> None:
    """A name is filled in once and never read as a place to fill."""
    named = replace(STATEMENT, advertiser=replace(STATEMENT.advertiser, name="{facts} & Sons"))
    assert "To {facts} & Sons" in letter(named).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_would_change_the_outcome_stands_before_the_complaint(language: str) -> None:
    """The advertiser's way out comes first after the decision itself, where the rule says it (`reasons.md` §2)."""
    statement = statement_for("suspend-order", language)
    notice = letter(statement, language)
    assert statement.way_out is not None
    assert notice.text.index(notice.slots.a) < notice.text.index(statement.way_out) < notice.text.index(notice.slots.f)


@pytest.mark.parametrize("way_out", [None, "", " … "])
def test_without_a_way_out_nothing_is_said_of_one(way_out: str | None) -> None:
    """A heading without a way would be worse than none."""
    assert letter(replace(STATEMENT, way_out=way_out)).text == letter(STATEMENT).text


ENGLISH_WORDS = re.compile(
    r"\b(the|of|and|is|are|that|with|by|who|which|has|have|from|be|this|their|for|you|can|not|to)\b", re.IGNORECASE
)
OTHERS = [language for language in LANGUAGES if language != "en"]


@each_case("language", OTHERS)
@each_case("name", [*CASES, *BY_PERSON, *LIFTED])
def test_no_english_sentence_stands_unannounced_in_a_letter_of_another_language(name: str, language: str) -> None:
    """Anyone who reads German learns in German that a rule is quoted in English; all the rest is German."""
    assert ENGLISH_WORDS.findall(_without_quotations(snapshot(name, language), language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_of_a_finding_or_comparison_is_english_in_another_language(language: str) -> None:
    """What a sentence is made of, for every kind of finding, comparison, attribute and value that we know."""
    words = msgspec.to_builtins(words_of(language))
    texts = {f"{table}.{key}": text for table, sentences in words.items() if isinstance(sentences, dict)
             for key, text in sentences.items() if table != "countries"}  # fmt: skip
    names = r"\{\w+\}|Specially Designated Nationals|Office of Foreign Assets Control|State Media Matrix"
    found = {key: ENGLISH_WORDS.findall(re.sub(names, "", text)) for key, text in texts.items()}
    assert {key: english for key, english in found.items() if english} == {}


@pytest.mark.parametrize("language", OTHERS)
def test_a_rule_of_the_letters_own_language_is_quoted_without_a_word_about_it(language: str) -> None:
    """A rulebook written in German says so in `@language`, and its letters call nothing English."""
    rule = made_rule(language=f"{language}-XX", why="Warum.", way_out="Ausweg.")
    statement = told_in(language, made_decision(rule=rule), made_case(rule))

    text = letter(statement, language).text

    assert words_of(language).languages["en"] not in text
    assert words_of(language).languages[language] not in text
    assert {"Warum.", "Ausweg."} <= set(re.findall(r"Warum\.|Ausweg\.", text))


def test_the_check_of_english_words_finds_what_it_is_for() -> None:
    """A quotation is left out only where the letter says in which language it is."""
    assert ENGLISH_WORDS.findall(_without_quotations("Es gilt: „the rule of all“ (auf Englisch)", "de")) == []
    assert ENGLISH_WORDS.findall(_without_quotations("Die Regel lautet auf Englisch: „the rule“", "de")) == []
    assert ENGLISH_WORDS.findall(_without_quotations("Die Regel lautet: „the rule“", "de")) == ["the"]


def _without_quotations(text: str, language: str) -> str:
    """Return a letter without the quotations that it says to be in another language."""
    words = words_of(language)
    quoted = f"{re.escape(words.writing['open'])}[^\n]*?{re.escape(words.writing['close'])}"
    named = re.escape(words.languages["en"])
    before, after = rf"{named}\)?\s?: *{quoted}", rf"{quoted} \({named}\)"
    return re.sub(f"{before}|{after}", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_in_another_language_than_the_record_says_so(language: str) -> None:
    """Facts and reasons are not translated by a program; nobody should take them for part of the letter."""
    statement = statement_for(OTHER_LANGUAGE, language)
    words = words_of(language)
    said = words.verbatim["in"].format(language=words.called(statement.worded_in or "other"))
    assert said in letter(statement, language).slots.b
    assert said not in letter(statement_for("refuse-ads", language), language).text


def test_a_record_that_does_not_say_its_language_is_told_as_such() -> None:
    """Records of before have no `worded_in`: an English letter reads as it did, another does not guess."""
    before = replace(STATEMENT, worded_in=None)
    assert letter(before).text == letter(STATEMENT).text
    assert words_of("de").verbatim["other"] in letter(before, "de").text


def test_a_record_written_before_these_fields_reads_as_it_was() -> None:
    """Ledgers are for ever: what an earlier release wrote must give its letter."""
    raw = msgspec.to_builtins(STATEMENT)
    for field in ("worded_in", "way_out", "notice_period_days", "notice_waived"):
        del raw[field]
    assert letter(msgspec.convert(raw, StatementOfReasons)).text == letter(STATEMENT).text


def test_an_account_that_ends_is_not_said_to_stay() -> None:
    """Where the account is what is restricted, a sentence about the account besides would contradict it."""
    notice = letter(replace(STATEMENT, kind="end-account", template=None, account_kept=True))
    assert words_of("en").restriction["account_kept"] not in notice.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_swapping_country_and_party_changes_only_the_names(language: str) -> None:
    """Law *Mirror*, in every language: no sentence depends on where somebody is from (`reasons.md` §8)."""
    countries = words_of(language).countries

    here = _mirror(language, "DE", "Germany", "Harbour")
    there = _mirror(language, "FR", "France", "Prairie")

    swapped = here.replace(countries["DE"], countries["FR"]).replace("Germany", "France").replace("Harbour", "Prairie")
    assert swapped == there
    assert here != there


def _mirror(language: str, code: str, country: str, name: str) -> str:
    rule = made_rule(title=f"A made-up rule about {country}", why=f"It names {country}.", way_out=f"Leave {country}.")
    case = made_case(rule)
    party = replace(case.party, name=f"{name} Network", country=code)
    entity = replace(case.entities["made-1"], caption=f"{name} Corporation")
    decision = made_decision(rule=rule, territories=(code,))
    findings = tuple(replace(each, because=()) for each in decision.findings)
    case = replace(case, party=party, entities={"made-1": entity})
    return letter(told_in(language, replace(decision, findings=findings), case), language).text


@each_case("name", SNAPSHOTS)
def test_an_arabic_letter_runs_from_right_to_left(name: str) -> None:
    """Whatever shows it, no line may begin from the left, and no name may scramble what stands around it."""
    notice = letter(statement_for(name, "ar"), "ar")
    assert list(_scrambled(f"{notice.subject}\n{notice.text}")) == []


@given(name=TEXTS, said=TEXTS)
def test_no_name_and_no_text_of_others_can_turn_an_arabic_letter(name: str, said: str) -> None:
    """A name may hold marks of direction, line ends or braces: it stays where it stands."""
    told = replace(STATEMENT, advertiser=replace(STATEMENT.advertiser, name=f"A{name}"), way_out=f"B{said}")
    assert list(_scrambled(letter(replace(told, facts=f"C{said}"), "ar").text)) == []


HIDING = st.text(
    st.sampled_from("a é\u0642\u05d0\u200c\u200d\u202e\u2028\u0085\n\t\u2068\u2069\u200b\u3164\ufe0f\U000e0041{}")
)


@pytest.mark.parametrize("form", ["letter", "public", "tdb"])
@pytest.mark.parametrize("language", LANGUAGES)
@given(said=HIDING)
def test_no_text_of_others_hides_a_character_or_makes_a_line(language: str, form: str, said: str) -> None:
    """Name, rule, facts, address and who notified: what nobody sees is an escape, and isolates that stay are closed."""
    plain, hiding = _told(language, "A", form), _told(language, f"A{said}", form)

    assert len(hiding.split("\n")) == len(plain.split("\n"))
    while (shown := re.sub("\u2068([^\u2068\u2069]*)\u2069", r"\1", hiding)) != hiding:
        hiding = shown
    assert [line for line in hiding.split("\n") if hidden_characters(line)] == []


def _told(language: str, said: str, form: str) -> str:
    told = replace(
        statement_for("refuse-ads", language), facts=said, way_out=said,
        source=Source(type="other", identity=said),
        ground=DecisionGround(type="clause", reference=said, url=None, explanation=f"B{said}"),
        redress=replace(STATEMENT.redress, judicial=FreeText(text=said)),
    )  # fmt: skip
    told = replace(told, advertiser=replace(told.advertiser, name=said), facts_public=None)
    match form:
        case "letter":
            return letter(told, language).text
        case "public":
            return "\n".join(map(str, msgspec.to_builtins(public_record(told)).values()))
        case _:
            return "\n".join(map(str, to_dsa(told).values()))


@pytest.mark.parametrize("language", ["en", "de", "fr", "ru"])
def test_a_name_from_the_right_is_isolated_and_a_latin_one_is_not(language: str) -> None:
    """The number behind an Arabic name would move before it; an address without such letters is copied as it is."""
    named = replace(STATEMENT, advertiser=replace(STATEMENT.advertiser, name="قناة 24"))

    assert "\u2068قناة 24\u2069" in letter(named, language).text
    assert "\u2068" not in letter(STATEMENT, language).text


def test_the_check_of_direction_finds_what_it_is_for() -> None:
    """A test of direction that never fails would be worth nothing."""
    assert list(_scrambled(isolated("Latin"))) == []
    assert list(_scrambled("Latin اسم")) == ["begins with L: Latin اسم", "L outside: Latin اسم"]
    assert list(_scrambled("اسم \u2068اسم")) == ["isolates: اسم \u2068اسم"]
    assert list(_scrambled("اسم \u202e")) == ["isolates: اسم \u202e"]


def _scrambled(text: str) -> list[str]:
    """Return the lines that begin with a letter from the left, or have one outside an isolate, or a mark too many."""
    found: list[str] = []
    for line in text.split("\n"):
        kinds = [unicodedata.bidirectional(each) for each in line]
        outside, depth = [], 0
        for kind in kinds:
            depth += (kind == "FSI") - (kind == "PDI")
            outside += [kind] if depth == 0 else []
        strong = [kind for kind in outside if kind in ("L", "R", "AL")]
        if strong[:1] == ["L"]:
            found.append(f"begins with L: {line}")
        if "L" in strong:
            found.append(f"L outside: {line}")
        if depth != 0 or {"LRI", "RLI", "LRE", "RLE", "LRO", "RLO", "PDF"} & set(kinds):
            found.append(f"isolates: {line}")
    return found
