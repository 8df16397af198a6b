"""The text of one cell becomes a value, or says what was expected."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evenhand.intake import read_tables
from evenhand.intake.values import cells
from evenhand.intake.values.cells import VEHICLE_CODES
from evenhand.intake.values.legal_forms import legal_form
from evenhand.intake.values.websites import own_host
from evenhand.model.network import Absent, IntakeSection
from evenhand.model.party import Identifier
from evenhand.store.country_names import country_named
from tests.each_case import each_case
from tests.suffixes import SUFFIXES


def money(text: str) -> int:
    return cells.money(text, "EUR", {"USD": "0.9", "JPY": "0.0061237"})


def domain(text: str) -> str | None:
    return own_host(text, SUFFIXES)


@each_case(
    ("read", "text", "value"),
    [
        (cells.key, "a 1", "a 1"),
        (cells.name, "Made Up\nGmbH", "Made Up GmbH"),
        (cells.name, "Made\tUp \r\n Freight", "Made Up Freight"),
        (cells.name, "Made  Up", "Made  Up"),
        (cells.day, "2026-11-24", date(2026, 11, 24)),
        (cells.day, "2026-11-24 00:00:00", date(2026, 11, 24)),
        (cells.day, "2026-11-24T22:30:00.000Z", date(2026, 11, 24)),
        (cells.day, "2026/11/24 02:30:00Z", date(2026, 11, 24)),
        (cells.day, "2026-11-24 02:30:00 UTC", date(2026, 11, 24)),
        (cells.day, "2026-11-24T02:30:00+0200", date(2026, 11, 24)),
        (cells.birth_date, "1970", "1970"),
        (cells.birth_date, "1970-02", "1970-02"),
        (cells.birth_date, "1970-02-28", "1970-02-28"),
        (cells.truth, "YES", True),
        (cells.truth, "0", False),
        (cells.share, "0.25", 250_000),
        (cells.share, "25 %", 250_000),
        (cells.share, "25%", 250_000),
        (cells.share, "25,5 %", 255_000),
        (cells.share, "1", 1_000_000),
        (cells.share, "100 %", 1_000_000),
        (cells.share, "49.99999999 %", 499_999),
        (money, "1200", 1_200_000_000),
        (money, "1200.50 eur", 1_200_500_000),
        (money, "0.1", 100_000),
        (money, "10 USD", 9_000_000),
        (money, "1 JPY", 6_124),
        (domain, "https://www.Ford.com/x", "www.ford.com"),
        (cells.account, "YouTube/@Ford", "youtube/ford"),
        (
            cells.identifier,
            "Registration/DE: HRB 12",
            Identifier(scheme="registration", jurisdiction="de", value="HRB 12"),
        ),
        (cells.identifier, "lei:5299", Identifier(scheme="lei", value="5299")),
        (cells.country, "de", "DE"),
        (cells.country, "eu", "EU"),
        (cells.country, "qm", "QM"),
        (cells.territory, "eea", "EEA"),
        (cells.territory, "Deutschland", "DE"),
        (cells.language, "pt-BR", "pt-br"),
        (cells.code, "News", "news"),
        (cells.sha256, "AB" * 32, "ab" * 32),
    ],
)
def test_a_usable_cell_gives_its_value(read: Callable[[str], Any], text: str, value: object) -> None:
    """Each accepted spelling of the reference page, at least once."""
    assert read(text) == value


@each_case(
    ("read", "text", "expected"),
    [
        (cells.key, "1.02775E+12", "a spreadsheet has cut this number"),
        (cells.key, "1,02775E+12", "a spreadsheet has cut this number"),
        (cells.key, "a\0b", "without control characters"),
        (cells.name, "a\0b", "without control characters"),
        (cells.name, "no\nname", "not a mark of nothing"),
        (cells.day, "24.11.2026", "YYYY-MM-DD"),
        (cells.day, "2026-02-30", "YYYY-MM-DD"),
        (cells.day, "2026-11-24T25:00Z", "YYYY-MM-DD"),
        (cells.birth_date, "1970-13", "YYYY-MM"),
        (cells.birth_date, "March 1970", "YYYY-MM"),
        (cells.truth, "maybe", "yes or no"),
        (cells.share, "100.1 %", "at most"),
        (cells.share, "25", "at most"),
        (cells.share, "-5 %", "a share such as"),
        (cells.share, "NaN", "a share such as"),
        (cells.share, "1e-1", "a share such as"),
        (money, "-3", "not negative"),
        (money, "1,200.50", "an amount such as"),
        (money, "5 CHF", "a rate for CHF in"),
        (money, "999999999999999999", "below 9 trillion"),
        (domain, "co.uk", "not a public suffix"),
        (domain, "not a host", "a host or URL"),
        (cells.account, "ford", "service/handle"),
        (cells.identifier, "HRB 12", "scheme:value"),
        (cells.identifier, "ru-inn:7.70401E+11", "a spreadsheet has cut this number"),
        (cells.country, "Ruritania", "such as Germany, DE or DEU$"),
        (cells.country, "Deutschand", "DE or DEU; did you mean `Deutschland`"),
        (cells.country, "X1", "DE or DEU$"),
        (cells.country, "jj", "DE or DEU$"),
        (cells.language, "English!", "language tag"),
        (cells.code, "state news", "an id such as"),
        (cells.sha256, "abc", "64 hex digits"),
    ],
)
def test_an_unusable_cell_says_what_was_expected(read: Callable[[str], Any], text: str, expected: str) -> None:
    """Anyone who mends the row has only this sentence."""
    with pytest.raises(cells.Unusable, match=expected):
        read(text)


@pytest.mark.parametrize("text", ["k.A.", "N/A", "-", "Keine", "none", "TBD", "Unbekannt", "…", "NaN", "нет"])
def test_a_placeholder_is_an_empty_cell(tmp_path: Path, text: str) -> None:
    """300 clients without a website do not share the host `k.a`, nor a register number."""
    head = "id,name,country,domains,identifiers,birth_date,first_seen,verified_until"
    (tmp_path / "a.csv").write_text(f"{head}\na1,Shop,{text},shop.de;{text},{text},{text},{text},{text}\n", "utf-8")
    given = IntakeSection(advertisers="a.csv", max_refused_share="0", absent=Absent(payer="advertiser", political="no"))

    tables = read_tables(tmp_path, given, {}, "EUR", SUFFIXES)

    [made] = tables.advertisers
    assert (made.country, made.domains, made.identifiers, made.birth_date) == ("", ("shop.de",), (), "")
    assert (made.first_seen, made.verification.until, tables.refused) == (None, None, ())


def test_no_placeholder_could_be_a_value() -> None:
    """`NA` is Namibia, and stays it."""
    for text in cells.PLACEHOLDERS:
        for read in (cells.country, cells.birth_date, cells.day, domain):
            with pytest.raises(cells.Unusable):
                read(text)
    assert cells.country("NA") == "NA"


@pytest.mark.parametrize(
    ("text", "read"),
    [("n/a", cells.name), ("TBD", cells.name), ("lei:n/a", cells.identifier), ("k.a", domain), ("shop.local", domain)],
)
def test_a_mark_of_nothing_is_no_name_and_no_number(text: str, read: Callable[[str], object]) -> None:
    """Nor is a host that nobody can register."""
    with pytest.raises(cells.Unusable):
        read(text)


@pytest.mark.parametrize(
    ("scheme", "place", "country", "text", "found"),
    [
        ("vat", "", "AT", "DE 811234567", ("de", "DE 811234567")),
        ("vat", "", "AT", "U12345678", ("at", "U12345678")),
        ("vat", "", "", "811234567", ("", "811234567")),
        ("vat", "", "DE", "EL123456789", ("gr", "123456789")),
        ("vat", "", "GB", "XI123456789", ("gb", "123456789")),
        ("vat", "it", "DE", "01234567890", ("it", "01234567890")),
        ("vat", "", "DE", "ATU 12345678", ("at", "ATU 12345678")),
        ("vat", "", "FR", "AB123456789", ("fr", "AB123456789")),
        ("vat", "", "CH", "CHE-123.456.789 MWST", ("ch", "CHE-123.456.789 MWST")),
        ("vat", "", "DE", "US12-3456789", ("us", "US12-3456789")),
        ("vat", "", "DE", "vat/be:0123.456.789", ("be", "0123.456.789")),
        ("tax", "pl", "DE", "123-456-78-90", ("pl", "123-456-78-90")),
        ("registration", "", "DE", "HRB 12", ("", "HRB 12")),
        ("registration", "", "DE", "registration/de:HRB 12", ("de", "HRB 12")),
    ],
)
def test_a_register_number_has_its_country_from_its_prefix_its_register_or_its_row(
    scheme: str, place: str, country: str, text: str, found: tuple[str, str]
) -> None:
    """A VAT number says where it is from; a register is of one country; for others the party's country counts."""
    number = cells.register_number(scheme, place, country, text)

    assert (number.scheme, number.jurisdiction, number.value) == (scheme, *found)


@pytest.mark.parametrize("text", ["n/a", "1.02775E+12", "a\tb"])
def test_a_register_number_that_says_nothing_is_unusable(text: str) -> None:
    """A number that was cut by a spreadsheet would be somebody else's."""
    with pytest.raises(cells.Unusable):
        cells.register_number("tax", "", "", text)


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("GmbH & Co. KG", "Company"), ("s.p.a.", "Company"), ("Sp. z o. o.", "Company"), ("ООО", "Company"),
        ("SARL", "Company"), ("S.L.", "Company"), ("Ltd", "Company"), ("e.K.", "LegalEntity"),
        ("e. V.", "Organization"),
        ("Particulier", "Person"), ("Behörde", "PublicBody"),
    ],
)  # fmt: skip
def test_a_legal_form_says_what_a_party_is(text: str, schema: str) -> None:
    """Whether somebody can be a person decides with whom they are compared."""
    assert legal_form(text) == schema


def test_an_unknown_legal_form_is_said_and_not_guessed() -> None:
    """The row stays; nothing is known of what the party is."""
    with pytest.raises(cells.Unusable, match="a known legal form"):
        legal_form("Genossame")


@pytest.mark.parametrize("text", ["Germany", "DEU", "Deutschland", "Германия", "de"])
def test_a_country_is_read_from_its_name_and_codes(text: str) -> None:
    """Screening compares codes."""
    assert cells.country(text) == "DE"


@pytest.mark.parametrize(
    ("text", "truth"), [("Ja", True), ("oui", True), ("нет", False), ("nie", False), ("No", False)]
)
def test_yes_and_no_are_known_in_seven_languages(text: str, truth: bool) -> None:
    """They stand in every table of campaigns."""
    assert cells.truth(text) is truth


@each_case(
    ("text", "code"),
    [
        ("D", "DE"), ("a", "AT"), ("F", "FR"), ("I", "IT"), ("E", "ES"), ("S", "SE"), ("FL", "LI"), ("CDN", "CA"),
        ("SLO", "SI"), ("CH", "CH"), ("PL", "PL"), ("RUS", "RU"), ("UA", "UA"), ("UK", "GB"), ("ET", "ET"),
        ("BRN", "BN"), ("ROU", "RO"), ("MA", "MA"), ("UAE", "AE"),
    ],
)  # fmt: skip
def test_the_sign_of_a_country_s_vehicles_is_read_where_it_is_no_code_of_iso(text: str, code: str) -> None:
    """A letter alone is never a code of ISO; where both know a code, ISO's counts."""
    assert cells.country(text) == code


def test_no_vehicle_sign_is_a_code_or_name_that_is_known_otherwise() -> None:
    """Else the order of looking it up would decide."""
    assert [sign for sign in VEHICLE_CODES if country_named(sign)] == []


@pytest.mark.parametrize(
    ("country", "text", "such"),
    [
        ("DE", "12/345/67890", "a VAT number of DE, such as 123456789; compared as it is"),
        ("DE", "DE81123456", "a VAT number of DE, such as 123456789; compared as it is"),
        ("AT", "12345678", "a VAT number of AT, such as U12345678; compared as it is"),
        ("DE", "FR12", "a VAT number of FR, such as XX123456789; compared as it is"),
        ("DE", "vat/it:123", "a VAT number of IT, such as 12345678901; compared as it is"),
    ],
)
def test_a_vat_number_of_a_wrong_shape_is_told_and_compared(tmp_path: Path, country: str, text: str, such: str) -> None:
    """A listed number may stand behind a prefix that nobody thought of: no match is lost for its looks."""
    (tmp_path / "a.csv").write_text(f"id,name,country,website,USt-ID\n1,Made Up,{country},a.de,{text}\n", "utf-8")
    absent = Absent(payer="advertiser", political="no")
    settings = IntakeSection(advertisers="a.csv", max_refused_share="0", absent=absent)

    tables = read_tables(tmp_path, settings, {}, "EUR", SUFFIXES)

    assert ([each.scheme for each in tables.advertisers[0].identifiers], tables.unscreened) == (["vat"], {})
    assert [(each.column, each.what, each.expected) for each in tables.refused] == [("vat_number", "value", such)]


@pytest.mark.parametrize(
    ("heading", "country", "right", "wrong"),
    [
        ("IMO", "", "9187629", "9187692"),
        ("IMO", "MT", "IMO 9187629", "IMO 9187692"),
        ("LEI", "DE", "00EHHQ2ZHDCFXJCPCL46", "00EHHQ2ZHDCFXJCPCL64"),
        ("INN", "RU", "7710152113", "7710152114"),
        ("identifiers", "RU", "inn:7710152113", "inn:7710152114"),
    ],
)
def test_a_mistyped_number_is_told(tmp_path: Path, heading: str, country: str, right: str, wrong: str) -> None:
    """It is compared with no list: a listed ship with two digits swapped was allowed, and nobody was told."""
    rows = f"1,Right,{country},{right}\n2,Wrong,{country},{wrong}\n"
    (tmp_path / "a.csv").write_text(f"id,name,country,{heading}\n{rows}", "utf-8")
    absent = Absent(payer="advertiser", political="no")
    settings = IntakeSection(advertisers="a.csv", max_refused_share="0", absent=absent)

    tables = read_tables(tmp_path, settings, {}, "EUR", SUFFIXES)

    assert [each.party for each in tables.unread] == ["2"]
    assert [(each.line, each.value) for each in tables.refused] == [(3, wrong.removeprefix("inn:"))]
    assert tables.refused[0].expected.endswith("with right check digits; as it is, it is compared with no list")


def test_numbers_of_one_name_in_other_countries_are_their_own(tmp_path: Path) -> None:
    """An INN of Kyrgyzstan has 14 digits and none of Russia's check digits."""
    (tmp_path / "a.csv").write_text("id,name,country,INN\n1,Made Up,KG,00504199510063\n", "utf-8")
    absent = Absent(payer="advertiser", political="no")

    tables = read_tables(
        tmp_path, IntakeSection(advertisers="a.csv", max_refused_share="0", absent=absent), {}, "EUR", SUFFIXES
    )

    assert (tables.unscreened, tables.refused) == ({}, ())


@pytest.mark.parametrize(
    ("read", "text", "is_counted"),
    [
        (cells.day, "45960", True),
        (cells.day, "45960.5", True),
        (cells.birth_date, "28126", True),
        (cells.day, "4596", False),
        (cells.day, "459600", False),
        (cells.birth_date, "99999", False),
    ],
)
def test_a_day_as_a_spreadsheet_counts_it_is_told(read: Callable[[str], Any], text: str, is_counted: bool) -> None:
    """It is not read, since two programs count from other days; what to do about it is said."""
    with pytest.raises(cells.Unusable) as raised:
        read(text)

    assert ("not a spreadsheet's day number: format the column as a date" in str(raised.value)) == is_counted
