"""The rows of the gate's register: who gets a key that two claim, and what a row says."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.gate import write_register
from evenhand.model.outcome import Outcome
from evenhand.model.political_categories import PUBLISHED
from evenhand.model.register import PurchaseRules
from evenhand.workflows.delivery.settled_keys import settle_keys
from tests.networks import DAY_1, DAY_2, MadeNetwork, Row, approve_changes, empty_network
from tests.suffixes import SUFFIXES
from tests.unit.gate.registers import head, row


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ({"id": "b", "verification": "document"}, {"id": "a", "verification": "declared"}, "b"),
        ({"id": "b", "name": "Ozmerel Vantrik Foundry"}, {"id": "a"}, "b"),
        ({"id": "b"}, {"id": "a"}, "a"),
    ],
)
@pytest.mark.parametrize(
    ("column", "keys"),
    [
        ("domains", ("shared.example", "www.shared.example")),
        ("bundles", ("example.shared", "example.shared")),
        ("accounts", ("x/shared", "x/shared")),
    ],
)
def test_a_contested_key_goes_to_the_better_verified_then_the_stricter_then_the_lower_id(
    tmp_path: Path, first: Row, second: Row, winner: str, column: str, keys: tuple[str, str]
) -> None:
    """Anyone who claims another's website gains nothing by it, and the report names both."""
    made = empty_network(tmp_path / "network")
    made.add("advertisers", **{"name": "First One", column: keys[0], **first})
    made.add("advertisers", **{"name": "Second One", column: keys[1], **second})

    report = made.run()

    rows = made.register()[1]
    loser = {"a": "b", "b": "a"}[winner]
    assert (len(getattr(rows[winner], column)), getattr(rows[loser], column)) == (1, ())
    assert any(f"is claimed by advertiser {winner} and advertiser {loser}" in each for each in report.contested)


def test_a_domain_that_very_many_share_is_told_in_one_short_sentence(tmp_path: Path) -> None:
    """Its count, the first five, whose it is, whom that treats more strictly, and what to do with a marketplace."""
    made = empty_network(tmp_path / "network")
    for number in range(30):
        made.add("advertisers", id=f"shop-{number:02}", name=f"Shop {number}", domains="market.example")
    made.add("advertisers", id="foundry", name="Ozmerel Vantrik Foundry", domains="market.example")

    report = made.run()

    assert report.contested == (
        "domain `market.example` is claimed by 31 parties: advertiser foundry, advertiser shop-00, advertiser shop-01,"
        " advertiser shop-02, advertiser shop-03 and 26 more; assigned to advertiser foundry; a bid that names it meets"
        " the outcome of foundry, which is stricter than that of 30 others; if it is a platform's host, add it to"
        " shared_hosts.txt of the rulebook, so that it identifies nobody",
    )
    assert [each for each, row in made.register()[1].items() if row.outcome != "allow"] == ["foundry"]


def test_one_app_that_two_spell_differently_is_one_key(tmp_path: Path) -> None:
    """A decision keeps the keys that a table had then; two rows with one key would refuse the whole register."""
    rows = [
        row("a", bundles=("id1234567890", "com.a.one")),
        row("b", bundles=("1234567890",)),
    ]

    (first, second), said = settle_keys(rows)

    assert (first.bundles, second.bundles) == (("id1234567890", "com.a.one"), ())
    assert said == ("bundle `1234567890` is claimed by advertiser a and advertiser b; assigned to advertiser a",)
    write_register([first, second], head(), tmp_path / "register.jsonl", SUFFIXES)


def test_an_app_that_one_has_as_its_page_and_another_as_its_bundle_is_one_key(tmp_path: Path) -> None:
    """Both claim the same bids: two rows with it would refuse the whole register."""
    rows = [row("b", bundles=("com.a.one",)), row("a", accounts=("play/com.a.one", "x/made_up"))]

    (second, first), said = settle_keys(rows)

    assert (first.accounts, second.bundles) == (("play/com.a.one", "x/made_up"), ())
    assert said == ("bundle `com.a.one` is claimed by advertiser a and advertiser b; assigned to advertiser a",)
    write_register([first, second], head(), tmp_path / "register.jsonl", SUFFIXES)


def test_a_run_warns_where_many_match_a_list_by_one_website_alone(tmp_path: Path) -> None:
    """A page on a marketplace is listed: every seller there would be refused, and somebody has to see why."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="hs-shop", schema="Company", name="Qorvane Tulk", website="https://market.example/x")
    for number in range(6):
        made.add("advertisers", id=f"shop-{number}", name=f"Seller {number}", domains="market.example")
    made.add("advertisers", id="the-one", name="Qorvane Tulk", domains="market.example")

    warnings = made.run().warnings

    assert (
        "6 parties match hs-shop of house-sanctions by its website `market.example` alone: shop-0, shop-1, shop-2,"
        " shop-3, shop-4 and 1 more. If many have a page there, as on a marketplace, it identifies nobody: judge these"
        " matches not-same (`evenhand judge`), or take the website out of the list"
    ) in warnings


def test_a_payers_key_may_be_contested_too_and_a_seat_never(tmp_path: Path) -> None:
    """A seat names the buyer: several advertisers buy through one."""
    made = empty_network(tmp_path / "network")
    made.row("advertisers", "bakery")["seats"] = "seat-1"
    made.add("advertisers", id="other", name="Other One", seats="seat-1")
    made.add("payers", id="pays", name="Pays For It", domains="morning-crust.example", verification="register")

    report = made.run()

    rows = made.register()[1]
    assert rows["bakery"].seats == rows["other"].seats == ("seat-1",)
    assert (rows["bakery"].domains, rows["pays"].domains) == ((), ("morning-crust.example",))
    assert report.contested == (
        "domain `morning-crust.example` is claimed by payer pays and advertiser bakery; assigned to payer pays",
    )


def test_a_row_says_who_may_pay_and_a_platforms_host_is_no_key(begun: MadeNetwork, tmp_path: Path) -> None:
    """Everybody has a page there; it does not say who advertises."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "bakery")["domains"] = "morning-crust.example;facebook.com"
    made.row("campaigns", "c-hidden")["payer_id"] = "plain"

    made.run(DAY_2)

    row = made.register()[1]["bakery"]
    assert (row.payers, row.domains) == (("plain",), ("morning-crust.example",))


def test_a_register_is_fresh_for_the_hours_chosen(begun: MadeNetwork) -> None:
    """Unless something begins or ends before."""
    head, rows = begun.register()

    assert head.fresh_until == DAY_1 + timedelta(hours=24)
    assert head.policy == begun.network.settings.gate.policy
    assert rows["civic"].decision == begun.last("civic").id


def test_only_what_is_not_allowed_has_a_reason(begun: MadeNetwork) -> None:
    """Its id leads to the statement in `out/reasons`, out or waiting."""
    _, rows = begun.register()

    reasons = {row.id: row.reason for row in rows.values() if row.reason}
    assert {key for key, row in rows.items() if row.outcome is not Outcome.ALLOW} == set(reasons)
    kept = {path.name.partition(".")[0] for path in (begun.folder / "out" / "reasons").iterdir()}
    assert kept >= set(reasons.values())


def test_the_head_says_which_countries_are_in_which_union_on_the_day(begun: MadeNetwork, tmp_path: Path) -> None:
    """A bid names a country, a rule the union."""
    made = begun.copy(tmp_path / "network")
    territories = made.folder / "rulebook" / "territories.csv"
    territories.write_text("territory,union,from,until\nDE,EU,1993-11-01,\nIE,EU,1993-11-01,2026-03-03\n"
                           "GB,Old,1990-01-01,2000-01-01\n")  # fmt: skip
    approve_changes(made)

    made.run(DAY_1)
    before = made.register()[0].unions
    made.run(DAY_2)

    assert set(begun.register()[0].unions) == {"EEA", "EU"}
    assert (before, made.register()[0].unions) == ({"EU": ("DE", "IE")}, {"EU": ("DE",)})


def test_the_settings_of_the_gate_travel_in_the_head(begun: MadeNetwork, tmp_path: Path) -> None:
    """The gate has the register and nothing else to go by."""
    made = begun.copy(tmp_path / "network")
    made.settings["gate.political_categories"] = {"1": ["IAB11-4"], "7": ["387"]}
    made.settings["gate.purchase"] = {"closed_to_political": ["FR"]}
    made.settings["gate.purchase.verification"] = {"DE": 2}
    made.settings["gate.purchase.budget_micros"] = {"0": 500_000_000}

    made.run(DAY_2)

    head, _ = made.register()
    assert head.political_categories == {**PUBLISHED, "1": ("IAB11-4",), "7": ("387",)}
    assert head.purchase == PurchaseRules(
        verification={"DE": 2}, closed_to_political=("FR",), budget_micros={"0": 500_000_000}
    )
    assert begun.register()[0].purchase == PurchaseRules()


def test_a_row_names_the_orders_that_are_political(begun: MadeNetwork) -> None:
    """A bid that names one of them is political, whatever its categories say."""
    _, rows = begun.register()

    assert {row.id: row.political_campaigns for row in rows.values() if row.political_campaigns} == {
        "civic": ("c-civic",)
    }


def test_a_platform_that_the_network_names_is_nobodys_key(begun: MadeNetwork, tmp_path: Path) -> None:
    """Beside the hosts that every network knows; it travels in the head, for bids name it too."""
    made = begun.copy(tmp_path / "network")
    (made.folder / "rulebook" / "shared_hosts.txt").write_text("# clips\nClips.example\n")
    approve_changes(made)
    made.row("advertisers", "bakery")["domains"] = "morning-crust.example;clips.example;me.clips.example;eclips.example"

    made.run(DAY_2)

    head, rows = made.register()
    assert rows["bakery"].domains == ("morning-crust.example", "eclips.example")
    assert (head.shared_hosts, begun.register()[0].shared_hosts) == (("clips.example",), ())


def test_a_row_has_the_numbers_of_its_party(begun: MadeNetwork, tmp_path: Path) -> None:
    """An order desk finds a party by them."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "bakery")["identifiers"] = "registration/de:HRB 12345;vat:DE123456789"

    made.run(DAY_2)

    assert made.register()[1]["bakery"].identifiers == ("registration/de:HRB 12345", "vat:DE123456789")


def test_a_refused_party_that_has_left_the_tables_keeps_its_numbers(tmp_path: Path) -> None:
    """It is found by them in an order as long as its decision is in force."""
    made = empty_network(tmp_path / "network")
    made.add("advertisers", id="foundry", name="Ozmerel Vantrik Foundry", identifiers="registration/de:HRB 777777")
    made.run(DAY_1)
    made.drop("advertisers", "foundry")

    made.run(DAY_2)

    row = made.register()[1]["foundry"]
    assert (row.outcome, row.identifiers) == (Outcome.HOLD, ("registration/de:HRB 777777",))
