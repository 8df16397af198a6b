"""What a run says of itself."""

from dataclasses import replace
from pathlib import Path

import msgspec

from evenhand.model.ruling import Rule
from evenhand.workflows.delivery.run_report import strictest_first
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.operations.ledgers import read_ledger
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network, full_network


def test_a_report_counts_what_stands_and_shows_the_strictest_first(tmp_path: Path) -> None:
    """Waiting decisions are shown, and counted only when their day has come."""
    report = full_network(tmp_path / "network").run(DAY_1)

    assert (report.advertisers, report.payers, report.campaigns, report.decisions, report.statements) == (
        7,
        3,
        5,
        12,
        8,  # the letter of `namesake` waits
    )
    assert report.letters_waiting == 1
    assert report.outcomes_in_force == {
        "advertiser": {"allow": 2, "hold": 2, "refuse": 2},
        "campaign": {"label": 1, "hold": 1},
        "payer": {"allow": 1, "refuse": 2},
    }
    outcomes = [each.decision.outcome.severity for each in report.cases]
    assert outcomes == sorted(outcomes, reverse=True)
    assert {each.decision.party.id for each in report.cases if each.decision.effective_from > DAY_1} == {"outlet"}
    assert all(each.is_new and each.because and each.rules for each in report.cases)
    assert report.checkpoint.size > report.decisions


def test_the_rules_that_carry_the_outcome_come_first(begun: MadeNetwork) -> None:
    """By their ids, a label would stand above the refusal that it comes with."""
    with read_ledger(begun.network.ledger) as ledger:
        seq = ledger.seq_of(begun.last("bakery").id)
        assert seq is not None
        decision = decision_of(ledger.payload(seq) or b"")
    verdicts = {"a-label": "label", "b-hold": "hold", "c-refuse": "refuse", "d-refuse": "refuse"}
    rules = {
        each: Rule(id=each, forbids=True, annotations={"verdict": verdict}, reads=frozenset(), actions=frozenset())
        for each, verdict in verdicts.items()
    }
    decided = msgspec.structs.replace(
        decision, reasons=("a-label", "b-hold", "c-refuse", "d-refuse", "gone"), errors=("a-error",)
    )

    assert strictest_first(decided, rules) == ("c-refuse", "d-refuse", "a-error", "b-hold", "a-label", "gone")


def test_a_second_report_shows_the_same_cases_as_known(begun: MadeNetwork, tmp_path: Path) -> None:
    """Nobody is told twice."""
    report = begun.copy(tmp_path / "network").run(DAY_1)

    assert (report.decisions, report.statements, len(report.cases)) == (0, 0, 9)
    assert not any(each.is_new for each in report.cases)


def test_progress_is_told_stage_by_stage_to_its_end(tmp_path: Path) -> None:
    """A bar that never fills looks like a run that hangs."""
    steps: dict[str, tuple[int, int]] = {}
    made = empty_network(tmp_path / "network")

    made.run(tools=replace(TOOLS, progress=lambda stage, done, total: steps.update({stage: (done, total)})))

    assert steps == {"screening": (1, 1), "ruling": (1, 1), "recording": (1, 1)}


def test_a_number_of_parties_with_different_outcomes_is_named(tmp_path: Path) -> None:
    """A refused client may have a second row, under another name and website."""
    made = empty_network(tmp_path / "network")
    made.add("advertisers", id="foundry", name="Ozmerel Vantrik Foundry", identifiers="vat/de:DE 811569869")
    made.add(
        "advertisers", id="flowers", name="Plum Flowers", country="DE", identifiers="vat:de811569869;duns:150483782"
    )
    made.add("advertisers", id="pears", name="Pear Flowers", identifiers="duns:15-048-3782")
    made.add("payers", id="pears", name="Pear Flowers", identifiers="duns:150483782")
    (outcome,) = {each.decision.outcome.value for each in made.run().cases}

    assert made.run(DAY_2).contested == (
        f"vat/de `811569869` is of foundry ({outcome}) and of flowers, with another outcome: are they one?",
        "1 number is of several parties with one outcome, such as duns `150483782`",
    )
