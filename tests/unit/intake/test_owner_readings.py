"""Names that the text of an owner may hold: what stands beside a name hides nobody, and a firm's own words are its."""

import pytest

from evenhand.intake.values.owner_cells import ONE_OWNER, owners_in
from evenhand.intake.values.owner_readings import COMPARED_IN_PARTS, holds_more, is_of_one, other_readings

LISTED = "Jane Doe"


@pytest.mark.parametrize(
    "text",
    [
        "Mehrheitlich {}", "Alleingesellschafter: {}", "Alleininhaber {}", "sole owner {}", "beneficial owner {}",
        "UBO: {}", "Mehrheit: {}", "51 v.H. {}", "{} 2/3", "{} 51/100", "{} 25.001 Stück", "EUR 12.500 {}",
        "{} drei Viertel", "{} fünfzig Prozent", "{}: die Hälfte", "{} zur Hälfte", "halb {}", "1. {} 2. Hans Roe",
        "{} und Hans Roe", "Hans Roe & {}", "Hans Roe (Treuhänder für {})", "{} (Mehrheitsgesellschafter)",
        "Gesellschafter-Geschäftsführer {}", "Investor {}", "Actionnaire majoritaire {}", "{} la moitié",
        "Titular real: {}", "Titolare effettivo {}", "Grootaandeelhouder {}", "Sócio majoritário {}",
        "Większościowy udziałowiec {}", "Gerçek faydalanıcı {}", "Бенефициар {}", "Власник {}", "Většinový majitel {}",
        "oberste Leitung: {}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", [LISTED, "Oleg Roe", "LI WEI"])
def test_a_word_beside_a_name_hides_nobody_and_is_told(text: str, name: str) -> None:
    """In whatever language, on either side, and whoever is called so."""
    cell = text.format(name)
    [owner] = owners_in(cell).owners

    assert name in other_readings(owner.name)
    assert owner.share is None
    assert owners_in(cell).remarks == ((cell, COMPARED_IN_PARTS),)


@pytest.mark.parametrize(
    "text",
    [
        "{}, geb. 02.01.1968", "{} (Wien)", "{} wohnhaft in Wien", "Mehrheitsbevollmächtigte {}", "RU {}", "{} RU",
        "Trust of {}", "{} Holding GmbH", "Stiftung {}", "{} / Hans Roe", "{}, Hans Roe", "ab 1.1.2020 {}",
    ],
)  # fmt: skip
def test_a_word_that_no_list_knows_is_taken_away_where_its_form_shows_it(text: str) -> None:
    """Small letters, codes of two letters, dates, brackets, long first words and words of groups."""
    assert LISTED in other_readings(text.format(LISTED))


@pytest.mark.parametrize(
    "name",
    [
        "Müller & Söhne GmbH", "Procter & Gamble", "Marks and Spencer", "51 Hotels Ltd", "Drei Viertel Kaffee GmbH",
        "1. FC Köln GmbH", "Studio 54", "Ludwig van Beethoven", "Müller, Hans", "Doe & Roe Beteiligungs GmbH",
        "Max von der Grün", "García Márquez, Gabriel", "Mary-Jane Doe", "Fair Share", "JP Morgan", "3M", "A1",
    ],
)  # fmt: skip
def test_words_of_a_name_are_no_remark(name: str) -> None:
    """A firm may be called after a part or a number, and have two people in its name; its share is its own."""
    assert owners_in(f"{name} 60 %") == (((name, 600_000),), ())


@pytest.mark.parametrize("name", ["1. FC Köln GmbH", "51 Hotels Ltd", "Ludwig van Beethoven", "Müller, Hans", LISTED])
def test_a_plain_name_has_no_other_reading(name: str) -> None:
    """What would be compared beside it could be somebody else's name."""
    assert other_readings(name) == ()


def test_one_word_is_a_name_only_where_nothing_else_may_be_one() -> None:
    """`UBO: Morvane` is; of `Republican Party of Arizona` the last word is not, nor a legal form of anything."""
    assert other_readings("UBO: Morvane") == ("Morvane",)
    assert other_readings("Morvane und Calvado") == ("Morvane", "Calvado")
    assert other_readings("Republican Party of Arizona") == ("Republican Party",)
    assert "LLC" not in other_readings("Learfield Img College, LLC")


def test_a_share_beside_two_names_is_neither_ones() -> None:
    """A comma may separate a last name from a first one, which is no second owner."""
    assert [is_of_one(each) for each in ("Doe, Jane", "Jane Doe, Hans Roe", "Jane Doe und Hans Roe")] == [
        True, False, False,
    ]  # fmt: skip
    assert not holds_more("Jane Doe, Hans Roe")


def test_a_text_with_more_names_than_can_be_compared_names_nobody() -> None:
    """It is held for a person to read, and not compared in part."""
    cell = " / ".join(f"Jane Doe{'x' * number}" for number in range(30))

    assert owners_in(cell) == ((("", None),), ((cell, ONE_OWNER),))
