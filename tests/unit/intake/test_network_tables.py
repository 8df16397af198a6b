"""All tables together: what is kept, what is left out, and how that is told."""

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from evenhand.intake import read_tables, write_refused
from evenhand.intake.network_tables import Tables, read_votes
from evenhand.model.campaign import CampaignStatus
from evenhand.model.errors import NetworkUnreadable, TableUnreadable, TooManyRefused
from evenhand.model.network import Absent, IntakeSection
from evenhand.model.party import Identifier, VerificationLevel
from evenhand.model.record import sha256_hex
from evenhand.model.run import Refused
from evenhand.screening.names.normal_form import read_name
from tests.suffixes import SUFFIXES

SETTINGS = IntakeSection(
    advertisers="advertisers.csv", max_refused_share="1", absent=Absent(payer="undisclosed", political="no")
)
ADVERTISERS = "id,name\na1,Made Up Shop\na2,Made Up Bakery\n"


def read(folder: Path, settings: IntakeSection = SETTINGS, **tables: str) -> Tables:
    for name, content in {"advertisers": ADVERTISERS, **tables}.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    paths = {name: f"{name}.csv" for name in tables}
    return read_tables(folder, msgspec.structs.replace(settings, **paths), {"USD": "0.9"}, "EUR", SUFFIXES)


def told(tables: Tables) -> list[tuple[int, str, str, str]]:
    return [(each.line, each.column, each.value, each.what) for each in tables.refused]


def test_an_advertiser_is_read_with_everything_the_table_says(tmp_path: Path) -> None:
    """Every column arrives where facts and screening look for it."""
    head = (
        "id,name,alias,type,schema,country,languages,domains,accounts,seats,bundles,identifiers,birth_date,payer_id,"
        "agency,first_seen,prepaid,verification,verified_by,verified_on,verified_until,documents,media_sections,"
        "media_control,media_taxpayer_funded,media_editorially_independent,media_source,circumvention_of,circumvention_confirmed_by"
    )
    row = (
        f"a1,Made Up,M;U;M,private,person,de,en;fr,www.made-up.de,X/made,s1,b1,duns:5,1970,p1,ag,2020-01-02,7.5,"
        f"Document,desk,2021-01-01,2022-01-01,{'a' * 64},news,financial_ownership,yes,no,own statement,a0,desk"
    )

    tables = read(tmp_path, advertisers=f"{head}\n{row}\n", payers="id,name\np1,Made Up Payer\n")

    [made] = tables.advertisers
    assert (made.aliases, made.type, made.schema, made.country) == (("M", "U"), "private", "Person", "DE")
    assert (made.domains, made.accounts, made.languages) == (("www.made-up.de",), ("x/made",), ("en", "fr"))
    assert made.identifiers == (Identifier(scheme="duns", value="5"),)
    assert (made.first_seen, made.prepaid_micros, made.payer_id) == (date(2020, 1, 2), 7_500_000, "p1")
    assert made.verification.level is VerificationLevel.DOCUMENT
    assert made.verification.level_on(date(2023, 1, 1)) is VerificationLevel.DECLARED
    assert made.media is not None
    assert made.media.taxpayer_funded
    assert made.circumvention_confirmed_by == "desk"
    assert tables.refused == ()


@pytest.mark.parametrize(
    ("heading", "country", "number", "place"),
    [
        ("HRB", "RU", "1165024055613", "ru"), ("HRB", "DE", "1165024055613", "de"), ("HRB", "RU", "HRB 123456 B", "de"),
        ("HRB", "", "1165024055613", "de"), ("FN", "RU", "1165024055613", "ru"), ("FN", "DE", "FN 123456a", "at"),
    ],
)  # fmt: skip
def test_a_number_that_its_register_never_gave_is_of_the_clients_country(
    tmp_path: Path, heading: str, country: str, number: str, place: str
) -> None:
    """An OGRN of thirteen digits under `HRB` matched nobody, although its owner is listed with it."""
    tables = read(tmp_path, advertisers=f"id,name,country,{heading}\na1,Made Up,{country},{number}\n")

    assert tables.advertisers[0].identifiers[0].jurisdiction == place
    assert (bool(tables.refused), tables.unread) == (place == "ru", ())
    assert all(each.expected.endswith("which is shorter; compared as one of RU") for each in tables.refused)


def test_the_other_tables_are_read_in_file_order(tmp_path: Path) -> None:
    """Their records are what later packages get."""
    tables = read(
        tmp_path,
        payers="id,name\np1,Made Up Payer\n",
        ownership="owner,owned,share,kind,as of\no1,a1,30 %,,2020-01-01\no2,a1,,control,\n",
        campaigns="id,advertiser,payer,status,political,url,budget\nc1,a2,p1,Paused,yes,b.de/x,5 USD\n",
        creatives="id,campaign,text\nx1,c1,Bread\n",
        votes="territory,first_day,last_day,union_wide_rules\nde,2026-05-31,2026-06-01,no\n",
    )

    held = [(row.share, row.kind, row.row) for row in tables.ownership]
    assert held == [
        (300_000, "ownership", "2"),
        (None, "control", "3"),
    ]
    [campaign], [creative], [vote] = tables.campaigns, tables.creatives, tables.votes
    assert (campaign.status, campaign.landing_host, campaign.budget_micros) == (
        CampaignStatus.PAUSED,
        "b.de",
        4_500_000,
    )
    assert campaign.political
    assert creative.campaign_id == "c1"
    assert (vote.window_opens, vote.closes) == (datetime(2026, 2, 28, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC))
    assert tables.rows == {
        "advertisers": 2, "payers": 1, "ownership": 2, "campaigns": 1, "creatives": 1, "votes": 1,
    }  # fmt: skip
    assert tables.hashes["advertisers"] == sha256_hex(ADVERTISERS.encode())


def test_unusable_values_of_lists_are_left_out_and_the_row_stays(tmp_path: Path) -> None:
    """One broken host must not hide an advertiser from screening."""
    content = "id,name,domains,seats,country\na1,Shop,not a host;co.uk;shop.de,1.02775E+12;7,Ruritania\n"

    tables = read(tmp_path, advertisers=content)

    assert (tables.advertisers[0].domains, tables.advertisers[0].seats) == (("shop.de",), ("7",))
    assert set(told(tables)) == {
        (2, "country", "Ruritania", "value"),
        (2, "seats", "1.02775E+12", "value"),
        (2, "domains", "not a host", "value"),
        (2, "domains", "co.uk", "value"),
    }


@pytest.mark.parametrize(
    ("table", "content", "line", "column", "value"),
    [
        ("advertisers", "id,name\n,x\n", 2, "id", ""),
        ("advertisers", "id,name\n1.5E+11,x\n", 2, "id", "1.5E+11"),
        ("advertisers", "id,name\na1,x\na2,y\na1,z\n", 4, "id", "a1"),
        ("advertisers", "id,name,verified until\na1,x,soon\n", 2, "verified_until", "soon"),
        ("advertisers", "id,name,verification\na1,x,gold\n", 2, "verification", "gold"),
        ("advertisers", "id,name,media_control\na1,x,none\n", 2, "media_source", ""),
        ("advertisers", "id,name\na1\n", 2, "", "a1"),
        ("ownership", "owner,owned,share,owner_name\no,a1,100.5 %,O\n", 2, "share", "100.5 %"),
        ("ownership", "owner,owned,share,owner_name\no,a1,-1 %,O\n", 2, "share", "-1 %"),
        ("campaigns", "id,advertiser_id\nc1,nobody\n", 2, "advertiser_id", "nobody"),
        ("campaigns", "id,advertiser_id,starts,ends\nc1,a1,2026-02-01,2026-01-01\n", 2, "ends", "2026-01-01"),
        ("creatives", "id,campaign_id\nx1,nothing\n", 2, "campaign_id", "nothing"),
        (
            "votes",
            "territory,first_day,last_day,union_wide_rules\nDE,2026-02-02,2026-02-01,no\n",
            2,
            "last_day",
            "2026-02-01",
        ),
        (
            "votes",
            "territory,first_day,last_day,union_wide_rules\nDE,0001-02-02,0001-02-02,no\n",
            2,
            "first_day",
            "0001-02-02",
        ),
    ],
)
def test_a_bad_row_is_refused_with_its_place(
    tmp_path: Path, table: str, content: str, line: int, column: str, value: str
) -> None:
    """File, line, column, value and what was expected: nothing less lets a person mend it."""
    extra = {"campaigns": "id,advertiser_id\n"} if table == "creatives" else {}
    tables = read(tmp_path, **extra, **{table: content})

    assert told(tables) == [(line, column, value, "row")]
    assert tables.refused[0].file == f"{table}.csv"
    assert tables.refused[0].expected


def test_a_second_row_of_an_id_names_the_first(tmp_path: Path) -> None:
    """Which of two is right, only the network can say."""
    tables = read(tmp_path, advertisers="id,name\na1,x\na1,y\n")

    assert tables.refused[0].expected == "an id of its own; line 2 has it already"
    assert [each.name for each in tables.advertisers] == ["x"]


def test_a_rejected_row_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """Its party is held under its own id, and its campaigns with it; nobody screened it."""
    tables = read(
        tmp_path,
        advertisers="id,name,domains,prepaid\na1,Made Up,a.de,a lot\n,No Id,b.de;c.de,1\n",
        campaigns="id,advertiser_id\nc1,a1\n",
    )

    assert [(each.id, each.name, each.domains) for each in tables.advertisers] == [
        ("a1", "Made Up", ("a.de",)), ("(advertisers line 3)", "No Id", ("b.de", "c.de")),
    ]  # fmt: skip
    assert {key: (why.line, why.column) for key, why in tables.unscreened.items()} == {
        "a1": (2, "prepaid"), "(advertisers line 3)": (3, "id"),
    }  # fmt: skip
    assert [each.id for each in tables.campaigns] == ["c1"]
    assert [str(each) for each in tables.unread] == ["advertisers.prepaid: a lot", "advertisers.id: "]
    assert [each.party for each in tables.unread] == ["a1", "(advertisers line 3)"]


def test_a_bad_first_day_costs_the_value_alone(tmp_path: Path) -> None:
    """Without it a client counts as new, which no rule treats more mildly; the row is screened."""
    tables = read(
        tmp_path,
        advertisers="id,name,first_seen,verified_on\na1,Made Up,31.02.2019,never\na2,Other,30.02.2020,\na2,Twice,x,\n",
    )

    assert [(each.id, each.first_seen) for each in tables.advertisers] == [("a1", None), ("a2", None)]
    assert set(tables.unscreened) == {"a2"}
    assert [str(each) for each in tables.unread][:2] == [
        "advertisers.verified_on: never", "advertisers.first_seen: 31.02.2019",
    ]  # fmt: skip
    assert [each.party for each in tables.unread][:3] == ["a1", "a1", "a2"]


@pytest.mark.parametrize(
    ("table", "content", "rows", "values"),
    [
        (
            "advertisers",
            "id,name,country,type,prepaid,verification,first_seen\n,n/a,Ruritania,both,a lot,gold,soon\n",
            ["id", "name", "type", "prepaid", "verification"], ["country", "first_seen"],
        ),
        ("campaigns", "id,advertiser_id,starts,political,budget\n,no,soon,perhaps,much\n",
         ["advertiser_id", "starts", "id", "political", "budget"], []),
        ("creatives", "id,campaign_id,language\n,none,?!\n", ["campaign_id", "id"], ["language"]),
    ],
)  # fmt: skip
def test_all_faults_of_a_row_are_told_at_once(
    tmp_path: Path, table: str, content: str, rows: list[str], values: list[str]
) -> None:
    """Anyone who mends a table mends it once."""
    extra = {"campaigns": "id,advertiser_id\n"} if table == "creatives" else {}

    tables = read(tmp_path, **extra, **{table: content})

    found = {what: [column for _, column, _, of in told(tables) if of == what] for what in ("row", "value")}
    assert (sorted(found["row"]), found["value"]) == (sorted(rows), values)


@pytest.mark.parametrize(
    ("row", "id_", "domains"),
    [
        ("a1,Made Up,a.de,1,000.00", "a1", ("a.de",)),
        ("a1,Made, Up,a.de,1", "a1", ("a.de",)),
        ("a1,Made Up", "a1", ()),
        ("a1,mail@b.de", "a1", ()),
        ('a1,"Made" Up,a.de,1', "a1", ("a.de",)),
    ],
)
def test_a_row_of_another_width_keeps_its_id_and_every_host(
    tmp_path: Path, row: str, id_: str, domains: tuple[str, ...]
) -> None:
    """A comma in a number moves all cells behind it."""
    tables = read(tmp_path, advertisers=f"id,name,domains,prepaid\n{row}\na2,Other,z.de,1\n")

    found = {each.id: each.domains for each in tables.advertisers}
    assert found == {"a2": ("z.de",), id_: domains}
    assert set(tables.unscreened) == {id_}


def test_two_rows_of_one_id_make_one_party_that_nobody_screened(tmp_path: Path) -> None:
    """Nobody knows which of them is right."""
    tables = read(tmp_path, advertisers="id,name,domains\na1,One,a.de\na1,Two,b.de\n")

    assert [(each.name, each.aliases, each.domains) for each in tables.advertisers] == [
        ("One", ("Two",), ("a.de", "b.de"))
    ]
    assert set(tables.unscreened) == {"a1"}
    assert len(tables.refused) == 1


def test_a_row_that_says_the_same_as_an_earlier_one_of_its_id_is_taken_once(tmp_path: Path) -> None:
    """An export of pages, orders or ads repeats its clients; what is in columns that nobody reads makes no other."""
    rows = "a1,One,Germany,p1\na2,Two,FR,p2\na1,One,DE,p3\na1, One ,Germany,p4\n"
    tables = read(tmp_path, advertisers=f"id,name,country,page\n{rows}")

    assert [each.id for each in tables.advertisers] == ["a1", "a2"]
    assert not tables.unread
    assert not tables.unscreened
    assert [each.what for each in tables.refused] == ["note"]  # that `page` is not read
    (read_as,) = tables.understood
    assert read_as.notes[-1] == (
        "2 rows equal an earlier row of the same id in all columns that are read and counted once:"
        " the first is line 4, equal to line 2"
    )


@pytest.mark.parametrize("other", ["a1,One,Narnia", "a1,One,", "a1,One", "a1,,DE"])
def test_a_row_of_which_anything_is_otherwise_is_rejected_for_its_id(tmp_path: Path, other: str) -> None:
    """A value that cannot be read may say something else than no value, and so may a row that is cut short."""
    for first, second in (("a1,One,DE", other), (other, "a1,One,DE")):
        tables = read(tmp_path, advertisers=f"id,name,country\n{first}\n{second}\n")

        assert "a1" in tables.unscreened
        assert not any("counted once" in note for each in tables.understood for note in each.notes)


def test_a_value_that_is_left_out_of_both_rows_is_the_same(tmp_path: Path) -> None:
    """It is told once, of the first."""
    tables = read(tmp_path, advertisers="id,name,country\na1,One,Narnia\na1,One,Narnia\na1,One,Utopia\na1,One,\n")

    assert [(each.line, each.column, each.what) for each in tables.refused] == [
        (2, "country", "value"), (4, "id", "row"), (4, "country", "value"), (5, "id", "row"),
    ]  # fmt: skip
    assert [each.notes[-1][:12] for each in tables.understood] == ["1 row equals"]


def test_an_unreadable_share_is_an_unknown_share(tmp_path: Path) -> None:
    """Not none: a listed owner may hold all of it. Without owner or owned the row says nothing."""
    tables = read(tmp_path, ownership="owner,owned,share,as of\no1,a1,half,soon\no1,,30 %,\n")

    assert [(row.owner, row.owned, row.share, row.as_of) for row in tables.ownership] == [("o1", "a1", None, None)]
    assert [(str(each), each.party) for each in tables.unread] == [
        ("ownership.share: half", "a1"), ("ownership.as_of: soon", "a1"), ("ownership.owned: ", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("payer", "column", "pays"), [("advertiser", "", "p9"), ("undisclosed", "", ""), ("advertiser", ",payer_id", "")]
)
def test_who_pays_where_no_column_says_so_is_the_networks_choice(
    tmp_path: Path, payer: str, column: str, pays: str
) -> None:
    """An empty cell of a column that exists is a payer who is not disclosed, whatever is chosen."""
    settings = msgspec.structs.replace(SETTINGS, absent=msgspec.convert({"payer": payer, "political": "no"}, Absent))
    rows = f"id,advertiser_id{column}\nc1,a1{',' * bool(column)}\n"

    tables = read(tmp_path, settings, advertisers="id,name,payer_id\na1,x,p9\n", campaigns=rows)

    assert tables.campaigns[0].payer_id == pays


@pytest.mark.parametrize(("choice", "campaigns"), [("no", [False]), ("yes", [True]), ("refuse", [True])])
def test_what_an_empty_political_cell_means_is_the_networks_choice(
    tmp_path: Path, choice: str, campaigns: list[bool]
) -> None:
    """Nobody knows better, and a silent default would decide it."""
    settings = msgspec.structs.replace(
        SETTINGS, absent=msgspec.convert({"payer": "advertiser", "political": choice}, Absent)
    )

    tables = read(tmp_path, settings, campaigns="id,advertiser_id,political\nc1,a1,\n")

    assert [each.political for each in tables.campaigns] == campaigns
    says = ["yes or no; or set political in [intake.absent]: what no column or an empty cell means"]
    assert [each.expected for each in tables.refused] == (says if choice == "refuse" else [])


def test_unknown_headings_and_guessed_encodings_are_named(tmp_path: Path) -> None:
    """What is not read is said, too."""
    (tmp_path / "advertisers.csv").write_bytes("id,name,shoe size\na1,Café,41\n".encode("cp1252"))

    tables = read_tables(tmp_path, SETTINGS, {}, "EUR", SUFFIXES)

    assert tables.advertisers[0].name == "Café"
    assert told(tables) == [(2, "", "read as cp1252", "value"), (1, "shoe size", "shoe size", "note")]


def test_too_many_refused_rows_stop_the_run_after_everything_was_read(tmp_path: Path) -> None:
    """The caller can still write every refused row down."""
    settings = msgspec.structs.replace(SETTINGS, max_refused_share="0.2")
    campaigns = "id,advertiser_id\nc1,a1\nc2,no\nc3,a2\n"

    with pytest.raises(TooManyRefused, match=r"2 of 6 rows rejected; the first has `advertiser_id=no`") as error:
        read(tmp_path, settings, campaigns=campaigns, creatives="id,campaign_id\nx1,c2\n")

    assert [each.file for each in error.value.refused] == ["campaigns.csv", "creatives.csv"]


def test_a_share_of_refused_rows_that_is_just_allowed_lets_the_run_go_on(tmp_path: Path) -> None:
    """The share is what may be refused, not what is too much; values left out do not count."""
    settings = msgspec.structs.replace(SETTINGS, max_refused_share="0.25")

    tables = read(tmp_path, settings, campaigns="id,advertiser_id,shoe,budget\nc1,a1,,\nc2,no,,much\n")

    assert [each.what for each in tables.refused] == ["note", "row", "row"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"max_refused_share": "some"}, "max_refused_share is `some`"),
        ({"max_refused_share": "-1"}, "max_refused_share is `-1`"),
        ({"columns": {"adverts": {}}}, "unknown table `adverts`"),
    ],
)
def test_an_unusable_setting_is_named(tmp_path: Path, changed: dict[str, object], says: str) -> None:
    """A typing error in a mapping must not be ignored."""
    with pytest.raises(NetworkUnreadable, match=says):
        read(tmp_path, msgspec.structs.replace(SETTINGS, **changed))


def test_an_unusable_rate_is_named(tmp_path: Path) -> None:
    """Money of another currency is read by it."""
    with pytest.raises(NetworkUnreadable, match=r"\[fx\] USD is `x`"):
        read_tables(tmp_path, SETTINGS, {"USD": "x"}, "EUR", SUFFIXES)


def test_a_mapping_of_the_settings_is_used(tmp_path: Path) -> None:
    """Headings that nobody could guess are read as `evenhand.toml` says."""
    settings = msgspec.structs.replace(SETTINGS, columns={"advertisers": {"name": "label"}})

    assert read(tmp_path, settings, advertisers="id,label\na1,Shop\n").advertisers[0].name == "Shop"


def test_a_column_can_be_left_unread(tmp_path: Path) -> None:
    """Who cannot mend a column of no weight goes without it; an id or a name cannot be done without."""
    settings = msgspec.structs.replace(SETTINGS, columns={"advertisers": {"prepaid": ""}})

    tables = read(tmp_path, settings, advertisers="id,name,prepaid\na1,Made Up,a lot\n")

    assert (len(tables.advertisers), tables.unscreened) == (1, {})
    assert tables.refused[0].expected == "a column of advertisers; ignored; prepaid is left unread, as the settings say"
    with pytest.raises(NetworkUnreadable, match="a required column cannot be left unread `name`"):
        read(tmp_path, msgspec.structs.replace(SETTINGS, columns={"advertisers": {"name": ""}}))


def test_a_table_that_is_configured_must_be_there(tmp_path: Path) -> None:
    """An absent file is no empty table."""
    with pytest.raises(TableUnreadable, match="cannot be read"):
        read_tables(tmp_path, SETTINGS, {}, "EUR", SUFFIXES)


def test_refused_rows_are_written_safe_for_spreadsheets(tmp_path: Path) -> None:
    """Anyone who opens the file must not run what an advertiser wrote."""
    path = tmp_path / "rejected-input.csv"

    write_refused(path, [Refused(file="a.csv", line=2, column="id", value="=1+1", expected="x, y", what="row")])

    assert path.read_text(encoding="utf-8").splitlines() == [
        "file,line,column,value,expected,what",
        'a.csv,2,id,\'=1+1,"x, y",row',
    ]
    assert [each.name for each in tmp_path.iterdir()] == ["rejected-input.csv"]


def test_votes_are_read_alone_as_they_are_with_the_rest(tmp_path: Path) -> None:
    """Anyone who needs nothing else need not read a large network's tables; a bad row is left out here too."""
    votes = "territory,first_day,last_day,union_wide_rules\nde,2026-05-31,2026-06-01,no\nfr,soon,,yes\n"
    tables = read(tmp_path, votes=votes)

    alone = read_votes(tmp_path, msgspec.structs.replace(SETTINGS, votes="votes.csv"))

    assert (alone, len(alone)) == (tables.votes, 1)
    assert read_votes(tmp_path, SETTINGS) == ()
    with pytest.raises(TableUnreadable):
        read_votes(tmp_path, msgspec.structs.replace(SETTINGS, votes="none.csv"))


def test_a_cell_that_is_too_long_rejects_its_row_and_says_so(tmp_path: Path) -> None:
    """One cell must not stop the run for all others, nor be called a quote that never closes."""
    tables = read(tmp_path, advertisers=f'id,name,domains\na1,"{"x" * 140_000}",a.de\na2,Other,b.de\n')

    assert [(each.line, each.expected) for each in tables.refused] == [
        (2, "cells of at most 131,072 characters; `name` has 140,000")
    ]
    assert [(each.id, each.domains) for each in tables.advertisers] == [("a2", ("b.de",)), ("a1", ("a.de",))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"id": "a1", "id": "a3", "name": "Twice"}', "each name once in an object; `id` is there twice"),
        ('{"id": "a1", "name": "Deep", "x": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deeply"),
        ('{"id": "a1", "name": {"first": "Deep"}}', "text, numbers, true, false, null or lists"),
        ('{"id": "a1", "name"', "one JSON object a line"),
    ],
)
def test_a_line_of_json_that_readers_may_differ_on_is_rejected(tmp_path: Path, line: str, expected: str) -> None:
    """One line each, and the others are read."""
    tables = read(tmp_path, advertisers=f'{line}\n{{"id": "a2", "name": "Good: \\"yes\\":"}}\n')

    assert [each.line for each in tables.refused if each.what == "row"] == [1]
    assert expected in tables.refused[0].expected
    assert {each.id for each in tables.advertisers} - set(tables.unscreened) == {"a2"}


def test_thousands_of_unknown_columns_are_told_in_a_few_lines(tmp_path: Path) -> None:
    """Each would be a line of the report; a table turned on its side is none."""
    heads = [f"u{number}" for number in range(2000)]
    tables = read(tmp_path, advertisers=f"id,name,{','.join(heads)}\na1,Wide,{',' * 1999}\n")

    assert len(tables.refused) == 51
    assert tables.refused[0].value == "1,950 further headings"
    with pytest.raises(TableUnreadable, match="more than 10,000 columns"):
        read(tmp_path, advertisers=f"id,name,{','.join(heads * 6)}\n")


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u202e", "\u2066", "\u2028", "\u0085", "\U000e0041", "\ufeff"])
def test_hidden_characters_are_told_and_stay(tmp_path: Path, hidden: str) -> None:
    """Anyone who reads the name cannot see them; what is screened is the name as it is."""
    tables = read(tmp_path, advertisers=f'id,name\na1,"Dra{hidden}vik Mills"\n')

    [told_of] = tables.refused
    assert (told_of.column, told_of.what) == ("name", "value")
    assert told_of.value.startswith("Dra\\")
    assert tables.advertisers[0].name == f"Dra{hidden}vik Mills"
    assert (tables.unscreened, tables.unread) == ({}, ())
    assert read_name(tables.advertisers[0].name, "name", person=False).joined == "dravikmills"


def test_payers_whom_no_table_has_are_told_with_their_line(tmp_path: Path) -> None:
    """A slip in an id lets an advertiser pay itself, and a campaign seem to hide its payer."""
    tables = read(
        tmp_path,
        advertisers="id,name,payer_id\na1,One,P-77\na2,Two,p1\na3,Three,a1\na4,Four,\n",
        payers="id,name\np1,Made Up\n",
        campaigns="id,advertiser_id,payer_id\nc1,a1,a1\nc2,a1,P-78\nc3,a2,p1\nc4,a2,\n",
    )

    expected = "an id of payers or advertisers"
    assert [(each.file, each.line, each.column, each.value, each.expected, each.what) for each in tables.refused] == [
        ("advertisers.csv", 2, "payer_id", "P-77", expected, "value"),
        ("campaigns.csv", 3, "payer_id", "P-78", expected, "value"),
    ]
    assert tables.advertisers[0].payer_id == "P-77"
    assert len(tables.campaigns) == 4


def test_a_payer_whom_campaigns_take_from_their_advertiser_is_told_once(tmp_path: Path) -> None:
    """The table of campaigns has no cell to mend."""
    settings = msgspec.structs.replace(SETTINGS, absent=Absent(payer="advertiser", political="no"))
    tables = read(tmp_path, settings, advertisers="id,name,payer_id\na1,x,p9\n", campaigns="id,advertiser_id\nc1,a1\n")

    assert [(each.file, each.value) for each in tables.refused] == [("advertisers.csv", "p9")]


def test_a_payer_whose_row_was_rejected_is_no_unknown_one(tmp_path: Path) -> None:
    """It is in a table, and its own row is told."""
    tables = read(
        tmp_path, advertisers="id,name,payer_id\na1,One,p1\n", payers="id,name,verification\np1,Made Up,perhaps\n"
    )

    assert [each.file for each in tables.refused] == ["payers.csv"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("planned", "geplant", "Prévue", "pre\u0301vu", "planificado"), CampaignStatus.PLANNED),
        (("Running", "LAUFEND", "läuft", "en cours", "en curso", "active"), CampaignStatus.RUNNING),
        (("pausiert", "en pause", "Pausada"), CampaignStatus.PAUSED),
        (("ended", "beendet", "terminé", "TERMINEE", "finalizado"), CampaignStatus.ENDED),
    ],
)
def test_the_status_of_a_campaign_is_read_in_four_languages(
    tmp_path: Path, words: tuple[str, ...], status: CampaignStatus
) -> None:
    """A workbook in German is read as it is."""
    rows = "".join(f"c{at},a1,{word}\n" for at, word in enumerate(words))

    tables = read(tmp_path, campaigns=f"id,advertiser_id,status\n{rows}")

    assert [each.status for each in tables.campaigns] == [status] * len(words)


@pytest.mark.parametrize("word", ["abgeschlossen", "ended?", "(beendet)", "nicht beendet"])
def test_a_word_that_could_mean_two_states_is_refused_with_the_known_ones(tmp_path: Path, word: str) -> None:
    """`abgeschlossen` is a contract that was made, or a campaign that is over; a question is no answer."""
    tables = read(tmp_path, campaigns=f"id,advertiser_id,status\nc1,a1,{word}\n")

    assert [each.expected for each in tables.refused if each.column == "status"] == [
        "one of planned, running, paused, ended"
    ]
