"""A first hour: from a person's own table to a judged match, a changed rule, and a letter that a stranger checks.

Three people, three tables: a German workbook, a French CSV, an English NDJSON. Nobody opens an editor but for the rule.
"""

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import xlsxwriter

from tests.commands import evenhand
from tests.data import DATA, first_entries, needs_data

SDN = DATA / "screening" / "lists" / "ofac_sdn_20210707"
ENTRIES = 1_000
DAYS = [f"2026-03-0{day}T12:00:00Z" for day in range(2, 8)]
LISTED, NAMESAKE, OTHER = "4711", "4712", "4713"

RULE = """
@id("newcomers-wait")
@title("Clients of less than a year wait for a look at their papers")
@why("Most accounts that were opened to hide somebody are closed within their first year.")
@verdict("hold")
@ground("contract")
@notice_days("0")
@effective_from("2026-01-01")
@owner("first-hour")
forbid (principal is Advertiser, action in [Action::"buy", Action::"serve"], resource)
when { principal.verification < 2 && context.at.durationSince(principal.first_seen) < duration("365d") };
"""


class Client(NamedTuple):
    """One client as a person has it in a table."""

    number: int
    name: str
    country: int
    website: str
    since: tuple[int, int, int]


CLIENTS = (
    Client(4711, "BANCO NACIONAL DE CUBA", 0, "bnc-clone.example", (2008, 5, 7)),
    Client(4712, "Aerocaribbean Airlines", 1, "aero-tours.example", (2011, 12, 24)),
    Client(4713, "Zwickmühle Spielwaren", 0, "zwickmuehle.example", (2025, 11, 30)),
    *(Client(5000 + n, f"Mostly Harmless {n}", n % 2, f"harmless-{n}.example", (2010, 1, 13 + n)) for n in range(12)),
)


def german_workbook(folder: Path) -> Path:
    path = folder / "kunden.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Kunden")
        sheet.write_row(0, 0, ["Kundennr.", "Firma", "Land", "Website", "Erstkontakt", "USt-ID"])
        for row, each in enumerate(CLIENTS, 1):
            day = "{2:02}.{1:02}.{0}".format(*each.since)
            country = ("Deutschland", "Österreich")[each.country]
            sheet.write_row(row, 0, [each.number, each.name, country, each.website, day, "k.A."])
    return path


def french_csv(folder: Path) -> Path:
    path = folder / "clients.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(["N° client", "Raison sociale", "Pays", "Site web", "Client depuis"])
        for each in CLIENTS:
            day = "{2:02}/{1:02}/{0}".format(*each.since)
            table.writerow([each.number, each.name, ("Allemagne", "Autriche")[each.country], each.website, day])
    return path


def english_ndjson(folder: Path) -> Path:
    path = folder / "customers.ndjson"
    with path.open("w", encoding="utf-8") as file:
        for each in CLIENTS:
            day = "{}-{:02}-{:02}".format(*each.since)
            row = {"Customer ID": str(each.number), "Company name": each.name, "Country": ("DEU", "AUT")[each.country],
                   "Website": each.website, "Customer since": day}  # fmt: skip
            file.write(json.dumps(row) + "\n")
    return path


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "sdn"
    folder.mkdir()
    for name, data in first_entries(SDN, ENTRIES).items():
        (folder / name).write_bytes(data)
    return folder


def outcomes(folder: Path) -> dict[str, str]:
    """Return the outcome of each advertiser as the table for people has it."""
    text = (folder / "out" / "decisions.csv").read_text("utf-8-sig")
    return {row["id"]: row["outcome"] for row in csv.DictReader(io.StringIO(text)) if row["scope"] == "advertiser"}


@needs_data
@pytest.mark.parametrize("table", [german_workbook, french_csv, english_ndjson])
def test_two_commands_lead_from_a_table_to_an_answer_and_a_file_clears_a_match(
    table: Callable[[Path], Path], lists: Path, tmp_path: Path
) -> None:
    """Init, explain; then the queue is filled in and given back. Nobody opens the settings."""
    net, queue = tmp_path / "net", tmp_path / "open.csv"

    made = evenhand("init", net, "--table", table(tmp_path), "--lists", lists, "--at", DAYS[0])

    assert made.status == 0, made.err
    assert "read as id" in made.out
    first = outcomes(net)
    assert len(first) == len(CLIENTS)
    assert {number for number, outcome in first.items() if outcome != "allow"} == {LISTED, NAMESAKE}
    why = evenhand("explain", net, NAMESAKE, "--at", DAYS[0])
    assert "Same name" in why.out
    assert "AEROCARIBBEAN AIRLINES" in why.out
    assert "sanctionssearch.ofac.treas.gov" in why.out

    assert evenhand("judge", net, "--queue", queue, "--at", DAYS[1]).status == 0
    rows = list(csv.DictReader(io.StringIO(queue.read_text("utf-8-sig"))))
    for row in rows:
        if row["party"] == NAMESAKE:
            row |= {"answer": "not-same", "by": "A. Reviewer", "why": "a travel agency, register seen"}
    with queue.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    given = evenhand("judge", net, "--file", queue, "--at", DAYS[1])
    assert given.status == 0, given.err
    after = evenhand("run", net, "--at", DAYS[2])

    assert "(advertiser 4712): on hold until now, allowed from this run on" in " ".join(after.out.split())
    assert {number for number, outcome in outcomes(net).items() if outcome != "allow"} == {LISTED}
    assert evenhand("gate", "check", "--register", net, "--advertiser", NAMESAKE, "--at", DAYS[2]).status == 0
    assert evenhand("gate", "check", "--register", net, "--advertiser", LISTED, "--at", DAYS[2]).status == 1


@needs_data
def test_a_rule_is_changed_by_two_and_the_letter_is_checked_by_a_stranger(lists: Path, tmp_path: Path) -> None:
    """Shadow shows whom it meets, a release needs two names, and the copy of the log is all that the stranger has."""
    net, draft = tmp_path / "net", tmp_path / "draft"
    assert evenhand("init", net, "--table", german_workbook(tmp_path), "--lists", lists, "--at", DAYS[0]).status == 0
    shutil.copytree(net / "rulebook", draft)
    (draft / "newcomers.cedar").write_text(RULE, "utf-8")

    shadow = evenhand("rules", "shadow", net, draft, "--at", DAYS[1])
    difference = evenhand("rules", "diff", net, draft, "--at", DAYS[1])
    shutil.copytree(draft, net / "rulebook", dirs_exist_ok=True)
    alone = evenhand("run", net, "--at", DAYS[1])
    sha256 = difference.out.rpartition('"sha256:')[2].partition('"')[0]
    release = f'diff = "sha256:{sha256}"\napproved_by = ["A. Policy", "B. Law"]\n'
    (net / "rulebook" / "release.toml").write_text(release, "utf-8")
    released = evenhand("run", net, "--at", DAYS[1])

    assert "Zwickmühle Spielwaren" in shadow.out
    assert (alone.status, released.status) == (2, 0), released.err
    assert outcomes(net)[OTHER] == "hold"

    public, receipt = tmp_path / "copy", tmp_path / "letter.tlog-proof"
    shutil.copytree(net / "ledger" / "public", public)
    (letter,) = (each for each in (net / "out/reasons").glob("r-*.txt") if "Zwickm" in each.read_text("utf-8"))
    number = letter.read_text("utf-8").rpartition("FOLDER ")[2].strip()
    assert evenhand("ledger", "verify", public).status == 0
    assert evenhand("ledger", "check", public, number).status == 0
    assert evenhand("ledger", "prove", net, letter.stem, "--disclose", "--out", receipt).status == 0
    checked = evenhand("ledger", "check", receipt, "--vkey-file", public / "vkey", "--letter", letter)
    assert (checked.status, checked.out.splitlines()[-1]) == (0, "The letter is the one recorded.")
    letter.write_text(letter.read_text("utf-8").replace("Zwickmühle", "Zwickmuehle"), "utf-8")
    assert evenhand("ledger", "check", receipt, "--vkey-file", public / "vkey", "--letter", letter).status == 1
