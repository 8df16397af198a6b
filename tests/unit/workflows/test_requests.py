"""Which requests a run rules, and what their contexts say."""

from pathlib import Path
from typing import Any

import pytest

from tests.networks import MadeNetwork, empty_network


def context(made: MadeNetwork, party: str, scope: str = "advertiser") -> dict[str, Any]:
    found: dict[str, Any] = made.last(party, scope).facts["context"]
    return found


def political(made: MadeNetwork, **cells: str) -> None:
    made.add("campaigns", id="c-1", advertiser_id="bakery", payer_id="bakery", political="yes", **cells)


@pytest.fixture
def network(tmp_path: Path) -> MadeNetwork:
    return empty_network(tmp_path / "network")


def test_a_standing_request_asks_for_nothing_in_particular(begun: MadeNetwork) -> None:
    """May it buy at all, here, paid as it usually is: not political, disclosed, no vote."""
    asked = context(begun, "owned")

    assert asked["territories"] == ["DE", "EEA", "EU", "IE"]
    assert asked["payer"] == {"__entity": {"type": "Payer", "id": "plain"}}
    assert (asked["political"], asked["payer_disclosed"], "vote" in asked) == (False, True, False)
    assert begun.last("owned").territories == ("DE", "IE")


@pytest.mark.parametrize(("named", "disclosed"), [("", False), ("stranger", False), ("plain", True)])
def test_an_unknown_payer_is_undisclosed_and_the_usual_one_stands_in(
    network: MadeNetwork, named: str, disclosed: bool
) -> None:
    """A name that nobody knows tells the public nothing."""
    network.add("payers", id="plain", name="Plain Payer")
    network.add("campaigns", id="c-1", advertiser_id="bakery", payer_id=named, political="yes", content="issue")

    network.run()

    asked = context(network, "bakery", "campaign:c-1")
    assert asked["payer_disclosed"] is disclosed
    assert asked["payer"]["__entity"]["id"] == ("plain" if disclosed else "bakery")


def test_an_order_is_about_its_own_places_and_their_unions(network: MadeNetwork) -> None:
    """Its decision holds there and nowhere else."""
    political(network, territories="FR")

    network.run()

    assert context(network, "bakery", "campaign:c-1")["territories"] == ["EEA", "EU", "FR"]
    assert network.last("bakery", "campaign:c-1").territories == ("FR",)


@pytest.mark.parametrize(("named", "some", "length"), [("EEA", "NO", 32), ("global", "GB", 33)])
def test_a_network_may_sell_in_whole_unions(network: MadeNetwork, named: str, some: str, length: int) -> None:
    """Named by one word, spelt out on the day: thirty countries, two unions; and who left them."""
    network.settings["network"]["territories"] = named

    network.run()

    places = context(network, "bakery")["territories"]
    assert some in places
    assert len(places) == length
    assert network.last("bakery").territories == (named,)


@pytest.mark.parametrize(
    ("named", "inside", "outside"),
    [("EU", "DE", "NO"), ("EU", "FR", "IS"), ("EEA", "NO", "CH"), ("DK;EU", "DE", "GB"), ("EU;GB", "GB", "NO")],
)
def test_an_order_for_a_union_is_about_its_members_of_the_day(
    network: MadeNetwork, named: str, inside: str, outside: str
) -> None:
    """Great Britain was one and is none; the decision is told of the places that the cell names."""
    political(network, territories=named)

    network.run()

    places = context(network, "bakery", "campaign:c-1")["territories"]
    assert {inside, "EU", "EEA"} <= set(places)
    assert outside not in places
    assert network.last("bakery", "campaign:c-1").territories == tuple(named.split(";"))


@pytest.mark.parametrize("union", ["EU", "EEA"])
@pytest.mark.parametrize("is_named", [True, False])
def test_the_law_of_a_union_does_not_make_that_of_its_members_bind(
    network: MadeNetwork, union: str, is_named: bool
) -> None:
    """`bound_by` names whose law binds; a network that sells in all of a union is bound in each member."""
    network.settings["network"] |= {"territories": [union]} | ({"bound_by": [union]} if is_named else {})

    network.run()

    bound = context(network, "bakery")["bound_by"]
    assert {"DE", "FR"} <= set(bound) if not is_named else bound == sorted([union, "UN"])


@pytest.mark.parametrize(
    ("votes", "closes"),
    [
        ([], None),
        ([("DE", "2026-03-01")], None),
        ([("FR", "2026-04-01")], None),
        ([("DE", "2026-03-02")], "2026-03-03T00:00:00Z"),
        ([("DE", "2026-09-06"), ("EU", "2026-05-10"), ("IE", "2027-01-10")], "2026-05-11T00:00:00Z"),
    ],
)
def test_of_the_votes_ahead_in_its_places_the_next_counts(
    network: MadeNetwork, votes: list[tuple[str, str]], closes: str | None
) -> None:
    """One that is over changes nothing any more; that of another place never did."""
    for territory, day in votes:
        network.add("votes", territory=territory, first_day=day, last_day=day, union_wide_rules="yes")
    political(network)

    network.run()

    vote = context(network, "bakery", "campaign:c-1").get("vote")
    assert (vote["closes"]["__extn"]["arg"] if vote else None) == closes


def test_what_has_ended_is_asked_no_more(network: MadeNetwork) -> None:
    """Its case, if it had one, stays as it is."""
    political(network, status="ended")

    assert network.run().decisions == 1


def test_who_pays_and_advertises_is_one_case(network: MadeNetwork) -> None:
    """Listed in both tables, asked as an advertiser only; the advertiser's row says who it is."""
    network.add("payers", id="bakery", name="Somebody Else")

    network.run()

    assert [(each.party.kind, each.scope) for each in network.decisions()] == [("advertiser", "advertiser")]


def test_a_payer_is_asked_whether_money_may_go_to_it(begun: MadeNetwork) -> None:
    """Nothing is paid now; the account is its own."""
    facts = begun.last("plain", "payer").facts

    assert (facts["action"]["id"], facts["resource"]["type"], facts["context"]["amount_micros"]) == (
        "pay_out", "Account", 0,
    )  # fmt: skip
