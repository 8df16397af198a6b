"""Numbers of registers: written forms and check digits."""

import pytest

from evenhand.model.check_digits import is_valid
from evenhand.screening.parties.identifiers import numbers_of_entity, numbers_of_party
from tests.unit.screening.made_up import advertiser, entity, number


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("lei", "549300XIVJCBIGMRUD48"),
        ("lei", "00EHHQ2ZHDCFXJCPCL46"),
        ("ru-inn", "7718218951"),
        ("inn", "500100732259"),
        ("ogrn", "1027700132195"),
        ("ogrn", "304500116000157"),
        ("imo", "9078191"),
        ("swift", "HAVIGB2L"),
        ("anything", "x"),
    ],
)
def test_a_number_whose_check_digits_hold_is_valid_and_its_neighbour_is_not(scheme: str, value: str) -> None:
    """A typing error supports nothing."""
    assert is_valid(scheme, value)
    if scheme not in {"swift", "anything"}:
        assert not is_valid(scheme, value[:-1] + str((int(value[-1]) + 1) % 10))
        assert not is_valid(scheme, value + "00000")
        assert not is_valid(scheme, "-")


@pytest.mark.parametrize(
    ("scheme", "written", "place", "value"),
    [
        ("registration", "No. 203 892-599", "bg", "203892599"),
        ("registration", "Reg. 1057807804064", "ru", "1057807804064"),
        ("tax", "RIF J-31069374-9", "ve", "J310693749"),
        ("vat", "BG 121179290", "bg", "121179290"),
        ("registration", "48131-1 (Mexico)", "mx", "481311"),
        ("registration", "00139672", "ru", "139672"),
        ("registration", "IMO5055293", "th", "5055293"),
        ("registration", "# IMO 5055293", "th", "5055293"),
        ("shop-card", "12345678", "se", "12345678"),
        ("registration", "SHRB 88231", "de", "SHRB88231"),
    ],
)
def test_numbers_are_compared_in_one_written_form(scheme: str, written: str, place: str, value: str) -> None:
    """Blanks, dots, prefixes and leading zeros are habits, not digits."""
    found = list(numbers_of_party(advertiser("x", identifiers=(number(scheme, written, place),))))

    assert [(each.jurisdiction, each.value) for each in found if each.is_placed] == [(place, value)]
    assert {each.value for each in found} == {value}


def test_zeros_that_a_lei_begins_with_are_places_of_it() -> None:
    """Codes of some issuers do; without zeros no check digits held, and the number was compared with nothing."""
    (found,) = numbers_of_party(advertiser("x", identifiers=(number("lei", "00EHHQ2ZHDCFXJCPCL46", ""),)))

    assert found == ("lei", "", "00EHHQ2ZHDCFXJCPCL46")


@pytest.mark.parametrize(
    ("written", "court"),
    [
        ("HRB 88231", ""),
        ("HR B 88.231", ""),
        ("hrb88231", ""),
        ("HRB-Nr. 88231", ""),
        ("HRB: 088231", ""),
        ("HRB 88231 B", ""),
        ("Zorblatt AG HRB 88231", ""),
        ("Amtsgericht Freiburg, HRB 88231", "FREIBURG"),
        ("AG Freiburg HRB 88231", "FREIBURG"),
        ("Handelsregister des Amtsgerichts Freiburg unter HRB 88231", "FREIBURG"),
        ("Registergericht: Amtsgericht Köln, HRB Nr. 88231", "KOELN"),
        ("HRB Nummer 88231 (AG Köln)", "KOELN"),
        ("HRB 88231 (Koeln)", "KOELN"),
    ],
)
def test_a_german_number_is_certain_with_its_court_alone(written: str, court: str) -> None:
    """Each of 150 courts counts its companies from 1: the number without its court is that of many."""
    found = set(numbers_of_party(advertiser("x", identifiers=(number("registration", written, "de"),))))

    placed = {("registration", "de", f"HRB88231 {court}")} if court else set()
    assert {each for each in found if each.is_placed} == placed
    assert ("registration", "de+", "HRB88231") in found


def test_two_parts_of_the_german_register_are_two_numbers() -> None:
    """A firm of one merchant, and a company, may have one number at one court."""
    one, other = (
        set(numbers_of_party(advertiser("x", identifiers=(number("registration", f"{part} 88231", "de"),))))
        for part in ("HRA", "HRB")
    )

    assert one.isdisjoint(other)


@pytest.mark.parametrize(
    ("scheme", "written", "place"),
    [
        ("registration", "1.02775E+12", "ru"),
        ("registration", "123", "ru"),
        ("registration", "2038925", ""),
        ("registration", "A2345", ""),
        ("registration", "ABCDEFG", "ru"),
        ("shop-card", "12345", "se"),
        ("lei", "549300XIVJCBIGMRUD49", ""),
    ],
)
def test_what_cannot_identify_anybody_supports_nothing(scheme: str, written: str, place: str) -> None:
    """Cut by a spreadsheet, too short (more so without a register), or with wrong check digits."""
    assert not list(numbers_of_party(advertiser("x", identifiers=(number(scheme, written, place),))))


def test_a_scheme_that_names_its_country_needs_no_other() -> None:
    """`ru-inn` is a Russian tax number wherever the party sits."""
    found = numbers_of_party(advertiser("x", country="DE", identifiers=(number("ru-inn", "7718218951"),)))

    assert [(each.kind, each.jurisdiction) for each in found] == [("tax", "ru"), ("tax", "?")]


def test_a_listed_number_counts_in_each_of_the_entrys_jurisdictions() -> None:
    """The list does not say which register gave it."""
    listed = entity("e", name="x", taxNumber="6240194059", jurisdiction=["tr", "lv"], leiCode="549300XIVJCBIGMRUD48")

    found = sorted((each.kind, each.jurisdiction, field) for each, field in numbers_of_entity(listed) if each.is_placed)

    assert found == [
        ("lei", "", "leiCode"),
        ("lei", "", "leiCode"),
        ("tax", "lv", "taxNumber"),
        ("tax", "tr", "taxNumber"),
    ]
