"""A name that says itself that it is two is compared as each of them; names that hold such words innocently are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.listing import ListedEntity
from evenhand.screening import compare, screen
from evenhand.screening.names.name_markers import declared_names
from evenhand.screening.names.name_variants import name_variants
from evenhand.screening.names.weights import THRESHOLD
from evenhand.screening.names.words import table_lines
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, index_of
from tests.unit.screening.test_prefilter import prefilter

COMPANY = entity("c", "Company", name="Zorblatt Media Group", alias="Zorblatt")
PERSON = entity("p", "Person", name="Granat Torum")
MARKERS = [
    "t/a", "trading as", "d/b/a", "DBA", "doing business as", "formerly", "formerly known as", "f/k/a", "previously",
    "now", "vormals", "ehemals", "vorm.", "anciennement", "ex", "a.k.a.", "aka", "also known as", "alias", "genannt",
    "gen.", "im Auftrag von", "i.A.", "i. A.", "pour le compte de", "por cuenta de", "per conto di", "na zlecenie",
    "ранее", "по поручению", "on behalf of", "c/o", "/", "|",
]  # fmt: skip


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize(("listed", "schema"), [(COMPANY, "Company"), (PERSON, "LegalEntity"), (PERSON, "Person")])
def test_either_of_two_names_is_found(marker: str, listed: ListedEntity, schema: str) -> None:
    """It stands first, last, before a comma or in brackets; one comparison, index and prefilter find it."""
    name = listed.caption
    texts = [f"Bazooka Bakery {marker} {name}", f"{name} {marker} Bazooka Bakery"]
    if marker not in ("/", "|", "c/o"):
        texts += [f"Bazooka Bakery ({marker} {name})", f"{name} ({marker} Bazooka Bakery)"]
        texts += [f"{name}, {marker} Bazooka Bakery"] if marker != "on behalf of" else []

    for text in texts:
        party, index = advertiser(text, schema=schema), index_of(listed)
        assert compare(party, listed, SUFFIXES).score >= THRESHOLD, text
        assert [found.entity_id for found in screen([("advertiser", party)], index)] == [listed.id], text
        assert prefilter([party]).passing(index) == {"0"}, text


@pytest.mark.parametrize(
    "text",
    [
        "Granat Torum geb. Müller",
        "Granat Torum née Müller",
        "Granat Torum, geborene Müller",
        "Granat Müller geb. Torum",
        "Granat Müller (née Torum)",
        "Müller, Granat geb. Torum",
        "Müller geb. Torum, Granat",
        "Granat Müller z domu Torum",
        "Гранат Мюллер (урожд. Торум)",
        "Eheleute Granat und Anna Torum",
        "Eheleute Anna und Granat Torum",
        "Eheleute Torum, Anna und Granat",
        "M. et Mme Granat Torum",
        "Granat Torum for Congress",
        "Elect Granat Torum for U.S. Senate",
        "Committee to elect Granat Torum",
        "Paid for by Friends of Granat Torum",
        "ELEICAO 2022 GRANAT TORUM DEPUTADO FEDERAL",
        "Eleição 2024 Granat Torum Vereador",
        "Kiosk Sonne, Inhaber Granat Torum",
    ],
)
@pytest.mark.parametrize("schema", ["Person", "Organization", "LegalEntity"])
def test_a_person_is_found_by_a_name_of_birth_a_couple_or_a_campaign(text: str, schema: str) -> None:
    """A record of money says so, and nobody wrote the bare name."""
    party = advertiser(text, schema=schema)

    assert compare(party, PERSON, SUFFIXES).score >= THRESHOLD
    assert [found.entity_id for found in screen([("advertiser", party)], index_of(PERSON))] == ["p"]


@pytest.mark.parametrize(
    "text",
    [
        "Alias Wavefront Software", "Formerly Known Ales", "Ex Libris GmbH", "Dba Consulting", "AKA Bank",
        "Ex-Pat Services Ltd", "Now TV", "Apocalypse Now Store", "Then and Now Antiques", "Studio Alias Films",
        "Jean Aka Kouassi", "Gen. Contracting Ltd", "Syrian Gen. Directorate", "Born Free Foundation", "Née Jewellery",
        "Vormals Berlin Bar", "I.A. Robotics", "John T.A. Smith", "Familie Müller", "Committee to Protect Journalists",
        "Vote for Schools", "Eleições em Foco", "Elect Electronics", "Music for Everyone", "Deus ex Machina",
        "Now", "formerly", "geb.", "ex-", "Eheleute und", "formerly known ales",
    ],
)  # fmt: skip
def test_a_name_that_holds_such_a_word_is_one_name(text: str) -> None:
    """A side of one general word, or a word in front of all, says nothing of another name."""
    assert list(declared_names(text)) == []


def test_a_date_behind_a_birth_is_no_name() -> None:
    """Lists write `born in Kandahar on 1 Jan. 1967` behind a name."""
    assert list(declared_names("Granat Torum, born in Qopra on 1 Jan. 1967")) == ["Granat Torum"]
    assert list(declared_names("Granat Torum geb. 1967")) == ["Granat Torum"]


def test_no_line_of_the_table_is_read_as_nothing() -> None:
    """Every phrase stands for itself in the patterns: a kind that is spelled otherwise would be left out silently."""
    kinds = {kind for kind, _ in table_lines("name_markers.txt")}

    assert kinds == {
        "between", "between as written", "perhaps", "perhaps as written", "birth", "birth as written", "couple", "vote",
        "office", "cargo",
    }  # fmt: skip
    for kind, phrases in table_lines("name_markers.txt"):
        for phrase in phrases.split("|"):
            text = {
                "couple": f"{phrase.strip()} Granat und Anna Torum",
                "vote": f"{phrase.strip()} Granat Torum",
                "office": f"Granat Torum for {phrase.strip()}",
                "cargo": f"Eleição 2022 Granat Torum {phrase.strip()}",
            }.get(kind, f"Granat Torum {phrase.strip()} Anna Müller")
            assert "Granat Torum" in name_variants(text), text


PIECES = st.sampled_from([
    "Granat", "Torum", "Bazooka", "und", "&", "for", "Congress", "formerly", "now", "ex-", "ex", "alias", "geb.", "née",
    "born", "Eheleute", "elect", "(", ")", ",", "-", "d'", "pour le compte d'", "Eleição", "2022", "i.A.", "1967", "/",
])  # fmt: skip


@given(st.lists(PIECES, max_size=7), st.sampled_from(["", " "]))
def test_any_run_of_such_words_is_read_without_an_error(pieces: list[str], between: str) -> None:
    """What parses is fuzzed; no variant is empty, and the name as it is written stays one."""
    found = name_variants(between.join(pieces))

    assert all(each.strip() == each for each in found)
    assert len(set(found)) == len(found) > 0
