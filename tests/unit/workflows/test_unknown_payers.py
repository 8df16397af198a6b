"""Payer ids that no table has: told on the case of the campaign, and no way out of a decision in force."""

from pathlib import Path

from evenhand.model.outcome import Outcome
from evenhand.workflows.evaluation.matches import with_matches
from evenhand.workflows.queries.explanation import explain
from tests.networks import DAY_1, DAY_2, DAY_3, empty_network
from tests.suffixes import SUFFIXES


def test_a_campaign_with_an_unknown_payer_says_which_id_is_in_no_table(tmp_path: Path) -> None:
    """`payer disclosed: no` alone accuses a client of hiding somebody for a slip of the network's own."""
    made = empty_network(tmp_path / "network")
    made.add("campaigns", id="c-slip", advertiser_id="bakery", payer_id="P-77")
    made.add("campaigns", id="c-none", advertiser_id="bakery", payer_id="")

    report = made.run(DAY_1)

    assert [(each.column, each.value, each.what) for each in report.refused] == [("payer_id", "P-77", "value")]
    cases = with_matches(explain(made.network, "bakery", DAY_1), made.network, SUFFIXES)
    because = {
        each.decision.scope: each.because
        for each in (*cases.in_force, *cases.waiting)
        if each.decision.outcome is not Outcome.ALLOW
    }
    assert because == {
        "campaign:c-slip": (
            "on record: `context.payer_disclosed` is `no` (the id `P-77` is in no table)",
        ),
        "campaign:c-none": ("on record: `context.payer_disclosed` is `no`",),
    }  # fmt: skip
    assert {each.sentence for each in cases.matches} == {
        "On record: payer disclosed: no (the id `P-77` is in no table).", "On record: payer disclosed: no.",
    }  # fmt: skip


def test_unknown_payers_are_told_by_the_run_and_on_the_case(tmp_path: Path) -> None:
    """A rulebook that reads no disclosure of payers would allow such a campaign without a word."""
    made = empty_network(tmp_path / "network")
    made.row("advertisers", "bakery")["payer_id"] = "p-9"
    made.add("campaigns", id="c-slip", advertiser_id="bakery", payer_id="P-77")
    made.add("campaigns", id="c-old", advertiser_id="bakery", payer_id="P-78", status="ended")
    made.add("campaigns", id="c-own", advertiser_id="bakery", payer_id="bakery")

    report = made.run(DAY_1)
    noticed = explain(made.network, "bakery", DAY_1).noticed

    assert [each for each in report.warnings if "in no table" in each] == [
        "1 advertiser names a payer that is in no table, ruled as paying for itself: bakery (`p-9`); add the payer to"
        " the table of payers, or correct the id",
        "1 campaign names a payer that is in no table, ruled as one whose payer is not disclosed, with what is known of"
        " its advertiser's own: c-slip (`P-77`); add the payer to the table of payers, or correct the id",
    ]
    assert noticed == (
        "its payer `p-9` is in no table: it is ruled as paying for itself; add the payer to the table of payers, or"
        " correct the id",
        "the payer `P-77` of campaign c-slip is in no table: it is ruled as if the payer was not disclosed; add the"
        " payer to the table of payers, or correct the id",
    )


def test_a_campaign_whose_payer_is_lost_stays_refused(tmp_path: Path) -> None:
    """Without its payer's own facts the ruling is a hold for a hidden payer, which is milder than a refusal."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-1", schema="Company", name="Morvane Holding", website="https://morvane.example",
             topic="made-up")  # fmt: skip
    made.add("payers", id="p-1", name="Morvane Holding", domains="morvane.example")
    made.add("campaigns", id="c-1", advertiser_id="bakery", payer_id="p-1")
    made.run(DAY_1)
    made.row("campaigns", "c-1")["payer_id"] = "p-l"
    made.run(DAY_2)

    (case,) = [
        each for each in explain(made.network, "bakery", DAY_2).in_force if each.decision.scope == "campaign:c-1"
    ]
    assert case.decision.outcome is Outcome.REFUSE


def test_a_campaign_held_for_a_lost_payer_names_the_cell(tmp_path: Path) -> None:
    """The hold is about a cell, which a person mends."""
    made = empty_network(tmp_path / "network")
    made.add("campaigns", id="c-slip", advertiser_id="bakery", payer_id="P-77")
    made.run(DAY_1)

    (case,) = [each for each in explain(made.network, "bakery", DAY_1).in_force if ":" in each.decision.scope]
    assert case.decision.unread == ("campaigns.payer_id: P-77",)


def test_a_lost_payer_ends_no_refusal(tmp_path: Path) -> None:
    """Else a wrong letter in a table lets in whom a listed payer pays for."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-1", schema="Company", name="Morvane Holding", website="https://morvane.example",
             topic="made-up")  # fmt: skip
    made.add("payers", id="p-1", name="Morvane Holding", domains="morvane.example")
    made.row("advertisers", "bakery")["payer_id"] = "p-1"
    made.run(DAY_1)
    assert made.last("bakery").outcome is Outcome.REFUSE

    made.row("advertisers", "bakery")["payer_id"] = "p-l"
    made.run(DAY_2)
    assert made.last("bakery").outcome is Outcome.REFUSE

    made.row("advertisers", "bakery")["payer_id"] = ""
    made.run(DAY_3)
    assert made.last("bakery").outcome is Outcome.ALLOW
