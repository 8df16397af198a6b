"""Names that are the same as a whole, however short: the weakest band."""

import pytest

from evenhand.model.finding import Finding
from evenhand.model.listing import ListedEntity
from evenhand.screening import compare, screen
from evenhand.screening.explanation import sentence
from evenhand.screening.names.normal_form import read_name
from evenhand.screening.names.weights import THRESHOLD
from evenhand.screening.parties.whole_names import core
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, index_of, number

OUTLETS = (
    entity("o-1", name="QTV", controlTypology="SC", country="qm"),
    entity("o-2", name="Vessari News", controlTypology="SC", country="qm"),
    entity("o-3", name="Voice of Morvane", controlTypology="SC", country="qn"),
    entity("o-4", name="plenta.ru", controlTypology="SC", country="qn"),
    entity("o-5", name="Morvane Today (Tellmar Agency)", controlTypology="SC", country="qn"),
    entity("o-6", name="Daily News", controlTypology="SC", country="qm"),
    entity("o-7", name="Morvisa Media and Communication Corporate", controlTypology="SC", country="qn"),
    entity("o-8", name="Al Torvan Publishing House (Al Torvan", controlTypology="SC", country="qn"),
    entity("o-9", name="TV5 Globo", controlTypology="SC", country="qn"),
    entity("o-10", name="Al Jazeela", controlTypology="SC", country="qn"),
)
GROUP = entity("s-1", name="Front for the Freeing of Quillmark", alias="FFQ", program="made-up")
SHIP = entity("s-2", schema="Vessel", name="TULQ", program="made-up")


def found(name: str, *entities: ListedEntity, **fields: object) -> list[Finding]:
    listed = entities or (*OUTLETS, GROUP, SHIP)
    return list(screen([("advertiser", advertiser(name, **fields))], index_of(*listed)))


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("QTV", "o-1"),
        ("QTV News", "o-1"),
        ("QTV International", "o-1"),
        ("qtv GmbH", "o-1"),
        ("Vessari", "o-2"),
        ("Vessari Radio", "o-2"),
        ("Vessari TV Germany", "o-2"),
        ("VOM", "o-3"),
        ("Plenta", "o-4"),
        ("Tellmar", "o-5"),
        ("QTV Wien", "o-1"),
        ("Nachrichtenagentur QTV", "o-1"),
        ("Vessari Vienna Office", "o-2"),
        ("ITAQ-QTV", "o-1"),
        ("Morvisa", "o-7"),
        ("Al-Dschasila", "o-10"),
    ],
)
def test_an_outlet_is_found_by_the_short_name_that_people_type(name: str, entry: str) -> None:
    """Nothing but a name speaks for it, so it is the weakest band and below the threshold."""
    (finding,) = [each for each in found(name) if each.kind == "state_media"]

    assert (finding.entity_id, finding.strength, finding.certain) == (entry, "name_only", False)
    assert finding.score < THRESHOLD
    assert finding.because[-1].name == "name.whole_only"
    assert "nothing but the name speaks for it" in sentence(finding)


@pytest.mark.parametrize(
    "name", ["QTV Plumbing", "QT", "Vessari Kitchens", "VOM Logistics", "Plenta Market Halls", "Daily Bread", "News"]
)
def test_a_company_with_the_same_letters_and_a_word_of_its_own_is_not_found(name: str) -> None:
    """Words that outlets do not add tell it apart."""
    assert found(name) == []


def test_a_listed_group_known_by_three_letters_is_a_possible_match() -> None:
    """A designated organisation's whole name is more than a hint."""
    (finding,) = found("FFQ")
    assert (finding.entity_id, finding.strength) == ("s-1", "possible")


def test_a_ship_of_four_letters_says_less_than_an_organisation() -> None:
    """Many companies bear the names of ships; nobody is shown for that alone."""
    assert found("TULQ") == []


@pytest.mark.parametrize(
    "fields",
    [{"aliases": ("Quantum Television Repairs",)}, {"aliases": ("Quillon Tool Ventures",)}, {"schema": "Person"}],
)
def test_a_fuller_name_or_a_person_is_told_apart(fields: dict[str, object]) -> None:
    """The short name of somebody whose full name is another says nothing."""
    assert found("QTV", **fields) == []


def test_another_valid_number_speaks_against_the_name() -> None:
    """A strong comparison against outweighs a name."""
    imo = {"imoNumber": "9074729", "name": "QTV", "controlTypology": "SC"}
    other = advertiser("QTV", identifiers=(number("imo", "IMO 9241061"),))
    assert not compare(other, entity("o-9", **imo), SUFFIXES).name_only
    assert compare(advertiser("QTV"), entity("o-9", **imo), SUFFIXES).name_only


def test_a_weak_alias_is_not_asked_for_alone() -> None:
    """Its publisher calls it weak."""
    assert found("QX", entity("s-3", name="Quillmark Export Bureau", weakAlias="QX")) == []


def test_the_website_of_an_outlet_makes_the_short_name_certain() -> None:
    """The bands tell apart what speaks for a match."""
    listed = entity("o-1", name="QTV", controlTypology="SC", website="qtv.example")
    (finding,) = found("QTV", listed, domains=("qtv.example",))
    assert (finding.strength, finding.name_only) == ("certain", False)


def test_the_country_of_neither_side_changes_the_band() -> None:
    """Mirror: the countries exchanged, the same answer."""
    for country, other in (("qm", "qn"), ("qn", "qm")):
        listed = entity("o-1", name="QTV", controlTypology="SC", country=country)
        bands = [each.strength for each in found("QTV", listed, country=other.upper())]
        assert bands == ["name_only"]


@pytest.mark.parametrize("text", ["", "ТАСС", "a" * 10_000, "!!!", "🎈", "TV", "The", "1 2 3"])
def test_any_name_has_a_core(text: str) -> None:
    """Nothing breaks on odd names, and a name that is only general words stays whole."""
    name = read_name(text, "name", person=False)
    assert core(name) == name.joined


AIRLINE = entity("s-5", name="Iran Sky", alias="SKY OF IRAN", program="made-up")


@pytest.mark.parametrize(
    "name", ["Iran Sky Wien", "Iran Sky Büro Wien", "Iran Sky Niederlassung Österreich", "Iran Sky Company Rome"]
)
def test_an_office_of_an_organisation_of_general_words_is_shown(name: str) -> None:
    """Its words are too general for a match; that they are all of its name, beside a town, is worth a look."""
    (finding,) = found(name, AIRLINE)
    assert finding.strength in {"name_only", "possible"}


@pytest.mark.parametrize("name", ["Iran Wien", "Sky Wien", "Iran Sky Carpets Wien", "Iran Blue Sky Wien"])
def test_a_part_of_such_a_name_with_a_town_is_not(name: str) -> None:
    """Another word, or one that lacks, is another company."""
    assert found(name, AIRLINE) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Hezbalor", True), ("Hisbalor", True), ("Hizbalor Group", True), ("Hizbal", False), ("Hizbalor Kitchens", False)],
)
def test_a_group_of_one_word_is_found_in_another_spelling(name: str, shown: bool) -> None:
    """The same consonants in letters that are nearly the same; words for a group of companies do not count."""
    bands = [each.strength for each in found(name, entity("s-6", name="HIZBALOR", program="made-up"))]
    assert bool(bands) is shown
    assert set(bands) <= {"name_only", "possible"}


def test_a_company_is_found_by_the_name_of_its_group() -> None:
    """`RENOVO GROUP` is listed."""
    (finding,) = found("Renovo", entity("s-7", name="RENOVO GROUP", program="made-up"))
    assert finding.strength == "name_only"


@pytest.mark.parametrize(("name", "entry"), [("Al Torvan", "o-8"), ("TV5Globo", "o-9"), ("tv5globo", "o-9")])
def test_an_outlet_is_found_though_a_bracket_lacks_its_end_or_its_number_stands_in_a_word(
    name: str, entry: str
) -> None:
    """A table cut a name off; people write a channel's number together with the words around it."""
    assert entry in {each.entity_id for each in found(name)}


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Al-Kaiva", True), ("El Kaiva", True), ("Al Caiva", True), ("Kaiva", False), ("Al Kavo", False), ("Al K", False)],
)
def test_a_group_is_found_in_another_spelling_behind_an_article(name: str, shown: bool) -> None:
    """German, Spanish and Italian spell an Arabic word each in its way; without the article it is another name."""
    bands = [each.strength for each in found(name, entity("s-8", name="AL-QAIVA", program="made-up"))]
    assert bands == ["name_only"] * shown


def test_a_company_that_bears_its_country_in_its_name_is_found_where_else_it_is_registered() -> None:
    """An airline has companies in many countries; a name without a country's word is doubted more elsewhere."""
    airline = entity("s-9", name="SYRIAN ARAB SKYLINES", country="sy")
    here, elsewhere = (compare(advertiser("Syrian Skylines", country=code), airline, SUFFIXES) for code in ("", "DE"))
    assert here.score == elsewhere.score
    plain = entity("s-10", name="TORVAN SKYLINES", country="sy")
    assert compare(advertiser("Torvan Skylines", country="DE"), plain, SUFFIXES).score < (
        compare(advertiser("Torvan Skylines"), plain, SUFFIXES).score
    )


def test_the_same_consonants_alone_are_no_other_spelling() -> None:
    """Quindar and KUNDUR share their consonants and no more."""
    assert found("Quindar", entity("s-11", name="KUNDUR HOLDING", program="made-up")) == []


@pytest.mark.parametrize("country", ["qm", "qn"])
@pytest.mark.parametrize("word", ["Winslow", "Winslaw", "Carrow", "Carrew", "Pankow", "Malenkow"])
def test_a_reading_in_another_spelling_is_no_further_name_of_ours(word: str, country: str) -> None:
    """`-ow` ends German spellings of Russian names; an outlet of such a word is found as any other is."""
    listed = entity("o-1", name=f"{word} News Agency", controlTypology="SC", country=country)

    (finding,) = found(f"{word} Nachrichtenagentur", listed)

    assert (finding.strength, finding.entity_id) == ("name_only", "o-1")
