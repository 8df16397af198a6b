"""What follows from a decision: orders, money, and who is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.decision import Funds
from tests.networks import DAY_1, DAY_2, MadeNetwork, empty_network


def test_a_refusal_stops_every_order_on_its_day_and_keeps_the_account(begun: MadeNetwork) -> None:
    """Off-boarded from advertising is not thrown out; what was not spent is named."""
    decision = begun.last("outlet")

    (stopped,) = decision.plan.campaigns
    assert decision.plan.account_kept
    assert (stopped.id, stopped.action, stopped.on) == ("c-outlet", "stop", decision.effective_from)
    assert stopped.remaining_micros == 60_000_000


@pytest.mark.parametrize(
    ("party", "prepaid", "action", "rules"),
    [
        ("outlet", 250_000_000, "refund", ("open-to-all",)),
        ("frozen", 19_500_000, "freeze", ("house-listed",)),
        ("namesake", 0, "none", ()),
        ("bakery", 0, "none", ()),
    ],
)
def test_prepaid_money_follows_its_own_ruling(
    begun: MadeNetwork, party: str, prepaid: int, action: str, rules: tuple[str, ...]
) -> None:
    """A house rule about advertising leaves money free; a freeze does not; a hold pays nothing back yet."""
    funds = begun.last(party).plan.funds

    assert (funds.prepaid_micros, funds.action, funds.currency) == (prepaid, action, "EUR")
    assert set(rules) <= set(funds.rules)


def test_money_of_a_refused_party_that_may_be_a_listed_one_is_held(tmp_path: Path) -> None:
    """Refused by contract, unclear by law: a person looks before it is paid back."""
    made = empty_network(tmp_path / "network")
    made.row("advertisers", "bakery").update(
        name="Ozmerel Vantrik Foundry", prepaid="5", circumvention_confirmed_by="review-1"
    )

    made.run()

    rules = ("possible-match-review",)
    assert made.last("bakery").plan.funds == Funds(prepaid_micros=5_000_000, currency="EUR", action="hold", rules=rules)


def test_a_case_of_an_order_touches_that_order_alone(begun: MadeNetwork) -> None:
    """Its advertiser's other orders run on, and its money stays where it is."""
    held, labelled = begun.last("bakery", "campaign:c-hidden"), begun.last("civic", "campaign:c-civic")

    assert [(each.id, each.action) for each in held.plan.campaigns] == [("c-hidden", "pause")]
    assert [(each.id, each.action) for each in labelled.plan.campaigns] == [("c-civic", "label")]
    assert held.plan.funds == Funds(prepaid_micros=0, currency="EUR", action="none")
    assert labelled.instruct == ("political_advertisement",)


def test_a_hold_pauses_what_is_not_ended(tmp_path: Path) -> None:
    """Planned, running and paused orders wait; what has ended is left alone."""
    made = empty_network(tmp_path / "network")
    made.row("advertisers", "bakery")["name"] = "Ozmerel Vantrik Foundry"
    for status in ("planned", "running", "paused", "ended"):
        made.add("campaigns", id=f"c-{status}", advertiser_id="bakery", payer_id="bakery", status=status, spent="2")

    made.run()

    planned = made.last("bakery").plan.campaigns
    assert [(each.id, each.action, each.remaining_micros) for each in planned] == [
        ("c-planned", "pause", 0), ("c-running", "pause", 0), ("c-paused", "pause", 0),
    ]  # fmt: skip


def test_a_limit_says_how_far_and_is_lifted_by_time(tmp_path: Path) -> None:
    """Two weeks later the label alone is left; nobody has to remember it."""
    made = empty_network(tmp_path / "network")
    made.row("advertisers", "bakery").update(verification="document", first_seen="2026-03-01")
    made.add("campaigns", id="c-1", advertiser_id="bakery", payer_id="bakery", political="yes", content="political")
    made.run()
    limited = made.last("bakery", "campaign:c-1")

    report = made.run(DAY_1 + timedelta(days=14))

    labelled = made.last("bakery", "campaign:c-1")
    assert [each.action for each in limited.plan.campaigns] == ["limit"]
    assert limited.instruct == ("daily_reach_10000", "political_advertisement")
    assert [each.action for each in labelled.plan.campaigns] == ["label"]
    assert labelled.changed == ("outcome", "reasons", "grounds")
    assert report.again == ("Re-evaluated: 1 of 2 requests (depends on the date)",)


def test_a_payer_is_told_itself_and_has_no_orders(begun: MadeNetwork) -> None:
    """It pays for others; their orders have decisions of their own."""
    plan = begun.last("morvane", "payer").plan

    assert [(each.who, each.id) for each in plan.tell] == [("payer", "morvane")]
    assert plan.campaigns == ()


def test_another_payer_is_told_too(begun: MadeNetwork) -> None:
    """It learns that what it pays for does not run."""
    told = begun.last("owned").plan.tell

    assert [(each.who, each.id, each.by) for each in told] == [
        ("advertiser", "owned", DAY_1), ("payer", "plain", DAY_1),
    ]  # fmt: skip


def test_a_payer_that_becomes_an_advertiser_keeps_both_cases(begun: MadeNetwork, tmp_path: Path) -> None:
    """The gate answers for the id, the stricter row counts."""
    made = begun.copy(tmp_path / "network")
    made.drop("payers", "morvane")
    made.add("advertisers", id="morvane", name="Morvane Holding", domains="morvane.example")

    made.run(DAY_2)

    assert {each.scope for each in made.decisions() if each.party.id == "morvane"} == {"payer", "advertiser"}
    assert made.last("morvane").outcome == "refuse"
