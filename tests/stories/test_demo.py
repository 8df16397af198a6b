"""The sample network, run at its three instants, decides what was derived by hand before any run."""

import csv
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from evenhand.cli.commands.demo import INSTANTS, build_demo, use_inputs, use_rulebook
from evenhand.gate import Gate
from evenhand.gate.registers.plain_form import decode_register
from evenhand.model.outcome import Outcome
from evenhand.model.run import RunReport
from evenhand.store.network import read_network
from evenhand.workflows.audit.comparator_search import find_comparators
from evenhand.workflows.audit.recorded_facts import NO_LAW
from evenhand.workflows.evaluation.history import CaseDecision, History, decision_of
from evenhand.workflows.operations import open_ledger, verify_folder
from evenhand.workflows.run import run
from tests.networks import BY, TOOLS

TODAY = INSTANTS[-1][0]


class Line(NamedTuple):
    """A line of `expected.csv`; notice is the day from which a decision holds, None if at once."""

    outcome: str
    rules: tuple[str, ...]
    notice: date | None


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[RunReport]]:
    folder = tmp_path_factory.mktemp("demo") / "network"
    build_demo(folder)
    reports = []
    for number, (at, rulebook) in enumerate(INSTANTS):
        use_inputs(folder, number)
        use_rulebook(folder, rulebook)
        reports.append(run(read_network(folder), at, BY, TOOLS))
    return folder, reports


def expected(folder: Path) -> dict[str, dict[tuple[str, str], Line]]:
    days: dict[str, dict[tuple[str, str], Line]] = {}
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            notice = date.fromisoformat(row["effective_from"]) if row["effective_from"] else None
            line = Line(row["outcome"], tuple(row["rules"].split(";")), notice)
            days.setdefault(row["day"], {})[row["kind"], row["id"]] = line
    return days


def history_at(folder: Path, at: datetime) -> History:
    """Return the decisions that the ledger holds as `at` knew them, read leaf by leaf."""
    history = History()
    with open_ledger(folder / "ledger") as ledger:
        for seq, _, payload in ledger.entries("decision"):
            decision = decision_of(payload or b"")
            if decision.decided_at <= at:
                history.add(seq, decision)
    return history


def lines(standings: Iterator[CaseDecision], at: datetime) -> dict[tuple[str, str], Line]:
    found = {}
    for each in standings:
        if each.outcome is not Outcome.ALLOW:
            scope, _, campaign = each.scope.partition(":")
            later = each.effective_from.date() if each.effective_from > at else None
            found[scope, campaign or each.party_id] = Line(each.outcome, each.reasons, later)
    return found


@pytest.mark.parametrize("number", range(len(INSTANTS)), ids=[f"{at:%Y}" for at, _ in INSTANTS])
def test_each_run_decides_what_was_expected_and_nothing_else(demo: tuple[Path, list[RunReport]], number: int) -> None:
    """`expected.csv` was written from the rulebooks' texts by hand; outcome, rules and notice are equal to a letter."""
    folder, _ = demo
    at, _ = INSTANTS[number]
    oracle = expected(folder)[f"{at:%Y-%m-%d}"]

    newest = (cases[-1] for cases in history_at(folder, at).cases.values())

    assert lines(newest, at) == oracle


def test_the_sample_leaves_out_one_row_and_one_value_and_says_so(demo: tuple[Path, list[RunReport]]) -> None:
    """Nothing is lost silently: the campaign of nobody and the host that is none are in every report."""
    folder, reports = demo

    told = [[(each.file, each.column, each.value, each.what) for each in report.refused] for report in reports]

    assert told == 3 * [
        [
            ("data/advertisers.csv", "domains", "not a host", "value"),
            ("data/campaigns.csv", "advertiser_id", "no-such-advertiser", "row"),
        ]
    ]
    with (folder / "out" / "rejected-input.csv").open(encoding="utf-8", newline="") as file:
        assert [row["value"] for row in csv.DictReader(file)] == ["not a host", "no-such-advertiser"]


def test_the_ledger_of_the_sample_verifies(demo: tuple[Path, list[RunReport]]) -> None:
    """Anyone who is shown a demo checks it first."""
    folder, reports = demo

    report = verify_folder(folder)

    assert (report.ok, report.problems) == (True, ())
    assert report.size == reports[-1].checkpoint.size


@pytest.mark.parametrize("number", range(len(INSTANTS)), ids=[f"{at:%Y}" for at, _ in INSTANTS])
def test_mirrored_parties_are_decided_alike(demo: tuple[Path, list[RunReport]], number: int) -> None:
    """Law *Mirror*: the twins differ in name and country only, so they differ in no outcome, rule or day."""
    folder, _ = demo
    history = history_at(folder, INSTANTS[number][0])

    told = {
        (each.party_id, each.scope): (each.outcome, each.reasons, each.effective_from)
        for cases in history.cases.values()
        for each in cases[-1:]
    }
    mirrored = {
        tuple(text.replace("qm-", "q?-").replace("qn-", "qm-").replace("q?-", "qn-") for text in key): decided
        for key, decided in told.items()
    }

    assert any(party.startswith("qm-") for party, _ in told)
    assert mirrored == told


def test_the_gate_says_of_everybody_what_the_ledger_says(demo: tuple[Path, list[RunReport]]) -> None:
    """Law *Gate = ledger*: a verdict is the decision in force, found by anybody who can read the log."""
    folder, _ = demo
    gate = Gate(folder / "out" / "register.jsonl", stale=None)

    in_force = {
        each.party_id: each
        for each in history_at(folder, TODAY).all_in_force(TODAY)
        if not each.scope.startswith("campaign:")
    }

    assert len(in_force) > 60
    for party_id, standing in in_force.items():
        verdict = gate.verdict(advertiser=party_id, at=TODAY)
        assert (verdict.outcome, verdict.decision) == (standing.outcome, standing.id)


def test_the_register_says_who_is_refused_because_the_law_asks_for_it(demo: tuple[Path, list[RunReport]]) -> None:
    """A sanctions list of a place that binds the network, not the house's own list and not state media."""
    folder, _ = demo
    _, rows = decode_register((folder / "out" / "register.jsonl").read_bytes().split(b"\n"), folder)

    assert {row.id for row in rows if row.sanctioned} == {"eu-listed", "un-listed"}


def test_the_same_day_again_adds_nothing(demo: tuple[Path, list[RunReport]], tmp_path: Path) -> None:
    """Input is unchanged, so there is nothing to decide, to tell or to record."""
    folder, reports = demo
    copied = tmp_path / "network"
    shutil.copytree(folder, copied)

    report = run(read_network(copied), TODAY, BY, TOOLS)

    assert (report.decisions, report.statements) == (0, 0)
    assert report.checkpoint == reports[-1].checkpoint
    assert report.outcomes_in_force == reports[-1].outcomes_in_force


def test_a_notice_that_runs_out_takes_effect_without_a_new_decision(demo: tuple[Path, list[RunReport]]) -> None:
    """30 days after 19 August 2019 the outlets' refusals hold by themselves; until then they could advertise."""
    folder, _ = demo
    history = history_at(folder, INSTANTS[1][0])
    case = next(case for case, known in history.cases.items() if known[-1].party_id == "qm-broadcaster")

    before, after = (history.in_force(case, datetime(2019, 9, day, 12, tzinfo=UTC)) for day in (17, 18))

    assert before is not None
    assert after is not None
    assert (before.outcome, after.outcome) == (Outcome.ALLOW, Outcome.REFUSE)


def test_the_two_of_2017_differ_from_fifty_nine_others_in_nothing_but_their_names(
    demo: tuple[Path, list[RunReport]],
) -> None:
    """What a complaint of unequal treatment is given: it cannot be tested, and another name would be allowed."""
    folder, _ = demo
    network, (named_at, criteria_at) = read_network(folder), (at for at, _ in INSTANTS[:2])
    newest = (each for at in (named_at, criteria_at) for each in history_at(folder, at).all_in_force(at))
    decisions = [each.id for each in newest if (each.party_id, each.scope) == ("rt", "advertiser")]

    in_2017, in_2019 = (
        find_comparators(network, decision, (), at, lambda *_: None)
        for decision, at in zip(decisions, (named_at, criteria_at), strict=True)
    )

    (like,) = in_2017.milder_like_cases
    assert (in_2017.cannot_be_tested, in_2017.naming_rules) == ("rule_names_party", ("off-board-two",))
    assert (like.count, [each.fact for each in like.differs]) == (59, ["Advertiser.@id"])
    assert [each.changed_outcome for each in in_2017.flips.found] == ["allow"]
    assert (in_2019.cannot_be_tested, in_2019.milder_like_cases, in_2019.flips.found) == (None, (), ())
    assert {each.id for each in in_2019.comparators[0].parties} == {"sputnik", "qm-broadcaster", "qn-broadcaster"}


def test_what_a_law_asks_of_one_of_two_alone_is_no_difference_between_them(demo: tuple[Path, list[RunReport]]) -> None:
    """It follows from another fact, here whether the advertising is political."""
    folder, _ = demo
    held = next(
        each for each in history_at(folder, TODAY).all_in_force(TODAY) if each.reasons == ("undisclosed-payer",)
    )

    found = find_comparators(read_network(folder), held.id, (), TODAY, lambda *_: None)

    differs = [fact for each in found.comparators for fact in each.differs]
    assert {"context.payer_disclosed", "context.political"} <= {fact.fact for fact in differs}
    assert NO_LAW not in {value for fact in differs for value in (fact.case, fact.other)}
