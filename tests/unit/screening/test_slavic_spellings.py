"""Russian names as German and Polish texts spell them meet the lists' English spelling, and nobody else's."""

import pytest

from evenhand.screening import compare, screen
from evenhand.screening.names.slavic_spellings import in_english_spelling
from evenhand.screening.names.weights import THRESHOLD
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, index_of


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Jewgenij Woroschilow", "VOROZHILOV, Yevgeniy"),
        ("Woroschilow, Arkadij Borissowitsch", "VOROZHILOV, Arkady"),
        ("Wjatscheslaw Tschagin", "CHAGIN, Vyacheslav"),
        ("Zubarin, Igor Iwanowitsch", "TSUBARIN, Igor"),
        ("Wiktor Soljakow", "ZOLYAKOV, Viktor"),
        ("Siergiej Czagin", "CHAGIN, Sergey"),
        ("Woroszyłow Arkadij Borisowicz", "VOROSHYLOV, Arkady"),
        ("Łuszczenko Wiaczesław", "LUSHCHENKO, Vyacheslav"),
    ],
)
def test_a_spelling_of_another_language_is_found_with_and_without_an_index(ours: str, theirs: str) -> None:
    """Of a table of clients nobody says whether a name is a person's; the listed one is."""
    listed = entity("e1", "Person", name=theirs)

    assert compare(advertiser(ours), listed, SUFFIXES).score >= THRESHOLD
    assert [found.entity_id for found in screen([("advertiser", advertiser(ours))], index_of(listed))] == ["e1"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Jewgenij Woroschilow", "VOROBYOV, Yevgeniy"),
        ("Woroschilow, Arkadij Borissowitsch", "VOROZHILOV, Arkady Petrovich"),
        ("Wiktor Soljakow", "SOLYANIK, Viktor"),
        ("Petrowitsch Transporte", "PETROV, Ivan"),
        ("Barlow Andrew", "BARANOV, Andrey"),
    ],
)
def test_another_person_is_not(ours: str, theirs: str) -> None:
    """Another surname, or another father."""
    assert compare(advertiser(ours), entity("e1", "Person", name=theirs), SUFFIXES).score < THRESHOLD


@pytest.mark.parametrize("text", ["Schneider & Weiss GmbH", "Wojtek", "Zeitung", "Jung von Matt", "Polska Żegluga", ""])
def test_other_names_have_no_further_spelling(text: str) -> None:
    """Each is one more name to look for."""
    assert in_english_spelling(text) == ()
