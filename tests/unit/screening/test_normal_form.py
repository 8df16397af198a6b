"""The normal form of names, across scripts, forms and the ways of ad records."""

import re
from importlib.resources import files

import pytest

from evenhand.screening.names.name_variants import name_variants
from evenhand.screening.names.normal_form import MOST_TOKENS, read_name
from evenhand.screening.names.script import latin
from evenhand.screening.names.words import KINDS, LEGAL_FORMS, NUMBER_WORDS, VARIANTS, WEIGHTS
from tests.each_case import each_case


@each_case(
    ("text", "tokens"),
    [
        ("Qa'ida", ("qaida",)),
        ("M.I.D.", ("mid",)),
        ("Ελλάδα", ("ellada",)),
        ("王伟", ("wang", "wei")),
        ("T\u200bass\u202e", ("tass",)),
        ("Alfa LLC Ltd", ("alfa",)),
        ("Limited Liability Company", ("limited", "liability", "company")),
        ("ООО Ромашка", ("romashka",)),
        ("ABC Intl Dev", ("abc", "international", "development")),
        ("AT&T Inc.", ("atandt",)),
        ("H and M", ("handm",)),
        ("A & M Norden", ("a", "m", "norden")),
        ("Norden Tecnhologies", ("norden", "technology")),
        ("Spa Norden", ("spa", "norden")),
        ("SpA Norden", ("norden",)),
    ],
)
def test_an_organisation_is_read_into_its_telling_words(text: str, tokens: tuple[str, ...]) -> None:
    """Quotes, dots, scripts, forms and short forms fall away."""
    assert read_name(text, "name", person=False).tokens == tokens


def test_numbers_are_kept_apart_however_they_are_written() -> None:
    """Digits, words, ordinals and Roman numerals are one."""
    for text in ("Channel 4", "Channel Four", "Fourth Channel", "Channel IV", "Channel-04", "Channel4", "4th Channel"):
        assert read_name(text, "name", person=False).numbers == {"4"}


@pytest.mark.parametrize("behind", ["2026", "No. 2", "Two", "II"])
def test_a_legal_form_is_read_before_a_number(behind: str) -> None:
    """Who writes a number behind a name writes it behind the form."""
    name = read_name(f"Norden Trading FZE {behind}", "name", person=False)

    assert (name.tokens[:2], name.form[:7]) == (("norden", "trading"), "private")
    assert name.numbers in ({"2026"}, {"2"})


def test_a_ten_and_a_unit_are_one_number() -> None:
    """`Brigade Forty-Four` is Brigade 44; `20 15` stays two numbers."""
    assert read_name("Brigade Forty-Four", "name", person=False).numbers == {"44"}
    assert read_name("Brigade Forty 4", "name", person=False).numbers == {"44"}
    assert read_name("Forum 20 15", "name", person=False).numbers == {"20", "15"}


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("JC Juncker", ("j", "c", "juncker")),
        ("Siraj al-Din Haqqani", ("sirajuddin", "haqqani")),
        ("سراج الدين حقاني", ("~srjdyn", "~hqny")),
        ("Abdoulkarim Wael", ("abd", "karim", "wael")),
        ("Ng Lee", ("ng", "lee")),
        ("din din", ("din", "din")),
        ("Karel Vandenberg", ("karel", "van", "den", "berg")),
        ("Ana Delossantos", ("ana", "de", "los", "santos")),
    ],
)
def test_a_persons_compounds_are_read_alike_however_they_are_spaced(text: str, tokens: tuple[str, ...]) -> None:
    """Two consonants are initials; `al-din` and `abdul` belong to the word beside them."""
    assert read_name(text, "name", person=True).tokens == tokens


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Alfa S.à r.l.", "private fr-sarl"),
        ("Alfa Sp. z o.o.", "private"),
        ("Alfa 有限公司", "private"),
        ("شركة Alfa", "plain"),
        ("Société Anonyme Alfa", ""),
        ("Alfa Société Anonyme", "public"),
        ("ANO Alfa", "nonprofit"),
    ],
)
def test_legal_forms_of_many_languages_are_taken_off(text: str, form: str) -> None:
    """A form is exchanged in translation more often than a name."""
    assert (read_name(text, "name", person=False).form == form) or not form


def test_a_person_keeps_words_that_would_be_legal_forms_and_loses_titles() -> None:
    """`Co` and `An` are surnames somewhere."""
    assert read_name("Dr. An Co", "name", person=True).tokens == ("an", "co")
    assert read_name("Abdulhai Igor", "name", person=True).tokens[1:] == ("hai", "igor")


def test_arabic_keeps_its_consonants_and_the_article_apart() -> None:
    """The script leaves out short vowels; the mark says so."""
    assert latin("محمد الجزيرة")[0].split() == ["~mhmd", "al", "~jzyrh"]
    assert latin("عبدالله")[0] == "abdullah"


def test_only_a_word_that_mixes_scripts_is_marked() -> None:
    """`AO Банк` is two honest words; `Bаnk` is not one."""
    assert latin("AO-Банк") == ("ao-bank", False)
    assert latin("B\u0430nk") == ("bank", True)


def test_a_very_long_name_is_cut() -> None:
    """One row may not slow a whole file down."""
    assert len(read_name("ab " * 9_000, "name", person=False).tokens) <= MOST_TOKENS


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Paid for by Nordlicht", "Nordlicht"),
        ("Client: Nordlicht", "Nordlicht"),
        ("Quorum Buying obo Nordlicht", "Nordlicht"),
        ("Nordlicht via Quorum", "Nordlicht"),
        ("Nordlicht (advertiser) - Quorum (agency)", "Nordlicht"),
        ("@Nordlicht", "Nordlicht"),
        ("Nordlicht [Verified]", "Nordlicht"),
        ("Nordlicht Rundfunk (NLR)", "NLR"),
        ("NordLicht", "Nord Licht"),
        ("Quorum / Nordlicht", "Nordlicht"),
        ("Al Quorum/Nordlicht Werk", "Nordlicht Werk"),
        ("Anna Nord Press Office", "Anna Nord"),
        ("Office of Anna Nord", "Anna Nord"),
        ("Attn: Anna Nord", "Anna Nord"),
    ],
)
def test_a_written_name_is_taken_apart_into_what_it_may_stand_for(text: str, reading: str) -> None:
    """Ad records wrap a name in phrases of their own."""
    assert reading in name_variants(text)


def test_a_bracket_with_a_country_or_one_plain_word_is_no_name() -> None:
    """Trap of `screening.md` §11."""
    assert name_variants("Bank of Somewhere (Finland)") == ("Bank of Somewhere (Finland)",)
    assert name_variants("Bank of Somewhere (Founded)") == ("Bank of Somewhere (Founded)", "Bank of Somewhere")


def test_every_country_of_the_readers_weighs_the_same_as_a_word() -> None:
    """A company named after a small country is no easier to take for another than one named after a large one."""
    names = re.findall(
        r"(?m)(?:\t|\|)([A-Z][a-z]{3,})(?=\||$)", (files("evenhand.lists.formats") / "countries.txt").read_text()
    )
    missing = {name for name in names if KINDS.get(name.lower()) != "country"}

    assert len(names) > 150
    assert missing <= {"Antarctica", "Pitcairn"}
    assert len({WEIGHTS[word] for word, kind in KINDS.items() if kind == "country"}) == 1


def test_the_tables_hold_no_word_twice_with_two_meanings() -> None:
    """Every weight lies in [0, 1]; every country word weighs the same."""
    assert all(0 <= weight <= 1 for weight in WEIGHTS.values())
    assert WEIGHTS["norwegian"] == WEIGHTS["syrian"] == WEIGHTS["russian"]
    assert NUMBER_WORDS["fourth"] == "4"
    assert (LEGAL_FORMS[("ooo",)], LEGAL_FORMS[("gmbh",)]) == ("private ru-ooo", "private de-gmbh")
    assert VARIANTS["sasha"] & VARIANTS["aleksandr"]
