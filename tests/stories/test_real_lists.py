"""Published lists, records of the hard set as advertisers: a whole run, then the next version of a list."""

import csv
import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from evenhand.cli.commands.init import begin
from evenhand.gate import Gate
from evenhand.model.audit import AuditReport
from evenhand.model.party import Payer
from evenhand.model.run import RunReport
from evenhand.render.report import ReportPage
from evenhand.store.network import read_network
from evenhand.workflows.audit.audit_plan import make_plan
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.evaluation.history import History, fold
from evenhand.workflows.evaluation.run_state import read_state
from evenhand.workflows.operations import open_ledger, verify_folder
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.run import run
from tests.built_once import built_once
from tests.commands import evenhand
from tests.conformance.screening_rows import party_from
from tests.data import DATA, first_entries, needs_data
from tests.grounds import untrue_grounds
from tests.networks import BY, TOOLS

LISTS = DATA / "screening" / "lists"
RECORDS = DATA / "screening" / "hard" / "hard.visible.jsonl.gz"
FIXED = {"ofac-cons": "ofac_cons_20251219", "un-sc": "un_sc_20260227", "state-media": "state_media_202402"}
BEFORE = datetime(2026, 3, 2, 12, tzinfo=UTC)
AFTER = BEFORE + timedelta(hours=2)

GOVERIFY = DATA.parent / "tools" / "goverify" / "main.go"
GO_MODULE = Path("/usr/share/gocode/src/golang.org/x/mod")
needs_go = pytest.mark.skipif(
    not (shutil.which("go") and GO_MODULE.is_dir() and GOVERIFY.is_file()),
    reason="not there: needs `go`, golang-golang-x-mod-dev and ../shared/tools/goverify",
)


class Story(NamedTuple):
    """One network before and after its list moved on, and a copy that did the second run without memory."""

    folder: Path
    forgetful: Path
    reports: tuple[RunReport, RunReport, RunReport]
    histories: tuple[History, History, History]
    memories: tuple[FindingsMemory, FindingsMemory]


def advertisers(every: int) -> Iterator[dict[str, str]]:
    """Yield every n-th record of the hard set as a row of `advertisers.csv`."""
    with gzip.open(RECORDS, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number % every == 0:
                record: dict[str, Any] = json.loads(line)
                yield _row(party_from(record["id"], record["query"]["schema"], record["query"]))


def _row(party: Payer) -> dict[str, str]:
    numbers = (f"{each.scheme}/{each.jurisdiction}:{each.value}".replace("/:", ":") for each in party.identifiers)
    return {
        "id": party.id, "name": party.name, "alias": ";".join(party.aliases), "schema": party.schema,
        "country": party.country, "domains": ";".join(party.domains), "accounts": ";".join(party.accounts),
        "identifiers": ";".join(numbers), "birth_date": party.birth_date,
    }  # fmt: skip


def network_of(folder: Path, every: int) -> None:
    """Make a network whose settings name four published lists; the SDN list lies in a folder that can be replaced."""
    begin(folder, "Real lists", "ads.real-lists.example/log")
    rows = list(advertisers(every))
    with (folder / "data" / "advertisers.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    paths = {"ofac-sdn": "lists-in/sdn"} | {key: str(LISTS / name) for key, name in FIXED.items()}
    blocks = "".join(f'[[list]]\nkey = "{key}"\npath = "{path}"\n' for key, path in paths.items())
    settings = folder / "evenhand.toml"
    own = '[[list]]\nkey = "house-sanctions"\npath = "lists-in/house-list.csv"\n'
    settings.write_text(settings.read_text("utf-8").replace(own, blocks), "utf-8")


def run_with(folder: Path, sdn: str, entries: int, at: datetime) -> RunReport:
    """Put the first entries of a version of the SDN list in its place and run."""
    (folder / "lists-in" / "sdn").mkdir(exist_ok=True)
    for name, data in first_entries(LISTS / sdn, entries).items():
        (folder / "lists-in" / "sdn" / name).write_bytes(data)
    network = read_network(folder)
    page = ReportPage()
    report = run(network, at, BY, replace(TOOLS, show=page.add))
    page.write(report, network.out / "report.html")
    return report


def history_of(folder: Path) -> History:
    with open_ledger(folder / "ledger") as ledger:
        return fold(ledger)


def memory_of(folder: Path, report: RunReport) -> FindingsMemory:
    memory = read_state(folder / "state", report.checkpoint).memory
    assert memory is not None
    return memory


def tell(folder: Path, every: int, entries: int) -> Story:
    network_of(folder, every)
    first = run_with(folder, "ofac_sdn_20190115", entries, BEFORE)
    before = history_of(folder), memory_of(folder, first)
    forgetful = folder.with_name("forgetful")
    shutil.copytree(folder, forgetful)
    shutil.rmtree(forgetful / "state")
    second = run_with(folder, "ofac_sdn_20210707", entries, AFTER)
    full = run_with(forgetful, "ofac_sdn_20210707", entries, AFTER)
    return Story(
        folder,
        forgetful,
        (first, second, full),
        (before[0], history_of(folder), history_of(forgetful)),
        (before[1], memory_of(folder, second)),
    )


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((24, 2_500), id="382 against 2,500"),
        pytest.param((1, 10_000), id="9,152 against all", marks=pytest.mark.long),
    ],
)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Tell it once for all workers: nothing below writes into its folders."""
    every, entries = request.param
    return built_once(tmp_path_factory, f"real-{every}", lambda folder: tell(folder / "network", every, entries))


def listed(memory: FindingsMemory, advertiser: str) -> set[tuple[str, str, bool]]:
    """Return which entries an advertiser was matched with, and whether for certain."""
    noticed = (each.finding for each in memory.seen["advertiser", advertiser].noticed)
    return {(each.list, each.entity_id, each.certain) for each in noticed if each.kind != "lookalike_domain"}


@needs_data
def test_every_advertiser_gets_its_first_decision(story: Story) -> None:
    """All records are used, none is refused; who is like nobody is allowed, and that is a decision too."""
    first = story.reports[0]

    assert not [each for each in first.refused if each.what == "row"]
    assert first.decisions == first.advertisers == len(story.histories[0].cases)
    assert [(news.key, news.status) for news in first.lists] == [(key, "new") for key in ("ofac-sdn", *FIXED)]
    assert {"allow", "hold", "refuse"} <= first.outcomes_in_force["advertiser"].keys()
    assert (story.folder / "out" / "report.html").stat().st_size > 10_000


@needs_data
def test_the_ledger_is_accepted_by_our_verifier(story: Story) -> None:
    """Both runs are in one log that grew."""
    report = verify_folder(story.folder)

    assert (report.ok, report.size) == (True, story.reports[1].checkpoint.size)
    assert story.reports[1].checkpoint.size > story.reports[0].checkpoint.size


@needs_data
def test_the_audit_finds_nothing_in_the_rules(story: Story, tmp_path: Path) -> None:
    """Every ruling comes out again, no attribute of a group alone changes one; nobody has judged a match yet."""
    network, out = read_network(story.folder), tmp_path / "report.json"
    with read_ledger(network.ledger) as ledger:
        plan = make_plan(network, ledger)
    (tmp_path / "plan.json").write_bytes(msgspec.json.encode(plan))

    done = evenhand("audit", "--ledger", story.folder, "--plan", tmp_path / "plan.json", "--json", out)

    report = msgspec.json.decode(out.read_bytes(), type=AuditReport)
    assert (done.status, report.found, report.inconsistent) == (0, False, ())
    assert report.proof is not None
    assert report.flips is not None
    assert (report.flips.found, report.proof.different) == ((), ())
    assert report.proof.replayed == sum(each.decisions for each in story.reports[:2])
    assert report.matches is not None
    assert {row.verdict for row in report.matches.groups} == {"untestable"}


@needs_go
@needs_data
def test_the_ledger_is_accepted_by_a_program_that_shares_no_line_with_ours(story: Story, tmp_path: Path) -> None:
    """Anyone who distrusts us uses golang.org/x/mod."""
    program = tmp_path / "goverify"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
    subprocess.run(["go", "build", "-o", str(program), str(GOVERIFY)], env=environment, check=True)

    public = story.folder / "ledger" / "public"
    said = subprocess.run([program, "log", public], capture_output=True, text=True, check=False)

    size = story.reports[1].checkpoint.size
    assert said.stdout.startswith(f"OK origin=ads.real-lists.example/log size={size} "), said.stderr


@needs_data
def test_the_register_says_what_the_ledger_says(story: Story) -> None:
    """Law *Gate = ledger*, for every advertiser of the network."""
    gate = Gate(story.folder / "out" / "register.jsonl", stale=None)

    in_force = list(story.histories[1].all_in_force(AFTER))

    assert len(in_force) == story.reports[1].advertisers
    for standing in in_force:
        verdict = gate.verdict(advertiser=standing.party_id, at=AFTER)
        assert (verdict.outcome, verdict.decision) == (standing.outcome, standing.id)


@needs_data
def test_statements_name_only_laws_of_the_lists_that_they_rest_on(story: Story) -> None:
    """Law *True grounds*: the network is of the EEA, so that no law of the United States refuses anybody."""
    assert untrue_grounds(story.folder) == []

    reasons = {name for each in story.histories[1].all_in_force(AFTER) for name in each.reasons}
    assert "us-list-not-binding" in reasons
    assert not reasons & {"us-listed", "us-owned", "us-payer", "eu-listed", "uk-listed"}


@needs_data
def test_only_what_changed_in_the_list_is_screened_again(story: Story) -> None:
    """Between the two versions entries were added, amended and removed; nobody is compared with the others anew."""
    _, second, full = story.reports
    everybody = second.advertisers

    screened = [sentence for sentence in second.again if sentence.startswith("Screened: ")]

    assert len(screened) == 1
    assert screened[0].startswith(f"Screened: {everybody:,} parties against ")
    assert screened[0].endswith(" added or amended entries")
    assert int(screened[0].split()[4].replace(",", "")) < second.lists[0].version.entries  # type: ignore[union-attr]
    assert f"Screened: {everybody:,} parties against all" in " ".join(full.again)


@needs_data
def test_decisions_change_exactly_where_matches_changed(story: Story) -> None:
    """An advertiser hears from us if, and only if, what it was matched with is not what it was."""
    before, after = story.memories

    touched = {party for _, party in after.seen if listed(before, party) != listed(after, party)}
    decided = {known[-1].party_id for known in story.histories[1].cases.values() if known[-1].decided_at == AFTER}

    assert decided == touched
    assert 0 < len(decided) == story.reports[1].decisions < story.reports[1].advertisers / 2


@needs_data
def test_a_full_run_ends_in_the_same_outcomes(story: Story) -> None:
    """The second run had little to do; a network that forgot everything does it all and nobody is treated otherwise."""
    _, again, full = story.histories

    assert {case: known[-1].outcome for case, known in again.cases.items()} == {
        case: known[-1].outcome for case, known in full.cases.items()
    }
    assert story.reports[1].outcomes_in_force == story.reports[2].outcomes_in_force


@needs_data
def test_a_full_run_decides_the_same(story: Story) -> None:
    """Down to the id: the same rules on the same grounds."""
    _, again, full = story.histories

    assert story.reports[2].decisions == story.reports[1].decisions
    assert {case: known[-1].id for case, known in again.cases.items()} == {
        case: known[-1].id for case, known in full.cases.items()
    }
