"""General words of names in other alphabets, put into English."""

import pytest

from evenhand.screening.names.translations import in_english, translated


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Национальная Медиа Группа", "national media group"),
        ("وكالة الأنباء القطرية", "agency news qatari"),
        ("中国中央电视台", "china central television"),
        ("서울방송", "서울 broadcasting"),
        ("ΑΛΦΑ Τηλεόραση", "ΑΛΦΑ television"),
        ("Норден Эйр", "Норден air"),
        ("朝鮮貿易銀行", "korea trading bank"),
        ("外國貿易銀行香港分行", "foreign trading bank hongkong branch"),
    ],
)
def test_general_words_in_other_alphabets_are_read_in_english_too(text: str, english: str) -> None:
    """An outlet calls itself by translated words as often as by its own."""
    assert translated(text) == english


@pytest.mark.parametrize("text", ["Radio Nord", "Nørdlicht", "Нордлихт", "北光"])
def test_a_name_without_known_words_has_no_second_reading(text: str) -> None:
    """The table holds general words only; names are transliterated."""
    assert translated(text) is None


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Islamischer Staat", "islamic state"),
        ("État islamique", "state islamic"),
        ("Neue Volksarmee", "new peoples army"),
        ("Zentralbank von Uruguay 2", "central bank of uruguay 2"),
        ("Partido Comunista de Moldavia", "party communist of moldova"),
        ("Tschechische Streitkräfte", "czech armed forces"),
    ],
)
def test_a_name_of_general_words_alone_is_read_in_english(text: str, english: str) -> None:
    """Lists give the English name of a movement or a state's bank; people type the one of their own language."""
    assert in_english(text) == english


@pytest.mark.parametrize("text", ["Islamic State", "Banco Tellmar", "Tellmar Banco", "Union Bank", "", "Staat " * 13])
def test_a_name_with_a_word_of_its_own_or_in_english_has_no_english_reading(text: str) -> None:
    """General words beside a telling one say little in any language."""
    assert in_english(text) is None
