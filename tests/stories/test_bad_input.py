"""Bad input from the command line: one clear line, the right exit status, and nothing lost.

The list is that of the work order, followed by what nobody had listed; the network is that of `tests.commands`.
"""

import codecs
import fcntl
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenhand.cli import common
from evenhand.store.tables import write_parquet
from evenhand.workflows.operations.lock_holder import write_holder
from tests.commands import DAY_1, DAY_2, DAY_3, LISTED, Edit, append, evenhand, remove, replace, write

HOUSE = "lists-in/house-list.csv"
ADVERTISERS = "data/advertisers.csv"
ROWS = (("id", "name", "domains"), ("a1", "Plum Bakery", "plum.example"), ("a2", "Quandar Holding", "quandar.example"))


def make_folder(path: str) -> Edit:
    """Return an edit that puts a folder where a file was."""
    return lambda network: ((network / path).unlink(), (network / path).mkdir())


def state_of(network: Path) -> dict[str, bytes]:
    """Return what must never be lost: the ledger's public side, the register, the letters."""
    places = ("ledger/public", "out/reasons")
    files = [path for place in places for path in (network / place).rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in [*files, network / "out/register.jsonl"]}


REFUSED: list[tuple[str, Edit, str]] = [
    # what the work order lists
    ("no settings", remove("evenhand.toml"), "not an Evenhand network: no evenhand.toml"),
    ("bad TOML", write("evenhand.toml", "[network\n"), "is not TOML"),
    ("a key is missing", replace("evenhand.toml", 'zone = "Etc/UTC"', ""), "zone in [network] is missing"),
    (
        "a key is misspelt",
        replace("evenhand.toml", "fresh_for_hours", "fresh_hours"),
        "fresh_hours in [gate] is unknown",
    ),
    ("a wrong type", replace("evenhand.toml", "= 24", '= "24"'), "expected a whole number but there is text"),
    ("an unknown zone", replace("evenhand.toml", "Etc/UTC", "Mars/Base"), "zone in [network] is `Mars/Base`"),
    (
        "a table is missing",
        remove(ADVERTISERS),
        "cannot be read (No such file or directory); see the paths in [intake]",
    ),
    ("an id twice", append(ADVERTISERS, "a1,Pear,\n"), "`id=a1`; expected an id of its own; line 2 has it already"),
    (
        "a campaign of nobody",
        write("data/campaigns.csv", "id,advertiser_id,political\nc1,nobody,no\n"),
        "campaigns.csv:2: 1 of 3 rows rejected; the first has `advertiser_id=nobody`",
    ),
    (
        "a share above all",
        write("data/ownership.csv", "owner,owned,share\na1,a2,120 %\n"),
        "expected a share of at most 1",
    ),
    ("a share below none", write("data/ownership.csv", "owner,owned,share\na1,a2,-5\n"), "expected a share such as"),
    ("no rulebook", lambda folder: shutil.rmtree(folder / "rulebook"), "not a rulebook"),
    ("a rule that is none", write("rulebook/house.cedar", "permit ("), "expected policies in Cedar's syntax"),
    ("a schema that is none", write("rulebook/schema.cedarschema", "entity"), "expected a schema in Cedar's"),
    (
        "a list without a designation",
        append("evenhand.toml", '[[list]]\nkey = "house-new"\npath = "x"\n'),
        "no row for a configured list `house-new`",
    ),
    ("the ledger is gone", lambda folder: shutil.rmtree(folder / "ledger"), "no ledger to write to"),
    # what nobody listed
    ("settings are a folder", make_folder("evenhand.toml"), "Is a directory"),
    ("settings in UTF-16", write("evenhand.toml", "[network]".encode("utf-16")), "is not UTF-8"),
    ("a table without heading", write(ADVERTISERS, "a1,Plum\n"), "has no column `id` and `name`; found `a1, Plum`"),
    ("an empty file", write(ADVERTISERS, ""), "is empty; expected a table with a heading"),
    ("a workbook", write(ADVERTISERS, b"PK\x03\x04rest"), "is not a complete workbook"),
    ("bytes of nothing", write(ADVERTISERS, bytes(range(256))), "is binary"),
    ("half a Parquet file", write(ADVERTISERS, b"PAR1rest"), "is not a complete Parquet file; export it again"),
    ("a quote that never ends", write(ADVERTISERS, 'id,name\na1,"Plum\n'), "never ends"),
    (
        "an id that a spreadsheet cut",
        write(ADVERTISERS, "id,name\n1.2E+11,Plum\n"),
        "a spreadsheet has cut this number",
    ),
    (
        "a mapped heading is gone",
        append("evenhand.toml", '[intake.columns.advertisers]\nid = "no"\n'),
        "has no heading `no`",
    ),
    (
        "a mapped table is none",
        append("evenhand.toml", '[intake.columns.advertiser]\nid = "id"\n'),
        "unknown table `advertiser`",
    ),
    (
        "a designation file of another kind",
        write("rulebook/designations.csv", "a;b\n"),
        "designations.csv:1: unexpected heading",
    ),
    (
        "a rule without its dates",
        write("rulebook/x.cedar", '@id("x")\nforbid (principal, action, resource);'),
        "missing annotation",
    ),
    (
        "a list from two places",
        replace("evenhand.toml", 'key = "house-list"', 'key = "house-list"\nurl = "https://lists.example/a.csv"'),
        "house-list in [list] has `lists-in/house-list.csv, https://lists.example/a.csv`; expected either",
    ),
    (
        "a list from the disk by address",
        replace("evenhand.toml", 'path = "lists-in/house-list.csv"', 'url = "file:///lists/a.csv"'),
        "url in [list] is `file:///lists/a.csv`; expected http:// or https:// with a host",
    ),
    ("no patience at all", replace("evenhand.toml", "attempts = 4", "attempts = 0"), "a whole number from 1 to 10"),
    ("a pointer to no version", write("lists/house-list/current", "junk"), "does not name a version `junk`"),
    ("another log's name", replace("evenhand.toml", "ads.made-up", "ads.other"), "it cannot change: put it back"),
    ("the key is gone", remove("ledger/private/signing.key"), "signing.key: cannot read or write"),
    ("the key is another's", write("ledger/private/signing.key", "junk"), "signing"),
]


@pytest.mark.parametrize(("edit", "says"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_cannot_be_used_is_one_line_and_changes_nothing(network: Path, edit: Edit, says: str) -> None:
    """Status 2, nothing on standard output, and everything that had left stays as it was."""
    edit(network)
    before = state_of(network)

    status, out, err = evenhand("run", network, "--at", DAY_2, "--json")

    assert (status, out) == (2, "")
    assert says in err
    assert err.startswith("evenhand: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert state_of(network) == before


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (write(HOUSE, "id,schema,name\nl1,Comp"), "expected"),
        (append(HOUSE, 'l2,Company,"Cut off'), "house-list.csv:3"),
        (append(HOUSE, LISTED), "duplicate id `l1`"),
        (write(HOUSE, b"\xff\xfe\xfd"), "house-list.csv"),
        (remove(HOUSE), "cannot be read (No such file or directory)"),
        (write(HOUSE, ""), "house-list.csv"),
    ],
    ids=["another heading", "half-written", "twice", "no text", "gone", "empty"],
)
def test_a_list_that_is_not_whole_leaves_yesterday_s_in_force(network: Path, edit: Edit, problem: str) -> None:
    """The run goes on, says so, and the advertiser stays refused."""
    edit(network)

    report = evenhand("run", network, "--at", DAY_2, "--json").json
    shown = evenhand("run", network, "--at", DAY_3).out

    (news,) = report["lists"]
    assert news["status"] == "kept"
    assert problem in news["problem"]
    assert news["version"]["entries"] == 1
    assert report["decisions"] == 0
    assert "earlier version kept" in shown
    assert "earlier version kept" in (network / "out/report.html").read_text("utf-8")
    assert evenhand("gate", "check", "--register", network, "--advertiser", "a2", "--at", DAY_3).status == 1


def test_a_list_that_lost_most_of_its_entries_is_not_believed(network: Path) -> None:
    """A cut download can be well-formed; the message says what to do if the list is right."""
    append(HOUSE, "".join(LISTED.replace("l1", f"m{n}").replace("Quandar", f"Made {n}") for n in range(30)))(network)
    evenhand("run", network, "--at", DAY_2)
    write(HOUSE, (network / HOUSE).read_text("utf-8").splitlines()[0] + "\n" + LISTED)(network)

    news = evenhand("run", network, "--at", DAY_3, "--json").json["lists"][0]

    assert news["status"] == "kept"
    assert "if it is right, accept it once with `--accept-list house-list`" in news["problem"]
    assert evenhand("lists", "update", network, "--accept-list", "house-list").status == 0
    assert evenhand("run", network, "--at", DAY_3, "--json").json["lists"][0]["status"] == "unchanged"


def test_a_table_in_another_encoding_is_read_and_told(network: Path) -> None:
    """cp1252 comes out of old systems; UTF-16 out of spreadsheets."""
    write(ADVERTISERS, "id,name,domains\na1,Bäckerei,\n".encode("cp1252"))(network)
    guessed = evenhand("run", network, "--at", DAY_2, "--json").json
    write(ADVERTISERS, "id,name,domains\na1,Bäckerei,\n".encode("utf-16"))(network)
    known = evenhand("run", network, "--at", DAY_3, "--json").json

    assert guessed["refused"][0]["expected"] == "UTF-8; names may be wrong"
    assert guessed["refused"][0]["value"] == "read as cp1252"
    assert known["refused"] == []
    assert evenhand("explain", network, "Bäckerei", "--at", DAY_3).status == 0


def test_refused_rows_are_written_down_and_the_run_goes_on(network: Path) -> None:
    """Below the share that the settings allow."""
    replace("evenhand.toml", '"0.01"', '"0.5"')(network)
    append(ADVERTISERS, "a1,Pear,\n,Nobody,\na5,Lime,no host\n")(network)

    report = evenhand("run", network, "--at", DAY_2, "--json").json

    assert [(row["line"], row["what"]) for row in report["refused"]] == [(4, "row"), (5, "row"), (6, "value")]
    assert len((network / "out/rejected-input.csv").read_text("utf-8").splitlines()) == 4


def test_refused_rows_are_written_down_even_if_the_run_stops(network: Path) -> None:
    """They are what the message asks to mend."""
    append(ADVERTISERS, "a1,Pear,\n")(network)

    evenhand("run", network, "--at", DAY_2)

    assert "a1" in (network / "out/rejected-input.csv").read_text("utf-8")


def test_shares_that_add_up_to_more_than_all_are_told(network: Path) -> None:
    """One register contradicts another; the run goes on."""
    write("data/ownership.csv", "owner,owned,share\na2,a1,80 %\nx,a1,60 %\n")(network)

    report = evenhand("run", network, "--at", DAY_2, "--json").json

    assert any("more than 101 %" in line for line in report["contested"])


@pytest.mark.parametrize("rows", ["a1,a2,80 %\na2,a1,80 %\n", "a2,a2,100 %\n", "a1,a1,\n"])
def test_a_ring_of_owners_is_walked_once(network: Path, rows: str) -> None:
    """Rings are legal and common; a loop over one must end."""
    write("data/ownership.csv", f"owner,owned,share\n{rows}")(network)

    assert evenhand("run", network, "--at", DAY_2).status == 0


def test_an_edited_ledger_is_never_appended_to(network: Path) -> None:
    """Status 4, the entry by number, and nothing written."""
    with closing(sqlite3.connect(network / "ledger/private/ledger.sqlite")) as tables, tables:
        tables.execute("UPDATE entry SET leaf = replace(leaf, 'decision', 'judgment') WHERE seq = 3")
    before = state_of(network)
    append(ADVERTISERS, "a3,Pear,\n")(network)

    ran = evenhand("run", network, "--at", DAY_2)
    explained = evenhand("explain", network, "a2", "--at", DAY_2)

    assert (ran.status, explained.status) == (4, 4)
    assert "entry 3 was changed" in ran.err
    assert state_of(network) == before


@pytest.mark.parametrize("content", [None, b"torn"])
def test_a_checkpoint_that_is_gone_or_torn_stops_the_run(network: Path, content: bytes | None) -> None:
    """Status 4: what was published cannot be taken back."""
    path = network / "ledger/public/checkpoint"
    path.unlink() if content is None else path.write_bytes(content)

    status, _, err = evenhand("run", network, "--at", DAY_2)

    assert status == 4
    assert "checkpoint" in err


def test_a_second_run_waits_and_then_says_who_is_in_the_way(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 3; a timer tries again later."""
    monkeypatch.setattr(common, "LOCK_WAIT_S", 0.1)

    with (network / "ledger/private/lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        write_holder(lock.fileno())
        answer = evenhand("run", network, "--at", DAY_2)

    assert answer.status == 3
    assert f"another process writes this ledger: process {os.getpid()} on " in answer.err
    assert answer.err.endswith("; waited 0.1 s; wait for it or stop it, then run again\n")
    assert evenhand("run", network, "--at", DAY_2).status == 0


def test_a_run_that_waited_is_after_the_one_that_it_waited_for(network: Path) -> None:
    """It took its time when it began, and ended with status 2 where the other one recorded a decision meanwhile."""
    with (network / "ledger/private/lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        threading.Timer(1.1, fcntl.flock, (lock, fcntl.LOCK_UN)).start()
        begun = datetime.now(UTC)
        answer = evenhand("run", network, "--json")

    assert answer.status == 0, answer.err
    assert datetime.fromisoformat(answer.json["at"]) > begun


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", "2026-03-02T11:59:00Z"])
def test_time_does_not_run_backwards(network: Path, at: str) -> None:
    """Decisions would take effect in the wrong order."""
    status, _, err = evenhand("run", network, "--at", at)

    assert status == 2
    assert "time before the last run's" in err


def test_a_full_disk_loses_nothing(network: Path) -> None:
    """Simulated by a limit on the size of any file, in a process of its own; then there is space again."""
    append(ADVERTISERS, "".join(f"b{n},Made-up Shop {n},\n" for n in range(400)))(network)
    code = "import sys; from evenhand.cli.app import run; sys.exit(run(sys.argv[1:]))"

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = subprocess.run(
        [sys.executable, "-c", code, "run", network, "--at", DAY_2],
        capture_output=True, text=True, check=False, preexec_fn=limit,
    )  # fmt: skip
    after = evenhand("run", network, "--at", DAY_3, "--json")

    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert after.json["advertisers"] == 402
    assert evenhand("ledger", "verify", network).status == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="never as root: root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(network: Path) -> None:  # pragma: no cover
    """Status 2, and the ledger verifies."""
    (network / "out").chmod(0o555)
    status, _, err = evenhand("run", network, "--at", DAY_2)
    (network / "out").chmod(0o755)

    assert status == 2
    assert "Permission denied" in err


@pytest.mark.parametrize("name", ["out", "state", "snapshots", "lists"])
def test_a_file_where_a_folder_belongs_is_named(network: Path, name: str) -> None:
    """Moved by hand, synced by a program: it happens. Mended, the next run writes everything again."""
    (network / name).rename(network / "elsewhere")
    (network / name).write_text("")
    status, _, err = evenhand("run", network, "--at", DAY_2)
    (network / name).unlink()
    (network / "elsewhere").rename(network / name)

    assert status in (0, 2)
    assert status == 0 or name in err
    assert err.count("\n") <= 1
    assert evenhand("run", network, "--at", DAY_3).status == 0
    assert evenhand("ledger", "verify", network).status == 0


@pytest.mark.parametrize("name", ["meta.json", "rulings.msgpack", "findings.parquet", "in_force.parquet"])
def test_a_damaged_memory_is_done_without(network: Path, name: str) -> None:
    """`state/` is derived: the next run does everything again and decides the same."""
    write(f"state/{name}", b"junk")(network)

    report = evenhand("run", network, "--at", DAY_2, "--json").json

    assert report["decisions"] == 0


STRANGE = {
    "bidi": "Plum \u202eyrekaB\u202c",
    "emoji": "🍑 Bakery 👩‍👩‍👧",
    "long": "Plum" * 2_500,
    "markup": "<script>alert(1)</script>[red]Plum[/red] {{ 7*7 }} %s `x`",
    "escape": "Plum \x1b[2J\x1b]0;owned\x07",
    "zero width": "P\u200bl\u200bum",
    "arabic": "مخبز الياسمين",
    "surrogate half": "Plum \ufffd",
    "formula": "=cmd|' /C calc'!A0",
}


@pytest.mark.parametrize("name", STRANGE.values(), ids=STRANGE)
def test_a_strange_name_stays_text_everywhere(network: Path, name: str) -> None:
    """On the terminal, in the page, in the letter: shown, never obeyed."""
    write(ADVERTISERS, "id,name,domains\na1,Plum Bakery,\na2,Quandar Holding,quandar.example\n")(network)
    with (network / ADVERTISERS).open("a", encoding="utf-8") as table:
        table.write('a3,"' + name + '",quandar.example\n')
    replace("evenhand.toml", '"0.01"', '"1"')(network)

    ran = evenhand("run", network, "--at", DAY_2)
    out = ran.out + "".join(
        answer.out + answer.err
        for answer in (
            evenhand("explain", network, "a3", "--at", DAY_2),
            evenhand("explain", network, name, "--at", DAY_2),
            evenhand("reasons", "show", network, "a3"),
            evenhand("reasons", "show", network, "a3", "--form", "record"),
        )
    )
    page = (network / "out/report.html").read_text("utf-8")

    assert (ran.status, ran.err) == (0, "")
    assert not set(out) & set("\x1b\x07\u202e\u200b")
    assert not set(page) & set("\x1b\x07\u202e")
    assert "<script>alert" not in page
    assert ("{{ 7*7 }}" in page) == ("{{ 7*7 }}" in name)


def test_tables_with_only_a_heading_are_a_network(network: Path) -> None:
    """Its first day; that everybody who was known has gone is said, or the run stops."""
    write(ADVERTISERS, "id,name\n")(network)

    assert "--accept-table advertisers" in evenhand("run", network, "--at", DAY_2).err
    report = evenhand("run", network, "--at", DAY_2, "--accept-table", "advertisers", "--json").json

    assert report["advertisers"] == 0
    assert evenhand("run", network, "--at", DAY_3).status == 0


def test_tables_come_in_three_formats(network: Path) -> None:
    """The same rows as NDJSON and as Parquet change no decision."""
    lines = "".join(f'{{"id": "{id_}", "name": "{name}", "domains": ["{domain}"]}}\n' for id_, name, domain in ROWS[1:])
    write("data/advertisers.ndjson", lines)(network)
    write_parquet(network / "data/advertisers.parquet", dict.fromkeys(ROWS[0], "VARCHAR"), ROWS[1:])

    replace("evenhand.toml", "advertisers.csv", "advertisers.ndjson")(network)
    as_lines = evenhand("run", network, "--at", DAY_2, "--json").json
    replace("evenhand.toml", "advertisers.ndjson", "advertisers.parquet")(network)
    as_parquet = evenhand("run", network, "--at", DAY_3, "--json").json

    assert [(report["advertisers"], report["decisions"]) for report in (as_lines, as_parquet)] == [(2, 0), (2, 0)]
    assert as_lines["refused"] == as_parquet["refused"] == []


def test_a_network_may_be_moved(network: Path, tmp_path: Path) -> None:
    """Nothing in it knows where it lies, blanks and letters of any script included."""
    moved = network.rename(tmp_path / "Netz werk Ж '\"")

    assert evenhand("run", moved, "--at", DAY_2).status == 0
    assert evenhand("gate", "check", "--register", moved, "--advertiser", "a1", "--at", DAY_1).status == 0
    assert evenhand("reasons", "show", moved, "a2").status == 0


def with_marks(*paths: Path) -> list[str]:
    """Put a byte order mark before each file; return their names."""
    for path in paths:
        path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    return [path.name for path in paths]


def test_files_that_begin_with_a_byte_order_mark_are_read(network: Path) -> None:
    """Editors of Windows write one; the message was "invalid statement (at line 1, column 1)"."""
    settings = (network / "evenhand.toml", network / "ledger" / "ledger.toml")
    with_marks(*settings, *network.glob("lists-in/*.csv"), *network.glob("data/*.csv"))

    ran = evenhand("run", network, "--at", DAY_2)
    asked = evenhand("gate", "check", "--register", network, "--advertiser", "a2", "--at", DAY_2)

    assert (ran.status, ran.err) == (0, "")
    assert (asked.status, asked.out.split()[0]) == (1, "refuse")
    assert evenhand("ledger", "verify", network).status == 0


def test_a_rulebook_whose_files_begin_with_a_byte_order_mark_holds(network: Path) -> None:
    """The engine and the tables would take the mark for a letter of the first word."""
    book = network / "rulebook"
    plain = evenhand("rules", "test", book)
    ends = {".cedar", ".cedarschema", ".csv", ".json", ".jsonl"}

    marked = with_marks(*(path for path in sorted(book.rglob("*")) if path.suffix in ends))

    assert {"schema.cedarschema", "designations.csv", "house.cedar", "requests.jsonl"} <= set(marked)
    assert evenhand("rules", "test", book).lines[:-1] == plain.lines[:-1]  # the last has the hash of the bytes
    assert (evenhand("rules", "lint", book).status, plain.status) == (0, 0)
