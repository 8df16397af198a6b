"""Everything that a look at a network can find, each with the command that mends it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evenhand.model.errors import NetworkUnreadable
from evenhand.model.log import LogRecord
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.queries.checkup import AREAS, Machine, examine
from tests.commands import DAY_1, Edit, append, build, evenhand, remove, replace, write
from tests.people import block
from tests.unit.ledger.test_receipt import witness_vkey
from tests.unit.ledger.test_witness import Witness

NOW = datetime.fromisoformat(DAY_1) + timedelta(hours=1)
PLENTY = 1 << 50
OURS = "ads.made-up.test/log"  # addresses under .example are a finding
TOML = "evenhand.toml"
REJECTED = "file,line,column,value,expected,what\na,2,id,x,y,row\na,2,name,x,y,row\n"
ROLES_OF_TWO = ("analyst", "reviewer", "policy", "legal", "operator")
OTHER_RULES = "designated_share_bp >= 5000"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("sound") / "network", OURS)


@pytest.fixture
def network(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "network"))


def machine(now: datetime = NOW, free: int = PLENTY, **installed: str) -> Machine:
    return Machine(now, free, installed, dict.fromkeys(installed, "1.0"))


def chmod(path: str, mode: int) -> Edit:
    return lambda folder: (folder / path).chmod(mode)


def record_unpublished(folder: Path) -> None:
    with open_ledger(folder / "ledger") as ledger:
        ledger.append([LogRecord(kind="decision", payload=b"{}", key="d-made-up")], NOW)


def change_an_entry(folder: Path) -> None:
    import apsw  # noqa: PLC0415  the one edit that needs it

    with apsw.Connection(str(folder / "ledger/private/ledger.sqlite")) as tables:
        tables.execute("UPDATE entry SET leaf = x'00' WHERE seq = 1")


def ask_for_a_witness(folder: Path) -> None:
    log = (folder / "ledger/public/vkey").read_text("utf-8").strip()
    policy = f"log {log}\nwitness w {witness_vkey(Witness().key)}\nquorum w\n"
    (folder / "ledger/policy").write_text(policy, "utf-8")
    append("ledger/ledger.toml", 'policy = "policy"\n')(folder)


def make_the_rules_stricter(folder: Path) -> None:
    path = next(path for path in (folder / "rulebook").glob("*.cedar") if OTHER_RULES in path.read_text("utf-8"))
    path.write_text(path.read_text("utf-8").replace(OTHER_RULES, "designated_share_bp >= 4000", 1), "utf-8")


def keep_no_version(folder: Path) -> None:
    shutil.rmtree(folder / "lists" / "house-list")


def damage_the_version(folder: Path) -> None:
    kept = next((folder / "lists" / "house-list").rglob("house-list.csv"))
    kept.write_bytes(kept.read_bytes() + b"x")


def publish_a_list_without_a_date(folder: Path) -> None:
    replace(TOML, HOUSE, 'key = "un-made-up"\n')(folder)
    kept = (folder / "lists" / "house-list").rename(folder / "lists" / "un-made-up")
    version = next(kept.glob("*/version.json"))
    version.write_text(version.read_text("utf-8").replace('"key":"house-list"', '"key":"un-made-up"'), "utf-8")


def clients(table: str) -> Edit:
    return write("data/advertisers.csv", table)


@dataclass(frozen=True)
class Case:
    name: str
    edit: Callable[[Path], object]
    found: tuple[str, str, str]
    todo: str
    machine: Machine = field(default_factory=machine)


HOUSE = 'key = "house-list"\n'
CASES = (
    Case("settings", append(TOML, "x = 1\n"), ("error", "settings", "evenhand.toml"), "edit {}/evenhand.toml"),
    Case("origin", replace(TOML, 'origin = "ads.', 'origin = "adverts.'), ("error", "settings", "the ledger's is ads."),
         'set `origin = "ads.made-up.test/log"`'),
    Case("register of another log", replace(TOML, 'origin = "ads.', 'origin = "adverts.'),
         ("error", "register", "was compiled from the log ads.made-up.test/log"), "evenhand run {}"),
    Case("list without a version", keep_no_version, ("error", "lists", "a run stops until it has one"),
         "evenhand run {}"),
    Case("optional list without a version",
         lambda folder: (keep_no_version(folder), replace(TOML, HOUSE, f"{HOUSE}required = false\n")(folder)),
         ("warning", "lists", "nobody is screened against it"), "evenhand run {}"),
    Case("list to be fetched", lambda folder: (keep_no_version(folder), replace(
        TOML, 'path = "lists-in/house-list.csv"', 'url = "http://lists.example/a.csv"')(folder)),
         ("error", "lists", "house-list has no version"), "evenhand lists update {}"),
    Case("unsafe list", replace(TOML, 'path = "lists-in/house-list.csv"', 'url = "http://lists.example/a.csv"'),
         ("warning", "lists", "anybody on the way can change it"), "use https"),
    Case("damaged list", damage_the_version, ("error", "lists", "/lists/house-list/"), "evenhand doctor {}"),
    Case("list file", remove("lists-in/house-list.csv"), ("error", "lists", "no file or folder"), "correct `path`"),
    Case("old list", replace(TOML, HOUSE, f"{HOUSE}max_age_days = 3\npublished_on = 2020-01-01\n"),
         ("warning", "lists", "house-list may be old"), "take today's files"),
    Case("no list", replace(TOML, "[[list]]\n" + HOUSE + 'path = "lists-in/house-list.csv"', ""),
         ("error", "lists", "nobody is screened"), "add a [[list]] block to {}/evenhand.toml"),
    Case("list without a date", publish_a_list_without_a_date,
         ("warning", "lists", "list un-made-up has no date: its files state none"), "`published_on = YYYY-MM-DD`"),
    Case("addresses", replace(TOML, "https://ads.made-up.test/complaints", "https://shop.example/complaints"),
         ("warning", "settings", "belong to nobody: complaint_url https://shop.example/complaints"),
         "into [reasons] of {}/evenhand.toml"),
    Case("address of the documents", replace(TOML, '# log_url = "https://ads.made-up.test', 'log_url = "https://example.org'),
         ("warning", "settings", "log_url https://example.org/log"), "into [reasons] of {}/evenhand.toml"),
    Case("name of the log", replace(TOML, 'origin = "ads.made-up.test', 'origin = "ads.made-up.example'),
         ("warning", "settings", "the log is called ads.made-up.example/log"), "evenhand init DIR --origin"),
    Case("letters and headings", clients("Kundennr.;Firma;Website\n1;Plum;plum.example\n"),
         ("warning", "settings", "the headings of the table are in German"), 'set `language = "de"`'),
    Case("letters and countries", clients("id,name,country,website\n1,Plum,Germany,plum.example\n2,Pear,DEU,\n"),
         ("warning", "settings", "letters are in English; 2 of 2 clients are in Germany"), 'set `language = "de"`'),
    Case("letters that nobody wrote", clients("Nr klienta;Nazwa firmy;Strona www\n1;Plum;plum.example\n"),
         ("warning", "settings", "the headings of the table are in Polish"), "there are no Polish letters"),
    Case("letters and languages",
         clients("id,name,website,languages\n1,Plum,plum.example,pl\n2,Pear,,de-AT;en\n3,Fig,,\n"),
         ("warning", "settings", "1 of 2 clients with a language in the table have another: Polish 1"),
         '`language = "en-IE"` keeps English'),
    Case("texts of settings", replace(TOML, "The courts remain open to you.", "Der Rechtsweg steht Ihnen zu."),
         ("warning", "settings", "letters are in English, and `judicial` in them is in German"), "write `judicial`"),
    Case("no websites", clients("id,name\n1,Plum\n"),
         ("warning", "tables", "no column of data/advertisers.csv is read as websites"), 'domains = "Homepage"'),
    Case("empty websites", clients("id,name,website\n1,Plum,\n"),
         ("warning", "tables", "no client in data/advertisers.csv has a website"), "add websites"),
    Case("headings", clients("number,label\n1,Plum\n"), ("error", "tables", "has no column `id` and `name`"),
         "correct what the line says"),
    Case("table", remove("data/payers.csv"), ("error", "tables", "no table data/payers.csv"), "correct `payers`"),
    Case("rejected", write("out/rejected-input.csv", f"{REJECTED}a,3,c,x,y,value\n"),
         ("warning", "tables", "rows 1, values 1"), "open {}/out/rejected-input.csv"),
    Case("rules", append("rulebook/house.cedar", "forbid ("), ("error", "rulebook", "house.cedar"),
         "evenhand rules lint {}/rulebook"),
    Case("designation", replace("rulebook/designations.csv", "house-list,", "house-other,"),
         ("error", "rulebook", "no row for house-list"), "add a row with program `*`"),
    Case("historic", replace(TOML, "historic = false", "historic = true"), ("warning", "rulebook", "historic"),
         "set `historic = false`"),
    Case("approval", make_the_rules_stricter, ("error", "rulebook", "nobody approved it"), "evenhand rules diff "),
    Case("approval of what a list means", append("rulebook/territories.csv", "QP,EU,2020-01-01,\n"),
         ("error", "rulebook", "nobody approved it: release.toml is missing"), "evenhand rules diff {}"),
    Case("staff", write("staff.toml", "[[person]]\n"), ("error", "staff", "staff.toml: person 1"),
         "correct what the line says"),
    Case("too few people", write("staff.toml", block("ana", ["analyst"])),
         ("warning", "staff", "nobody can `approve release`"), "edit {}/staff.toml"),
    Case("too few keys", write("staff.toml", "".join(block(who, ROLES_OF_TWO, key="") for who in ("ana", "ben"))),
         ("warning", "staff", "at the command line, where people sign with keys of their own, 16 things cannot be done;"
          " in the console the log-in signs for them"), "evenhand staff {} lists them"),
    Case("mode of the folder", chmod("ledger/private", 0o755), ("error", "ledger", "may read private"),
         "chmod 700 {}/ledger/private"),
    Case("mode of the tables", chmod("ledger/private/ledger.sqlite", 0o644), ("error", "ledger", "ledger.sqlite"),
         "chmod 600 {}/ledger/private/ledger.sqlite"),
    Case("mode of the key", chmod("ledger/private/signing.key", 0o644), ("error", "ledger", "the signing key"),
         "chmod 600 {}/ledger/private/signing.key"),
    Case("no key", remove("ledger/private/signing.key"), ("error", "ledger", "signing.key"),
         "evenhand ledger verify {}"),
    Case("unpublished", record_unpublished, ("warning", "ledger", "1 entries are recorded and not published"),
         "evenhand ledger checkpoint {}"),
    Case("register behind", record_unpublished, ("error", "register", "a decision was recorded after it"),
         "evenhand run {}"),
    Case("changed entry", change_an_entry, ("error", "ledger", "entry 1"), "evenhand ledger verify {}"),
    Case("no ledger", lambda folder: shutil.rmtree(folder / "ledger"), ("error", "ledger", "no ledger"),
         "evenhand doctor {}"),
    Case("witness", ask_for_a_witness, ("warning", "ledger", "not enough witnesses cosigned"),
         "evenhand ledger checkpoint {}"),
    Case("policy", append("ledger/ledger.toml", 'policy = "nowhere"\n'), ("error", "ledger", "policy of witnesses"),
         "correct {}/ledger/nowhere"),
    Case("no register", lambda folder: shutil.rmtree(folder / "out"), ("warning", "register", "no run yet"),
         "evenhand run {}"),
    Case("damaged register", write("out/register.evh", b"EVHREG"), ("error", "register", "register.evh"),
         "evenhand run {}"),
    Case("stale register", lambda _: None, ("error", "register", "stale since 2026-03-03"), "evenhand run {}",
         machine(NOW + timedelta(days=2))),
    Case("clock", lambda _: None, ("error", "clock", "the last record is of 2026-03-02"), "set the clock",
         machine(NOW - timedelta(days=9))),
    Case("disk", lambda _: None, ("warning", "disk", "0.0 GiB are free"), "ledger compact {}", machine(free=1 << 20)),
    Case("versions", lambda _: None, ("warning", "versions", "duckdb 0.9 (tested: 1.0)"), "pip install",
         machine(duckdb="0.9", rich="1.0")),
)  # fmt: skip


def test_a_sound_network_has_no_finding(sound: Path) -> None:
    """Else people would learn to read past them."""
    assert examine(sound, machine(rich="1.0")) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_wrong_is_found_and_says_what_mends_it(network: Path, case: Case) -> None:
    """Level, area, what, and the command as it is typed."""
    case.edit(network)

    found = examine(network, case.machine)

    level, area, what = case.found
    fitting = [each for each in found if (each.level, each.area) == (level, area) and what in each.what]
    assert len(fitting) == 1, found
    assert case.todo.format(network) in fitting[0].todo


@pytest.mark.parametrize(
    "edit",
    [
        replace(TOML, 'language = "en"', 'language = "en-IE"'),
        clients("id,name,country,website\n1,Plum,DE,plum.example\n2,Pear,FR,\n"),
        clients("id,name,country,website\n1,Plum,Switzerland,plum.example\n"),
        clients("id,name,Land,website\n1,Plum,IE,plum.example\n"),
    ],
    ids=["English by choice", "two countries", "a country of several languages", "one heading"],
)
def test_english_letters_are_no_finding_where_they_may_be_meant(network: Path, edit: Edit) -> None:
    """A warning that nobody can end is one that nobody reads."""
    clients("Kundennr.;Firma;Website\n1;Plum;plum.example\n")(network)

    edit(network)

    assert [each.what for each in examine(network, machine()) if "letters" in each.what] == []


def test_titles_and_unused_columns_are_no_finding(network: Path) -> None:
    """Nobody has to do anything about them."""
    write("out/rejected-input.csv", "file,line,column,value,expected,what\na,1,,Clients 2026,the heading,note\n")(
        network
    )

    assert examine(network, machine()) == ()


def test_a_list_of_unknown_age_is_one_finding(network: Path) -> None:
    """Where the network says how old it may be, its age is the finding."""
    publish_a_list_without_a_date(network)
    replace(TOML, 'key = "un-made-up"\n', 'key = "un-made-up"\nmax_age_days = 30\n')(network)

    found = [each.what for each in examine(network, machine()) if each.area == "lists"]

    assert found == ["un-made-up may be old: its date is not known, and `max_age_days` is 30"]


def test_findings_come_worst_first_and_nothing_is_changed(network: Path) -> None:
    """And in the order of a run; a look that fails keeps no other from being made."""
    remove("data/payers.csv")(network)
    keep_no_version(network)
    shutil.rmtree(network / "ledger")
    write("out/rejected-input.csv", REJECTED)(network)
    before = {path: path.stat().st_mtime_ns for path in network.rglob("*")}

    found = examine(network, machine(free=0))

    order = [(each.level, AREAS.index(each.area)) for each in found]
    assert order == sorted(order)
    assert {each.area for each in found} >= {"lists", "tables", "ledger", "disk"}
    assert {path: path.stat().st_mtime_ns for path in network.rglob("*")} == before


def test_a_folder_that_a_run_could_not_write_is_an_error(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It said "0 errors" of a network in which each run ended with status 2."""
    out = network / "out"
    out.chmod(0o555)
    (out / "reasons").chmod(0o555)
    closed = {out, out / "reasons"}
    monkeypatch.setattr(os, "access", lambda path, *_: Path(path) not in closed)  # root may write everywhere

    (found,) = examine(network, machine())
    for path in closed:
        path.chmod(0o755)

    assert (found.level, found.area) == ("error", "disk")
    assert f"a run ends where it cannot write: {out} belongs to " in found.what
    assert found.what.endswith("has the mode dr-xr-xr-x; of files and folders there are 2 such")
    assert found.todo == f"`chmod u+rwX {out}`, then evenhand doctor {network}"


def test_a_folder_that_is_no_network_is_bad_input(tmp_path: Path) -> None:
    """There is nothing to look at."""
    with pytest.raises(NetworkUnreadable):
        examine(tmp_path, machine())


def test_the_verb_says_what_to_do_and_ends_with_1_if_something_is_wrong(network: Path) -> None:
    """A timer reads the status, a person the lines, a program the JSON."""
    at = f"{NOW.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    write("out/rejected-input.csv", REJECTED)(network)

    said = evenhand("doctor", network, "--at", at)
    plain = evenhand("doctor", network, "--at", at, "--json")
    nowhere = evenhand("doctor", network / "nowhere")

    assert (said.status, plain.status, nowhere.status) == (1, 1, 2)
    assert "warning: tables: the last run rejected input: rows 1, values 0\n  do: open " in said.out
    assert said.out.splitlines()[-1].endswith(f"looked at {', '.join(AREAS)}")
    assert plain.json["findings"][0].keys() == {"level", "area", "what", "todo"}
