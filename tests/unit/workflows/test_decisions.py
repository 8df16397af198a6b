"""When a ruling becomes a decision, from when it holds, and who is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evenhand.gate import Gate
from evenhand.model.outcome import Outcome
from tests.networks import DAY_1, DAY_2, DAY_3, MadeNetwork, empty_network

NOTICE = datetime(2026, 4, 1, 11, tzinfo=UTC)  # thirty days on at the same hour of Berlin, in summer time by then


def outlet(made: MadeNetwork, **campaign: str) -> None:
    """Add a broadcaster that the house rule refuses with 30 days' notice, and its one campaign."""
    made.add("house-media", id="m-tele", schema="Organization", name="Vessari Telewave", topic="typology:SC",
             website="https://telewave.example")  # fmt: skip
    made.add("advertisers", id="outlet", name="Vessari Telewave", domains="telewave.example")
    if campaign:
        made.add("campaigns", id="c-1", advertiser_id="outlet", payer_id="outlet", **campaign)


@pytest.mark.parametrize(
    ("campaign", "starts"),
    [
        ({"status": "running"}, NOTICE),
        ({"status": "ended"}, NOTICE),
        ({"status": "planned", "spent": "1"}, NOTICE),
        ({"status": "running", "starts": "2026-03-02"}, NOTICE),
        ({"status": "running", "starts": "2026-03-03"}, DAY_1),
        ({"status": "planned"}, DAY_1),
        ({}, DAY_1),
    ],
)
def test_who_ran_a_campaign_is_given_notice_in_days_of_the_networks_zone(
    tmp_path: Path, campaign: dict[str, str], starts: datetime
) -> None:
    """Thirty days end at the hour of the clock at which they began, though it was put forward in between."""
    made = empty_network(tmp_path / "network")
    outlet(made, **campaign)

    made.run()

    decision = made.last("outlet")
    assert (decision.outcome, decision.effective_from) == (Outcome.REFUSE, starts)


def test_a_legal_ground_gives_no_notice(tmp_path: Path) -> None:
    """Whatever else the rules say: the law takes effect at once."""
    made = empty_network(tmp_path / "network")
    outlet(made, status="running")
    made.lists["eu-fsf"] = [
        {"id": "e-1", "schema": "Company", "name": "Made-up", "website": "https://telewave.example", "topic": "UKR"}
    ]

    made.run()

    assert "eu-listed" in made.last("outlet").reasons
    assert made.last("outlet").effective_from == DAY_1


def test_until_its_day_a_decision_waits_and_a_gate_follows_without_a_newer_register(
    begun: MadeNetwork, tmp_path: Path
) -> None:
    """Before: the old outcome; after: the new one, also where no run has come in between. Nobody else is touched."""
    made = begun.copy(tmp_path / "network")
    made.settings["gate"]["fresh_for_hours"] = 24 * 60

    made.run(DAY_2)
    head, before = made.register()
    waiting = made.last("outlet")
    gate = Gate(made.network.out / "register.jsonl", None)
    answers = [
        [gate.verdict(advertiser=who, at=at).outcome for who in ("outlet", "bakery")]
        for at in (NOTICE - timedelta(seconds=1), NOTICE, NOTICE + timedelta(days=20))
    ]
    made.run(NOTICE)
    _, after = made.register()

    assert head.fresh_until == DAY_2 + timedelta(days=60)
    assert answers == [["allow", "allow"], ["refuse", "allow"], ["refuse", "allow"]]
    assert (before["outlet"].outcome, before["outlet"].decision) == (Outcome.ALLOW, waiting.id)
    assert (after["outlet"].outcome, after["outlet"].decision) == (Outcome.REFUSE, made.last("outlet").id)
    assert [row[0] for row in made.in_force() if row[3] == "outlet"] == [made.last("outlet").id]


def test_a_notice_that_is_taken_back_is_told_to_whom_it_was_given(begun: MadeNetwork, tmp_path: Path) -> None:
    """Otherwise the advertiser would stop on the day that was announced."""
    made = begun.copy(tmp_path / "network")
    made.drop("house-media", "m-tele")
    made.add("house-media", id="m-other", schema="Organization", name="Zumbrel Courier", topic="typology:IP")

    made.run(DAY_2)

    decision = made.last("outlet")
    assert (decision.outcome, decision.effective_from, decision.changed) == (
        Outcome.ALLOW, DAY_2, ("outcome", "reasons"),
    )  # fmt: skip
    assert [(each.who, each.id) for each in decision.plan.tell] == [("advertiser", "outlet")]
    made.run(NOTICE)
    assert made.register()[1]["outlet"].outcome is Outcome.ALLOW


def test_a_hold_that_is_lifted_is_told_to_the_advertiser_and_its_agency(begun: MadeNetwork, tmp_path: Path) -> None:
    """And the new decision names the one that it supersedes."""
    made = begun.copy(tmp_path / "network")
    held = made.last("namesake")
    made.row("house-sanctions", "s-mills")["name"] = "Quandar Works"

    made.run(DAY_2)

    lifted = made.last("namesake")
    assert (held.outcome, lifted.outcome, lifted.supersedes) == (Outcome.HOLD, Outcome.ALLOW, held.id)
    assert [(each.who, each.id, each.by) for each in lifted.plan.tell] == [
        ("advertiser", "namesake", DAY_2), ("agency", "Agency One", DAY_2),
    ]  # fmt: skip
    assert made.last("bakery").plan.tell == ()


def test_a_campaigns_case_opens_only_where_it_fares_worse_than_its_advertiser(begun: MadeNetwork) -> None:
    """One refusal an advertiser, not one more for each of its orders."""
    scopes = {each.scope for each in begun.decisions()}

    assert scopes == {"advertiser", "payer", "campaign:c-civic", "campaign:c-hidden"}


def test_a_campaigns_case_is_closed_by_what_lifts_it_and_followed_from_then_on(
    begun: MadeNetwork, tmp_path: Path
) -> None:
    """The order desk must hear that the order may run again, and later that it may not."""
    made = begun.copy(tmp_path / "network")
    made.row("campaigns", "c-hidden")["payer_id"] = "plain"
    made.run(DAY_2)
    made.row("campaigns", "c-hidden")["payer_id"] = "nobody-known"
    made.run(DAY_3)

    mine = [each for each in made.decisions() if each.scope == "campaign:c-hidden"]
    assert [each.outcome for each in mine] == [Outcome.HOLD, Outcome.ALLOW, Outcome.HOLD]
    assert [(each.who, each.id) for each in mine[1].plan.tell] == [("advertiser", "bakery"), ("payer", "plain")]
    assert len({each.id for each in mine}) == 3
    assert len({each.case for each in mine}) == 1


def test_other_grounds_are_another_decision_though_outcome_and_rules_are_the_same(
    begun: MadeNetwork, tmp_path: Path
) -> None:
    """The reasons that were told are no longer true."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "frozen")["domains"] = "morvane.example"
    made.row("house-sanctions", "s-ferro")["website"] = "https://ferrolit-export.example"

    report = made.run(DAY_2)

    assert (report.decisions, report.statements) == (1, 1)
    assert made.last("frozen").changed == ("grounds",)
    assert made.last("frozen").grounds[0] == ("house-listed", "listed", "s-morvane")


def test_who_left_the_tables_keeps_its_refusal_and_its_keys(begun: MadeNetwork, tmp_path: Path) -> None:
    """It may come back under the same id, and the gate may still be asked."""
    made = begun.copy(tmp_path / "network")
    for party in ("frozen", "bakery"):
        made.drop("advertisers", party)
    made.tables["campaigns"] = [row for row in made.tables["campaigns"] if row["advertiser_id"] != "bakery"]
    made.tables["creatives"] = []

    report = made.run(DAY_2)

    rows = made.register()[1]
    assert report.decisions == 0
    assert (rows["frozen"].outcome, rows["frozen"].domains) == (Outcome.REFUSE, ("ferrolit.example",))
    assert rows["frozen"].names == ("Harbour Lane Parts",)
    assert "bakery" not in rows
    assert ("frozen", "Harbour Lane Parts") in {(row[3], row[4]) for row in made.in_force()}


def test_an_error_beside_a_rule_with_notice_leaves_no_time(tmp_path: Path) -> None:
    """What could not be ruled may be the worst: it is held from now on."""
    made = empty_network(tmp_path / "network")
    outlet(made, status="running", spent="7")
    made.edit_rules(lambda text: text + (
        '\n@id("broken")\n@title("t")\n@why("w")\n@verdict("hold")\n@ground("contract")\n@notice_days("0")\n'
        '@sor_category("STATEMENT_CATEGORY_OTHER_VIOLATION_TC")\n@effective_from("2020-01-01")\n@owner("o")\n'
        'forbid (principal, action == Action::"buy", resource) '
        'when { principal.spend_micros * 9223372036854775807 > 0 };\n'
    ), historic=True)  # fmt: skip

    made.run()

    decision = made.last("outlet")
    assert (decision.outcome, decision.errors, decision.effective_from) == (Outcome.REFUSE, ("broken",), DAY_1)
    assert {kind for _, kind, _ in decision.grounds} == {"state_media", "rule_error"}


def test_a_new_table_that_changes_no_ruling_is_no_decision(begun: MadeNetwork, tmp_path: Path) -> None:
    """Its hash stands in the next decision that is made for a reason."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "outlet")["prepaid"] = "1.00"

    assert made.run(DAY_2 + timedelta(hours=1)).decisions == 0
