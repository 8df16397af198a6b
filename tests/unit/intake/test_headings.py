"""Columns are found by their usual headings, and the mapping wins."""

from pathlib import Path

import pytest

from evenhand.intake.columns import COLUMNS, NAMES, heading_rows
from evenhand.intake.headings import count_known, match_headings
from evenhand.model.errors import NetworkUnreadable, TableUnreadable
from evenhand.model.text_matching import plain
from evenhand.workflows.queries.client_table import heading_language

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "tables.md"


def test_usual_headings_are_recognised_and_the_rest_is_named() -> None:
    """Nobody should have to rename the columns of an export."""
    header = ["Advertiser ID", "Account name", "WEBSITE", "first-seen", "Shoe size"]

    found = match_headings("advertisers", "a.csv", header, {})

    assert found.places == {"id": 0, "name": 1, "domains": 2, "first_seen": 3}
    assert found.ignored == ("Shoe size",)


def test_our_own_name_is_taken_before_a_synonym() -> None:
    """A file may hold both `id` and `advertiser`."""
    found = match_headings("advertisers", "a.csv", ["advertiser", "id", "name"], {})

    assert found.places["id"] == 1
    assert found.ignored == ("advertiser",)


def test_a_mapping_wins_over_every_guess() -> None:
    """Only the network knows what its columns mean."""
    found = match_headings("campaigns", "c.csv", ["id", "order_no", "advertiser id"], {"id": "order_no"})

    assert found.places == {"id": 1, "advertiser_id": 2}


def test_a_heading_is_never_used_twice() -> None:
    """`advertiser` could be the id or, once taken, nothing else."""
    found = match_headings("ownership", "o.csv", ["owner", "owned", "from", "to"], {"until": "from"})

    assert found.places == {"owner": 0, "owned": 1, "until": 2}
    assert found.ignored == ("to",)


@pytest.mark.parametrize(
    ("mapping", "error", "says"),
    [
        ({}, TableUnreadable, r"a.csv:1: has no column `id`; found `nr, name`; rename it, or map it in"),
        ({"id": "no"}, TableUnreadable, r"has no heading `no`, which \[intake.columns.advertisers\] maps to id"),
        (
            {"key": "nr"},
            NetworkUnreadable,
            r"\[intake.columns.advertisers\]: unknown column `key`; expected a column such",
        ),
    ],
)
def test_what_is_missing_is_named_with_what_was_found(
    mapping: dict[str, str], error: type[Exception], says: str
) -> None:
    """The error must be enough to write the mapping."""
    with pytest.raises(error, match=says):
        match_headings("advertisers", "a.csv", ["nr", "name"], mapping)


@pytest.mark.parametrize("table", COLUMNS)
def test_the_page_names_every_column(table: str) -> None:
    """A column that nobody can read about does not exist for the network."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {table}\n")[1].split("\n## ")[0]

    assert [column for column in COLUMNS[table] if f"`{column}`" not in section] == []


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Client no.;Company;Country;Website;VAT no.;First contact", "id name country domains vat_number first_seen"),
        ("Kundennr.;Firma;Land;Website;USt-ID;Erstkontakt", "id name country domains vat_number first_seen"),
        ("N° client;Raison sociale;Pays;Site web;N° TVA;SIREN", "id name country domains vat_number siren"),
        ("Nº cliente;Razón social;País;Página web;NIF-IVA;CIF", "id name country domains vat_number tax_number"),
        ("Codice cliente;Ragione sociale;Paese;Sito web;P. IVA", "id name country domains partita_iva"),
        ("Nr klienta;Nazwa firmy;Kraj;Strona www;NIP;REGON;KRS", "id name country domains nip regon krs"),
        ("Номер клиента;Наименование;Страна;Сайт;ИНН;ОГРН", "id name country domains inn ogrn"),
    ],
)  # fmt: skip
def test_headings_of_seven_languages_are_recognised(header: str, columns: str) -> None:
    """People send the table that they have."""
    found = match_headings("advertisers", "a.csv", header.split(";"), {})

    assert sorted(found.places, key=lambda column: found.places[column]) == columns.split()


@pytest.mark.parametrize(
    "heading",
    ["Verificación", "Verifizierung", "vérification", "Vérification", "verifica", "weryfikacja", "Верификация",
     "Verification status"],
)  # fmt: skip
def test_how_far_somebody_is_verified_is_known_in_seven_languages(heading: str) -> None:
    """Unread, every payer would count as unverified."""
    for table in ("advertisers", "payers"):
        assert match_headings(table, "t.csv", ["id", "name", heading], {}).places["verification"] == 2


def test_a_heading_that_could_be_two_things_is_not_guessed_and_says_so() -> None:
    """`Kunde` is a number in one table and a name in the next."""
    found = match_headings("advertisers", "a.csv", ["Kundennr.", "Firma", "Kunde", "Firmen-Name"], {"name": "Firma"})

    assert found.places == {"id": 0, "name": 1}
    assert found.why["Kunde"] == (
        "it could be more than one thing, and is not guessed: say what it is with --column COLUMN=Kunde"
    )
    assert found.why["Firmen-Name"] == "`Firma` is read as name"


def test_an_unknown_heading_is_told_with_the_nearest_known() -> None:
    """Most of them are typing errors."""
    found = match_headings("advertisers", "a.csv", ["Kundennr.", "Firma", "Erst-Kontackt vom", "Shoe size"], {})
    payers = match_headings("payers", "p.csv", ["id", "name", "Ländrr"], {})

    assert found.why == {
        "Erst-Kontackt vom": "the nearest known heading is `Erstkontakt` (first seen); to read it so:"
        " --column first_seen='Erst-Kontackt vom'"
    }
    assert payers.why["Ländrr"].endswith('to read it so: country = "Ländrr" in [intake.columns.payers]')


def test_a_state_is_never_offered_as_a_country() -> None:
    """`Staat` is near; read so, Delaware (`DE`) would be Germany and California (`CA`) Canada."""
    found = match_headings("advertisers", "a.csv", ["id", "name", "STATE"], {})

    assert "country" not in found.why["STATE"]
    assert found.why["STATE"].startswith("it could be more than one thing")


@pytest.mark.parametrize("heading", ["UID", "UID-Nr", "UID-Nummer", "UID Nr.", "uid"])
def test_the_uid_of_austria_and_switzerland_is_the_vat_number(heading: str) -> None:
    """It is no id of ours, however near the two words are."""
    places = match_headings("advertisers", "a.csv", ["Kundennr.", "Firma", heading], {}).places

    assert places == {"id": 0, "name": 1, "vat_number": 2}


@pytest.mark.parametrize("heading", ["GID", "SID", "ida", "ie"])
def test_a_heading_of_three_letters_has_no_near_one(heading: str) -> None:
    """Of so few letters, any other word is as near."""
    assert match_headings("advertisers", "a.csv", ["Kundennr.", "Firma", heading], {}).why == {}


@pytest.mark.parametrize("header", [["id", "Name", "Firma"], ["id", "Firma", "Kundenname"], ["id", "name", "company"]])
def test_two_headings_that_could_both_be_the_name_are_not_chosen_between(header: list[str]) -> None:
    """Beside `Firma`, `Name` is who answers the telephone: screening that person would let the firm go unseen."""
    with pytest.raises(TableUnreadable, match=f"`{header[1]}` and `{header[2]}` could each be the name; choose with"):
        match_headings("advertisers", "a.csv", header, {})

    assert match_headings("advertisers", "a.csv", header, {"name": header[2]}).places["name"] == 2


def test_a_name_in_numbered_parts_is_asked_for() -> None:
    """As some programs export it; the second part may also be a department, so nobody guesses."""
    with pytest.raises(
        TableUnreadable, match="`Name 1` and `Name 2` may be one name in parts; to read them together:"
    ) as raised:
        match_headings("advertisers", "a.csv", ["Kundennr", "Name 1", "Name 2"], {})

    assert "--column name='Name 1;Name 2'" in str(raised.value)


@pytest.mark.parametrize("name", ["Firmenname", "Razão Social", "Nome", "Ünvan", "Raison sociale", "Company name"])
def test_any_heading_of_names_may_be_in_numbered_parts(name: str) -> None:
    """`Firmenname 1` and `Firmenname 2`: the message says how they are joined, and so they are."""
    header = ["id", f"{name} 1", f"{name} 2", "Land"]

    with pytest.raises(TableUnreadable) as raised:
        match_headings("advertisers", "a.csv", header, {})

    assert f"--column name='{name} 1;{name} 2'" in str(raised.value)
    assert match_headings("advertisers", "a.csv", header, {"name": f"{name} 1;{name} 2"}).together["name"] == (1, 2)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (["Código do cliente", "Razão Social", "Nome Fantasia", "CNPJ", "País", "Site"], "pt"),
        (["Código cliente", "Razón social", "Otros nombres", "NIF", "País", "Sitio web"], "es"),
        (["Müşteri No", "Ünvan", "Ticari ad", "Vergi No", "Ülke", "Web sitesi"], "tr"),
    ],
)
def test_tables_in_portuguese_spanish_and_turkish_are_read(header: list[str], language: str) -> None:
    """A Brazilian table was taken for one in Spanish, and half of it was not read."""
    found = match_headings("advertisers", "a.csv", header, {})

    columns = ("id", "name", "alias", "tax_number", "country", "domains")
    assert [found.places[each] for each in columns] == list(range(6))
    assert (found.ignored, heading_language(tuple(header))) == ((), language)


def test_a_seat_is_a_country_or_a_town_and_no_website() -> None:
    """`Sitz` is near the Italian `sito`; to read it as websites was proposed."""
    found = match_headings("advertisers", "a.csv", ["Kundennr", "Inserent", "Sitz"], {})

    assert found.places == {"id": 0, "name": 1}
    assert found.why["Sitz"].startswith("it could be more than one thing")


@pytest.mark.parametrize("table", [*COLUMNS, NAMES])
def test_no_heading_of_a_table_is_two_columns(table: str) -> None:
    """Which of them it is would be a guess, by the order of a file."""
    sources = {table} | ({"parties", "numbers"} if table in ("advertisers", "payers", NAMES) else set())
    own: dict[str, set[str]] = {}
    for of, column, _, names in heading_rows():
        if of in sources and column != "?":
            for name in names:
                own.setdefault(plain(name), set()).add(column.partition(" ")[0])

    allowed = {"identifier"} if table == NAMES else set()  # there, register numbers are of one column
    assert {name: found for name, found in own.items() if len(found) > 1 and name not in allowed} == {}


def test_known_headings_are_counted_with_those_of_the_mapping() -> None:
    """The heading of a workbook is the row with most of them; values and empty cells are none."""
    assert count_known("advertisers", {"id": "No. of ours"}, ["No. of ours", "Firma", "", "4711", "Made-Up"]) == 2


@pytest.mark.parametrize(
    ("header", "place"),
    [
        (["Kd.-Nr.", "Kunde", "Ansprechpartner", "Land"], 1),
        (["Cliente", "n° cliente", "País"], 0),
        (["client no", "customer", "country"], 1),
    ],
)
def test_a_customer_beside_a_customer_number_is_the_name(header: list[str], place: int) -> None:
    """It can only be the id or the name, and the id stands elsewhere; who to speak to is neither."""
    assert match_headings("advertisers", "a.csv", header, {}).places["name"] == place


@pytest.mark.parametrize("header", [["Kunde", "Land"], ["Kd.-Nr.", "Kunde", "Mandant"], ["Kd.-Nr.", "Ansprechpartner"]])
def test_what_could_be_two_things_is_still_not_guessed(header: list[str]) -> None:
    """No id, two that could be the name, or none."""
    with pytest.raises(TableUnreadable, match="has no column"):
        match_headings("advertisers", "a.csv", header, {})


def test_another_name_is_offered_as_the_name_where_there_is_no_other() -> None:
    """`Dénomination commerciale` stands beside `Raison sociale` as another name, and alone it may be all there is."""
    header = ["N° client", "Dénomination commerciale"]

    with pytest.raises(TableUnreadable, match=r"if it is the only one, read it so: --column name='Dénom"):
        match_headings("advertisers", "c.csv", header, {})
    assert match_headings("advertisers", "c.csv", [*header, "Raison sociale"], {}).places == {
        "id": 0,
        "alias": 1,
        "name": 2,
    }


def test_a_sales_person_is_not_offered_as_a_name() -> None:
    """`Commercial` is one in French, though it looks like `nom commercial`."""
    why = match_headings("advertisers", "c.csv", ["N° client", "Nom", "Commercial"], {}).why

    assert why["Commercial"].startswith("it could be more than one thing")


@pytest.mark.parametrize(
    "heading",
    ["Seller ID", "Seller-ID", "seller_id", "Merchant No.", "Vendor ID", "Shop-ID", "Händler-ID", "Händlernummer",
     "Verkäufer-ID", "Shop-Nr.", "ID vendeur", "Código de vendedor", "ID venditore", "Nr sprzedawcy", "ID продавца"],
)  # fmt: skip
def test_the_id_of_a_seller_is_that_of_a_client(heading: str) -> None:
    """The clients of a marketplace are its sellers; their ids were offered as tax numbers."""
    found = match_headings("advertisers", "a.csv", [heading, "Firma"], {})

    assert (found.places, found.why) == ({"id": 0, "name": 1}, {})
    assert match_headings("campaigns", "c.csv", ["id", heading], {}).places["advertiser_id"] == 1


def test_a_seller_alone_is_the_name_where_the_id_has_another_heading() -> None:
    """As a client is; a shop's name is another name of who keeps it."""
    found = match_headings("advertisers", "a.csv", ["Seller ID", "Seller"], {})
    kept = match_headings("advertisers", "a.csv", ["Händler-ID", "Firma", "Händler", "Shop Name"], {})

    assert found.places == {"id": 0, "name": 1}
    assert kept.places == {"id": 0, "name": 1, "alias": 3}
    assert "it could be more than one thing" in kept.why["Händler"]
