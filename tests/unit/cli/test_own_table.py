"""`evenhand init --table --lists`: from somebody's own table and lists to a first answer, and nothing made in vain."""

import json
import re
import shlex
import shutil
from csv import DictReader
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from evenhand.model.record import files_sha256
from evenhand.store.network import read_network
from evenhand.workflows.queries.sample_lists import is_sample
from tests.commands import DAY_1, Answer, evenhand

SAMPLE_LISTS = Path(str(files("evenhand.cli") / "sample" / "lists-in"))
HOUSE = (
    "id,schema,name,alias,country,website,account,registration_number,jurisdiction,birth_date,topic,since,until,note\n"
    "h-1,Company,Made-Up Freight,,qm,,,,,,made-up-programme,,,made up\n"
)
ROWS: list[list[Any]] = [
    ["Kundennr.", "Firma", "Rechtsform", "Land", "Website", "USt-ID", "Erstkontakt", "Guthaben"],
    [4711, "Bäckerei Beispiel", "e.K.", "Deutschland", "baeckerei.example", "DE811234567", "07.05.2008", "1.234,56"],
    [4712, "Made-Up Freight", "GmbH", "Österreich", "freight.example", "ATU12345678", "5. Mai 2010", "12,00 €"],
]


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    """Return a folder with a workbook in German and a folder of lists."""
    file = xlsxwriter.Workbook(tmp_path / "clients.xlsx")
    sheet = file.add_worksheet("Kunden")
    for number, row in enumerate(ROWS):
        sheet.write_row(number, 0, row)
    file.close()
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "own.csv").write_text(HOUSE, "utf-8")
    (tmp_path / "lists" / "README.md").write_text("what the lists are")
    return tmp_path


def test_two_commands_lead_from_a_german_workbook_to_a_first_answer(handed: Path) -> None:
    """No editor: `init` says what it understood and runs, `explain` says why."""
    network = handed / "Made-up Shop"

    begun = evenhand("init", network, "--table", handed / "clients.xlsx", "--lists", handed / "lists", "--at", DAY_1)
    explained = evenhand("explain", network, "4712", "--at", DAY_1)

    assert (begun.status, explained.status) == (0, 0)
    said = " ".join(begun.out.split())
    assert "List house-sanctions: 1 entry" in said
    assert "Log: made-up-shop.example/log, from the folder's name" in said
    assert "../clients.xlsx, sheet 'Kunden': 'Kundennr.' read as id, 'Firma' read as name," in said
    assert "'USt-ID' read as VAT number" in said
    assert "dates as day.month.year and day, month in words, year, amounts with a decimal comma" in said
    assert f"Why: evenhand explain '{network}' 4712" in said
    assert "Made-Up Freight" in explained.out
    settings = read_network(network).settings
    assert settings.intake.advertisers == "../clients.xlsx"
    assert settings.intake.columns["advertisers"]["name"] == "Firma"
    assert [(each.key, each.path) for each in settings.lists] == [("house-sanctions", "../lists")]
    assert evenhand("run", network, "--at", DAY_1, "--json").json["decisions"] == 0
    assert not (network / "data" / "advertisers.csv").exists()  # an empty table beside the one in use misleads


def test_what_was_understood_is_in_json(handed: Path) -> None:
    """So that another program can show it; the report keeps it too."""
    done = evenhand(
        "init", handed / "n", "--table", handed / "clients.xlsx", "--lists", handed / "lists/own.csv", "--json"
    )

    table = done.json["report"]["understood"][0]
    assert (table["table"], table["sheet"]) == ("advertisers", "Kunden")
    assert {"heading": "USt-ID", "column": "vat_number", "words": "VAT number"} in table["columns"]
    assert table["dates"][0] == "day.month.year"
    assert (
        done.json["before_first_letter"][0]
        == "Letters are in German, and quote the titles and reasons of the rules as the rulebook has them."
    )


@pytest.mark.parametrize(
    ("headings", "language", "said"),
    [
        (
            "Kundennr.;Firma;Website",
            "de",
            "Letters are in German, and quote the titles and reasons of the rules as the rulebook has them.",
        ),
        (
            "N° client;Raison sociale;Site web",
            "fr",
            "Letters are in French, and quote the titles and reasons of the rules as the rulebook has them.",
        ),
        (
            "Номер клиента;Название;Сайт",
            "ru",
            "Letters are in Russian, and quote the titles and reasons of the rules as the rulebook has them.",
        ),
        ("Nr klienta;Nazwa firmy;Strona", "en", "Letters are in English; the headings of the table are in Polish."),
        ("id;name;website", "en", "Letters are in English."),
        ("id;name;Land", "en", "No column of ../clients.csv is read as websites"),
    ],
)
def test_letters_are_in_the_language_of_the_headings(handed: Path, headings: str, language: str, said: str) -> None:
    """Clients read the language that their network writes its tables in; what cannot be had is said in time."""
    (handed / "clients.csv").write_text(f"{headings}\n1;Made-Up Bakery;bakery.example\n", "utf-8")
    network = handed / "n"

    begun = evenhand("init", network, "--table", handed / "clients.csv", "--lists", handed / "lists")

    reasons = read_network(network).settings.reasons
    assert reasons.language == language
    assert (reasons.judicial == "The courts remain open to you.") == (language == "en")
    before = begun.out.partition("Before the first letter goes out ([reasons] in ")[2]
    assert said in before
    assert "belong to nobody: policy_url https://n.example/advertising-policy" in before


def test_the_currency_of_a_table_can_be_said(handed: Path) -> None:
    """A Polish table has amounts in zloty, and most do not say so; in euros they would be four times as much."""
    (handed / "clients.csv").write_text("Nr klienta;Nazwa;Saldo\n1;Made-Up Bakery;941,30 zł\n2;Other;100\n", "utf-8")
    paths = ("--table", handed / "clients.csv", "--lists", handed / "lists")

    euros = evenhand("init", handed / "n", *paths)
    other = evenhand("init", handed / "n", *paths, "--currency", "zł")
    zloty = evenhand("init", handed / "n", *paths, "--currency", "PLN")

    assert (euros.status, other.status, zloty.status) == (2, 2, 0)
    assert "or name the currency of your amounts with --currency" in euros.err
    assert "--currency: is no currency `zł`; expected three capital letters" in other.err
    assert "Amounts without a currency of their own are in PLN." in zloty.out
    assert read_network(handed / "n").settings.network.currency == "PLN"


def test_a_second_house_list_gets_a_key_and_a_meaning(handed: Path) -> None:
    """Two lists of the house are two keys, and the rulebook must know both."""
    (handed / "lists" / "partners.csv").write_text(HOUSE.replace("Freight", "Harbour"), "utf-8")

    done = evenhand("init", handed / "n", "--table", handed / "clients.xlsx", "--lists", handed / "lists", "--json")

    assert done.status == 0
    assert [each["key"] for each in done.json["report"]["lists"]] == ["house-sanctions", "house-partners"]


def test_sample_lists_keep_their_names_and_are_told_to_be_samples(handed: Path) -> None:
    """A list called house-sanctions is that one, wherever it stands, and nobody takes a sample for a publisher's."""
    shutil.rmtree(handed / "lists")
    shutil.copytree(SAMPLE_LISTS, handed / "lists")

    done = evenhand("init", handed / "n", "--table", handed / "clients.xlsx", "--lists", handed / "lists")

    keys = re.findall(r"^List (\S+): ", done.out, re.MULTILINE)
    assert sorted(keys) == ["house-media", "house-sample-eu", "house-sample-uk", "house-sample-un",
                            "house-sample-us", "house-sanctions"]  # fmt: skip
    assert done.out.count("a sample made for the demonstration: no authority publishes it") == 6
    assert "lists/house-sanctions.csv" in next(line for line in done.out.splitlines() if "List house-sanctions" in line)


@pytest.mark.parametrize(("topics", "said"), [
    (["role.pep"], "1 entry is there for other grounds than sanctions, by topic: 1 role.pep."),
    (["debarment", "crime.fraud"], "by topic: 1 debarment, 1 crime.fraud."),
    (["sanction", "role.pep"], ""),
    ([], ""),
])  # fmt: skip
def test_a_list_that_is_not_of_sanctions_alone_is_not_taken_without_a_word(
    tmp_path: Path, topics: list[str], said: str
) -> None:
    """Its entries are refused like sanctioned parties; that it was handed in does not say that this is meant."""
    listed = {"id": "Q1", "schema": "Person", "properties": {"name": ["Klara Quandrel"], "topics": topics}}
    (tmp_path / "os.jsonl").write_text(json.dumps(listed) + "\n")
    (tmp_path / "clients.csv").write_text("id,name\n1,Morning Crust\n")

    done = evenhand("init", tmp_path / "n", "--table", tmp_path / "clients.csv", "--lists", tmp_path / "os.jsonl")

    noted = [each for each in done.out.splitlines() if "other grounds" in each]
    assert len(noted) == bool(said)
    assert all(said in each and "The rules refuse all of house-sanctions" in each for each in noted)


def test_the_samples_that_are_known_are_those_that_are_shipped() -> None:
    """The hashes are written down: who changes a sample list writes its new one there."""
    for path in SAMPLE_LISTS.iterdir():
        assert is_sample(files_sha256({path.name: path.read_bytes()})), path.name
    assert not is_sample(files_sha256({"list.csv": b"x"}))


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("Nr;Ort\n1;Here\n", [], "clients.csv:1: has no column `id` and `name`; found `Nr, Ort`"),
        ("id,Name,Firma\n1,A,B\n", [], "clients.csv:1: `Name` and `Firma` could each be the name; choose"),
        (
            "id,name,Sitzland,Land\n1,A,RU,DE\n", [],
            "clients.csv:2: `Sitzland` and `Land` could each be the country, and differ here: `RU` and `DE`; choose",
        ),
        ("id,name,Guthaben\n1,A,\"1,234\"\n", [], "the first has prepaid `1,234`; expected an amount that can be read"),
        ("id,name\n1,A\n", ["--max-refused-share", "some"], "--max-refused-share: no share of rows `some`"),
        ("id,name\n1,A\n", ["--max-refused-share", "5"], "--max-refused-share: no share of rows `5`; expected from 0"),
        ("id,name\n1,A\n", ["--column", "id="], "a required column cannot be left unread `id`"),
        ("id,name\n", [], "clients.csv: has no row"),
        ("id,name\n1,A\n", ["--column", "firm"], "--column: is no mapping `firm`; expected ours=theirs, such as"),
        (
            "id,name\n1,A\n", ["--column", "webseit=name"],
            "--column: unknown column `webseit`; expected a column such as domains; all are on the pages",
        ),
        (
            "id,name\n1,A\n", ["--column", "zzzzzz=name"],
            "--column: unknown column `zzzzzz`; expected a column such as id, name; all are on the pages",
        ),
        (
            "id,name\n1,A\n1,B\n", [],
            "the first has id `1`; expected an id of its own; line 2 has it already; hand in a table with one row a",
        ),
        (
            "NR;NAME;FIRMA\n1;A;B\n", [],
            "has no column `id`; found `NR, NAME, FIRMA`; rename it, or map it in [intake.columns.advertisers] of"
            " evenhand.toml, or `--column id=HEADING` of init; `NR` could be more than one thing; `NAME` and `FIRMA`"
            " could each be the name, choose with --column name=HEADING",
        ),
        ("id,name\n1,A\n", ["--sheet", "S"], "clients.csv: is not a workbook `sheet S`"),
        ("id,name\n1,A\n", ["--origin", "https://x"], "--origin: invalid log origin"),
    ],
)  # fmt: skip
def test_nothing_is_made_where_something_is_wrong(handed: Path, content: str, options: list[str], said: str) -> None:
    """One line says what to do."""
    (handed / "clients.csv").write_text(content, "utf-8")
    paths = ("--table", handed / "clients.csv", "--lists", handed / "lists")

    status, _, err = evenhand("init", handed / "n", *paths, *options)

    assert (status, err.count("\n")) == (2, 1)
    assert said in err.replace(str(handed), "")
    assert not (handed / "n").exists()


def test_everything_that_rejects_rows_is_said_in_one_attempt(handed: Path) -> None:
    """With every way out: the cells, the column, the share. The second attempt is the last."""
    rows = "".join(f"{number},A{number},{'many' if number > 2 else ''},\n" for number in range(1, 31))
    (handed / "clients.csv").write_text(f"id,name,Guthaben,type\n{rows},,much,both\n", "utf-8")
    paths = ("init", handed / "n", "--table", handed / "clients.csv", "--lists", handed / "lists")

    status, _, err = evenhand(*paths)
    lines = err.splitlines()
    unread = evenhand(*paths, "--column", "prepaid=", "--max-refused-share", "0.05", "--json").json

    assert (status, len(lines)) == (2, 22)
    assert lines[0] == (
        "evenhand: clients.csv:4: prepaid `many`; expected an amount such as 1200 or 1200.50 EUR, not negative"
    )
    assert lines[20] == "evenhand: and 12 more cells"
    assert (
        "29 of 31 rows cannot be read (prepaid 29, id 1, name 1, type 1), and a share of 0.01 may be; the first has"
        " prepaid `many`"
    ) in lines[21]
    assert lines[21].endswith(
        "; correct the cells, or leave the column unread with --column prepaid=, or accept that these clients are held"
        " unscreened with --max-refused-share 0.936; nothing was made"
    )
    assert unread["report"]["advertisers"] == 31
    assert read_network(handed / "n").settings.intake.columns["advertisers"]["prepaid"] == ""
    assert evenhand("run", handed / "n").status == 0


def test_a_client_whose_row_is_broken_is_held_and_the_others_are_decided(handed: Path) -> None:
    """A quote in the middle of a cell leaves a row with fewer cells than the heading has."""
    table = handed / "own.csv"
    table.write_text('Kundennr.;Firma;Land;Website\n1;"Haus"er;DE\n2;Alt;FR;\n3;"Bau"er;IT\n', "utf-8")

    done = evenhand(
        "init", handed / "n", "--table", table, "--lists", handed / "lists/own.csv", "--max-refused-share", "1",
        "--json",
    )  # fmt: skip

    assert done.status == 0
    assert [each["line"] for each in done.json["report"]["refused"] if each["what"] == "row"] == [2, 4]


def test_a_bad_first_day_is_a_warning_and_the_client_is_decided(handed: Path) -> None:
    """Only a notice's date and a rule for new clients look at it, and a client without it counts as new."""
    (handed / "c.csv").write_text("Nr;Firma;Kunde seit\n7;Made-Up Freight;31.02.2019\n", "utf-8")
    paths = ("--table", handed / "c.csv", "--lists", handed / "lists")

    done = evenhand("init", handed / "n", *paths, "--column", "id=Nr", "--json").json["report"]

    assert [case["decision"]["errors"] for case in done["cases"]] == [[]]
    assert [each for each in done["warnings"] if "Kunde seit" in each] == [
        "1 advertiser has no readable day under `Kunde seit` (line 2: `31.02.2019`): it counts as empty, and its client"
        " as new since the first decision; all are in out/rejected-input.csv"
    ]


def test_who_has_no_website_that_can_be_read_is_a_warning(handed: Path) -> None:
    """Nobody was screened by a rejected value; who has another website, or never had one, is not named."""
    rows = '7;Made-Up Freight;Web: a.de\n8;Made-Up Bakery;max@mail.de\n9;Made-Up Shop;"b.de;Web: c.de"\n10;Alone;\n'
    (handed / "c.csv").write_text(f"Nr;Firma;Website\n{rows}", "utf-8")
    paths = ("--table", handed / "c.csv", "--lists", handed / "lists")

    done = evenhand("init", handed / "n", *paths, "--column", "id=Nr", "--json").json["report"]

    assert [each for each in done["warnings"] if "website" in each] == [
        "2 parties have no website that can be read (advertisers, line 2: `Web: a.de`): not screened by it;"
        " correct the cells in out/rejected-input.csv"
    ]


def test_who_has_no_account_seat_or_bundle_that_can_be_read_is_a_warning(handed: Path) -> None:
    """The bids of such a client are found by neither; who has another one is not named."""
    rows = (
        "7;Made-Up Freight;https://dsp.example/512;My First App;made up\n"
        "8;Made-Up Bakery;512, https://dsp.example/512;com.a, My App;x/bakery\n"
    )
    (handed / "c.csv").write_text(f"Nr;Firma;Seats;Bundles;Accounts\n{rows}", "utf-8")
    paths = ("--table", handed / "c.csv", "--lists", handed / "lists")

    done = evenhand("init", handed / "n", *paths, "--column", "id=Nr", "--json").json["report"]

    assert [each for each in done["warnings"] if "that can be read" in each] == [
        "1 party has no account that can be read (advertisers, line 2: `made up`): not screened by it; correct the"
        " cells in out/rejected-input.csv",
        "1 party has no seat that can be read (advertisers, line 2: `https://dsp.example/512`): the gate finds no bid"
        " of theirs by it; correct the cells in out/rejected-input.csv",
        "2 parties have no app bundle that can be read (advertisers, line 2: `My First App`): the gate finds no bid of"
        " theirs by it; correct the cells in out/rejected-input.csv",
    ]


def test_a_sheet_of_owners_that_is_no_table_is_a_warning_with_what_to_set(handed: Path) -> None:
    """Else nobody is found by an owner, and a note among others is all that says so; set so, they are read."""
    file = xlsxwriter.Workbook(handed / "clients.xlsx")
    owners = [["Kundennr.", "Wer", "Anteil"], [4711, "Made-Up Freight", "60 %"],
              [4712, "Plum Holding", "Rest"]]  # fmt: skip
    for name, rows in (("Kunden", ROWS), ("UBO", owners), ("Orte", [["Ort"], ["Ulm"]])):
        sheet = file.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    file.close()

    begun = evenhand("init", handed / "n", "--table", handed / "clients.xlsx", "--lists", handed / "lists", "--json")

    (said,) = (each for each in begun.json["report"]["warnings"] if "owners" in each)
    assert said == (
        "Sheet `UBO` of ../clients.xlsx seems to name owners, and none is read from it: in evenhand.toml, set ownership"
        ' = "../clients.xlsx" in [intake] and ownership = "UBO" in [intake.sheets], and give its headings in'
        " [intake.columns.ownership]: owned for the company's id or owned_name for its name, owner_name and share; hide"
        " the sheet if it does not count"
    )
    path = handed / "n" / "evenhand.toml"
    settings = path.read_text("utf-8").replace('"data/ownership.csv"', '"../clients.xlsx"')
    settings = settings.replace('share = "0.01"', 'share = "0.5"').replace("[fx]", (
        '[intake.sheets]\nadvertisers = "Kunden"\nownership = "UBO"\n[intake.columns.ownership]\nowned = "Kundennr."\n'
        'owner_name = "Wer"\nshare = "Anteil"\n[fx]'
    ))  # fmt: skip
    path.write_text(settings, "utf-8")
    report = evenhand("run", handed / "n", "--json").json
    rejected = (handed / "n/out/rejected-input.csv").read_text("utf-8")
    assert '"../clients.xlsx, sheet UBO",3,share,Rest' in rejected
    assert '"../clients.xlsx, sheet Kunden"' in rejected
    assert not [each for each in report["warnings"] if "owners" in each]
    assert "4711" in {each["decision"]["party"]["id"] for each in report["cases"]}


@pytest.mark.parametrize(
    "heading",
    [
        "Owner", "Account Owner", "Parent", "Propriétaire", "Propietario", "Proprietario", "Właściciel", "Владелец",
        "Socio", "Sócio", "Associé", "Ortak", "Asociat",
    ],
)  # fmt: skip
def test_a_column_of_owners_among_the_clients_is_a_warning_wherever_the_table_is_read(
    handed: Path, heading: str
) -> None:
    """It may be the clerk who looks after the client, and may be its owner; who thinks that it is read is told."""
    (handed / "c.csv").write_text(f"id,name,{heading},Share\n1,Plum,Made-Up Freight,60%\n2,Pear,,\n", "utf-8")
    network, words = handed / "n", f"No owners are read from `{heading}` (1 of 2 rows with a value): a client"

    begun = evenhand("init", network, "--table", handed / "c.csv", "--lists", handed / "lists", "--json").json["report"]

    (said,) = (each for each in begun["warnings"] if "owners" in each)
    assert said.startswith(f"../c.csv: {words}")
    assert f'read them with owners = "{heading}" in [intake.columns.advertisers]' in said
    assert [each["expected"] for each in begun["refused"] if each["value"] == heading] == [
        "a column of advertisers; ignored; no owners are read from it; if they own the clients:"
        f" --column owners={shlex.quote(heading)}"
    ]
    assert said in evenhand("run", network, "--json").json["warnings"]
    assert words in evenhand("doctor", network).out
    screened = evenhand("screen", handed / "c.csv", "--lists", handed / "lists").out
    assert f"{words} that a listed party owns is not found by it. Screen the owners as rows of their own" in screened


@pytest.mark.parametrize("column", ["owners=Owner", "owners=", "owners=!Owner"])
def test_a_column_of_owners_is_no_warning_once_somebody_says_what_it_is(handed: Path, column: str) -> None:
    """As owners it is read, and a listed one holds the client; as nothing it is left alone."""
    (handed / "c.csv").write_text("id,name,Owner\n1,Plum,Made-Up Freight\n2,Pear,Jane Doe\n", "utf-8")
    paths = ("--table", handed / "c.csv", "--lists", handed / "lists", "--column", column)

    report = evenhand("init", handed / "n", *paths, "--json").json["report"]

    assert [each["decision"]["party"]["id"] for each in report["cases"]] == (["1"] if column == "owners=Owner" else [])
    assert not [each for each in report["warnings"] if "owners" in each]
    assert read_network(handed / "n").settings.intake.columns["advertisers"]["owners"] == column.partition("=")[2]
    assert "No owners are read" not in evenhand("doctor", handed / "n").out


@pytest.mark.parametrize(
    "heading",
    [
        "Beneficial owner", "UBO", "ubo_name", "Parent company", "Eigentümer", "Gesellschafter", "Actionnaires",
        "Titular real", "Titolare effettivo", "Udziałowcy", "Бенефициар", "Shareholder 1",
    ],
)  # fmt: skip
def test_a_column_of_owners_is_read_by_its_heading(handed: Path, heading: str) -> None:
    """In seven languages; `init` says whom it read, and that an owner without a share may hold any."""
    rows = "1,Plum,Made-Up Freight\n2,Pear,\n3,Fig,Jane Doe (60 %); Doe Ltd\n"
    (handed / "c.csv").write_text(f"id,name,{heading}\n{rows}", "utf-8")

    begun = evenhand("init", handed / "n", "--table", handed / "c.csv", "--lists", handed / "lists")

    said = " ".join(begun.out.split())
    assert f"'{heading}' read as owners" in said
    assert f"'{heading}' names 3 owners of 2 clients; 2 without a share, which counts as unknown" in said
    assert "No owners are read" not in said
    assert "hold" in evenhand("explain", handed / "n", "1").out


def test_the_advice_on_a_column_of_owners_takes_none_away_from_those_that_are_read(handed: Path) -> None:
    """Followed word for word, it reads both or leaves the one unread; and what takes owners away stops the run."""
    (handed / "c.csv").write_text("id,name,UBO,Dueño\n1,Plum,Made-Up Freight,Ann\n2,Pear,Roe,\n", "utf-8")
    network, settings = handed / "n", handed / "n/evenhand.toml"
    paths = ("--table", handed / "c.csv", "--lists", handed / "lists", "--column", "owners=UBO", "--json")

    def set_to(owners: str) -> Answer:
        text = settings.read_text("utf-8")
        settings.write_text(re.sub("(?m)^owners = .*", f'owners = "{owners}"', text), "utf-8")
        return evenhand("run", network, "--json")

    (said,) = (each for each in evenhand("init", network, *paths).json["report"]["warnings"] if "owners" in each)
    declined, every, other = set_to("UBO;!Dueño"), set_to("UBO;Dueño"), set_to("Dueño")

    assert 'owners = "UBO;Dueño" in [intake.columns.advertisers]' in said
    assert said.endswith('else leave them unread with owners = "UBO;!Dueño".')
    for answer in (declined, every):
        assert [case["decision"]["outcome"] for case in answer.json["cases"]] == ["hold"]
        assert not [each for each in answer.json["warnings"] if "owners are read" in each]
    assert other.status == 2
    assert "advertisers is read without the owners in `UBO`" in other.err
    assert "evenhand run DIR --accept-table advertisers" in other.err
    assert evenhand("run", network, "--accept-table", "advertisers", "--json").json["cases"] == []


def test_owners_put_into_the_table_of_ownership_are_found_and_the_warning_ends(handed: Path) -> None:
    """Owners are read; then a column beside them may be of clerks."""
    (handed / "c.csv").write_text("id,name,Owner\n1,Plum,Made-Up Freight\n", "utf-8")
    network = handed / "n"
    evenhand("init", network, "--table", handed / "c.csv", "--lists", handed / "lists")

    (network / "data" / "ownership.csv").write_text("owner,owned,share,owner_name\n,1,,Made-Up Freight\n", "utf-8")
    report = evenhand("run", network, "--json").json

    assert [case["decision"]["outcome"] for case in report["cases"]] == ["hold"]
    assert not [each for each in report["warnings"] if "owners" in each]
    assert "No owners are read" not in evenhand("doctor", network).out


@pytest.mark.parametrize("table", ["id,name,Owner\n1,Plum,\n", "id,name,Gesellschaftsform\n1,Plum,GmbH\n"])
def test_a_column_without_an_owner_is_no_warning(handed: Path, table: str) -> None:
    """An empty column loses nothing, and a legal form is no owner."""
    (handed / "c.csv").write_text(table, "utf-8")

    begun = evenhand("init", handed / "n", "--table", handed / "c.csv", "--lists", handed / "lists")

    assert "No owners are read" not in begun.out


@pytest.mark.parametrize("country", ["qm", "qn"])
def test_a_list_of_outlets_is_one_of_media_and_refuses_nobody_for_being_on_it(handed: Path, country: str) -> None:
    """Who controls an outlet is for the rules on media: independent ones go on advertising."""
    lines = HOUSE.splitlines()
    cells = lines[0].split(",")

    def row(**known: str) -> str:
        return ",".join(known.get(cell, "") for cell in cells)

    outlets = [
        row(id=f"m-{code}", schema="Organization", name=f"Vessari {code}", country=country,
            website=f"https://vessari-{code}.example", topic=f"typology:{code}") for code in ("IP", "SC")
    ]  # fmt: skip
    (handed / "lists" / "outlets.csv").write_text("\n".join([lines[0], *outlets]) + "\n", "utf-8")
    more = handed / "lists" / "more.csv"
    more.write_text("\n".join([lines[0], row(id="m-3", schema="Organization", name="Ilverton", topic="typology:IP")]))
    clients = [f"{code},Vessari {code},{country.upper()},vessari-{code}.example" for code in ("IP", "SC")]
    (handed / "c.csv").write_text("\n".join(["id,name,country,website", *clients]) + "\n", "utf-8")

    done = evenhand("init", handed / "n", "--table", handed / "c.csv", "--lists", handed / "lists", "--json")

    keys = [each["key"] for each in done.json["report"]["lists"]]
    assert sorted(keys) == ["house-media", "house-outlets", "house-sanctions"]
    with (handed / "n" / "out" / "decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        decided = {row["id"]: row["outcome"] for row in DictReader(file)}
    assert decided == {"IP": "allow", "SC": "refuse"}


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_lists_of_the_house_says_nothing(handed: Path, order: int) -> None:
    """None is left out because two would have one key: nobody would be screened against it."""
    places = ["lists/media.csv", "lists/sanctions.csv", "more/partners.csv", "more/b/partners.csv"]
    for number, place in enumerate(places):
        (handed / place).parent.mkdir(parents=True, exist_ok=True)
        (handed / place).write_text(HOUSE.replace("Made-Up", f"Made-Up {number}"), "utf-8")
    options = [option for place in places[::order] for option in ("--lists", handed / place)]

    done = evenhand("init", handed / "n", "--table", handed / "clients.xlsx", *options)

    keys = dict(re.findall(r"^List (\S+): 1 entry, \S+/(\S+)", done.out, re.MULTILINE))
    assert keys == {
        "house-sanctions": "sanctions.csv", "house-own-media": "media.csv",
        "house-partners": "partners.csv", "house-partners-2": "partners.csv",
    }  # fmt: skip


def test_a_folder_without_a_list_and_a_damaged_list_are_one_line_each(handed: Path) -> None:
    """A list that is passed over is a list that nobody was screened against."""
    (handed / "empty").mkdir()
    (handed / "lists" / "broken.csv").write_text(HOUSE.replace("qm", "Ruritania"), "utf-8")

    for lists, said in (
        (["empty"], "no list recognised"),
        (["lists"], "expected ISO 3166"),
        ([], "no list to screen against"),
    ):
        options = [option for name in lists for option in ("--lists", handed / name)]
        status, _, err = evenhand("init", handed / "n", "--table", handed / "clients.xlsx", *options)
        assert (status, err.count("\n"), said in err) == (2, 1, True), err

    assert not (handed / "n").exists()


def test_a_table_can_be_said_to_be_otherwise(handed: Path) -> None:
    """Anyone who knows the table better than we do needs no editor for it."""
    (handed / "c.csv").write_text("Nr;Name;Firma;Start;Guthaben\n7;Jane;Made-Up Freight;03/04/2019;1.234\n", "utf-8")
    told = (
        "--column",
        "id=Nr",
        "--column",
        "name=Firma",
        "--column",
        "first_seen=Start",
        "--dates",
        "dmy",
        "--decimals",
        "comma",
    )

    done = evenhand("init", handed / "n", "--table", handed / "c.csv", "--lists", handed / "lists", *told, "--json")

    assert [case["name"] for case in done.json["report"]["cases"]] == ["Made-Up Freight"]
    assert read_network(handed / "n").settings.intake.dates == "dmy"


def test_a_name_that_was_chosen_stays_chosen_although_its_heading_is_our_own(handed: Path) -> None:
    """Beside another heading that could be the name, the run would ask again what was said already."""
    (handed / "clients.csv").write_text("EIN;NAME;ORGANIZATION\n1;Made-Up Bakery;5\n", "utf-8")
    columns = ("--column", "id=EIN", "--column", "name=NAME")

    begun = evenhand("init", handed / "n", "--table", handed / "clients.csv", "--lists", handed / "lists", *columns)

    assert (begun.status, begun.err) == (0, "")
    assert read_network(handed / "n").settings.intake.columns["advertisers"] == {"id": "EIN", "name": "NAME"}


def test_a_column_of_ours_may_be_called_as_people_call_it(handed: Path) -> None:
    """`website` is what everybody says, and `domains` what the table of advertisers says."""
    (handed / "c.csv").write_text("Nr;Wer;Netz\n7;Made-Up Freight;made-up.example\n", "utf-8")
    paths = ("--lists", handed / "lists", "--column", "customer_id=Nr", "--column", "company=Wer")

    done = evenhand("init", handed / "n", "--table", handed / "c.csv", *paths, "--column", "Website=Netz")
    screened = evenhand("screen", handed / "c.csv", *paths, "--column", "domains=Netz", "--json")
    twice = evenhand("screen", handed / "c.csv", *paths, "--column", "url=Netz", "--column", "domains=Nr")

    columns = {"id": "Nr", "name": "Wer", "domains": "Netz"}
    assert (done.status, read_network(handed / "n").settings.intake.columns["advertisers"]) == (0, columns)
    assert screened.json["answers"][0]["party"]["domains"] == ["made-up.example"]
    assert "--column: says website twice `domains=Nr`; expected website=Netz alone" in twice.err


def test_a_table_without_websites_says_what_is_lost(handed: Path) -> None:
    """In a line of its own, with the option that names the column; who has none says so once."""
    (handed / "c.csv").write_text("id;name;Websseite\n7;Made-Up Freight;made-up.example\n", "utf-8")
    paths = ("--table", handed / "c.csv", "--lists", handed / "lists")
    said = (
        "../c.csv: No column with websites is read: matches by domain cannot be found, and block lists by domain stay"
        " empty. Name it with --column website=HEADING."
    )

    begun = evenhand("init", handed / "n", *paths)
    screened = evenhand("screen", handed / "c.csv", "--lists", handed / "lists")
    chosen = evenhand("init", handed / "m", *paths, "--column", "website=", "--json")

    assert said in " ".join(begun.out.split())
    assert begun.out.splitlines()[-1].startswith("  No column of ../c.csv is read as websites")
    assert "c.csv: No column with websites is read: matches by domain cannot be found. Name it" in screened.out
    assert (
        "c.csv:1: column `Websseite` is not read: the nearest known heading is `Webseite` (website); to read it so:"
        " --column website=Websseite"
    ) in screened.err
    assert chosen.json["report"]["understood"][0]["notes"] == []
    assert "websites" not in str(chosen.json["before_first_letter"])
    (handed / "c.csv").write_text("id;name;website\n7;Made-Up Freight;\n", "utf-8")
    emptied = evenhand("init", handed / "o", *paths, "--json").json["report"]["understood"]
    assert emptied[0]["notes"][0].startswith("The column of websites is empty: matches by domain cannot be found")


def test_options_of_a_table_need_a_table(tmp_path: Path) -> None:
    """Without one they would say something of nothing."""
    status, _, err = evenhand("init", tmp_path / "n", "--origin", "ads.made-up.example/log", "--lists", tmp_path)

    assert (status, "an empty network cannot use what is about a table; expected --table FILE as well" in err) == (
        2,
        True,
    )


def test_screen_takes_the_same_workbook_and_says_the_same(handed: Path) -> None:
    """The first look needs no network at all."""
    done = evenhand("screen", handed / "clients.xlsx", "--lists", handed / "lists")
    as_json = evenhand("screen", handed / "clients.xlsx", "--lists", handed / "lists", "--json").json

    assert done.status == 0
    assert "clients.xlsx, sheet `Kunden`: `Kundennr.` read as id, `Firma` read as name" in done.out
    assert "Made-Up Freight (4712)" in done.out
    assert as_json["understood"]["columns"][1] == {"heading": "Firma", "column": "name", "words": "name"}
    assert as_json["names_with_match"] == 1


def test_screen_takes_the_mapping_of_a_network(handed: Path) -> None:
    """What was said once of a table is not said again."""
    (handed / "c.csv").write_text("Nr;Name;Firma\n7;Jane;Made-Up Freight\n", "utf-8")
    told = ("--column", "id=Nr", "--column", "name=Firma")
    evenhand("init", handed / "n", "--table", handed / "c.csv", "--lists", handed / "lists", *told)

    alone = evenhand("screen", handed / "c.csv", "--lists", handed / "lists")
    with_network = evenhand("screen", handed / "c.csv", "--network", handed / "n", "--json")
    with_column = evenhand("screen", handed / "c.csv", "--lists", handed / "lists", "--column", "name=Firma", "--json")

    assert (alone.status, "`Name` and `Firma` could each be the name" in alone.err) == (2, True)
    assert [each["name"] for each in with_network.json["answers"]] == ["Made-Up Freight"]
    assert [each["name"] for each in with_column.json["answers"]] == ["Made-Up Freight"]
    assert json.dumps(with_network.json["understood"]).count("Firma") == 1


def test_a_first_run_before_the_first_rule_is_refused(handed: Path) -> None:
    """No rule is in force then, everybody would be held, and a failed proof is no explanation; nothing is made."""
    refused = evenhand(
        "init",
        handed / "n",
        "--table",
        handed / "clients.xlsx",
        "--lists",
        handed / "lists",
        "--at",
        "1999-01-01T00:00Z",
    )

    assert (refused.status, refused.out) == (2, "")
    assert refused.err == (
        "evenhand: no rule of the rulebook house is in force on this day: `1999-01-01`; expected 2017-01-01 or later\n"
    )
    assert not (handed / "n").exists()


@pytest.mark.parametrize("again", ["lists", "lists/own.csv", "copy.csv"])
def test_one_list_given_twice_is_refused(handed: Path, again: str) -> None:
    """Each match would be there twice, and a person would judge it twice; a copy is the same list."""
    (handed / "copy.csv").write_text(HOUSE, "utf-8")

    refused = evenhand(
        "init", handed / "n", "--table", handed / "clients.xlsx", "--lists", handed / "lists/own.csv",
        "--lists", handed / again,
    )  # fmt: skip

    found = handed / again if again.endswith(".csv") else handed / "lists"
    assert refused.status == 2
    assert refused.err == (
        f"evenhand: --lists: the same list twice, as {handed / 'lists/own.csv'} and {found}; expected each list once\n"
    )
    assert not (handed / "n").exists()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (
            ("--dates", "ymd"),
            "--dates: unknown order of day and month `ymd`; expected dmy (03/04/2019 is 3 April) or mdy",
        ),
        (
            ("--decimals", "dot"),
            "--decimals: unknown decimal mark `dot`; expected comma (1,234 is a little more than 1)",
        ),
    ],
)
def test_a_notation_that_is_not_known_is_explained(handed: Path, option: tuple[str, str], said: str) -> None:
    """The message says what each of the words means."""
    refused = evenhand("init", handed / "n", "--table", handed / "clients.xlsx", "--lists", handed / "lists", *option)

    assert (refused.status, refused.err.count("\n")) == (2, 1)
    assert said in refused.err


def test_an_option_in_a_hint_is_never_broken_over_lines(tmp_path: Path) -> None:
    """It is there to be copied into a shell."""
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "own.csv").write_text(HOUSE, "utf-8")
    (tmp_path / "c.csv").write_text(
        "N° client;Raison sociale;Commercial;Dénomination commerciale de la société\n1;Plum;A. Nobody;x\n", "utf-8"
    )

    out = evenhand("init", tmp_path / "n", "--table", tmp_path / "c.csv", "--lists", tmp_path / "lists").out

    assert "--column alias='Dénomination commerciale de la société'\n" in out
    assert "is not guessed: say what it is with --column COLUMN=Commercial\n" in out
    assert "Name it with --column website=HEADING" in out


def test_a_negative_prepaid_amount_costs_the_value_and_not_the_row(tmp_path: Path) -> None:
    """A client in debt has prepaid nothing. What is no amount at all may be money to freeze: that row is held."""
    (tmp_path / "own.csv").write_text(HOUSE, "utf-8")
    (tmp_path / "c.csv").write_text("id,name,website,prepaid\n1,Plum,plum.example,-12.50\n2,Pear,p.example,a lot\n")

    begun = evenhand(
        "init", tmp_path / "n", "--table", tmp_path / "c.csv", "--lists", tmp_path / "own.csv",
        "--max-refused-share", "0.5", "--json",
    ).json  # fmt: skip

    assert [(each["value"], each["what"]) for each in begun["report"]["refused"]] == [
        ("-12.50", "value"),
        ("a lot", "row"),
    ]
    assert begun["report"]["outcomes_in_force"] == {"advertiser": {"allow": 1, "hold": 1}}
